package interaction

import (
	"fmt"
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// Validate names every fault of the input by its field, or returns nil.
func (in Input) Validate() error {
	var faults errs.Collector
	in.Need.Check(&faults, "need", 0, math.MaxFloat64)
	for _, s := range Settings() {
		if !(in.Shares[s] >= 0) {
			faults.Add(fmt.Sprintf("shares[%s]", s), "must be a share from 0 to 1, not %v", in.Shares[s])
		}
		in.Capacity[s].Check(&faults, fmt.Sprintf("capacity[%s]", s), 0, math.Inf(1))
		unit := in.Units[s]
		checkGiven(&faults, fmt.Sprintf("units[%s].people", s), unit.People, math.MaxFloat64)
		checkGiven(&faults, fmt.Sprintf("units[%s].per_worker", s), unit.PerWorker, math.MaxFloat64)
	}
	if sum := in.Shares.Sum(); !(math.Abs(sum-1) <= rounding) {
		faults.Add("shares", "must sum to 1, not %v", sum)
	}
	CheckOverflow(&faults, "overflow", in.Overflow)
	return faults.Err()
}

// CheckOverflow notes on faults, below prefix, what is wrong with overflow shares over their whole ranges.
func CheckOverflow(faults *errs.Collector, prefix string, overflow [Count][Count]assume.Assumption) {
	for _, s := range Settings() {
		var highs float64
		for _, t := range Settings() {
			field := fmt.Sprintf("%s[%s][%s]", prefix, s, t)
			checkGiven(faults, field, overflow[s][t], 1)
			if s == t && overflow[s][t].Range != (assume.Range{}) {
				faults.Add(field, "a full setting cannot send people to itself")
			}
			highs += overflow[s][t].High
		}
		if highs > 1+rounding {
			faults.Add(fmt.Sprintf("%s[%s]", prefix, s), "the highs of a row must sum to no more than 1, not %.6g", highs)
		}
	}
}

// checkGiven checks an assumption that may be left out, which means zero.
func checkGiven(faults *errs.Collector, field string, a assume.Assumption, most float64) {
	if a != (assume.Assumption{}) {
		a.Check(faults, field, 0, most)
	}
}
