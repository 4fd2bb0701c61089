package simulate_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/caremarket/caremarket/services/marketposition/model/simulate"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// halfYear is half a year of a service with 72 places and about 2 arrivals a day, 400 times.
func halfYear() simulate.Input {
	return simulate.Input{
		Days: 181, ArrivalsPerDay: []float64{2}, Places: 72, InitialOccupied: 77, InitialWaiting: 43,
		Stay: stay.Spec{MeanDays: 59.15, MedianDays: 50}, Replications: 400, Seed: 1,
	}
}

func BenchmarkHalfYear(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			in := halfYear()
			in.Workers = workers
			b.ReportAllocs()
			for b.Loop() {
				simulated(b, in)
			}
		})
	}
}

// BenchmarkTwoWorkers runs one worker and two by turns, and reports how many times as fast two are by the
// fastest run of each, since what else the machine does can only make a run slower.
func BenchmarkTwoWorkers(b *testing.B) {
	var took [2][]time.Duration
	for b.Loop() {
		for i := range took {
			in := halfYear()
			in.Workers = i + 1
			start := time.Now()
			simulated(b, in)
			took[i] = append(took[i], time.Since(start))
		}
	}
	b.ReportMetric(float64(slices.Min(took[0]))/float64(slices.Min(took[1])), "times-as-fast")
}

func simulated(b *testing.B, in simulate.Input) {
	b.Helper()
	if _, err := simulate.Run(context.Background(), in); err != nil {
		b.Fatal(err)
	}
}
