package statement

import (
	"math"
	"slices"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
	"github.com/caremarket/caremarket/services/marketposition/model/scenario"
)

// Outlook is what an authority's districts bring into the years ahead, as the model of
// scenarios takes it: people, rates, places, staff.
type Outlook struct {
	// Year is the first; FirstYear and LastYear are those that every projection covers.
	Year, FirstYear, LastYear int
	// Districts are those that can be reckoned with, in order of code.
	Districts []Prospect
	LeftOut   []*marketpositionv1.LeftOutDistrict
	// Rates of need by older people, each of one of the four settings, in people.
	Rates    []need.Rate
	Overflow [interaction.Count][interaction.Count]assume.Assumption
	Staffing [interaction.Count]scenario.Staffing
	// StaffUnknown says of a setting why its staff set no limit; "" where they do.
	StaffUnknown [interaction.Count]string
	// Basis is what all of it rests on.
	Basis figure.Basis

	composer  *composer
	residents []Residents
	// staffFigures are those that staff were counted by.
	staffFigures []*commonv1.Figure
}

// Prospect is one district in the first year.
type Prospect struct {
	Markets
	Population need.Population
	Places     [interaction.Count]assume.Assumption
	Teams      [interaction.Count]scenario.Team
}

// OutlookOf gathers what the districts of an authority bring into the years from one on: 0
// for that of the day or the nearest that the projections cover. Of instead, only
// capacities count. An errs.Invalid says of field "year" that none covers it; when no district can be reckoned with, the error is
// NOT_ENOUGH_DATA. Assumptions that were asked for are in Used afterwards.
func OutlookOf(in Inputs, assumptions *Assumptions, year int, instead map[geo.Code]Instead) (*Outlook, error) {
	c := newComposer(in)
	c.assumptions = assumptions
	o := &Outlook{composer: c, residents: c.residents(in.Area)}
	year, first, last, err := c.yearOfNeed(o.residents, year)
	if err != nil {
		return nil, err
	}
	o.Year, o.FirstYear, o.LastYear = year, first, last
	all, err := c.marketsOf(year, instead)
	if err != nil {
		return nil, err
	}
	for i, m := range all {
		o.reckon(m, o.residents[i], year)
	}
	if len(o.Districts) == 0 {
		return nil, errs.FailedPrecondition("NOT_ENOUGH_DATA", "no district can be reckoned with: "+o.LeftOut[0].GetWhy())
	}
	o.Overflow = o.Districts[0].Input.Overflow
	o.staff()
	o.rest()
	return o, nil
}

// reckon takes a district in, or leaves it out and says why. All districts share the rates
// of the first that is taken in.
func (o *Outlook) reckon(m Markets, r Residents, year int) {
	p := Prospect{Markets: m}
	rates, why := o.prospect(&p, r, year)
	if why == "" && o.Rates != nil && !slices.Equal(o.Rates, rates) {
		why = "its rates of need are not those of the other districts"
	}
	if why == "" && len(o.Districts) > 0 && o.Districts[0].Input.Overflow != m.Input.Overflow {
		why = "what is assumed of its overflow is not what is assumed of the other districts"
	}
	if why != "" {
		o.LeftOut = append(o.LeftOut, LeftOut(m.District, why))
		return
	}
	o.Rates = rates
	o.Districts = append(o.Districts, p)
}

// LeftOut is a district that a model cannot reckon with.
func LeftOut(d geo.District, why string) *marketpositionv1.LeftOutDistrict {
	return &marketpositionv1.LeftOutDistrict{District: facts.DistrictPrefix + string(d.Code), DistrictTitle: d.Name, Why: why}
}

// prospect fills in a district's people and places.
func (o *Outlook) prospect(p *Prospect, r Residents, year int) (rates []need.Rate, why string) {
	if p.Withheld != nil {
		return nil, WhyWithheld(p.Withheld)
	}
	population, _, err := o.composer.population(r, year)
	if err != nil {
		return nil, err.Error()
	}
	p.Population = population
	o.places(p)
	return o.rates(r.District)
}

// WhyWithheld says in words why a figure has no value.
func WhyWithheld(f *commonv1.Figure) string {
	switch state := f.GetState().(type) {
	case *commonv1.Figure_NotCollected:
		return state.NotCollected.GetWhy()
	case *commonv1.Figure_NotEnoughData:
		return state.NotEnoughData.GetWhy()
	default:
		return "figures of it are hidden"
	}
}

// rest joins what all figures rest on.
func (o *Outlook) rest() {
	var parts []*commonv1.Figure
	for _, p := range o.Districts {
		parts = append(parts, p.Need)
		parts = append(parts, p.Capacity[:]...)
		for _, series := range p.Population.Growth {
			parts = append(parts, &commonv1.Figure{SourceIds: o.composer.basis("", series.Edition).SourceIDs})
		}
	}
	parts = append(parts, o.staffFigures...)
	joined := figure.Join(o.composer.in.AsAt, parts...)
	var assumed []assume.Assumption
	for _, row := range o.Overflow {
		assumed = append(assumed, row[:]...)
	}
	for _, staffing := range o.Staffing {
		assumed = append(assumed, staffing.Turnover, staffing.Starters)
	}
	o.Basis = o.composer.resting(figure.Basis{
		SourceIDs: joined.SourceIDs, AsAt: joined.AsAt, Illustrative: joined.Illustrative,
	}, assumed...)
}

// Thousandth rounds what draws give: no more of it means anything.
func Thousandth(value float64) float64 { return math.Round(1000*value)/1000 + 0 }

// Sources are those known here.
func (o *Outlook) Sources() figure.Sources { return o.composer.sources }

// PopulationOf is another population of a district: by a projection of that id ("" for the
// one in use), with its growth since the census times a factor. It is not ok without such a
// projection of the district.
func (o *Outlook) PopulationOf(district geo.Code, projection string, timesGrowth float64) (p need.Population, ok bool) {
	at := slices.IndexFunc(o.residents, func(r Residents) bool { return r.District == string(district) })
	if at < 0 {
		return p, false
	}
	r := o.residents[at]
	if projection != "" {
		r.Projected = nil
		for _, one := range o.composer.in.Known.Projections {
			if one.GetSourceId() == projection && concerns(one.GetDistricts(), r.District) {
				r.Projected = one
			}
		}
		if r.Projected == nil {
			return p, false
		}
	}
	p, _, err := o.composer.population(r, 0)
	if err != nil {
		return p, false
	}
	for i, series := range p.Growth {
		p.Growth[i] = times(series, p.BaseYear, timesGrowth)
	}
	return p, true
}

// times is a series whose growth since a year is multiplied. Nobody is fewer than none.
func times(s need.Series, base int, factor float64) need.Series {
	at := func(year int) float64 {
		for i, point := range s.Points {
			if point.Year == year {
				return point.People
			}
			if point.Year > year && i > 0 {
				before := s.Points[i-1]
				return before.People + (point.People-before.People)*float64(year-before.Year)/float64(point.Year-before.Year)
			}
		}
		return 0
	}
	begins := at(base)
	out := need.Series{Band: s.Band, Edition: s.Edition}
	for _, point := range s.Points {
		out.Points = append(out.Points, need.Point{Year: point.Year, People: max(0, begins+factor*(point.People-begins))})
	}
	return out
}
