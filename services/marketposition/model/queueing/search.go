package queueing

import (
	"context"

	"github.com/caremarket/caremarket/pkg/errs"
)

// question is an [Input] at one point of its ranges. Numbers that are not given are 0.
type question struct {
	load
	places                                  int
	maxBlocking, maxWaiting, maxWaitingLong float64
	costOfPlace, costOfWaiting              float64
	leastCostWanted                         bool
}

func (q question) answer(ctx context.Context) (Performance, error) {
	if q.places > 0 {
		return q.performance(q.places, erlangB(q.places, q.offered())), nil
	}
	if q.leastCostWanted {
		return q.cheapest(ctx, 1, MostPlaces)
	}
	return q.climb(ctx, MostPlaces, q.meetsTarget)
}

// meetsTarget reports whether the places, whose Erlang B is b, meet the one target that is given.
func (q question) meetsTarget(places int, b float64) bool {
	switch {
	case q.maxBlocking > 0:
		return b <= q.maxBlocking
	case float64(places) <= q.offered():
		return false
	case q.maxWaiting > 0:
		return erlangC(places, q.offered(), b) <= q.maxWaiting
	default:
		return q.queue(places, b).ProbabilityOfLongerWait <= q.maxWaitingLong
	}
}

// stepsBetweenLooks at the context.
const stepsBetweenLooks = 1 << 14

// climb returns the performance of the first number of places, from 1 up to most, that is enough.
func (q question) climb(ctx context.Context, most int, enough func(places int, b float64) bool) (Performance, error) {
	b := 1.0
	for n := 1; n <= most; n++ {
		if n%stepsBetweenLooks == 0 && ctx.Err() != nil {
			return Performance{}, ctx.Err()
		}
		b = nextB(n, q.offered(), b)
		if enough(n, b) {
			return q.performance(n, b), nil
		}
	}
	var faults errs.Collector
	faults.Add("", "no number of places up to %d meets the target", most)
	return Performance{}, faults.Err()
}

// cheapest returns the performance of the number of places, from least to most, that costs least. The
// mean queue is convex in the places (Dyer and Proll 1977, "On the validity of marginal analysis for
// allocating servers in M/M/c queues", Management Science 23), so it is the first whose next costs no
// less.
func (q question) cheapest(ctx context.Context, least, most int) (Performance, error) {
	return q.climb(ctx, most, func(n int, b float64) bool {
		if n < least || float64(n) <= q.offered() {
			return false
		}
		return n == most || q.cost(n+1, nextB(n+1, q.offered(), b)) >= q.cost(n, b)
	})
}

// cost returns the cost of a day with this many places, which must be above the load.
func (q question) cost(places int, b float64) float64 {
	return q.costOfPlace*float64(places) + q.costOfWaiting*q.queue(places, b).MeanLength
}
