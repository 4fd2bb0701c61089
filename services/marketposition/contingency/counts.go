package contingency

import (
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/failure"
)

// counts is a plan added up, of one market or of several.
type counts struct {
	services, people, without int
	miles, longest            float64
	// moved is false where people stay at home, so that there are no miles to say.
	moved bool
	unit  commonv1.Unit
	// own are the failing services; within the plan rests on the others too.
	own, within figure.Tally
}

// counts adds up a plan for a provider's services.
func (b *board) counts(a *answer, own []*commonv1.Standing, made failure.Plan) counts {
	c := counts{
		services: len(own), people: made.People, without: made.Without, miles: made.TotalMiles, longest: made.LongestMiles,
		moved: b.market.Kind != marketpositionv1.Market_MARKET_HOME_CARE, unit: b.peopleUnit(),
	}
	c.own = *a.tally(own...)
	c.within.Add(&c.own)
	return c
}

// rest makes the plan rest on the sources of the others, whose answers its coverage does
// not count.
func (c *counts) rest(others *figure.Tally) { c.within.Add(others) }

// add adds another market's.
func (c *counts) add(o counts) {
	c.services += o.services
	c.people += o.people
	c.without += o.without
	c.miles += o.miles
	c.longest = max(c.longest, o.longest)
	c.moved = c.moved || o.moved && o.services > 0
	c.unit = o.unit
	c.own.Add(&o.own)
	c.within.Add(&o.within)
}

// sums are the totals over markets: households are never added to people.
type sums struct{ people, households counts }

func (s *sums) add(c counts) {
	if c.unit == commonv1.Unit_UNIT_HOUSING_UNITS {
		s.households.add(c)
	} else {
		s.people.add(c)
	}
}

const (
	formulaPlaced  = "people - without a place"
	formulaMiles   = "sum over moves of people x miles, the least of all plans that leave as few without a place"
	formulaLongest = "the longest of the moves"
	formulaWithout = "the fewest of all plans within the rules"
	notMoved       = "nobody is moved: care comes to where people live"
)

// figures writes the totals; nil where there is no service, since nothing is left to rest on.
func (c *counts) figures(asAt string) *marketpositionv1.FailureTotals {
	if c.services == 0 {
		return nil
	}
	own, plan := c.own.Basis(asAt), c.within.Basis(asAt)
	register := own
	register.Coverage, register.Freshness = nil, nil // It knows its services, whether they return or not.
	// Whose people they are is a matter of the failing services alone.
	plan.Coverage = own.Coverage
	totals := &marketpositionv1.FailureTotals{
		Services:     register.Count(c.services, commonv1.Unit_UNIT_SERVICES),
		People:       own.Count(c.people, c.unit),
		Placed:       figure.With(plan.Count(c.people-c.without, c.unit), formulaPlaced),
		WithoutPlace: figure.With(plan.Count(c.without, c.unit), formulaWithout),
		TotalMiles:   figure.With(plan.Of(c.miles, commonv1.Unit_UNIT_MILES), formulaMiles),
		LongestMiles: figure.With(plan.Of(c.longest, commonv1.Unit_UNIT_MILES), formulaLongest),
	}
	if !c.moved {
		totals.TotalMiles = plan.NotCollected(notMoved, commonv1.Unit_UNIT_MILES)
		totals.LongestMiles = plan.NotCollected(notMoved, commonv1.Unit_UNIT_MILES)
	}
	return totals
}
