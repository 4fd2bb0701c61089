package interaction

import "github.com/caremarket/caremarket/services/marketposition/model/assume"

// Worth is what one more unit, and one more worker, in a setting changes.
type Worth struct {
	Unit, Worker Change
}

// Change counts people fewer, so a negative number is people more. Its central value is that at all
// central inputs; its ends are the smallest and largest among the central, the least pressed and the most
// pressed state, each with the low and the high of the people that one more serves.
type Change struct {
	FewerUnmet, FewerInCareHomes assume.Range
}

// states are those in which a change is tried: central first, then least and most pressed.
type states [3]struct {
	market           Market
	unmet, careHomes float64
}

func (in Input) statesToChange() states {
	var tried states
	for i, corner := range [...]int{atCentral, leastPressed, mostPressed} {
		market := in.market(corner)
		outcome := Settle(market)
		tried[i].market, tried[i].unmet, tried[i].careHomes = market, outcome.Unmet.Sum(), outcome.CareHomes()
	}
	return tried
}

// change is what places for more people in s change.
func (states *states) change(s Setting, more assume.Range) Change {
	var change Change
	for i, state := range states {
		with := func(people float64) (fewerUnmet, fewerInCareHomes float64) {
			market := state.market
			market.Capacity[s] += people
			outcome := Settle(market)
			return state.unmet - outcome.Unmet.Sum(), state.careHomes - outcome.CareHomes()
		}
		unmet, inHomes := with(more.Central)
		if i == 0 {
			change = Change{assume.Exactly(unmet), assume.Exactly(inHomes)}
		}
		change.widen(unmet, inHomes)
		if more.Low < more.High {
			change.widen(with(more.Low))
			change.widen(with(more.High))
		}
	}
	return change
}

func (c *Change) widen(fewerUnmet, fewerInCareHomes float64) {
	c.FewerUnmet = c.FewerUnmet.Widen(fewerUnmet)
	c.FewerInCareHomes = c.FewerInCareHomes.Widen(fewerInCareHomes)
}
