package figure_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

const shown = commonv1.HiddenReason_HIDDEN_REASON_UNSPECIFIED

func TestConcentration(t *testing.T) {
	for name, test := range map[string]struct {
		holdings []int
		want     float64
	}{
		"50, 30 and 20":           {[]int{50, 30, 20}, 3800},
		"four equal":              {[]int{7, 7, 7, 7}, 2500},
		"one":                     {[]int{12}, 10000},
		"one beside who has none": {[]int{12, 0, 0}, 10000},
	} {
		got, ok := figure.Value(figure.Concentration(figure.Basis{}, test.holdings))
		if !ok || math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%s: %g (%t), want %g", name, got, ok, test.want)
		}
	}
	if f := figure.Concentration(figure.Basis{}, nil); f.GetNotEnoughData() == nil {
		t.Errorf("of nothing it is %v", f)
	}
}

func TestConcentrationDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		holdings := rapid.SliceOfN(rapid.IntRange(0, 5000), 1, 40).Draw(t, "holdings")
		one := figure.Concentration(figure.Basis{}, holdings)
		slices.Reverse(holdings)
		if diff := cmp.Diff(one, figure.Concentration(figure.Basis{}, holdings), protocmp.Transform()); diff != "" {
			t.Fatal(diff)
		}
		if v, ok := figure.Value(one); ok && (v <= 0 || v > 10000+1e-6) {
			t.Fatalf("index %g", v)
		}
	})
}

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 3, 2}, 2.5}} {
		before := slices.Clone(test.values)
		if got := figure.Median(test.values); got != test.want || !slices.Equal(before, test.values) {
			t.Errorf("median of %v is %g, want %g", before, got, test.want)
		}
	}
}

// breakdown is counts of people with the groups that there are.
func breakdown(t *rapid.T) (counts []int, exists []bool) {
	counts = rapid.SliceOfN(rapid.IntRange(0, 12), 1, 8).Draw(t, "counts")
	for i := range counts {
		exists = append(exists, rapid.Bool().Draw(t, "exists"))
		if !exists[i] {
			counts[i] = 0
		}
	}
	return counts, exists
}

func TestNoHiddenCountCanBeHadBySubtraction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts, exists := breakdown(t)
		hidden, groups := 0, 0
		for i, reason := range figure.Hide(counts, exists, nil) {
			if !exists[i] {
				if reason != shown {
					t.Fatalf("a group that there is not is hidden: %v", reason)
				}
				continue
			}
			groups++
			if counts[i] < figure.SmallNumber && reason == shown {
				t.Fatalf("%d people are shown", counts[i])
			}
			if reason != shown {
				hidden++
			}
		}
		if hidden == 1 && groups > 1 {
			t.Fatalf("one of %d groups is hidden, and is the total less the others: %v", groups, counts)
		}
	})
}

func TestWhatIsHiddenAlreadyStaysHidden(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts, exists := breakdown(t)
		first := figure.Hide(counts, exists, nil)
		if diff := cmp.Diff(first, figure.Hide(counts, exists, first)); diff != "" {
			t.Fatalf("hidden twice it is otherwise\n%s", diff)
		}
	})
}

func TestHideTakesTheSmallestOther(t *testing.T) {
	got := figure.Hide([]int{40, 3, 20, 30}, []bool{true, true, true, true}, nil)
	want := []commonv1.HiddenReason{
		shown, commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER, commonv1.HiddenReason_HIDDEN_REASON_SECONDARY, shown,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hidden (-want +got)\n%s", diff)
	}
}

func TestHideTotal(t *testing.T) {
	const small = commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER
	for _, test := range []struct {
		parts []commonv1.HiddenReason
		want  commonv1.HiddenReason
	}{
		{nil, shown},
		{[]commonv1.HiddenReason{shown, shown}, shown},
		{[]commonv1.HiddenReason{shown, small}, commonv1.HiddenReason_HIDDEN_REASON_SECONDARY},
		{[]commonv1.HiddenReason{small, small}, commonv1.HiddenReason_HIDDEN_REASON_SECONDARY},
	} {
		if got := figure.HideTotal(test.parts); got != test.want {
			t.Errorf("the total beside %v is %s, want %s", test.parts, got, test.want)
		}
	}
}

func TestSmallNumbersAreForTheSystemOnly(t *testing.T) {
	for a := range commonv1.Audience_name {
		if got, want := figure.Sees(commonv1.Audience(a)), commonv1.Audience(a) == commonv1.Audience_AUDIENCE_SYSTEM; got != want {
			t.Errorf("%s sees small numbers: %t", commonv1.Audience(a), got)
		}
	}
}

var (
	registerSource = &commonv1.Source{Id: "register", Kind: commonv1.SourceKind_SOURCE_KIND_REGISTER}
	madeUp         = &commonv1.Source{Id: "made-up", Kind: commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE}
)

