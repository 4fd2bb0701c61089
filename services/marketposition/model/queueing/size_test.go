package queueing_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/queueing"
)

// between is a range with its middle as the central value.
func between(low, high float64) assume.Range {
	return assume.Range{Low: low, Central: (low + high) / 2, High: high}
}

func run(t fataler, in queueing.Input) queueing.Output {
	t.Helper()
	out, err := queueing.Run(context.Background(), in)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return out
}

// The loads that 5, 10, 20 and 30 places carry at 1% blocking stand in every Erlang B table (1.361,
// 4.461, 12.031, 20.337). A thousandth below, those places are enough; a thousandth above, one more is
// needed.
func TestPlacesForOnePercentBlocking(t *testing.T) {
	for places, load := range map[int]float64{5: 1.361, 10: 4.461, 20: 12.031, 30: 20.337} {
		for shift, want := range map[float64]int{-0.001: places, 0.001: places + 1} {
			out := run(t, queueing.Input{
				ArrivalsPerDay: assume.Exactly(load + shift), MeanStayDays: assume.Exactly(1),
				MaxBlocking: assume.Exactly(0.01),
			})
			if got := out.Central.Places; got != want {
				t.Errorf("load %.3f: %d places, want %d", load+shift, got, want)
			}
		}
	}
}

// From the published table: 3 places make 4/9 wait under a load of 2, and 4 places, by C = 4B/(4-2(1-B))
// with B(4) = 2(4/19)/(4+2(4/19)) = 2/21, make 4/23 wait.
func TestPlacesForAShareWaiting(t *testing.T) {
	for target, want := range map[float64]int{0.45: 3, 4.0 / 9.001: 4, 0.18: 4, 0.17: 5} {
		out := run(t, queueing.Input{
			ArrivalsPerDay: assume.Exactly(4), MeanStayDays: assume.Exactly(0.5),
			MaxProbabilityOfWait: assume.Exactly(target),
		})
		if got := out.Central.Places; got != want {
			t.Errorf("at most %.4f waiting: %d places, want %d", target, got, want)
		}
	}
}

// Any target: the answer meets it, one place fewer does not.
func TestAnswerIsTheSmallestThatMeetsTheTarget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arrivals := rapid.Float64Range(0.1, 50).Draw(t, "arrivals")
		stay := rapid.Float64Range(0.1, 60).Draw(t, "stay")
		target := rapid.Float64Range(0.001, 0.9).Draw(t, "target")
		hours := rapid.Float64Range(0.5, 240).Draw(t, "hours")
		in := queueing.Input{ArrivalsPerDay: assume.Exactly(arrivals), MeanStayDays: assume.Exactly(stay)}
		var measure func(queueing.Performance) float64
		switch rapid.SampledFrom([]string{"blocking", "wait", "longer"}).Draw(t, "kind") {
		case "blocking":
			in.MaxBlocking = assume.Exactly(target)
			measure = func(p queueing.Performance) float64 { return p.ErlangB }
		case "wait":
			in.MaxProbabilityOfWait = assume.Exactly(target)
			measure = func(p queueing.Performance) float64 { return p.Queue.ErlangC }
		default:
			in.MaxProbabilityOfLongerWait, in.WaitHours = assume.Exactly(target), assume.Exactly(hours)
			measure = func(p queueing.Performance) float64 { return p.Queue.ProbabilityOfLongerWait }
		}
		best := run(t, in).Central
		if got := measure(best); got > target {
			t.Fatalf("%d places give %v, the target is %v", best.Places, got, target)
		}
		if best.Places == 1 {
			return
		}
		fewer, err := queueing.Run(context.Background(), queueing.Input{
			ArrivalsPerDay: in.ArrivalsPerDay, MeanStayDays: in.MeanStayDays, WaitHours: in.WaitHours,
			Places: assume.Exactly(float64(best.Places - 1)),
		})
		if err == nil && measure(fewer.Central) <= target {
			t.Fatalf("%d places would do: %v <= %v", best.Places-1, measure(fewer.Central), target)
		}
		if blocking, _ := queueing.ErlangB(best.Places-1, arrivals*stay); in.MaxBlocking != (assume.Range{}) && blocking <= target {
			t.Fatalf("%d places would do: blocking %v <= %v", best.Places-1, blocking, target)
		}
	})
}

// Least cost against the cost of every number of places up to 300.
func TestLeastCostAgainstEveryNumberOfPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arrivals := rapid.Float64Range(0.1, 20).Draw(t, "arrivals")
		place := rapid.Float64Range(1, 500).Draw(t, "place-day")
		waiting := rapid.Float64Range(1, 5000).Draw(t, "waiting-day")
		out := run(t, queueing.Input{
			ArrivalsPerDay: assume.Exactly(arrivals), MeanStayDays: assume.Exactly(4),
			Costs: queueing.Costs{PerPlaceDay: assume.Exactly(place), PerWaitingDay: assume.Exactly(waiting)},
		})
		least := math.Inf(1)
		for n := int(arrivals*4) + 1; n <= 300; n++ {
			least = min(least, place*float64(n)+waiting*given(t, n, arrivals, 4).Queue.MeanLength)
		}
		if !near(out.CostPerDay.Central, least, 1e-12) {
			t.Fatalf("%d places at %v a day, the least is %v", out.Central.Places, out.CostPerDay, least)
		}
	})
}

