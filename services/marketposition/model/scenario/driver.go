package scenario

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Drivers are the assumptions that a figure hangs on most, strongest first: the figure with the levers,
// and the difference that they make.
type Drivers struct {
	With, Difference []Driver
}

// Driver is one assumption and how closely a figure follows it.
type Driver struct {
	// Assumption is what it is of, in words, and Source what it rests on.
	Assumption, Source string
	// Correlation is Spearman's, between the ranks of draws: from -1, through 0 for none, to 1. The figure
	// rises with the assumption where it is above 0.
	Correlation float64
}

const (
	// mostDrivers is how many are named for a figure.
	mostDrivers = 5
	// telling is how many standard errors, 1/sqrt(draws - 1) where there is no correlation, one must be
	// away from 0 to be told from chance.
	telling = 3
)

// ranked is a knob with the ranks of its draws.
type ranked struct {
	knob
	ranks []float64
}

// ranked are the knobs that differ between draws.
func (m *model) ranked(t *table) []ranked {
	var found []ranked
	order := make([]int, t.draws)
	for i, k := range m.knobs {
		ranks := make([]float64, t.draws)
		if rank(t.knobs[i], order, ranks) {
			found = append(found, ranked{k, ranks})
		}
	}
	return found
}

func (s *summary) drivers(area, year int, f Figure, knobs []ranked) Drivers {
	before, after := s.table.column(area, year, without, f), s.table.column(area, year, with, f)
	return Drivers{With: s.strongest(after, knobs), Difference: s.strongest(s.difference(before, after), knobs)}
}

// strongest are the knobs that draws follow most closely.
func (s *summary) strongest(draws []float64, knobs []ranked) []Driver {
	if !rank(draws, s.order, s.ranks) {
		return nil
	}
	least := telling / math.Sqrt(float64(len(draws)-1))
	var found []Driver
	for _, k := range knobs {
		if correlation := floats.Dot(k.ranks, s.ranks); math.Abs(correlation) > least {
			found = append(found, Driver{k.name, k.Source, correlation})
		}
	}
	slices.SortStableFunc(found, func(a, b Driver) int {
		return cmp.Compare(math.Abs(b.Correlation), math.Abs(a.Correlation))
	})
	return found[:min(len(found), mostDrivers)]
}

// rank fills ranks with the ranks of values, equal values sharing the mean of theirs, moved and scaled so
// that their sum is 0 and the sum of their squares 1: the product of two such is Spearman's correlation.
// It returns false where all values are equal.
func rank(values []float64, order []int, ranks []float64) bool {
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	middle := float64(len(values)-1) / 2
	for first := 0; first < len(order); {
		end := first + 1
		for end < len(order) && values[order[end]] == values[order[first]] {
			end++
		}
		for _, i := range order[first:end] {
			ranks[i] = float64(first+end-1)/2 - middle
		}
		first = end
	}
	length := floats.Norm(ranks, 2)
	if length == 0 {
		return false
	}
	floats.Scale(1/length, ranks)
	return true
}
