package pathway_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/services/marketposition/model/pathway"
	"github.com/caremarket/caremarket/services/marketposition/model/simulate"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// fataler is what both testing.TB and rapid.T have.
type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func run(t fataler, in pathway.Input) pathway.Output {
	t.Helper()
	out, err := pathway.Run(context.Background(), in)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return out
}

func fixed(days float64) stay.Spec { return stay.Spec{Shape: stay.Fixed, MeanDays: days} }

func exponential(days float64) stay.Spec { return stay.Spec{Shape: stay.Exponential, MeanDays: days} }

var stageNames = []string{"acute", "home first", "reablement", "community bed", "home care"}

// share is an ordinary share: floats drawn at large are mostly next to nothing.
var share = rapid.Map(rapid.IntRange(0, 100), func(hundredths int) float64 { return float64(hundredths) / 100 })

// anyStage is a small stage that keeps at least a fifth of its people from going on.
func anyStage(name string, names []string) *rapid.Generator[pathway.Stage] {
	return rapid.Custom(func(t *rapid.T) pathway.Stage {
		s := pathway.Stage{
			Name:            name,
			Places:          rapid.IntRange(1, 4).Draw(t, "places"),
			TransfersQueue:  rapid.Bool().Draw(t, "transfers queue"),
			ArrivalsPerDay:  []float64{share.Draw(t, "arrivals") * 3},
			InitialOccupied: rapid.IntRange(0, 6).Draw(t, "initial occupied"),
			InitialWaiting:  rapid.IntRange(0, 3).Draw(t, "initial waiting"),
			Stay: rapid.SampledFrom([]stay.Spec{
				exponential(0.7), fixed(1), fixed(0.5), {MeanDays: 1, MedianDays: 0.8},
			}).Draw(t, "stay"),
			Remaining: rapid.SampledFrom([]stay.Remaining{stay.Uniform, stay.Equilibrium}).Draw(t, "remaining"),
		}
		if rapid.IntRange(0, 5).Draw(t, "unlimited") == 0 {
			s.Places, s.Unlimited = 0, true
		}
		if rapid.Bool().Draw(t, "limited") {
			s.QueueLimit = new(s.InitialWaiting + rapid.IntRange(0, 3).Draw(t, "limit"))
		}
		left := 0.8
		for _, to := range names {
			if p := share.Draw(t, "to "+to) * left; rapid.Bool().Draw(t, "goes to "+to) {
				s.Next = append(s.Next, pathway.Transfer{To: to, Probability: p})
				left -= p
			}
		}
		return s
	})
}

var anyInput = rapid.Custom(func(t *rapid.T) pathway.Input {
	names := stageNames[:rapid.IntRange(1, len(stageNames)).Draw(t, "stages")]
	in := pathway.Input{
		Days:         rapid.IntRange(1, 30).Draw(t, "days"),
		Replications: rapid.IntRange(1, 20).Draw(t, "replications"),
		Seed:         rapid.Uint64().Draw(t, "seed"),
	}
	for _, name := range names {
		in.Stages = append(in.Stages, anyStage(name, names).Draw(t, name))
	}
	return in
})

func TestPeopleBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput.Draw(t, "input")
		out := run(t, in)
		f := out.Flow
		if f.Initial+f.Arrived != f.TurnedAway+f.Left+f.Present+f.Waiting {
			t.Fatalf("people do not balance: %+v", f)
		}
		var in2, on int64
		for i, s := range out.Stages {
			g := s.Flow
			if g.InitialOccupied+g.InitialWaiting+g.Arrived+g.PassedIn != g.TurnedAway+g.PassedOn+g.Left+g.Present+g.Waiting {
				t.Fatalf("people of stage %d do not balance: %+v", i, g)
			}
			in2, on = in2+g.PassedIn, on+g.PassedOn
			last := s.Days[in.Days-1]
			n := float64(in.Replications)
			if math.Abs(last.Occupied.Mean*n-float64(g.Present)) > 1e-6 || math.Abs(last.Waiting.Mean*n-float64(g.Waiting)) > 1e-6 {
				t.Fatalf("stage %d ends with %+v, its flow with %+v", i, last, g)
			}
		}
		if in2 != on {
			t.Fatalf("%d were passed on and %d passed in", on, in2)
		}
		if out.Completed > f.Left {
			t.Fatalf("%d completed, %d left", out.Completed, f.Left)
		}
	})
}

