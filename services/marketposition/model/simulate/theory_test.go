package simulate_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/queueing"
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
	"github.com/caremarket/caremarket/services/marketposition/model/simulate"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// steady measures a service in its steady state: batches of independent seeds, each simulated for warm
// days and then on to the last. What happened before is taken off, which can be done exactly because a
// shorter run is the beginning of a longer one.
func steady(t *testing.T, in simulate.Input, warm int) (measures map[string]replicate.Distribution) {
	t.Helper()
	const batches = 30
	samples := map[string][]float64{}
	for batch := range uint64(batches) {
		in.Seed = batch
		whole := run(t, in)
		begin := in
		begin.Days = warm
		before := run(t, begin)

		days := float64(in.Days - warm)
		queue, present := 0.0, 0.0
		for _, d := range whole.Days[warm:] {
			queue += d.WaitingDays / days
			present += d.OccupiedDays / days
		}
		a, b := float64(whole.Waits.Started), float64(before.Waits.Started)
		since := func(of func(simulate.Waits) float64) float64 {
			return (a*of(whole.Waits) - b*of(before.Waits)) / (a - b)
		}
		for name, value := range map[string]float64{
			"mean queue":     queue,
			"mean occupied":  present,
			"waits at all":   since(func(w simulate.Waits) float64 { return w.Waited }),
			"waits longer":   1 - since(func(w simulate.Waits) float64 { return w.WithinTarget }),
			"mean wait days": since(func(w simulate.Waits) float64 { return w.Days.Mean }),
		} {
			samples[name] = append(samples[name], value)
		}
	}
	measures = map[string]replicate.Distribution{}
	for name, values := range samples {
		measures[name] = replicate.Summarise(values)
	}
	return measures
}

func expect(t *testing.T, name string, got replicate.Distribution, want float64) {
	t.Helper()
	if off := (got.Mean - want) / got.StandardError; math.Abs(off) > 3 {
		t.Errorf("%s: %.5f, want %.5f: %.1f standard errors off", name, got.Mean, want, off)
	}
}

// M/M/n at 20 settings against Erlang C and what follows from it, all within three standard errors. Stays
// are such that places turn over ten times a day in all, so that every setting forgets its start at
// about the same pace.
func TestExponentialStaysMeetErlangC(t *testing.T) {
	const warm, hours = 40, 3
	for _, places := range []int{1, 2, 5, 10, 20} {
		for _, utilisation := range []float64{0.5, 0.7, 0.8, 0.9} {
			t.Run(fmt.Sprintf("%d places, %.0f%% used", places, 100*utilisation), func(t *testing.T) {
				meanStay := float64(places) / 10
				arrivals := 10 * utilisation
				load := assume.Exactly(arrivals)
				want, err := queueing.Run(context.Background(), queueing.Input{
					ArrivalsPerDay: load, MeanStayDays: assume.Exactly(meanStay),
					Places: assume.Exactly(float64(places)), WaitHours: assume.Exactly(hours),
				})
				if err != nil {
					t.Fatal(err)
				}
				got := steady(t, simulate.Input{
					Days: warm + 60, ArrivalsPerDay: []float64{arrivals}, Places: places,
					InitialOccupied: int(arrivals * meanStay), Remaining: stay.Equilibrium,
					Stay:         stay.Spec{Shape: stay.Exponential, MeanDays: meanStay},
					Replications: 15, WaitTargetDays: hours / 24.0,
				}, warm)
				q := want.Central.Queue
				expect(t, "mean queue", got["mean queue"], q.MeanLength)
				expect(t, "mean occupied", got["mean occupied"], want.Central.OfferedLoad)
				expect(t, "share waiting at all", got["waits at all"], q.ErlangC)
				expect(t, "share waiting longer", got["waits longer"], q.ProbabilityOfLongerWait)
				expect(t, "mean wait", got["mean wait days"], q.MeanWaitDays)
			})
		}
	}
}

// One place and any stay: Pollaczek and Khinchine, Lq = r² (1 + (sd/mean)²) / (2 (1 - r)).
func TestOnePlaceMeetsPollaczekKhinchine(t *testing.T) {
	const utilisation, mean = 0.7, 0.1
	for name, tt := range map[string]struct {
		stay      stay.Spec
		variation float64
	}{
		"fixed":      {stay.Spec{Shape: stay.Fixed, MeanDays: mean}, 0},
		"gamma":      {stay.Spec{Shape: stay.Gamma, MeanDays: mean, SDDays: mean / 2}, 0.25},
		"log-normal": {stay.Spec{MeanDays: mean, SDDays: mean}, 1},
		"empirical":  {stay.Spec{Shape: stay.Empirical, ObservedDays: []float64{mean / 2, 3 * mean / 2}}, 0.25},
	} {
		t.Run(name, func(t *testing.T) {
			got := steady(t, simulate.Input{
				Days: 100, ArrivalsPerDay: []float64{utilisation / mean}, Places: 1,
				Stay: tt.stay, Replications: 15,
			}, 20)
			want := utilisation * utilisation * (1 + tt.variation) / (2 * (1 - utilisation))
			expect(t, "mean queue", got["mean queue"], want)
			expect(t, "share waiting at all", got["waits at all"], utilisation)
		})
	}
}

