package statement

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/workforceflow"
)

// The assumptions that stand in for what is not returned, and that say how far what is
// returned may change.
const (
	assumedTurnover = "staff-turnover"
	assumedSwing    = "turnover-year-to-year"
	assumedVacancy  = "vacancy-rate"
	assumedStarters = "starters-per-leaver"
)

const (
	formulaEmployed      = "permanent + temporary"
	formulaEmployedShare = "all filled posts x share of permanent and temporary"
	formulaPosts         = "filled / (1 - vacancy rate)"
	formulaCover         = "all filled posts - permanent - temporary: bank and agency"
	formulaReturned      = "as returned"
	formulaTurnoverSwing = "turnover as returned; its ends are times the assumption turnover-year-to-year"
	formulaStarters      = "a month: filled x turnover x starters for each leaver x share from within the country / 12"
	formulaAbroad        = "a month: filled x turnover x starters for each leaver x share from abroad / 12"
	meaningSwing         = "how far a year's turnover lies from that of the year before"
	meaningRate          = "the ends of the assumption that it rests on"
)

const (
	unitPosts    = commonv1.Unit_UNIT_POSTS
	unitPercent  = commonv1.Unit_UNIT_PERCENT
	monthsOfYear = 12
)

// staffTeam is a team as the model takes it, with the figures that it was made of.
type staffTeam struct {
	teamKey
	out   *marketpositionv1.TeamProjection
	model workforceflow.Team
	// known is false where there is too little to follow it.
	known bool
}

// staff are the teams of each service and of each role that anybody returns or the caller
// gives.
func (p *projector) staff(faults *errs.Collector) []*staffTeam {
	live := map[teamKey]*workforcev1.PostUse{}
	var order []teamKey
	add := func(key teamKey, use *workforcev1.PostUse) {
		if _, twice := live[key]; !twice {
			order = append(order, key)
		}
		live[key] = use
	}
	for _, s := range p.says.GetServices() {
		add(teamKey{service: s.GetService()}, s.GetUse())
	}
	for _, r := range p.says.GetRoles() {
		add(teamKey{role: r.GetRole()}, r.GetUse())
	}
	overrides := map[teamKey]*marketpositionv1.TeamOverride{}
	fields := map[teamKey]string{}
	for i, o := range p.ask.Teams {
		key := teamKey{o.GetService(), o.GetRole()}
		overrides[key], fields[key] = o, fmt.Sprintf("teams[%d]", i)
		if _, known := live[key]; !known {
			add(key, nil)
		}
	}
	var teams []*staffTeam
	for _, key := range order {
		t := p.team(key, live[key], overrides[key])
		if t.known && t.model.Posts < t.model.Filled {
			faults.Add(cmp.Or(fields[key], "teams")+".posts", "%v posts are fewer than the %v filled", t.model.Posts, t.model.Filled)
		}
		if high := overrides[key].GetTurnoverPercent().GetHigh(); high > mostTurnover {
			faults.Add(fields[key]+".turnover_percent", "%v%% is taken for a mistake: nothing above %d%% in twelve months is", high, mostTurnover)
		}
		teams = append(teams, t)
	}
	return teams
}

// team reads one team, each number from the caller, else live, else from an assumption.
func (p *projector) team(key teamKey, use *workforcev1.PostUse, o *marketpositionv1.TeamOverride) *staffTeam {
	t := &staffTeam{teamKey: key, out: &marketpositionv1.TeamProjection{Service: key.service, Role: key.role}}
	t.out.Filled = p.employed(use, o)
	t.out.Cover = p.cover(use, o, t.out.GetFilled())
	if f := withheld(figure.Join(p.in.AsAt, t.out.GetFilled()), unitPosts, t.out.GetFilled()); f != nil {
		t.out.Posts, t.out.FilledAtEnd, t.out.VacantAtEnd = f, f, f
		return t
	}
	filled := valueOf(t.out.GetFilled())
	t.out.Posts = p.posts(use, o, filled)
	t.out.Turnover = p.turnover(use, o)
	t.out.Starters, t.out.International = p.starters(use, o, filled, t.out.GetTurnover())
	parts := []*commonv1.Figure{t.out.GetPosts(), t.out.GetTurnover(), t.out.GetStarters()}
	if f := withheld(figure.Join(p.in.AsAt, parts...), unitPosts, parts...); f != nil {
		t.out.FilledAtEnd, t.out.VacantAtEnd = f, f
		return t
	}
	t.known = true
	service, role := modelNames(key)
	t.model = workforceflow.Team{
		Service: service, Role: role, Posts: max(filled, valueOf(t.out.GetPosts())), Filled: filled, Cover: valueOf(t.out.GetCover()),
		Turnover: assumed(t.out.GetTurnover(), 0.01), Starters: assumed(t.out.GetStarters(), 1), International: assumed(t.out.GetInternational(), 1),
	}
	if o != nil && o.Posts != nil {
		t.model.Posts = o.GetPosts()
	}
	return t
}

