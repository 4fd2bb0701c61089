package flows

import (
	"fmt"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/check"
)

// mostCounted bounds each count, and so keeps every sum exact.
const mostCounted = 10_000_000

// Validate names every fault of the input by its field, or returns nil.
func (in Input) Validate() error {
	var faults errs.Collector
	authorityOf := make(map[string]string)
	for i, p := range in.Placements {
		field := fmt.Sprintf("placements[%d]", i)
		checkPlace(&faults, field, p.Period, p.District, p.Authority, authorityOf)
		check.Whole(&faults, field+".people", 0, mostCounted, p.People)
	}
	for i, c := range in.Capacity {
		field := fmt.Sprintf("capacity[%d]", i)
		checkPlace(&faults, field, c.Period, c.District, c.Authority, authorityOf)
		check.Whole(&faults, field+".beds", 0, mostCounted, c.Beds)
	}
	return faults.Err()
}

// checkPlace notes what is missing, and a district that is put in two authorities.
func checkPlace(faults *errs.Collector, field, period, district, authority string, authorityOf map[string]string) {
	for _, named := range [...]struct{ name, value string }{
		{"period", period}, {"district", district}, {"authority", authority},
	} {
		if named.value == "" {
			faults.Add(field+"."+named.name, "must be named")
		}
	}
	if first, seen := authorityOf[district]; seen && first != authority {
		faults.Add(field+".authority", "puts district %s in %s, which another row puts in %s", district, authority, first)
		return
	}
	authorityOf[district] = authority
}
