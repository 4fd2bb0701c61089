package transport_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/failure/transport"
)

func solve(t testing.TB, p transport.Problem) transport.Solution {
	t.Helper()
	solution, err := transport.Solve(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return solution
}

// A greedy walk sends group 0 to place 0 for 1 and then group 1 to place 1 for 10; the cheapest is 2 + 1.
func TestCheapestIsNotGreedy(t *testing.T) {
	p := transport.Problem{
		People: []int64{1, 1}, Capacity: []int64{1, 1},
		Arcs: []transport.Arc{{0, 0, 1}, {0, 1, 2}, {1, 0, 1}, {1, 1, 10}},
	}
	want := transport.Solution{
		Moves:   []transport.Move{{Arc: 1, People: 1}, {Arc: 2, People: 1}},
		LeftOut: []int64{0, 0}, Cost: 3,
	}
	if diff := cmp.Diff(want, solve(t, p)); diff != "" {
		t.Error(diff)
	}
}

// The cheapest way for one person would leave the other out: placing both comes first.
func TestPlacingMoreComesBeforeCost(t *testing.T) {
	p := transport.Problem{
		People: []int64{1, 1}, Capacity: []int64{1, 1},
		Arcs: []transport.Arc{{0, 0, 1}, {0, 1, 1_000_000}, {1, 0, 1}},
	}
	if got := solve(t, p); got.Cost != 1_000_001 || got.LeftOut[0]+got.LeftOut[1] != 0 {
		t.Errorf("got %+v", got)
	}
}

// Two problems that textbooks print with their least cost: Powerco (Winston, "Operations Research"),
// 1,020, and the one by which many courses show Vogel's method and its improvement, 12,075.
func TestTextbookProblems(t *testing.T) {
	cases := map[string]struct {
		people, capacity []int64
		costs            [][]int32
		want             int64
	}{
		"Powerco": {
			[]int64{35, 50, 40},
			[]int64{45, 20, 30, 30},
			[][]int32{{8, 6, 10, 9}, {9, 12, 13, 7}, {14, 9, 16, 5}},
			1020,
		},
		"Vogel": {
			[]int64{250, 300, 400},
			[]int64{200, 225, 275, 250},
			[][]int32{{11, 13, 17, 14}, {16, 18, 14, 10}, {21, 24, 13, 10}},
			12075,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := transport.Problem{People: c.people, Capacity: c.capacity}
			for g, row := range c.costs {
				for place, cost := range row {
					p.Arcs = append(p.Arcs, transport.Arc{Group: int32(g), Place: int32(place), Cost: cost})
				}
			}
			if got := solve(t, p).Cost; got != c.want {
				t.Errorf("cost %d, want %d", got, c.want)
			}
		})
	}
}

// worst is what a group of answers is compared by: people left out first, cost second.
type worst struct{ leftOut, cost int64 }

// brute tries every way for every person in turn.
func brute(p transport.Problem) worst {
	var people []int32
	for g, count := range p.People {
		for range count {
			people = append(people, int32(g))
		}
	}
	free := append([]int64(nil), p.Capacity...)
	best := worst{leftOut: int64(len(people)) + 1}
	memo := make(map[string]bool)
	var try func(person int, sofar worst)
	try = func(person int, sofar worst) {
		if sofar.leftOut > best.leftOut || sofar.leftOut == best.leftOut && sofar.cost >= best.cost {
			return
		}
		if person == len(people) {
			best = sofar
			return
		}
		key := stateKey(person, sofar, free)
		if memo[key] {
			return
		}
		memo[key] = true
		for _, arc := range p.Arcs {
			if arc.Group == people[person] && free[arc.Place] > 0 {
				free[arc.Place]--
				try(person+1, worst{sofar.leftOut, sofar.cost + int64(arc.Cost)})
				free[arc.Place]++
			}
		}
		try(person+1, worst{sofar.leftOut + 1, sofar.cost})
	}
	try(0, worst{})
	return best
}

