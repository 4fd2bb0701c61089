package reconcile_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/services/marketposition/model/reconcile"
)

func meanings() []reconcile.Meaning {
	return []reconcile.Meaning{
		{Qualifier: "nearly", Low: -0.1, High: 0},
		{Qualifier: "just over", Low: 0, High: 0.05},
		{Qualifier: "more than", Low: 0, High: 0.5},
		{Qualifier: "about", Low: -0.05, High: 0.05},
	}
}

func claim(id string, value float64) reconcile.Claim {
	return reconcile.Claim{ID: id, Value: value, Source: "published"}
}

func percent(id string, value, rounding float64) reconcile.Claim {
	return reconcile.Claim{ID: id, Value: value, Unit: "%", Rounding: rounding, Source: "published"}
}

func justOver(id string, value float64) reconcile.Claim {
	return reconcile.Claim{ID: id, Value: value, Qualifier: "just over", Source: "published"}
}

func run(t rapid.TB, in reconcile.Input) []reconcile.Check {
	t.Helper()
	report, err := reconcile.Reconcile(in)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Checks) != len(in.Relations) {
		t.Fatalf("%d checks for %d relations", len(report.Checks), len(in.Relations))
	}
	return report.Contradictions()
}

// gloucestershire is what the county's market position statement of 2024 and its other papers print, and
// how the figures hang together.
func gloucestershire() reconcile.Input {
	return reconcile.Input{
		Meanings: meanings(),
		Claims: []reconcile.Claim{
			claim("community 2023", 2708), claim("community 2043", 4274), percent("community growth", 59, 1),
			claim("residential 2043", 4058), percent("residential growth", 84, 1),
			claim("nursing 2043", 3116), percent("nursing growth", 122, 1),
			percent("bed growth", 97, 1), percent("bed growth, other page", 80, 1),
			claim("working age", 530), claim("designated", 348), claim("out of county", 47), claim("older homes", 105),
			claim("physical", 60), claim("learning", 320), claim("mental", 150),
			percent("council share", 56, 1), percent("council share, other page", 6, 1),
			percent("chance at 75", 1.8, 0.1), percent("chance at 85", 8.1, 0.1),
			justOver("beds 2015", 5400), claim("opened", 679), claim("closed", 1075), justOver("beds now", 5000),
			{ID: "75+ 2018", Value: 62100, Rounding: 100, Source: "published"},
			{ID: "75+ 2030", Value: 92600, Rounding: 100, Source: "published"},
			percent("75+ growth", 49.1, 0.1),
			claim("county", 633558), claim("Cheltenham", 117090), claim("Cotswold", 89022), claim("Forest of Dean", 86543),
			claim("Gloucester", 129285), claim("Stroud", 119019), claim("Tewkesbury", 92599),
		},
		Relations: []reconcile.Relation{
			reconcile.Growth{From: "community 2023", To: "community 2043", Claimed: "community growth"},
			combined("bed growth"), combined("bed growth, other page"),
			reconcile.Same{Claims: []string{"bed growth", "bed growth, other page"}},
			reconcile.Sum{Whole: "working age", Add: []string{"designated", "out of county", "older homes"}},
			reconcile.Same{Claims: []string{"council share", "council share, other page"}},
			reconcile.TimesInWords{From: "chance at 75", To: "chance at 85", Words: "nearly four times"},
			// What follows is consistent.
			reconcile.Sum{Whole: "working age", Add: []string{"physical", "learning", "mental"}},
			reconcile.Sum{Whole: "beds now", Add: []string{"beds 2015", "opened"}, Less: []string{"closed"}},
			reconcile.Growth{From: "75+ 2018", To: "75+ 2030", Claimed: "75+ growth"},
			reconcile.Sum{Whole: "county", Add: []string{"Cheltenham", "Cotswold", "Forest of Dean", "Gloucester", "Stroud", "Tewkesbury"}},
		},
	}
}

