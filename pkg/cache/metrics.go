package cache

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
)

const meterName = "github.com/caremarket/caremarket/pkg/cache"

// metrics counts what a Cache does. What happens on every read is counted in place and read when metrics are
// collected.
type metrics struct {
	name  attribute.KeyValue
	meter metric.Meter

	local, shared, misses, stale, evicted, dropped atomic.Int64

	duration     metric.Float64Histogram
	redisErrors  metric.Int64Counter
	registration metric.Registration
}

func newMetrics(meters metric.MeterProvider, name string) (*metrics, error) {
	if meters == nil {
		meters = noop.NewMeterProvider()
	}
	m := &metrics{name: attribute.String("cache", name), meter: meters.Meter(meterName)}
	var durations, redisErrors error
	m.duration, durations = m.meter.Float64Histogram("caremarket.cache.load.duration", metric.WithUnit("s"),
		metric.WithDescription("Time to work an answer out, by outcome"))
	m.redisErrors, redisErrors = m.meter.Int64Counter("caremarket.cache.redis.errors",
		metric.WithDescription("Commands that Redis did not carry out, and damaged values, by operation"))
	if err := errors.Join(durations, redisErrors); err != nil {
		return nil, fmt.Errorf("cache metrics: %w", err)
	}
	return m, nil
}

// observe reports what is counted in place, and the state of c.
func (m *metrics) observe(c *Cache) error {
	var problems []error
	var observed []metric.Observable
	counter := func(name, what string) metric.Int64ObservableCounter {
		made, err := m.meter.Int64ObservableCounter(name, metric.WithDescription(what))
		problems, observed = append(problems, err), append(observed, made)
		return made
	}
	gauge := func(name, unit, what string) metric.Int64ObservableGauge {
		made, err := m.meter.Int64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(what))
		problems, observed = append(problems, err), append(observed, made)
		return made
	}
	hits := counter("caremarket.cache.hits", "Answers that were kept, by layer")
	misses := counter("caremarket.cache.misses", "Questions that were not answered from this process's memory")
	stale := counter("caremarket.cache.stale", "Answers given stale because a new one could not be had")
	evicted := counter("caremarket.cache.evictions", "Answers put out of memory to make room")
	dropped := counter("caremarket.cache.redis.dropped", "Answers not written to Redis because too many were waiting")
	breaker := gauge("caremarket.cache.redis.breaker", "", "0 while Redis is used, 1 while it is tried again, 2 while it is left alone")
	size := gauge("caremarket.cache.size", "By", "Memory that kept answers take, about")
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("cache metrics: %w", err)
	}
	self := metric.WithAttributes(m.name)
	local := metric.WithAttributes(m.name, attribute.String("layer", "local"))
	shared := metric.WithAttributes(m.name, attribute.String("layer", "redis"))
	var err error
	m.registration, err = m.meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		o.ObserveInt64(hits, m.local.Load(), local)
		o.ObserveInt64(hits, m.shared.Load(), shared)
		o.ObserveInt64(misses, m.misses.Load(), self)
		o.ObserveInt64(stale, m.stale.Load(), self)
		o.ObserveInt64(evicted, m.evicted.Load(), self)
		o.ObserveInt64(dropped, m.dropped.Load(), self)
		o.ObserveInt64(size, int64(min(c.local.WeightedSize(), 1<<62)), self)
		if c.shared != nil {
			o.ObserveInt64(breaker, int64(c.shared.breaker.State()), self)
		}
		return nil
	}, observed...)
	if err != nil {
		return fmt.Errorf("cache metrics: %w", err)
	}
	return nil
}

func (m *metrics) close() error {
	if m.registration == nil {
		return nil
	}
	return m.registration.Unregister()
}

func (m *metrics) loaded(ctx context.Context, took time.Duration, err error) {
	outcome := "answered"
	if err != nil {
		outcome = "failed"
	}
	m.duration.Record(ctx, took.Seconds(), metric.WithAttributes(m.name, attribute.String("outcome", outcome)))
}

func (m *metrics) redisError(ctx context.Context, operation string) {
	m.redisErrors.Add(ctx, 1, metric.WithAttributes(m.name, attribute.String("operation", operation)))
}

func (m *metrics) deleted(e otter.DeletionEvent[Question, *entry]) {
	if e.WasEvicted() {
		m.evicted.Add(1)
	}
}
