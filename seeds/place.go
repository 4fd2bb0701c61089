package seeds

import (
	"io/fs"
	"strings"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// Place is what the councils and the NHS of one place have published about their
// own market.
type Place struct {
	Sources    []Source
	Published  []PublishedFigure
	Claims     []Claim
	TenureNeed []TenureNeed
	Intentions []Intention
	Actions    []Action
	Engagement []Engagement
	Plans      []Plan
}

// TenureNeed says whether a district needs more housing with care of a tenure.
type TenureNeed struct {
	District geo.Code
	// Tenure is rent or ownership.
	Tenure   string
	Needed   bool
	AsAt     string
	SourceID string
	Section  string
}

// Intention is what commissioners have said they will do in a market, told in
// words of our own.
type Intention struct {
	ID    string
	Areas []geo.Code
	// Market is one of Markets.
	Market   string
	Text     string
	AsAt     string
	SourceID string
	Section  string
}

// Action is one entry of an action register.
type Action struct {
	ID       string
	Areas    []geo.Code
	Market   string
	Title    string
	Owner    string
	Partners []string
	// Due is when, as the document says it; DueBy the last day that still keeps it,
	// no day where none was given.
	Due   string
	DueBy period.Date
	// Status is announced, under_way, done or dropped.
	Status   string
	Note     string
	SourceID string
}

// Engagement records who was asked what.
type Engagement struct {
	ID       string
	Areas    []geo.Code
	Market   string
	Asked    string
	About    string
	AsAt     string
	SourceID string
	Note     string
}

// Plan is a document that others hang on.
type Plan struct {
	ID    string
	Areas []geo.Code
	Title string
	Owner string
	// Years is how long it runs, 0 where it does not say; Review how often it is
	// looked at again.
	Years  int
	Review string
	// A plan may be made of so many parts, such as 13 pledges. Parts names them where
	// the source does.
	PartsCalled string
	PartsCount  int
	Parts       []string
	AsAt        string
	SourceID    string
}

// Markets lists what a statement speaks of in turn; all is the whole system.
func Markets() []string {
	return []string{
		"care_homes", "home_care", "housing_with_care", "workforce", "intermediate_care", "working_age",
		"unpaid_carers", "direct_payments", "prevention", "all",
	}
}

// LoadGloucestershire reads seeds/gloucestershire. The error names every fault in
// any of its files, by file, row and column.
func LoadGloucestershire(fsys fs.FS) (Place, error) {
	const folder = "gloucestershire"
	var faults table.Faults
	place, sources := readPlace(&faults, fsys, folder)
	place.TenureNeed = readTenureNeed(&faults, fsys, folder, sources)
	return place, faults.Err()
}

// LoadLLR reads seeds/llr: Leicester, Leicestershire and Rutland, which have
// published no need by tenure.
func LoadLLR(fsys fs.FS) (Place, error) {
	var faults table.Faults
	place, _ := readPlace(&faults, fsys, "llr")
	return place, faults.Err()
}

func readPlace(faults *table.Faults, fsys fs.FS, folder string) (Place, sources) {
	sources := readSources(faults, fsys, folder)
	published := readPublished(faults, fsys, folder, sources)
	return Place{
		Sources:    sources.list,
		Published:  published,
		Claims:     readClaims(faults, fsys, folder, published, sources),
		Intentions: readIntentions(faults, fsys, folder, sources),
		Actions:    readActions(faults, fsys, folder, sources),
		Engagement: readEngagement(faults, fsys, folder, sources),
		Plans:      readPlans(faults, fsys, folder, sources),
	}, sources
}

func readTenureNeed(faults *table.Faults, fsys fs.FS, folder string, sources sources) []TenureNeed {
	columns := []string{"district", "name", "tenure", "needed", "as_at", "source", "section"}
	return table.Read(faults, fsys, folder+"/tenure_need.csv", columns, func(row table.Row) TenureNeed {
		return TenureNeed{
			District: row.Code("district"), Tenure: row.OneOf("tenure", "rent", "ownership"),
			Needed: row.OneOf("needed", "yes", "no") == "yes",
			AsAt:   row.Required("as_at"), SourceID: sources.of(row), Section: row.Text("section"),
		}
	})
}

func market(row table.Row) string { return row.OneOf("market", Markets()...) }

func readIntentions(faults *table.Faults, fsys fs.FS, folder string, sources sources) []Intention {
	taken := make(map[string]bool)
	columns := []string{"id", "areas", "market", "text", "as_at", "source", "section"}
	return table.Read(faults, fsys, folder+"/intentions.csv", columns, func(row table.Row) Intention {
		return Intention{
			ID: uniqueID(row, taken), Areas: row.Codes("areas"), Market: market(row), Text: row.Required("text"),
			AsAt: row.Required("as_at"), SourceID: sources.of(row), Section: row.Text("section"),
		}
	})
}

func readActions(faults *table.Faults, fsys fs.FS, folder string, sources sources) []Action {
	taken := make(map[string]bool)
	columns := []string{"id", "areas", "market", "title", "owner", "partners", "due", "due_by", "status", "note", "source"}
	return table.Read(faults, fsys, folder+"/actions.csv", columns, func(row table.Row) Action {
		return Action{
			ID: uniqueID(row, taken), Areas: row.Codes("areas"), Market: market(row),
			Title: row.Required("title"), Owner: row.Required("owner"), Partners: list(row.Text("partners")),
			Due: row.Text("due"), DueBy: row.Date("due_by"),
			Status: row.OneOf("status", "announced", "under_way", "done", "dropped"),
			Note:   row.Text("note"), SourceID: sources.of(row),
		}
	})
}

func readEngagement(faults *table.Faults, fsys fs.FS, folder string, sources sources) []Engagement {
	taken := make(map[string]bool)
	columns := []string{"id", "areas", "market", "asked", "about", "as_at", "source", "note"}
	return table.Read(faults, fsys, folder+"/engagement.csv", columns, func(row table.Row) Engagement {
		return Engagement{
			ID: uniqueID(row, taken), Areas: row.Codes("areas"), Market: market(row),
			Asked: row.Required("asked"), About: row.Required("about"), AsAt: row.Required("as_at"),
			SourceID: sources.of(row), Note: row.Text("note"),
		}
	})
}

func readPlans(faults *table.Faults, fsys fs.FS, folder string, sources sources) []Plan {
	taken := make(map[string]bool)
	columns := []string{
		"id", "areas", "title", "owner", "years", "review", "parts_called", "parts_count", "parts",
		"as_at", "source",
	}
	return table.Read(faults, fsys, folder+"/plans.csv", columns, func(row table.Row) Plan {
		plan := Plan{
			ID: uniqueID(row, taken), Areas: row.Codes("areas"), Title: row.Required("title"), Owner: row.Required("owner"),
			Years: countIfAny(row, "years"), Review: row.Text("review"),
			PartsCalled: row.Text("parts_called"), PartsCount: countIfAny(row, "parts_count"), Parts: list(row.Text("parts")),
			AsAt: row.Required("as_at"), SourceID: sources.of(row),
		}
		if len(plan.Parts) > 0 && len(plan.Parts) != plan.PartsCount {
			row.Fault("parts", "it names %d parts of %d", len(plan.Parts), plan.PartsCount)
		}
		return plan
	})
}

func countIfAny(row table.Row, column string) int {
	if row.Text(column) == "" {
		return 0
	}
	return row.Count(column)
}

// list reads items with a semicolon between, as partners and parts are written.
// "Staying healthy, safe and well" is one item.
func list(text string) []string {
	var items []string
	for item := range strings.SplitSeq(text, ";") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}
