package statement

import (
	"math"

	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/workforceflow"
)

// running is what a service runs today: what is in use, what the staff of today could run,
// and the places there are.
type running struct {
	used, open, places *commonv1.Figure
}

// staffedService is a service as the model takes it, with the figures that it was made of.
type staffedService struct {
	out   *marketpositionv1.ServiceProjection
	unit  commonv1.Unit
	model workforceflow.Service
	known bool
}

const (
	formulaInUse    = "beds used, of these types"
	formulaOpen     = "beds used + beds open to admission, of these types: what the staff of today could run"
	formulaPerUnit  = "(filled + bank and agency) / what these staff could run; high: / what they do run"
	formulaNeedHere = "need + residents placed by other councils, who live here too"
	meaningPerUnit  = "the staff of today could run only what is in use, or all that is open as well"
	noPlaces        = "care at home needs no places"
)

// runs are the services that need is known for, with the staff that they take.
func (p *projector) runs(a Answers, gaps []*marketpositionv1.Gap) []*staffedService {
	const whole, rent, owned = marketpositionv1.Tenure_TENURE_UNSPECIFIED, marketpositionv1.Tenure_TENURE_RENT, marketpositionv1.Tenure_TENURE_OWNERSHIP
	homes := func(types []carehomesv1.BedType) running { return p.bedsRun(a.CareHomes.Total, types) }
	return []*staffedService{
		p.service(workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITHOUT_NURSING, homes(residentialTypes), gaps,
			kind{marketpositionv1.Setting_SETTING_RESIDENTIAL, whole}),
		p.service(workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITH_NURSING, homes(nursingTypes), gaps,
			kind{marketpositionv1.Setting_SETTING_NURSING, whole}),
		p.service(workforcev1.ServiceType_SERVICE_TYPE_HOME_CARE, p.atHomeRun(a), gaps,
			kind{marketpositionv1.Setting_SETTING_HOME_CARE, whole}),
		p.service(workforcev1.ServiceType_SERVICE_TYPE_HOUSING_WITH_CARE, p.extraCareRun(a.HousingWithCare.Total), gaps,
			kind{marketpositionv1.Setting_SETTING_EXTRA_CARE, rent}, kind{marketpositionv1.Setting_SETTING_EXTRA_CARE, owned}),
	}
}

func (p *projector) service(of workforcev1.ServiceType, now running, gaps []*marketpositionv1.Gap, kinds ...kind) *staffedService {
	s := &staffedService{out: &marketpositionv1.ServiceProjection{Service: of}, unit: kinds[0].unit()}
	var o *marketpositionv1.ServiceOverride
	for _, one := range p.ask.Services {
		if one.GetService() == of {
			o = one
		}
	}
	s.out.Need, s.out.Places = p.needHere(s.unit, now, gaps, kinds), now.places
	if o != nil && o.Need != nil {
		s.out.Need = p.given().Of(o.GetNeed(), s.unit)
	}
	if o != nil && o.Places != nil {
		s.out.Places = p.given().Of(o.GetPlaces(), s.unit)
	}
	all := p.find(teamKey{service: of})
	s.out.PostsPerUnit = p.perUnit(all, now)
	if r := o.GetPostsPerUnit(); r != nil {
		s.out.PostsPerUnit = p.given().Ranged(r.GetLow(), r.GetCentral(), r.GetHigh(), commonv1.Unit_UNIT_RATIO, "as given")
	}
	needed := []*commonv1.Figure{s.out.GetNeed(), s.out.GetPostsPerUnit()}
	places := math.Inf(1)
	if s.out.GetPlaces().GetNotCollected() == nil {
		needed, places = append(needed, s.out.GetPlaces()), valueOf(s.out.GetPlaces())
	}
	if f := withheld(figure.Join(p.in.AsAt, needed...), s.unit, needed...); f != nil || all == nil || !all.known {
		if f == nil {
			f = figure.Basis{AsAt: p.in.AsAt}.NotEnough("its staff are not known", s.unit)
		}
		s.out.Staffed, s.out.Run, s.out.Short, s.out.PeopleShare = f, f, f, f
		return s
	}
	service, role := modelNames(all.teamKey)
	s.known = true
	s.model = workforceflow.Service{
		Name: service, Need: []float64{valueOf(s.out.GetNeed())}, Places: []float64{places},
		Staffing: []workforceflow.Staffing{{Role: role, PostsPerUnit: assumed(s.out.GetPostsPerUnit(), 1)}},
	}
	if of == workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITH_NURSING {
		p.withNurses(s, now)
	}
	return s
}

// withNurses adds that nursing care cannot be given without nurses.
func (p *projector) withNurses(s *staffedService, now running) {
	nurses := p.find(teamKey{role: workforcev1.RoleGroup_ROLE_GROUP_REGISTERED_NURSE})
	s.out.NursesPerUnit = p.perUnit(nurses, now)
	if nurses == nil || !nurses.known || !valued(s.out.GetNursesPerUnit()) || valueOf(s.out.GetNursesPerUnit()) == 0 {
		return
	}
	_, role := modelNames(nurses.teamKey)
	s.model.Staffing = append(s.model.Staffing, workforceflow.Staffing{Role: role, PostsPerUnit: assumed(s.out.GetNursesPerUnit(), 1)})
}