func combined(claimed string) reconcile.CombinedGrowth {
	return reconcile.CombinedGrowth{Claimed: claimed, Parts: []reconcile.GrownPart{
		{To: "residential 2043", Growth: "residential growth"}, {To: "nursing 2043", Growth: "nursing growth"},
	}}
}

func TestAllContradictionsOfGloucestershireAreFoundAndNoFalseOne(t *testing.T) {
	var says []string
	for _, check := range run(t, gloucestershire()) {
		says = append(says, check.Says)
	}
	want := []string{
		"2,708 to 4,274 is +57.8%, not 59%",
		"4,058 (+84%) and 3,116 (+122%) imply +98.8%, not 97%",
		"4,058 (+84%) and 3,116 (+122%) imply +98.8%, not 80%",
		"said as 97% and as 80%, which no one value can be",
		"348 + 47 + 105 = 500, not 530",
		"said as 56% and as 6%, which no one value can be",
		"1.8% to 8.1% is 4.5 times, not nearly four times",
	}
	if diff := cmp.Diff(want, says); diff != "" {
		t.Error(diff)
	}
}

func TestChecksThatAgreeAreReportedToo(t *testing.T) {
	report, err := reconcile.Reconcile(gloucestershire())
	if err != nil {
		t.Fatal(err)
	}
	last := report.Checks[8]
	if !last.Agrees || last.Says != "just over 5,400 + 679 - 1,075 = 5,004, as published: just over 5,000" {
		t.Errorf("got %+v", last)
	}
	if diff := cmp.Diff([]string{"beds now", "beds 2015", "opened", "closed"}, last.Claims); diff != "" {
		t.Error(diff)
	}
}

// Figures that national bodies published and that are consistent: the residents, occupancy and
// self-funders of England's care homes (ONS 2019-20, 2022-23), posts in social care (Skills for Care 2023/24),
// Leicestershire's homes in June 2024, and one week of the Capacity Tracker.
func TestConsistentPublishedFiguresAreLeftAlone(t *testing.T) {
	in := reconcile.Input{
		Claims: []reconcile.Claim{
			claim("beds", 462460), claim("residents", 391927), claim("self-funded", 143774), claim("state-funded", 248153),
			percent("occupancy", 84.7, 0.1), percent("self-funded share", 36.7, 0.1),
			claim("residents 2023", 372035), claim("self-funded 2023", 137480), percent("share 2023", 37, 0.1),
			{ID: "posts", Value: 1_840_000, Rounding: 10_000, Source: "published"},
			{ID: "filled", Value: 1_705_000, Rounding: 5_000, Source: "published"},
			{ID: "vacant", Value: 131_000, Rounding: 1_000, Source: "published"},
			claim("homes", 159), claim("older", 101), claim("working age", 31), claim("nursing", 27),
			percent("occupied", 86, 0.1), percent("admittable", 10.8, 0.1), percent("non-admittable", 3.2, 0.1), percent("all", 100, 0),
		},
		Relations: []reconcile.Relation{
			reconcile.Sum{Whole: "residents", Add: []string{"self-funded", "state-funded"}},
			reconcile.Share{Part: "residents", Whole: "beds", Claimed: "occupancy"},
			reconcile.Share{Part: "self-funded", Whole: "residents", Claimed: "self-funded share"},
			reconcile.Share{Part: "self-funded 2023", Whole: "residents 2023", Claimed: "share 2023"},
			reconcile.Sum{Whole: "posts", Add: []string{"filled", "vacant"}},
			reconcile.Sum{Whole: "homes", Add: []string{"older", "working age", "nursing"}},
			reconcile.Sum{Whole: "all", Add: []string{"occupied", "admittable", "non-admittable"}},
		},
	}
	for _, check := range run(t, in) {
		t.Errorf("a false contradiction: %s", check.Says)
	}
}

