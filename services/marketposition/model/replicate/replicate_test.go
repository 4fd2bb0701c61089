package replicate_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
)

func TestInstants(t *testing.T) {
	tests := []struct {
		days float64
		want replicate.Instant
	}{
		{0, 0},
		{1, replicate.Day},
		{0.5, 12 * replicate.Hour},
		{1.4e-8, 1}, // 1.2 ms
		{1e300, replicate.Never},
		{math.Inf(1), replicate.Never},
		{math.NaN(), replicate.Never},
	}
	for _, tt := range tests {
		if got := replicate.FromDays(tt.days); got != tt.want {
			t.Errorf("FromDays(%v) = %d, want %d", tt.days, got, tt.want)
		}
	}
	if got := (36 * replicate.Hour).Days(); got != 1.5 {
		t.Errorf("36 hours are %v days", got)
	}
	if replicate.Never+replicate.MostDays*replicate.Day < replicate.Never {
		t.Error("Never overflows when a moment is added to it")
	}
}

// An agenda gives back what a sorted list would, whatever is added, taken and replaced in between.
func TestAgendaAgainstASortedList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var agenda replicate.Agenda[int]
		var list []replicate.Instant
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			at := replicate.Instant(rapid.IntRange(0, 50).Draw(t, "at"))
			switch step := rapid.SampledFrom([]string{"add", "add", "take", "replace"}).Draw(t, "step"); {
			case step == "add" || len(list) == 0:
				agenda.Add(at, int(at)*7)
				list = append(list, at)
			case step == "take":
				if what := agenda.Take(); what != int(list[0])*7 {
					t.Fatalf("took %d, want %d", what, list[0]*7)
				}
				list = list[1:]
			default:
				agenda.Replace(at, int(at)*7)
				list[0] = at
			}
			slices.Sort(list)
			want := replicate.Never
			if len(list) > 0 {
				want = list[0]
			}
			if agenda.Next() != want || agenda.Len() != len(list) {
				t.Fatalf("next of %d is %d, want %d of %d", agenda.Len(), agenda.Next(), want, len(list))
			}
		}
		agenda.Clear()
		if agenda.Len() != 0 || agenda.Next() != replicate.Never {
			t.Fatal("something is left after Clear")
		}
	})
}

func TestEachDoesEveryTaskOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tasks := rapid.IntRange(0, 300).Draw(t, "tasks")
		workers := replicate.Workers(rapid.IntRange(0, 5).Draw(t, "workers"), tasks)
		done := make([]atomic.Int32, tasks)
		last := make([]int, workers)
		for i := range last {
			last[i] = -1
		}
		err := replicate.Each(context.Background(), workers, tasks, func(_ context.Context, worker, task int) error {
			done[task].Add(1)
			if task <= last[worker] {
				return errors.New("a worker went back")
			}
			last[worker] = task
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for task := range done {
			if n := done[task].Load(); n != 1 {
				t.Fatalf("task %d was done %d times", task, n)
			}
		}
	})
}

