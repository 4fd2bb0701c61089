package queueing

import (
	"context"
	"fmt"
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/check"
)

// Unlimited is a service whose places never run out (the queue M_t/G/infinity): everybody who comes
// starts at once. The number present is then Poisson about its mean, when nobody was there at the start.
//
// The mean number present at the moment t is
//
//	m(t) = integral over u of arrivals(t - u) survival(u) + initial × survival of the initial (t)
//
// for any stay (Eick, Massey and Whitt 1993, "The physics of the M_t/G/infinity queue", Operations
// Research 41). The integral is taken by quadrature, day by day, so that rates which change by day are
// met exactly.
type Unlimited struct {
	// Survival is the share of stays longer than a number of days.
	Survival func(days float64) float64
	// InitialPresent is the number there at the start, day 0.
	InitialPresent float64
	// InitialSurvival is the share of those still there after a number of days; nil when there are none.
	InitialSurvival func(days float64) float64
	// Tolerance is the largest error of a mean that is accepted from the quadrature, in people; 0 means
	// [DefaultTolerance].
	Tolerance float64
}

// DefaultTolerance is a millionth of a person.
const DefaultTolerance = 1e-6

// MostDays is the longest time that is integrated over: a hundred years.
const MostDays = 36525

// MeanPresent returns the mean number present at a moment, in days since the start, when people have
// come at a changing rate since another moment, which may lie before the start. It returns a
// [errs.Invalid] error for input without meaning, an error when the tolerance cannot be had, and the context's
// error.
func (u Unlimited) MeanPresent(ctx context.Context, arrivalsPerDay func(day float64) float64, since, day float64) (float64, error) {
	faults := u.check()
	check.AtLeast(faults, "day", 0, day)
	check.Between(faults, "since", day-MostDays, day, since)
	if err := faults.Err(); err != nil {
		return 0, err
	}
	present := func(ago float64) float64 { return arrivalsPerDay(day-ago) * u.Survival(ago) }
	total := u.initialPresent(day)
	for from := since; from < day; {
		to := min(math.Floor(from)+1, day)
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		part, err := integrate(present, day-to, day-from, u.tolerance()*(to-from)/(day-since))
		if err != nil {
			return 0, fmt.Errorf("mean number present on day %g: %w", day, err)
		}
		total += part
		from = to
	}
	return total, nil
}

// MeanPresentByDay returns the mean number present at the end of each day, when the rate of arrivals is
// constant within each day and nobody came before the start. Errors are those of MeanPresent.
func (u Unlimited) MeanPresentByDay(ctx context.Context, arrivalsPerDay []float64) ([]float64, error) {
	faults := u.check()
	check.Whole(faults, "arrivals_per_day", 1, MostDays, len(arrivalsPerDay))
	most := 0.0
	for i, rate := range arrivalsPerDay {
		check.AtLeast(faults, fmt.Sprintf("arrivals_per_day[%d]", i), 0, rate)
		most = max(most, rate)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	// stayed[k] is the share of a day's arrivals present k whole days after that day, at its end: the
	// integral of the survival from k to k+1.
	stayed := make([]float64, len(arrivalsPerDay))
	tolerance := u.tolerance() / (float64(len(stayed)) * max(most, 1))
	means := make([]float64, len(arrivalsPerDay))
	for d := range means {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if stayed[d], err = integrate(u.Survival, float64(d), float64(d+1), tolerance); err != nil {
			return nil, fmt.Errorf("share present after %d days: %w", d, err)
		}
		means[d] = u.initialPresent(float64(d + 1))
		for came, rate := range arrivalsPerDay[:d+1] {
			means[d] += rate * stayed[d-came]
		}
	}
	return means, nil
}

func (u Unlimited) check() *errs.Collector {
	faults := new(errs.Collector)
	if u.Survival == nil {
		faults.Add("survival", "must be given")
	}
	check.AtLeast(faults, "initial_present", 0, u.InitialPresent)
	if u.InitialPresent > 0 && u.InitialSurvival == nil {
		faults.Add("initial_survival", "must be given with initial_present")
	}
	check.AtLeast(faults, "tolerance", 0, u.Tolerance)
	return faults
}

func (u Unlimited) tolerance() float64 {
	if u.Tolerance == 0 {
		return DefaultTolerance
	}
	return u.Tolerance
}

func (u Unlimited) initialPresent(day float64) float64 {
	if u.InitialPresent == 0 {
		return 0
	}
	return u.InitialPresent * u.InitialSurvival(day)
}
