package scenarios

import (
	"cmp"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// Entry is one scenario to be compared, by its id.
type Entry struct {
	ID       string
	Scenario *marketpositionv1.Scenario
}

// row is what a compared figure is of.
type row struct {
	area    string
	year    int32
	counts  marketpositionv1.ScenarioMeasure
	setting marketpositionv1.Setting
}

// Compare sets the scenarios of an authority side by side: each figure that any of them tells
// of, and what the levers of the others change against what the first's do. Draws are not kept,
// so that is told of medians, without a range.
func Compare(authority string, entries []Entry) *marketpositionv1.ScenarioComparison {
	out := &marketpositionv1.ScenarioComparison{Authority: authority, DataNotes: unlike(entries)}
	sources := figure.Sources{}
	at := map[row]*marketpositionv1.ComparedFigure{}
	for _, e := range entries {
		shown := proto.CloneOf(e.Scenario)
		shown.Results = nil
		out.Scenarios = append(out.Scenarios, shown)
		for _, source := range e.Scenario.GetResults().GetSources() {
			sources[source.GetId()] = source
		}
		out.Illustrative = out.GetIllustrative() || e.Scenario.GetResults().GetIllustrative()
		eachFigure(e.Scenario, func(area *marketpositionv1.ScenarioArea, year int32, f *marketpositionv1.ScenarioFigure) {
			key := row{area.GetArea(), year, f.GetCounts(), f.GetSetting()}
			if at[key] == nil {
				at[key] = &marketpositionv1.ComparedFigure{
					Area: area.GetArea(), AreaTitle: area.GetAreaTitle(), Year: year, Counts: f.GetCounts(), Setting: f.GetSetting(),
				}
				out.Figures = append(out.Figures, at[key])
			}
			at[key].Scenarios = append(at[key].Scenarios, &marketpositionv1.ComparedScenario{
				Scenario: e.ID, Without: f.GetWithout(), With: f.GetWith(), Difference: f.GetDifference(),
				AgainstFirst: againstFirst(at[key], entries[0].ID, e.ID, f.GetDifference()),
			})
		})
	}
	slices.SortStableFunc(out.Figures, func(a, b *marketpositionv1.ComparedFigure) int {
		return cmp.Or(byArea(a.GetArea(), b.GetArea(), authority), cmp.Compare(a.GetYear(), b.GetYear()))
	})
	out.Sources = sources.Cited(out)
	return out
}

// byArea puts districts in order of code, and the authority after them.
func byArea(a, b, authority string) int {
	last := func(area string) int {
		if area == authority {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(a, b))
}

func eachFigure(s *marketpositionv1.Scenario, visit func(area *marketpositionv1.ScenarioArea, year int32, f *marketpositionv1.ScenarioFigure)) {
	for _, area := range s.GetResults().GetAreas() {
		for _, year := range area.GetYears() {
			for _, f := range year.GetFigures() {
				visit(area, year.GetYear(), f)
			}
		}
	}
}

// againstFirst is nil for the first itself, and where it does not tell of the figure.
func againstFirst(of *marketpositionv1.ComparedFigure, first, id string, difference *commonv1.Figure) *commonv1.Figure {
	if id == first || len(of.GetScenarios()) == 0 || of.GetScenarios()[0].GetScenario() != first {
		return nil
	}
	before := of.GetScenarios()[0].GetDifference()
	basis := figure.Join(difference.GetAsAt(), before, difference)
	was, known := figure.Value(before)
	now, alsoKnown := figure.Value(difference)
	if !known || !alsoKnown {
		return basis.NotEnough("one of the two is not known", difference.GetUnit())
	}
	return figure.With(basis.Of(statement.Thousandth(now-was), difference.GetUnit()), "median difference that its levers make, less that of "+first)
}

// unlike say what keeps scenarios from being compared like with like.
func unlike(entries []Entry) []*commonv1.DataNote {
	var notes []*commonv1.DataNote
	first := entries[0].Scenario.GetDefinition()
	for _, e := range entries[1:] {
		d := e.Scenario.GetDefinition()
		differ := func(code, what string, same bool) {
			if !same {
				notes = append(notes, &commonv1.DataNote{Code: code, Text: fmt.Sprintf(
					"%s and %s differ in %s: what lies between them is not their levers' alone", entries[0].ID, e.ID, what)})
			}
		}
		differ("OTHER_DAY", "the day or the knowledge they start from", d.GetAsAt() == first.GetAsAt() && sameKnowledge(entries[0], e))
		differ("OTHER_FIRST_YEAR", "their first year", d.GetFirstYear() == first.GetFirstYear())
		differ("OTHER_ASSUMPTIONS", "what they assume or put in place of live data",
			slices.EqualFunc(d.GetOverrides(), first.GetOverrides(), same) && slices.EqualFunc(d.GetDistricts(), first.GetDistricts(), same))
		differ("OTHER_DRAWS", "their draws", d.GetDraws() == first.GetDraws() && d.GetSeed() == first.GetSeed() && d.GetWithin() == first.GetWithin())
	}
	return notes
}

func same[M proto.Message](a, b M) bool { return proto.Equal(a, b) }

// sameKnowledge reports whether two scenarios rest on the same: the same moment, or two
// between which nothing was kept that concerns their districts.
func sameKnowledge(a, b Entry) bool {
	return proto.Equal(a.Scenario.GetDefinition().GetKnownAt(), b.Scenario.GetDefinition().GetKnownAt()) ||
		slices.EqualFunc(a.Scenario.GetResults().GetRevisions(), b.Scenario.GetResults().GetRevisions(), same)
}
