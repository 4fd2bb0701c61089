package stay

import (
	"gonum.org/v1/gonum/integrate/quad"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/random"
)

// Remaining is the rule for how much longer those stay who are there when a simulation begins.
type Remaining string

// The rules. The zero Remaining is Uniform.
const (
	// Uniform draws a fresh stay and lets what remains be uniform between one day and that stay; a
	// stay of a day or less remains whole. It says that everybody there stays at least another day,
	// and takes no account of long stays being met more often.
	Uniform Remaining = "uniform"
	// Equilibrium is the rule of a service that has run for long: the stay in progress is met in
	// proportion to its length, and its remainder is a uniform part of it. The share remaining longer
	// than t is 1 - MeanWithin(t)/Mean.
	Equilibrium Remaining = "equilibrium"
)

// Validate returns a [errs.Invalid] error when the rule is not one of the above, or nil.
func (r Remaining) Validate() error {
	var faults errs.Collector
	if r != "" && r != Uniform && r != Equilibrium {
		faults.Add("", "%q is not one of %s, %s", r, Uniform, Equilibrium)
	}
	return faults.Err()
}

// Sample draws what remains of a stay that began before the start, in days.
func (r Remaining) Sample(d Distribution, s *random.Stream) float64 {
	if r == Equilibrium {
		return s.Float64() * d.SampleInProgress(s)
	}
	whole := d.Sample(s)
	if whole <= 1 {
		return whole
	}
	return 1 + s.Float64()*(whole-1)
}

// survivalPoints is enough Gauss-Legendre points for an error below 1e-4 at the shapes of stays in
// care.
const survivalPoints = 100

// Survival returns the share of those present at the start who are still there after days.
//
// By the uniform rule it is, for days above 1, the mean over a uniform v of the share of stays longer
// than 1 + (days-1)/v: the chance that v(stay-1) exceeds days-1. That mean is taken by quadrature, to
// about four decimals.
func (r Remaining) Survival(d Distribution, days float64) float64 {
	switch {
	case r == Equilibrium:
		return 1 - d.MeanWithin(days)/d.Mean()
	case days <= 1:
		return d.Survival(days)
	default:
		longer := func(v float64) float64 { return d.Survival(1 + (days-1)/v) }
		return quad.Fixed(longer, 0, 1, survivalPoints, quad.Legendre{}, 0)
	}
}
