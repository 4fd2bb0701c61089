package queueing_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/queueing"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

func distribution(t fataler, spec stay.Spec) stay.Distribution {
	t.Helper()
	d, err := spec.Distribution()
	if err != nil {
		t.Fatalf("%+v: %v", spec, err)
	}
	return d
}

// Eick, Massey and Whitt 1993 ("M_t/G/infinity queues with sinusoidal arrival rates", Management Science
// 39): with arrivals a + b sin(c t) since long ago and exponential stays of mean s,
// m(t) = s (a + b (sin(ct) - c s cos(ct)) / (1 + c² s²)).
func TestSinusoidalArrivals(t *testing.T) {
	const a, b, s = 12, 5, 4
	c := 2 * math.Pi / 7
	u := queueing.Unlimited{Survival: distribution(t, stay.Spec{Shape: stay.Exponential, MeanDays: s}).Survival}
	rate := func(day float64) float64 { return a + b*math.Sin(c*day) }
	for _, day := range []float64{0, 0.25, 1, 3.7, 6, 20} {
		got, err := u.MeanPresent(context.Background(), rate, -200, day)
		if err != nil {
			t.Fatal(err)
		}
		want := s * (a + b*(math.Sin(c*day)-c*s*math.Cos(c*day))/(1+c*c*s*s))
		if math.Abs(got-want) > 2e-6 {
			t.Errorf("day %v: mean present %.8f, want %.8f", day, got, want)
		}
	}
}

// For these stays two estimates for the whole of the first day agree by chance to within the tolerance, and
// both are off by a hundred times as much.
func TestSteepFallAfterArrival(t *testing.T) {
	for mean, sd := range map[float64]float64{0.25: 0.3875, 0.5: 0.775, 3.95: 32.785} {
		d := distribution(t, stay.Spec{MeanDays: mean, SDDays: sd})
		u := queueing.Unlimited{Survival: d.Survival}
		got, err := u.MeanPresentByDay(context.Background(), []float64{10})
		if err != nil {
			t.Fatal(err)
		}
		if want := 10 * d.MeanWithin(1); math.Abs(got[0]-want) > queueing.DefaultTolerance {
			t.Errorf("stays of %v days: mean present %.8f, want %.8f", mean, got[0], want)
		}
	}
}

// With one rate since the start, m(t) = rate × integral of the survival, whose formula for each shape of
// stay is its own; in equilibrium those there at the start keep the mean at rate × mean stay.
func TestConstantArrivals(t *testing.T) {
	for name, spec := range map[string]stay.Spec{
		"log-normal":  {MeanDays: 59.15, MedianDays: 50},
		"exponential": {Shape: stay.Exponential, MeanDays: 2},
		"gamma":       {Shape: stay.Gamma, MeanDays: 10, SDDays: 20},
		"fixed":       {Shape: stay.Fixed, MeanDays: 2.3},
		"empirical":   {Shape: stay.Empirical, ObservedDays: []float64{0.37, 1.9, 1.9, 5.2, 11}},
	} {
		t.Run(name, func(t *testing.T) {
			d := distribution(t, spec)
			rates := make([]float64, 60)
			for i := range rates {
				rates[i] = 7
			}
			u := queueing.Unlimited{Survival: d.Survival}
			growing, err := u.MeanPresentByDay(context.Background(), rates)
			if err != nil {
				t.Fatal(err)
			}
			u.InitialPresent = 7 * d.Mean()
			u.InitialSurvival = func(days float64) float64 { return stay.Equilibrium.Survival(d, days) }
			level, err := u.MeanPresentByDay(context.Background(), rates)
			if err != nil {
				t.Fatal(err)
			}
			for i := range rates {
				if want := 7 * d.MeanWithin(float64(i+1)); math.Abs(growing[i]-want) > 2e-6 {
					t.Fatalf("day %d: mean present %.8f, want %.8f", i+1, growing[i], want)
				}
				if want := 7 * d.Mean(); math.Abs(level[i]-want) > 2e-6 {
					t.Fatalf("day %d in equilibrium: mean present %.8f, want %.8f", i+1, level[i], want)
				}
			}
		})
	}
}

