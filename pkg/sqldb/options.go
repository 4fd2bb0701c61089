package sqldb

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Options says which store to open and how. Service and URL are required.
type Options struct {
	// Service names the schema on PostgreSQL and the file on SQLite: lower-case
	// letters, digits and underscores, a letter first, at most 63.
	Service string
	// URL is "sqlite:DIR", for the file DIR/<service>.db, or "postgres://…" with
	// any parameter PostgreSQL itself knows (statement_timeout, lock_timeout, …).
	URL string
	// Migrations holds goose's NNNNN_name.sql files at its root.
	Migrations fs.FS
	// MaxConns bounds the connections: the whole pool on PostgreSQL (default 8),
	// the readers beside the one writer on SQLite (default 4).
	MaxConns int
	// StartTimeout bounds how long Open waits for a store that is away
	// (default 15 s).
	StartTimeout time.Duration
	// Logger is told of retries and migrations; nil keeps silent.
	Logger *slog.Logger
	// Tracer and Meter observe every call; nil means otel's global providers.
	Tracer trace.TracerProvider
	Meter  metric.MeterProvider
}

const (
	defaultPostgresConns = 8
	defaultSQLiteReaders = 4
	defaultStartTimeout  = 15 * time.Second
)

var serviceName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// complete checks o and fills in what was left out.
func (o Options) complete() (Options, Engine, error) {
	if !serviceName.MatchString(o.Service) {
		return o, 0, fmt.Errorf("store: service %q is not a lower-case name of letters, digits and underscores", o.Service)
	}
	if o.MaxConns < 0 {
		return o, 0, fmt.Errorf("store: %d connections is less than none", o.MaxConns)
	}
	engine, err := engineOf(o.URL)
	if err != nil {
		return o, 0, err
	}
	conns := defaultPostgresConns
	if engine == SQLite {
		conns = defaultSQLiteReaders
	}
	o.MaxConns = cmp.Or(o.MaxConns, conns)
	o.StartTimeout = cmp.Or(o.StartTimeout, defaultStartTimeout)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Tracer == nil {
		o.Tracer = otel.GetTracerProvider()
	}
	if o.Meter == nil {
		o.Meter = otel.GetMeterProvider()
	}
	return o, engine, nil
}

// CheckURL says whether a URL is that of a store.
func CheckURL(url string) error {
	_, err := engineOf(url)
	return err
}

// engineOf tells the engine from the URL's scheme. Its errors never repeat the
// URL, which may hold a password.
func engineOf(url string) (Engine, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch {
	case scheme == "sqlite" && rest != "":
		return SQLite, nil
	case scheme == "postgres", scheme == "postgresql":
		return PostgreSQL, nil
	default:
		return 0, errors.New(`store: the URL must be "sqlite:DIR" or "postgres://…"`)
	}
}
