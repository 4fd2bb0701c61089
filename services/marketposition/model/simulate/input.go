// Package simulate plays one service with places through day after day, many times over: people come at
// random, wait in one queue, first come first served, stay, and leave. It answers what the closed forms
// of package queueing cannot: arrivals and places that change by day, any shape of stay, a start with
// places and queue as they are today.
//
// # What is simulated
//
// Time is continuous: people arrive and leave at any moment of a day, to the millisecond. Arrivals are
// Poisson with a rate that is constant within each day. A place that falls free goes at once to whoever
// has waited longest; whoever comes while a place is free starts at once. Leaving comes before arriving
// at the same moment.
//
// Only the number of places and the count taken are by day: places change at the start of a day, and
// waiting and occupied are counted at its end, as in a midnight census. Costs and place-days take every
// moment of the day.
//
// # Those there at the start
//
// More people may be there than there are places, when beds were opened beyond the plan, or when a
// service is being made smaller. Nobody is turned out: those above the places stay until they leave, and
// their places are not filled again; the queue moves on when fewer are there than the places. It is the
// same whenever a policy closes places. Those waiting at the start have waited since the start, as far as the
// waits reported here go.
//
// # Chance
//
// Each replication draws arrivals, stays and remaining stays from streams of its own (package random),
// and each person's stay is drawn on arrival. So two runs with the same seed that differ in places alone
// meet the same people with the same stays, and more places never make anybody wait longer.
package simulate

import (
	"fmt"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/check"
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// Input is a service and how to simulate it.
type Input struct {
	Days int
	// ArrivalsPerDay is the mean number of arrivals of each day, or one number for all days.
	ArrivalsPerDay []float64

	// Places is the number of places; 0 when Unlimited.
	Places int
	// Unlimited has a place for everybody at once.
	Unlimited bool
	// Policy changes the places by day.
	Policy Policy

	// InitialOccupied people are in places at the start; they may be more than the places (see the
	// package comment).
	InitialOccupied int
	// InitialWaiting people are in the queue at the start.
	InitialWaiting int

	Stay stay.Spec
	// Remaining is the rule for what remains of the stays of those in places at the start.
	Remaining stay.Remaining

	Replications int
	Seed         uint64

	// CostPerPlaceDay is paid for every place, used or not, and for everybody above the places.
	CostPerPlaceDay float64
	// CostPerWaitingDay is the cost of one person waiting for one day.
	CostPerWaitingDay float64

	// WaitTargetDays is the wait that [Waits.WithinTarget] asks about; 0 asks who starts at once.
	WaitTargetDays float64

	// Workers is how many run at once; 0 means one for each processor. It never changes the answer.
	Workers int
}

// Policy says how many places are open on each day. The zero Policy keeps Input.Places open.
type Policy struct {
	// PlacesByDay are the places open on each day, instead of Input.Places.
	PlacesByDay []int
	// SurgePlaces more are open on every day at whose start at least SurgeWhenWaiting people wait.
	SurgePlaces      int
	SurgeWhenWaiting int
}

// Bounds of what may be asked, beside those of package replicate.
const (
	MostPlaces = 100_000
	MostCost   = 1e9
)

// Validate returns an [errs.Invalid] error with every fault of the input, or nil.
func (in Input) Validate() error {
	var faults errs.Collector
	in.checkArrivals(&faults)
	in.checkPlaces(&faults)
	check.Whole(&faults, "initial_occupied", 0, replicate.MostPeopleAtOnce, in.InitialOccupied)
	check.Whole(&faults, "initial_waiting", 0, replicate.MostPeopleAtOnce, in.InitialWaiting)
	_ = faults.Merge("stay", in.Stay.Validate())
	_ = faults.Merge("remaining", in.Remaining.Validate())
	check.Between(&faults, "cost_per_place_day", 0, MostCost, in.CostPerPlaceDay)
	check.Between(&faults, "cost_per_waiting_day", 0, MostCost, in.CostPerWaitingDay)
	check.Between(&faults, "wait_target_days", 0, replicate.MostDays, in.WaitTargetDays)
	replicate.Work{
		Days: in.Days, Replications: in.Replications, Series: 2, People: in.people(),
	}.Check(&faults)
	return faults.Err()
}

// people returns how many are expected in a replication.
func (in Input) people() float64 {
	people := float64(in.InitialOccupied + in.InitialWaiting)
	for _, rate := range in.rates() {
		people += rate
	}
	return people
}

func (in Input) checkArrivals(faults *errs.Collector) {
	if n := len(in.ArrivalsPerDay); n == 0 || n != 1 && n != in.Days {
		faults.Add("arrivals_per_day", "must be one number for all days or one for each of the %d days, not %d", in.Days, n)
	}
	for i, rate := range in.ArrivalsPerDay {
		check.AtLeast(faults, fmt.Sprintf("arrivals_per_day[%d]", i), 0, rate)
	}
}

func (in Input) checkPlaces(faults *errs.Collector) {
	p := in.Policy
	if in.Unlimited {
		if in.Places != 0 || len(p.PlacesByDay) > 0 || p.SurgePlaces != 0 {
			faults.Add("unlimited", "stands instead of places and policy: give one or the other")
		}
		return
	}
	if len(p.PlacesByDay) > 0 {
		if in.Places != 0 {
			faults.Add("places", "stand instead of policy.places_by_day: give one or the other")
		}
		if len(p.PlacesByDay) != in.Days {
			faults.Add("policy.places_by_day", "must be one for each of the %d days, not %d", in.Days, len(p.PlacesByDay))
		}
	} else {
		check.Whole(faults, "places", 0, MostPlaces, in.Places)
	}
	for i, places := range p.PlacesByDay {
		check.Whole(faults, fmt.Sprintf("policy.places_by_day[%d]", i), 0, MostPlaces, places)
	}
	check.Whole(faults, "policy.surge_places", 0, MostPlaces, p.SurgePlaces)
	check.Whole(faults, "policy.surge_when_waiting", 0, MostPlaces, p.SurgeWhenWaiting)
}