func stateKey(person int, sofar worst, free []int64) string {
	key := []byte{byte(person), byte(sofar.leftOut)}
	for shift := range 8 {
		key = append(key, byte(sofar.cost>>(8*shift)))
	}
	for _, f := range free {
		key = append(key, byte(f))
	}
	return string(key)
}

func smallProblem(t *rapid.T) transport.Problem {
	p := transport.Problem{
		People:   rapid.SliceOfN(rapid.Int64Range(0, 3), 1, 4).Draw(t, "people"),
		Capacity: rapid.SliceOfN(rapid.Int64Range(1, 3), 1, 4).Draw(t, "capacity"),
	}
	dearest := rapid.SampledFrom([]int32{0, 2, 20, 1000}).Draw(t, "dearest")
	for g := range p.People {
		for place := range p.Capacity {
			if rapid.IntRange(0, 3).Draw(t, "allowed") > 0 {
				p.Arcs = append(p.Arcs, transport.Arc{Group: int32(g), Place: int32(place), Cost: rapid.Int32Range(0, dearest).Draw(t, "cost")})
			}
		}
	}
	return p
}

func TestNothingTriedByBruteForceIsBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := smallProblem(t)
		solution, err := transport.Solve(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		got := check(t, p, solution)
		if want := brute(p); got != want {
			t.Fatalf("got %+v, brute force finds %+v\n%+v", got, want, p)
		}
	})
}

// check holds a solution to its problem and returns what it amounts to.
func check(t interface{ Fatalf(string, ...any) }, p transport.Problem, s transport.Solution) worst {
	gone := append([]int64(nil), s.LeftOut...)
	taken := make([]int64, len(p.Capacity))
	var sum worst
	for _, move := range s.Moves {
		arc := p.Arcs[move.Arc]
		gone[arc.Group] += move.People
		taken[arc.Place] += move.People
		sum.cost += int64(arc.Cost) * move.People
		if move.People <= 0 {
			t.Fatalf("a move of %d people", move.People)
		}
	}
	for g, people := range p.People {
		if gone[g] != people {
			t.Fatalf("group %d has %d people, %d are accounted for", g, people, gone[g])
		}
		sum.leftOut += s.LeftOut[g]
	}
	for place, capacity := range p.Capacity {
		if taken[place] > capacity {
			t.Fatalf("place %d takes %d of %d", place, taken[place], capacity)
		}
	}
	if sum.cost != s.Cost {
		t.Fatalf("cost %d, moves add up to %d", s.Cost, sum.cost)
	}
	return sum
}

// large is a problem of groups and places scattered in a square, with a little less or a lot more room
// than people.
func large(groups, places int, people, capacity int64, reach float64, seed uint64) transport.Problem {
	random := rand.New(rand.NewPCG(seed, 0))
	type point struct{ x, y float64 }
	scatter := func(n int) []point {
		points := make([]point, n)
		for i := range points {
			points[i] = point{100 * random.Float64(), 100 * random.Float64()}
		}
		return points
	}
	from, to := scatter(groups), scatter(places)
	var p transport.Problem
	for range groups {
		p.People = append(p.People, 1+random.Int64N(2*people-1))
	}
	for range places {
		p.Capacity = append(p.Capacity, 1+random.Int64N(2*capacity-1))
	}
	for g, a := range from {
		for place, b := range to {
			if miles := abs(a.x-b.x) + abs(a.y-b.y); miles <= reach {
				p.Arcs = append(p.Arcs, transport.Arc{Group: int32(g), Place: int32(place), Cost: int32(1000 * miles)})
			}
		}
	}
	return p
}

func abs(x float64) float64 { return max(x, -x) }

// Optimality is proved by prices: at a cheapest solution every unused way costs at least the difference of
// the prices at its ends. The prices are found here by Bellman and Ford, independently of the solver.
func TestLargeSolutionsAllowNoCheaperCycle(t *testing.T) {
	for name, p := range map[string]transport.Problem{
		"room for all":   large(60, 150, 10, 8, 40, 1),
		"not enough":     large(60, 100, 10, 4, 40, 2),
		"far too little": large(60, 50, 10, 1, 60, 3),
		"hardly a way":   large(80, 80, 5, 5, 8, 4),
	} {
		t.Run(name, func(t *testing.T) {
			solution := solve(t, p)
			check(t, p, solution)
			if improvable(p, solution) {
				t.Error("a cheaper solution is left")
			}
		})
	}
}

