package simulate_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/simulate"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// fataler is what both testing.TB and rapid.T have.
type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func run(t fataler, in simulate.Input) simulate.Output {
	t.Helper()
	out, err := simulate.Run(context.Background(), in)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return out
}

// rate is an ordinary rate of arrivals: floats drawn at large are mostly next to nothing.
var rate = rapid.Map(rapid.IntRange(0, 80), func(tenths int) float64 { return float64(tenths) / 10 })

// anyInput is a small service of any kind.
var anyInput = rapid.Custom(func(t *rapid.T) simulate.Input {
	in := simulate.Input{
		Days:              rapid.IntRange(1, 40).Draw(t, "days"),
		ArrivalsPerDay:    []float64{rate.Draw(t, "arrivals")},
		InitialOccupied:   rapid.IntRange(0, 30).Draw(t, "initial occupied"),
		InitialWaiting:    rapid.IntRange(0, 20).Draw(t, "initial waiting"),
		Stay:              anyStay.Draw(t, "stay"),
		Remaining:         rapid.SampledFrom([]stay.Remaining{"", stay.Uniform, stay.Equilibrium}).Draw(t, "remaining"),
		Replications:      rapid.IntRange(1, 30).Draw(t, "replications"),
		Seed:              rapid.Uint64().Draw(t, "seed"),
		CostPerPlaceDay:   float64(rapid.IntRange(0, 300).Draw(t, "place-day")),
		WaitTargetDays:    float64(rapid.IntRange(0, 5).Draw(t, "target")),
		CostPerWaitingDay: float64(rapid.IntRange(0, 300).Draw(t, "waiting-day")),
	}
	if rapid.Bool().Draw(t, "by day") {
		in.ArrivalsPerDay = rapid.SliceOfN(rate, in.Days, in.Days).Draw(t, "arrivals by day")
	}
	switch rapid.SampledFrom([]string{"places", "unlimited", "policy"}).Draw(t, "places") {
	case "places":
		in.Places = rapid.IntRange(0, 25).Draw(t, "number")
	case "unlimited":
		in.Unlimited = true
	default:
		in.Policy = simulate.Policy{
			PlacesByDay:      rapid.SliceOfN(rapid.IntRange(0, 25), in.Days, in.Days).Draw(t, "by day"),
			SurgePlaces:      rapid.IntRange(0, 5).Draw(t, "surge"),
			SurgeWhenWaiting: rapid.IntRange(0, 20).Draw(t, "surge when waiting"),
		}
	}
	return in
})

var anyStay = rapid.Custom(func(t *rapid.T) stay.Spec {
	mean := float64(rapid.IntRange(1, 300).Draw(t, "tenths of a mean stay")) / 10
	return rapid.SampledFrom([]stay.Spec{
		{MeanDays: mean, MedianDays: mean / 1.3},
		{Shape: stay.Exponential, MeanDays: mean},
		{Shape: stay.Gamma, MeanDays: mean, SDDays: mean / 2},
		{Shape: stay.Fixed, MeanDays: mean},
		{Shape: stay.Empirical, ObservedDays: []float64{mean, 1, 2 * mean}},
	}).Draw(t, "spec")
})

func TestPeopleBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput.Draw(t, "input")
		out := run(t, in)
		f := out.Flow
		if f.InitialOccupied+f.InitialWaiting+f.Arrived != f.Left+f.Present+f.Waiting {
			t.Fatalf("people do not balance: %+v", f)
		}
		n := float64(in.Replications)
		last := out.Days[len(out.Days)-1]
		if math.Abs(last.Waiting.Mean*n-float64(f.Waiting)) > 1e-6 || math.Abs(last.Occupied.Mean*n-float64(f.Present)) > 1e-6 {
			t.Fatalf("the last day ends with %v waiting and %v present, the flow with %d and %d over %v replications",
				last.Waiting.Mean, last.Occupied.Mean, f.Waiting, f.Present, n)
		}
		if started := f.InitialWaiting + f.Arrived - f.Waiting; out.Waits.Started != started {
			t.Fatalf("%d started, want the %d who came and do not wait", out.Waits.Started, started)
		}
	})
}

func TestDaysAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput.Draw(t, "input")
		out := run(t, in)
		cost := 0.0
		for i, day := range out.Days {
			cost += day.Cost.Total()
			if want := in.CostPerPlaceDay * (day.OccupiedDays + day.EmptyDays); math.Abs(day.Cost.Occupied+day.Cost.Empty-want) > 1e-6 {
				t.Fatalf("day %d: places cost %v, want %v", i+1, day.Cost.Occupied+day.Cost.Empty, want)
			}
			if want := in.CostPerWaitingDay * day.WaitingDays; math.Abs(day.Cost.Waiting-want) > 1e-6 {
				t.Fatalf("day %d: waiting costs %v, want %v", i+1, day.Cost.Waiting, want)
			}
			if d := day.Waiting; d.P5 > d.P25 || d.P25 > d.P50 || d.P50 > d.P75 || d.P75 > d.P95 {
				t.Fatalf("day %d: quantiles out of order: %+v", i+1, d)
			}
			if day.Day != i+1 {
				t.Fatalf("day %d stands at %d", day.Day, i+1)
			}
		}
		if math.Abs(cost-out.Cost.Mean) > 1e-6*(1+cost) {
			t.Fatalf("the days cost %v, the whole time %v", cost, out.Cost.Mean)
		}
	})
}

// The same people with the same stays, and more places: at the end of no day may more wait, in the mean
// or in any quantile.
func TestMorePlacesNeverMakeMoreWait(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput.Draw(t, "input")
		in.Unlimited, in.Policy = false, simulate.Policy{}
		in.Places = rapid.IntRange(0, 25).Draw(t, "number")
		if rapid.Bool().Draw(t, "by day") {
			in.Policy.PlacesByDay, in.Places = rapid.SliceOfN(rapid.IntRange(0, 25), in.Days, in.Days).Draw(t, "by day"), 0
		}
		more := in
		further := rapid.IntRange(1, 5).Draw(t, "further")
		if len(in.Policy.PlacesByDay) > 0 {
			more.Policy.PlacesByDay = append([]int(nil), in.Policy.PlacesByDay...)
			more.Policy.PlacesByDay[rapid.IntRange(0, in.Days-1).Draw(t, "on day")] += further
		} else {
			more.Places += further
		}
		few, many := run(t, in), run(t, more)
		if few.Flow.Arrived != many.Flow.Arrived {
			t.Fatalf("%d arrive, then %d: not the same people", few.Flow.Arrived, many.Flow.Arrived)
		}
		for i := range few.Days {
			a, b := few.Days[i].Waiting, many.Days[i].Waiting
			if b.Mean > a.Mean || b.P5 > a.P5 || b.P50 > a.P50 || b.P95 > a.P95 || many.Days[i].WaitingDays > few.Days[i].WaitingDays {
				t.Fatalf("day %d: %+v waiting, with more places %+v", i+1, a, b)
			}
		}
	})
}

func TestAnswerDoesNotDependOnWorkers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput.Draw(t, "input")
		var first []byte
		for _, workers := range []int{1, 2, 3, 7} {
			in.Workers = workers
			encoded, err := json.Marshal(run(t, in))
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = encoded
			} else if string(first) != string(encoded) {
				t.Fatalf("%d workers:\n%s\none worker:\n%s", workers, encoded, first)
			}
		}
	})
}

func TestSeedsDiffer(t *testing.T) {
	in := halfYear()
	in.Replications = 20
	first := run(t, in)
	in.Seed++
	if cmp.Equal(first, run(t, in)) {
		t.Error("two seeds give the same answer")
	}
}

