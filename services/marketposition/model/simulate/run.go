package simulate

import (
	"context"
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
)

// Run simulates the input. The same input gives the same output to the byte, whatever the workers. It
// returns the faults of [Input.Validate], or the context's error within a few milliseconds of its end.
func Run(ctx context.Context, in Input) (Output, error) {
	p, err := in.plan()
	if err != nil {
		return Output{}, err
	}
	total, err := p.replicate(ctx)
	if err != nil {
		return Output{}, fmt.Errorf("simulate %d days %d times: %w", in.Days, in.Replications, err)
	}
	out := Output{Days: make([]Day, in.Days), Waits: total.waitsOf(), Flow: total.flow, Notes: p.notes(total.flow)}
	rooms := make([][]int32, replicate.Workers(in.Workers, in.Days))
	for worker := range rooms {
		rooms[worker] = make([]int32, in.Replications)
	}
	err = replicate.Each(ctx, len(rooms), in.Days, func(_ context.Context, worker, day int) error {
		out.Days[day] = total.day(day, rooms[worker])
		return nil
	})
	if err != nil {
		return Output{}, fmt.Errorf("sum up %d days: %w", in.Days, err)
	}
	out.Cost = replicate.Summarise(total.costs)
	return out, nil
}

// replicate plays all replications and returns what they add up to.
func (p *plan) replicate(ctx context.Context) (*tally, error) {
	shared := newShared(p)
	services := make([]*service, replicate.Workers(p.Workers, p.Replications))
	for i := range services {
		services[i] = newService(p, newTally(shared))
	}
	err := replicate.Each(ctx, len(services), p.Replications, func(ctx context.Context, worker, replication int) error {
		return services[worker].run(ctx, replication)
	})
	if err != nil {
		return nil, err
	}
	total := services[0].tally
	for _, s := range services[1:] {
		total.add(s.tally)
	}
	return total, nil
}
