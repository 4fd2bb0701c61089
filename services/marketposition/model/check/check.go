// Package check is how the models say what is wrong with a number of their input.
package check

import (
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
)

// AtLeast notes a fault of field unless value is a finite number of at least low.
func AtLeast(faults *errs.Collector, field string, low, value float64) {
	if !(value >= low) || math.IsInf(value, 0) {
		faults.Add(field, "must be a number of at least %g, not %g", low, value)
	}
}

// Between notes a fault of field unless low <= value <= high.
func Between(faults *errs.Collector, field string, low, high, value float64) {
	if !(value >= low && value <= high) {
		faults.Add(field, "must lie between %g and %g, not at %g", low, high, value)
	}
}

// Positive notes a fault of field unless 0 < value <= high.
func Positive(faults *errs.Collector, field string, high, value float64) {
	if !(value > 0 && value <= high) {
		faults.Add(field, "must lie above 0 and up to %g, not at %g", high, value)
	}
}

// Whole notes a fault of field unless low <= value <= high.
func Whole(faults *errs.Collector, field string, low, high, value int) {
	if value < low || value > high {
		faults.Add(field, "must lie between %d and %d, not at %d", low, high, value)
	}
}
