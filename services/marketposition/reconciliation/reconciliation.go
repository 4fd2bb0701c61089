// Package reconciliation checks published figures by the relations that are kept for them: against
// arithmetic, against each other, and against the suite's own data.
//
// The checking itself is model/reconcile's. This package puts facts as that model takes them, and what it
// finds as messages with their sources. Each relation is checked by itself, so that one that cannot be
// checked, since a figure is missing or no data are to be had, says so and spoils no other.
package reconciliation

import (
	"cmp"
	"slices"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// Facts are what was published and how it hangs together.
type Facts struct {
	Figures   []*marketpositionv1.PublishedFigure
	Relations []*marketpositionv1.ClaimRelation
	Meanings  []*marketpositionv1.QualifierMeaning
}

// Data gives the suite's own figure for a relation by the rule on data; nil when it has none.
type Data func(relation *marketpositionv1.ClaimRelation) *commonv1.Figure

// Check checks every relation. Contradictions come first, then what differs from the data, what agrees, and
// what could not be checked; of each kind in order of name.
func Check(f Facts, data Data) []*marketpositionv1.ClaimCheck {
	b := f.book()
	checks := make([]*marketpositionv1.ClaimCheck, 0, len(f.Relations))
	for _, r := range f.Relations {
		checks = append(checks, b.check(r, data))
	}
	slices.SortFunc(checks, func(a, b *marketpositionv1.ClaimCheck) int {
		return cmp.Or(cmp.Compare(order(a.GetVerdict()), order(b.GetVerdict())), cmp.Compare(a.GetName(), b.GetName()))
	})
	return checks
}

func order(v marketpositionv1.CheckVerdict) int {
	return slices.Index([]marketpositionv1.CheckVerdict{
		marketpositionv1.CheckVerdict_CHECK_VERDICT_CONTRADICTS, marketpositionv1.CheckVerdict_CHECK_VERDICT_DIFFERS,
		marketpositionv1.CheckVerdict_CHECK_VERDICT_AGREES, marketpositionv1.CheckVerdict_CHECK_VERDICT_NOT_COMPARABLE,
	}, v)
}

// Count counts checks by what they came to.
func Count(checks []*marketpositionv1.ClaimCheck) *marketpositionv1.CheckCounts {
	counts := &marketpositionv1.CheckCounts{}
	for _, c := range checks {
		switch c.GetVerdict() {
		case marketpositionv1.CheckVerdict_CHECK_VERDICT_AGREES:
			counts.Agree++
		case marketpositionv1.CheckVerdict_CHECK_VERDICT_CONTRADICTS:
			counts.Contradict++
		case marketpositionv1.CheckVerdict_CHECK_VERDICT_DIFFERS:
			counts.Differ++
		default:
			counts.NotComparable++
			continue
		}
		counts.Made++
	}
	return counts
}

// Disagreeing are the checks that contradict or differ.
func Disagreeing(checks []*marketpositionv1.ClaimCheck) []*marketpositionv1.ClaimCheck {
	var out []*marketpositionv1.ClaimCheck
	for _, c := range checks {
		switch c.GetVerdict() {
		case marketpositionv1.CheckVerdict_CHECK_VERDICT_CONTRADICTS, marketpositionv1.CheckVerdict_CHECK_VERDICT_DIFFERS:
			out = append(out, c)
		default:
		}
	}
	return out
}
