package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// lifecycle takes components from their start to their end.
type lifecycle struct {
	stop  context.CancelFunc // tells the whole process to stop
	log   *slog.Logger
	grace time.Duration
	parts []*part // those that started, in order
}

// part is a component that started.
type part struct {
	Component
	cancel context.CancelFunc // ends the ctx of Run
	done   chan struct{}      // closed when Run returned
	err    error              // of Run; read it after done
}

// run starts the components, waits for ctx to end, and stops what started.
func (l *lifecycle) run(ctx context.Context, components []Component) error {
	err := l.start(ctx, components)
	if err == nil {
		<-ctx.Done()
	}
	return errors.Join(err, l.stopAll(context.WithoutCancel(ctx)))
}

func (l *lifecycle) start(ctx context.Context, components []Component) error {
	for _, component := range components {
		if ctx.Err() != nil {
			return nil //nolint:nilerr // told to stop between two starts: nothing failed
		}
		if component.Start != nil {
			err := component.Start(ctx)
			if toldToStop(ctx, err) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("start %s: %w", component.Name, err)
			}
		}
		l.launch(ctx, component)
		l.log.Debug("started", slog.String("component", component.Name))
	}
	return nil
}

// toldToStop says whether err only tells that ctx was ended.
func toldToStop(ctx context.Context, err error) bool {
	return ctx.Err() != nil && errors.Is(err, context.Canceled)
}

// launch sets a started component to work.
func (l *lifecycle) launch(ctx context.Context, component Component) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	p := &part{Component: component, cancel: cancel, done: make(chan struct{})}
	l.parts = append(l.parts, p)
	if component.Run == nil {
		close(p.done)
		return
	}
	go func() {
		defer close(p.done)
		err := component.Run(ctx)
		if err == nil || toldToStop(ctx, err) {
			return
		}
		p.err = fmt.Errorf("run %s: %w", component.Name, err)
		l.log.Error("component failed", slog.String("component", component.Name), slog.String("error", err.Error()))
		l.stop()
	}()
}

// stopAll ends the started components, last first. Once the grace is spent the rest get a moment each.
func (l *lifecycle) stopAll(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, l.grace)
	defer cancel()
	var faults []error
	for _, p := range slices.Backward(l.parts) {
		if err := within(ctx, lastMoment, p.end); err != nil {
			faults = append(faults, fmt.Errorf("stop %s: %w", p.Name, err))
		}
		p.cancel()
		faults = append(faults, p.failure())
		l.log.Debug("stopped", slog.String("component", p.Name))
	}
	return errors.Join(faults...)
}

// end stops the component and returns when its Run has.
func (p *part) end(ctx context.Context) error {
	var err error
	if p.Stop != nil {
		err = p.Stop(ctx)
	}
	p.cancel()
	<-p.done
	return err
}

// failure is why Run failed; nil if it did not, or has not returned.
func (p *part) failure() error {
	select {
	case <-p.done:
		return p.err
	default:
		return nil
	}
}
