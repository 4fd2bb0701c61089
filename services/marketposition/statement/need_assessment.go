package statement

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// AssessNeed works out how much care the people of an area need in a year, 0 for that of
// the day or the nearest that the projections cover, with the caller's rates in the place
// of those that are kept. An errs.Invalid says what is wrong with the year or a rate, by
// field of the request.
func AssessNeed(in Inputs, year int, rates []*marketpositionv1.NeedRateOverride) (*marketpositionv1.NeedAssessment, error) {
	c := newComposer(in)
	overridden, err := c.override(rates)
	if err != nil {
		return nil, err
	}
	all := c.residents(in.Area)
	year, first, last, err := c.yearOfNeed(all, year)
	if err != nil {
		return nil, err
	}
	out := &marketpositionv1.NeedAssessment{
		Name: in.Area.Name + "/need", Title: in.Area.Title, Year: int32(year), AsAt: in.AsAt, KnownAt: book.Stamp(in.KnownAt),
		FirstYear: int32(first), LastYear: int32(last),
	}
	out.PopulationEditions, out.ProjectionEditions = c.editions(all)
	out.Total = c.areaNeed(in.Area, all, year)
	if in.Area.Name != facts.DistrictPrefix+string(in.Area.Code) {
		for _, d := range in.Area.Districts {
			one := in.Area.one(d)
			out.Districts = append(out.Districts, c.areaNeed(one, c.residents(one), year))
		}
	}
	out.Rates = c.usedRates(in.Area, overridden)
	c.noteEditions(all, func(code string, n int32, format string, args ...any) {
		out.DataNotes = append(out.DataNotes, &commonv1.DataNote{Code: code, Text: fmt.Sprintf(format, args...), Count: n})
	})
	c.noteYounger(out, all)
	out.Sources = c.sources.Named(facts.Cited(out)...)
	out.Illustrative = illustrative(out.GetSources())
	return out, nil
}

// noteYounger tells that rates of need stand on people whom no projection tells of.
func (c *composer) noteYounger(out *marketpositionv1.NeedAssessment, all []Residents) {
	from := 0
	for _, r := range all {
		if r.Projected != nil {
			from = max(from, youngest(r.Projected))
		}
	}
	younger := func(used *marketpositionv1.UsedRate) bool { return facts.AgeBand(used.GetNeedRate()).To < from }
	if slices.ContainsFunc(out.GetRates(), younger) {
		out.DataNotes = append(out.DataNotes, &commonv1.DataNote{
			Code: "YOUNGER_NOT_PROJECTED", Count: int32(from),
			Text: fmt.Sprintf("The projection tells of nobody under %d: younger people are held as they were counted.", from),
		})
	}
}

// yearOfNeed is the year asked for, or by default that of the day or the nearest covered.
func (c *composer) yearOfNeed(all []Residents, year int) (asked, first, last int, err error) {
	first, last, ok := c.covered(all)
	switch {
	case !ok:
		return 0, 0, 0, errs.FailedPrecondition("NO_POPULATION", "need cannot be worked out: no population of "+c.in.Area.Title+" is known")
	case year == 0:
		return min(max(c.day.Year(), first), last), first, last, nil
	case year < first || year > last:
		_, editions := c.editions(all)
		return 0, 0, 0, errs.Invalid(errs.Violation{Field: "year", Description: fmt.Sprintf(
			"%d lies outside %d to %d, the years that the projection covers (%s); beyond it there is no answer rather than a guess",
			year, first, last, orNone(editions))})
	default:
		return year, first, last, nil
	}
}

func orNone(editions []string) string {
	if len(editions) == 0 {
		return "none is known, so only the year of the population"
	}
	return editions[0]
}

// editions are the populations and projections that need rests on, in words.
func (c *composer) editions(all []Residents) (population, projection []string) {
	for _, r := range all {
		if r.All != nil {
			population = append(population, c.titleOf(r.All.GetSourceId()))
		}
		if r.Projected != nil {
			projection = append(projection, c.titleOf(r.Projected.GetSourceId()))
		}
	}
	slices.Sort(population)
	slices.Sort(projection)
	return slices.Compact(population), slices.Compact(projection)
}

// override puts the caller's rates in the place of those that are kept, and returns their
// names.
func (c *composer) override(rates []*marketpositionv1.NeedRateOverride) (map[string]bool, error) {
	var faults errs.Collector
	overridden := map[string]bool{}
	kept := slices.Clone(c.in.Known.NeedRates)
	for i, o := range rates {
		field := fmt.Sprintf("rates[%d]", i)
		at := slices.IndexFunc(kept, func(r *marketpositionv1.NeedRate) bool { return r.GetName() == o.GetNeedRate() })
		switch {
		case at < 0:
			faults.Add(field+".need_rate", "%s is not a rate that is used here", o.GetNeedRate())
			continue
		case overridden[o.GetNeedRate()]:
			faults.Add(field+".need_rate", "%s is given twice", o.GetNeedRate())
		}
		rate := cloned(kept[at])
		rate.Low, rate.Central, rate.High = o.GetCentral(), o.GetCentral(), o.GetCentral()
		if o.Low != nil {
			rate.Low = o.GetLow()
		}
		if o.High != nil {
			rate.High = o.GetHigh()
		}
		if rate.GetHigh() > rate.GetPer() {
			faults.Add(field, "%v of %v people cannot need it", rate.GetHigh(), rate.GetPer())
		}
		rate.SourceIds, rate.Derivation = []string{GivenByCaller().GetId()}, cmp.Or(o.GetBecause(), "As the request has it")
		kept[at], overridden[o.GetNeedRate()] = rate, true
	}
	c.in.Known.NeedRates = kept
	return overridden, faults.Err()
}

