// Package workforceflow follows the people who work in care month by month, and works out how much care
// they can give.
//
// A team is one role in one kind of service. Each month
//
//	leavers = filled x turnover / 12
//	starters + international <= posts - (filled - leavers)
//	filled next = filled - leavers + starters + international
//
// Turnover is the leavers of twelve months over the permanent and temporary staff (Skills for Care), so
// a twelfth of it leaves each month: with a steady staff, twelve such months give back the turnover just
// as it is published. (One minus the twelfth root of its complement would not: it follows one cohort and
// leaves out those who start and go within the year, and has no answer for a turnover above 1.) Nobody
// is taken on beyond the posts there are; recruits from within the country go first.
//
// A service runs as much as its scarcest role lets it: the least of staff / staff for one unit over its
// roles, and no more than its places. What is short of the need is split three ways: places stand ready
// but there is nobody to staff them; there are staff but no places; or both are missing.
//
// The ranges are three courses, each of which balances by itself: the fewest staff (turnover high,
// starters low, every lever at its least), the central, and the most. As filled next never falls when
// filled, starters or posts rise or turnover falls, no course within the ranges leaves these bounds.
package workforceflow

import (
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// Input is a workforce and what bears on it.
type Input struct {
	// Months is how far to look, from the first month on.
	Months   int
	Teams    []Team
	Levers   []Lever
	Services []Service
}

// Team is those of one role in one kind of service.
type Team struct {
	Service, Role string
	// Posts that are established and, of these, filled by permanent or temporary staff.
	Posts, Filled float64
	// Cover is posts worked by bank and agency besides: they count for what care can be given, not for
	// turnover, and stay as they are.
	Cover float64
	// Turnover is leavers in twelve months for one of the staff: 0.248 for 24.8%.
	Turnover assume.Assumption
	// Starters and International are people a month who would start if there are posts: from within the
	// country, and recruited abroad.
	Starters, International assume.Assumption
}

// Lever changes the flows of some teams for some months. Effects of several levers multiply or add up.
type Lever struct {
	Name string
	What Effect
	// Service and Role say whose flows; empty means all.
	Service, Role string
	// FromMonth and ToMonth are the first and the last month of it, counted from 1; a ToMonth of 0 means
	// to the end.
	FromMonth, ToMonth int
	// By is the sourced effect: a factor, or posts added.
	By assume.Assumption
}

// Effect is what a lever acts on.
type Effect int

// Effects of levers. The first three multiply; the last adds posts.
const (
	TimesTurnover Effect = iota + 1
	TimesStarters
	TimesInternational
	AddPosts
)

// Service is a kind of care that teams give.
type Service struct {
	Name string
	// Staffing says what one unit (a bed, an extra care unit, an hour a week) takes of each role.
	Staffing []Staffing
	// Need and Places are units, one value for each month or one for all. Places may be +Inf, as for
	// care that needs no building.
	Need, Places []float64
}

// Staffing is how many posts of a role one unit takes.
type Staffing struct {
	Role         string
	PostsPerUnit assume.Assumption
}

// Result is the three courses.
type Result struct {
	Fewest, Central, Most Course
}

// Course is one way that the workforce may go.
type Course struct {
	// Teams and Services in the order of the input.
	Teams    []TeamCourse
	Services []ServiceCourse
}

// TeamCourse is a team's months.
type TeamCourse struct {
	Service, Role string
	Months        []Month
}

// ServiceCourse is what a service can run in each month.
type ServiceCourse struct {
	Name   string
	Months []Supply
}

// Month is a month's stocks and flows: End = Start - Leavers + Starters + International.
type Month struct {
	Start, Leavers, Starters, International, End float64
	Posts                                        float64
}

// Vacant is how many posts are left unfilled at the end of the month.
func (m Month) Vacant() float64 { return m.Posts - m.End }

// Project returns the courses, or every fault of the input at once.
func Project(in Input) (Result, error) {
	if err := in.Validate(); err != nil {
		return Result{}, err
	}
	return Result{
		Fewest:  in.course(fewest),
		Central: in.course(central),
		Most:    in.course(most),
	}, nil
}
