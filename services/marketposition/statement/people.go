package statement

import (
	"cmp"
	"fmt"
	"math"
	"strconv"

	"github.com/caremarket/caremarket/services/marketposition/facts"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

const unitPeople = commonv1.Unit_UNIT_PEOPLE

// Residents are the people of one district, in the editions that speak for the day.
type Residents struct {
	District string
	// All counts everyone; nil when the district has no population.
	All *marketpositionv1.Population
	// BySex counts women and men apart; nil when nobody has.
	BySex *marketpositionv1.Population
	// Projected is nil when there is no projection.
	Projected *marketpositionv1.Projection
}

// People says who lives in the area, by itself, with its sources.
func People(in Inputs) *marketpositionv1.PeopleSection {
	c := newComposer(in)
	people := c.people(in.Area, c.residents(in.Area))
	people.Sources = c.sources.Named(facts.Cited(people)...)
	return people
}

// ResidentsOf are the people of an area, district by district.
func ResidentsOf(in Inputs) []Residents { return newComposer(in).residents(in.Area) }

// residents chooses, for each district, the newest population that speaks of the day or of
// one before, else the oldest there is; and the projection of the newest edition.
func (c *composer) residents(area Area) []Residents {
	var all []Residents
	for _, d := range area.Districts {
		r := Residents{District: string(d.Code)}
		for _, p := range c.in.Known.Populations {
			if p.GetDistrict() != r.District {
				continue
			}
			if countsSex(p, marketpositionv1.Sex_SEX_UNSPECIFIED) {
				r.All = c.nearer(r.All, p)
			}
			if countsSex(p, marketpositionv1.Sex_SEX_FEMALE) && countsSex(p, marketpositionv1.Sex_SEX_MALE) {
				r.BySex = c.nearer(r.BySex, p)
			}
		}
		for _, p := range c.in.Known.Projections {
			if concerns(p.GetDistricts(), r.District) && (r.Projected == nil || p.GetBaseYear() >= r.Projected.GetBaseYear()) {
				r.Projected = p
			}
		}
		all = append(all, r)
	}
	return all
}

// nearer returns which of two editions speaks for the day: of those before it the newer,
// else the older; of one day, the later by id.
func (c *composer) nearer(a, b *marketpositionv1.Population) *marketpositionv1.Population {
	if a == nil {
		return b
	}
	past, alsoPast := a.GetAsAt() <= c.in.AsAt, b.GetAsAt() <= c.in.AsAt
	order := cmp.Or(cmp.Compare(a.GetAsAt(), b.GetAsAt()), cmp.Compare(a.GetSourceId(), b.GetSourceId()))
	if past && !alsoPast || past && order > 0 || !past && !alsoPast && order < 0 {
		return a
	}
	return b
}

func countsSex(p *marketpositionv1.Population, sex marketpositionv1.Sex) bool {
	for _, count := range p.GetCounts() {
		if count.GetSex() == sex {
			return true
		}
	}
	return false
}

// people is the section on who lives there.
func (c *composer) people(area Area, all []Residents) *marketpositionv1.PeopleSection {
	section := &marketpositionv1.PeopleSection{
		Population:  c.aged(all, facts.From(0)),
		Aged_65Plus: c.aged(all, facts.From(65)),
		Aged_75Plus: c.aged(all, facts.From(75)),
		Aged_85Plus: c.aged(all, facts.From(85)),
		Localities:  c.localities(area),
	}
	for _, band := range shownBands() {
		section.AgeBands = append(section.AgeBands, &marketpositionv1.AgeBand{
			FromAge: int32(band.From), ToAge: facts.LastAge(band), People: c.aged(all, band),
		})
	}
	section.Aged_65PlusShare = c.share(all, section.GetAged_65Plus(), section.GetPopulation())
	section.Dementia_65Plus = c.dementia(all)
	section.Growth = c.growth(all)
	return section
}

// aged counts the people of an age band, district by district.
func (c *composer) aged(all []Residents, band need.AgeBand) *commonv1.Figure {
	basis := c.populationBasis(all)
	sum := 0.0
	for _, r := range all {
		if r.All == nil {
			return basis.NotEnough("no population of "+r.District+" is known", unitPeople)
		}
		people, ok := facts.Counted(r.All, marketpositionv1.Sex_SEX_UNSPECIFIED, band)
		if !ok {
			return basis.NotEnough(fmt.Sprintf("the population of %s is not counted by ages %s", r.District, band), unitPeople)
		}
		sum += people
	}
	return basis.Of(sum, unitPeople)
}

// share is people of 65 and over in a hundred.
func (c *composer) share(all []Residents, part, whole *commonv1.Figure) *commonv1.Figure {
	const formula = "100 x people aged 65 and over / all people"
	basis := c.populationBasis(all)
	older, ok := figure.Value(part)
	everyone, also := figure.Value(whole)
	if !ok || !also {
		return figure.With(basis.NotEnough("the people are not known by age", commonv1.Unit_UNIT_PERCENT), formula)
	}
	return basis.Ratio(older, everyone, formula)
}

// populationBasis is what counts of residents rest on.
func (c *composer) populationBasis(all []Residents) figure.Basis {
	var ids []string
	asAt := ""
	for i, r := range all {
		ids = append(ids, r.All.GetSourceId())
		if i == 0 {
			asAt = r.All.GetAsAt()
		} else if asAt != r.All.GetAsAt() {
			asAt = ""
		}
	}
	return c.basis(asAt, ids...)
}

// basis rests figures on sources of the statement.
func (c *composer) basis(asAt string, ids ...string) figure.Basis {
	named := c.sources.Named(ids...)
	b := figure.Basis{AsAt: asAt, Illustrative: illustrative(named)}
	for _, source := range named {
		b.SourceIDs = append(b.SourceIDs, source.GetId())
	}
	return b
}

// yearOf is the year of an ISO day; 0 for none.
func yearOf(day string) int {
	if len(day) < 4 {
		return 0
	}
	year, err := strconv.Atoi(day[:4])
	if err != nil {
		return 0
	}
	return year
}

// localities are those that lie in the area, with a warning where they are larger or
// smaller than localities are meant to be.
func (c *composer) localities(area Area) []*marketpositionv1.Locality {
	var all []*marketpositionv1.Locality
	for _, fact := range c.in.Known.Localities {
		inside := false
		for _, code := range facts.LocalityAreas(fact) {
			inside = inside || area.Includes(code)
		}
		if !inside {
			continue
		}
		l := cloned(fact.GetLocality())
		people, counted := figure.Value(l.GetPopulation())
		if counted && fact.GetMostPeople() > 0 && (people < float64(fact.GetLeastPeople()) || people > float64(fact.GetMostPeople())) {
			l.Warning = fmt.Sprintf("its %.0f people are outside the %d to %d that a locality is meant to have",
				math.Round(people), fact.GetLeastPeople(), fact.GetMostPeople())
		}
		all = append(all, l)
	}
	return all
}