// usedRates are the rates that hold in any district of the area.
func (c *composer) usedRates(area Area, overridden map[string]bool) []*marketpositionv1.UsedRate {
	var out []*marketpositionv1.UsedRate
	seen := map[string]bool{}
	for _, d := range area.Districts {
		for _, g := range groupsOf(c.in.Known.NeedRates) {
			for _, rate := range c.ratesFor(g, string(d.Code)) {
				if seen[rate.GetName()] {
					continue
				}
				seen[rate.GetName()] = true
				out = append(out, &marketpositionv1.UsedRate{NeedRate: rate, Overridden: overridden[rate.GetName()]})
			}
		}
	}
	return out
}

// areaNeed is the need of one area, by client group and by age.
func (c *composer) areaNeed(area Area, all []Residents, year int) *marketpositionv1.AreaNeed {
	out := &marketpositionv1.AreaNeed{Area: area.Name, Title: area.Title, People: c.peopleAhead(all, year)}
	for _, g := range groupsOf(c.in.Known.NeedRates) {
		out.Settings = append(out.Settings, &marketpositionv1.GroupNeed{
			Setting: g.setting, Tenure: g.tenure, ClientGroup: g.client, Need: c.groupNeed(g, all, year),
		})
		out.Ages = append(out.Ages, c.agedNeeds(g, all, year)...)
	}
	return out
}

// agedNeeds is the need of a group by the ages of its rates, where all districts have the
// same.
func (c *composer) agedNeeds(g group, all []Residents, year int) []*marketpositionv1.AgedNeed {
	var out []*marketpositionv1.AgedNeed
	for i, rate := range c.ratesFor(g, all[0].District) {
		one := &marketpositionv1.AgedNeed{
			Setting: g.setting, Tenure: g.tenure, ClientGroup: g.client,
			FromAge: rate.GetFromAge(), ToAge: facts.LastAge(facts.AgeBand(rate)), NeedRate: rate.GetName(),
		}
		var sum assume.Range
		var people float64
		var said statedRates
		for _, r := range all {
			rates := c.ratesFor(g, r.District)
			if i >= len(rates) || rates[i].GetName() != rate.GetName() {
				return nil
			}
			population, in, err := c.population(r, year)
			if err != nil {
				return nil
			}
			result, err := need.Assess(need.Input{Population: population, Year: in, Rates: inModel(rates[i : i+1])})
			if err != nil {
				return nil
			}
			said.add(r, rates[i:i+1])
			said.projected(population, in)
			sum, people = sum.Add(result.All), people+result.Rows[0].People
		}
		basis := said.with(c)
		one.People = basis.Of(people, unitPeople)
		one.Need = figure.With(basis.Ranged(sum.Low, sum.Central, sum.High, g.unit(), meaningNeed), said.formula(c.populationBasis(all).AsAt))
		out = append(out, one)
	}
	return out
}

// peopleAhead counts the people as they were and as they are expected, by the ages of the
// population that are projected.
func (c *composer) peopleAhead(all []Residents, year int) []*marketpositionv1.PeopleAhead {
	var out []*marketpositionv1.PeopleAhead
	places := map[need.AgeBand]int{}
	counted, expected := []float64{}, []float64{}
	var said statedRates
	for _, r := range all {
		population, in, err := c.population(r, year)
		if err != nil {
			return nil
		}
		bands, err := need.Project(population, in)
		if err != nil {
			return nil
		}
		said.add(r, nil)
		said.projected(population, in)
		for _, band := range bands {
			if band.Edition == constant {
				continue
			}
			at, seen := places[band.Band]
			if !seen {
				at = len(out)
				places[band.Band] = at
				out = append(out, &marketpositionv1.PeopleAhead{FromAge: int32(band.Band.From), ToAge: facts.LastAge(band.Band)})
				counted, expected = append(counted, 0), append(expected, 0)
			}
			counted[at], expected[at] = counted[at]+band.Base, expected[at]+band.People
		}
	}
	census, projected := c.populationBasis(all), said.with(c)
	for i, p := range out {
		p.Counted = census.Of(counted[i], unitPeople)
		p.Expected = figure.With(projected.Of(expected[i], unitPeople),
			fmt.Sprintf("people as counted x people of that age projected for %d / for the year of the count", year))
	}
	return out
}
