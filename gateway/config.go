package gateway

import (
	"cmp"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/revision"
)

// Config is what a gateway is made of. Only Conn must be set; every other zero value
// stands for the default named beside it.
type Config struct {
	// Conn gives the connection to a service by its name, such as "carehomes". Where its
	// error says that there is none, the paths of that service answer 503.
	Conn func(service string) (grpc.ClientConnInterface, error)
	// Trackers follow the services' revisions, by the services' names. What rests on a
	// service without one is asked for each time. Default: nothing is kept.
	Trackers map[string]*revision.Tracker
	// Atlas says which districts make up an authority. Default: answers about authorities
	// are asked for each time.
	Atlas *geo.Atlas
	// Audience is whom all requests are made for, until callers say who they are. Default:
	// the public.
	Audience audience.Audience

	// Logger gets one line a request. Default: slog.Default().
	Logger *slog.Logger
	// Tracers, Meters and Propagator observe every request. Default: otel's globals.
	Tracers    trace.TracerProvider
	Meters     metric.MeterProvider
	Propagator propagation.TextMapPropagator

	// Deadline bounds a request, and six of it a batch. Default: 10 s.
	Deadline time.Duration
	// MaxInFlight bounds the requests at work at once. Default: 512.
	MaxInFlight int
	// MaxStreams bounds the watches open at once. Default: 256.
	MaxStreams int
	// KeptBytes is about how much memory kept answers may take. Default: 32 MiB.
	KeptBytes uint64
	// Now is the time. Default: time.Now.
	Now func() time.Time
}

const (
	defaultDeadline    = 10 * time.Second
	defaultMaxInFlight = 512
	defaultMaxStreams  = 256
	defaultKeptBytes   = 32 << 20

	// batchDeadlines is how many deadlines a batch is given: grpcserver lets no call take
	// longer than a minute.
	batchDeadlines = 6
)

func (c Config) complete() Config {
	c.Logger = cmp.Or(c.Logger, slog.Default())
	c.Audience = audience.Least(c.Audience, audience.System)
	c.Deadline = cmp.Or(c.Deadline, defaultDeadline)
	c.MaxInFlight = cmp.Or(c.MaxInFlight, defaultMaxInFlight)
	c.MaxStreams = cmp.Or(c.MaxStreams, defaultMaxStreams)
	c.KeptBytes = cmp.Or(c.KeptBytes, defaultKeptBytes)
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
