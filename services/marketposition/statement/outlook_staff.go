package statement

import (
	"math"

	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/scenario"
)

// The assumptions of how far turnover and starters of other years lie from those returned.
const (
	turnoverOfYears = "staff-turnover-year-to-year"
	startersOfYears = "staff-starters-year-to-year"
)

// plenty is posts that set no limit to any market.
const plenty = 1e6

// places says how many people each setting of a district has room for: home care has no
// walls; care homes have the beds that are closed now besides those that are open.
func (o *Outlook) places(p *Prospect) {
	for _, s := range settings() {
		p.Places[s] = assume.Assumption{Range: rangeOf(p.Capacity[s]), Source: p.Capacity[s].GetFormula()}
	}
	p.Places[interaction.HomeCare] = assume.Certain(math.Inf(1), "home care needs no building")
	homes := o.composer.answers.Of(string(p.District.Code)).CareHomes.Total
	p.Places[interaction.Residential].Range = p.Places[interaction.Residential].Add(closed(homes, residentialTypes))
	p.Places[interaction.Nursing].Range = p.Places[interaction.Nursing].Add(closed(homes, nursingTypes))
}

// closed counts beds of some types that are neither used nor open to admissions; none where
// that is hidden.
func closed(homes *carehomesv1.CareHomeCapacity, types []carehomesv1.BedType) assume.Range {
	sum := 0.0
	for _, use := range homes.GetBedTypes() {
		for _, t := range types {
			if use.GetBedType() == t {
				sum += valueOf(use.GetUse().GetNonAdmittable())
			}
		}
	}
	return assume.Exactly(sum)
}

// services are those whose staff a setting draws on. Both kinds of care home share theirs,
// as homes of either kind hold beds of both settings.
func services(s interaction.Setting) []workforcev1.ServiceType {
	switch s {
	case interaction.HomeCare:
		return []workforcev1.ServiceType{workforcev1.ServiceType_SERVICE_TYPE_HOME_CARE}
	case interaction.ExtraCare:
		return []workforcev1.ServiceType{workforcev1.ServiceType_SERVICE_TYPE_HOUSING_WITH_CARE}
	default:
		return []workforcev1.ServiceType{
			workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITH_NURSING, workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITHOUT_NURSING,
		}
	}
}

// sharing are the settings that draw on the same staff as one.
func sharing(s interaction.Setting) []interaction.Setting {
	if s.Community() {
		return []interaction.Setting{s}
	}
	return []interaction.Setting{interaction.Residential, interaction.Nursing}
}

// workforce is the staff of one setting, added up over an area.
type workforce struct{ filled, vacant, starters, leavers float64 }

func (w workforce) plus(o workforce) workforce {
	return workforce{w.filled + o.filled, w.vacant + o.vacant, w.starters + o.starters, w.leavers + o.leavers}
}

// workforceOf adds up the staff of a setting; why says what is missing.
func (c *composer) workforceOf(a Answers, s interaction.Setting) (w workforce, why string) {
	parts := c.postsFigures(a, s)
	if f := withheld(figure.Basis{}, commonv1.Unit_UNIT_POSTS, parts...); f != nil {
		return w, WhyWithheld(f)
	}
	for i := 0; i < len(parts); i += postsFiguresEach {
		w.filled += valueOf(parts[i]) + valueOf(parts[i+1])
		w.vacant += valueOf(parts[i+2])
		w.starters += valueOf(parts[i+3])
		w.leavers += valueOf(parts[i+4])
	}
	if w.filled == 0 {
		return w, "nobody returned any staff"
	}
	return w, ""
}

const postsFiguresEach = 5

// postsFigures are, for each service of a setting, its permanent and temporary staff,
// vacancies, starters and leavers; one figure without a state where nobody returned any.
func (c *composer) postsFigures(a Answers, s interaction.Setting) (parts []*commonv1.Figure) {
	if !a.Workforce.Answered() {
		return []*commonv1.Figure{nil}
	}
	for _, use := range a.Workforce.Total.GetServices() {
		for _, service := range services(s) {
			if use.GetService() == service {
				u := use.GetUse()
				parts = append(parts, u.GetPermanent(), u.GetTemporary(), u.GetVacancies(), u.GetStarters(), u.GetLeavers())
			}
		}
	}
	if parts == nil {
		return []*commonv1.Figure{nil}
	}
	return parts
}

// staff says what one post lets a setting serve: the effective supply of the districts whose
// staff are known over the posts filled there, all together, since posts are counted where the
// employer stands and not where care is given. Each district then has as many staff as its
// supply takes, so that in the first year staff and supply agree; and turnover, starters and
// vacancies as in those districts together.
func (o *Outlook) staff() {
	turnover, known := o.composer.assumptions.ForAll(turnoverOfYears)
	starters, alsoKnown := o.composer.assumptions.ForAll(startersOfYears)
	for _, s := range settings() {
		w, supply, why := o.staffed(s)
		if why == "" && (!known || !alsoKnown) {
			why = "nothing is assumed of turnover and starters from year to year"
		}
		if o.StaffUnknown[s] = why; why != "" {
			o.unlimited(s)
			continue
		}
		o.Staffing[s] = scenario.Staffing{
			PeoplePerPost: assume.Certain(supply.Central/w.filled, "effective supply / posts filled"),
			Turnover:      assume.Assumption{Range: turnover.Scale(w.leavers / w.filled), Source: turnover.Source},
			Starters:      assume.Assumption{Range: starters.Scale(w.starters / monthsInYear / (w.filled + w.vacant)), Source: starters.Source},
		}
		if s == interaction.HomeCare { // The others have their doubt in their places.
			o.Staffing[s].PeoplePerPost.Range = supply.Scale(1 / w.filled)
		}
		for i := range o.Districts {
			p := &o.Districts[i]
			filled := p.Input.Capacity[s].Central * w.filled / supply.Central
			p.Teams[s] = scenario.Team{Posts: filled * (1 + w.vacant/w.filled), Filled: filled}
		}
	}
}

const monthsInYear = 12

// staffed adds up the staff of a setting and what they serve over the districts where both
// are known; why says that they are in none.
func (o *Outlook) staffed(s interaction.Setting) (staff workforce, supply assume.Range, why string) {
	for _, p := range o.Districts {
		answers := o.composer.answers.Of(string(p.District.Code))
		one, missing := o.composer.workforceOf(answers, s)
		if missing != "" {
			why = missing
			continue
		}
		staff = staff.plus(one)
		for _, shared := range sharing(s) {
			supply = supply.Add(p.Input.Capacity[shared])
		}
		o.staffFigures = append(o.staffFigures, o.composer.postsFigures(answers, s)...)
	}
	switch {
	case staff.filled == 0:
		return staff, supply, why
	case supply.Central == 0:
		return staff, supply, "it serves nobody"
	default:
		return staff, supply, ""
	}
}

// unlimited lets the staff of a setting set no limit. Where it has no walls either, its
// limit is what it can serve now.
func (o *Outlook) unlimited(s interaction.Setting) {
	const source = "staff are not known, and set no limit"
	o.Staffing[s] = scenario.Staffing{
		PeoplePerPost: assume.Certain(1, source), Turnover: assume.Certain(0, source), Starters: assume.Certain(0, source),
	}
	for i := range o.Districts {
		p := &o.Districts[i]
		p.Teams[s] = scenario.Team{Posts: plenty, Filled: plenty}
		if math.IsInf(p.Places[s].Central, 1) {
			p.Places[s] = assume.Assumption{Range: p.Input.Capacity[s], Source: source}
		}
	}
}
