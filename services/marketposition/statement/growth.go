package statement

import (
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/facts"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// growthBands are the age groups whose growth a statement tells.
func growthBands() []need.AgeBand {
	return []need.AgeBand{{From: 65, To: 74}, {From: 75, To: 84}, facts.From(85), facts.From(65)}
}

// horizon is how many years on growth is told, beside the last year of the projection.
const horizon = 10

// growth tells how the older age groups change from the year of the population, by the
// projection's own numbers: those of an older edition count for their growth only.
func (c *composer) growth(all []Residents) []*marketpositionv1.Growth {
	series, basis, why := c.projectedTogether(all)
	if why != "" {
		return nil
	}
	first, last, ok := span(series)
	if !ok {
		return nil
	}
	start := min(max(yearOf(basis.AsAt), first), last)
	years := []int{start + horizon, last}
	if start+horizon >= last {
		years = []int{last}
	}
	var out []*marketpositionv1.Growth
	for _, band := range growthBands() {
		for _, year := range years {
			if growth := percentGrowth(basis, series, band, start, year); growth != nil {
				out = append(out, &marketpositionv1.Growth{
					AgeGroup: band.String(), FromYear: int32(start), ToYear: int32(year), Percent: growth,
				})
			}
		}
	}
	return out
}

// percentGrowth is nil where the projection does not tell that age group apart.
func percentGrowth(basis figure.Basis, series []*marketpositionv1.Projection, band need.AgeBand, start, year int) *commonv1.Figure {
	before, ok := ProjectedPeople(series, band, start)
	after, also := ProjectedPeople(series, band, year)
	if !ok || !also || start == year {
		return nil
	}
	basis.AsAt = fmt.Sprintf("%d to %d", start, year)
	growth := basis.NotEnough("nobody of that age is projected", commonv1.Unit_UNIT_PERCENT)
	if before > 0 {
		growth = basis.Of(100*(after/before-1), commonv1.Unit_UNIT_PERCENT)
	}
	return figure.With(growth, fmt.Sprintf("100 x (people aged %s projected for %d / for %d - 1)", band, year, start))
}

// projectedTogether gathers the projections of all districts; why says what is missing.
func (c *composer) projectedTogether(all []Residents) (series []*marketpositionv1.Projection, basis figure.Basis, why string) {
	seen := map[string]bool{}
	var ids []string
	for _, r := range all {
		if r.Projected == nil {
			return nil, basis, "no projection of " + r.District + " is known"
		}
		if id := facts.ProjectionID(r.Projected); !seen[id] {
			seen[id] = true
			series = append(series, r.Projected)
			ids = append(ids, r.Projected.GetSourceId())
		}
	}
	return series, c.basis(c.populationBasis(all).AsAt, ids...), ""
}

// span is the years that every group of every projection covers.
func span(series []*marketpositionv1.Projection) (first, last int, ok bool) {
	for _, p := range series {
		for _, g := range p.GetGroups() {
			years := g.GetYears()
			if len(years) == 0 {
				return 0, 0, false
			}
			begins, ends := int(years[0].GetYear()), int(years[len(years)-1].GetYear())
			if !ok {
				first, last, ok = begins, ends, true
			}
			first, last = max(first, begins), min(last, ends)
		}
	}
	return first, last, ok && first <= last
}

// ProjectedPeople adds up the people of a band whom projections expect in a year; ok is false
// where any does not cover the year or the band.
func ProjectedPeople(series []*marketpositionv1.Projection, band need.AgeBand, year int) (sum float64, ok bool) {
	for _, p := range series {
		missing := false
		people, whole := facts.Within(p.GetGroups(), band, func(g *marketpositionv1.ProjectedGroup) float64 {
			for _, y := range g.GetYears() {
				if int(y.GetYear()) == year {
					return y.GetPeople()
				}
			}
			missing = true
			return 0
		})
		if !whole || missing {
			return 0, false
		}
		sum += people
	}
	return sum, true
}
