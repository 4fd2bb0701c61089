package reconciliation

import (
	"slices"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/period"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/reconcile"
)

// ruleText is a rule in words.
func ruleText(rule marketpositionv1.ClaimRule) string {
	switch rule {
	case marketpositionv1.ClaimRule_CLAIM_RULE_SUM:
		return "a whole is its parts added up"
	case marketpositionv1.ClaimRule_CLAIM_RULE_SHARE:
		return "a share is 100 x part / whole"
	case marketpositionv1.ClaimRule_CLAIM_RULE_GROWTH:
		return "growth is 100 x (after / before - 1)"
	case marketpositionv1.ClaimRule_CLAIM_RULE_COMBINED_GROWTH:
		return "the growth of parts together is 100 x (sum of after / sum of before - 1), where before is after / (1 + growth / 100)"
	case marketpositionv1.ClaimRule_CLAIM_RULE_SAME:
		return "the same thing is said with the same number"
	case marketpositionv1.ClaimRule_CLAIM_RULE_TIMES:
		return "a ratio in words is the second over the first"
	case marketpositionv1.ClaimRule_CLAIM_RULE_DATA:
		return "what was published is what the data give"
	default:
		return ""
	}
}

// inModel puts a relation as the model takes it. A relation by the rule on data needs what was found as well.
func inModel(r *marketpositionv1.ClaimRelation) reconcile.Relation {
	in := r.GetInputs()
	switch r.GetRule() {
	case marketpositionv1.ClaimRule_CLAIM_RULE_SUM:
		return reconcile.Sum{Whole: r.GetClaimed(), Add: in, Less: r.GetTakenOff()}
	case marketpositionv1.ClaimRule_CLAIM_RULE_SHARE:
		return reconcile.Share{Part: in[0], Whole: in[1], Claimed: r.GetClaimed()}
	case marketpositionv1.ClaimRule_CLAIM_RULE_GROWTH:
		return reconcile.Growth{From: in[0], To: in[1], Claimed: r.GetClaimed()}
	case marketpositionv1.ClaimRule_CLAIM_RULE_COMBINED_GROWTH:
		growth := reconcile.CombinedGrowth{Claimed: r.GetClaimed()}
		for pair := range slices.Chunk(in, 2) {
			growth.Parts = append(growth.Parts, reconcile.GrownPart{To: pair[0], Growth: pair[1]})
		}
		return growth
	case marketpositionv1.ClaimRule_CLAIM_RULE_SAME:
		return reconcile.Same{Claims: append([]string{r.GetClaimed()}, in...)}
	case marketpositionv1.ClaimRule_CLAIM_RULE_TIMES:
		return reconcile.TimesInWords{From: in[0], To: in[1], Words: r.GetWords()}
	default:
		return nil
	}
}

// Validate notes what a relation lacks that its rule needs, or has that its rule does not use.
func Validate(faults *errs.Collector, r *marketpositionv1.ClaimRelation) {
	n := len(r.GetInputs())
	fits, needs := false, ""
	switch r.GetRule() {
	case marketpositionv1.ClaimRule_CLAIM_RULE_SUM:
		fits, needs = n > 0, "the parts"
	case marketpositionv1.ClaimRule_CLAIM_RULE_SHARE:
		fits, needs = n == 2, "the part and the whole"
	case marketpositionv1.ClaimRule_CLAIM_RULE_GROWTH, marketpositionv1.ClaimRule_CLAIM_RULE_TIMES:
		fits, needs = n == 2, "before and after"
	case marketpositionv1.ClaimRule_CLAIM_RULE_COMBINED_GROWTH:
		fits, needs = n > 0 && n%2 == 0, "pairs of what was grown to and by how much"
	case marketpositionv1.ClaimRule_CLAIM_RULE_SAME:
		fits, needs = n > 0, "what says the same"
	case marketpositionv1.ClaimRule_CLAIM_RULE_DATA:
		fits, needs = n == 0, "none: it has a measure instead"
	default:
		faults.Add("rule", "is not given")
		return
	}
	if !fits {
		faults.Add("inputs", "must be %s, not %d figures", needs, n)
	}
	if len(r.GetTakenOff()) > 0 && r.GetRule() != marketpositionv1.ClaimRule_CLAIM_RULE_SUM {
		faults.Add("taken_off", "only a sum takes off")
	}
	if inWords := r.GetRule() == marketpositionv1.ClaimRule_CLAIM_RULE_TIMES; inWords != (r.GetWords() != "") {
		faults.Add("words", "a ratio in words, and nothing else, says its words")
	}
	ofData := r.GetRule() == marketpositionv1.ClaimRule_CLAIM_RULE_DATA
	if ofData != (r.GetMeasure() != marketpositionv1.DataMeasure_DATA_MEASURE_UNSPECIFIED) {
		faults.Add("measure", "a figure held against data, and nothing else, says against which")
	}
	if _, err := period.Parse(r.GetOn()); ofData && err != nil {
		faults.Add("on", "%v", err)
	} else if !ofData && r.GetOn() != "" {
		faults.Add("on", "only a figure held against data is compared on a day")
	}
}
