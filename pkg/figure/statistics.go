package figure

import (
	"slices"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Median returns the middle of values, the mean of the two middle ones when their number
// is even, and 0 for none. Values are left as they are.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// Concentration returns the Herfindahl-Hirschman index of what each provider group holds:
// the sum of the squares of their shares in percent, 0 to 10,000 (US Department of
// Justice, "Herfindahl-Hirschman index"). 10,000 is one provider; four equal ones are
// 2,500.
func Concentration(b Basis, holdings []int) *commonv1.Figure {
	const formula = "sum over provider groups of (100 x share)^2"
	var sum float64
	for _, h := range holdings {
		sum += float64(h)
	}
	if sum == 0 {
		return With(b.NotEnough("no provider holds anything", commonv1.Unit_UNIT_HHI_POINTS), formula)
	}
	// Sorted, so that the sum of floats does not depend on the order it came in.
	var index float64
	for _, h := range slices.Sorted(slices.Values(holdings)) {
		share := 100 * float64(h) / sum
		index += share * share
	}
	return With(b.Of(index, commonv1.Unit_UNIT_HHI_POINTS), formula)
}
