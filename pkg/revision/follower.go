package revision

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel/metric"
)

// DefaultInterval is how often a Follower asks the store.
const DefaultInterval = time.Second

const (
	// leastRest is the time between two polls however much they are wanted.
	leastRest = 20 * time.Millisecond
	// slowest is how many intervals lie between two polls of a store that keeps failing.
	slowest = 3
)

// Source is a service's store as a Follower sees it.
type Source interface {
	// Revisions returns the service's newest commit and, of the districts that were touched after commit after, the
	// newest commit of each; one query that sees all that was committed before it began, so not one of a replica.
	Revisions(ctx context.Context, after int64) (global int64, changed map[string]int64, err error)
}

// FollowerConfig says what a Follower follows.
type FollowerConfig struct {
	Tracker *Tracker
	Source  Source
	// Interval between two polls; [DefaultInterval] if zero. The Tracker's maximal age should be several of them.
	Interval time.Duration
	// Redis carries commits between processes at once; nil without it. Namespace sets systems that share one
	// Redis apart.
	Redis     redis.UniversalClient
	Namespace string
	// Logger and Meters receive what happens; nil for none.
	Logger *slog.Logger
	Meters metric.MeterProvider
}

// Follower keeps the Tracker of a service whose store is at hand up to date.
type Follower struct {
	tracker  *Tracker
	source   Source
	interval time.Duration
	channel  *channel // nil without Redis
	logger   *slog.Logger
	metrics  *metrics
}

// NewFollower returns a Follower that does nothing before [Follower.Run].
func NewFollower(c FollowerConfig) (*Follower, error) {
	metrics, err := newMetrics(c.Meters, c.Tracker.Service())
	if err != nil {
		return nil, err
	}
	f := &Follower{
		tracker:  c.Tracker,
		source:   c.Source,
		interval: cmp.Or(c.Interval, DefaultInterval),
		logger:   cmp.Or(c.Logger, slog.New(slog.DiscardHandler)).With("service", c.Tracker.Service()),
		metrics:  metrics,
	}
	if c.Redis != nil {
		f.channel = newChannel(c.Redis, c.Namespace, c.Tracker, metrics)
	}
	return f, nil
}

// Committed makes a commit of this process known, here at once and elsewhere soon. It never waits and cannot fail:
// what does not get through is found by the next poll. The rules of [Tracker.Observe] apply.
func (f *Follower) Committed(commit int64, districts []string) {
	f.tracker.Observe(commit, districts)
	if f.channel != nil {
		f.channel.publish(commit, districts)
	}
}

// Run follows until ctx ends. The store and Redis may be away when it starts and at any time later.
func (f *Follower) Run(ctx context.Context) {
	var listening sync.WaitGroup
	if f.channel != nil {
		listening.Go(func() { f.channel.listen(ctx) })
		listening.Go(func() { f.channel.speak(ctx) })
	}
	f.poll(ctx)
	listening.Wait()
}

func (f *Follower) poll(ctx context.Context) {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = f.interval, slowest*f.interval
	failing := false
	for ctx.Err() == nil {
		err := f.Poll(ctx)
		if ctx.Err() != nil {
			return
		}
		switch {
		case err != nil && !failing:
			f.logger.WarnContext(ctx, "cannot follow the store's revisions", "error", err)
		case err == nil && failing:
			f.logger.InfoContext(ctx, "following the store's revisions again")
		}
		if failing = err != nil; failing {
			rest(ctx, pause.NextBackOff(), nil)
			continue
		}
		pause.Reset()
		rest(ctx, f.interval, f.tracker.wanted)
	}
}

// rest returns after d, when ctx ends, or, not before leastRest, when woken.
func rest(ctx context.Context, d time.Duration, woken <-chan struct{}) {
	start := time.NewTimer(min(leastRest, d))
	defer start.Stop()
	select {
	case <-start.C:
	case <-ctx.Done():
		return
	}
	end := time.NewTimer(d - min(leastRest, d))
	defer end.Stop()
	select {
	case <-end.C:
	case <-woken:
	case <-ctx.Done():
	}
}

// Poll asks the store once for what is new and confirms the Tracker. A process calls it before it is ready, so that
// its first reads are not taken for doubtful.
func (f *Follower) Poll(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*f.interval)
	defer cancel()
	err := f.catchUp(ctx)
	f.metrics.polled(ctx, err)
	if err != nil {
		return fmt.Errorf("ask the store of %s for its revisions: %w", f.tracker.Service(), err)
	}
	f.tracker.Confirm()
	return nil
}

func (f *Follower) catchUp(ctx context.Context) error {
	// Before asking: every commit heard of by now is in the store, if the store is still the same.
	heard, after := f.tracker.heard(), f.tracker.Global()
	if !f.tracker.Current() {
		after = 0 // it may have been replaced meanwhile
	}
	global, changed, err := f.source.Revisions(ctx, after)
	if err != nil {
		return err
	}
	if global < heard && after > 0 {
		after = 0
		if global, changed, err = f.source.Revisions(ctx, after); err != nil {
			return err
		}
	}
	if global < heard || after == 0 && f.tracker.contradicted(global, changed) {
		f.logger.WarnContext(ctx, "the store's revisions began again", "was", heard, "is", global)
		f.tracker.restart(global, changed)
		return nil
	}
	f.tracker.CatchUp(after, global, changed)
	return nil
}
