package intermediatecare

import (
	"fmt"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
	"github.com/caremarket/caremarket/services/marketposition/model/simulate"
)

// simulateAnswer writes what a sound input led to.
func simulateAnswer(in simulate.Input, out simulate.Output, step int) (*marketpositionv1.SimulateIntermediateCareResponse, error) {
	basis, err := simulateBasis(in)
	if err != nil {
		return nil, err
	}
	n := float64(in.Replications)
	answer := &marketpositionv1.SimulateIntermediateCareResponse{
		Costs: costsOf(out),
		Waits: &marketpositionv1.SimulatedWaits{
			Days: spread(out.Waits.Days), Started: float64(out.Waits.Started) / n,
			ShareWaited: out.Waits.Waited, ShareWithin: out.Waits.WithinTarget,
		},
		Flow: &marketpositionv1.SimulatedFlow{
			InitialOccupied: float64(out.Flow.InitialOccupied) / n, InitialWaiting: float64(out.Flow.InitialWaiting) / n,
			Arrived: float64(out.Flow.Arrived) / n, Left: float64(out.Flow.Left) / n,
			Present: float64(out.Flow.Present) / n, Waiting: float64(out.Flow.Waiting) / n,
		},
		Basis: basis, DataNotes: simulateNotes(in, out, step),
	}
	for _, position := range told(len(out.Days), step) {
		answer.Days = append(answer.Days, dayOf(out.Days[position]))
	}
	return answer, nil
}

func spread(d replicate.Distribution) *marketpositionv1.Spread {
	return &marketpositionv1.Spread{
		Mean: d.Mean, StandardError: d.StandardError, P5: d.P5, P25: d.P25, P50: d.P50, P75: d.P75, P95: d.P95,
	}
}

func dayOf(d simulate.Day) *marketpositionv1.SimulatedDay {
	return &marketpositionv1.SimulatedDay{
		Day: int32(d.Day), Waiting: spread(d.Waiting), Occupied: spread(d.Occupied),
		WaitingDays: d.WaitingDays, OccupiedDays: d.OccupiedDays, EmptyDays: d.EmptyDays, Cost: costOf(d.Cost),
	}
}

func costOf(c simulate.Cost) *marketpositionv1.SimulatedCost {
	return &marketpositionv1.SimulatedCost{Total: c.Total(), OccupiedPlaces: c.Occupied, EmptyPlaces: c.Empty, Waiting: c.Waiting}
}

// costsOf sums up the whole time.
func costsOf(out simulate.Output) *marketpositionv1.SimulatedCosts {
	var all simulate.Cost
	for _, d := range out.Days {
		all.Occupied += d.Cost.Occupied
		all.Empty += d.Cost.Empty
		all.Waiting += d.Cost.Waiting
	}
	return &marketpositionv1.SimulatedCosts{Total: spread(out.Cost), Mean: costOf(all)}
}

func simulateBasis(in simulate.Input) (*marketpositionv1.Basis, error) {
	days, err := meanStay(in.Stay)
	if err != nil {
		return nil, fmt.Errorf("mean stay: %w", err)
	}
	b := &marketpositionv1.Basis{
		Inputs: append([]string{
			fmt.Sprintf("%d days, %d replications, seed %d", in.Days, in.Replications, in.Seed),
			"arrivals a day: " + rateText(in.ArrivalsPerDay),
			placesText(in),
			fmt.Sprintf("at the start: %d in places, %d waiting", in.InitialOccupied, in.InitialWaiting),
			"stay: " + stayText(in.Stay),
		}, costInputs(in)...),
		Assumptions: []string{
			"People come one by one and at random (Poisson); nobody who waits gives up; first come, first served.",
			"A place that falls free is filled at once.",
		},
		Steps: append(staySteps(in.Stay), balance(in, days)...), Methods: []*marketpositionv1.Method{simulation()},
	}
	if in.InitialOccupied > 0 {
		b.Assumptions = append(b.Assumptions, remainingText(in.Remaining))
	}
	return b, nil
}

func costInputs(in simulate.Input) []string {
	said := []string{fmt.Sprintf("cost of a place-day: %s; of a waiting-day: %s", number(in.CostPerPlaceDay), number(in.CostPerWaitingDay))}
	if in.WaitTargetDays > 0 {
		said = append(said, fmt.Sprintf("started in time means within %s hours", number(in.WaitTargetDays*hoursPerDay)))
	}
	return said
}

func rateText(rates []float64) string {
	if len(rates) == 1 {
		return number(rates[0])
	}
	return fmt.Sprintf("%s on average, day by day as given", number(mean(rates)))
}

func placesText(in simulate.Input) string {
	text := fmt.Sprintf("places: %d", in.Places)
	switch {
	case in.Unlimited:
		return "places: unlimited"
	case len(in.Policy.PlacesByDay) > 0:
		text = "places: day by day as given"
	}
	if in.Policy.SurgePlaces > 0 {
		text += fmt.Sprintf(", and %d more on days that begin with at least %d waiting", in.Policy.SurgePlaces, in.Policy.SurgeWhenWaiting)
	}
	return text
}

// balance compares what comes with what can leave, by hand.
func balance(in simulate.Input, stayDays float64) []string {
	rate := mean(in.ArrivalsPerDay)
	load := rate * stayDays
	steps := []string{fmt.Sprintf("offered load = %s a day × %s days = %s places in use, were none ever short",
		number(rate), number(stayDays), number(load))}
	if in.Unlimited || len(in.Policy.PlacesByDay) > 0 || in.Places == 0 {
		return steps
	}
	out := float64(in.Places) / stayDays
	steps = append(steps, fmt.Sprintf("at most %d / %s = %s a day can leave, against %s who come",
		in.Places, number(stayDays), number(out), number(rate)))
	if rate > out {
		steps = append(steps, fmt.Sprintf("in the long run the queue grows by about %s - %s = %s people a day", number(rate), number(out), number(rate-out)))
	}
	return steps
}

func simulateNotes(in simulate.Input, out simulate.Output, step int) []*commonv1.DataNote {
	var notes []*commonv1.DataNote
	for _, text := range out.Notes {
		notes = append(notes, note("SIMULATION", "%s", text))
	}
	if in.CostPerPlaceDay == 0 && in.CostPerWaitingDay == 0 {
		notes = append(notes, note("NO_COSTS", "no costs were given, so costs are 0: place-days and waiting-days are counted"))
	}
	if in.Unlimited && in.CostPerPlaceDay > 0 {
		notes = append(notes, note("UNLIMITED_PLACES", "places are unlimited, so only those in use are paid for"))
	}
	return append(notes, thinned(step)...)
}