// improvable looks for a cycle of negative cost in what the solution leaves open.
func improvable(p transport.Problem, s transport.Solution) bool {
	type edge struct {
		from, to int
		cost     int64
	}
	const leftOut = int64(1) << 40
	root := len(p.People) + len(p.Capacity)
	used := make(map[int]bool)
	taken := make([]int64, len(p.Capacity))
	for _, move := range s.Moves {
		used[move.Arc] = true
		taken[p.Arcs[move.Arc].Place] += move.People
	}
	var edges []edge
	for i, arc := range p.Arcs {
		from, to := int(arc.Group), len(p.People)+int(arc.Place)
		edges = append(edges, edge{from, to, int64(arc.Cost)})
		if used[i] {
			edges = append(edges, edge{to, from, -int64(arc.Cost)})
		}
	}
	for g, left := range s.LeftOut {
		edges = append(edges, edge{g, root, leftOut})
		if left > 0 {
			edges = append(edges, edge{root, g, -leftOut})
		}
	}
	for place, capacity := range p.Capacity {
		if taken[place] < capacity {
			edges = append(edges, edge{len(p.People) + place, root, 0})
		}
		if taken[place] > 0 {
			edges = append(edges, edge{root, len(p.People) + place, 0})
		}
	}
	price := make([]int64, root+1)
	for range price {
		changed := false
		for _, e := range edges {
			if price[e.from]+e.cost < price[e.to] {
				price[e.to], changed = price[e.from]+e.cost, true
			}
		}
		if !changed {
			return false
		}
	}
	return true
}

func TestSameProblemSameSolution(t *testing.T) {
	p := large(40, 60, 6, 4, 50, 9)
	if diff := cmp.Diff(solve(t, p), solve(t, p)); diff != "" {
		t.Error(diff)
	}
}

func TestNobodyToPlace(t *testing.T) {
	if got := solve(t, transport.Problem{}); got.Cost != 0 || len(got.Moves) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestSolveStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := transport.Solve(ctx, large(40, 60, 6, 4, 50, 9)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestFaultsAreAllNamed(t *testing.T) {
	_, err := transport.Solve(t.Context(), transport.Problem{
		People: []int64{-1, 1 << 40}, Capacity: []int64{0},
		Arcs: []transport.Arc{{Group: 2, Place: 0}, {Group: 0, Place: 1}, {Group: 0, Place: 0, Cost: -5}},
	})
	var fields []string
	for _, v := range errs.Violations(err) {
		fields = append(fields, v.Field)
	}
	want := []string{"people[0]", "people[1]", "capacity[0]", "arcs[0]", "arcs[1]", "arcs[2].cost"}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Error(diff)
	}
}

func TestSumsBeyondExactCountingAreRefused(t *testing.T) {
	p := transport.Problem{
		People: []int64{2_000_000_000}, Capacity: []int64{1},
		Arcs: []transport.Arc{{Cost: 2_000_000_000}},
	}
	if _, err := transport.Solve(t.Context(), p); errs.Reason(err) != errs.ReasonInvalid {
		t.Errorf("got %v", err)
	}
}

func benchmark(b *testing.B, p transport.Problem) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := transport.Solve(context.Background(), p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(p.Arcs)), "arcs")
}

func BenchmarkTight500(b *testing.B)    { benchmark(b, large(60, 500, 8, 1, 200, 5)) }
func BenchmarkRoomy5000(b *testing.B)   { benchmark(b, large(500, 5000, 10, 2, 200, 6)) }
func BenchmarkTight5000(b *testing.B)   { benchmark(b, large(1000, 5000, 5, 1, 200, 7)) }
func BenchmarkSingles5000(b *testing.B) { benchmark(b, large(5000, 5000, 1, 1, 30, 8)) }
