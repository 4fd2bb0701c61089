package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

const scope = "github.com/caremarket/caremarket/pkg/sqldb"

// The kinds of call a store is observed by.
const (
	callRead    = "read"
	callView    = "view"
	callUpdate  = "update"
	callMigrate = "migrate"
)

// durationBounds are the histogram's buckets in seconds: a SQLite read takes
// microseconds, a PostgreSQL import seconds.
var durationBounds = []float64{.00001, .00005, .0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5, 10}

// observer measures calls to one store, and traces those that stand in a
// trace.
type observer struct {
	tracer   trace.Tracer
	duration metric.Float64Histogram
	good     map[string]metric.MeasurementOption
	failed   map[string]metric.MeasurementOption
	pools    metric.Registration
}

func newObserver(options Options, db *DB) (*observer, error) {
	meter := options.Meter.Meter(scope)
	duration, err := meter.Float64Histogram("sqldb.call.duration",
		metric.WithUnit("s"),
		metric.WithDescription("Duration of calls to a store: one read, one snapshot, one write transaction, one migration."),
		metric.WithExplicitBucketBoundaries(durationBounds...))
	if err != nil {
		return nil, fmt.Errorf("store metrics: %w", err)
	}
	o := &observer{
		tracer:   options.Tracer.Tracer(scope),
		duration: duration,
		good:     map[string]metric.MeasurementOption{},
		failed:   map[string]metric.MeasurementOption{},
	}
	store := []attribute.KeyValue{
		attribute.String("db.system.name", db.engine.String()),
		attribute.String("db.namespace", db.service),
	}
	for _, call := range []string{callRead, callView, callUpdate, callMigrate} {
		attrs := append(store[:2:2], attribute.String("sqldb.call", call))
		o.good[call] = metric.WithAttributeSet(attribute.NewSet(append(attrs[:3:3], attribute.Bool("sqldb.failed", false))...))
		o.failed[call] = metric.WithAttributeSet(attribute.NewSet(append(attrs[:3:3], attribute.Bool("sqldb.failed", true))...))
	}
	o.pools, err = observePools(meter, db, store)
	return o, err
}

// observePools reports the connections of the store's pools when metrics are
// collected.
func observePools(meter metric.Meter, db *DB, store []attribute.KeyValue) (metric.Registration, error) {
	conns, errConns := meter.Int64ObservableUpDownCounter("db.client.connection.count",
		metric.WithUnit("{connection}"), metric.WithDescription("Connections of a store's pool by state."))
	waits, errWaits := meter.Float64ObservableCounter("sqldb.connection.wait_time",
		metric.WithUnit("s"), metric.WithDescription("Total time callers waited for a free connection."))
	if err := errors.Join(errConns, errWaits); err != nil {
		return nil, fmt.Errorf("store metrics: %w", err)
	}
	pools := map[string]*sql.DB{"write": db.writer}
	if db.reader != db.writer {
		pools["read"] = db.reader
	}
	return meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		for name, pool := range pools {
			stats := pool.Stats()
			attrs := append(store[:2:2], attribute.String("db.client.connection.pool.name", name))
			used := append(attrs[:3:3], attribute.String("db.client.connection.state", "used"))
			idle := append(attrs[:3:3], attribute.String("db.client.connection.state", "idle"))
			o.ObserveInt64(conns, int64(stats.InUse), metric.WithAttributes(used...))
			o.ObserveInt64(conns, int64(stats.Idle), metric.WithAttributes(idle...))
			o.ObserveFloat64(waits, stats.WaitDuration.Seconds(), metric.WithAttributes(attrs...))
		}
		return nil
	}, conns, waits)
}

// call runs fn, measured, and in a span of its own if the caller is traced.
func (o *observer) call(ctx context.Context, call string, fn func(ctx context.Context) error) (err error) {
	if trace.SpanFromContext(ctx).IsRecording() {
		var span trace.Span
		ctx, span = o.tracer.Start(ctx, "store "+call, trace.WithSpanKind(trace.SpanKindClient))
		defer func() {
			if err != nil {
				span.SetStatus(codes.Error, "store "+call+" failed")
			}
			span.End()
		}()
	}
	start := time.Now()
	err = fn(ctx)
	o.measure(ctx, call, start, err)
	return err
}

func (o *observer) measure(ctx context.Context, call string, start time.Time, err error) {
	option := o.good[call]
	if err != nil {
		option = o.failed[call]
	}
	o.duration.Record(ctx, time.Since(start).Seconds(), option)
}

// stop ends the reporting of the pools.
func (o *observer) stop() error { return o.pools.Unregister() }