// The package comment's claim: no mixture of inputs within the ranges gives a measure, a number of
// places or a cost outside the answer's two ends.
func TestNoMixtureLiesOutsideTheRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ranged := func(name string, low, high float64) assume.Range {
			a := rapid.Float64Range(low, high).Draw(t, name+", low")
			b := rapid.Float64Range(a, high).Draw(t, name+", high")
			return between(a, b)
		}
		within := func(name string, r assume.Range) assume.Range {
			return assume.Exactly(rapid.Float64Range(r.Low, r.High).Draw(t, name+", within"))
		}
		wide := queueing.Input{ArrivalsPerDay: ranged("arrivals", 1, 20), MeanStayDays: ranged("stay", 0.5, 10)}
		narrow := queueing.Input{
			ArrivalsPerDay: within("arrivals", wide.ArrivalsPerDay),
			MeanStayDays:   within("stay", wide.MeanStayDays),
		}
		sized := true
		switch rapid.SampledFrom([]string{"places", "blocking", "wait", "longer", "cost"}).Draw(t, "question") {
		case "places":
			sized = false
			least := math.Ceil(wide.ArrivalsPerDay.High*wide.MeanStayDays.High) + 1
			wide.Places = assume.Range{Low: least, Central: least + 2, High: least + 7}
			wide.WaitHours = ranged("hours", 1, 100)
			wide.Costs = queueing.Costs{PerPlaceDay: ranged("place-day", 50, 200), PerWaitingDay: ranged("waiting-day", 50, 900)}
			narrow.Places = assume.Exactly(least + float64(rapid.IntRange(0, 7).Draw(t, "further places")))
			narrow.WaitHours = within("hours", wide.WaitHours)
		case "blocking":
			wide.MaxBlocking = ranged("blocking", 0.001, 0.5)
			narrow.MaxBlocking = within("blocking", wide.MaxBlocking)
		case "wait":
			wide.MaxProbabilityOfWait = ranged("share", 0.001, 0.5)
			narrow.MaxProbabilityOfWait = within("share", wide.MaxProbabilityOfWait)
		case "longer":
			wide.MaxProbabilityOfLongerWait, wide.WaitHours = ranged("share", 0.001, 0.5), ranged("hours", 1, 100)
			narrow.MaxProbabilityOfLongerWait = within("share", wide.MaxProbabilityOfLongerWait)
			narrow.WaitHours = within("hours", wide.WaitHours)
		case "cost":
			wide.Costs = queueing.Costs{PerPlaceDay: ranged("place-day", 50, 200), PerWaitingDay: ranged("waiting-day", 50, 900)}
		}
		if wide.Costs != (queueing.Costs{}) {
			narrow.Costs = queueing.Costs{
				PerPlaceDay:   within("place-day", wide.Costs.PerPlaceDay),
				PerWaitingDay: within("waiting-day", wide.Costs.PerWaitingDay),
			}
		}
		outer, inner := run(t, wide), run(t, narrow)
		for name, v := range measures(outer, inner, sized) {
			if v[1] < v[0]-1e-9*v[0] || v[1] > v[2]+1e-9*v[2] {
				t.Errorf("%s %v lies outside %v to %v", name, v[1], v[0], v[2])
			}
		}
	})
}

// measures gives low, the central value of inner, and high. The performance of places that were sized
// differs from one number of places to the next, and is no range.
func measures(outer, inner queueing.Output, sized bool) map[string][3]float64 {
	low, at, high := outer.Low, inner.Central, outer.High
	m := map[string][3]float64{
		"load": {low.OfferedLoad, at.OfferedLoad, high.OfferedLoad},
		"cost": {outer.CostPerDay.Low, inner.CostPerDay.Central, outer.CostPerDay.High},
	}
	if sized {
		m["places"] = [3]float64{float64(low.Places), float64(at.Places), float64(high.Places)}
		return m
	}
	m["blocking"] = [3]float64{low.ErlangB, at.ErlangB, high.ErlangB}
	m["waiting at all"] = [3]float64{low.Queue.ErlangC, at.Queue.ErlangC, high.Queue.ErlangC}
	m["queue"] = [3]float64{low.Queue.MeanLength, at.Queue.MeanLength, high.Queue.MeanLength}
	m["wait"] = [3]float64{low.Queue.MeanWaitDays, at.Queue.MeanWaitDays, high.Queue.MeanWaitDays}
	m["use"] = [3]float64{low.Queue.Utilisation, at.Queue.Utilisation, high.Queue.Utilisation}
	m["waiting longer"] = [3]float64{
		low.Queue.ProbabilityOfLongerWait, at.Queue.ProbabilityOfLongerWait, high.Queue.ProbabilityOfLongerWait,
	}
	return m
}

