package intermediatecare

import (
	"cmp"
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/caremarket/caremarket/pkg/errs"
)

// lanes are the processors that simulations may keep busy. A simulation takes all that are
// free, and at least one.
type lanes struct {
	free    *semaphore.Weighted
	size    int
	waiting atomic.Int64
	longest int64
}

const (
	defaultMaxWaiting = 32
	// busyRetryAfter is the hint to who finds as many waiting as may: the longest
	// simulation takes a few seconds.
	busyRetryAfter = 2 * time.Second
)

func newLanes(workers, maxWaiting int) *lanes {
	if workers <= 0 {
		workers = max(1, runtime.GOMAXPROCS(0)-1)
	}
	return &lanes{
		free: semaphore.NewWeighted(int64(workers)), size: workers,
		longest: int64(cmp.Or(maxWaiting, defaultMaxWaiting)),
	}
}

// enter waits for a lane until the end of ctx, and says how many it got. Its error is that
// of ctx, or RESOURCE_EXHAUSTED when too many wait already.
func (l *lanes) enter(ctx context.Context) (workers int, leave func(), err error) {
	if !l.free.TryAcquire(1) {
		if err := l.wait(ctx); err != nil {
			return 0, nil, err
		}
	}
	workers = 1
	for workers < l.size && l.free.TryAcquire(1) {
		workers++
	}
	return workers, func() { l.free.Release(int64(workers)) }, nil
}

func (l *lanes) wait(ctx context.Context) error {
	defer l.waiting.Add(-1)
	if l.waiting.Add(1) > l.longest {
		return errs.ResourceExhausted("SIMULATIONS_BUSY",
			"as many simulations wait as this server lets wait: try again shortly", busyRetryAfter)
	}
	return l.free.Acquire(ctx, 1)
}

// inLanes runs a simulation in as many lanes as it gets.
func inLanes[Output any](ctx context.Context, l *lanes, run func(workers int) (Output, error)) (out Output, err error) {
	workers, leave, err := l.enter(ctx)
	if err != nil {
		return out, err
	}
	defer leave()
	return run(workers)
}
