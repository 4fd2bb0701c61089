// Package assume holds what a model is told because it cannot know: a value with its low, central and
// high, and the source it rests on. No model has an assumption of its own in its code; each is handed
// in, so that a reader can see it and a caller can override it.
//
// Ranges combine by interval arithmetic: when several assumptions are added, all are taken at their low
// together, all at their central, all at their high. That is the widest the result can be, and it needs
// no claim about how the assumptions go together. Where such a claim is made (independent draws), the
// model that makes it says so.
package assume

import (
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
)

// Range is a quantity between its low and its high, with the value thought most likely.
type Range struct {
	Low, Central, High float64
}

// Exactly is a Range without uncertainty.
func Exactly(value float64) Range { return Range{value, value, value} }

// Add returns the sum of both, end by end.
func (r Range) Add(other Range) Range {
	return Range{r.Low + other.Low, r.Central + other.Central, r.High + other.High}
}

// Scale returns k times the range; k must not be negative, for that would turn low and high about.
func (r Range) Scale(k float64) Range { return Range{k * r.Low, k * r.Central, k * r.High} }

// Widen returns the range with its ends moved out, where needed, to hold value. The central stays.
func (r Range) Widen(value float64) Range {
	return Range{min(r.Low, value), r.Central, max(r.High, value)}
}

// At turns a share u in [0, 1] into a value of the triangular distribution on the range whose mode is
// the central: the inverse of its distribution function. Equal u give equal places in any range.
func (r Range) At(u float64) float64 {
	width := r.High - r.Low
	if !(width > 0) || math.IsInf(width, 0) {
		return r.Central
	}
	below := r.Central - r.Low
	if u*width < below {
		return r.Low + math.Sqrt(u*width*below)
	}
	return r.High - math.Sqrt((1-u)*width*(r.High-r.Central))
}

// Assumption is a Range with the id of the source that it rests on.
type Assumption struct {
	Range
	Source string
}

// Certain is an assumption without uncertainty.
func Certain(value float64, source string) Assumption {
	return Assumption{Range: Exactly(value), Source: source}
}

// Between is an assumption with its low, central and high.
func Between(low, central, high float64, source string) Assumption {
	return Assumption{Range: Range{low, central, high}, Source: source}
}

// Check notes on faults, below field, everything that makes a unfit for use: ends out of order, a value
// that is not a number or lies outside [least, most], or no source.
func (a Assumption) Check(faults *errs.Collector, field string, least, most float64) {
	a.Range.Check(faults, field, least, most)
	if a.Source == "" {
		faults.Add(field+".source", "every assumption names its source")
	}
}

// Check notes on faults, below field, ends out of order and values outside [least, most]. An infinite
// value passes only where the limit itself is infinite.
func (r Range) Check(faults *errs.Collector, field string, least, most float64) {
	if !(r.Low <= r.Central && r.Central <= r.High) {
		faults.Add(field, "low, central and high must be numbers in that order, not %v, %v, %v", r.Low, r.Central, r.High)
		return
	}
	if r.Low < least || r.High > most {
		faults.Add(field, "must lie within %v and %v, not reach from %v to %v", least, most, r.Low, r.High)
	}
}