func TestValidateNamesEveryFault(t *testing.T) {
	sound := queueing.Input{
		ArrivalsPerDay: assume.Exactly(10), MeanStayDays: assume.Exactly(1), Places: assume.Exactly(20),
	}
	tests := []struct {
		name   string
		change func(*queueing.Input)
		fields string
	}{
		{"sound", func(*queueing.Input) {}, ""},
		{"nothing given", func(in *queueing.Input) { *in = queueing.Input{} }, "arrivals_per_day mean_stay_days "},
		{"negative arrivals", func(in *queueing.Input) { in.ArrivalsPerDay = assume.Exactly(-1) }, "arrivals_per_day"},
		{"a range turned round", func(in *queueing.Input) { in.MeanStayDays = between(3, 2) }, "mean_stay_days"},
		{"not a number", func(in *queueing.Input) { in.MeanStayDays = assume.Exactly(math.NaN()) }, "mean_stay_days"},
		{"half a place", func(in *queueing.Input) { in.Places = assume.Exactly(20.5) }, "places"},
		{"load at the places", func(in *queueing.Input) { in.Places = assume.Exactly(10) }, "places"},
		{"load above the places at one end", func(in *queueing.Input) { in.ArrivalsPerDay = between(10, 20) }, "places"},
		{"two questions", func(in *queueing.Input) { in.MaxBlocking = assume.Exactly(0.1) }, ""},
		{"a share above one", func(in *queueing.Input) {
			in.Places, in.MaxProbabilityOfWait = assume.Range{}, assume.Exactly(1.5)
		}, "max_probability_of_wait"},
		{"a longer wait than what", func(in *queueing.Input) {
			in.Places, in.MaxProbabilityOfLongerWait = assume.Range{}, assume.Exactly(0.05)
		}, "wait_hours"},
		{"a free place", func(in *queueing.Input) {
			in.Costs = queueing.Costs{PerWaitingDay: assume.Exactly(5)}
		}, "costs.per_place_day"},
		{"a load nobody can size", func(in *queueing.Input) {
			in.Places, in.MaxBlocking = assume.Range{}, assume.Exactly(0.1)
			in.ArrivalsPerDay = assume.Exactly(1e6)
		}, "arrivals_per_day"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := sound
			tt.change(&in)
			var fields []string
			for _, f := range errs.Violations(in.Validate()) {
				fields = append(fields, f.Field)
			}
			wantFault := tt.name != "sound"
			if got := strings.Join(fields, " "); got != tt.fields || (len(fields) > 0) != wantFault {
				t.Errorf("faults at %q, want %q (%v)", got, tt.fields, in.Validate())
			}
			if _, err := queueing.Run(context.Background(), in); (err != nil) != wantFault {
				t.Errorf("Run: %v", err)
			}
		})
	}
}

func TestBlockingTargetMayLieBelowTheLoad(t *testing.T) {
	out := run(t, queueing.Input{
		ArrivalsPerDay: assume.Exactly(100), MeanStayDays: assume.Exactly(1), MaxBlocking: assume.Exactly(0.3),
	})
	if p := out.Central; p.Places > 80 || p.Queue != nil {
		t.Errorf("%+v, want fewer than 80 places and no steady queue", p)
	}
}

func TestTargetOutOfReach(t *testing.T) {
	_, err := queueing.Run(context.Background(), queueing.Input{
		ArrivalsPerDay: assume.Exactly(99_999), MeanStayDays: assume.Exactly(1), MaxProbabilityOfWait: assume.Exactly(0.01),
	})
	if len(errs.Violations(err)) != 1 {
		t.Errorf("a target that needs more than %d places: %v", queueing.MostPlaces, err)
	}
}

func TestRunStopsWhenTheCallerGoesAway(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := queueing.Run(ctx, queueing.Input{
		ArrivalsPerDay: assume.Exactly(9e4), MeanStayDays: assume.Exactly(1), MaxBlocking: assume.Exactly(1e-6),
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Run under a cancelled context: %v", err)
	}
}

// The example of the interface: arrivals of 10 a day, a stay of a day, 20 places. Summed with 60
// decimal digits: B = 1.8690498524e-03, C = Lq = 3.7311260441e-03.
func TestAnswerInFull(t *testing.T) {
	got := given(t, 20, 10, 1)
	want := queueing.Performance{
		ArrivalsPerDay: 10, MeanStayDays: 1, Places: 20, OfferedLoad: 10, ErlangB: 1.8690498524e-03,
		Queue: &queueing.Queue{
			ErlangC: 3.7311260441e-03, MeanLength: 3.7311260441e-03, MeanWaitDays: 3.7311260441e-04,
			ProbabilityOfLongerWait: 3.7311260441e-03, Utilisation: 0.5,
		},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return near(a, b, 1e-9) })); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

func BenchmarkSizeTenThousandPlaces(b *testing.B) {
	in := queueing.Input{
		ArrivalsPerDay: assume.Exactly(9900), MeanStayDays: assume.Exactly(1),
		MaxProbabilityOfWait: assume.Exactly(0.2),
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := queueing.Run(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
}
