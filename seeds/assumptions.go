package seeds

import (
	"fmt"
	"io/fs"
	"strings"

	positionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// readAssumptions reads what models are told because they cannot know, from every file of the
// folder: one for each model. An id may stand for several places, but once for each.
func readAssumptions(faults *table.Faults, fsys fs.FS) []*positionv1.Assumption {
	columns := []string{"id", "area", "title", "low", "central", "high", "unit", "sources", "derivation"}
	files, err := fs.Glob(fsys, "england/assumptions/*.csv")
	if err != nil {
		faults.Add(fmt.Errorf("england/assumptions: %w", err))
	}
	taken := map[string]bool{}
	var all []*positionv1.Assumption
	for _, file := range files {
		all = append(all, table.Read(faults, fsys, file, columns, func(row table.Row) *positionv1.Assumption {
			a := &positionv1.Assumption{
				Name: "assumptions/" + row.Required("id"), Areas: codes(row.Codes("area")), Title: row.Required("title"),
				Low: row.Number("low"), Central: row.Number("central"), High: row.Number("high"), Unit: row.Required("unit"),
				SourceIds: strings.Fields(row.Required("sources")), Derivation: row.Required("derivation"),
			}
			if a.GetLow() > a.GetCentral() || a.GetCentral() > a.GetHigh() {
				row.Fault("central", "%v is not between its low %v and high %v", a.GetCentral(), a.GetLow(), a.GetHigh())
			}
			key := a.GetName() + " " + strings.Join(a.GetAreas(), "+")
			if taken[key] {
				row.Fault("id", "%s stands for that area already", a.GetName())
			}
			taken[key] = true
			return a
		})...)
	}
	return all
}
