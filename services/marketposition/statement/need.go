package statement

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/services/marketposition/facts"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// kind is a setting of a tenure, where the setting has tenures.
type kind struct {
	setting marketpositionv1.Setting
	tenure  marketpositionv1.Tenure
}

// kinds are all that a statement speaks of, in its order.
func kinds() []kind {
	const whole, rent, ownership = marketpositionv1.Tenure_TENURE_UNSPECIFIED, marketpositionv1.Tenure_TENURE_RENT, marketpositionv1.Tenure_TENURE_OWNERSHIP
	return []kind{
		{marketpositionv1.Setting_SETTING_HOME_CARE, whole},
		{marketpositionv1.Setting_SETTING_EXTRA_CARE, rent},
		{marketpositionv1.Setting_SETTING_EXTRA_CARE, ownership},
		{marketpositionv1.Setting_SETTING_ENHANCED_SHELTERED, whole},
		{marketpositionv1.Setting_SETTING_SHELTERED, whole},
		{marketpositionv1.Setting_SETTING_RESIDENTIAL, whole},
		{marketpositionv1.Setting_SETTING_NURSING, whole},
	}
}

// unit is what need for a kind, its supply and its gap are counted in.
func (k kind) unit() commonv1.Unit {
	switch k.setting {
	case marketpositionv1.Setting_SETTING_HOME_CARE:
		return unitPeople
	case marketpositionv1.Setting_SETTING_RESIDENTIAL, marketpositionv1.Setting_SETTING_NURSING:
		return commonv1.Unit_UNIT_BEDS
	default:
		return commonv1.Unit_UNIT_HOUSING_UNITS
	}
}

// String is the kind in words: "extra care for rent".
func (k kind) String() string {
	words := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(k.setting.String(), "SETTING_"), "_", " "))
	if k.tenure != marketpositionv1.Tenure_TENURE_UNSPECIFIED {
		words += " for " + strings.ToLower(strings.TrimPrefix(k.tenure.String(), "TENURE_"))
	}
	return words
}

// group is a kind as one client group needs it.
type group struct {
	kind
	client marketpositionv1.ClientGroup
}

const olderPeople = marketpositionv1.ClientGroup_CLIENT_GROUP_OLDER_PEOPLE

// clientOf is whom a rate is about: older people where it does not say.
func clientOf(rate *marketpositionv1.NeedRate) marketpositionv1.ClientGroup {
	return cmp.Or(rate.GetClientGroup(), olderPeople)
}

// groupsOf are the groups that any rate is about, kind by kind, older people first.
func groupsOf(rates []*marketpositionv1.NeedRate) []group {
	var out []group
	for _, k := range kinds() {
		for client := olderPeople; client <= marketpositionv1.ClientGroup_CLIENT_GROUP_MENTAL_HEALTH; client++ {
			if slices.ContainsFunc(rates, group{k, client}.needs) {
				out = append(out, group{k, client})
			}
		}
	}
	return out
}

// needs reports whether a rate is about the group.
func (g group) needs(rate *marketpositionv1.NeedRate) bool {
	return rate.GetSetting() == g.setting && rate.GetTenure() == g.tenure && clientOf(rate) == g.client
}

// String is the group in words: "residential, learning disability".
func (g group) String() string {
	if g.client == olderPeople {
		return g.kind.String()
	}
	return g.kind.String() + ", " + strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(g.client.String(), "CLIENT_GROUP_"), "_", " "))
}

// needs works out how much of each kind older residents need in the year of the statement.
func (c *composer) needs(all []Residents) []*marketpositionv1.Need {
	var out []*marketpositionv1.Need
	for _, k := range kinds() {
		out = append(out, &marketpositionv1.Need{Setting: k.setting, Tenure: k.tenure, Need: c.needIn(k, all, 0)})
	}
	return out
}

const meaningNeed = "all rates low together, or all high together"

