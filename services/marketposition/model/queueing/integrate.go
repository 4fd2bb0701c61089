package queueing

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

const (
	// points of each Gauss-Legendre rule: exact for polynomials up to degree 15.
	points = 8
	// safety is how much better two estimates must agree than is asked, since they can agree by chance.
	safety = 10
	// mostHalvings narrows an interval of a day to 1e-15 days.
	mostHalvings = 50
	// jumpShare is the part of the tolerance that is left to each jump. Halving the tolerance with the
	// interval would never accept a jump: what it can hold halves with the interval as well.
	jumpShare = 1e-3
	// youngest is the shortest time since arrival, in days, that is told from none: about 0.1 ms.
	youngest = 1.0 / (1 << 30)
)

// integrate returns the integral of f over the time since arrival, from low to high days, with an error
// below the tolerance.
//
// The survival of a skewed stay can fall steeply just after arrival, in a corner that no point of a rule
// for a whole day comes near. So the first day is cut at a half, a quarter, an eighth of a day, and so on:
// on each of these pieces the survival of any shape of stay bends gently.
func integrate(f func(float64) float64, low, high, tolerance float64) (float64, error) {
	perDay := tolerance / safety / (high - low)
	total := 0.0
	for cut := 1.0; low < high; cut /= 2 {
		from := low
		if cut >= youngest {
			from = max(low, cut)
		}
		if from >= high {
			continue
		}
		part, err := newIntegral(f, perDay*(high-from)).over(from, high)
		if err != nil {
			return 0, err
		}
		total += part
		high = from
	}
	return total, nil
}

// integral is the integral over one piece.
type integral struct {
	of func(float64) float64
	// tolerance is that of the whole piece, least the smallest of any part of it.
	tolerance, least float64
}

func newIntegral(f func(float64) float64, tolerance float64) integral {
	return integral{of: f, tolerance: tolerance, least: jumpShare * tolerance}
}

// over halves the interval, and its tolerance with it, until two halves agree with the whole.
func (in integral) over(low, high float64) (float64, error) {
	return in.halve(low, high, in.gauss(low, high), in.tolerance, 0)
}

func (in integral) halve(low, high, whole, tolerance float64, halved int) (float64, error) {
	middle := low + (high-low)/2
	first, second := in.gauss(low, middle), in.gauss(middle, high)
	switch difference := math.Abs(first + second - whole); {
	case math.IsNaN(difference) || math.IsInf(difference, 0):
		return 0, fmt.Errorf("the rate or the survival is not a number %g to %g days after arrival", low, high)
	case difference <= tolerance:
		return first + second, nil
	case halved == mostHalvings:
		return 0, fmt.Errorf("the quadrature %g to %g days after arrival does not come within %g", low, high, tolerance)
	}
	tolerance = max(tolerance/2, in.least)
	first, err := in.halve(low, middle, first, tolerance, halved+1)
	if err != nil {
		return 0, err
	}
	second, err = in.halve(middle, high, second, tolerance, halved+1)
	return first + second, err
}

func (in integral) gauss(low, high float64) float64 {
	return quad.Fixed(in.of, low, high, points, quad.Legendre{}, 0)
}
