package seeds

import (
	"io/fs"
	"regexp"

	"github.com/caremarket/caremarket/seeds/internal/table"
)

// Source is where facts come from. Every fact names one by its id.
type Source struct {
	ID string
	// Kind is official_statistic, register, provider_return, council_record,
	// published_figure, assumption or illustrative.
	Kind      string
	Title     string
	Publisher string
	Edition   string
	// AsAt is the day or period it speaks of, as its publisher writes it.
	AsAt    string
	URL     string
	Licence string
	Note    string
}

var sourceID = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,79}$`)

// sources are those of one folder, and the ids that facts may name.
type sources struct {
	list  []Source
	known map[string]bool
}

func readSources(faults *table.Faults, fsys fs.FS, folder string) sources {
	all := sources{known: make(map[string]bool)}
	all.list = table.Read(faults, fsys, folder+"/sources.csv",
		[]string{"id", "kind", "title", "publisher", "edition", "as_at", "url", "licence", "note"},
		func(row table.Row) Source {
			source := Source{
				ID: uniqueID(row, all.known),
				Kind: row.OneOf("kind", "official_statistic", "register", "provider_return", "council_record",
					"published_figure", "assumption", "illustrative"),
				Title:     row.Required("title"),
				Publisher: row.Required("publisher"),
				Edition:   row.Text("edition"),
				AsAt:      row.Text("as_at"),
				URL:       row.Text("url"),
				Licence:   row.Required("licence"),
				Note:      row.Text("note"),
			}
			if !sourceID.MatchString(source.ID) {
				row.Fault("id", "%q is not an id: lower-case letters, digits, dots, hyphens", source.ID)
			}
			return source
		})
	return all
}

// uniqueID reads a row's id and notes it as taken.
func uniqueID(row table.Row, taken map[string]bool) string {
	id := row.Required("id")
	if taken[id] {
		row.Fault("id", "%q stands in an earlier row too", id)
	}
	taken[id] = true
	return id
}

// of reads the source a row names.
func (s sources) of(row table.Row) string {
	id := row.Required("source")
	if id != "" && !s.known[id] {
		row.Fault("source", "%q is not in sources.csv", id)
	}
	return id
}
