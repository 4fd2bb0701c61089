package intermediatecare

import (
	"fmt"
	"math"
	"strings"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/queueing"
)

// sizeBasis says how the central answer came about.
func sizeBasis(req *marketpositionv1.SizeIntermediateCareRequest, in queueing.Input, out queueing.Output) *marketpositionv1.Basis {
	b := &marketpositionv1.Basis{
		Inputs: sizeInputs(req, in),
		Assumptions: []string{
			"People come one by one and at random (Poisson), at the same rate all the time.",
			"The service has run for long enough that how it began no longer matters.",
		},
		Steps:   sizeSteps(req, in, out),
		Methods: []*marketpositionv1.Method{offeredLoad(), erlangB()},
	}
	if out.Central.Queue != nil {
		b.Methods = append(b.Methods, erlangC())
		b.Assumptions = append(b.Assumptions,
			"For waits: stays are exponential, so some are much longer than the mean; people wait as long as it takes, first come first served.")
	}
	if req.GetCostPerPlaceDay() != nil {
		b.Methods = append(b.Methods, leastCost())
	}
	return b
}

func sizeInputs(req *marketpositionv1.SizeIntermediateCareRequest, in queueing.Input) []string {
	said := []string{
		"arrivals a day: " + between(in.ArrivalsPerDay),
		"mean stay in days: " + between(in.MeanStayDays),
	}
	for _, one := range []struct {
		given *marketpositionv1.Estimate
		text  string
	}{
		{req.GetPlaces(), "places: " + between(in.Places)},
		{req.GetMaxBlocking(), "target: at most this share turned away: " + between(in.MaxBlocking)},
		{req.GetMaxProbabilityOfWait(), "target: at most this share wait at all: " + between(in.MaxProbabilityOfWait)},
		{req.GetMaxWaitHours(), "hours of waiting asked about: " + between(in.WaitHours)},
		{req.GetProbability(), "target: at most this share wait longer: " + between(in.MaxProbabilityOfLongerWait)},
		{req.GetCostPerPlaceDay(), "cost of a place-day: " + between(in.Costs.PerPlaceDay)},
		{req.GetCostPerWaitingDay(), "cost of a waiting-day: " + between(in.Costs.PerWaitingDay)},
	} {
		if one.given != nil {
			said = append(said, one.text)
		}
	}
	return said
}

// sizeSteps are the arithmetic of the central answer.
func sizeSteps(req *marketpositionv1.SizeIntermediateCareRequest, in queueing.Input, out queueing.Output) []string {
	p := out.Central
	a, n := p.OfferedLoad, float64(p.Places)
	steps := []string{
		fmt.Sprintf("a = %s a day × %s days = %s", number(p.ArrivalsPerDay), number(p.MeanStayDays), number(a)),
		recursion(p),
	}
	q := p.Queue
	if q == nil {
		return append(steps, fewest(in, p)...)
	}
	steps = append(steps,
		fmt.Sprintf("C = n B / (n - a (1 - B)) = %d × %s / (%d - %s × (1 - %s)) = %s",
			p.Places, number(p.ErlangB), p.Places, number(a), number(p.ErlangB), number(q.ErlangC)),
		fmt.Sprintf("Lq = C a / (n - a) = %s × %s / %s = %s people", number(q.ErlangC), number(a), number(n-a), number(q.MeanLength)),
		fmt.Sprintf("Wq = Lq / arrivals = %s / %s = %s days, or %s hours",
			number(q.MeanLength), number(p.ArrivalsPerDay), number(q.MeanWaitDays), trimmed(24*q.MeanWaitDays, 2)),
		fmt.Sprintf("places in use = a / n = %s / %d = %s", number(a), p.Places, number(q.Utilisation)),
	)
	if req.GetMaxWaitHours() != nil {
		days := in.WaitHours.Central / 24
		steps = append(steps, fmt.Sprintf("share who wait longer than %s hours = C exp(-(n - a) t / stay) = %s × exp(-%s × %s / %s) = %s",
			number(in.WaitHours.Central), number(q.ErlangC), number(n-a), number(days), number(p.MeanStayDays), number(q.ProbabilityOfLongerWait)))
	}
	if req.GetCostPerPlaceDay() != nil {
		costs := in.Costs
		steps = append(steps, fmt.Sprintf("cost of a day = %d × %s + %s × %s = %s", p.Places, number(costs.PerPlaceDay.Central),
			number(q.MeanLength), number(costs.PerWaitingDay.Central), trimmed(out.CostPerDay.Central, 2)))
	}
	return append(steps, fewest(in, p)...)
}