// In one replication the counts of a day are whole: nobody waits while a place is free, places are
// exceeded only by those there at the start, and queues keep their limit.
func TestNobodyWaitsForAFreePlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput.Draw(t, "input")
		in.Replications = 1
		out := run(t, in)
		for i, s := range out.Stages {
			stage := in.Stages[i]
			for _, day := range s.Days {
				if day.Waiting.Mean > 0 && (stage.Unlimited || day.Occupied.Mean < float64(stage.Places)) {
					t.Fatalf("stage %d, day %d: %v wait and %v of %d places are in use",
						i, day.Day, day.Waiting.Mean, day.Occupied.Mean, stage.Places)
				}
				if !stage.Unlimited && day.Occupied.Mean > float64(max(stage.Places, stage.InitialOccupied)) {
					t.Fatalf("stage %d, day %d: %v in %d places", i, day.Day, day.Occupied.Mean, stage.Places)
				}
				if stage.QueueLimit != nil && day.Waiting.Mean > float64(*stage.QueueLimit) {
					t.Fatalf("stage %d, day %d: %v wait, the limit is %d", i, day.Day, day.Waiting.Mean, *stage.QueueLimit)
				}
				if day.Blocked.Mean > day.Occupied.Mean {
					t.Fatalf("stage %d, day %d: %v of %v blocked", i, day.Day, day.Blocked.Mean, day.Occupied.Mean)
				}
			}
		}
	})
}

// When nobody comes any more, everybody leaves in the end: no deadlock is left standing. And then the
// time all spent on the pathway is the time that queues and places were held (Little's law, exactly).
func TestEverybodyLeavesInTheEnd(t *testing.T) {
	deadlocks := int64(0)
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput.Draw(t, "input")
		in.Days, in.Replications = 400, 3
		known := true
		for i := range in.Stages {
			rates := make([]float64, in.Days)
			for day := range 10 {
				rates[day] = in.Stages[i].ArrivalsPerDay[0]
			}
			in.Stages[i].ArrivalsPerDay = rates
			known = known && in.Stages[i].InitialOccupied+in.Stages[i].InitialWaiting == 0
		}
		out := run(t, in)
		deadlocks += out.Swaps
		if out.Flow.Present+out.Flow.Waiting != 0 {
			t.Fatalf("after 390 days without arrivals: %+v", out.Flow)
		}
		held := 0.0
		for _, s := range out.Stages {
			held += (s.WaitingDays + s.OccupiedDays) * float64(in.Replications)
		}
		if times := out.TimeInSystem.Mean * float64(out.Completed); known && math.Abs(times-held) > 1e-6*(1+held) {
			t.Fatalf("people spent %v days on the pathway, its places and queues were held for %v", times, held)
		}
	})
	if deadlocks == 0 {
		t.Error("no deadlock came about in any case: the test shows nothing about them")
	}
}

func TestAnswerDoesNotDependOnWorkers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput.Draw(t, "input")
		var first []byte
		for _, workers := range []int{1, 2, 5} {
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

// A pathway of one stage is the single simulation, to the last number: two engines, one answer.
func TestOneStageIsTheSingleSimulation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput.Draw(t, "input")
		in.Stages = in.Stages[:1]
		stage := &in.Stages[0]
		stage.Next, stage.QueueLimit = nil, nil
		out := run(t, in).Stages[0]
		single, err := simulate.Run(context.Background(), simulate.Input{
			Days: in.Days, ArrivalsPerDay: stage.ArrivalsPerDay, Places: stage.Places, Unlimited: stage.Unlimited,
			InitialOccupied: stage.InitialOccupied, InitialWaiting: stage.InitialWaiting,
			Stay: stage.Stay, Remaining: stage.Remaining, Replications: in.Replications, Seed: in.Seed,
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, day := range single.Days {
			want := pathway.Day{
				Day: day.Day, Waiting: day.Waiting, Occupied: day.Occupied,
				WaitingDays: day.WaitingDays, OccupiedDays: day.OccupiedDays,
			}
			if diff := cmp.Diff(want, out.Days[i]); diff != "" {
				t.Fatalf("day %d (-single +pathway):\n%s", i+1, diff)
			}
		}
		want := pathway.StageFlow{
			InitialOccupied: single.Flow.InitialOccupied, InitialWaiting: single.Flow.InitialWaiting,
			Arrived: single.Flow.Arrived, Left: single.Flow.Left, Present: single.Flow.Present, Waiting: single.Flow.Waiting,
		}
		if diff := cmp.Diff(want, out.Flow); diff != "" {
			t.Fatalf("flow (-single +pathway):\n%s", diff)
		}
	})
}

