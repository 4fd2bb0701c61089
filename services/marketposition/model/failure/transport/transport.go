// Package transport finds where groups of people go at the least total cost when every place takes only
// so many, and as few as possible are left without a place: the transportation problem, with leaving
// someone out allowed but dearer than anything else. The answer is exact, in whole numbers.
//
// It is the primal network simplex on a strongly feasible spanning tree (Cunningham 1976; Ahuja, Magnanti
// and Orlin, "Network Flows", chapter 11). Groups and places hang from one root: a group by an arc that
// stands for being left out, a place by an arc as wide as its capacity. That tree, with everyone left out,
// is feasible from the start; each pivot brings in an arc that lowers the cost, and the leaving arc is
// chosen so that no tree comes twice.
package transport

import (
	"context"
	"fmt"
	"math"
	"math/bits"

	"github.com/caremarket/caremarket/pkg/errs"
)

// Problem says who must go, who can be taken, and what each way costs.
type Problem struct {
	// People in each group, and the capacity of each place, which is at least one: leave out places that
	// have none.
	People, Capacity []int64
	// Arcs are the ways that are allowed. A group and place without an arc never meet.
	Arcs []Arc
}

// Arc lets a group go to a place at a cost for each person.
type Arc struct {
	Group, Place, Cost int32
}

// Solution is a cheapest way of placing as many people as possible.
type Solution struct {
	// Moves holds the arcs that are used, in the order of the problem's arcs.
	Moves []Move
	// LeftOut counts those of each group without a place.
	LeftOut []int64
	// Cost is the total of all moves.
	Cost int64
}

// Move sends people along an arc.
type Move struct {
	Arc    int
	People int64
}

// Solve returns a cheapest solution; among equally cheap ones always the same for the same problem. It
// stops with the context's error when that ends.
func Solve(ctx context.Context, p Problem) (Solution, error) {
	leftOut, err := p.check()
	if err != nil {
		return Solution{}, err
	}
	s := newSimplex(p, leftOut)
	for pivot := 0; ; pivot++ {
		if pivot%pivotsBetweenLooks == 0 && ctx.Err() != nil {
			return Solution{}, fmt.Errorf("assignment stopped: %w", context.Cause(ctx))
		}
		arc, found := s.cheapening()
		if !found {
			return s.solution(), nil
		}
		s.pivot(arc)
	}
}

// pivotsBetweenLooks is how often the context is looked at: a pivot takes microseconds.
const pivotsBetweenLooks = 256

// check returns the cost of leaving one person out: more than all others can cost together.
func (p Problem) check() (leftOut int64, err error) {
	var faults errs.Collector
	people := total(&faults, "people", p.People, 0)
	total(&faults, "capacity", p.Capacity, 1)
	var dearest int64
	for i, arc := range p.Arcs {
		if arc.Group < 0 || int(arc.Group) >= len(p.People) || arc.Place < 0 || int(arc.Place) >= len(p.Capacity) {
			faults.Add(fmt.Sprintf("arcs[%d]", i), "joins group %d to place %d, which are not there", arc.Group, arc.Place)
		}
		if arc.Cost < 0 {
			faults.Add(fmt.Sprintf("arcs[%d].cost", i), "must not be negative: %d", arc.Cost)
		}
		dearest = max(dearest, int64(arc.Cost))
	}
	if high, all := bits.Mul64(uint64(people), uint64(dearest)); high > 0 || all > most/uint64(max(people, 1)) {
		faults.Add("people", "%d people at costs up to %d are more than can be counted exactly", people, dearest)
	}
	return people*dearest + 1, faults.Err()
}

// most bounds the cost of leaving everyone out, with room for sums of a few such.
const most = math.MaxInt64 / 16

// total adds up counts, each of which must lie between least and what 32 bits hold.
func total(faults *errs.Collector, field string, counts []int64, least int64) int64 {
	var sum int64
	for i, count := range counts {
		if count < least || count > math.MaxInt32 {
			faults.Add(fmt.Sprintf("%s[%d]", field, i), "must lie between %d and %d: %d", least, math.MaxInt32, count)
			continue
		}
		sum += count
	}
	return sum
}
