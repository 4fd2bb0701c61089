package reconciliation_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/reconciliation"
)

func noData(*marketpositionv1.ClaimRelation) *commonv1.Figure { return nil }

func TestGloucestershire(t *testing.T) {
	checks := reconciliation.Check(gloucestershire(), noData)
	var got [][2]string
	for _, c := range checks {
		got = append(got, [2]string{c.GetVerdict().String(), c.GetSays()})
	}
	con, ok := contradicts.String(), agrees.String()
	want := [][2]string{
		{con, "1.8% to 8.1% is 4.5 times, not nearly four times"},
		{con, "4,058 (+84%) and 3,116 (+122%) imply +98.8%, not 97%"},
		{con, "4,058 (+84%) and 3,116 (+122%) imply +98.8%, not 80%"},
		{con, "said as 97% and as 80%, which no one value can be"},
		{con, "said as 56% and as 6%, which no one value can be"},
		{con, "2,708 to 4,274 is +57.8%, not 59%"},
		{con, "348 + 47 + 105 = 500, not 530"},
		{ok, "just over 5,400 + 679 - 1,075 = 5,004, as published: just over 5,000"},
		{ok, "60 + 320 + 150 = 530, as published: 530"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	counts := &marketpositionv1.CheckCounts{Made: 9, Agree: 2, Contradict: 7}
	if diff := cmp.Diff(counts, reconciliation.Count(checks), protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
	if n := len(reconciliation.Disagreeing(checks)); n != 7 {
		t.Errorf("%d disagree, want 7", n)
	}
}

// A check says what it rests on: the figures with their pages, both ranges, the rule and why it applies.
func TestACheckShowsItsWorking(t *testing.T) {
	f := gloucestershire()
	f.Figures[1].Figure.SourceIds = []string{"another"}
	f.Relations = f.Relations[:1]
	c := reconciliation.Check(f, noData)[0]
	// 2,708 to 4,274 is 1.578287 times.
	want := &marketpositionv1.ClaimCheck{
		Name: "claimRelations/community-growth", Area: "E10000013", Rule: marketpositionv1.ClaimRule_CLAIM_RULE_GROWTH,
		RuleText: "growth is 100 x (after / before - 1)", Because: "they are of the same thing", Verdict: contradicts,
		Says: "2,708 to 4,274 is +57.8%, not 59%",
		Claims: []*marketpositionv1.Claim{
			claim("59%", f.Figures[2]), claim("2,708", f.Figures[0]), claim("4,274", f.Figures[1]),
		},
		Implied: &commonv1.Figure{
			State: &commonv1.Figure_Value{Value: 57.8287}, Unit: percent, SourceIds: []string{"another", "gcc-mps-2024"}, AsAt: "2023",
			Formula: "growth is 100 x (after / before - 1)",
		},
		Published: &commonv1.Figure{
			State: &commonv1.Figure_Value{Value: 59}, Unit: percent, SourceIds: []string{"gcc-mps-2024"}, AsAt: "2023",
			Range: &commonv1.Range{Low: 58.5, High: 59.5, Meaning: c.GetPublished().GetRange().GetMeaning()},
		},
	}
	if diff := cmp.Diff(want, c, protocmp.Transform(), cmpopts.EquateApprox(0, 0.0001)); diff != "" {
		t.Error(diff)
	}
}

func claim(text string, p *marketpositionv1.PublishedFigure) *marketpositionv1.Claim {
	return &marketpositionv1.Claim{Name: p.GetName(), Measure: p.GetMeasure(), Text: text, Figure: p.GetFigure(), PageUrl: p.GetPageUrl()}
}

func TestRatioInWordsIsShownAsPrinted(t *testing.T) {
	f := gloucestershire()
	f.Relations = f.Relations[7:8]
	c := reconciliation.Check(f, noData)[0]
	if got := c.GetClaims()[0].GetText(); got != "nearly four times" {
		t.Errorf("the ratio reads %q", got)
	}
	// 8.1 / 1.8 is 4.5; 8.05 / 1.85 to 8.15 / 1.75 is 4.351 to 4.657.
	got := []float64{c.GetImplied().GetValue(), c.GetImplied().GetRange().GetLow(), c.GetImplied().GetRange().GetHigh(), c.GetPublished().GetRange().GetLow()}
	if diff := cmp.Diff([]float64{4.5, 4.351, 4.657, 3.6}, got, cmpopts.EquateApprox(0, 0.001)); diff != "" {
		t.Error(diff)
	}
}

func TestAgainstData(t *testing.T) {
	exactly := func(v float64) *commonv1.Figure { return figure.Basis{SourceIDs: []string{"returns"}}.Of(v, people) }
	illustrative := exactly(3929)
	illustrative.Illustrative = true
	some := exactly(3800)
	some.Coverage = &commonv1.Coverage{Responding: 98, Expected: 100}
	const madeUp = "; the data are made up for illustration, so this proves nothing"
	for name, c := range map[string]struct {
		own     *commonv1.Figure
		verdict marketpositionv1.CheckVerdict
		says    string
	}{
		"the same":  {exactly(3929), agrees, "the data give 3,929, as published: 3,929"},
		"others":    {exactly(3930), differs, "the data give 3,930, not 3,929"},
		"a range":   {figure.Basis{}.Ranged(3900, 3950, 4000, people, ""), agrees, "the data give 3,950 (3,900 to 4,000), as published: 3,929"},
		"made up":   {illustrative, agrees, "the data give 3,929, as published: 3,929" + madeUp},
		"in part":   {some, differs, "the data give 3,800, not 3,929; 98 of 100 answered, and the total is of those"},
		"nothing":   {nil, notComparable, "not checked: the data cannot say: there is no such figure"},
		"hidden":    {figure.Basis{}.Hidden(commonv1.HiddenReason_HIDDEN_REASON_SECONDARY, people), notComparable, "not checked: the data cannot say: the figure is withheld"},
		"not asked": {figure.Basis{}.NotCollected("nobody asks", people), notComparable, "not checked: the data cannot say: nobody asks"},
		"too few":   {figure.Basis{}.NotEnough("nobody answered", people), notComparable, "not checked: the data cannot say: nobody answered"},
	} {
		t.Run(name, func(t *testing.T) {
			f := reconciliation.Facts{
				Figures:   []*marketpositionv1.PublishedFigure{published("residents", 3929, people)},
				Relations: []*marketpositionv1.ClaimRelation{ofData("residents")},
			}
			got := reconciliation.Check(f, func(r *marketpositionv1.ClaimRelation) *commonv1.Figure {
				if r.GetOn() != "2024-01-31" {
					t.Errorf("asked for %v", r)
				}
				return c.own
			})[0]
			if got.GetVerdict() != c.verdict || got.GetSays() != c.says || got.GetIllustrative() != c.own.GetIllustrative() {
				t.Errorf("%v, %q, illustrative %t", got.GetVerdict(), got.GetSays(), got.GetIllustrative())
			}
			if c.verdict != notComparable && !proto.Equal(got.GetImplied(), c.own) {
				t.Errorf("implied is %v, want the data's own %v", got.GetImplied(), c.own)
			}
		})
	}
}

// What cannot be checked says why, and spoils no other check.
func TestWhatCannotBeChecked(t *testing.T) {
	const growth, same = marketpositionv1.ClaimRule_CLAIM_RULE_GROWTH, marketpositionv1.ClaimRule_CLAIM_RULE_SAME
	f := gloucestershire()
	strange, words := published("strange", 5, people), published("words", 0, people)
	strange.Qualifier = "hardly"
	words.Figure = figure.Basis{}.NotCollected("published as words", commonv1.Unit_UNIT_TEXT)
	f.Figures = append(f.Figures, strange, words, published("nought", 0, people))
	f.Relations = []*marketpositionv1.ClaimRelation{
		relation("a", growth, "community-growth", "gone", "placed"),
		relation("b", growth, "community-growth", "words", "placed"),
		relation("c", growth, "community-growth", "nought", "placed"),
		relation("d", same, "placed", "strange"),
		relation("e", growth, "community-growth", "placed"),
		relation("f", same, "placed", "placed"),
	}
	var got []string
	for _, c := range reconciliation.Check(f, noData) {
		got = append(got, c.GetVerdict().String()+" "+c.GetSays())
	}
	not := notComparable.String() + " not checked: "
	want := []string{
		agrees.String() + " said as 530 and as 530, which can be one value",
		not + "publishedFigures/gone is not known as a number",
		not + "publishedFigures/words is not known as a number",
		not + `"publishedFigures/nought" must surely be above 0 to be compared with, not 0`,
		not + `the meanings do not say what "hardly" allows`,
		not + "the relation is not whole: must be before and after, not 1 figures",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Whatever is published and however it is related, every relation comes to one verdict, with figures that
// lie in their ranges, and the counts add up.
func TestEveryRelationComesToAVerdict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := reconciliation.Facts{Meanings: meanings()}
		for i := range rapid.IntRange(1, 6).Draw(t, "figures") {
			p := published(fmt.Sprint("f", i), rapid.Float64Range(-100, 1000).Draw(t, "value"), rapid.SampledFrom([]commonv1.Unit{people, percent}).Draw(t, "unit"))
			p.Qualifier = rapid.SampledFrom([]string{"", "nearly", "hardly"}).Draw(t, "qualifier")
			f.Figures = append(f.Figures, p)
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "relations") {
			rule := marketpositionv1.ClaimRule(rapid.Int32Range(0, 8).Draw(t, "rule"))
			id := rapid.Custom(func(t *rapid.T) string { return fmt.Sprint("f", rapid.IntRange(0, 6).Draw(t, "i")) })
			r := relation(fmt.Sprint("r", i), rule, id.Draw(t, "claimed"), rapid.SliceOfN(id, 0, 5).Draw(t, "inputs")...)
			r.Words = rapid.SampledFrom([]string{"", "nearly four times", "many times"}).Draw(t, "words")
			f.Relations = append(f.Relations, r)
		}
		checks := reconciliation.Check(f, func(*marketpositionv1.ClaimRelation) *commonv1.Figure { return figure.Basis{}.Of(5, people) })
		counts := reconciliation.Count(checks)
		if len(checks) != len(f.Relations) || int(counts.GetMade()+counts.GetNotComparable()) != len(checks) ||
			counts.GetMade() != counts.GetAgree()+counts.GetContradict()+counts.GetDiffer() {
			t.Fatalf("%v of %d checks", counts, len(checks))
		}
		for _, c := range checks {
			if c.GetSays() == "" || c.GetVerdict() == 0 {
				t.Fatalf("%v says nothing", c)
			}
			for _, side := range []*commonv1.Figure{c.GetImplied(), c.GetPublished()} {
				if r := side.GetRange(); r != nil && !(r.GetLow() <= side.GetValue() && side.GetValue() <= r.GetHigh()) {
					t.Fatalf("%v lies outside its range", side)
				}
			}
		}
	})
}

func TestTheOrderOfFactsMakesNoDifference(t *testing.T) {
	f := gloucestershire()
	want := reconciliation.Check(f, noData)
	slices.Reverse(f.Figures)
	slices.Reverse(f.Relations)
	slices.Reverse(f.Meanings)
	if diff := cmp.Diff(want, reconciliation.Check(f, noData), protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkCheck(b *testing.B) {
	f := gloucestershire()
	b.ReportAllocs()
	for b.Loop() {
		reconciliation.Check(f, noData)
	}
}
