package seeds

import (
	"io/fs"
	"strings"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	positionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// readNeedRates reads how many of the people of an age need a setting.
func readNeedRates(faults *table.Faults, fsys fs.FS) []*positionv1.NeedRate {
	columns := []string{"id", "areas", "setting", "tenure", "client_group", "ages", "per", "low", "central", "high", "unit", "sources", "derivation"}
	taken := map[string]bool{}
	return table.Read(faults, fsys, "england/need_rates.csv", columns, func(row table.Row) *positionv1.NeedRate {
		of := ages(row)
		rate := &positionv1.NeedRate{
			Name: "needRates/" + uniqueID(row, taken), Areas: codes(row.Codes("areas")),
			Setting: positionv1.Setting(word(row, "setting", "SETTING_", positionv1.Setting_value)),
			FromAge: int32(of.From), ToAge: int32(of.To), Open: of.To == 0,
			Per: row.Number("per"), Low: row.Number("low"), Central: row.Number("central"), High: row.Number("high"),
			Unit:       commonv1.Unit(word(row, "unit", "UNIT_", commonv1.Unit_value)),
			SourceIds:  strings.Fields(row.Required("sources")),
			Derivation: row.Required("derivation"),

			ClientGroup: positionv1.ClientGroup(word(row, "client_group", "CLIENT_GROUP_", positionv1.ClientGroup_value)),
		}
		if row.Text("tenure") != "" {
			rate.Tenure = positionv1.Tenure(word(row, "tenure", "TENURE_", positionv1.Tenure_value))
		}
		if rate.Low < 0 || rate.Low > rate.Central || rate.Central > rate.High || rate.High > rate.Per {
			row.Fault("central", "%v is not between its low %v and high %v, within 0 and %v", rate.Central, rate.Low, rate.High, rate.Per)
		}
		return rate
	})
}

// word reads an enum's value, written in lower case without its prefix.
func word(row table.Row, column, prefix string, known map[string]int32) int32 {
	text := row.Required(column)
	value, ok := known[prefix+strings.ToUpper(text)]
	if text != "" && (!ok || value == 0) {
		row.Fault(column, "%q is not a word of %s", text, strings.ToLower(strings.TrimSuffix(prefix, "_")))
	}
	return value
}

// readSignalRules reads the rules by which a gap becomes a signal.
func readSignalRules(faults *table.Faults, fsys fs.FS) []*positionv1.SignalRule {
	columns := []string{
		"id", "order", "direction", "text", "source", "gap_unknown", "coverage_below", "stale_above",
		"gap_at_least", "gap_at_most", "low_at_least", "low_at_most", "high_at_least", "high_at_most",
		"other_at_most", "other_at_least",
	}
	taken := map[string]bool{}
	return table.Read(faults, fsys, "england/signal_rules.csv", columns, func(row table.Row) *positionv1.SignalRule {
		return &positionv1.SignalRule{
			Name: "signalRules/" + uniqueID(row, taken), Order: int32(row.Count("order")),
			Direction: positionv1.Direction(word(row, "direction", "DIRECTION_", positionv1.Direction_value)),
			Text:      row.Required("text"), SourceId: row.Required("source"),
			GapUnknown:    row.Text("gap_unknown") == "yes",
			CoverageBelow: optional(row, "coverage_below"), StaleAbove: optional(row, "stale_above"),
			GapAtLeast: optional(row, "gap_at_least"), GapAtMost: optional(row, "gap_at_most"),
			LowAtLeast: optional(row, "low_at_least"), LowAtMost: optional(row, "low_at_most"),
			HighAtLeast: optional(row, "high_at_least"), HighAtMost: optional(row, "high_at_most"),
			OtherAtMost: optional(row, "other_at_most"), OtherAtLeast: optional(row, "other_at_least"),
		}
	})
}

// optional reads a number that may be left out.
func optional(row table.Row, column string) *float64 {
	if row.Text(column) == "" {
		return nil
	}
	n := row.Number(column)
	return &n
}
