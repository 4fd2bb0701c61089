package stay_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/random"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

func distribution(t testing.TB, spec stay.Spec) stay.Distribution {
	t.Helper()
	d, err := spec.Distribution()
	if err != nil {
		t.Fatalf("%+v: %v", spec, err)
	}
	return d
}

// shapes are one of each, with the standard deviation that each must have: that of the log-normal by
// its median is mean·sqrt(exp(sigma²)-1) with exp(sigma²) = (mean/median)².
var shapes = map[string]struct {
	spec stay.Spec
	mean float64
	sd   float64
}{
	"log-normal by median":  {stay.Spec{MeanDays: 59.15, MedianDays: 50}, 59.15, 59.15 * math.Sqrt(1.183*1.183-1)},
	"log-normal by sd":      {stay.Spec{Shape: stay.LogNormal, MeanDays: 21, SDDays: 14}, 21, 14},
	"exponential":           {stay.Spec{Shape: stay.Exponential, MeanDays: 6}, 6, 6},
	"gamma, flat":           {stay.Spec{Shape: stay.Gamma, MeanDays: 28, SDDays: 9}, 28, 9},
	"gamma, steep":          {stay.Spec{Shape: stay.Gamma, MeanDays: 3, SDDays: 6}, 3, 6},
	"fixed":                 {stay.Spec{Shape: stay.Fixed, MeanDays: 42}, 42, 0},
	"empirical":             {stay.Spec{Shape: stay.Empirical, ObservedDays: []float64{9, 1, 2, 2, 6}}, 4, math.Sqrt(9.2)},
	"log-normal, very long": {stay.Spec{MeanDays: 30, SDDays: 60}, 30, 60},
}

const draws = 100_000

func TestSamplesHaveTheMomentsAskedFor(t *testing.T) {
	for name, tt := range shapes {
		t.Run(name, func(t *testing.T) {
			d := distribution(t, tt.spec)
			if got := d.Mean(); math.Abs(got-tt.mean) > 1e-9*tt.mean {
				t.Errorf("Mean() = %v, want %v", got, tt.mean)
			}
			s := random.NewStream(random.Key{Seed: 1, Use: random.Stays})
			var sum, squares float64
			for range draws {
				x := d.Sample(s)
				sum += x
				squares += x * x
			}
			mean := sum / draws
			if tolerance := 4*tt.sd/math.Sqrt(draws) + 1e-9; math.Abs(mean-tt.mean) > tolerance {
				t.Errorf("mean of the sample %v, want %v within %v", mean, tt.mean, tolerance)
			}
			// The heavy tail of the longest makes its sample variance converge slowly: 10% for all.
			sd := math.Sqrt(max(squares/draws-mean*mean, 0))
			if math.Abs(sd-tt.sd) > 0.1*tt.sd+1e-6 {
				t.Errorf("sd of the sample %v, want %v", sd, tt.sd)
			}
		})
	}
}

// mu = ln(median) and sigma = sqrt(2 (ln mean - mu)): half of the stays are longer than the median,
// and 15.8655% (one minus the normal distribution at 1) longer than the median times exp(sigma).
func TestLogNormalByMedianMeetsItsQuantiles(t *testing.T) {
	d := distribution(t, stay.Spec{MeanDays: 59.15, MedianDays: 50})
	if got := d.Survival(50); math.Abs(got-0.5) > 1e-12 {
		t.Errorf("share longer than the median %v, want 0.5", got)
	}
	sigma := math.Sqrt(2 * (math.Log(59.15) - math.Log(50)))
	if got := d.Survival(50 * math.Exp(sigma)); math.Abs(got-0.158655254) > 1e-9 {
		t.Errorf("share longer than one sigma above the median %v, want 0.158655", got)
	}
}

// Values of the distributions by hand: exp(-1/2); Q(4, 8) = e^-8 (1 + 8 + 32 + 256/3); two fifths.
func TestSurvivalByHand(t *testing.T) {
	tests := []struct {
		spec       stay.Spec
		days, want float64
	}{
		{stay.Spec{Shape: stay.Exponential, MeanDays: 6}, 3, math.Exp(-0.5)},
		{stay.Spec{Shape: stay.Exponential, MeanDays: 6}, -1, 1},
		{stay.Spec{Shape: stay.Gamma, MeanDays: 2, SDDays: 1}, 4, math.Exp(-8) * (1 + 8 + 32 + 256.0/3)},
		{stay.Spec{Shape: stay.Fixed, MeanDays: 7}, 6.999, 1},
		{stay.Spec{Shape: stay.Fixed, MeanDays: 7}, 7, 0},
		{shapes["empirical"].spec, 2, 0.4},
		{shapes["empirical"].spec, 1.999, 0.8},
		{shapes["empirical"].spec, 9, 0},
	}
	for _, tt := range tests {
		if got := distribution(t, tt.spec).Survival(tt.days); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("%s: share longer than %v days %v, want %v", tt.spec.Shape, tt.days, got, tt.want)
		}
	}
}

