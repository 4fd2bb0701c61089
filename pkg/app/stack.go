package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// closeTimeout bounds each closer of a Stack.
const closeTimeout = 5 * time.Second

// Stack closes what was opened, last first. The zero value is ready. It is safe for concurrent use.
type Stack struct {
	mu      sync.Mutex
	closers []closer
}

type closer struct {
	name  string
	close func(context.Context) error
}

// Push adds something to be closed, under the name that its errors will have.
func (s *Stack) Push(name string, shut func(context.Context) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closers = append(s.closers, closer{name, shut})
}

// PushCloser adds something whose Close takes no context, such as an io.Closer's.
func (s *Stack) PushCloser(name string, shut func() error) {
	s.Push(name, func(context.Context) error { return shut() })
}

// Close closes everything, last pushed first, each within a few seconds and within ctx. One that fails
// or does not return keeps none of the others from being closed; the error names all of them. A
// second call closes only what was pushed since.
func (s *Stack) Close(ctx context.Context) error {
	s.mu.Lock()
	closers := s.closers
	s.closers = nil
	s.mu.Unlock()

	var faults []error
	for _, closer := range slices.Backward(closers) {
		if err := closer.run(ctx); err != nil {
			faults = append(faults, fmt.Errorf("close %s: %w", closer.name, err))
		}
	}
	return errors.Join(faults...)
}

func (c closer) run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeTimeout)
	defer cancel()
	return within(ctx, lastMoment, c.close)
}

// lastMoment is how long something may still take to return once its time is up.
const lastMoment = 500 * time.Millisecond

// within runs work and returns its error; if work has not returned a moment after ctx ended, it is left
// behind and the error says so.
func within(ctx context.Context, moment time.Duration, work func(context.Context) error) error {
	done := make(chan error, 1)
	go func() { done <- work(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	timer := time.NewTimer(moment)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return fmt.Errorf("did not end in time: %w", context.Cause(ctx))
	}
}
