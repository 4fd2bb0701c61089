package reconciliation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/reconciliation"
)

func TestValidateNamesEveryFault(t *testing.T) {
	with := func(r *marketpositionv1.ClaimRelation, change func(*marketpositionv1.ClaimRelation)) *marketpositionv1.ClaimRelation {
		change(r)
		return r
	}
	for name, c := range map[string]struct {
		relation *marketpositionv1.ClaimRelation
		want     []string
	}{
		"no rule":     {relation("a", 0, "x", "y"), []string{"rule"}},
		"a sum of no": {relation("a", marketpositionv1.ClaimRule_CLAIM_RULE_SUM, "x"), []string{"inputs"}},
		"a share of three": {
			relation("a", marketpositionv1.ClaimRule_CLAIM_RULE_SHARE, "x", "y", "z", "w"), []string{"inputs"},
		},
		"half a pair": {relation("a", marketpositionv1.ClaimRule_CLAIM_RULE_COMBINED_GROWTH, "x", "y", "z", "w"), []string{"inputs"}},
		"said once":   {relation("a", marketpositionv1.ClaimRule_CLAIM_RULE_SAME, "x"), []string{"inputs"}},
		"no words":    {relation("a", marketpositionv1.ClaimRule_CLAIM_RULE_TIMES, "x", "y", "z"), []string{"words"}},
		"everything at once": {
			with(relation("a", marketpositionv1.ClaimRule_CLAIM_RULE_GROWTH, "x", "y"), func(r *marketpositionv1.ClaimRelation) {
				r.TakenOff, r.Words, r.On = named("z"), "twice", "2024-01-31"
				r.Measure = marketpositionv1.DataMeasure_DATA_MEASURE_CARE_HOMES
			}),
			[]string{"inputs", "taken_off", "words", "measure", "on"},
		},
		"data of nothing": {
			with(ofData("x"), func(r *marketpositionv1.ClaimRelation) {
				r.Measure, r.On, r.Inputs = 0, "2024-02-30", named("y")
			}),
			[]string{"inputs", "measure", "on"},
		},
		"data":   {ofData("x"), nil},
		"a sum":  {relation("a", marketpositionv1.ClaimRule_CLAIM_RULE_SUM, "x", "y"), nil},
		"growth": {relation("a", marketpositionv1.ClaimRule_CLAIM_RULE_GROWTH, "x", "y", "z"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			var faults errs.Collector
			reconciliation.Validate(&faults, c.relation)
			var fields []string
			for _, v := range errs.Violations(faults.Err()) {
				fields = append(fields, v.Field)
			}
			if diff := cmp.Diff(c.want, fields); diff != "" {
				t.Error(diff)
			}
		})
	}
}
