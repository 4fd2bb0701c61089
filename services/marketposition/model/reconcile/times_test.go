package reconcile_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/reconcile"
)

// times reconciles a ratio in words with two figures that are exactly one to ratio.
func times(ratio float64, words string) (reconcile.Report, error) {
	return reconcile.Reconcile(reconcile.Input{
		Meanings:  meanings(),
		Claims:    []reconcile.Claim{claim("from", 1), claim("to", ratio)},
		Relations: []reconcile.Relation{reconcile.TimesInWords{From: "from", To: "to", Words: words}},
	})
}

func TestWordsMeanWhatTheySay(t *testing.T) {
	for words, want := range map[string]reconcile.Interval{
		"four times":         {Low: 3.5, Central: 4, High: 4.5},
		"nearly four":        {Low: 3.6, Central: 4, High: 4},
		"Nearly Four Times":  {Low: 3.6, Central: 4, High: 4},
		"double":             {Low: 1.5, Central: 2, High: 2.5},
		"more than doubled":  {Low: 2, Central: 2, High: 3},
		"trebled":            {Low: 2.5, Central: 3, High: 3.5},
		"4.5 times":          {Low: 4.45, Central: 4.5, High: 4.55},
		"just over 12 times": {Low: 12, Central: 12, High: 12.6},
		"five-fold":          {Low: 4.5, Central: 5, High: 5.5},
		"six fold":           {Low: 5.5, Central: 6, High: 6.5},
	} {
		report, err := times(want.Central, words)
		if err != nil {
			t.Errorf("%s: %v", words, err)
			continue
		}
		if diff := cmp.Diff(want, report.Checks[0].Published, cmpopts.EquateApprox(0, 1e-9)); diff != "" || !report.Checks[0].Agrees {
			t.Errorf("%s: %s", words, diff)
		}
	}
}

func TestWordsThatSayNoNumberAreRefused(t *testing.T) {
	for _, words := range []string{"", "times", "nearly", "many times", "hardly four times", "0 times", "-3 times", "1e9", "..", "NaN"} {
		if _, err := times(4, words); err == nil || errs.Violations(err)[0].Field != "relations[0].words" {
			t.Errorf("%q was taken: %v", words, err)
		}
	}
}

func FuzzTimesInWords(f *testing.F) {
	for _, seed := range []string{"nearly four times", "4.5 times", "more than double", "five-fold", "", "times times", "0.0", "９ times"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, words string) {
		report, err := times(4, words)
		if err != nil {
			if len(errs.Violations(err)) == 0 {
				t.Fatalf("%q: %v names no field", words, err)
			}
			return
		}
		said := report.Checks[0].Published
		if !(said.Low <= said.Central && said.Central <= said.High && said.Central > 0) || math.IsInf(said.High, 0) {
			t.Fatalf("%q means %+v", words, said)
		}
	})
}

func TestValidateNamesTheFaultyField(t *testing.T) {
	claims := []reconcile.Claim{claim("one", 1), claim("two", 2), claim("nought", 0), percent("gone", -100, 1)}
	cases := map[string]struct {
		in   reconcile.Input
		want []string
	}{
		"nothing to check": {reconcile.Input{}, nil},
		"an unknown claim": {
			reconcile.Input{Claims: claims, Relations: []reconcile.Relation{reconcile.Same{Claims: []string{"one", "three"}}}},
			[]string{"relations[0]"},
		},
		"no relation": {reconcile.Input{Relations: []reconcile.Relation{nil}}, []string{"relations[0]"}},
		"claims": {
			reconcile.Input{Claims: []reconcile.Claim{
				{ID: "a", Value: math.NaN(), Rounding: -1, Qualifier: "perhaps"}, {ID: "a", Source: "page"},
			}},
			[]string{"claims[0].source", "claims[0].value", "claims[0].rounding", "claims[0].qualifier", "claims[1].id"},
		},
		"meanings": {
			reconcile.Input{Meanings: []reconcile.Meaning{{}, {Qualifier: "about", Low: 1, High: -1}, {Qualifier: "about", Low: -2}}},
			[]string{"meanings[0].qualifier", "meanings[1]", "meanings[2].qualifier", "meanings[2]"},
		},
		"dividing by nought": {
			reconcile.Input{Claims: claims, Relations: []reconcile.Relation{
				reconcile.Growth{From: "nought", To: "one", Claimed: "two"},
				reconcile.Share{Part: "one", Whole: "nought", Claimed: "two"},
				reconcile.TimesInWords{From: "nought", To: "one", Words: "double"},
				reconcile.CombinedGrowth{Claimed: "one", Parts: []reconcile.GrownPart{{To: "nought", Growth: "gone"}}},
			}},
			[]string{"relations[0].from", "relations[1].whole", "relations[2].from", "relations[3].parts[0].to", "relations[3].parts[0].growth"},
		},
		"too little to compare": {
			reconcile.Input{Claims: claims, Relations: []reconcile.Relation{
				reconcile.Sum{Whole: "one"}, reconcile.Same{Claims: []string{"one"}}, reconcile.CombinedGrowth{Claimed: "one"},
			}},
			[]string{"relations[0].add", "relations[1].claims", "relations[2].parts"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := reconcile.Reconcile(c.in)
			var fields []string
			for _, v := range errs.Violations(err) {
				fields = append(fields, v.Field)
			}
			if diff := cmp.Diff(c.want, fields); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGrowthDownwardsReadsAsSuch(t *testing.T) {
	report, err := reconcile.Reconcile(reconcile.Input{
		Claims:    []reconcile.Claim{claim("2015", 200), claim("2023", 150), percent("fall", -20, 1)},
		Relations: []reconcile.Relation{reconcile.Growth{From: "2015", To: "2023", Claimed: "fall"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if says := report.Checks[0].Says; !strings.HasPrefix(says, "200 to 150 is -25%, not -20%") {
		t.Error(says)
	}
}