func TestEachStopsAtAnErrorAndWithItsContext(t *testing.T) {
	broken := errors.New("broken")
	var after atomic.Int32
	err := replicate.Each(context.Background(), 1, 1000, func(_ context.Context, _, task int) error {
		if task == 20 {
			return broken
		}
		if task > 20 {
			after.Add(1)
		}
		return nil
	})
	if !errors.Is(err, broken) || after.Load() > 0 {
		t.Errorf("error %v, %d tasks after it", err, after.Load())
	}

	ctx, cancel := context.WithCancel(context.Background())
	after.Store(0)
	err = replicate.Each(ctx, 2, 1_000_000, func(context.Context, int, int) error {
		if after.Add(1) == 100 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || after.Load() > 110 {
		t.Errorf("error %v, %d tasks done after the caller went away at 100", err, after.Load())
	}
}

func TestWorkers(t *testing.T) {
	for _, tt := range []struct{ asked, tasks, want int }{{1, 400, 1}, {3, 400, 3}, {64, 20, 20}, {4, 0, 1}} {
		if got := replicate.Workers(tt.asked, tt.tasks); got != tt.want {
			t.Errorf("Workers(%d, %d) = %d, want %d", tt.asked, tt.tasks, got, tt.want)
		}
	}
	if got := replicate.Workers(0, 1000); got < 1 {
		t.Errorf("Workers(0, 1000) = %d", got)
	}
}

// 1 to 10: mean 5.5, sd sqrt(55/6), standard error sd/sqrt(10); by nearest rank the quantiles are the
// 1st, 3rd, 5th, 8th and 10th.
func TestSummariseByHand(t *testing.T) {
	want := replicate.Distribution{
		Mean: 5.5, StandardError: math.Sqrt(55.0 / 60), P5: 1, P25: 3, P50: 5, P75: 8, P95: 10,
	}
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-12 })
	if diff := cmp.Diff(want, replicate.Summarise([]float64{3, 10, 1, 9, 2, 8, 4, 7, 5, 6}), near); diff != "" {
		t.Errorf("distribution (-want +got):\n%s", diff)
	}
	census := replicate.NewCensus(2, 10)
	for i, n := range []int{3, 10, 1, 9, 2, 8, 4, 7, 5, 6} {
		census.Note(1, i, n)
	}
	if diff := cmp.Diff(want, census.Summarise(1, make([]int32, 10)), near); diff != "" {
		t.Errorf("census of day 1 (-want +got):\n%s", diff)
	}
	if got := census.Summarise(0, make([]int32, 10)); got != (replicate.Distribution{}) {
		t.Errorf("census of day 0, where nothing was noted: %+v", got)
	}
	one := replicate.Distribution{Mean: 4, P5: 4, P25: 4, P50: 4, P75: 4, P95: 4}
	if got := replicate.Summarise([]int32{4}); got != one {
		t.Errorf("distribution of one: %+v", got)
	}
}

// Quantiles of a histogram are those of the times rounded up to the hour; its mean is exact.
func TestHistogramAgainstSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.Int64Range(0, int64(9*replicate.Day)), 1, 300).Draw(t, "times")
		split := rapid.IntRange(0, len(times)).Draw(t, "split")
		first, second := replicate.NewHistogram(10), replicate.NewHistogram(10)
		days, rounded := make([]float64, len(times)), make([]float64, len(times))
		for i, ms := range times {
			if i < split {
				first.Note(replicate.Instant(ms))
			} else {
				second.Note(replicate.Instant(ms))
			}
			days[i] = replicate.Instant(ms).Days()
			rounded[i] = math.Ceil(float64(ms)/float64(replicate.Hour)) / 24
		}
		first.Add(second)
		want := replicate.Summarise(rounded)
		want.Mean, want.StandardError = replicate.Summarise(days).Mean, 0
		got := first.Summarise()
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
			t.Fatalf("distribution (-want +got):\n%s", diff)
		}
		if first.Count() != int64(len(times)) {
			t.Fatalf("%d counted of %d", first.Count(), len(times))
		}
	})
}

func TestHistogramAtItsEnds(t *testing.T) {
	h := replicate.NewHistogram(2)
	if got := h.Summarise(); got != (replicate.Distribution{}) {
		t.Errorf("of nothing: %+v", got)
	}
	h.Note(50 * replicate.Day)
	if got := h.Summarise(); got.Mean != 50 || got.P50 != 2 {
		t.Errorf("a time beyond the last day: %+v, want the mean 50 and the quantiles 2", got)
	}
}

func TestWorkIsBounded(t *testing.T) {
	tests := []struct {
		name  string
		work  replicate.Work
		field string // of every fault, in order
	}{
		{"as benchmarked", replicate.Work{Days: 181, Replications: 400, Series: 2, People: 480}, ""},
		{"no days", replicate.Work{Days: 0, Replications: 400, Series: 2}, "days"},
		{"no days, no replications", replicate.Work{Days: -1, Replications: -1, Series: 2}, "days replications"},
		{"10^9 replications", replicate.Work{Days: 181, Replications: 1e9, Series: 2}, "replications"},
		{"too many counts", replicate.Work{Days: 3660, Replications: 100_000, Series: 2}, "replications"},
		{"too many at once", replicate.Work{Days: 10, Replications: 1, Series: 2, People: 2e6}, "days"},
		{"too many in all", replicate.Work{Days: 10, Replications: 1000, Series: 2, People: 1e5}, "replications"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var faults errs.Collector
			tt.work.Check(&faults)
			var fields []string
			for _, v := range errs.Violations(faults.Err()) {
				fields = append(fields, v.Field)
			}
			if field := strings.Join(fields, " "); field != tt.field {
				t.Errorf("faults at %q, want %q: %v", field, tt.field, faults.Err())
			}
		})
	}
}
