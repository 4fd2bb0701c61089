package statement

import (
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/workforceflow"
)

const (
	meaningCourses = "the courses with the fewest and the most staff"
	formulaStocks  = "each month: filled - filled x turnover / 12 + starters + international, and never more than the posts"
	formulaVacant  = "posts - filled"
	formulaStaffed = "staff of the scarcest role / staff for one unit"
	formulaRun     = "the lesser of what can be staffed and the places"
	formulaShort   = "need - what can be run"
	formulaPeople  = "100 x (short for want of people + half of what is short of both) / short"
	nothingShort   = "nothing is short"
)

// render puts what the model found into a projection.
func (p *projector) render(out *marketpositionv1.WorkforceProjection, result workforceflow.Result) {
	at := 0
	for _, t := range p.teams {
		out.Teams = append(out.Teams, t.out)
		if t.known {
			p.renderTeam(t, result.Fewest.Teams[at].Months, result.Central.Teams[at].Months, result.Most.Teams[at].Months)
			at++
		}
	}
	at = 0
	for _, s := range p.services {
		out.Services = append(out.Services, s.out)
		if s.known {
			p.renderService(s, result.Fewest.Services[at].Months, result.Central.Services[at].Months, result.Most.Services[at].Months)
			at++
		}
	}
}

func (p *projector) renderTeam(t *staffTeam, fewest, central, most []workforceflow.Month) {
	for i := range central {
		of := func(get func(workforceflow.Month) float64) *marketpositionv1.ThreeCourses {
			return &marketpositionv1.ThreeCourses{Fewest: get(fewest[i]), Central: get(central[i]), Most: get(most[i])}
		}
		t.out.Months = append(t.out.Months, &marketpositionv1.TeamMonth{
			Month:         int32(i + 1),
			Start:         of(func(m workforceflow.Month) float64 { return m.Start }),
			Leavers:       of(func(m workforceflow.Month) float64 { return m.Leavers }),
			Starters:      of(func(m workforceflow.Month) float64 { return m.Starters }),
			International: of(func(m workforceflow.Month) float64 { return m.International }),
			End:           of(func(m workforceflow.Month) float64 { return m.End }),
			Vacant:        of(workforceflow.Month.Vacant),
		})
	}
	last := t.out.GetMonths()[len(central)-1]
	basis := figure.Join(p.in.AsAt, t.out.GetFilled(), t.out.GetPosts(), t.out.GetTurnover(), t.out.GetStarters(), t.out.GetInternational())
	t.out.FilledAtEnd = courses(basis, last.GetEnd(), unitPosts, formulaStocks)
	t.out.VacantAtEnd = courses(basis, last.GetVacant(), unitPosts, formulaVacant)
}

func (p *projector) renderService(s *staffedService, fewest, central, most []workforceflow.Supply) {
	for i := range central {
		of := func(get func(workforceflow.Supply) float64) *marketpositionv1.ThreeCourses {
			return &marketpositionv1.ThreeCourses{Fewest: get(fewest[i]), Central: get(central[i]), Most: get(most[i])}
		}
		s.out.Months = append(s.out.Months, &marketpositionv1.ServiceMonth{
			Month:           int32(i + 1),
			Staffed:         of(func(m workforceflow.Supply) float64 { return m.Staffed }),
			Run:             of(func(m workforceflow.Supply) float64 { return m.Units }),
			Short:           of(func(m workforceflow.Supply) float64 { return m.Short.All() }),
			ForWantOfPeople: of(func(m workforceflow.Supply) float64 { return m.Short.Staff }),
			ForWantOfPlaces: of(func(m workforceflow.Supply) float64 { return m.Short.Places }),
			ForWantOfBoth:   of(func(m workforceflow.Supply) float64 { return m.Short.Both }),
		})
	}
	last, at := s.out.GetMonths()[len(central)-1], len(central)-1
	team := p.find(teamKey{service: s.out.GetService()})
	basis := figure.Join(p.in.AsAt, team.out.GetFilledAtEnd(), s.out.GetPostsPerUnit(), s.out.GetPlaces(), s.out.GetNeed())
	s.out.Staffed = courses(basis, last.GetStaffed(), s.unit, formulaStaffed)
	s.out.Run = courses(basis, last.GetRun(), s.unit, formulaRun)
	s.out.Short = courses(basis, last.GetShort(), s.unit, formulaShort)
	s.out.PeopleShare = peopleShare(basis, fewest[at], central[at], most[at])
}

// courses is the central course's number, with those of the two others as its ends.
func courses(b figure.Basis, c *marketpositionv1.ThreeCourses, unit commonv1.Unit, formula string) *commonv1.Figure {
	low, high := min(c.GetFewest(), c.GetMost(), c.GetCentral()), max(c.GetFewest(), c.GetMost(), c.GetCentral())
	return figure.With(b.Ranged(low, c.GetCentral(), high, unit, meaningCourses), formula)
}

// peopleShare is the share of what is short that is people; its ends are of those courses
// on which anything is short.
func peopleShare(b figure.Basis, fewest, central, most workforceflow.Supply) *commonv1.Figure {
	share, known := central.Short.StaffShare()
	if !known {
		return figure.With(b.NotEnough(nothingShort, unitPercent), formulaPeople)
	}
	low, high := share, share
	for _, other := range []workforceflow.Supply{fewest, most} {
		if s, short := other.Short.StaffShare(); short {
			low, high = min(low, s), max(high, s)
		}
	}
	return figure.With(b.Ranged(100*low, 100*share, 100*high, unitPercent, meaningCourses), formulaPeople)
}
