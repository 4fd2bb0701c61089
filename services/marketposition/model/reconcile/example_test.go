package reconcile_test

import (
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/reconcile"
)

// A statement says that 348, 47 and 105 people are 530, and that 59% more is from 2,708 to 4,274.
func ExampleReconcile() {
	report, err := reconcile.Reconcile(reconcile.Input{
		Claims: []reconcile.Claim{
			claim("all", 530), claim("designated", 348), claim("out of county", 47), claim("older homes", 105),
			claim("2023", 2708), claim("2043", 4274), percent("growth", 59, 1),
		},
		Relations: []reconcile.Relation{
			reconcile.Sum{Whole: "all", Add: []string{"designated", "out of county", "older homes"}},
			reconcile.Growth{From: "2023", To: "2043", Claimed: "growth"},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, found := range report.Contradictions() {
		fmt.Printf("%s: %s\n", found.Rule, found.Says)
	}
	// Output:
	// parts and whole: 348 + 47 + 105 = 500, not 530
	// growth and its ends: 2,708 to 4,274 is +57.8%, not 59%
}
