package homecare

import (
	"maps"
	"math"
	"slices"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// largestGroups is how many provider groups the concentration looks at: Gloucestershire
// speaks of four, which reported 8,000 of its 15,000 spare hours.
const largestGroups = 4

// concentration is the spare hours that regulated branches report, by provider group; for
// an authority those without a zone too.
type concentration struct {
	expected, answers figure.Tally
	byGroup           map[string]float64
}

func (c *count) addSpare(m member) {
	spare := m.here.spare
	if c.whole && m.hasOffice && m.nowhere.spare.given {
		spare.add(m.nowhere.spare.sum, 1)
	}
	if !regulated(m.Place.GetKind()) || (len(m.serves) == 0 && !spare.given) {
		return
	}
	c.spare.expected.Expect(1)
	c.spare.expected.Rest(m.PlaceSource)
	if spare.given {
		m.answer.heard(&c.spare.answers)
		c.spare.byGroup[group(m.Place)] += spare.sum
	}
}

// largestShare is the percentage of spare hours that the largest groups report; 0 when
// there are none.
func (c *concentration) largestShare() float64 {
	hours := slices.Sorted(maps.Values(c.byGroup))
	slices.Reverse(hours)
	var largest, all float64
	for i, h := range hours {
		if i < largestGroups {
			largest += h
		}
		all += h
	}
	if all == 0 {
		return 0
	}
	return 100 * largest / all
}

func (c *concentration) render(asAt string) *homecarev1.SpareConcentration {
	const formula = "100 x spare hours of the four provider groups that report most / all spare hours"
	b := basis(asAt, &c.expected, &c.answers)
	holdings := make([]int, 0, len(c.byGroup))
	for _, hours := range c.byGroup {
		holdings = append(holdings, int(math.Round(100*hours)))
	}
	index := figure.Concentration(b, holdings)
	if _, known := figure.Value(index); !known {
		return &homecarev1.SpareConcentration{
			FourLargest: figure.With(b.NotEnough("no spare hours are reported", commonv1.Unit_UNIT_PERCENT), formula), Index: index,
		}
	}
	return &homecarev1.SpareConcentration{
		FourLargest: figure.With(b.Of(c.largestShare(), commonv1.Unit_UNIT_PERCENT), formula), Index: index,
	}
}
