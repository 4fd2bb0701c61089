package web

import (
	"slices"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// interaction shows how the markets of a district act on each other, and who ends where;
// a statement without it has no such section.
func (c citations) interaction(m *marketpositionv1.Interaction) []section {
	if m == nil {
		return nil
	}
	grids := filled(ownGrid("People by where they end", m.ProtoReflect()))
	grids = append(grids, gridsOfList("What people want, and what they get", reflected(m.GetSettings()))...)
	grids = append(grids, filled(whoEndsWhere(m))...)
	grids = append(grids, gridsOfList("What one more is worth", reflected(m.GetWorth()))...)
	return []section{{ID: "interaction", Title: "How the markets act on each other", Said: m.GetPlain(), Tables: c.tables("interaction", grids)}}
}

// whoEndsWhere is a row for each setting that people wanted, a column for each they are in.
func whoEndsWhere(m *marketpositionv1.Interaction) grid {
	g := grid{caption: "Who ends where: wanted (down) and got (across)", corner: "Wanted"}
	var settings []marketpositionv1.Setting
	for _, s := range m.GetSettings() {
		settings = append(settings, s.GetSetting())
		g.columns = append(g.columns, enumText(s.GetSetting()))
	}
	if len(m.GetFlows()) == 0 {
		return g
	}
	g.columns = append(g.columns, "No place")
	for _, s := range m.GetSettings() {
		row := gridRow{enumText(s.GetSetting()), make([]*commonv1.Figure, len(g.columns))}
		row.cells[len(settings)] = s.GetUnmet()
		for _, flow := range m.GetFlows() {
			if at := slices.Index(settings, flow.GetGot()); at >= 0 && flow.GetWanted() == s.GetSetting() {
				row.cells[at] = flow.GetPeople()
			}
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// interactions puts what comes of the markets' acting on each other side by side.
func interactions(statements []*marketpositionv1.MarketPosition) grid {
	g := grid{caption: "Who finds no place, and who is in a care home for lack of community care", corner: "People", columns: titles(statements)}
	for _, one := range []struct {
		label string
		of    func(*marketpositionv1.Interaction) *commonv1.Figure
	}{
		{"Need a place", (*marketpositionv1.Interaction).GetNeed},
		{"Find none", (*marketpositionv1.Interaction).GetUnmet},
		{"Are in care homes", (*marketpositionv1.Interaction).GetInCareHomes},
		{"Of them, wanted home care or extra care", (*marketpositionv1.Interaction).GetWantedCommunity},
		{"Fewer in care homes if the community had places without limit", (*marketpositionv1.Interaction).GetAvoidable},
	} {
		row := gridRow{label: one.label}
		for _, s := range statements {
			row.cells = append(row.cells, one.of(s.GetInteraction()))
		}
		g.add(row)
	}
	return g
}
