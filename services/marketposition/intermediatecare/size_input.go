package intermediatecare

import (
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/queueing"
)

// fieldOf are the fields of a request by the model's name, where they differ.
var fieldOf = map[string]string{
	"wait_hours":                     "max_wait_hours",
	"max_probability_of_longer_wait": "probability",
	"costs.per_place_day":            "cost_per_place_day",
	"costs.per_waiting_day":          "cost_per_waiting_day",
}

// sizeInput reads a request for the model. Its error names every fault, by the request's
// fields.
func sizeInput(req *marketpositionv1.SizeIntermediateCareRequest) (queueing.Input, error) {
	var faults errs.Collector
	in := queueing.Input{
		ArrivalsPerDay:       rangeOf(&faults, "arrivals_per_day", req.GetArrivalsPerDay()),
		MeanStayDays:         rangeOf(&faults, "mean_stay_days", req.GetMeanStayDays()),
		Places:               wholeMiddle(req.GetPlaces(), rangeOf(&faults, "places", req.GetPlaces())),
		WaitHours:            rangeOf(&faults, "max_wait_hours", req.GetMaxWaitHours()),
		MaxBlocking:          rangeOf(&faults, "max_blocking", req.GetMaxBlocking()),
		MaxProbabilityOfWait: rangeOf(&faults, "max_probability_of_wait", req.GetMaxProbabilityOfWait()),
		Costs: queueing.Costs{
			PerPlaceDay:   rangeOf(&faults, "cost_per_place_day", req.GetCostPerPlaceDay()),
			PerWaitingDay: rangeOf(&faults, "cost_per_waiting_day", req.GetCostPerWaitingDay()),
		},
	}
	in.MaxProbabilityOfLongerWait = longerWait(&faults, req)
	checkGiven(&faults, req)
	checkQuestion(&faults, req)
	mergeModel(&faults, in.Validate())
	return in, faults.Err()
}

// wholeMiddle takes the whole number below the middle of a range of places without a
// central value.
func wholeMiddle(e *marketpositionv1.Estimate, r assume.Range) assume.Range {
	if e != nil && e.Central == nil {
		r.Central = math.Floor(r.Central)
	}
	return r
}

// longerWait is the share that may wait longer than the hours: what is left of the share
// that must start within them.
func longerWait(faults *errs.Collector, req *marketpositionv1.SizeIntermediateCareRequest) assume.Range {
	if req.GetProbability() == nil {
		return assume.Range{}
	}
	before := faults.Len()
	p := rangeOf(faults, "probability", req.GetProbability())
	if faults.Len() > before {
		return assume.Range{}
	}
	if p.High >= 1 {
		faults.Add("probability", "must lie below 1, not at %v: no number of places makes a wait impossible", p.High)
		return assume.Range{}
	}
	return assume.Range{Low: 1 - p.High, Central: 1 - p.Central, High: 1 - p.Low}
}

func checkGiven(faults *errs.Collector, req *marketpositionv1.SizeIntermediateCareRequest) {
	if req.GetArrivalsPerDay() == nil {
		faults.Add("arrivals_per_day", "must be given")
	}
	if req.GetMeanStayDays() == nil {
		faults.Add("mean_stay_days", "must be given")
	}
	switch {
	case req.GetCostPerPlaceDay() == nil && req.GetCostPerWaitingDay() != nil:
		faults.Add("cost_per_place_day", "is needed beside cost_per_waiting_day")
	case req.GetCostPerPlaceDay() != nil && req.GetCostPerWaitingDay() == nil:
		faults.Add("cost_per_waiting_day", "is needed beside cost_per_place_day")
	}
	switch {
	case req.GetProbability() != nil && req.GetMaxWaitHours() == nil:
		faults.Add("max_wait_hours", "is needed beside probability")
	case req.GetMaxWaitHours() != nil && (req.GetMaxBlocking() != nil || req.GetMaxProbabilityOfWait() != nil):
		faults.Add("max_wait_hours", "is asked with probability, the share that must start within these hours, or with places")
	}
}

// checkQuestion notes a fault unless one question is asked.
func checkQuestion(faults *errs.Collector, req *marketpositionv1.SizeIntermediateCareRequest) {
	asked := 0
	for _, target := range []*marketpositionv1.Estimate{
		req.GetPlaces(), req.GetMaxBlocking(), req.GetMaxProbabilityOfWait(), req.GetProbability(),
	} {
		if target != nil {
			asked++
		}
	}
	hasCosts := req.GetCostPerPlaceDay() != nil || req.GetCostPerWaitingDay() != nil
	if hasCosts && req.GetPlaces() == nil {
		asked++
	}
	if asked != 1 {
		faults.Add("", "%d questions are asked: give exactly one of places, max_blocking, max_probability_of_wait, "+
			"max_wait_hours with probability, and both costs (which may stand beside places)", asked)
	}
}

// mergeModel adds what the model finds wrong with the fields that have no fault yet.
func mergeModel(faults *errs.Collector, err error) {
	known := map[string]bool{"": true} // how many questions are asked is told already
	for _, v := range errs.Violations(faults.Err()) {
		known[v.Field] = true
	}
	for _, v := range errs.Violations(err) {
		if renamed, ok := fieldOf[v.Field]; ok {
			v.Field = renamed
		}
		if !known[v.Field] {
			faults.Add(v.Field, "%s", v.Description)
		}
	}
}
