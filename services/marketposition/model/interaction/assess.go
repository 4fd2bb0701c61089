package interaction

import (
	"math"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// Input is one district's need and markets, with the ranges of what is not known exactly.
type Input struct {
	// Need is how many people need a place; Shares says which setting they want and sums to 1.
	Need   assume.Range
	Shares BySetting
	// Capacity is how many people each setting can serve; +Inf for one without limit.
	Capacity [Count]assume.Range
	// Overflow[s][t] is the share of those whom s turns away that goes on to try t. Each row's highs sum
	// to no more than 1. The zero value of a pair means that nobody goes that way.
	Overflow [Count][Count]assume.Assumption
	// Units says what one more of something adds to a setting.
	Units [Count]Unit
}

// Unit turns what a commissioner buys into people served.
type Unit struct {
	// People served by one more unit: an hour of home care a week, an extra care unit, a bed.
	People assume.Assumption
	// PerWorker is how many people one more worker lets the setting serve, where staff are what limits it.
	PerWorker assume.Assumption
}

// Result is how a district's markets settle. Central values are those of all inputs at their central.
//
// The ends of Placed, Unmet and CareHomes are the smallest and largest that any inputs within their
// ranges can give (the package's proof says which ends of the inputs these are). The ends of all other
// ranges are the smallest and largest found at those same ends of the inputs, which no proof bounds.
type Result struct {
	// Central says who went where.
	Central Outcome
	Placed  [Count]assume.Range
	Unmet   assume.Range
	// UnmetWanting splits Unmet by the setting that people wanted.
	UnmetWanting [Count]assume.Range
	// CareHomes is how many people are placed in care homes, WantedCommunity how many of these wanted home
	// care or extra care, and Avoidable how many fewer there would be if home care and extra care had places
	// without limit. They differ: where others wait for the beds, who leaves is replaced, and fewer are
	// avoidable; where people who find one kind of home full would turn to the community before the other
	// kind, more.
	CareHomes, WantedCommunity, Avoidable assume.Range
	Worth                                 [Count]Worth
}

// Assess settles a district's markets over the ranges of its inputs, or names every fault at once.
func Assess(in Input) (Result, error) {
	if err := in.Validate(); err != nil {
		return Result{}, err
	}
	central := in.market(atCentral)
	result := Result{Central: Settle(central)}
	result.start(central)
	uncertain := in.uncertain()
	for corner := range corners {
		if corner&^uncertain != 0 {
			continue // the same state as the corner without the bits of what is certain
		}
		market := in.market(corner)
		result.widen(market, Settle(market))
	}
	states := in.statesToChange()
	for s := range Count {
		result.Worth[s] = Worth{
			Unit:   states.change(Setting(s), in.Units[s].People.Range),
			Worker: states.change(Setting(s), in.Units[s].PerWorker.Range),
		}
	}
	return result, nil
}

// start sets every range to its central value.
func (r *Result) start(central Market) {
	for s := range Count {
		r.Placed[s] = assume.Exactly(r.Central.PlacedIn(Setting(s)))
		r.UnmetWanting[s] = assume.Exactly(r.Central.Unmet[s])
	}
	r.Unmet = assume.Exactly(r.Central.Unmet.Sum())
	r.CareHomes = assume.Exactly(r.Central.CareHomes())
	r.WantedCommunity = assume.Exactly(r.Central.WantedCommunity())
	r.Avoidable = assume.Exactly(Avoidable(central, r.Central))
}

// widen makes every range hold one more outcome.
func (r *Result) widen(market Market, outcome Outcome) {
	for s := range Count {
		r.Placed[s] = r.Placed[s].Widen(outcome.PlacedIn(Setting(s)))
		r.UnmetWanting[s] = r.UnmetWanting[s].Widen(outcome.Unmet[s])
	}
	r.Unmet = r.Unmet.Widen(outcome.Unmet.Sum())
	r.CareHomes = r.CareHomes.Widen(outcome.CareHomes())
	r.WantedCommunity = r.WantedCommunity.Widen(outcome.WantedCommunity())
	r.Avoidable = r.Avoidable.Widen(Avoidable(market, outcome))
}

// Avoidable is how many of the market's care home placements are there for lack of community capacity:
// those of its outcome, less those there would be if community services had places without limit.
func Avoidable(market Market, outcome Outcome) float64 {
	for _, s := range Settings() {
		if s.Community() {
			market.Capacity[s] = math.Inf(1)
		}
	}
	return math.Max(0, outcome.CareHomes()-Settle(market).CareHomes())
}
