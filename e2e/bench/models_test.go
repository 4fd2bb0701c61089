package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/caremarket/caremarket/services/marketposition/model/failure"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/scenario"
	"github.com/caremarket/caremarket/services/marketposition/model/simulate"
)

// models measures the models of the market alone, on one worker, beside the time they may
// take; and two workers beside one.
func models(b *testing.B) []row {
	b.Helper()
	ctx := b.Context()
	service, county := halfYear(), sixDistricts()
	small, large := failing(12, 150, 500), failing(125, 5000, 5000)
	england := shortOfCare()
	simulation := func(workers int) func() error {
		return func() error {
			service.Workers = workers
			_, err := simulate.Run(ctx, service)
			return err
		}
	}
	years := func(workers int) func() error {
		return func() error {
			_, err := scenario.Run(ctx, county, workers)
			return err
		}
	}
	return []row{
		within(b, "181 days of 72 places, 400 times", "simulation", 50*time.Millisecond, 20, simulation(1)),
		eventAllocations(b, service),
		within(b, "interaction in England's 296 districts", "interaction", 50*time.Millisecond, 20, func() error {
			for range 296 {
				if _, err := interaction.Assess(england); err != nil {
					return err
				}
			}
			return nil
		}),
		within(b, "failure plan, 500 people over 150 homes", "failure-small", 20*time.Millisecond, 20, planned(ctx, small)),
		within(b, "failure plan, 5,000 people over 5,000 homes", "failure-large", 5*time.Second, 3, planned(ctx, large)),
		within(b, "20 years of six districts, 1,000 draws", "scenario", time.Second, 5, years(1)),
		twoWorkers(b, "simulation: two workers beside one", "simulation-speed-up", 40, simulation(1), simulation(2)),
		twoWorkers(b, "scenario: two workers beside one", "scenario-speed-up", 8, years(1), years(2)),
	}
}

func planned(ctx context.Context, in failure.Input) func() error {
	return func() error {
		made, err := failure.Make(ctx, in)
		if err == nil && made.Placed == 0 {
			return fmt.Errorf("nobody of %d is placed", made.People)
		}
		return err
	}
}

// within compares the processor time of the best of some rounds with the time that there
// is. Whatever else the machine does, one worker takes no longer on a processor of its own.
func within(b *testing.B, what, unit string, limit time.Duration, rounds int, do func() error) row {
	b.Helper()
	took := fastest(b, rounds, processorTime, do)
	return row{
		what: what, ours: milliseconds(took) + " of a processor", beside: milliseconds(limit) + " at most",
		ratio: took.Seconds() / limit.Seconds(), unit: unit + "-of-limit", target: 1, most: true,
	}
}

func twoWorkers(b *testing.B, what, unit string, rounds int, one, two func() error) row {
	b.Helper()
	began := time.Now()
	wall := func(*testing.B) time.Duration { return time.Since(began) }
	alone, both := fastest(b, 1, wall, one), fastest(b, 1, wall, two)
	for range rounds { // in turns, so that a quiet moment serves both
		alone, both = min(alone, fastest(b, 1, wall, one)), min(both, fastest(b, 1, wall, two))
	}
	return row{
		what: what, ours: milliseconds(both), beside: milliseconds(alone),
		ratio: alone.Seconds() / both.Seconds(), unit: unit, target: 1.7,
	}
}

// eventAllocations counts what more replications allocate, over the people who come or go
// in them.
func eventAllocations(b *testing.B, in simulate.Input) row {
	b.Helper()
	in.Workers = 1
	allocations := func(replications int) (allocated float64, events int64) {
		in.Replications = replications
		allocated = testing.AllocsPerRun(3, func() {
			out, err := simulate.Run(b.Context(), in)
			if err != nil {
				b.Fatal(err)
			}
			events = out.Flow.Arrived + out.Flow.Left
		})
		return allocated, events
	}
	few, fewEvents := allocations(400)
	many, manyEvents := allocations(1200)
	return row{
		what: "allocations by 800 replications more", ours: fmt.Sprintf("%.0f", many-few), beside: fmt.Sprintf("%d events", manyEvents-fewEvents),
		ratio: (many - few) / float64(manyEvents-fewEvents), unit: "allocations/event", target: 0.001, most: true,
	}
}

// fastest is the least that a clock moves in one round: what else the machine does can only
// make a round slower.
func fastest(b *testing.B, rounds int, clock func(*testing.B) time.Duration, do func() error) time.Duration {
	b.Helper()
	var best time.Duration
	for range rounds {
		began := clock(b)
		if err := do(); err != nil {
			b.Fatal(err)
		}
		if took := clock(b) - began; best == 0 || took < best {
			best = took
		}
	}
	return best
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.4g ms", d.Seconds()*1000) }
