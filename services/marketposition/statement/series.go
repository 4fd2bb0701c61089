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

var (
	errNoPopulation = errors.New("no population is known")
	errNoAges       = errors.New("the population is not counted by ages that the projection has")
)

// population puts a district's residents as the model of need takes them, and says for
// which year need can be worked out: that asked for or, when that is 0, that of the
// statement or the nearest covered. Those younger than a projection tells of are held as
// they were counted.
func (c *composer) population(r Residents, year int) (p need.Population, in int, err error) {
	first, last, ok := c.coveredOf(r)
	if !ok {
		return p, 0, errNoPopulation
	}
	p = need.Population{BaseYear: yearOf(r.All.GetAsAt()), Source: r.All.GetSourceId()}
	for _, count := range r.All.GetCounts() {
		if count.GetSex() == marketpositionv1.Sex_SEX_UNSPECIFIED {
			p.Base = append(p.Base, need.Count{Band: facts.AgeBand(count), People: float64(count.GetPeople())})
		}
	}
	if first == last {
		p.Growth = []need.Series{held(facts.From(0), first, last)}
	} else if p.Growth, err = growthSeries(p.Base, r.Projected, first, last); err != nil {
		return p, 0, fmt.Errorf("%s: %w", r.District, err)
	}
	if year == 0 {
		year = min(max(c.day.Year(), first), last)
	}
	return p, year, nil
}

// coveredOf is the years whose need can be worked out: those of the projection, or the
// population's own where there is none or it does not reach back to the population. It is
// not ok without a population.
func (c *composer) coveredOf(r Residents) (first, last int, ok bool) {
	if r.All == nil {
		return 0, 0, false
	}
	counted := yearOf(r.All.GetAsAt())
	first, last, ok = span([]*marketpositionv1.Projection{r.Projected})
	if !ok || counted < first || counted > last {
		return counted, counted, true
	}
	return first, last, true
}

// held is people whom nobody projects: as many in every year.
func held(band need.AgeBand, first, last int) need.Series {
	s := need.Series{Band: band, Edition: constant, Points: []need.Point{{Year: first, People: 1}}}
	if last > first {
		s.Points = append(s.Points, need.Point{Year: last, People: 1})
	}
	return s
}

// youngest is the first age that a projection tells of.
func youngest(p *marketpositionv1.Projection) int {
	age := math.MaxInt
	for _, g := range p.GetGroups() {
		age = min(age, int(g.GetFromAge()))
	}
	return age
}

// growthSeries puts a projection's groups as the model takes them: each age of the
// population lies in just one, those younger than all in one that stays. Groups finer than the population's ages are added up.
func growthSeries(base []need.Count, p *marketpositionv1.Projection, first, last int) ([]need.Series, error) {
	var out []need.Series
	taken := map[need.AgeBand]bool{}
	for _, b := range base {
		if b.Band.To < youngest(p) {
			out = append(out, held(b.Band, first, last))
			continue
		}
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