// With nobody arriving, 2 free places and stays of 5 days, the queue of 4 starts at days 0, 0, 5, 5, and
// all have left at day 10.
func TestByHand(t *testing.T) {
	in := simulate.Input{
		Days: 12, ArrivalsPerDay: []float64{0}, Places: 2, InitialWaiting: 4,
		Stay: stay.Spec{Shape: stay.Fixed, MeanDays: 5}, Replications: 3,
		CostPerPlaceDay: 100, CostPerWaitingDay: 10, WaitTargetDays: 4.9,
	}
	out := run(t, in)
	waiting, occupied := make([]float64, 12), make([]float64, 12)
	for i, day := range out.Days {
		waiting[i], occupied[i] = day.Waiting.Mean, day.Occupied.Mean
	}
	// At the end of day 5 the first two have just left, and the next two have started.
	if diff := cmp.Diff([]float64{2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0}, waiting); diff != "" {
		t.Errorf("waiting (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]float64{2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0}, occupied); diff != "" {
		t.Errorf("occupied (-want +got):\n%s", diff)
	}
	want := simulate.Waits{Started: 12, Waited: 0.5, WithinTarget: 0.5}
	want.Days.Mean, want.Days.P75, want.Days.P95 = 2.5, 5, 5
	if diff := cmp.Diff(want, out.Waits); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
	in.WaitTargetDays = 5
	if got := run(t, in).Waits.WithinTarget; got != 1 {
		t.Errorf("%v start within 5 days, want all", got)
	}
	// 2 places × 12 days × 100, and 2 people × 5 days × 10.
	if got := out.Cost.Mean; got != 2500 {
		t.Errorf("cost %v, want 2500", got)
	}
	if got := out.Days[11].Cost; got != (simulate.Cost{Empty: 200}) {
		t.Errorf("cost of the last day %+v, want two empty places", got)
	}
}

// Five above the places: nobody is turned out, nobody follows them, and the note says so.
func TestMoreAtTheStartThanPlaces(t *testing.T) {
	out := run(t, simulate.Input{
		Days: 10, ArrivalsPerDay: []float64{0}, Places: 1, InitialOccupied: 3, InitialWaiting: 1,
		Stay: stay.Spec{Shape: stay.Empirical, ObservedDays: []float64{4}}, Replications: 50, Remaining: stay.Uniform,
	})
	// What remains is uniform on [1, 4]: all three are there on day 1, and none after day 4; whoever
	// waits starts when the last of the three leaves.
	if d := out.Days[0]; d.Occupied.Mean != 3 || d.Waiting.Mean != 1 || d.EmptyDays != 0 {
		t.Errorf("day 1: %+v", d)
	}
	if d := out.Days[3]; d.Occupied.Mean != 1 || d.Waiting.Mean != 0 {
		t.Errorf("day 4: %+v", d)
	}
	if len(out.Notes) != 1 || !strings.Contains(out.Notes[0], "the 2 above the places") {
		t.Errorf("notes %q", out.Notes)
	}
}

// Places by day, and a surge: 6 wait, 1 place opens on day 2, and 2 more on each day that begins with 6.
func TestPolicy(t *testing.T) {
	out := run(t, simulate.Input{
		Days: 4, ArrivalsPerDay: []float64{0}, InitialWaiting: 6,
		Policy: simulate.Policy{PlacesByDay: []int{0, 1, 1, 1}, SurgePlaces: 2, SurgeWhenWaiting: 6},
		Stay:   stay.Spec{Shape: stay.Fixed, MeanDays: 50}, Replications: 1,
	})
	var waiting []float64
	for _, d := range out.Days {
		waiting = append(waiting, d.Waiting.Mean)
	}
	// Day 1: 6 wait, 0 + 2 places open. Day 2: 4 wait, no surge: 1 place for the 2 who are there.
	if diff := cmp.Diff([]float64{4, 4, 4, 4}, waiting); diff != "" {
		t.Errorf("waiting (-want +got):\n%s", diff)
	}
}

// A run of fewer days is the beginning of a run of more.
func TestTimeOnlyGoesOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput.Draw(t, "input")
		shorter := in
		shorter.Days = rapid.IntRange(1, in.Days).Draw(t, "shorter")
		if len(in.ArrivalsPerDay) > 1 {
			shorter.ArrivalsPerDay = in.ArrivalsPerDay[:shorter.Days]
		}
		if len(in.Policy.PlacesByDay) > 0 {
			shorter.Policy.PlacesByDay = in.Policy.PlacesByDay[:shorter.Days]
		}
		if diff := cmp.Diff(run(t, shorter).Days, run(t, in).Days[:shorter.Days]); diff != "" {
			t.Fatalf("days (-fewer +more):\n%s", diff)
		}
	})
}

