package intermediatecare

import (
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/queueing"
)

// sizeAnswer writes the model's answer.
func sizeAnswer(
	req *marketpositionv1.SizeIntermediateCareRequest, in queueing.Input, out queueing.Output,
) *marketpositionv1.SizeIntermediateCareResponse {
	asksHours := req.GetMaxWaitHours() != nil
	c := performance(out.Central, asksHours)
	answer := &marketpositionv1.SizeIntermediateCareResponse{
		ArrivalsPerDay: c.GetArrivalsPerDay(), MeanStayDays: c.GetMeanStayDays(), Places: c.GetPlaces(),
		OfferedLoad: c.GetOfferedLoad(), ErlangB: c.GetErlangB(), ErlangC: c.ErlangC,
		MeanQueue: c.MeanQueue, MeanWaitDays: c.MeanWaitDays, Utilisation: c.Utilisation,
		ProbabilityOfLongerWait: c.ProbabilityOfLongerWait,
		Basis:                   sizeBasis(req, in, out), DataNotes: sizeNotes(out.Central),
	}
	hasCosts := req.GetCostPerPlaceDay() != nil
	if hasCosts {
		answer.CostPerDay = &out.CostPerDay.Central
	}
	if !isExact(in.ArrivalsPerDay, in.MeanStayDays, in.Places, in.WaitHours, in.MaxBlocking,
		in.MaxProbabilityOfWait, in.MaxProbabilityOfLongerWait, in.Costs.PerPlaceDay, in.Costs.PerWaitingDay) {
		answer.Low, answer.High = performance(out.Low, asksHours), performance(out.High, asksHours)
		if hasCosts {
			answer.Low.CostPerDay, answer.High.CostPerDay = &out.CostPerDay.Low, &out.CostPerDay.High
		}
	}
	return answer
}

func performance(p queueing.Performance, asksHours bool) *marketpositionv1.ServicePerformance {
	written := &marketpositionv1.ServicePerformance{
		ArrivalsPerDay: p.ArrivalsPerDay, MeanStayDays: p.MeanStayDays, Places: int32(p.Places),
		OfferedLoad: p.OfferedLoad, ErlangB: p.ErlangB,
	}
	q := p.Queue
	if q == nil {
		return written
	}
	written.ErlangC, written.MeanQueue, written.MeanWaitDays, written.Utilisation = &q.ErlangC, &q.MeanLength, &q.MeanWaitDays, &q.Utilisation
	if asksHours {
		written.ProbabilityOfLongerWait = &q.ProbabilityOfLongerWait
	}
	return written
}