// mostTurnover is in percent: Skills for Care rejects a turnover above 9.95 as a mistake.
const mostTurnover = 995

// everyone stands for all services, or all roles.
const everyone = "all"

// modelNames are a team's as the model has them. Registered nurses stand with the homes that
// cannot give care without them, wherever they work.
func modelNames(key teamKey) (service, role string) {
	service, role = everyone, everyone
	switch {
	case key.role == workforcev1.RoleGroup_ROLE_GROUP_REGISTERED_NURSE:
		return workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITH_NURSING.String(), key.role.String()
	case key.role != workforcev1.RoleGroup_ROLE_GROUP_UNSPECIFIED:
		role = key.role.String()
	default:
		service = key.service.String()
	}
	return service, role
}

// assumed is a figure as the model takes it, in another unit.
func assumed(f *commonv1.Figure, unit float64) assume.Assumption {
	return assume.Assumption{Range: rangeOf(f).Scale(unit), Source: cmp.Or(strings.Join(f.GetSourceIds(), " "), "the markets")}
}

// live is a team's own returns where all the figures that get asks for are shown, else those
// of all care staff here: small services hide theirs. It is nil where neither shows them, and
// whose says in words whose they are.
func (p *projector) live(use *workforcev1.PostUse, get func(*workforcev1.PostUse) []*commonv1.Figure) (found *workforcev1.PostUse, whose string) {
	if all(get(use), valued) {
		return use, ""
	}
	if everybody := p.says.GetTotal(); all(get(everybody), valued) {
		return everybody, "; of all care staff here, since its own is not shown"
	}
	return nil, ""
}

func all(figures []*commonv1.Figure, is func(*commonv1.Figure) bool) bool {
	for _, f := range figures {
		if !is(f) {
			return false
		}
	}
	return true
}

func byContract(use *workforcev1.PostUse) []*commonv1.Figure {
	return []*commonv1.Figure{use.GetPermanent(), use.GetTemporary(), use.GetFilled()}
}

// employed is how many posts permanent and temporary staff fill. Where that is not shown, all
// filled posts are, and divide as those of all care staff here do.
func (p *projector) employed(use *workforcev1.PostUse, o *marketpositionv1.TeamOverride) *commonv1.Figure {
	if o != nil && o.Filled != nil {
		return p.given().Of(o.GetFilled(), unitPosts)
	}
	filled := use.GetFilled()
	if f := withheld(figure.Join(p.in.AsAt, filled), unitPosts, filled); f != nil {
		return f
	}
	from, whose := p.live(use, byContract)
	if from == nil || valueOf(from.GetFilled()) == 0 {
		return figure.Join(p.in.AsAt, filled).NotEnough("what share of the staff is permanent or temporary is not shown", unitPosts)
	}
	employed := valueOf(from.GetPermanent()) + valueOf(from.GetTemporary())
	if from == use {
		return figure.With(figure.Join(p.in.AsAt, filled).Of(employed, unitPosts), formulaEmployed)
	}
	basis := figure.Join(p.in.AsAt, filled, from.GetFilled())
	return figure.With(basis.Of(valueOf(filled)*employed/valueOf(from.GetFilled()), unitPosts), formulaEmployedShare+whose)
}

// cover is the other filled posts.
func (p *projector) cover(use *workforcev1.PostUse, o *marketpositionv1.TeamOverride, employed *commonv1.Figure) *commonv1.Figure {
	if o != nil && o.Cover != nil {
		return p.given().Of(o.GetCover(), unitPosts)
	}
	parts := []*commonv1.Figure{use.GetFilled(), employed}
	basis := figure.Join(p.in.AsAt, parts...)
	if f := withheld(basis, unitPosts, parts...); f != nil {
		return figure.With(f, formulaCover)
	}
	return figure.With(basis.Of(max(0, valueOf(use.GetFilled())-valueOf(employed)), unitPosts), formulaCover)
}

// posts are those filled and those vacant. A rate counts only those who return both of its
// parts, so it holds for those as well who leave vacancies out.
func (p *projector) posts(use *workforcev1.PostUse, o *marketpositionv1.TeamOverride, filled float64) *commonv1.Figure {
	if o != nil && o.Posts != nil {
		return p.given().Of(o.GetPosts(), unitPosts)
	}
	from, whose := p.live(use, func(u *workforcev1.PostUse) []*commonv1.Figure { return []*commonv1.Figure{u.GetVacancyRate()} })
	if rate := valueOf(from.GetVacancyRate()); from != nil && rate < 100 {
		basis := figure.Join(p.in.AsAt, from.GetVacancyRate())
		return figure.With(basis.Of(filled/(1-rate/100), unitPosts), formulaPosts+whose)
	}
	rate, known := p.told(assumedVacancy)
	if !known {
		return figure.Basis{AsAt: p.in.AsAt}.NotEnough("vacancies are not returned, and no rate is assumed", unitPosts)
	}
	basis := p.basis(p.in.AsAt, strings.Fields(rate.Source)...)
	return figure.With(basis.Ranged(filled/(1-rate.Low), filled/(1-rate.Central), filled/(1-rate.High), unitPosts, meaningRate), formulaPosts)
}

