package grpcserver

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"buf.build/go/protovalidate"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/caremarket/caremarket/pkg/audience"
)

// Config says how a server guards itself. Every zero value stands for the default named beside it.
type Config struct {
	// Logger gets one line per failed call. Default: slog.Default().
	Logger *slog.Logger
	// Tracers, Meters and Propagator observe every call of a registered service. Default: otel's globals.
	Tracers    trace.TracerProvider
	Meters     metric.MeterProvider
	Propagator propagation.TextMapPropagator

	// Validator checks requests against the rules in their proto; share one, since each holds compiled
	// rules of its own. Default: a new one.
	Validator protovalidate.Validator

	// Ceiling is the most privileged audience this process serves. Default: public.
	Ceiling audience.Audience

	// DefaultDeadline is given to a unary call that came without one. Default: 10 s.
	DefaultDeadline time.Duration
	// MaxDeadline bounds every unary call, whatever its caller asked for. Default: 60 s.
	MaxDeadline time.Duration

	// MaxInFlight bounds the unary calls at work at once. Default: 512.
	MaxInFlight int
	// MaxStreams bounds the streams open at once. Default: 1024.
	MaxStreams int
	// MaxStreamsPerConn bounds the calls open at once on one connection. Default: 1024.
	MaxStreamsPerConn uint32
	// MaxReceiveBytes bounds one request message. Default: 4 MiB.
	MaxReceiveBytes int
	// ConnectionAge is about how long a connection takes new calls; its client then makes another, which may
	// lead to another server. Calls and streams that are at work finish where they are. Default: for ever.
	ConnectionAge time.Duration

	// DrainGrace is how long a draining server goes on serving as NOT_SERVING, so that callers and load
	// balancers learn of it before connections close. Default: 0.
	DrainGrace time.Duration
	// StopGrace is how long a hard stop waits for handlers to notice that their context ended. Default: 1 s.
	StopGrace time.Duration
}

const (
	defaultDeadline        = 10 * time.Second
	defaultMaxDeadline     = time.Minute
	defaultMaxInFlight     = 512
	defaultMaxStreams      = 1024
	defaultMaxReceiveBytes = 4 << 20
	defaultStopGrace       = time.Second
)

// complete returns c with its defaults filled in, or every fault it has.
func (c Config) complete() (Config, error) {
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	var faults []error
	if c.Validator == nil {
		validator, err := protovalidate.New()
		faults = append(faults, err)
		c.Validator = validator
	}
	c.Ceiling = audience.Least(c.Ceiling, audience.System)
	faults = append(faults,
		fill(&c.DefaultDeadline, defaultDeadline, "default deadline"),
		fill(&c.MaxDeadline, defaultMaxDeadline, "max deadline"),
		fill(&c.MaxInFlight, defaultMaxInFlight, "max in flight"),
		fill(&c.MaxStreams, defaultMaxStreams, "max streams"),
		fill(&c.MaxStreamsPerConn, defaultMaxStreams, "max streams per connection"),
		fill(&c.MaxReceiveBytes, defaultMaxReceiveBytes, "max receive bytes"),
		fill(&c.StopGrace, defaultStopGrace, "stop grace"),
	)
	for name, wait := range map[string]time.Duration{"drain grace": c.DrainGrace, "connection age": c.ConnectionAge} {
		if wait < 0 {
			faults = append(faults, fmt.Errorf("%s is %s: it cannot be negative", name, wait))
		}
	}
	if c.DefaultDeadline > c.MaxDeadline {
		faults = append(faults, fmt.Errorf("default deadline %s is longer than the longest allowed, %s",
			c.DefaultDeadline, c.MaxDeadline))
	}
	return c, errors.Join(faults...)
}

// fill sets a zero value to its default and refuses a negative one.
func fill[T int | uint32 | time.Duration](value *T, byDefault T, name string) error {
	switch {
	case *value == 0:
		*value = byDefault
	case *value < 0:
		return fmt.Errorf("%s is %v: it cannot be negative", name, *value)
	}
	return nil
}
