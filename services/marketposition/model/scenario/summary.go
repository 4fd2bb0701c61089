package scenario

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
)

// summarise turns the draws of every figure into ranges, and finds what drives those of the last year.
func summarise(ctx context.Context, m *model, t *table, workers int) (Result, error) {
	result := Result{Areas: make([]Area, len(m.districts)+1)}
	for a := range result.Areas {
		result.Areas[a] = Area{ID: All, Years: make([]Year, m.years)}
		if a < len(m.in.Districts) {
			result.Areas[a].ID = m.in.Districts[a].ID
		}
	}
	summaries := make([]summary, workers)
	for i := range summaries {
		summaries[i] = newSummary(t, m.in.Within)
	}
	knobs := m.ranked(t)
	tasks := len(result.Areas) * (m.years + 1)
	err := replicate.Each(ctx, workers, tasks, func(_ context.Context, worker, task int) error {
		a, y := task/(m.years+1), task%(m.years+1)
		area := &result.Areas[a]
		for f := range Figures {
			if y < m.years {
				area.Years[y].Year = m.in.FirstYear + y
				area.Years[y].Figures[f] = summaries[worker].compare(a, y, f)
			} else {
				area.Drivers[f] = summaries[worker].drivers(a, m.years-1, f, knobs)
			}
		}
		return nil
	})
	return result, err
}

// summary reads one figure at a time, in memory of its own.
type summary struct {
	table  *table
	beyond float64   // share of draws beyond each quantile
	draws  []float64 // room for the draws of one figure
	order  []int     // room for their order
	ranks  []float64 // room for their ranks
}

func newSummary(t *table, within float64) summary {
	return summary{
		table: t, beyond: (1 - within) / 2,
		draws: make([]float64, t.draws), order: make([]int, t.draws), ranks: make([]float64, t.draws),
	}
}

func (s *summary) compare(area, year int, f Figure) Comparison {
	before, after := s.table.column(area, year, without, f), s.table.column(area, year, with, f)
	return Comparison{
		Without:    s.quantiles(before),
		With:       s.quantiles(after),
		Difference: s.quantiles(s.difference(before, after)),
	}
}

// difference fills the room for draws with after less before.
func (s *summary) difference(before, after []float64) []float64 {
	for draw := range s.draws {
		s.draws[draw] = after[draw] - before[draw]
	}
	return s.draws
}

// quantiles are those of the draws, which stay as they are unless they stand in the summary's own room.
func (s *summary) quantiles(draws []float64) assume.Range {
	copy(s.draws, draws)
	slices.Sort(s.draws)
	return assume.Range{
		Low:     stat.Quantile(s.beyond, stat.Empirical, s.draws, nil),
		Central: stat.Quantile(0.5, stat.Empirical, s.draws, nil),
		High:    stat.Quantile(1-s.beyond, stat.Empirical, s.draws, nil),
	}
}
