package illustrative

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// Total is a published total that a plan adds up to.
type Total struct {
	// Area is the authority or district that it speaks of.
	Area geo.Code
	// File is the sheet, Kinds the kinds of its rows and Columns what is added up.
	File           string
	Kinds, Columns []string
	Value          int
	// Figure is the id of the published figure.
	Figure string
}

// Totals reads the published totals that the plan of the county meets.
func Totals(files fs.FS) ([]Total, error) {
	var faults table.Faults
	totals := readTotals(&faults, files, "county")
	return totals, faults.Err()
}

func readTotals(faults *table.Faults, files fs.FS, folder string) []Total {
	columns := []string{"area", "file", "kinds", "columns", "value", "figure", "note"}
	return table.Read(faults, files, folder+"/totals.csv", columns, func(row table.Row) Total {
		total := Total{
			Area: row.Code("area"), File: row.OneOf("file", careHomes.name, homeCare.name, housing.name),
			Kinds: strings.Fields(row.Required("kinds")), Columns: strings.Fields(row.Required("columns")),
			Value: row.Count("value"), Figure: row.Required("figure"),
		}
		for _, s := range []*sheet{careHomes, homeCare, housing} {
			if s.name == total.File {
				total.checkNames(row, s)
			}
		}
		return total
	})
}

func (t Total) checkNames(row table.Row, s *sheet) {
	for _, kind := range t.Kinds {
		if !slices.Contains(s.kinds, kind) {
			row.Fault("kinds", "%q is none of %s", kind, strings.Join(s.kinds, ", "))
		}
	}
	for _, name := range t.Columns {
		if !slices.ContainsFunc(s.columns, func(c column) bool { return c.name == name }) {
			row.Fault("columns", "%q is no column of %s.csv", name, s.name)
		}
	}
}

// check compares the total with what the districts add up to.
func (t Total) check(districts []District) error {
	planned := 0
	for _, d := range districts {
		if t.Area != geo.England && t.Area != d.Authority && t.Area != d.Code {
			continue
		}
		for _, kind := range t.Kinds {
			for _, column := range t.Columns {
				planned += d.Total(t.File, kind, column)
			}
		}
	}
	if planned != t.Value {
		return fmt.Errorf("%s.csv: %s of %s in %s add up to %d, and %d is published (%s)",
			t.File, strings.Join(t.Columns, " and "), strings.Join(t.Kinds, " and "), t.Area, planned, t.Value, t.Figure)
	}
	return nil
}
