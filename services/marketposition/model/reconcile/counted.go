package reconcile

import (
	"fmt"
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
)

// Counted says that the claimed figure is what was counted or worked out elsewhere.
type Counted struct {
	Claimed string
	// Found is what was counted; Low and High are the same as Central where it was counted exactly.
	Found Interval
}

func (c Counted) claims() []string { return []string{c.Claimed} }

func (c Counted) check(faults *errs.Collector, field string, _ book) {
	if !(c.Found.Low <= c.Found.Central && c.Found.Central <= c.Found.High) || math.IsInf(c.Found.Low, 0) || math.IsInf(c.Found.High, 0) {
		faults.Add(field+".found", "must be numbers in rising order, not %v, %v, %v", c.Found.Low, c.Found.Central, c.Found.High)
	}
}

func (c Counted) compare(b book) Check {
	published := b.interval(c.Claimed)
	agrees := c.Found.meets(published)
	found := rounded(c.Found.Central)
	if c.Found.Low < c.Found.High {
		found += fmt.Sprintf(" (%s to %s)", rounded(c.Found.Low), rounded(c.Found.High))
	}
	return Check{
		Rule: "published and counted", Implied: c.Found, Published: published, Agrees: agrees,
		Says: fmt.Sprintf("the data give %s, %s", found, verdict(agrees, b.text(c.Claimed))),
	}
}
