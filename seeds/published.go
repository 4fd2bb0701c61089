package seeds

import (
	"io/fs"
	"strings"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// PublishedFigure is a number, or now and then a word, as somebody published it.
type PublishedFigure struct {
	ID    string
	Area  geo.Code
	Topic string
	// Measure is what is counted, the same word for the same thing everywhere.
	Measure string
	Title   string
	// Text is the value as published. Number is the same where Unit is not text.
	Text   string
	Number float64
	// Unit is one of the words that Units lists.
	Unit string
	// Qualifier is what the publisher put before the number, such as "just over".
	Qualifier string
	// AsAt is the day or period the figure speaks of, as published.
	AsAt string
	// Basis is what the publisher says the figure rests on.
	Basis    string
	SourceID string
	PageURL  string
	Note     string
}

// Units lists the units that a published figure may have.
func Units() []string {
	return []string{
		"people", "beds", "homes", "percent", "housing_units", "schemes", "days", "posts", "pounds",
		"pounds_per_hour", "ratio", "people_per_week", "text", "services", "providers", "zones", "hours",
	}
}

// Topics lists what a published figure may be about: the markets, and what is
// common to them.
func Topics() []string {
	return append(Markets(), "people", "self_funders", "community_care", "demand_rate", "rating")
}

func readPublished(faults *table.Faults, fsys fs.FS, folder string, sources sources) []PublishedFigure {
	columns := []string{
		"id", "area", "topic", "measure", "title", "value", "unit", "qualifier", "as_at", "basis",
		"source", "page_url", "note",
	}
	taken := make(map[string]bool)
	return table.Read(faults, fsys, folder+"/published_figures.csv", columns, func(row table.Row) PublishedFigure {
		figure := PublishedFigure{
			ID:        uniqueID(row, taken),
			Area:      row.Code("area"),
			Topic:     row.OneOf("topic", Topics()...),
			Measure:   row.Required("measure"),
			Title:     row.Required("title"),
			Text:      row.Required("value"),
			Unit:      row.OneOf("unit", Units()...),
			Qualifier: row.Text("qualifier"),
			AsAt:      row.Required("as_at"),
			Basis:     row.Text("basis"),
			SourceID:  sources.of(row),
			PageURL:   row.Text("page_url"),
			Note:      row.Text("note"),
		}
		if figure.Unit != "text" {
			figure.Number = row.Number("value")
		}
		return figure
	})
}

// Claim is a sum that somebody published and that can be done again: README.md
// says how for each rule.
type Claim struct {
	ID   string
	Area geo.Code
	// Rule is growth, combined_growth, sum, times or same.
	Rule string
	// Claimed is the id of the published figure that gives the outcome, Inputs are
	// those it should follow from, in the order of the rule.
	Claimed string
	Inputs  []string
	// Note is what comes out when it is done again.
	Note string
}

func readClaims(faults *table.Faults, fsys fs.FS, folder string, figures []PublishedFigure) []Claim {
	known := make(map[string]bool)
	for _, figure := range figures {
		known[figure.ID] = figure.Unit != "text"
	}
	taken := make(map[string]bool)
	columns := []string{"id", "area", "rule", "claimed", "inputs", "note"}
	return table.Read(faults, fsys, folder+"/claims.csv", columns, func(row table.Row) Claim {
		claim := Claim{
			ID:      uniqueID(row, taken),
			Area:    row.Code("area"),
			Rule:    row.OneOf("rule", "growth", "combined_growth", "sum", "times", "same"),
			Claimed: row.Required("claimed"),
			Inputs:  strings.Fields(row.Required("inputs")),
			Note:    row.Text("note"),
		}
		for _, id := range append([]string{claim.Claimed}, claim.Inputs...) {
			if !known[id] {
				row.Fault("inputs", "%q is not a number in published_figures.csv", id)
			}
		}
		if !claim.wellFormed() {
			row.Fault("inputs", "a claim by %s does not have %d inputs", claim.Rule, len(claim.Inputs))
		}
		return claim
	})
}

func (c Claim) wellFormed() bool {
	n := len(c.Inputs)
	switch c.Rule {
	case "growth", "times":
		return n == 2
	case "combined_growth":
		return n >= 2 && n%2 == 0
	case "same":
		return n == 1
	default:
		return n >= 2
	}
}