// Two stages of one place and no queue between, all stays of 2 and 3 days: the second person of the first
// stage is ready on day 4 and holds the place until the second stage is free on day 5.
func TestBlockingByHand(t *testing.T) {
	out := run(t, pathway.Input{
		Days: 12, Replications: 2,
		Stages: []pathway.Stage{
			{Name: "hospital", Places: 1, InitialWaiting: 3, Stay: fixed(2), Next: []pathway.Transfer{{To: "home first", Probability: 1}}},
			{Name: "home first", Places: 1, Stay: fixed(3)},
		},
	})
	// Hospital: 0-2, then 2-4 and blocked 4-5, then 5-7 and blocked 7-8. Home First: 2-5, 5-8, 8-11.
	hospital, homeFirst := out.Stages[0], out.Stages[1]
	got := []float64{
		hospital.OccupiedDays, hospital.BlockedDays, hospital.WaitingDays,
		homeFirst.OccupiedDays, homeFirst.BlockedDays, homeFirst.WaitingDays, homeFirst.ThroughputPerDay,
	}
	if diff := cmp.Diff([]float64{8, 2, 2 + 5, 9, 0, 0, 3.0 / 12}, got); diff != "" {
		t.Errorf("occupied, blocked and waiting days of both (-want +got):\n%s", diff)
	}
	// All three were there at the start, for who knows how long.
	if out.Completed != 0 {
		t.Errorf("the times of %d people are known: %+v", out.Completed, out.TimeInSystem)
	}
	var blocked []float64
	for _, day := range hospital.Days {
		blocked = append(blocked, day.Blocked.Mean)
	}
	if diff := cmp.Diff([]float64{0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0}, blocked); diff != "" {
		t.Errorf("blocked at the end of each day (-want +got):\n%s", diff)
	}
}

// One person there from the start for 10 days fills home first; of the two who come ready to it from the
// hospital, one may wait in its queue, the other blocks the hospital.
func TestQueueForTransfersByHand(t *testing.T) {
	out := run(t, pathway.Input{
		Days: 20, Replications: 1,
		Stages: []pathway.Stage{
			{Name: "hospital", Places: 1, InitialWaiting: 2, Stay: fixed(2), Next: []pathway.Transfer{{To: "home first", Probability: 1}}},
			{
				Name: "home first", Places: 1, QueueLimit: new(1), TransfersQueue: true, InitialWaiting: 1,
				Stay: fixed(10),
			},
		},
	})
	// Home First is held 0-10, 10-20, and on. The first waits in its queue 2-10, the second is ready on
	// day 4, blocks the hospital until the queue has room on day 10, and waits there until day 20.
	got := []float64{out.Stages[0].BlockedDays, out.Stages[1].WaitingDays, out.Stages[1].OccupiedDays}
	if diff := cmp.Diff([]float64{6, 8 + 10, 20}, got); diff != "" {
		t.Errorf("blocked, waiting, occupied days (-want +got):\n%s", diff)
	}
}

// Two stages of one place that pass to each other block each other in each round: stays of 2 and 3 days,
// so a swap at days 3, 6, 9 ..., as long as nobody leaves, which nine in ten do not. Expected in 7 days:
// 0.9 + 0.81.
func TestDeadlockIsResolvedBySwapping(t *testing.T) {
	const replications = 4000
	out := run(t, pathway.Input{
		Days: 7, Replications: replications, Seed: 1,
		Stages: []pathway.Stage{
			{Name: "ward", Places: 1, InitialWaiting: 1, Stay: fixed(2), Next: []pathway.Transfer{{To: "unit", Probability: 1}}},
			{Name: "unit", Places: 1, InitialWaiting: 1, Stay: fixed(3), Next: []pathway.Transfer{{To: "ward", Probability: 0.9}}},
		},
	})
	// The number of swaps is 0, 1 or 2 with the shares 0.1, 0.09 and 0.81: variance 3.33 - 1.71².
	want, tolerance := 1.71, 4*math.Sqrt((3.33-1.71*1.71)/replications)
	if got := float64(out.Swaps) / replications; math.Abs(got-want) > tolerance {
		t.Errorf("%.3f swaps in each replication, want %.3f within %.3f", got, want, tolerance)
	}
}

