package queueing

import (
	"context"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// costPerDay returns the range of the cost. The least cost over a choice of places grows with every
// input; so when the places are searched for, each end of the range is the least cost at that end. When
// they are given as a range, the low end is the least cost among them, and the high end that of the
// fewest or of the most, since the cost is convex in the places.
func (in Input) costPerDay(ctx context.Context) (assume.Range, error) {
	if !given(in.Places) {
		return in.leastCosts(ctx)
	}
	fewest, most := int(in.Places.Low), int(in.Places.High)
	best, err := in.costing(lowEnd).cheapest(ctx, fewest, most)
	if err != nil {
		return assume.Range{}, err
	}
	central, high := in.costing(centralEnd), in.costing(highEnd)
	return assume.Range{
		Low:     in.costing(lowEnd).costOf(best.Places),
		Central: central.costOf(central.places),
		High:    max(high.costOf(fewest), high.costOf(most)),
	}, nil
}

func (in Input) leastCosts(ctx context.Context) (assume.Range, error) {
	var costs [highEnd + 1]float64
	for e := range costs {
		q := in.costing(end(e))
		best, err := q.cheapest(ctx, 1, MostPlaces)
		if err != nil {
			return assume.Range{}, err
		}
		costs[e] = q.costOf(best.Places)
	}
	return assume.Range{Low: costs[lowEnd], Central: costs[centralEnd], High: costs[highEnd]}, nil
}

// costing is the question at one end with both costs of that end: a dear place presses on the cost,
// where it relieves the number of places.
func (in Input) costing(e end) question {
	q := in.at(e)
	q.costOfPlace = e.at(in.Costs.PerPlaceDay)
	return q
}

// costOf returns the cost of a day with this many places, which must be above the load.
func (q question) costOf(places int) float64 {
	return q.cost(places, erlangB(places, q.offered()))
}
