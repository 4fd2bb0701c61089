package scenarios

import (
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/errs"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/scenario"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// pulled is one lever on its way into the model.
type pulled struct {
	*Plan
	faults *errs.Collector
	// field is where it stands in the request.
	field string
	asked *marketpositionv1.ScenarioLever
	// districts are those it acts on.
	districts []statement.Prospect
	lever     scenario.Lever
}

// pull adds a lever to the model, or notes its faults.
func (p *Plan) pull(faults *errs.Collector, field string, asked *marketpositionv1.ScenarioLever) {
	u := pulled{Plan: p, faults: faults, field: field, asked: asked, lever: scenario.Lever{
		Name: asked.GetTitle(), FromYear: int(asked.GetFromYear()), ToYear: int(asked.GetToYear()),
	}}
	u.when()
	u.where()
	switch change := asked.GetChange().(type) {
	case *marketpositionv1.ScenarioLever_AddBeds:
		u.places("add_beds", change.AddBeds, commonv1.Unit_UNIT_BEDS, interaction.Residential, interaction.Nursing)
	case *marketpositionv1.ScenarioLever_AddExtraCareHomes:
		u.places("add_extra_care_homes", change.AddExtraCareHomes, commonv1.Unit_UNIT_HOUSING_UNITS, interaction.ExtraCare)
	case *marketpositionv1.ScenarioLever_AddHomeCareHours:
		u.places("add_home_care_hours", change.AddHomeCareHours, commonv1.Unit_UNIT_HOURS_PER_WEEK, interaction.HomeCare)
	case *marketpositionv1.ScenarioLever_AddPosts:
		u.staff("add_posts", scenario.AddPosts, change.AddPosts)
	case *marketpositionv1.ScenarioLever_AddStarters:
		u.staff("add_starters", scenario.AddStarters, change.AddStarters)
	case *marketpositionv1.ScenarioLever_TimesTurnover:
		u.staff("times_turnover", scenario.TimesTurnover, change.TimesTurnover)
	case *marketpositionv1.ScenarioLever_TimesNeed:
		u.simple("times_need", scenario.TimesNeed, change.TimesNeed)
	case *marketpositionv1.ScenarioLever_TimesOverflow:
		u.overflow(change.TimesOverflow)
	case *marketpositionv1.ScenarioLever_Population:
		u.population(change.Population)
	}
}

// when notes faults of its years.
func (u *pulled) when() {
	first, last := u.model.FirstYear, u.model.LastYear
	if from := u.lever.FromYear; from < first || from > last {
		u.faults.Add(u.field+".from_year", "must be a year from %d to %d, not %d", first, last, from)
	}
	if to := u.lever.ToYear; to != 0 && to < u.lever.FromYear {
		u.faults.Add(u.field+".to_year", "%d comes before %d", to, u.lever.FromYear)
	}
}

// where finds the districts it acts on.
func (u *pulled) where() {
	u.districts = u.outlook.Districts
	if u.asked.GetDistrict() == "" {
		return
	}
	code := strings.TrimPrefix(u.asked.GetDistrict(), "districts/")
	at := slices.IndexFunc(u.districts, func(p statement.Prospect) bool { return string(p.District.Code) == code })
	if at < 0 {
		why := "is not one of the authority's"
		for _, out := range u.outlook.LeftOut {
			if out.GetDistrict() == u.asked.GetDistrict() {
				why = "cannot be reckoned with: " + out.GetWhy()
			}
		}
		u.faults.Add(u.field+".district", "%s %s", u.asked.GetDistrict(), why)
		u.districts = nil
		return
	}
	u.districts = u.districts[at : at+1]
	u.lever.District = u.districts[0].District.Name
}

// setting is the one it acts on, which must be among those that the change allows; where
// only one is, it need not be named.
func (u *pulled) setting(allowed ...interaction.Setting) (s interaction.Setting, ok bool) {
	if u.asked.GetSetting() == marketpositionv1.Setting_SETTING_UNSPECIFIED && len(allowed) == 1 {
		return allowed[0], true
	}
	s, ok = statement.ModelSetting(u.asked.GetSetting())
	if ok = ok && slices.Contains(allowed, s); !ok {
		names := make([]string, len(allowed))
		for i, one := range allowed {
			names[i] = one.String()
		}
		u.faults.Add(u.field+".setting", "must be %s", strings.Join(names, " or "))
	}
	return s, ok
}

func anySetting() []interaction.Setting {
	all := interaction.Settings()
	return all[:]
}

// amount is how much, with its ends in order and none below least.
func (u *pulled) amount(name string, a *marketpositionv1.Amount, least float64) (by assume.Assumption, ok bool) {
	low, high := a.GetCentral(), a.GetCentral()
	if a.Low != nil {
		low = a.GetLow()
	}
	if a.High != nil {
		high = a.GetHigh()
	}
	switch {
	case low > a.GetCentral() || a.GetCentral() > high:
		u.faults.Add(u.field+"."+name, "low, central and high must be in that order: not %v, %v, %v", low, a.GetCentral(), high)
		return by, false
	case low < least:
		u.faults.Add(u.field+"."+name, "must not be below %v, as %v is", least, low)
		return by, false
	}
	return assume.Between(low, a.GetCentral(), high, statement.GivenByCaller().GetId()), true
}

// simple adds a lever of one setting.
func (u *pulled) simple(name string, what scenario.What, a *marketpositionv1.Amount) {
	s, known := u.setting(anySetting()...)
	by, ok := u.amount(name, a, 0)
	if known && ok {
		u.lever.What, u.lever.Setting, u.lever.By = what, s, by
		u.add()
	}
}

func (u *pulled) add() { u.model.Levers = append(u.model.Levers, u.lever) }

// staff adds a lever on the staff of a setting, if they are known.
func (u *pulled) staff(name string, what scenario.What, a *marketpositionv1.Amount) {
	if s, ok := statement.ModelSetting(u.asked.GetSetting()); ok && u.outlook.StaffUnknown[s] != "" {
		u.faults.Add(u.field+".setting", "the staff of %s are not known: %s", s, u.outlook.StaffUnknown[s])
		return
	}
	u.simple(name, what, a)
}

func (u *pulled) overflow(change *marketpositionv1.OverflowChange) {
	from, known := u.setting(anySetting()...)
	to, alsoKnown := statement.ModelSetting(change.GetTo())
	if !alsoKnown || known && from == to {
		u.faults.Add(u.field+".times_overflow.to", "must be another of the four settings")
		alsoKnown = false
	}
	by, ok := u.amount("times_overflow.times", change.GetTimes(), 0)
	if known && alsoKnown && ok {
		u.lever.What, u.lever.Setting, u.lever.To, u.lever.By = scenario.TimesOverflow, from, to, by
		u.add()
	}
}

func (u *pulled) population(variant *marketpositionv1.PopulationVariant) {
	if u.asked.GetSetting() != marketpositionv1.Setting_SETTING_UNSPECIFIED {
		u.faults.Add(u.field+".setting", "a population is of all settings: leave it out")
		return
	}
	factor := 1.0
	if variant.TimesGrowth != nil {
		factor = variant.GetTimesGrowth()
	}
	for _, d := range u.districts {
		population, ok := u.outlook.PopulationOf(d.District.Code, variant.GetProjection(), factor)
		if !ok {
			u.faults.Add(u.field+".population.projection", "no projection %q of %s is known", variant.GetProjection(), d.District.Name)
			continue
		}
		u.lever.What, u.lever.District, u.lever.Population = scenario.UsePopulation, d.District.Name, population
		u.add()
	}
}