// M_t/G/infinity: without a limit the number present meets the integral at the end of every tenth day,
// for arrivals by weekday, any stay, and both rules for those there at the start.
func TestUnlimitedPlacesMeetTheIntegral(t *testing.T) {
	const days, initial = 120, 40
	week := []float64{2.2, 0.7, 1.3, 1.9, 1.9, 2.6, 3}
	arrivals := make([]float64, days)
	for day := range arrivals {
		arrivals[day] = week[day%7] * (1 + float64(day)/days)
	}
	for name, spec := range map[string]stay.Spec{
		"log-normal":  {MeanDays: 59.15, MedianDays: 50},
		"exponential": {Shape: stay.Exponential, MeanDays: 12},
		"gamma":       {Shape: stay.Gamma, MeanDays: 20, SDDays: 30},
		"fixed":       {Shape: stay.Fixed, MeanDays: 15.5},
	} {
		for _, remaining := range []stay.Remaining{stay.Uniform, stay.Equilibrium} {
			t.Run(name+", "+string(remaining), func(t *testing.T) {
				d, err := spec.Distribution()
				if err != nil {
					t.Fatal(err)
				}
				want, err := queueing.Unlimited{
					Survival: d.Survival, InitialPresent: initial,
					InitialSurvival: func(days float64) float64 { return remaining.Survival(d, days) },
				}.MeanPresentByDay(context.Background(), arrivals)
				if err != nil {
					t.Fatal(err)
				}
				out := run(t, simulate.Input{
					Days: days, ArrivalsPerDay: arrivals, Unlimited: true, InitialOccupied: initial,
					Stay: spec, Remaining: remaining, Replications: 400, Seed: 1,
				})
				for day := 9; day < days; day += 10 {
					expect(t, fmt.Sprintf("present at the end of day %d", day+1), out.Days[day].Occupied, want[day])
				}
				if out.Flow.Waiting != 0 || out.Waits.Waited != 0 {
					t.Errorf("somebody waits for unlimited places: %+v", out.Waits)
				}
			})
		}
	}
}

// The number present is then Poisson: its quantiles over 2,000 replications are within one of those of
// the Poisson distribution.
func TestUnlimitedPlacesArePoisson(t *testing.T) {
	spec := stay.Spec{MeanDays: 10, SDDays: 10}
	out := run(t, simulate.Input{
		Days: 30, ArrivalsPerDay: []float64{4}, Unlimited: true, Stay: spec, Replications: 2000, Seed: 2,
	})
	d, err := spec.Distribution()
	if err != nil {
		t.Fatal(err)
	}
	poisson := distuv.Poisson{Lambda: 4 * d.MeanWithin(30)}
	got := out.Days[29].Occupied
	for share, value := range map[float64]float64{0.05: got.P5, 0.25: got.P25, 0.5: got.P50, 0.75: got.P75, 0.95: got.P95} {
		if below, above := poisson.CDF(value-2), poisson.CDF(value+1); share < below || share > above {
			t.Errorf("the %.0f%% quantile is %v, where the Poisson distribution has %.3f to %.3f", 100*share, value, below, above)
		}
	}
}

// The public IPACS model of Bristol, North Somerset and South Gloucestershire (nhs-bnssg-analytics/
// ipacs-model, testing/stochastic_bed_testing_using_IPACS_params.csv, pathway P3 Bristol: 72 places, 77 in
// them, 43 waiting, arrivals by weekday from 1 January 2023) gives these mean queues on its last day, each
// of five replications. Its spread between replications is about 15, so the means may differ by
// 3 × 15/√5 = 20. Its runs with places to spare are not compared: without a limit its number present goes
// to 157, where arrivals × stay are 115, as if the 43 of its first queue never left.
func TestAgainstAPublishedModel(t *testing.T) {
	week := []float64{2.186046, 0.738095, 1.279069, 1.928571, 1.904761, 2.627906, 3.0}
	arrivals := make([]float64, 181)
	for day := range arrivals {
		arrivals[day] = week[day%7]
	}
	for name, tt := range map[string]struct {
		stay      stay.Spec
		published float64
	}{
		"stays as they are": {stay.Spec{MeanDays: 59.15, MedianDays: 50}, 159.4},
		"shorter stays":     {stay.Spec{MeanDays: 43.575, MedianDays: 36.8}, 80.0},
	} {
		t.Run(name, func(t *testing.T) {
			out := run(t, simulate.Input{
				Days: 181, ArrivalsPerDay: arrivals, Places: 72, InitialOccupied: 77, InitialWaiting: 43,
				Stay: tt.stay, Remaining: stay.Uniform, Replications: 400, Seed: 1,
			})
			if got := out.Days[180].Waiting.Mean; math.Abs(got-tt.published) > 20 {
				t.Errorf("mean queue %.1f, published %.1f", got, tt.published)
			}
			if got := out.Days[180].Occupied.Mean; got != 72 {
				t.Errorf("%v places in use, published 72", got)
			}
		})
	}
}