// needIn adds up the districts' needs of one kind by older people in a year, 0 for that of
// the statement.
func (c *composer) needIn(k kind, all []Residents, year int) *commonv1.Figure {
	return c.groupNeed(group{k, olderPeople}, all, year)
}

// groupNeed adds up the districts' needs of one group.
func (c *composer) groupNeed(g group, all []Residents, year int) *commonv1.Figure {
	var sum assume.Range
	var said statedRates
	for _, r := range all {
		rates := c.ratesFor(g, r.District)
		said.add(r, rates)
		if len(rates) == 0 {
			return said.with(c).NotEnough("no rate of need for "+g.String()+" is known", g.unit())
		}
		population, in, err := c.population(r, year)
		if err != nil {
			return said.with(c).NotEnough(err.Error(), g.unit())
		}
		result, err := need.Assess(need.Input{Population: population, Year: in, Rates: inModel(rates)})
		if err != nil {
			return said.with(c).NotEnough(faultOf(err), g.unit())
		}
		sum = sum.Add(result.All)
		said.projected(population, in)
	}
	f := said.with(c).Ranged(sum.Low, sum.Central, sum.High, g.unit(), meaningNeed)
	return figure.With(f, said.formula(c.populationBasis(all).AsAt))
}

// faultOf is the first fault of an input of the model, for people.
func faultOf(err error) string {
	if all := errs.Violations(err); len(all) > 0 {
		return all[0].Field + ": " + all[0].Description
	}
	return "the need could not be worked out"
}

// ratesFor are the rates of one group that hold for a district: those of the narrowest area
// that has any.
func (c *composer) ratesFor(g group, district string) []*marketpositionv1.NeedRate {
	d := c.in.Area.districtOf(district)
	for _, area := range []geo.Code{d.Code, d.Authority, d.Region, geo.England} {
		var rates []*marketpositionv1.NeedRate
		for _, rate := range c.in.Known.NeedRates {
			if g.needs(rate) && slices.Contains(rate.GetAreas(), string(area)) {
				rates = append(rates, rate)
			}
		}
		if len(rates) > 0 {
			return rates
		}
	}
	return nil
}

// inModel puts rates as the model takes them.
func inModel(rates []*marketpositionv1.NeedRate) []need.Rate {
	out := make([]need.Rate, len(rates))
	for i, rate := range rates {
		out[i] = need.Rate{
			Setting: kind{rate.GetSetting(), rate.GetTenure()}.String(), Band: facts.AgeBand(rate), Per: rate.GetPer(),
			People: assume.Between(rate.GetLow(), rate.GetCentral(), rate.GetHigh(), strings.Join(rate.GetSourceIds(), " ")),
		}
	}
	return out
}

// statedRates collects what a need rests on, to be said in its formula.
type statedRates struct {
	derivations []string
	sources     []string
	years       []int
	editions    []string
}

func (s *statedRates) add(r Residents, rates []*marketpositionv1.NeedRate) {
	s.sources = append(s.sources, r.All.GetSourceId())
	for _, rate := range rates {
		s.sources = append(s.sources, rate.GetSourceIds()...)
		if !slices.Contains(s.derivations, rate.GetDerivation()) {
			s.derivations = append(s.derivations, rate.GetDerivation())
		}
	}
}

func (s *statedRates) projected(p need.Population, year int) {
	if !slices.Contains(s.years, year) {
		s.years = append(s.years, year)
	}
	for _, series := range p.Growth {
		if series.Edition == constant {
			continue
		}
		if !slices.Contains(s.editions, series.Edition) {
			s.editions = append(s.editions, series.Edition)
		}
	}
}

func (s *statedRates) with(c *composer) figure.Basis {
	return c.basis(c.in.AsAt, append(s.editions, s.sources...)...)
}

func (s *statedRates) formula(counted string) string {
	people := "people of an age as counted " + counted
	if len(s.editions) > 0 {
		people += fmt.Sprintf(", grown to %d as projected", slices.Max(s.years))
	}
	return fmt.Sprintf("sum over ages of %s x rate. %s", people, strings.Join(s.derivations, ". "))
}
