package queueing

import (
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/check"
)

// given reports whether r is not the zero Range, which stands for an input that is not given.
func given(r assume.Range) bool { return r != assume.Range{} }

// checkRange notes a fault unless low, central and high are in order, above 0 and up to most.
func checkRange(faults *errs.Collector, field string, r assume.Range, most float64) {
	before := faults.Len()
	check.Positive(faults, field, most, r.Low)
	if faults.Len() == before {
		r.Check(faults, field, 0, most)
	}
}

// end is one place in the ranges of the inputs.
type end int

const (
	lowEnd     end = iota // the least demand: few arrivals, short stays, many places
	centralEnd            // the central value of each
	highEnd               // the greatest demand
)

func (e end) String() string { return [...]string{"low", "central", "high"}[e] }

// opposite is the end for an input that relieves where others press.
func (e end) opposite() end { return highEnd - e }

// at returns the value of r at the end.
func (e end) at(r assume.Range) float64 { return [...]float64{r.Low, r.Central, r.High}[e] }
