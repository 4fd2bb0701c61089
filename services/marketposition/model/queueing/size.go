package queueing

import (
	"context"
	"fmt"
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// Input is a question about a service: how do these places do, or how many places meet this target.
// Exactly one is given of Places, MaxBlocking, MaxProbabilityOfWait, MaxProbabilityOfLongerWait and
// Costs; only Costs may stand beside Places.
type Input struct {
	ArrivalsPerDay assume.Range
	MeanStayDays   assume.Range

	// Places are whole numbers.
	Places assume.Range

	// WaitHours is the wait asked about: with Places for the share waiting longer (0 when not given: the
	// share waiting at all), with MaxProbabilityOfLongerWait for the target.
	WaitHours assume.Range

	// MaxBlocking is the largest share that may be turned away when nobody waits.
	MaxBlocking assume.Range
	// MaxProbabilityOfWait is the largest share that may wait at all.
	MaxProbabilityOfWait assume.Range
	// MaxProbabilityOfLongerWait is the largest share that may wait longer than WaitHours.
	MaxProbabilityOfLongerWait assume.Range
	// Costs alone ask for the number of places that costs least.
	Costs Costs
}

// Costs are in money a day. The zero Costs stand for costs that are not given.
type Costs struct {
	// PerPlaceDay is paid for every place, used or not.
	PerPlaceDay assume.Range
	// PerWaitingDay is the cost of one person waiting for one day.
	PerWaitingDay assume.Range
}

func (c Costs) given() bool { return c != Costs{} }

// Output answers an [Input] at the ends of its ranges and at its centre. For given places the measures
// of Low and High are the range of each measure (see the package comment). For a target, the Places of
// Low and High are the range of the places needed, and each end shows how its own number does.
type Output struct {
	Low, Central, High Performance
	// CostPerDay is the cost of places and waiting; the zero Range without Costs.
	CostPerDay assume.Range
}

// Bounds of what may be asked.
const (
	MostArrivalsPerDay = 1e6
	MostStayDays       = 36525.0 // a hundred years
	MostWaitHours      = 24 * MostStayDays
	MostCost           = 1e9
)

// Validate returns an [errs.Invalid] error with every fault of the input, or nil.
func (in Input) Validate() error {
	var faults errs.Collector
	checkRange(&faults, "arrivals_per_day", in.ArrivalsPerDay, MostArrivalsPerDay)
	checkRange(&faults, "mean_stay_days", in.MeanStayDays, MostStayDays)
	in.checkTarget(&faults)
	if given(in.WaitHours) {
		checkRange(&faults, "wait_hours", in.WaitHours, MostWaitHours)
	} else if given(in.MaxProbabilityOfLongerWait) {
		faults.Add("wait_hours", "is needed with max_probability_of_longer_wait")
	}
	if in.Costs.given() {
		checkRange(&faults, "costs.per_place_day", in.Costs.PerPlaceDay, MostCost)
		checkRange(&faults, "costs.per_waiting_day", in.Costs.PerWaitingDay, MostCost)
	}
	if faults.Len() == 0 {
		in.checkLoad(&faults)
	}
	return faults.Err()
}

// checkTarget: each given target must be sound, and there must be one.
func (in Input) checkTarget(faults *errs.Collector) {
	asked := 0
	for _, target := range []struct {
		field string
		value assume.Range
		most  float64
	}{
		{"places", in.Places, MostPlaces},
		{"max_blocking", in.MaxBlocking, 1},
		{"max_probability_of_wait", in.MaxProbabilityOfWait, 1},
		{"max_probability_of_longer_wait", in.MaxProbabilityOfLongerWait, 1},
	} {
		if given(target.value) {
			asked++
			checkRange(faults, target.field, target.value, target.most)
		}
	}
	for _, places := range []float64{in.Places.Low, in.Places.Central, in.Places.High} {
		if places != math.Trunc(places) {
			faults.Add("places", "must be whole numbers, not %g", places)
			break
		}
	}
	costAlone := in.Costs.given() && !given(in.Places)
	if costAlone {
		asked++
	}
	if asked != 1 {
		faults.Add("", "%d questions are asked: give exactly one of places, max_blocking, max_probability_of_wait, "+
			"max_probability_of_longer_wait with wait_hours, and costs (which may stand beside places)", asked)
	}
}

// checkLoad: given places must carry the load at every end, and a number searched for must be in reach.
func (in Input) checkLoad(faults *errs.Collector) {
	for _, e := range []end{lowEnd, centralEnd, highEnd} {
		load := in.at(e).offered()
		places := int(e.opposite().at(in.Places))
		switch {
		case given(in.Places) && load >= float64(places):
			faults.Add("places", "%s%s", in.where(e), overloaded(places, load))
			return
		case load >= MostPlaces:
			faults.Add("arrivals_per_day", "%stimes mean_stay_days they are an offered load of %.6g; the most is %d",
				in.where(e), load, MostPlaces)
			return
		}
	}
}

// where names an end of the ranges; nothing when there is no range in what makes the load.
func (in Input) where(e end) string {
	for _, r := range []assume.Range{in.ArrivalsPerDay, in.MeanStayDays, in.Places} {
		if r.Low != r.High {
			return fmt.Sprintf("at the %s end of the ranges ", e)
		}
	}
	return ""
}

// at returns the question at one end of the ranges: what presses taken there, what relieves taken at
// the opposite end.
func (in Input) at(e end) question {
	relief := e.opposite()
	return question{
		load: load{
			arrivals: e.at(in.ArrivalsPerDay),
			stay:     e.at(in.MeanStayDays),
			waitDays: relief.at(in.WaitHours) / 24,
		},
		places:          int(relief.at(in.Places)),
		maxBlocking:     relief.at(in.MaxBlocking),
		maxWaiting:      relief.at(in.MaxProbabilityOfWait),
		maxWaitingLong:  relief.at(in.MaxProbabilityOfLongerWait),
		costOfPlace:     relief.at(in.Costs.PerPlaceDay),
		costOfWaiting:   e.at(in.Costs.PerWaitingDay),
		leastCostWanted: in.Costs.given() && !given(in.Places),
	}
}

// Run answers the input, or returns the faults of [Input.Validate] or the context's error. It takes a
// time in proportion to the places: under a millisecond for 10,000.
func Run(ctx context.Context, in Input) (Output, error) {
	if err := in.Validate(); err != nil {
		return Output{}, err
	}
	var out Output
	for e, to := range []*Performance{&out.Low, &out.Central, &out.High} {
		answer, err := in.at(end(e)).answer(ctx)
		if err != nil {
			return Output{}, fmt.Errorf("size a service at the %s end of its ranges: %w", end(e), err)
		}
		*to = answer
	}
	if !in.Costs.given() {
		return out, nil
	}
	var err error
	if out.CostPerDay, err = in.costPerDay(ctx); err != nil {
		return Output{}, fmt.Errorf("cost a service: %w", err)
	}
	return out, nil
}
