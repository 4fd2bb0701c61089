package statement

import (
	"fmt"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// notes tell a reader how well the statement is founded: how far each market is covered
// and how fresh it is, which are away, and how old the editions are.
func (c *composer) notes(p *marketpositionv1.MarketPosition, all []Residents) []*commonv1.DataNote {
	var out []*commonv1.DataNote
	add := func(code string, n int32, format string, args ...any) {
		out = append(out, &commonv1.DataNote{Code: code, Text: fmt.Sprintf(format, args...), Count: n})
	}
	for _, m := range []struct {
		code, title, places string
		state               *marketpositionv1.SectionState
		figure              *commonv1.Figure
	}{
		{"CARE_HOMES", "Care homes", "homes", p.GetCareHomes().GetState(), p.GetCareHomes().GetCapacity().GetTotal().GetMaximum()},
		{"HOME_CARE", "Home care", "branches", p.GetHomeCare().GetState(), p.GetHomeCare().GetCapacity().GetHours().GetDelivered()},
		{"HOUSING_WITH_CARE", "Housing with care", "schemes", p.GetHousingWithCare().GetState(), p.GetHousingWithCare().GetCapacity().GetTotal().GetUnits()},
		{"WORKFORCE", "Workforce", "employers", p.GetWorkforce().GetState(), p.GetWorkforce().GetCapacity().GetTotal().GetPermanent()},
	} {
		switch m.state.GetAvailability() {
		case marketpositionv1.Availability_AVAILABILITY_UNAVAILABLE:
			add(m.code+"_AWAY", 0, "%s: missing from this statement, for %s.", m.title, m.state.GetReason())
			continue
		case marketpositionv1.Availability_AVAILABILITY_STALE:
			add(m.code+"_STALE", 0, "%s: as answered earlier, for %s.", m.title, m.state.GetReason())
		default:
		}
		coverage, freshness := m.figure.GetCoverage(), m.figure.GetFreshness()
		if coverage.GetExpected() == 0 {
			add(m.code+"_COVERAGE", 0, "%s: no %s are on the register.", m.title, m.places)
			continue
		}
		text := fmt.Sprintf("%s: %d of %d %s answered (%.0f%%); totals are of those and not scaled up", m.title,
			coverage.GetResponding(), coverage.GetExpected(), m.places, percent(int(coverage.GetResponding()), int(coverage.GetExpected())))
		if freshness != nil {
			text += fmt.Sprintf(". The answers speak of %s to %s, and %d are stale", freshness.GetOldest(), freshness.GetNewest(), freshness.GetStale())
		}
		add(m.code+"_COVERAGE", coverage.GetExpected()-coverage.GetResponding(), "%s.", text)
	}
	c.noteEditions(all, add)
	return out
}

// noteEditions tells how old the population and its projection are on the day.
func (c *composer) noteEditions(all []Residents, add func(code string, n int32, format string, args ...any)) {
	year := c.day.Year()
	seen := map[string]bool{}
	for _, r := range all {
		if r.All == nil {
			add("NO_POPULATION", 1, "No population of %s is known.", r.District)
			continue
		}
		if id := r.All.GetSourceId(); !seen[id] {
			seen[id] = true
			age := int32(year - yearOf(r.All.GetAsAt()))
			add("POPULATION_EDITION", age, "People are as counted on %s (%s), %d years from the day of this statement.", r.All.GetAsAt(), c.titleOf(id), age)
		}
		if r.Projected == nil {
			add("NO_PROJECTION", 1, "No projection of %s is known: need is that of the people counted.", r.District)
			continue
		}
		if id := r.Projected.GetSourceId(); !seen[id] {
			seen[id] = true
			age := int32(year) - r.Projected.GetBaseYear()
			add("PROJECTION_EDITION", age, "Growth is as projected from %d (%s), %d years before the day of this statement: its growth is used, never its level.",
				r.Projected.GetBaseYear(), c.titleOf(id), age)
		}
		if len(r.Projected.GetDistricts()) > 1 {
			add("PROJECTED_TOGETHER", int32(len(r.Projected.GetDistricts())), "The growth of %s is that of %v together, as published.", r.District, r.Projected.GetDistricts())
		}
	}
}

func (c *composer) titleOf(source string) string {
	s := c.sources[source]
	if s.GetEdition() == "" {
		return s.GetTitle()
	}
	return s.GetTitle() + ", " + s.GetEdition()
}
