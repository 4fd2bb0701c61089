package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/caremarket/caremarket/e2e/suite"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// faults are what may be away while the suite goes on. They run one after another on six
// processes; the last one leaves them stopped.
func faults() []scenario {
	return []scenario{
		{"Redis refused, frozen, flushed and restarted under load", survivesRedis},
		{"one market killed", survivesMarket},
		{"PostgreSQL stopped", survivesPostgres},
		{"told to stop under load", stopsUnderLoad},
	}
}

// load is work that callers do over and over until they are told to stop.
type load struct {
	cancel  context.CancelFunc
	callers sync.WaitGroup
	calls   atomic.Int64
	mu      sync.Mutex
	faults  []error
}

// start begins work by so many callers.
func (l *load) start(t *testing.T, callers int, work func(ctx context.Context) error) {
	if l.cancel == nil {
		var ctx context.Context
		ctx, l.cancel = context.WithCancel(t.Context())
		t.Cleanup(func() { l.stop() })
		l.run(ctx, callers, work)
	}
}

// run has each caller work until ctx ends. A call that is at work then is finished.
func (l *load) run(ctx context.Context, callers int, work func(ctx context.Context) error) {
	for range callers {
		l.callers.Go(func() {
			for ctx.Err() == nil {
				err := work(context.WithoutCancel(ctx))
				l.calls.Add(1)
				if err != nil {
					l.mu.Lock()
					l.faults = append(l.faults, err)
					l.mu.Unlock()
				}
			}
		})
	}
}

func (l *load) stop() {
	l.cancel()
	l.callers.Wait()
}
