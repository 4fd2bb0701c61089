package web

import (
	"slices"
	"strconv"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// needAhead shows the need of a statement over the years: a row a setting and tenure, a
// column a year, that of the statement first.
func needAhead(m *marketpositionv1.MarketPosition) grid {
	var years []int32
	for _, n := range m.GetNeedsAhead() {
		if !slices.Contains(years, n.GetYear()) {
			years = append(years, n.GetYear())
		}
	}
	slices.Sort(years)
	g := grid{caption: "Need over the years, at rates that stay as they are", corner: "Setting", columns: []string{"Today"}}
	for _, year := range years {
		g.columns = append(g.columns, strconv.Itoa(int(year)))
	}
	if len(years) == 0 {
		return g
	}
	for _, now := range m.GetNeeds() {
		row := gridRow{labelOf(now.ProtoReflect()), make([]*commonv1.Figure, len(g.columns))}
		row.cells[0] = now.GetNeed()
		for _, n := range m.GetNeedsAhead() {
			if n.GetSetting() == now.GetSetting() && n.GetTenure() == now.GetTenure() {
				row.cells[1+slices.Index(years, n.GetYear())] = n.GetNeed()
			}
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// needsAhead puts the need of the last year told ahead side by side.
func needsAhead(statements []*marketpositionv1.MarketPosition) grid {
	last := int32(0)
	for _, s := range statements {
		for _, n := range s.GetNeedsAhead() {
			last = max(last, n.GetYear())
		}
	}
	g := grid{caption: "Need in " + strconv.Itoa(int(last)), corner: "Setting", columns: titles(statements)}
	rows := map[string]int{}
	for column, s := range statements {
		for _, n := range s.GetNeedsAhead() {
			if n.GetYear() != last {
				continue
			}
			label := labelOf(n.ProtoReflect())
			at, known := rows[label]
			if !known {
				at = len(g.rows)
				rows[label] = at
				g.rows = append(g.rows, gridRow{label, make([]*commonv1.Figure, len(statements))})
			}
			g.rows[at].cells[column] = n.GetNeed()
		}
	}
	return g
}
