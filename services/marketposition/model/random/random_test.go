package random_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/services/marketposition/model/random"
)

func TestStreamIsThatOfItsKey(t *testing.T) {
	key := random.Key{Seed: 1, Replication: 2, Stage: 3, Use: random.Stays}
	first := random.NewStream(key)
	reopened := random.NewStream(random.Key{Seed: 99})
	reopened.Uint64()
	reopened.Open(key)
	for i := range 1000 {
		if a, b := first.Uint64(), reopened.Uint64(); a != b {
			t.Fatalf("number %d differs: %d and %d", i, a, b)
		}
	}
}

// The value is ChaCha8's own for this key: a change of it changes every simulation of every seed.
func TestStreamDoesNotChangeBetweenReleases(t *testing.T) {
	s := random.NewStream(random.Key{Seed: 1, Replication: 2, Stage: 3, Use: random.Routing})
	got := [2]uint64{s.Uint64(), s.Uint64()}
	if want := [2]uint64{3304183677142154135, 10960000743340918368}; got != want {
		t.Errorf("first numbers %d, want %d", got, want)
	}
}

func TestEveryPartOfTheKeyMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.Custom(func(t *rapid.T) random.Key {
			return random.Key{
				Seed:        rapid.Uint64().Draw(t, "seed"),
				Replication: rapid.Uint64().Draw(t, "replication"),
				Stage:       rapid.Uint64().Draw(t, "stage"),
				Use:         random.Use(rapid.Uint64().Draw(t, "use")),
			}
		})
		a, b := key.Draw(t, "a"), key.Draw(t, "b")
		same := random.NewStream(a).Uint64() == random.NewStream(b).Uint64()
		if same != (a == b) {
			t.Fatalf("first numbers of %+v and %+v equal: %t", a, b, same)
		}
	})
}

// Neighbouring keys must not give related numbers: correlation of 10,000 pairs of uniforms has the
// standard error 1/100, whatever the pair.
func TestNeighbouringStreamsAreUncorrelated(t *testing.T) {
	const n = 10_000
	base := random.Key{Seed: 7, Replication: 11, Stage: 0, Use: random.Arrivals}
	for name, other := range map[string]random.Key{
		"seed":        {Seed: 8, Replication: 11, Stage: 0, Use: random.Arrivals},
		"replication": {Seed: 7, Replication: 12, Stage: 0, Use: random.Arrivals},
		"stage":       {Seed: 7, Replication: 11, Stage: 1, Use: random.Arrivals},
		"use":         {Seed: 7, Replication: 11, Stage: 0, Use: random.Stays},
		"swapped":     {Seed: 11, Replication: 7, Stage: 0, Use: random.Arrivals},
	} {
		a, b := random.NewStream(base), random.NewStream(other)
		sum := 0.0
		for range n {
			sum += (a.Float64() - 0.5) * (b.Float64() - 0.5)
		}
		if correlation := 12 * sum / n; math.Abs(correlation) > 0.04 {
			t.Errorf("%s: correlation %.3f, want 0 within 4 standard errors of 0.01", name, correlation)
		}
	}
}

func TestReopeningDoesNotAllocate(t *testing.T) {
	s := random.NewStream(random.Key{})
	if n := testing.AllocsPerRun(100, func() { s.Open(random.Key{Seed: 5}); s.NormFloat64() }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

// A Poisson count has equal mean and variance, and a moment that is uniform within its day has mean
// 1/2. Day 1 has no rate and must stay empty.
func TestProcessIsPoissonByDay(t *testing.T) {
	const runs = 20_000
	rates := []float64{2, 0, 5.5}
	var sum, squares, moments [3]float64
	var p random.Process
	for run := range runs {
		var counts [3]float64
		p.Start(rates, random.NewStream(random.Key{Seed: 3, Replication: uint64(run)}))
		last := 0.0
		for at, ok := p.Next(); ok; at, ok = p.Next() {
			if at < last || at >= 3 {
				t.Fatalf("run %d: arrival at %v after %v", run, at, last)
			}
			last = at
			day := int(at)
			counts[day]++
			moments[day] += at - float64(day)
		}
		for d, c := range counts {
			sum[d] += c
			squares[d] += c * c
		}
	}
	for d, rate := range rates {
		mean := sum[d] / runs
		variance := squares[d]/runs - mean*mean
		if tolerance := 4 * math.Sqrt(rate/runs); math.Abs(mean-rate) > tolerance {
			t.Errorf("day %d: mean %.3f, want %.3f within %.3f", d, mean, rate, tolerance)
		}
		// The variance of the sample variance of a Poisson count is (rate + 2 rate²) / runs.
		if tolerance := 4 * math.Sqrt((rate+2*rate*rate)/runs); math.Abs(variance-rate) > tolerance {
			t.Errorf("day %d: variance %.3f, want %.3f within %.3f", d, variance, rate, tolerance)
		}
		if rate == 0 {
			continue
		}
		if centre := moments[d] / sum[d]; math.Abs(centre-0.5) > 4/math.Sqrt(12*sum[d]) {
			t.Errorf("day %d: mean moment %.4f of the day, want 0.5", d, centre)
		}
	}
}

// At the rate 1 arrivals are the sums of the unit gaps that the stream gives, over the ends of days as
// well; at other rates the same gaps are stretched.
func TestGapsRunOnOverTheEndsOfDays(t *testing.T) {
	key := random.Key{Seed: 6}
	rates := make([]float64, 40)
	for day := range rates {
		rates[day] = 1
	}
	var p random.Process
	p.Start(rates, random.NewStream(key))
	gaps := random.NewStream(key)
	want := gaps.ExpFloat64()
	for at, ok := p.Next(); ok; at, ok = p.Next() {
		if math.Abs(at-want) > 1e-9 {
			t.Fatalf("arrival at %v, want %v", at, want)
		}
		want += gaps.ExpFloat64()
	}
	if want < 40 {
		t.Errorf("no arrival after %v, want one more at %v", want, want)
	}
}

func TestHigherRateBringsEveryArrivalForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rates := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 200), tenths), 1, 10).Draw(t, "rates")
		factor := 1 + tenths(rapid.IntRange(0, 20).Draw(t, "tenths more"))
		more := make([]float64, len(rates))
		for i, r := range rates {
			more[i] = r * factor
		}
		key := random.Key{Seed: rapid.Uint64().Draw(t, "seed")}
		var p, q random.Process
		p.Start(rates, random.NewStream(key))
		q.Start(more, random.NewStream(key))
		for at, ok := p.Next(); ok; at, ok = p.Next() {
			sooner, still := q.Next()
			if !still || sooner > at+1e-9 {
				t.Fatalf("arrival at %v comes at %v (%t) under the higher rate", at, sooner, still)
			}
		}
	})
}

func TestProcessWithoutDaysIsEmpty(t *testing.T) {
	var p random.Process
	if at, ok := p.Next(); ok {
		t.Errorf("the zero process has an arrival at %v", at)
	}
}

// tenths makes rates of ordinary size: floats drawn at large are mostly next to nothing.
func tenths(n int) float64 { return float64(n) / 10 }
