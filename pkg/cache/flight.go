package cache

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/revision"
)

// busyRetryAfter is what those are told who did not get a turn to load.
const busyRetryAfter = time.Second

// Load works an answer out. Its ctx has the values of the caller that came first, not its end.
type Load func(ctx context.Context) (Loaded, error)

// Loaded is what a Load found.
type Loaded struct {
	// Body is the encoded answer, which the Cache keeps: it must not be changed any more.
	Body []byte
	// Mark is what Body was worked out from, as read together with it: see [revision.Mark.To]. It may be later than the
	// mark asked for; the answer is kept as of what it is.
	Mark revision.Mark
	// NoStore says not to keep the answer, because part of it is missing.
	NoStore bool
}

// flight is one question on its way to an answer.
type flight struct {
	question Question
	at       revision.Mark
	mode     Mode
	load     Load
}

// fly joins the flight of the same question, or starts it, and waits for its end or that of ctx.
func (c *Cache) fly(ctx context.Context, f flight) (Answer, error) {
	c.metrics.misses.Add(1)
	// Who rechecks must not land with a flight that may look in Redis.
	key := string(appendKey([]byte{'0' + byte(f.mode&Recheck)}, f.question, f.at))
	landed := c.flights.DoChan(key, func() (any, error) {
		flying, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.loadTimeout)
		defer cancel()
		return c.fetch(flying, f)
	})
	select {
	case result := <-landed:
		if result.Err != nil {
			return c.stale(f, result.Err)
		}
		answer, _ := result.Val.(Answer)
		return answer, nil
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
}

// fetch is the flight itself.
func (c *Cache) fetch(ctx context.Context, f flight) (Answer, error) {
	if f.mode&Recheck == 0 {
		if e, ok := c.lookup(f.question, f.at); ok { // another flight has just landed
			c.metrics.local.Add(1)
			return e.answer(Local), nil
		}
		if e, ok := c.shared.get(ctx, f.question, f.at); ok {
			c.metrics.shared.Add(1)
			c.keep(f.question, e)
			return e.answer(Shared), nil
		}
	}
	if err := c.slots.Acquire(ctx, 1); err != nil {
		return Answer{}, errs.ResourceExhausted("BUSY", "too many answers are being worked out", busyRetryAfter).Because(err)
	}
	defer c.slots.Release(1)
	start := time.Now()
	loaded, err := run(ctx, f.load)
	c.metrics.loaded(ctx, time.Since(start), err)
	if err != nil {
		return Answer{}, err
	}
	e := &entry{body: loaded.Body, mark: loaded.Mark, loadedAt: start}
	if !loaded.NoStore {
		c.keep(f.question, e)
		c.shared.put(f.question, e)
	}
	return e.answer(Fresh), nil
}

// run runs load and turns a panic, which in a flight's goroutine would end the process, into an error.
func run(ctx context.Context, load Load) (loaded Loaded, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = errs.Internal("PANIC", fmt.Errorf("panic while working out an answer: %v\n%s", panicked, debug.Stack()))
		}
	}()
	return load(ctx)
}

// stale answers with what was kept, if the flight's mode and the error allow it.
func (c *Cache) stale(f flight, err error) (Answer, error) {
	if f.mode&AllowStale == 0 || !passes(err) {
		return Answer{}, err
	}
	e, ok := c.local.GetIfPresent(f.question)
	if !ok {
		return Answer{}, err
	}
	c.metrics.stale.Add(1)
	return e.answer(Stale), nil
}

// passes reports whether an error says that something is away for now.
func passes(err error) bool {
	switch errs.Code(err) {
	case codes.Unavailable, codes.ResourceExhausted, codes.DeadlineExceeded:
		return true
	default:
		return false
	}
}
