// Package stay says how long people stay in a place: as the few numbers that a service knows of its
// stays, and as a distribution to calculate with and to draw from.
//
// All times are in days.
package stay

import (
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/check"
	"github.com/caremarket/caremarket/services/marketposition/model/random"
)

// Distribution is the distribution of a stay, which is never negative.
type Distribution interface {
	// Mean returns the mean stay.
	Mean() float64
	// Survival returns the share of stays longer than days.
	Survival(days float64) float64
	// MeanWithin returns the mean of min(stay, days): the integral of Survival from 0 to days.
	MeanWithin(days float64) float64
	// Sample draws a stay.
	Sample(*random.Stream) float64
	// SampleInProgress draws the whole stay of somebody met on a random day. Long stays are met more
	// often than short ones, in proportion to their length.
	SampleInProgress(*random.Stream) float64
}

// Shape is the family of a distribution.
type Shape string

// The shapes. The zero Shape is LogNormal, the usual one for stays in care.
const (
	LogNormal   Shape = "log-normal"
	Exponential Shape = "exponential"
	Gamma       Shape = "gamma"
	Fixed       Shape = "fixed"
	Empirical   Shape = "empirical"
)

// Spec says a distribution by what is known of it. Which numbers it needs depends on the shape:
//
//	log-normal   MeanDays with either MedianDays or SDDays
//	exponential  MeanDays
//	gamma        MeanDays and SDDays
//	fixed        MeanDays, everybody's stay
//	empirical    ObservedDays, each as likely as the others
type Spec struct {
	Shape        Shape
	MeanDays     float64
	MedianDays   float64
	SDDays       float64
	ObservedDays []float64
}

// Bounds on what a Spec may say.
const (
	// ShortestMeanDays is one minute: the simulations count time in milliseconds.
	ShortestMeanDays = 1.0 / (24 * 60)
	// LongestMeanDays is a hundred years.
	LongestMeanDays = 36525.0
	// MostSpread is the largest standard deviation, in means, and least its inverse: beyond them a
	// distribution is all but fixed, or nearly all of its mean is in stays nobody will ever see.
	MostSpread = 100.0
	// MostObserved is the largest number of observed stays.
	MostObserved = 100_000
)

// Validate returns an [errs.Invalid] error with every fault of the spec, or nil.
func (s Spec) Validate() error {
	var faults errs.Collector
	switch s.Shape {
	case "", LogNormal:
		s.checkLogNormal(&faults)
		s.refuse(&faults, "observed_days")
	case Gamma:
		s.checkMean(&faults)
		s.checkSpread(&faults)
		s.refuse(&faults, "median_days", "observed_days")
	case Exponential, Fixed:
		s.checkMean(&faults)
		s.refuse(&faults, "median_days", "sd_days", "observed_days")
	case Empirical:
		s.checkObserved(&faults)
		s.refuse(&faults, "mean_days", "median_days", "sd_days")
	default:
		faults.Add("shape", "%q is not one of %s, %s, %s, %s, %s",
			s.Shape, LogNormal, Exponential, Gamma, Fixed, Empirical)
	}
	return faults.Err()
}

// refuse notes a fault for each of the fields that is given.
func (s Spec) refuse(faults *errs.Collector, fields ...string) {
	given := map[string]bool{
		"mean_days": s.MeanDays != 0, "median_days": s.MedianDays != 0,
		"sd_days": s.SDDays != 0, "observed_days": len(s.ObservedDays) > 0,
	}
	for _, field := range fields {
		if given[field] {
			faults.Add(field, "has no meaning for a stay of this shape")
		}
	}
}

func (s Spec) checkMean(faults *errs.Collector) {
	check.Between(faults, "mean_days", ShortestMeanDays, LongestMeanDays, s.MeanDays)
}

func (s Spec) checkSpread(faults *errs.Collector) {
	if ratio := s.SDDays / s.MeanDays; !(ratio >= 1/MostSpread && ratio <= MostSpread) {
		faults.Add("sd_days", "must lie between a hundredth of the mean and %g times the mean %g, not %g",
			MostSpread, s.MeanDays, s.SDDays)
	}
}

func (s Spec) checkLogNormal(faults *errs.Collector) {
	s.checkMean(faults)
	switch {
	case (s.MedianDays != 0) == (s.SDDays != 0):
		faults.Add("median_days", "a log-normal stay needs its mean with either its median or its standard deviation")
	case s.SDDays != 0:
		s.checkSpread(faults)
	case !(s.MedianDays > 0 && s.MedianDays < s.MeanDays):
		faults.Add("median_days", "the median of a log-normal stay lies above 0 and below its mean %g, not at %g "+
			"(for one stay for everybody use the shape %s)", s.MeanDays, s.MedianDays, Fixed)
	case s.MeanDays/s.MedianDays > MostSpread:
		faults.Add("median_days", "the mean %g is more than %g times the median %g", s.MeanDays, MostSpread, s.MedianDays)
	}
}

func (s Spec) checkObserved(faults *errs.Collector) {
	check.Whole(faults, "observed_days", 1, MostObserved, len(s.ObservedDays))
	for _, days := range s.ObservedDays {
		if !(days >= ShortestMeanDays && days <= LongestMeanDays) {
			faults.Add("observed_days", "every stay must lie between %g and %g, not %g",
				ShortestMeanDays, LongestMeanDays, days)
			return
		}
	}
}

// Distribution returns the distribution that the spec describes, or the faults of [Spec.Validate].
func (s Spec) Distribution() (Distribution, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	switch s.Shape {
	case Exponential:
		return exponential{mean: s.MeanDays}, nil
	case Gamma:
		shape := s.MeanDays * s.MeanDays / (s.SDDays * s.SDDays)
		return gamma{shape: shape, rate: shape / s.MeanDays}, nil
	case Fixed:
		return fixed{days: s.MeanDays}, nil
	case Empirical:
		return newEmpirical(s.ObservedDays), nil
	default:
		if s.SDDays != 0 {
			return logNormalBySD(s.MeanDays, s.SDDays), nil
		}
		return logNormalByMedian(s.MeanDays, s.MedianDays), nil
	}
}

// logNormalByMedian: the median is exp(mu), the mean exp(mu + sigma²/2).
func logNormalByMedian(mean, median float64) logNormal {
	return logNormal{mu: math.Log(median), sigma: math.Sqrt(2 * math.Log(mean/median))}
}

// logNormalBySD: the variance is mean² (exp(sigma²) - 1).
func logNormalBySD(mean, sd float64) logNormal {
	variance := math.Log1p(sd / mean * sd / mean)
	return logNormal{mu: math.Log(mean) - variance/2, sigma: math.Sqrt(variance)}
}
