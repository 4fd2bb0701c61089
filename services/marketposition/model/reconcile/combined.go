package reconcile

import (
	"fmt"
	"strings"

	"github.com/caremarket/caremarket/pkg/errs"
)

// CombinedGrowth says that the claimed percentage is the growth of the whole of parts, each of which is
// known by what it grew to and by how much per cent.
type CombinedGrowth struct {
	Parts   []GrownPart
	Claimed string
}

// GrownPart is a part of a whole after it grew.
type GrownPart struct {
	To, Growth string
}

// mostParts bounds the parts whose ends are tried against each other.
const mostParts = 12

func (g CombinedGrowth) claims() []string {
	ids := []string{g.Claimed}
	for _, part := range g.Parts {
		ids = append(ids, part.To, part.Growth)
	}
	return ids
}

func (g CombinedGrowth) check(faults *errs.Collector, field string, b book) {
	if len(g.Parts) == 0 || len(g.Parts) > mostParts {
		faults.Add(field+".parts", "must be 1 to %d parts, not %d", mostParts, len(g.Parts))
	}
	for i, part := range g.Parts {
		checkPositive(faults, fmt.Sprintf("%s.parts[%d].to", field, i), b, part.To)
		if b.interval(part.Growth).Low <= -100 {
			faults.Add(fmt.Sprintf("%s.parts[%d].growth", field, i), "a part that fell by all it had says nothing of its base")
		}
	}
}

// compare tries the ends of the parts. The growth of the whole rises with each part's growth, so all of
// these are low together or high together; in each part's size it moves one way or the other, so both
// ends of each are tried.
func (g CombinedGrowth) compare(b book) Check {
	var implied Interval
	implied.Central = g.whole(b, func(_ int, size, growth Interval) (float64, float64) { return size.Central, growth.Central })
	implied.Low, implied.High = implied.Central, implied.Central
	for ends := range 1 << len(g.Parts) {
		size := func(i int, size Interval) float64 {
			if ends&(1<<i) != 0 {
				return size.High
			}
			return size.Low
		}
		implied.Low = min(implied.Low, g.whole(b, func(i int, s, growth Interval) (float64, float64) { return size(i, s), growth.Low }))
		implied.High = max(implied.High, g.whole(b, func(i int, s, growth Interval) (float64, float64) { return size(i, s), growth.High }))
	}
	published := b.interval(g.Claimed)
	agrees := implied.meets(published)
	parts := make([]string, len(g.Parts))
	for i, part := range g.Parts {
		parts[i] = fmt.Sprintf("%s (%s)", b.text(part.To), signed(b.byID[part.Growth].Value))
	}
	return Check{
		Rule: "growth of parts and of the whole", Implied: implied, Published: published, Agrees: agrees,
		Says: fmt.Sprintf("%s imply %s, %s", strings.Join(parts, " and "), signed(implied.Central), verdict(agrees, b.text(g.Claimed))),
	}
}

// whole is the growth in per cent of all parts, each of the size and growth that pick chooses.
func (g CombinedGrowth) whole(b book, pick func(i int, size, growth Interval) (to, percent float64)) float64 {
	var before, after float64
	for i, part := range g.Parts {
		to, percent := pick(i, b.interval(part.To), b.interval(part.Growth))
		after += to
		before += to / (1 + percent/100)
	}
	return 100 * (after/before - 1)
}
