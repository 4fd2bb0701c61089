// Package redisconn opens connections to Redis that never hold a caller up: Redis is a help here, not a
// need, so a refused or frozen one must cost a few milliseconds and no more.
package redisconn

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/extra/redisotel/v9"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

const (
	defaultBudget      = 5 * time.Millisecond
	defaultConnections = 8
)

var errAddress = errors.New("redis address: want redis://[user:password@]host[:port][/database], rediss:// or unix:///path, " +
	"with special characters of a password escaped and with no parameters but go-redis's own")

// Config bounds a connection. The zero value is ready to use.
type Config struct {
	// Budget bounds each of dialling, waiting for a free connection, writing and reading; 5 ms if zero. A
	// command's own context bounds all of them together.
	Budget time.Duration
	// Connections is how many may be open at once; 8 if zero.
	Connections int
	// Meters and Tracers receive the client's telemetry; nil for none.
	Meters  metric.MeterProvider
	Tracers trace.TracerProvider
}

// Open prepares a client for redis://[user:password@]host[:port][/database], rediss:// for TLS, or
// unix:///path. It connects when first used, so it succeeds while Redis is away. Timeouts and the pool's
// size that the URL names as parameters (go-redis's own names, such as read_timeout) come before those of c.
//
// The caller closes the client. No error repeats the URL, which may hold a password.
func Open(rawURL string, c Config) (*redis.Client, error) {
	options, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	c.apply(options)
	client := redis.NewClient(options)
	if err := c.instrument(client); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return client, nil
}

// CheckURL says whether Open takes the URL.
func CheckURL(rawURL string) error {
	_, err := parse(rawURL)
	return err
}

func parse(rawURL string) (*redis.Options, error) {
	options, err := redis.ParseURL(rawURL)
	if err != nil {
		return nil, errAddress // whatever the parser says of the URL may be a piece of its password
	}
	return options, nil
}

func (c Config) apply(options *redis.Options) {
	budget := cmp.Or(c.Budget, defaultBudget)
	options.DialTimeout = cmp.Or(options.DialTimeout, budget)
	options.ReadTimeout = cmp.Or(options.ReadTimeout, budget)
	options.WriteTimeout = cmp.Or(options.WriteTimeout, budget)
	options.PoolTimeout = cmp.Or(options.PoolTimeout, budget)
	options.PoolSize = cmp.Or(options.PoolSize, c.Connections, defaultConnections)
	options.MaxActiveConns = cmp.Or(options.MaxActiveConns, options.PoolSize)
	// A retry multiplies the wait, and what it would fetch can be had from the store.
	options.MaxRetries = -1
	options.DialerRetries = 1
	options.ContextTimeoutEnabled = true
	// Without pipelines, push messages and cloud failover hints, one pool and the plain protocol suffice.
	options.Protocol = 2
	options.PipelinePoolSize = -1
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	options.DisableIdentity = true
}

func (c Config) instrument(client *redis.Client) error {
	if c.Meters != nil {
		if err := redisotel.InstrumentMetrics(client, redisotel.WithMeterProvider(c.Meters)); err != nil {
			return fmt.Errorf("redis metrics: %w", err)
		}
	}
	if c.Tracers == nil {
		return nil
	}
	err := redisotel.InstrumentTracing(client,
		redisotel.WithTracerProvider(c.Tracers), redisotel.WithDBStatement(false), redisotel.WithCallerEnabled(false))
	if err != nil {
		return fmt.Errorf("redis tracing: %w", err)
	}
	return nil
}
