package main

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// turnover is the share of care staff who left in a year, in percent as
// published, or why there is none.
type turnover struct{ area, year, percent, state, source string }

// The states of a published percentage.
const (
	given        = "given"
	notAvailable = "not_available"
	suppressed   = "suppressed"
)

// readTurnover reads both publications: Oflog's to 2022-23, ASCOF's from 2023-24.
func readTurnover(faults *table.Faults, published fs.FS) []turnover {
	return slices.Concat(readOflog(faults, published), readASCOF(faults, published))
}

func readOflog(faults *table.Faults, published fs.FS) []turnover {
	const (
		year, area, measure, value = "Financial year", "Local authority code", "Measure", "Value"
		wanted                     = "Outcome, Workforce turnover rate"
	)
	rows := table.Read(faults, published, "workforce/oflog_ASC_data.csv", []string{year, area, measure, value},
		func(row table.Row) turnover {
			if row.Text(measure) != wanted {
				return turnover{}
			}
			return percentage(row.Required(area), row.FinancialYear(year), row.Text(value), "oflog-asc")
		})
	return slices.DeleteFunc(rows, func(t turnover) bool { return t.area == "" })
}

func readASCOF(faults *table.Faults, published fs.FS) []turnover {
	const area, name, outcome = "ONS area code", "Local authority", " - outcome"
	years := []string{"2023 to 2024", "2024 to 2025"}
	var all []turnover
	table.Read(faults, published, "outcomes/Table_6a.csv",
		[]string{area, name, years[0] + outcome, years[1] + outcome}, func(row table.Row) struct{} {
			code := ascofArea(row.Required(area), row.Required(name))
			for _, year := range years {
				// The publisher's [z] says that there is nothing to publish.
				if text := row.Required(year + outcome); code != "" && text != "[z]" {
					parsed, err := period.ParseFinancialYear(year)
					if err != nil {
						row.Fault(year+outcome, "%w", err)
					}
					all = append(all, percentage(code, parsed, text, "dhsc-ascof-6a"))
				}
			}
			return struct{}{}
		})
	return all
}

// ascofArea returns the area of a row of ASCOF, or "" for a type of council. Two
// rows want mending: Dorset still stands under the county's code, four years
// after it went, and Cornwall with Scilly has none.
func ascofArea(code, name string) string {
	switch {
	case code == "E10000009":
		return "E06000059"
	case name == "Cornwall and Isles of Scilly":
		return area("E06000052/E06000053")
	case code == "[z]":
		return ""
	}
	return code
}

func percentage(area string, year period.FinancialYear, text, source string) turnover {
	t := turnover{area: area, year: year.String(), source: source}
	switch text {
	case "", "[x]":
		t.state = notAvailable
	case "[c]":
		t.state = suppressed
	default:
		t.state, t.percent = given, text
	}
	return t
}

func (p publications) turnoverRows() *sheet {
	out := newSheet("area", "year", "percent", "state", "source")
	for _, t := range p.turnover {
		out.add(t.area, t.year, t.percent, t.state, t.source)
	}
	slices.SortFunc((*out)[1:], func(a, b []string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) })
	return out
}
