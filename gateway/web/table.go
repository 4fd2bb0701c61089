package web

import (
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
	// Basis is what all figures rest on; nil where they differ, and then each says its own.
	Basis *basis
}

type tableRow struct {
	Label string
	Cells []cell
}

// Wide reports whether the table may need to scroll sideways.
func (t table) Wide() bool { return len(t.Columns) > 3 }

// Illustrative reports whether any figure is made up.
func (t table) Illustrative() bool {
	if t.Basis != nil {
		return t.Basis.Illustrative
	}
	for _, row := range t.Rows {
		for _, c := range row.Cells {
			if c.Basis != nil && c.Basis.Illustrative {
				return true
			}
		}
	}
	return false
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
	t := table{ID: id, Caption: g.caption, Corner: g.corner, Columns: make([]string, len(g.columns)), Basis: c.common(g)}
	inColumn := make([]bool, len(g.columns))
	for i, column := range g.columns {
		t.Columns[i], inColumn[i] = withUnit(column, g.column(i))
	}
	for _, row := range g.rows {
		label, inRow := row.label, false
		if len(row.cells) > 1 {
			label, inRow = withUnit(row.label, row.cells)
		}
		shown := tableRow{Label: label}
		for i, f := range row.cells {
			one := c.cell(f, inRow || inColumn[i], t.Basis == nil)
			if len(g.columns) == 1 {
				one.Formula = f.GetFormula()
			}
			shown.Cells = append(shown.Cells, one)
		}
		t.Rows = append(t.Rows, shown)
	}
	return t
}

func (c citations) cell(f *commonv1.Figure, unitInHead, withBasis bool) cell {
	if f == nil {
		return cell{Text: "No figure"}
	}
	shown := cellOf(f, unitInHead)
	if withBasis {
		own := c.basisOf(f)
		shown.Basis = &own
	}
	return shown
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

// common is what all figures of a grid rest on; nil where they differ.
func (c citations) common(g grid) *basis {
	var common *basis
	for _, row := range g.rows {
		for _, f := range row.cells {
			if f == nil {
				continue
			}
			own := c.basisOf(f)
			if common == nil {
				common = &own
			}
			if *common != own {
				return nil
			}
		}
	}
	return common
}
