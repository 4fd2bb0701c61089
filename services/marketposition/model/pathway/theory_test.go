package pathway_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/pathway"
	"github.com/caremarket/caremarket/services/marketposition/model/queueing"
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
)

// steady measures each day after the warm ones, by batches of independent seeds.
func steady(t *testing.T, in pathway.Input, warm int, measure func([]pathway.StageOutput, int) float64) replicate.Distribution {
	t.Helper()
	var samples []float64
	for batch := range uint64(30) {
		in.Seed = batch
		out := run(t, in)
		sum := 0.0
		for day := warm; day < in.Days; day++ {
			sum += measure(out.Stages, day)
		}
		samples = append(samples, sum/float64(in.Days-warm))
	}
	return replicate.Summarise(samples)
}

func expect(t *testing.T, name string, got replicate.Distribution, want float64) {
	t.Helper()
	if off := (got.Mean - want) / got.StandardError; math.Abs(off) > 3 {
		t.Errorf("%s: %.5f, want %.5f: %.1f standard errors off", name, got.Mean, want, off)
	}
}

// working is the share of a stage's one place that is in use by somebody whose stay is not over, which is
// its throughput when the mean stay is a day.
func working(stages []pathway.StageOutput, stage, day int) float64 {
	d := stages[stage].Days[day]
	return d.OccupiedDays - d.BlockedDays
}

// Stages of one place one behind the other, no room between, equal exponential stays, and always somebody
// waiting for the first: the throughput is 2/3, 22/39 and 4024/7817 of what one stage alone would do, for
// 2, 3 and 4 stages (Hunt 1956, "Sequential arrays of waiting lines", Operations Research 4, gives the
// first two; all three from the balance equations of the blocked and working states).
func TestTandemWithBlockingMeetsHunt(t *testing.T) {
	for stages, want := range map[int]float64{2: 2.0 / 3, 3: 22.0 / 39, 4: 4024.0 / 7817} {
		t.Run(fmt.Sprintf("%d stages", stages), func(t *testing.T) {
			in := pathway.Input{Days: 220, Replications: 5}
			for i := range stages {
				stage := pathway.Stage{Name: stageNames[i], Places: 1, Stay: exponential(1)}
				if i == 0 {
					stage.InitialWaiting = 300
				}
				if i+1 < stages {
					stage.Next = []pathway.Transfer{{To: stageNames[i+1], Probability: 1}}
				}
				in.Stages = append(in.Stages, stage)
			}
			for _, stage := range []int{0, stages - 1} {
				got := steady(t, in, 20, func(out []pathway.StageOutput, day int) float64 { return working(out, stage, day) })
				expect(t, fmt.Sprintf("throughput of stage %d", stage+1), got, want)
			}
		})
	}
}

// With room for q between two such stages, the number at the second stage (with whoever is blocked at the
// first) goes up and down with equal rates between 0 and q+2: its place works in q+2 of q+3 states.
func TestTandemWithAQueueBetween(t *testing.T) {
	for _, q := range []int{0, 1, 3} {
		in := pathway.Input{Days: 220, Replications: 5, Stages: []pathway.Stage{
			{Name: "first", Places: 1, InitialWaiting: 300, Stay: exponential(1), Next: []pathway.Transfer{{To: "second", Probability: 1}}},
			{Name: "second", Places: 1, QueueLimit: new(q), TransfersQueue: true, Stay: exponential(1)},
		}}
		got := steady(t, in, 20, func(out []pathway.StageOutput, day int) float64 { return working(out, 1, day) })
		expect(t, fmt.Sprintf("throughput with room for %d", q), got, float64(q+2)/float64(q+3))
	}
}

// With queues that take everybody, two stages of exponential stays one behind the other are two queues
// M/M/n on their own (Burke 1956, "The output of a queuing system").
func TestQueuesWithoutLimitMeetErlangC(t *testing.T) {
	in := pathway.Input{Days: 160, Replications: 10, Stages: []pathway.Stage{
		{
			Name: "home first", Places: 4, ArrivalsPerDay: []float64{3}, Stay: exponential(1),
			Next: []pathway.Transfer{{To: "reablement", Probability: 1}},
		},
		{Name: "reablement", Places: 8, TransfersQueue: true, Stay: exponential(2)},
	}}
	for i, stage := range in.Stages {
		want, err := queueing.Run(context.Background(), queueing.Input{
			ArrivalsPerDay: assume.Exactly(3), MeanStayDays: assume.Exactly(stage.Stay.MeanDays),
			Places: assume.Exactly(float64(stage.Places)),
		})
		if err != nil {
			t.Fatal(err)
		}
		got := steady(t, in, 60, func(out []pathway.StageOutput, day int) float64 { return out[i].Days[day].WaitingDays })
		expect(t, "queue of "+stage.Name, got, want.Central.Queue.MeanLength)
	}
}

// Without limits the mean number in each stage meets arrivals × stay of the traffic equations, whatever
// the shapes of the stays (each stage is M/G/infinity).
func TestUncappedPathwayMeetsItsTrafficEquations(t *testing.T) {
	in := pathway.Input{Days: 150, Replications: 10, Stages: []pathway.Stage{
		{
			Name: "acute", Unlimited: true, ArrivalsPerDay: []float64{6}, Stay: exponential(4),
			Next: []pathway.Transfer{{To: "home first", Probability: 0.5}, {To: "community bed", Probability: 0.2}},
		},
		{
			Name: "home first", Unlimited: true, ArrivalsPerDay: []float64{2}, Stay: fixed(3.3),
			Next: []pathway.Transfer{{To: "reablement", Probability: 0.5}, {To: "acute", Probability: 0.1}},
		},
		{Name: "community bed", Unlimited: true, Stay: exponential(9), Next: []pathway.Transfer{{To: "home first", Probability: 0.6}}},
		{
			Name: "reablement", Unlimited: true, Stay: exponential(6),
			Next: []pathway.Transfer{{To: "reablement", Probability: 0.1}, {To: "acute", Probability: 0.05}},
		},
	}}
	loads, err := pathway.Traffic(in)
	if err != nil {
		t.Fatal(err)
	}
	for i, load := range loads {
		got := steady(t, in, 90, func(out []pathway.StageOutput, day int) float64 { return out[i].Days[day].OccupiedDays })
		expect(t, "present in "+load.Stage, got, load.OfferedLoad)
	}
	out := run(t, in)
	if out.Flow.Waiting != 0 || out.Stages[0].BlockedDays != 0 {
		t.Errorf("somebody waits without limits: %+v", out.Flow)
	}
}

// What the traffic equations say, put back into them: what comes to a stage is what comes from outside
// and the shares of what comes to the others.
func TestTrafficSolvesItsEquations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput.Draw(t, "input")
		loads, err := pathway.Traffic(in)
		if err != nil {
			t.Fatal(err)
		}
		for i, load := range loads {
			want := in.Stages[i].ArrivalsPerDay[0]
			for j, from := range in.Stages {
				for _, next := range from.Next {
					if next.To == load.Stage {
						want += next.Probability * loads[j].ArrivalsPerDay
					}
				}
			}
			if math.Abs(load.ArrivalsPerDay-want) > 1e-9*(1+want) {
				t.Fatalf("stage %q: %v a day, the equations give %v", load.Stage, load.ArrivalsPerDay, want)
			}
		}
	})
}
