package statement

import (
	"fmt"
	"math"
	"slices"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

const meaningCarried = "from the one to the other of two readings: the census carried to the year by the projection's growth, and the projection's own level"

// agedIn is how many people of an age and over there are in the middle of a year: those of
// the census, carried there by the projection's growth. The projection's own level is the
// other end of its range: how far the two had come apart by the census is how far either can
// be trusted.
func (c *composer) agedIn(all []Residents, age, year int) *commonv1.Figure {
	band := facts.From(age)
	formula := fmt.Sprintf("sum over ages of people counted x projected for %d / projected for the year of the count", year)
	series, basis, why := c.projectedTogether(all)
	basis.AsAt = fmt.Sprintf("mid-%d", year)
	if why != "" {
		return figure.With(basis.NotEnough(why, unitPeople), formula)
	}
	for _, p := range series {
		for _, district := range p.GetDistricts() {
			if !slices.ContainsFunc(all, func(r Residents) bool { return r.District == district }) {
				return figure.With(basis.NotEnough("the projection speaks of "+district+" as well", unitPeople), formula)
			}
		}
	}
	carried := 0.0
	for _, r := range all {
		population, _, err := c.population(r, year)
		if err != nil {
			return figure.With(basis.NotEnough(err.Error(), unitPeople), formula)
		}
		people, err := need.Project(population, year)
		if err != nil {
			return figure.With(basis.NotEnough(faultOf(err), unitPeople), formula)
		}
		carried += need.Within(people, band)
		basis = c.basis(basis.AsAt, append(basis.SourceIDs, r.All.GetSourceId())...)
	}
	level, ok := ProjectedPeople(series, band, year)
	if !ok {
		return figure.With(basis.NotEnough(fmt.Sprintf("people aged %s are not projected for %d", band, year), unitPeople), formula)
	}
	return figure.With(basis.Ranged(math.Min(carried, level), carried, math.Max(carried, level), unitPeople, meaningCarried), formula)
}