func (p *projector) turnover(use *workforcev1.PostUse, o *marketpositionv1.TeamOverride) *commonv1.Figure {
	if r := o.GetTurnoverPercent(); r != nil {
		return p.given().Ranged(r.GetLow(), r.GetCentral(), r.GetHigh(), unitPercent, "as given")
	}
	from, whose := p.live(use, func(u *workforcev1.PostUse) []*commonv1.Figure { return []*commonv1.Figure{u.GetTurnover()} })
	if from != nil {
		rate, basis := valueOf(from.GetTurnover()), figure.Join(p.in.AsAt, from.GetTurnover())
		swing, known := p.told(assumedSwing)
		if !known {
			return figure.With(basis.Of(rate, unitPercent), formulaReturned+whose)
		}
		joined := figure.Join(p.in.AsAt, from.GetTurnover(), p.basis("", strings.Fields(swing.Source)...).Of(1, unitPercent))
		return figure.With(joined.Ranged(rate*swing.Low, rate*swing.Central, rate*swing.High, unitPercent, meaningSwing), formulaTurnoverSwing+whose)
	}
	rate, known := p.told(assumedTurnover)
	if !known {
		return figure.Basis{AsAt: p.in.AsAt}.NotEnough("leavers are not returned, and no turnover is assumed", unitPercent)
	}
	basis := p.basis(p.in.AsAt, strings.Fields(rate.Source)...)
	return basis.Ranged(100*rate.Low, 100*rate.Central, 100*rate.High, unitPercent, meaningRate)
}

// starters are those of a month from within the country, and from abroad.
func (p *projector) starters(use *workforcev1.PostUse, o *marketpositionv1.TeamOverride, filled float64, turnover *commonv1.Figure) (within, abroad *commonv1.Figure) {
	leaving := filled * valueOf(turnover) / 100 / monthsOfYear
	from, whose := p.live(use, func(u *workforcev1.PostUse) []*commonv1.Figure {
		return []*commonv1.Figure{u.GetStarters(), u.GetLeavers()}
	})
	ratio, source := assume.Range{}, figure.Join(p.in.AsAt, from.GetStarters(), from.GetLeavers(), turnover)
	if valueOf(from.GetLeavers()) > 0 {
		ratio = assume.Exactly(valueOf(from.GetStarters()) / valueOf(from.GetLeavers()))
	} else {
		told, known := p.told(assumedStarters)
		if !known {
			f := source.NotEnough("starters are not returned, and none are assumed", unitPeople)
			return f, f
		}
		ratio, source = told.Range, p.basis(p.in.AsAt, strings.Fields(told.Source)...)
	}
	share := 0.0
	recruits, _ := p.live(use, func(u *workforcev1.PostUse) []*commonv1.Figure {
		return []*commonv1.Figure{u.GetStarters(), u.GetInternationalRecruits()}
	})
	if valueOf(recruits.GetStarters()) > 0 {
		share = min(1, valueOf(recruits.GetInternationalRecruits())/valueOf(recruits.GetStarters()))
	}
	of := func(share float64, formula string) *commonv1.Figure {
		r := ratio.Scale(leaving * share)
		if r.Low == r.High {
			return figure.With(source.Of(r.Central, unitPeople), formula)
		}
		return figure.With(source.Ranged(r.Low, r.Central, r.High, unitPeople, meaningRate), formula)
	}
	within, abroad = of(1-share, formulaStarters+whose), of(share, formulaAbroad+whose)
	if r := o.GetStarters(); r != nil {
		within = p.given().Ranged(r.GetLow(), r.GetCentral(), r.GetHigh(), unitPeople, "as given")
	}
	if r := o.GetInternational(); r != nil {
		abroad = p.given().Ranged(r.GetLow(), r.GetCentral(), r.GetHigh(), unitPeople, "as given")
	}
	return within, abroad
}

func valued(f *commonv1.Figure) bool {
	_, ok := figure.Value(f)
	return ok
}

// told is an assumption as it holds for the area.
func (p *projector) told(id string) (assume.Assumption, bool) {
	if strings.HasPrefix(p.area.Name, facts.AuthorityPrefix) {
		return p.assumptions.ForAll(id)
	}
	return p.assumptions.For(id, string(p.area.Code))
}
