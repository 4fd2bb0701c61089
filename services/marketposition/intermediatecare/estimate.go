package intermediatecare

import (
	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// rangeOf fills in what an estimate leaves out, and notes what cannot be filled in or is
// no number above 0. It is the zero Range when nothing is given.
func rangeOf(faults *errs.Collector, field string, e *marketpositionv1.Estimate) assume.Range {
	if e == nil {
		return assume.Range{}
	}
	if e.Central == nil && (e.Low == nil || e.High == nil) {
		faults.Add(field, "give the central value, or low and high")
		return assume.Range{}
	}
	central := (e.GetLow() + e.GetHigh()) / 2
	if e.Central != nil {
		central = e.GetCentral()
	}
	r := assume.Exactly(central)
	if e.Low != nil {
		r.Low = e.GetLow()
	}
	if e.High != nil {
		r.High = e.GetHigh()
	}
	switch {
	case !(r.Low <= r.Central && r.Central <= r.High):
		faults.Add(field, "low, central and high must be in that order, not %v, %v, %v", r.Low, r.Central, r.High)
	case !(r.Low > 0):
		faults.Add(field, "must lie above 0, not at %v", r.Low)
	}
	return r
}

// isExact reports whether all of the ranges are single values.
func isExact(ranges ...assume.Range) bool {
	for _, r := range ranges {
		if r.Low != r.High {
			return false
		}
	}
	return true
}
