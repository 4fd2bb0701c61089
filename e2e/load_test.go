package e2e_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// load is callers that ask over and over until they are told to stop.
type load struct {
	ctx     context.Context
	cancel  context.CancelFunc
	callers sync.WaitGroup
	counts  []*atomic.Int64 // of each caller

	mu     sync.Mutex
	faults []error
}

// newLoad returns a load that ends with the test at the latest.
func newLoad(t *testing.T) *load {
	l := &load{}
	l.ctx, l.cancel = context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(func() { l.stop() })
	return l
}

// add has one more caller ask. A call that is at work when the load stops is finished.
func (l *load) add(ask func(context.Context) error) {
	count := &atomic.Int64{}
	l.counts = append(l.counts, count)
	l.callers.Go(func() {
		for l.ctx.Err() == nil {
			if err := ask(context.WithoutCancel(l.ctx)); err != nil {
				l.mu.Lock()
				l.faults = append(l.faults, err)
				l.mu.Unlock()
			}
			count.Add(1)
		}
	})
}

// said tells how many calls each caller has finished.
func (l *load) said() (each []int64) {
	for _, count := range l.counts {
		each = append(each, count.Load())
	}
	return each
}

// goOn waits until every caller has finished so many more calls.
func (l *load) goOn(t *testing.T, calls int64) {
	t.Helper()
	for i, count := range l.counts {
		until := count.Load() + calls
		eventually(t, fmt.Sprintf("caller %d goes on", i), func() error {
			if n := count.Load(); n < until {
				return fmt.Errorf("%d calls are to come", until-n)
			}
			return nil
		})
	}
}

// stop ends the load and returns how many calls were made and every fault of them.
func (l *load) stop() (int64, []error) {
	l.cancel()
	l.callers.Wait()
	var calls int64
	for _, count := range l.counts {
		calls += count.Load()
	}
	return calls, l.faults
}
