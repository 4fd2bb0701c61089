package grpcserver

import (
	"sync/atomic"
	"time"

	"github.com/caremarket/caremarket/pkg/errs"
)

// overloadRetryAfter is the hint given to a call that was turned away: by then most of the calls in
// flight, which take milliseconds, have ended.
const overloadRetryAfter = 500 * time.Millisecond

// bound counts what is at work and turns away what comes above its limit: waiting in a queue would only
// spend the caller's deadline.
type bound struct {
	limit int64
	used  atomic.Int64
	full  error
}

func newBound(limit int, of string) *bound {
	return &bound{
		limit: int64(limit),
		full: errs.ResourceExhausted("OVERLOADED",
			"this server has as many "+of+" at work as it takes: try again shortly", overloadRetryAfter),
	}
}

// enter takes a place, to be given back with leave; its error means that none was free.
func (b *bound) enter() error {
	if b.used.Add(1) > b.limit {
		b.used.Add(-1)
		return b.full
	}
	return nil
}

func (b *bound) leave() { b.used.Add(-1) }

func (b *bound) inUse() int64 { return b.used.Load() }
