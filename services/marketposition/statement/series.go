package statement

import (
	"errors"
	"fmt"
	"math"

	"github.com/caremarket/caremarket/services/marketposition/facts"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// constant is the edition of a growth that nobody projected: none at all.
const constant = "constant"

// needFrom is the age from which rates of need are known.
const needFrom = 65

var (
	errNoPopulation = errors.New("no population is known")
	errNoAges       = errors.New("the population is not counted by ages that the projection has")
)

// population puts a district's residents as the model of need takes them, and says for
// which year need can be worked out: that of the statement, or the nearest that the
// projection covers. Without a projection, or where it does not reach back to the
// population, need is that of the population's own year.
func (c *composer) population(r Residents) (p need.Population, year int, err error) {
	if r.All == nil {
		return p, 0, errNoPopulation
	}
	p = need.Population{BaseYear: yearOf(r.All.GetAsAt()), Source: r.All.GetSourceId()}
	for _, count := range r.All.GetCounts() {
		if count.GetSex() == marketpositionv1.Sex_SEX_UNSPECIFIED && count.GetFromAge() >= needFrom {
			p.Base = append(p.Base, need.Count{Band: facts.AgeBand(count), People: float64(count.GetPeople())})
		}
	}
	first, last, ok := span([]*marketpositionv1.Projection{r.Projected})
	if !ok || p.BaseYear < first || p.BaseYear > last {
		p.Growth = []need.Series{{
			Band: facts.From(needFrom), Edition: constant, Points: []need.Point{{Year: p.BaseYear, People: 1}},
		}}
		return p, p.BaseYear, nil
	}
	if p.Growth, err = growthSeries(p.Base, r.Projected); err != nil {
		return p, 0, fmt.Errorf("%s: %w", r.District, err)
	}
	return p, min(max(c.day.Year(), first), last), nil
}

// growthSeries puts a projection's groups as the model takes them: each age of the
// population lies in just one. Groups finer than the population's ages are added up.
func growthSeries(base []need.Count, p *marketpositionv1.Projection) ([]need.Series, error) {
	var out []need.Series
	taken := map[need.AgeBand]bool{}
	for _, b := range base {
		band, ok := groupOf(b.Band, p)
		if !ok {
			return nil, errNoAges
		}
		if taken[band] {
			continue
		}
		taken[band] = true
		series := need.Series{Band: band, Edition: p.GetSourceId()}
		for _, y := range p.GetGroups()[0].GetYears() {
			people, ok := ProjectedPeople([]*marketpositionv1.Projection{p}, band, int(y.GetYear()))
			if !ok || math.IsNaN(people) {
				continue
			}
			series.Points = append(series.Points, need.Point{Year: int(y.GetYear()), People: people})
		}
		out = append(out, series)
	}
	return out, nil
}

// groupOf is the group that holds an age band, or the band itself where finer groups make
// it up.
func groupOf(band need.AgeBand, p *marketpositionv1.Projection) (need.AgeBand, bool) {
	for _, g := range p.GetGroups() {
		if b := facts.AgeBand(g); b.From <= band.From && band.To <= b.To {
			return b, true
		}
	}
	_, whole := facts.Within(p.GetGroups(), band, func(*marketpositionv1.ProjectedGroup) float64 { return 0 })
	return band, whole
}
