// Package app starts the parts of a process in order, keeps them running, and stops them in reverse:
// at a signal, at the end of its context, or when one of them fails.
package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Component is one part of a process. Its functions may be nil.
type Component struct {
	// Name stands in errors and in the log.
	Name string
	// Start makes the component ready, and returns. The next one starts only then. Its ctx ends when the
	// process is told to stop.
	Start func(ctx context.Context) error
	// Run does the component's work. Returning nil means that the work is done; returning an error stops
	// the process. Its ctx ends when it is this component's turn to stop, after Stop returned.
	Run func(ctx context.Context) error
	// Stop ends the component, letting what it is at finish while ctx lasts.
	Stop func(ctx context.Context) error
}

// Options says how Run behaves. Every zero value stands for the default named beside it.
type Options struct {
	// Logger tells of start and stop. Default: slog.Default().
	Logger *slog.Logger
	// Grace bounds the whole stop. Default: 25 s, within the 30 s that Kubernetes allows.
	Grace time.Duration
	// Signals, where given, stands in for SIGINT and SIGTERM.
	Signals <-chan os.Signal
}

// defaultGrace is under Kubernetes' default terminationGracePeriodSeconds of 30.
const defaultGrace = 25 * time.Second

// ErrForced is returned when a second signal came during the stop: the process should exit at once.
var ErrForced = errors.New("a second signal came: stopped without waiting")

// Run starts the components in order and blocks until ctx ends, SIGINT or SIGTERM arrives, or a
// component fails. Then it stops those that started, in reverse, within Options.Grace; one that will
// not end is left behind and named in the error. A stop that was asked for and went well is nil.
//
// A second signal, during the stop, ends the wait at once with [ErrForced]. Where ctx ended first, the
// first signal after it is not the second: whoever ended ctx may have done so on that very signal.
// After Run returns, signals have their default effect again.
func Run(ctx context.Context, options Options, components ...Component) error {
	options, release := options.complete()
	defer release()
	ctx, stop := context.WithCancel(ctx)
	defer stop()

	life := &lifecycle{stop: stop, log: options.Logger, grace: options.Grace}
	ended := make(chan error, 1)
	go func() { ended <- life.run(ctx, components) }()

	signals := 0
	select {
	case sig := <-options.Signals:
		options.Logger.Info("stopping", slog.String("signal", sig.String()))
		signals++
		stop()
	case <-ctx.Done():
	case err := <-ended:
		return err
	}
	for {
		select {
		case err := <-ended:
			return err
		case <-options.Signals:
			if signals++; signals > 1 {
				return ErrForced
			}
		}
	}
}

func (o Options) complete() (Options, func()) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Grace <= 0 {
		o.Grace = defaultGrace
	}
	if o.Signals != nil {
		return o, func() {}
	}
	received := make(chan os.Signal, 2)
	signal.Notify(received, syscall.SIGINT, syscall.SIGTERM)
	o.Signals = received
	return o, func() { signal.Stop(received) }
}
