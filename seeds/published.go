package seeds

import (
	"io/fs"
	"math"
	"slices"
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
	// Rounding is the step to which it was rounded: what readings.csv says, else the last
	// decimal printed of a percentage or ratio, else 0, which is exact.
	Rounding float64
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
	figures := table.Read(faults, fsys, folder+"/published_figures.csv", columns, func(row table.Row) PublishedFigure {
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
			figure.Rounding = lastDecimal(figure.Text, figure.Unit)
		}
		return figure
	})
	readReadings(faults, fsys, folder, figures)
	return figures
}

// lastDecimal is the step to which a percentage or a ratio is printed; anything else is
// counted.
func lastDecimal(text, unit string) float64 {
	if unit != "percent" && unit != "ratio" {
		return 0
	}
	_, decimals, _ := strings.Cut(text, ".")
	return math.Pow10(-len(decimals))
}

// readReadings sets the rounding of figures that are rounded more than they look.
func readReadings(faults *table.Faults, fsys fs.FS, folder string, figures []PublishedFigure) {
	table.Read(faults, fsys, folder+"/readings.csv", []string{"figure", "rounding", "because"}, func(row table.Row) string {
		id, rounding := row.Required("figure"), row.Number("rounding")
		row.Required("because")
		at := slices.IndexFunc(figures, func(f PublishedFigure) bool { return f.ID == id && f.Unit != "text" })
		switch {
		case at < 0:
			row.Fault("figure", "%q is not a number in published_figures.csv", id)
		case rounding <= 0:
			row.Fault("rounding", "%v is not a step to round to", rounding)
		default:
			figures[at].Rounding = rounding
		}
		return id
	})
}
