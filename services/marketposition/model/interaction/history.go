package interaction

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// Observation is what one district did: home care given and people placed in care homes, both per
// 1,000 of the same people (such as those aged 75 or over).
type Observation struct {
	District                        string
	HoursPer1000, PlacementsPer1000 float64
}

// History is the straight line through the districts by least squares, and how little it may say.
type History struct {
	Districts int
	// Slope is how many more placements per 1,000 go with one more hour per 1,000, with its interval at
	// Confidence from Student's t with two degrees of freedom fewer than districts.
	Slope     assume.Range
	Intercept float64
	// StdError is the slope's.
	StdError float64
	// RSquared is the share of the variance of placements that the line accounts for.
	RSquared   float64
	Confidence float64
}

// ErrTooFewDistricts says that no line with an interval can be drawn: fewer than three districts, or all
// with the same hours.
var ErrTooFewDistricts = errors.New("history needs at least three districts that differ in home care hours")

// CheckHistory draws the line of placements over hours, with its interval at the confidence (0.95). It
// assumes districts that differ from the line independently, by chance and about equally.
func CheckHistory(observations []Observation, confidence float64) (History, error) {
	if err := validateHistory(observations, confidence); err != nil {
		return History{}, err
	}
	hours := make([]float64, len(observations))
	placements := make([]float64, len(observations))
	for i, o := range observations {
		hours[i], placements[i] = o.HoursPer1000, o.PlacementsPer1000
	}
	spread := 0.0
	mean := stat.Mean(hours, nil)
	for _, x := range hours {
		spread += (x - mean) * (x - mean)
	}
	if len(hours) < 3 || spread == 0 {
		return History{}, ErrTooFewDistricts
	}
	intercept, slope := stat.LinearRegression(hours, placements, nil, false)
	residual := 0.0
	for i := range hours {
		off := placements[i] - intercept - slope*hours[i]
		residual += off * off
	}
	freedom := float64(len(hours) - 2)
	stdError := math.Sqrt(residual / freedom / spread)
	reach := stdError * distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile((1+confidence)/2)
	history := History{
		Districts:  len(hours),
		Slope:      assume.Range{Low: slope - reach, Central: slope, High: slope + reach},
		Intercept:  intercept,
		StdError:   stdError,
		Confidence: confidence,
	}
	if stat.Variance(placements, nil) > 0 {
		history.RSquared = stat.RSquared(hours, placements, nil, intercept, slope)
	}
	return history, nil
}

func validateHistory(observations []Observation, confidence float64) error {
	var faults errs.Collector
	if !(confidence > 0 && confidence < 1) {
		faults.Add("confidence", "must lie between 0 and 1, not %v", confidence)
	}
	for i, o := range observations {
		limits := assume.Exactly(o.HoursPer1000)
		limits.Check(&faults, fmt.Sprintf("observations[%d].hours_per_1000", i), 0, math.MaxFloat64)
		limits = assume.Exactly(o.PlacementsPer1000)
		limits.Check(&faults, fmt.Sprintf("observations[%d].placements_per_1000", i), 0, math.MaxFloat64)
	}
	return faults.Err()
}

// Settles reports whether the interval leaves the sign of the slope in no doubt.
func (h History) Settles() bool { return h.Slope.Low > 0 || h.Slope.High < 0 }

// Plain says in a sentence what these districts can and cannot show.
func (h History) Plain() string {
	verdict := "so they do not show whether more home care goes with more or with fewer placements"
	switch {
	case h.Slope.High < 0:
		verdict = "so more home care goes with fewer placements; why is not shown"
	case h.Slope.Low > 0:
		verdict = "so more home care goes with more placements; why is not shown"
	}
	return fmt.Sprintf("Over %d districts, one more hour of home care per 1,000 people goes with %+.3g placements per 1,000 (%.0f%% interval %+.3g to %+.3g), %s.",
		h.Districts, h.Slope.Central, 100*h.Confidence, h.Slope.Low, h.Slope.High, verdict)
}
