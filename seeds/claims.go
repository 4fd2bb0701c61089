package seeds

import (
	"io/fs"
	"strings"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
	positionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// Claim says how published figures hang together, so that what was claimed can be worked
// out again: england/README.md says how for each rule.
type Claim struct {
	ID   string
	Area geo.Code
	Rule positionv1.ClaimRule
	// Claimed is the id of the published figure that is checked, Inputs are those it should
	// follow from, in the order of the rule; TakenOff those that a sum takes off.
	Claimed          string
	Inputs, TakenOff []string
	// Words is a ratio as printed.
	Words string
	// Measure is what the suite has of the same thing, On the day of the comparison.
	Measure positionv1.DataMeasure
	On      period.Date
	// Because is why the figures belong together.
	Because  string
	SourceID string
	// Note is what comes out when it is worked out again; empty for what the suite counts.
	Note string
}

func readClaims(faults *table.Faults, fsys fs.FS, folder string, figures []PublishedFigure, sources sources) []Claim {
	known := make(map[string]bool)
	for _, figure := range figures {
		known[figure.ID] = figure.Unit != "text"
	}
	taken := make(map[string]bool)
	columns := []string{"id", "area", "rule", "claimed", "inputs", "taken_off", "words", "measure", "on", "because", "source", "note"}
	return table.Read(faults, fsys, folder+"/claims.csv", columns, func(row table.Row) Claim {
		claim := Claim{
			ID:       uniqueID(row, taken),
			Area:     row.Code("area"),
			Rule:     positionv1.ClaimRule(word(row, "rule", "CLAIM_RULE_", positionv1.ClaimRule_value)),
			Claimed:  row.Required("claimed"),
			Inputs:   strings.Fields(row.Text("inputs")),
			TakenOff: strings.Fields(row.Text("taken_off")),
			Words:    row.Text("words"),
			Because:  row.Required("because"),
			SourceID: sources.of(row),
			Note:     row.Text("note"),
		}
		if row.Text("measure") != "" {
			claim.Measure = positionv1.DataMeasure(word(row, "measure", "DATA_MEASURE_", positionv1.DataMeasure_value))
			claim.On = row.Date("on")
		}
		for column, ids := range map[string][]string{"claimed": {claim.Claimed}, "inputs": claim.Inputs, "taken_off": claim.TakenOff} {
			for _, id := range ids {
				if !known[id] {
					row.Fault(column, "%q is not a number in published_figures.csv", id)
				}
			}
		}
		return claim
	})
}

// claimRelations puts claims as the service keeps them.
func claimRelations(claims []Claim) []*positionv1.ClaimRelation {
	var out []*positionv1.ClaimRelation
	for _, c := range claims {
		out = append(out, &positionv1.ClaimRelation{
			Name: "claimRelations/" + c.ID, Area: string(c.Area), Rule: c.Rule,
			Claimed: figureName(c.Claimed), Inputs: figureNames(c.Inputs), TakenOff: figureNames(c.TakenOff),
			Words: c.Words, Measure: c.Measure, On: c.On.String(), Because: c.Because, SourceId: c.SourceID,
		})
	}
	return out
}

func figureName(id string) string { return "publishedFigures/" + id }

func figureNames(ids []string) []string {
	var names []string
	for _, id := range ids {
		names = append(names, figureName(id))
	}
	return names
}

// readMeanings reads what words before a number allow.
func readMeanings(faults *table.Faults, fsys fs.FS, sources sources) []*positionv1.QualifierMeaning {
	taken := make(map[string]bool)
	columns := []string{"id", "qualifier", "low", "high", "because", "source"}
	return table.Read(faults, fsys, "england/qualifier_meanings.csv", columns, func(row table.Row) *positionv1.QualifierMeaning {
		meaning := &positionv1.QualifierMeaning{
			Name: "qualifierMeanings/" + uniqueID(row, taken), Qualifier: strings.ToLower(row.Required("qualifier")),
			Low: row.Number("low"), High: row.Number("high"), Because: row.Required("because"), SourceId: sources.of(row),
		}
		if !(-1 < meaning.GetLow() && meaning.GetLow() <= meaning.GetHigh()) {
			row.Fault("high", "%v to %v is not from above -1 to a number no lower", meaning.GetLow(), meaning.GetHigh())
		}
		return meaning
	})
}