func TestTally(t *testing.T) {
	var c figure.Tally
	c.Expect(3)
	c.Rest(registerSource)
	c.Rest(nil)
	if b := c.Basis("2024-01-31"); b.Freshness != nil || b.Illustrative || b.Coverage.GetExpected() != 3 {
		t.Errorf("before any answer: %+v", b)
	}
	c.Answer("2024-01-10", false, figure.Own())
	c.Answer("2023-10-10", true, madeUp)
	want := figure.Basis{
		SourceIDs: []string{"made-up", "provider-return", "register"}, AsAt: "2024-01-31", Illustrative: true,
		Coverage:  &commonv1.Coverage{Responding: 2, Expected: 3},
		Freshness: &commonv1.Freshness{Newest: "2024-01-10", Oldest: "2023-10-10", Stale: 1},
	}
	if diff := cmp.Diff(want, c.Basis("2024-01-31"), protocmp.Transform()); diff != "" {
		t.Errorf("basis (-want +got)\n%s", diff)
	}
}

// What is counted apart and added is as what is counted together.
func TestTalliesAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all figure.Tally
		parts := make([]figure.Tally, 3)
		for range rapid.IntRange(0, 12).Draw(t, "answers") {
			day := rapid.SampledFrom([]string{"2024-01-10", "2024-02-10", "2023-12-09"}).Draw(t, "day")
			stale := rapid.Bool().Draw(t, "stale")
			source := rapid.SampledFrom([]*commonv1.Source{registerSource, madeUp, figure.Own()}).Draw(t, "source")
			for _, c := range []*figure.Tally{&all, &parts[rapid.IntRange(0, 2).Draw(t, "part")]} {
				c.Expect(1)
				c.Answer(day, stale, source)
			}
		}
		var sum figure.Tally
		for i := range parts {
			sum.Add(&parts[i])
		}
		if diff := cmp.Diff(all.Basis(""), sum.Basis(""), protocmp.Transform()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestRatioOfNothing(t *testing.T) {
	if f := (figure.Basis{}).Ratio(1, 0, "f"); f.GetNotEnoughData() == nil || f.GetFormula() != "f" {
		t.Errorf("divided by nothing: %v", f)
	}
	if got, ok := figure.Value((figure.Basis{}).Ratio(30, 40, "f")); !ok || got != 75 {
		t.Errorf("30 of 40 is %g", got)
	}
}

func TestAMessageCitesWhatItsFiguresRestOn(t *testing.T) {
	known := figure.Sources{"register": registerSource, "made-up": madeUp}
	b := figure.Basis{SourceIDs: []string{"made-up", "unheard-of"}}
	m := &carehomesv1.CareHomeCapacity{
		Total:    &carehomesv1.BedUse{Used: b.Count(1, commonv1.Unit_UNIT_PEOPLE)},
		BedTypes: []*carehomesv1.BedTypeUse{{Homes: b.Count(1, commonv1.Unit_UNIT_HOMES)}},
	}
	if diff := cmp.Diff([]*commonv1.Source{madeUp}, known.Cited(m), protocmp.Transform()); diff != "" {
		t.Errorf("cited (-want +got)\n%s", diff)
	}
	var paths []string
	figure.Each(m, func(path string, _ *commonv1.Figure) { paths = append(paths, path) })
	slices.Sort(paths)
	if diff := cmp.Diff([]string{"bed_types[0].homes", "total.used"}, paths); diff != "" {
		t.Errorf("paths (-want +got)\n%s", diff)
	}
}

func TestJoin(t *testing.T) {
	coverage := &commonv1.Coverage{Responding: 1, Expected: 2}
	got := figure.Join("2024", &commonv1.Figure{SourceIds: []string{"b", "a"}},
		&commonv1.Figure{SourceIds: []string{"b"}, Illustrative: true, Coverage: coverage})
	want := figure.Basis{SourceIDs: []string{"a", "b"}, AsAt: "2024", Illustrative: true, Coverage: coverage}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("joined (-want +got)\n%s", diff)
	}
}

// Where somebody was expected and nobody answered there is no number, of whatever kind.
func TestNobodyAnsweredIsNoNumber(t *testing.T) {
	var silent, nobody, heard figure.Tally
	silent.Expect(2)
	heard.Expect(2)
	heard.Answer("2026-10-12", false, nil)
	for name, test := range map[string]struct {
		tally *figure.Tally
		value bool
	}{
		"nobody of two": {&silent, false}, "nobody to ask": {&nobody, true}, "one of two": {&heard, true},
	} {
		b := test.tally.Basis("2026-10-31")
		for _, f := range []*commonv1.Figure{
			b.Of(0, commonv1.Unit_UNIT_DAYS), b.Count(0, commonv1.Unit_UNIT_BEDS), b.People(0, 0), b.Ratio(0, 1, "0 / 1"),
			b.Ranged(0, 0, 0, commonv1.Unit_UNIT_BEDS, "nothing"),
		} {
			if _, ok := figure.Value(f); ok != test.value || ok != (f.GetNotCollected() == nil) || !ok && f.GetRange() != nil {
				t.Errorf("%s: %v", name, f)
			}
		}
		if f := b.Ratio(0, 0, "0 / 0"); (f.GetNotEnoughData() != nil) != test.value {
			t.Errorf("%s: nothing over nothing is %v", name, f)
		}
	}
}