func (p *projector) find(key teamKey) *staffTeam {
	for _, t := range p.teams {
		if t.teamKey == key {
			return t
		}
	}
	return nil
}

// perUnit is how many staff one unit takes, as today.
func (p *projector) perUnit(t *staffTeam, now running) *commonv1.Figure {
	const unit = commonv1.Unit_UNIT_RATIO
	if t == nil {
		return figure.Basis{AsAt: p.in.AsAt}.NotEnough("no staff of it are returned", unit)
	}
	parts := []*commonv1.Figure{t.out.GetFilled(), now.used, now.open}
	basis := figure.Join(p.in.AsAt, parts...)
	if f := withheld(basis, unit, parts...); f != nil {
		return figure.With(f, formulaPerUnit)
	}
	staff, used, open := t.model.Filled+t.model.Cover, valueOf(now.used), valueOf(now.open)
	if !t.known || used <= 0 || staff <= 0 {
		return figure.With(basis.NotEnough("nothing of it is in use, or nobody is employed", unit), formulaPerUnit)
	}
	return figure.With(basis.Ranged(staff/open, staff/open, staff/used, unit, meaningPerUnit), formulaPerUnit)
}

// needHere is what the area's people need, and those whom other councils placed here.
func (p *projector) needHere(unit commonv1.Unit, now running, gaps []*marketpositionv1.Gap, kinds []kind) *commonv1.Figure {
	var sum assume.Range
	var parts []*commonv1.Figure
	supply := 0.0
	for _, k := range kinds {
		for _, g := range gaps {
			if (kind{g.GetSetting(), g.GetTenure()}) == k {
				parts = append(parts, g.GetNeed(), g.GetSupply())
				sum = sum.Add(rangeOf(g.GetNeed()))
				supply += valueOf(g.GetSupply())
			}
		}
	}
	parts = append(parts, now.open)
	basis := figure.Join(p.in.AsAt, parts...)
	if f := withheld(basis, unit, parts...); f != nil {
		return figure.With(f, formulaNeedHere)
	}
	others := max(0, valueOf(now.open)-supply)
	return figure.With(basis.Ranged(sum.Low+others, sum.Central+others, sum.High+others, unit, meaningNeed), formulaNeedHere)
}

func (p *projector) bedsRun(homes *carehomesv1.CareHomeCapacity, types []carehomesv1.BedType) running {
	var used, admit, most []*commonv1.Figure
	for _, use := range homes.GetBedTypes() {
		for _, t := range types {
			if use.GetBedType() == t {
				used, admit = append(used, use.GetUse().GetUsed()), append(admit, use.GetUse().GetAdmittable())
				most = append(most, use.GetUse().GetMaximum())
			}
		}
	}
	beds := func(formula string, parts ...*commonv1.Figure) *commonv1.Figure {
		return p.sumOf(commonv1.Unit_UNIT_BEDS, formula, homes.GetTotal().GetUsed(), parts)
	}
	return running{used: beds(formulaInUse, used...), open: beds(formulaOpen, append(used, admit...)...), places: beds("", most...)}
}

// sumOf adds figures up; whole says whether anybody answered.
func (p *projector) sumOf(unit commonv1.Unit, formula string, whole *commonv1.Figure, parts []*commonv1.Figure) *commonv1.Figure {
	basis := figure.Join(p.in.AsAt, append([]*commonv1.Figure{whole}, parts...)...)
	if f := nobodyAnswered(basis, whole, unit); f != nil {
		return figure.With(f, formula)
	}
	if f := withheld(basis, unit, append(parts, whole)...); f != nil {
		return figure.With(f, formula)
	}
	sum := 0.0
	for _, part := range parts {
		sum += valueOf(part)
	}
	return figure.With(basis.Of(sum, unit), formula)
}

func (p *projector) atHomeRun(a Answers) running {
	people := a.HomeCare.Total.GetPeople()
	open := figure.Basis{AsAt: p.in.AsAt}.NotEnough("the market that gives it did not answer", unitPeople)
	if a.HomeCare.Answered() {
		open = p.peopleAtHome(a)
	}
	return running{used: people, open: open, places: figure.Join(p.in.AsAt, people).NotCollected(noPlaces, unitPeople)}
}

func (p *projector) extraCareRun(housing *housingwithcarev1.HousingWithCareCapacity) running {
	const unit = commonv1.Unit_UNIT_HOUSING_UNITS
	var occupied, units, out []*commonv1.Figure
	for _, k := range housing.GetKinds() {
		if k.GetKind() == housingwithcarev1.SchemeKind_SCHEME_KIND_EXTRA_CARE {
			occupied, units, out = append(occupied, k.GetUse().GetOccupied()), append(units, k.GetUse().GetUnits()), append(out, k.GetUse().GetOutOfUse())
		}
	}
	whole := housing.GetTotal().GetUnits()
	usable := p.sumOf(unit, formulaUnits, whole, append(units, out...))
	if valued(usable) {
		usable = figure.With(figure.Join(p.in.AsAt, usable).Of(valueOf(usable)-2*valueOf(p.sumOf(unit, "", whole, out)), unit), formulaUnits)
	}
	return running{used: p.sumOf(unit, "homes occupied", whole, occupied), open: usable, places: usable}
}