// shownOfRecursion is how many values of Erlang B are written out at each end.
const shownOfRecursion = 3

// recursion writes Erlang B from the first places to the last.
func recursion(p queueing.Performance) string {
	var values []string
	for n := 0; n <= p.Places; n++ {
		if n > shownOfRecursion && n < p.Places-1 {
			values = append(values, "…")
			n = p.Places - 1
		}
		b, err := queueing.ErlangB(n, p.OfferedLoad)
		if err != nil { // n and the load are within the model's bounds
			continue
		}
		values = append(values, fmt.Sprintf("B(%d) = %s", n, number(b)))
	}
	return "B(n) = a B(n-1) / (n + a B(n-1)): " + strings.Join(values, ", ")
}

// fewest shows that one place fewer misses the target; nothing where none was asked.
func fewest(in queueing.Input, p queueing.Performance) []string {
	var target float64
	var what string
	share := func(n int) (float64, error) { return queueing.ErlangC(n, p.OfferedLoad) }
	switch {
	case in.MaxBlocking.Central > 0:
		target, what = in.MaxBlocking.Central, "are turned away"
		share = func(n int) (float64, error) { return queueing.ErlangB(n, p.OfferedLoad) }
	case in.MaxProbabilityOfWait.Central > 0:
		target, what = in.MaxProbabilityOfWait.Central, "wait"
	case in.MaxProbabilityOfLongerWait.Central > 0:
		target = in.MaxProbabilityOfLongerWait.Central
		what = fmt.Sprintf("wait longer than %s hours", number(in.WaitHours.Central))
		share = func(n int) (float64, error) {
			c, err := queueing.ErlangC(n, p.OfferedLoad)
			return c * math.Exp(-(float64(n)-p.OfferedLoad)*in.WaitHours.Central/24/p.MeanStayDays), err
		}
	default:
		return nil
	}
	enough, err := share(p.Places)
	if err != nil { // the model has just found them enough
		return nil
	}
	text := fmt.Sprintf("with %d places %s %s, at most %s are to", p.Places, number(enough), what, number(target))
	if one, err := share(p.Places - 1); err == nil {
		return []string{fmt.Sprintf("%s; with %d it is %s: so %d are the fewest", text, p.Places-1, number(one), p.Places)}
	}
	return []string{fmt.Sprintf("%s; %d cannot carry the load at all: so %d are the fewest", text, p.Places-1, p.Places)}
}

// fullFrom is the share of places in use from which a small rise of the load makes long
// queues. By Lq = a²/(1 - a) a single place has half a person waiting at 50%, and 18 at 95%.
const fullFrom = 0.95

func sizeNotes(p queueing.Performance) []*commonv1.DataNote {
	switch {
	case p.Queue == nil:
		return []*commonv1.DataNote{note("NO_STEADY_QUEUE", "the offered load of %s is not below the %d places: if people waited "+
			"instead of going elsewhere, the queue would grow without limit", number(p.OfferedLoad), p.Places)}
	case p.Queue.Utilisation > fullFrom:
		return []*commonv1.DataNote{note("NEARLY_FULL", "%s of the places are in use: the queue takes long to settle and a small rise in "+
			"arrivals or stays makes it much longer; simulate it from where it stands today", number(p.Queue.Utilisation))}
	}
	return nil
}
