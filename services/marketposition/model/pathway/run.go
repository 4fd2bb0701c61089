package pathway

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
		return Output{}, fmt.Errorf("simulate %d days of %d stages %d times: %w",
			in.Days, len(in.Stages), in.Replications, err)
	}
	out := Output{
		Stages: make([]StageOutput, len(in.Stages)), Flow: total.flow(), Swaps: total.swaps,
		TimeInSystem: total.times.Summarise(), Completed: total.times.Count(),
	}
	for i := range out.Stages {
		out.Stages[i] = total.stage(i)
	}
	days := len(in.Stages) * in.Days
	rooms := make([][]int32, replicate.Workers(in.Workers, days))
	for worker := range rooms {
		rooms[worker] = make([]int32, in.Replications)
	}
	err = replicate.Each(ctx, len(rooms), days, func(_ context.Context, worker, task int) error {
		stage, day := task/in.Days, task%in.Days
		out.Stages[stage].Days[day] = total.day(stage, day, rooms[worker])
		return nil
	})
	if err != nil {
		return Output{}, fmt.Errorf("sum up %d days of %d stages: %w", in.Days, len(in.Stages), err)
	}
	return out, nil
}

// replicate plays all replications and returns what they add up to.
func (p *plan) replicate(ctx context.Context) (*tally, error) {
	shared := newShared(p)
	networks := make([]*network, replicate.Workers(p.Workers, p.Replications))
	for i := range networks {
		networks[i] = newNetwork(p, newTally(shared))
	}
	err := replicate.Each(ctx, len(networks), p.Replications, func(ctx context.Context, worker, replication int) error {
		return networks[worker].run(ctx, replication)
	})
	if err != nil {
		return nil, err
	}
	total := networks[0].tally
	for _, n := range networks[1:] {
		total.add(n.tally)
	}
	return total, nil
}