// Three stages in a circle, each with one place, stays of 1, 2 and 3 days: on day 3 all three are ready
// for the next, and move at once.
func TestSwapRoundThreeStages(t *testing.T) {
	stage := func(name, next string, days float64) pathway.Stage {
		return pathway.Stage{
			Name: name, Places: 1, InitialWaiting: 1, Stay: fixed(days),
			Next: []pathway.Transfer{{To: next, Probability: 0.999}},
		}
	}
	out := run(t, pathway.Input{
		Days: 5, Replications: 1, Seed: 1,
		Stages: []pathway.Stage{stage("a", "b", 1), stage("b", "c", 2), stage("c", "a", 3)},
	})
	got := []float64{out.Stages[0].BlockedDays, out.Stages[1].BlockedDays, out.Stages[2].BlockedDays}
	// Blocked 1-3 and 4-5; 2-3 and from 5; never within the first five days.
	if diff := cmp.Diff([]float64{3, 1, 0}, got); diff != "" || out.Swaps != 1 {
		t.Errorf("%d swaps, want 1; blocked days (-want +got):\n%s", out.Swaps, diff)
	}
}

// More people than places can hide a deadlock until the last who is not blocked leaves. Ward: 1 place, 2
// people; unit: 1 place, 1 person who goes to the ward.
func TestDeadlockBehindTooManyPeople(t *testing.T) {
	out := run(t, pathway.Input{
		Days: 400, Replications: 200, Seed: 1,
		Stages: []pathway.Stage{
			{Name: "ward", Places: 1, InitialOccupied: 2, Stay: fixed(3), Next: []pathway.Transfer{{To: "unit", Probability: 0.5}}},
			{Name: "unit", Places: 1, InitialOccupied: 1, Stay: fixed(3), Next: []pathway.Transfer{{To: "ward", Probability: 0.9}}},
		},
	})
	if out.Flow.Present != 0 || out.Swaps == 0 {
		t.Errorf("%d swaps, %d people still there after 400 days", out.Swaps, out.Flow.Present)
	}
}

func TestFullQueueTurnsPeopleAway(t *testing.T) {
	in := pathway.Input{
		Days: 100, Replications: 50, Seed: 1,
		Stages: []pathway.Stage{{
			Name: "community bed", Places: 3, QueueLimit: new(0), ArrivalsPerDay: []float64{2}, Stay: exponential(1),
		}},
	}
	out := run(t, in)
	// Erlang B for 3 places and a load of 2 is 4/19; after a start with empty places a little less.
	f := out.Stages[0].Flow
	if share := float64(f.TurnedAway) / float64(f.Arrived); math.Abs(share-4.0/19) > 0.015 {
		t.Errorf("%.4f turned away, want 4/19 = %.4f", share, 4.0/19)
	}
	in.Stages[0].QueueLimit = nil
	if f := run(t, in).Stages[0].Flow; f.TurnedAway != 0 {
		t.Errorf("%d turned away without a limit", f.TurnedAway)
	}
}

func TestRunStopsWhenTheCallerGoesAway(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := pathway.Run(ctx, gloucestershire(100, 10)); !errors.Is(err, context.Canceled) {
		t.Errorf("Run under a cancelled context: %v", err)
	}
}

func TestNothingIsAllocatedPerEvent(t *testing.T) {
	in := gloucestershire(125, 7.5)
	in.Days, in.Workers = 50, 1
	allocations := func(replications int) float64 {
		in.Replications = replications
		return testing.AllocsPerRun(1, func() { run(t, in) })
	}
	if few, many := allocations(20), allocations(120); many > few+20 {
		t.Errorf("%v allocations for 20 replications, %v for 120", few, many)
	}
}