// Survival and MeanWithin have separate formulas: the second must be the integral of the first, from 0
// to the mean.
func TestMeanWithinIsTheIntegralOfSurvival(t *testing.T) {
	for name, tt := range shapes {
		t.Run(name, func(t *testing.T) {
			d := distribution(t, tt.spec)
			const steps = 20_000
			for _, days := range []float64{0.3, 1, tt.mean / 2, tt.mean, 4 * tt.mean} {
				sum := 0.0
				for i := range steps {
					sum += d.Survival((float64(i) + 0.5) / steps * days)
				}
				integral := sum * days / steps
				if got := d.MeanWithin(days); math.Abs(got-integral) > 1e-4*days {
					t.Errorf("MeanWithin(%v) = %v, the integral is %v", days, got, integral)
				}
			}
			if got := d.MeanWithin(0); got != 0 {
				t.Errorf("MeanWithin(0) = %v", got)
			}
			if got := d.MeanWithin(1e9); math.Abs(got-tt.mean) > 1e-6*tt.mean {
				t.Errorf("MeanWithin(for ever) = %v, want the mean %v", got, tt.mean)
			}
		})
	}
}

// Both rules: the share of the sampled remainders longer than t must be Survival(t), within four
// standard errors of a share (at most 1/2 sqrt(1/n)) and what the quadrature may miss.
func TestRemainingSamplesFollowTheirSurvival(t *testing.T) {
	for name, tt := range shapes {
		for _, rule := range []stay.Remaining{stay.Uniform, stay.Equilibrium} {
			t.Run(name+", "+string(rule), func(t *testing.T) {
				d := distribution(t, tt.spec)
				at := []float64{0, 0.5, 1.5, tt.mean / 2, tt.mean, 2 * tt.mean}
				longer := make([]float64, len(at))
				s := random.NewStream(random.Key{Seed: 2, Use: random.Remaining})
				for range draws {
					remains := rule.Sample(d, s)
					for i, days := range at {
						if remains > days {
							longer[i]++
						}
					}
				}
				for i, days := range at {
					want := rule.Survival(d, days)
					if got := longer[i] / draws; math.Abs(got-want) > 2/math.Sqrt(draws)+slack(tt.spec) {
						t.Errorf("share remaining longer than %.2f days %.4f, want %.4f", days, got, want)
					}
				}
			})
		}
	}
}

// slack is what the quadrature of the uniform rule may miss where the survival has jumps.
func slack(spec stay.Spec) float64 {
	if spec.Shape == stay.Fixed || spec.Shape == stay.Empirical {
		return 0.01
	}
	return 1e-4
}

// A uniform remainder of a fixed stay of 11 days is uniform on [1, 11]; the equilibrium one on [0, 11].
func TestRemainderOfAFixedStay(t *testing.T) {
	d := distribution(t, stay.Spec{Shape: stay.Fixed, MeanDays: 11})
	s := random.NewStream(random.Key{Seed: 4})
	lowest, highest := math.Inf(1), math.Inf(-1)
	for range 10_000 {
		x := stay.Uniform.Sample(d, s)
		lowest, highest = min(lowest, x), max(highest, x)
	}
	if lowest < 1 || lowest > 1.01 || highest > 11 || highest < 10.99 {
		t.Errorf("uniform remainders span [%v, %v], want [1, 11]", lowest, highest)
	}
	if got := stay.Equilibrium.Survival(d, 5.5); got != 0.5 {
		t.Errorf("half a stay is outlived by %v in equilibrium, want 0.5", got)
	}
	short := distribution(t, stay.Spec{Shape: stay.Fixed, MeanDays: 0.25})
	if got := stay.Remaining("").Sample(short, s); got != 0.25 {
		t.Errorf("a stay of a quarter of a day remains %v, want whole", got)
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	tests := []struct {
		name   string
		spec   stay.Spec
		fields string
	}{
		{"nothing said", stay.Spec{}, "mean_days median_days"},
		{"negative mean", stay.Spec{Shape: stay.Exponential, MeanDays: -1}, "mean_days"},
		{"not a number", stay.Spec{Shape: stay.Fixed, MeanDays: nan}, "mean_days"},
		{"for ever", stay.Spec{Shape: stay.Fixed, MeanDays: inf}, "mean_days"},
		{"shorter than a minute", stay.Spec{Shape: stay.Fixed, MeanDays: 1e-6}, "mean_days"},
		{"median and sd", stay.Spec{MeanDays: 5, MedianDays: 4, SDDays: 2}, "median_days"},
		{"median over mean", stay.Spec{MeanDays: 5, MedianDays: 6}, "median_days"},
		{"median equals mean", stay.Spec{MeanDays: 5, MedianDays: 5}, "median_days"},
		{"negative median", stay.Spec{MeanDays: 5, MedianDays: -1}, "median_days"},
		{"median not a number", stay.Spec{MeanDays: 5, MedianDays: nan}, "median_days"},
		{"median far below mean", stay.Spec{MeanDays: 5, MedianDays: 1e-9}, "median_days"},
		{"gamma without sd", stay.Spec{Shape: stay.Gamma, MeanDays: 5}, "sd_days"},
		{"gamma, sd not a number", stay.Spec{Shape: stay.Gamma, MeanDays: 5, SDDays: nan}, "sd_days"},
		{"gamma, sd too great", stay.Spec{Shape: stay.Gamma, MeanDays: 5, SDDays: 501}, "sd_days"},
		{"more than is used", stay.Spec{
			Shape: stay.Exponential, MeanDays: 5, MedianDays: 4, SDDays: 1,
			ObservedDays: []float64{1},
		}, "median_days sd_days observed_days"},
		{"nothing observed", stay.Spec{Shape: stay.Empirical}, "observed_days"},
		{"negative observed", stay.Spec{Shape: stay.Empirical, ObservedDays: []float64{1, -1}}, "observed_days"},
		{"mean of observed", stay.Spec{Shape: stay.Empirical, MeanDays: 1, ObservedDays: []float64{1}}, "mean_days"},
		{"unknown shape", stay.Spec{Shape: "weibull", MeanDays: 1}, "shape"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range errs.Violations(tt.spec.Validate()) {
				got = append(got, f.Field)
			}
			if fields := strings.Join(got, " "); fields != tt.fields {
				t.Errorf("faults at %q, want %q", fields, tt.fields)
			}
			if d, err := tt.spec.Distribution(); err == nil || d != nil {
				t.Errorf("Distribution() = %v, %v, want the faults", d, err)
			}
		})
	}
	if err := stay.Remaining("half").Validate(); len(errs.Violations(err)) != 1 {
		t.Errorf("an unknown rule for the remaining stay gives %v", err)
	}
}

