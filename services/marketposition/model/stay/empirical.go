package stay

import (
	"slices"
	"sort"

	"github.com/caremarket/caremarket/services/marketposition/model/random"
)

// empirical gives each observed stay the same chance.
type empirical struct {
	sorted []float64
	// sums[i] is the sum of the i shortest stays.
	sums []float64
}

func newEmpirical(observed []float64) empirical {
	e := empirical{sorted: slices.Sorted(slices.Values(observed)), sums: make([]float64, len(observed)+1)}
	for i, days := range e.sorted {
		e.sums[i+1] = e.sums[i] + days
	}
	return e
}

func (e empirical) total() float64 { return e.sums[len(e.sorted)] }

// upTo returns how many stays are no longer than days.
func (e empirical) upTo(days float64) int {
	return sort.Search(len(e.sorted), func(i int) bool { return e.sorted[i] > days })
}

func (e empirical) Mean() float64 { return e.total() / float64(len(e.sorted)) }

func (e empirical) Survival(days float64) float64 {
	return float64(len(e.sorted)-e.upTo(days)) / float64(len(e.sorted))
}

func (e empirical) MeanWithin(days float64) float64 {
	days = max(days, 0)
	ended := e.upTo(days)
	return (e.sums[ended] + days*float64(len(e.sorted)-ended)) / float64(len(e.sorted))
}

func (e empirical) Sample(s *random.Stream) float64 { return e.sorted[s.IntN(len(e.sorted))] }

func (e empirical) SampleInProgress(s *random.Stream) float64 {
	target := s.Float64() * e.total()
	i := sort.SearchFloat64s(e.sums[1:], target)
	return e.sorted[min(i, len(e.sorted)-1)]
}
