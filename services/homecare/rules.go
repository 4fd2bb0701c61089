package homecare

import (
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/period"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// CheckReturn names every way in which a return contradicts itself or its branch. Signs, limits and patterns are for the proto's own rules, and whether its day
// lies in the future for the book.
func (market) CheckReturn(b *homecarev1.HomeCareBranch, r *homecarev1.HomeCareReturn, _ period.Date) error {
	c := checker{ret: r, branch: b, served: map[string]bool{}}
	for _, name := range b.GetZones() {
		c.served[name] = true
	}
	if asAt, err := period.Parse(r.GetAsAt()); err == nil {
		c.asAt = asAt
	}
	c.somethingSaid()
	c.zoneRows()
	c.waiting()
	c.handedBack()
	c.intermediateCare()
	return c.faults.Err()
}

// checker gathers the faults of one return.
type checker struct {
	ret    *homecarev1.HomeCareReturn
	branch *homecarev1.HomeCareBranch
	served map[string]bool
	// asAt is zero when the return's own day cannot be read.
	asAt   period.Date
	faults errs.Collector
}

func (c *checker) somethingSaid() {
	r := c.ret
	if len(r.GetZones())+len(r.GetWaiting())+len(r.GetHandedBack())+len(r.GetIntermediateCare()) == 0 && r.GetStaff() == nil {
		c.faults.Add("zones", "the return says nothing: give at least one row, or the staff")
	}
}

// zone checks the zone that a row names; empty is the whole branch.
func (c *checker) zone(field, name string) {
	if name != "" && !c.served[name] {
		c.faults.Add(field, "%s is not recorded as serving %s: add the zone to the branch first", c.branch.GetName(), name)
	}
}