// The two ways agree on any rates by day.
func TestByDayIsTheIntegral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rates := rapid.SliceOfN(rapid.Float64Range(0, 30), 1, 20).Draw(t, "rates")
		d := distribution(t, stay.Spec{
			MeanDays: rapid.Float64Range(0.5, 40).Draw(t, "mean"), SDDays: rapid.Float64Range(0.5, 40).Draw(t, "sd"),
		})
		u := queueing.Unlimited{Survival: d.Survival}
		byDay, err := u.MeanPresentByDay(context.Background(), rates)
		if err != nil {
			t.Fatal(err)
		}
		rate := func(day float64) float64 { return rates[min(int(day), len(rates)-1)] }
		day := rapid.IntRange(1, len(rates)).Draw(t, "day")
		integral, err := u.MeanPresent(context.Background(), rate, 0, float64(day))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(byDay[day-1]-integral) > 2e-6 {
			t.Fatalf("end of day %d: %v by day, %v by the integral", day, byDay[day-1], integral)
		}
	})
}

// Stays from an hour to two months in the mean, from almost fixed to fifteen times as spread as their
// mean, against the formula of their integral.
func TestToleranceIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := math.Exp(float64(rapid.IntRange(-300, 400).Draw(t, "100 ln mean")) / 100)
		ratio := math.Exp(float64(rapid.IntRange(-300, 270).Draw(t, "100 ln sd/mean")) / 100)
		shape := rapid.SampledFrom([]stay.Shape{stay.Gamma, stay.LogNormal}).Draw(t, "shape")
		tolerance := rapid.SampledFrom([]float64{1e-3, 1e-6, 1e-9}).Draw(t, "tolerance")
		d := distribution(t, stay.Spec{Shape: shape, MeanDays: mean, SDDays: mean * ratio})
		u := queueing.Unlimited{Survival: d.Survival, Tolerance: tolerance}
		got, err := u.MeanPresent(context.Background(), func(float64) float64 { return 50 }, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		if off := math.Abs(got - 50*d.MeanWithin(10)); off > tolerance {
			t.Fatalf("off by %g", off)
		}
	})
}

func TestMeanPresentRefusesNonsense(t *testing.T) {
	ctx := context.Background()
	constant := func(float64) float64 { return 1 }
	sound := queueing.Unlimited{Survival: func(d float64) float64 { return math.Exp(-d) }}
	tests := []struct {
		name  string
		ask   func() error
		field string
	}{
		{"no survival", func() error { _, err := queueing.Unlimited{}.MeanPresent(ctx, constant, 0, 1); return err }, "survival"},
		{"before the start", func() error { _, err := sound.MeanPresent(ctx, constant, -5, -1); return err }, "day"},
		{"since later", func() error { _, err := sound.MeanPresent(ctx, constant, 5, 1); return err }, "since"},
		{"since for ever", func() error { _, err := sound.MeanPresent(ctx, constant, math.Inf(-1), 1); return err }, "since"},
		{"no days", func() error { _, err := sound.MeanPresentByDay(ctx, nil); return err }, "arrivals_per_day"},
		{"negative rate", func() error { _, err := sound.MeanPresentByDay(ctx, []float64{1, -1}); return err }, "arrivals_per_day[1]"},
		{"initial without survival", func() error {
			u := sound
			u.InitialPresent = 3
			_, err := u.MeanPresentByDay(ctx, []float64{1})
			return err
		}, "initial_survival"},
		{"tolerance not a number", func() error {
			u := sound
			u.Tolerance = math.NaN()
			_, err := u.MeanPresentByDay(ctx, []float64{1})
			return err
		}, "tolerance"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := errs.Violations(tt.ask())
			if len(found) != 1 || found[0].Field != tt.field {
				t.Errorf("faults %v, want one at %s", found, tt.field)
			}
		})
	}
}

func TestMeanPresentSaysWhatItCannotIntegrate(t *testing.T) {
	ctx := context.Background()
	nan := queueing.Unlimited{Survival: func(float64) float64 { return math.NaN() }}
	if _, err := nan.MeanPresentByDay(ctx, []float64{1}); err == nil {
		t.Error("a survival that is not a number is integrated")
	}
	wild := queueing.Unlimited{Survival: func(d float64) float64 { return math.Exp(-d) }, Tolerance: 1e-300}
	if _, err := wild.MeanPresent(ctx, func(d float64) float64 { return 1 / d }, 0, 1); err == nil {
		t.Error("a rate without a finite integral is integrated")
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	sound := queueing.Unlimited{Survival: func(d float64) float64 { return math.Exp(-d) }}
	if _, err := sound.MeanPresentByDay(cancelled, []float64{1}); !errors.Is(err, context.Canceled) {
		t.Errorf("by day under a cancelled context: %v", err)
	}
	if _, err := sound.MeanPresent(cancelled, func(float64) float64 { return 1 }, 0, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("under a cancelled context: %v", err)
	}
}
