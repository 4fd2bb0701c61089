package workforceflow

import (
	"math"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// bound says at which end assumptions are taken.
type bound int

const (
	fewest bound = iota
	central
	most
)

// helpful is the value of an assumption that gives more staff or care the higher it is.
func (b bound) helpful(a assume.Assumption) float64 {
	return [...]float64{fewest: a.Low, central: a.Central, most: a.High}[b]
}

// harmful is the value of an assumption that gives fewer the higher it is.
func (b bound) harmful(a assume.Assumption) float64 {
	return [...]float64{fewest: a.High, central: a.Central, most: a.Low}[b]
}

// monthsInYear turns turnover, which is of twelve months, into that of one.
const monthsInYear = 12

// Rates are what bears on a team in one month.
type Rates struct {
	// Posts established, leavers as a share of the filled, and those who would start.
	Posts, Leaving, Starters, International float64
}

// LeavingMonthly is the share of staff that leaves in a month at a turnover; it is never above all.
func LeavingMonthly(turnover float64) float64 { return min(1, turnover/monthsInYear) }

// Next is one month of a team with so many filled posts.
func (r Rates) Next(filled float64) Month {
	leavers := filled * r.Leaving
	room := max(0, r.Posts-(filled-leavers))
	starters := min(r.Starters, room)
	international := min(r.International, room-starters)
	return Month{
		Start: filled, Leavers: leavers, Starters: starters, International: international,
		End: filled - leavers + starters + international, Posts: r.Posts,
	}
}

// course runs all teams and services at one bound.
func (in Input) course(at bound) Course {
	var course Course
	for _, team := range in.Teams {
		months := make([]Month, in.Months)
		filled := team.Filled
		for m := range months {
			months[m] = in.rates(team, m+1, at).Next(filled)
			filled = months[m].End
		}
		course.Teams = append(course.Teams, TeamCourse{team.Service, team.Role, months})
	}
	for _, service := range in.Services {
		course.Services = append(course.Services, in.supply(service, course.Teams, at))
	}
	return course
}

// rates are what bears on a team in a month, levers included.
func (in Input) rates(team Team, month int, at bound) Rates {
	rates := Rates{
		Posts: team.Posts, Starters: at.helpful(team.Starters), International: at.helpful(team.International),
	}
	turnover := at.harmful(team.Turnover)
	for _, lever := range in.Levers {
		if !lever.acts(team, month) {
			continue
		}
		switch lever.What {
		case TimesTurnover:
			turnover *= at.harmful(lever.By)
		case TimesStarters:
			rates.Starters *= at.helpful(lever.By)
		case TimesInternational:
			rates.International *= at.helpful(lever.By)
		case AddPosts:
			rates.Posts += at.helpful(lever.By)
		}
	}
	rates.Leaving = LeavingMonthly(turnover)
	return rates
}

func (l Lever) acts(team Team, month int) bool {
	return month >= l.FromMonth && (l.ToMonth == 0 || month <= l.ToMonth) &&
		(l.Service == "" || l.Service == team.Service) && (l.Role == "" || l.Role == team.Role)
}

// supply is what a service can run with its teams.
func (in Input) supply(service Service, teams []TeamCourse, at bound) ServiceCourse {
	course := ServiceCourse{Name: service.Name, Months: make([]Supply, in.Months)}
	for m := range course.Months {
		staffed := math.Inf(1)
		for _, needed := range service.Staffing {
			staff := 0.0
			for i, team := range teams {
				if team.Service == service.Name && team.Role == needed.Role {
					staff += team.Months[m].End + in.Teams[i].Cover
				}
			}
			staffed = min(staffed, staff/at.harmful(needed.PostsPerUnit))
		}
		course.Months[m] = NewSupply(inMonth(service.Need, m), inMonth(service.Places, m), staffed)
	}
	return course
}

// inMonth is the value of a month, or the one for all.
func inMonth(values []float64, month int) float64 {
	if len(values) == 1 {
		return values[0]
	}
	return values[month]
}