func TestSharesThatDoNotFit(t *testing.T) {
	found := run(t, reconcile.Input{
		Claims:    []reconcile.Claim{claim("vacant", 131_000), claim("posts", 1_841_000), percent("rate", 8.3, 0.1)},
		Relations: []reconcile.Relation{reconcile.Share{Part: "vacant", Whole: "posts", Claimed: "rate"}},
	})
	if len(found) != 1 || found[0].Says != "131,000 of 1,841,000 is 7.1%, not 8.3%" {
		t.Errorf("got %+v", found)
	}
}

// round rounds to a step, as a publisher does.
func round(value, step float64) float64 { return step * math.Round(value/step) }

func TestRoundingConsistentFiguresNeverMakesAContradiction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := func(name string) float64 { return rapid.SampledFrom([]float64{0.1, 1, 10, 100}).Draw(t, name) }
		publish := func(id string, value, step float64) reconcile.Claim {
			return reconcile.Claim{ID: id, Value: round(value, step), Rounding: step, Source: "drawn"}
		}
		size := rapid.Float64Range(500, 5000)
		from, more := size.Draw(t, "from"), size.Draw(t, "more")
		to := from + rapid.Float64Range(-400, 5000).Draw(t, "growth")
		toMore := more + rapid.Float64Range(-400, 5000).Draw(t, "growth of the other")
		grown := func(from, to float64) float64 { return 100 * (to/from - 1) }
		in := reconcile.Input{
			Claims: []reconcile.Claim{
				publish("from", from, step("a")), publish("to", to, step("b")), publish("growth", grown(from, to), step("c")),
				publish("to more", toMore, step("d")), publish("more growth", grown(more, toMore), 1),
				publish("whole", to+toMore, step("e")), publish("part growth", grown(from, to), 1),
				publish("whole growth", grown(from+more, to+toMore), step("f")),
				publish("share", 100*to/(to+toMore), 0.1), publish("again", to, step("g")),
			},
			Relations: []reconcile.Relation{
				reconcile.Growth{From: "from", To: "to", Claimed: "growth"},
				reconcile.Sum{Whole: "whole", Add: []string{"to", "to more"}},
				reconcile.Sum{Whole: "to", Add: []string{"whole"}, Less: []string{"to more"}},
				reconcile.Share{Part: "to", Whole: "whole", Claimed: "share"},
				reconcile.Same{Claims: []string{"to", "again"}},
				reconcile.CombinedGrowth{Claimed: "whole growth", Parts: []reconcile.GrownPart{
					{To: "to", Growth: "part growth"}, {To: "to more", Growth: "more growth"},
				}},
			},
		}
		for _, check := range run(t, in) {
			t.Fatalf("a false contradiction: %s\n%+v", check.Says, check)
		}
	})
}

func TestFiguresBeyondTheirRoundingAreAlwaysFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Float64Range(0, 1000), 1, 6).Draw(t, "parts")
		step := rapid.SampledFrom([]float64{0.1, 1, 10}).Draw(t, "step")
		var in reconcile.Input
		sum := reconcile.Sum{Whole: "whole"}
		whole := 0.0
		for i, part := range parts {
			id := fmt.Sprint(i)
			in.Claims = append(in.Claims, reconcile.Claim{ID: id, Value: round(part, step), Rounding: step, Source: "drawn"})
			sum.Add = append(sum.Add, id)
			whole += round(part, step)
		}
		off := step * (float64(len(parts)+1)/2 + rapid.Float64Range(0.01, 50).Draw(t, "off"))
		if rapid.Bool().Draw(t, "below") {
			off = -off
		}
		in.Claims = append(in.Claims, reconcile.Claim{ID: "whole", Value: whole + off, Rounding: step, Source: "drawn"})
		in.Relations = []reconcile.Relation{sum}
		if len(run(t, in)) != 1 {
			t.Fatalf("missed a whole that is off by %v", off)
		}
	})
}

func BenchmarkReconcile(b *testing.B) {
	in := gloucestershire()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := reconcile.Reconcile(in); err != nil {
			b.Fatal(err)
		}
	}
}
