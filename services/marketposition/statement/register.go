package statement

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// scope says which facts of the register a statement of an area tells, by the areas that
// they concern.
type scope func(area Area, codes []string) bool

// concerning tells everything that concerns a district: its own facts, its council's, its
// region's and England's.
func concerning(Area, []string) bool { return true }

// own tells what is the area's alone.
func own(area Area, codes []string) bool { return slices.Contains(codes, string(area.Code)) }

// ofAuthority tells what concerns an authority as a whole, not what is one district's.
func ofAuthority(area Area, codes []string) bool {
	return own(area, codes) || slices.ContainsFunc(codes, func(code string) bool { return !area.Includes(code) })
}

func concerns(areas []string, code string) bool { return slices.Contains(areas, code) }

// register puts published figures, intentions, actions, engagements and plans into a
// statement, the narrowest area first.
func (c *composer) register(p *marketpositionv1.MarketPosition, area Area, in scope) {
	k := c.in.Known
	p.PublishedFigures = told(area, in, k.PublishedFigures, func(f *marketpositionv1.PublishedFigure) []string { return []string{f.GetArea()} })
	p.Intentions = told(area, in, k.Intentions, (*marketpositionv1.Intention).GetAreas)
	p.Engagements = told(area, in, k.Engagements, (*marketpositionv1.Engagement).GetAreas)
	p.Plans = told(area, in, k.Plans, (*marketpositionv1.Plan).GetAreas)
	for _, a := range told(area, in, k.Actions, (*marketpositionv1.Action).GetAreas) {
		p.Actions = append(p.Actions, OnDay(a, c.day))
	}
}

// told are the facts in scope, the narrowest area first and otherwise in order of id.
func told[F any](area Area, in scope, all []F, areas func(F) []string) []F {
	var out []F
	for _, f := range all {
		if in(area, areas(f)) {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b F) int { return cmp.Compare(breadth(area, areas(a)), breadth(area, areas(b))) })
	return out
}

// breadth is 0 for a fact about districts of the area, then its authority, its region,
// England.
func breadth(area Area, areas []string) int {
	switch {
	case slices.ContainsFunc(areas, area.Includes):
		return 0
	case slices.Contains(areas, string(area.Authority.Code)):
		return 1
	case slices.Contains(areas, string(geo.England)):
		return 3
	default:
		return 2
	}
}

// OnDay is an action as it stands on a day: whether it is overdue. That a day has passed
// says nothing of whether the thing was done.
func OnDay(a *marketpositionv1.Action, day period.Date) *marketpositionv1.Action {
	out := cloned(a)
	due, err := period.Parse(a.GetDueBy())
	open := a.GetStatus() != marketpositionv1.ActionStatus_ACTION_STATUS_DONE && a.GetStatus() != marketpositionv1.ActionStatus_ACTION_STATUS_DROPPED
	if err == nil && open && due.Before(day) {
		days := "days"
		if day.DaysSince(due) == 1 {
			days = "day"
		}
		out.Overdue = fmt.Sprintf("due by %s, %d %s before %s; nothing was recorded since", due, day.DaysSince(due), days, day)
	}
	return out
}
