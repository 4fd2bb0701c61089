package reconcile_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/reconcile"
)

// counted holds one claim against what was counted.
func counted(t rapid.TB, c reconcile.Claim, found reconcile.Interval) reconcile.Check {
	t.Helper()
	report, err := reconcile.Reconcile(reconcile.Input{
		Meanings: meanings(), Claims: []reconcile.Claim{c},
		Relations: []reconcile.Relation{reconcile.Counted{Claimed: c.ID, Found: found}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return report.Checks[0]
}

func TestPublishedAndCounted(t *testing.T) {
	exactly := func(v float64) reconcile.Interval { return reconcile.Interval{Low: v, Central: v, High: v} }
	for name, c := range map[string]struct {
		claim  reconcile.Claim
		found  reconcile.Interval
		agrees bool
		says   string
	}{
		"the same": {claim("c", 3929), exactly(3929), true, "the data give 3,929, as published: 3,929"},
		"one more": {claim("c", 3929), exactly(3930), false, "the data give 3,930, not 3,929"},
		"in words": {justOver("c", 5000), exactly(5005), true, "the data give 5,005, as published: just over 5,000"},
		"below the words": {
			justOver("c", 5000), exactly(4999), false, "the data give 4,999, not just over 5,000",
		},
		"within a range": {
			reconcile.Claim{ID: "c", Value: 135100, Rounding: 100, Source: "published"},
			reconcile.Interval{Low: 131549, Central: 131549, High: 136200},
			true,
			"the data give 131,549 (131,549 to 136,200), as published: 135,100",
		},
		"beside a range by less than its rounding": {
			reconcile.Claim{ID: "c", Value: 135100, Rounding: 100, Source: "published"},
			reconcile.Interval{Low: 135150, Central: 136000, High: 136200},
			true,
			"the data give 136,000 (135,150 to 136,200), as published: 135,100",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := counted(t, c.claim, c.found)
			if got.Agrees != c.agrees || got.Says != c.says {
				t.Errorf("%t, %q; want %t, %q", got.Agrees, got.Says, c.agrees, c.says)
			}
		})
	}
}

func TestWhatIsCountedAndThenRoundedAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found := rapid.Float64Range(0, 1e6).Draw(t, "found")
		step := rapid.SampledFrom([]float64{0.1, 1, 10, 100}).Draw(t, "step")
		c := reconcile.Claim{ID: "c", Value: round(found, step), Rounding: step, Source: "drawn"}
		if check := counted(t, c, reconcile.Interval{Low: found, Central: found, High: found}); !check.Agrees {
			t.Fatalf("a false difference: %s", check.Says)
		}
	})
}

func TestCountedIsInOrder(t *testing.T) {
	for _, found := range []reconcile.Interval{{Low: 2, Central: 1, High: 3}, {Central: math.NaN()}, {High: math.Inf(1)}} {
		_, err := reconcile.Reconcile(reconcile.Input{
			Claims:    []reconcile.Claim{claim("c", 1)},
			Relations: []reconcile.Relation{reconcile.Counted{Claimed: "c", Found: found}},
		})
		if faults := errs.Violations(err); len(faults) != 1 || faults[0].Field != "relations[0].found" {
			t.Errorf("%v: %v", found, err)
		}
	}
}
