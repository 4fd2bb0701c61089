package web

import (
	"slices"
	"strings"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// grid is figures in rows and columns, before it is known what they have in common.
type grid struct {
	caption, corner string
	columns         []string
	rows            []gridRow
}

type gridRow struct {
	label string
	cells []*commonv1.Figure // nil where there is none
}

// table is a grid as it is shown.
type table struct {
	ID, Caption, Corner string
	Columns             []string
	Rows                []tableRow
	// Basis is what all figures rest on.
	Basis basis
}

type tableRow struct {
	Label string
	Cells []cell
	// Basis is what the row's figures rest on beyond what all do.
	Basis basis
}

// Wide reports whether the table may need to scroll sideways.
func (t table) Wide() bool { return len(t.Columns) > 3 }

// Illustrative reports whether any figure is made up.
func (t table) Illustrative() bool {
	return t.Basis.Illustrative || slices.ContainsFunc(t.Rows, func(row tableRow) bool {
		return row.Basis.Illustrative || slices.ContainsFunc(row.Cells, func(c cell) bool { return c.Basis.Illustrative })
	})
}

// widest is how many columns a table may have before it is turned on its side, where that
// makes it narrower.
const widest = 7

// turned is g with its rows as columns.
func (g grid) turned() grid {
	t := grid{caption: g.caption, corner: "Measure"}
	for _, row := range g.rows {
		t.columns = append(t.columns, row.label)
	}
	for i, column := range g.columns {
		row := gridRow{label: column}
		for _, from := range g.rows {
			row.cells = append(row.cells, from.cells[i])
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// table shows a grid. A unit that a whole column or row has stands in its head.
func (c citations) table(g grid, id string) table {
	if len(g.columns) > widest && len(g.rows) < len(g.columns) {
		g = g.turned()
	}
	t := table{ID: id, Caption: g.caption, Corner: g.corner, Columns: make([]string, len(g.columns))}
	var all []*commonv1.Figure
	for _, row := range g.rows {
		all = append(all, row.cells...)
	}
	t.Basis = c.common(all)
	inColumn := make([]bool, len(g.columns))
	for i, column := range g.columns {
		t.Columns[i], inColumn[i] = withUnit(column, g.column(i))
	}
	for _, row := range g.rows {
		t.Rows = append(t.Rows, c.row(row, inColumn, t.Basis))
	}
	return t
}

// row shows a row whose columns name the units of their figures, or do not, and whose
// table says what all rest on.
func (c citations) row(row gridRow, inColumn []bool, said basis) tableRow {
	shown, inRow := tableRow{Label: row.label}, false
	if len(row.cells) > 1 {
		shown.Label, inRow = withUnit(row.label, row.cells)
		shown.Basis = c.common(row.cells).beyond(said)
	}
	for i, f := range row.cells {
		one := cell{Text: "No figure"}
		if f != nil {
			one = cellOf(f, inRow || inColumn[i])
			one.Basis = c.basisOf(f).beyond(said).beyond(shown.Basis)
		}
		if len(row.cells) == 1 {
			one.Formula = f.GetFormula()
		}
		shown.Cells = append(shown.Cells, one)
	}
	return shown
}

// common is what all figures rest on.
func (c citations) common(figures []*commonv1.Figure) basis {
	var found []basis
	for _, f := range figures {
		if f != nil {
			found = append(found, c.basisOf(f))
		}
	}
	if len(found) == 0 {
		return basis{}
	}
	all := found[0]
	for _, one := range found[1:] {
		all = all.shared(one)
	}
	return all
}

func (g grid) column(i int) []*commonv1.Figure {
	var column []*commonv1.Figure
	for _, row := range g.rows {
		column = append(column, row.cells[i])
	}
	return column
}

// withUnit adds the unit that all figures have to a heading; ok is false where they differ
// or are better read with it beside each value.
func withUnit(heading string, figures []*commonv1.Figure) (string, bool) {
	unit := commonv1.Unit_UNIT_UNSPECIFIED
	for _, f := range figures {
		switch {
		case f == nil:
		case unit == commonv1.Unit_UNIT_UNSPECIFIED:
			unit = f.GetUnit()
		case unit != f.GetUnit():
			return heading, false
		}
	}
	if inCell(unit) || len(figures) < 2 {
		return heading, false
	}
	if strings.HasSuffix(strings.ToLower(heading), unitWords(unit)) {
		return heading, true
	}
	return heading + " (" + unitWords(unit) + ")", true
}
