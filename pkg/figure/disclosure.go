package figure

import commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"

// Disclosure control, as DHSC applies it to Capacity Tracker statistics.
const (
	// SmallNumber is the first count of people that may be shown; those below are
	// hidden at location and district level (DHSC, "Get adult social care data").
	SmallNumber = 6
	// FewContributors is how many places an average of commercially sensitive values
	// needs at the least (DHSC, as above).
	FewContributors = 3
)

// Sees reports whether an audience sees small numbers of people: only the suite's own
// services do, and they do not pass them on.
func Sees(a commonv1.Audience) bool { return a == commonv1.Audience_AUDIENCE_SYSTEM }

// Hide decides which counts of people in a breakdown are withheld, when the breakdown's
// total stands beside it. A count below SmallNumber is hidden; when exactly one is, the
// smallest other is hidden too, or it could be had by subtraction. Exists says which
// groups there are at all: a group that cannot hold anybody is shown as 0, and hides
// nothing. Already holds reasons decided elsewhere, or is nil. The answer has a reason
// for each count, UNSPECIFIED where it is shown.
func Hide(counts []int, exists []bool, already []commonv1.HiddenReason) []commonv1.HiddenReason {
	out := make([]commonv1.HiddenReason, len(counts))
	hidden := 0
	for i, n := range counts {
		if !exists[i] {
			continue
		}
		if already != nil {
			out[i] = already[i]
		}
		if n < SmallNumber {
			out[i] = commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER
		}
		if out[i] != shown {
			hidden++
		}
	}
	if hidden == 1 {
		if i := smallestShown(counts, exists, out); i >= 0 {
			out[i] = commonv1.HiddenReason_HIDDEN_REASON_SECONDARY
		}
	}
	return out
}

// HideTotal decides whether the sum over areas is withheld when the areas' own figures
// stand beside it: it is when any of them is hidden. One hidden area could be had by
// subtraction from the sum; of several, the sums of two breakdowns together can still
// give one away. Hiding the total rather than a second area means that one district can
// be read without reading its neighbours, and reads the same alone as side by side.
func HideTotal(parts []commonv1.HiddenReason) commonv1.HiddenReason {
	for _, p := range parts {
		if p != shown {
			return commonv1.HiddenReason_HIDDEN_REASON_SECONDARY
		}
	}
	return shown
}

const shown = commonv1.HiddenReason_HIDDEN_REASON_UNSPECIFIED

func smallestShown(counts []int, exists []bool, hidden []commonv1.HiddenReason) int {
	at := -1
	for i, n := range counts {
		if !exists[i] || hidden[i] != shown {
			continue
		}
		if at < 0 || n < counts[at] {
			at = i
		}
	}
	return at
}

// People returns a count of people, or the figure hidden when a reason is given.
func (b Basis) People(n int, reason commonv1.HiddenReason) *commonv1.Figure {
	if reason != shown {
		return b.Hidden(reason, commonv1.Unit_UNIT_PEOPLE)
	}
	return b.Count(n, commonv1.Unit_UNIT_PEOPLE)
}