func TestValidateNamesEveryFault(t *testing.T) {
	tests := []struct {
		name   string
		change func(*simulate.Input)
		fields string
	}{
		{"sound", func(*simulate.Input) {}, ""},
		{
			"nothing given", func(in *simulate.Input) { *in = simulate.Input{} },
			"arrivals_per_day stay.mean_days stay.median_days days replications",
		},
		{"negative arrivals", func(in *simulate.Input) { in.ArrivalsPerDay = []float64{-1} }, "arrivals_per_day[0]"},
		{"arrivals not a number", func(in *simulate.Input) { in.ArrivalsPerDay = []float64{math.NaN()} }, "arrivals_per_day[0]"},
		{"arrivals of some days", func(in *simulate.Input) { in.ArrivalsPerDay = []float64{1, 2} }, "arrivals_per_day"},
		{"negative stay", func(in *simulate.Input) { in.Stay = stay.Spec{Shape: stay.Fixed, MeanDays: -1} }, "stay.mean_days"},
		{"unknown rule", func(in *simulate.Input) { in.Remaining = "half" }, "remaining"},
		{
			"negative people", func(in *simulate.Input) { in.InitialOccupied, in.InitialWaiting = -1, -1 },
			"initial_occupied initial_waiting",
		},
		{"places and unlimited", func(in *simulate.Input) { in.Unlimited = true }, "unlimited"},
		{"places twice", func(in *simulate.Input) { in.Policy.PlacesByDay = make([]int, 181) }, "places"},
		{"places of some days", func(in *simulate.Input) { in.Places, in.Policy.PlacesByDay = 0, []int{1} }, "policy.places_by_day"},
		{"negative places", func(in *simulate.Input) { in.Places, in.Policy.SurgePlaces = -1, -1 }, "places policy.surge_places"},
		{
			"negative costs", func(in *simulate.Input) { in.CostPerPlaceDay, in.CostPerWaitingDay = -1, math.NaN() },
			"cost_per_place_day cost_per_waiting_day",
		},
		{"negative target", func(in *simulate.Input) { in.WaitTargetDays = -1 }, "wait_target_days"},
		{"10^9 replications", func(in *simulate.Input) { in.Replications = 1e9 }, "replications"},
		{"10^9 days", func(in *simulate.Input) { in.Days = 1e9 }, "days"},
		{"10^9 arrivals", func(in *simulate.Input) { in.ArrivalsPerDay = []float64{1e9} }, "days replications"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := halfYear()
			tt.change(&in)
			_, err := simulate.Run(context.Background(), in)
			var fields []string
			for _, v := range errs.Violations(err) {
				fields = append(fields, v.Field)
			}
			if got := strings.Join(fields, " "); got != tt.fields {
				t.Errorf("faults at %q, want %q (%v)", got, tt.fields, err)
			}
		})
	}
}

func TestRunStopsWhenTheCallerGoesAway(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := simulate.Run(ctx, halfYear()); !errors.Is(err, context.Canceled) {
		t.Errorf("Run under a cancelled context: %v", err)
	}
}

// Nine times the replications, that is 170,000 events more, allocate no more than the few slices that
// once grow a little longer.
func TestNothingIsAllocatedPerEvent(t *testing.T) {
	in := halfYear()
	in.Workers = 1
	allocations := func(replications int) float64 {
		in.Replications = replications
		return testing.AllocsPerRun(1, func() { run(t, in) })
	}
	if few, many := allocations(50), allocations(450); many > few+20 {
		t.Errorf("%v allocations for 50 replications, %v for 450", few, many)
	}
}