func TestAnyValidSpecGivesADistribution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := anySpec.Draw(t, "spec")
		d, err := spec.Distribution()
		if err != nil {
			t.Fatal(err)
		}
		s := random.NewStream(random.Key{Seed: rapid.Uint64().Draw(t, "seed")})
		if x := d.Sample(s); !(x >= 0) || math.IsInf(x, 0) {
			t.Fatalf("drew a stay of %v", x)
		}
		if x := d.SampleInProgress(s); !(x >= 0) || math.IsInf(x, 0) {
			t.Fatalf("drew a stay in progress of %v", x)
		}
		shorter := rapid.Float64Range(0, 400).Draw(t, "shorter")
		longer := shorter + rapid.Float64Range(0, 400).Draw(t, "further")
		for name, survival := range map[string]func(float64) float64{
			"stay":        d.Survival,
			"equilibrium": func(x float64) float64 { return stay.Equilibrium.Survival(d, x) },
			"uniform":     func(x float64) float64 { return stay.Uniform.Survival(d, x) },
		} {
			a, b := survival(shorter), survival(longer)
			if a < b-1e-3 || a > 1+1e-9 || b < -1e-9 {
				t.Fatalf("%s: survival %v after %v days but %v after %v", name, a, shorter, b, longer)
			}
		}
	})
}

var anySpec = rapid.Custom(func(t *rapid.T) stay.Spec {
	mean := rapid.Float64Range(0.01, 400).Draw(t, "mean")
	ratio := rapid.Float64Range(0.05, 5).Draw(t, "ratio")
	switch shape := rapid.SampledFrom([]stay.Shape{
		"", stay.LogNormal, stay.Exponential, stay.Gamma, stay.Fixed, stay.Empirical,
	}).Draw(t, "shape"); shape {
	case "":
		return stay.Spec{MeanDays: mean, MedianDays: mean / (1 + ratio)}
	case stay.LogNormal, stay.Gamma:
		return stay.Spec{Shape: shape, MeanDays: mean, SDDays: mean * ratio}
	case stay.Empirical:
		return stay.Spec{Shape: shape, ObservedDays: rapid.SliceOfN(rapid.Float64Range(0.01, 400), 1, 30).Draw(t, "observed")}
	default:
		return stay.Spec{Shape: shape, MeanDays: mean}
	}
})

func TestSamplingDoesNotAllocate(t *testing.T) {
	for name, tt := range shapes {
		d := distribution(t, tt.spec)
		s := random.NewStream(random.Key{})
		if n := testing.AllocsPerRun(100, func() {
			d.Sample(s)
			stay.Equilibrium.Sample(d, s)
			stay.Uniform.Sample(d, s)
		}); n != 0 {
			t.Errorf("%s: %v allocations a draw, want 0", name, n)
		}
	}
}
