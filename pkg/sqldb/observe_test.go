package sqldb_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
)

func TestCallsAreMeasured(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		reader := metric.NewManualReader()
		db, err := sqldb.Open(t.Context(), sqldb.Options{
			Service: "carehomes", URL: url, Migrations: homes,
			Meter: metric.NewMeterProvider(metric.WithReader(reader)),
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		mustAdd(t, db, "1-1", 1)
		countHomes(t, db.Read())
		refused := errors.New("refused")
		if err := db.View(t.Context(), func(sqldb.Queryer) error { return refused }); !errors.Is(err, refused) {
			t.Fatal(err)
		}
		metrics := collect(t, reader)
		want := map[string]uint64{"migrate": 1, "update": 1, "read": 1, "view failed": 1}
		if diff := cmp.Diff(want, callCounts(t, metrics["sqldb.call.duration"], db.Engine())); diff != "" {
			t.Errorf("calls (-want +got)\n%s", diff)
		}
		if _, ok := metrics["db.client.connection.count"]; !ok {
			t.Error("the connections are not counted")
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if _, ok := collect(t, reader)["db.client.connection.count"]; ok {
			t.Error("a closed store still counts its connections")
		}
	})
}

func collect(t *testing.T, reader metric.Reader) map[string]metricdata.Aggregation {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	byName := map[string]metricdata.Aggregation{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			byName[m.Name] = m.Data
		}
	}
	return byName
}

// callCounts counts the measured calls by kind and outcome.
func callCounts(t *testing.T, data metricdata.Aggregation, engine sqldb.Engine) map[string]uint64 {
	t.Helper()
	histogram, ok := data.(metricdata.Histogram[float64])
	if !ok {
		t.Fatalf("calls are measured as %T", data)
	}
	counts := map[string]uint64{}
	for _, point := range histogram.DataPoints {
		get := func(key string) string {
			value, _ := point.Attributes.Value(attribute.Key(key))
			return value.String()
		}
		if get("db.system.name") != engine.String() || get("db.namespace") != "carehomes" {
			t.Errorf("attributes %s", point.Attributes.Encoded(attribute.DefaultEncoder()))
		}
		name := get("sqldb.call")
		if get("sqldb.failed") == "true" {
			name += " failed"
		}
		counts[name] += point.Count
	}
	return counts
}

func TestCallsAreTracedWithinATrace(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		spans := tracetest.NewSpanRecorder()
		provider := trace.NewTracerProvider(trace.WithSpanProcessor(spans))
		db, err := sqldb.Open(t.Context(), sqldb.Options{Service: "carehomes", URL: url, Migrations: homes, Tracer: provider})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		mustAdd(t, db, "1-1", 1)
		if slices.Contains(names(spans), "store update") {
			t.Error("a call outside any trace began one")
		}
		ctx, span := provider.Tracer("test").Start(t.Context(), "request")
		refused := errors.New("a person's name")
		err = db.Update(ctx, func(*sqldb.Tx) error { return refused })
		span.End()
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		for _, s := range spans.Ended() {
			if s.Name() != "store update" {
				continue
			}
			if s.Parent().SpanID() != span.SpanContext().SpanID() {
				t.Error("the call's span does not stand in the caller's")
			}
			if got := s.Status().Description; got != "store update failed" {
				t.Errorf("the span says %q", got)
			}
			return
		}
		t.Errorf("spans %v", names(spans))
	})
}

func names(spans *tracetest.SpanRecorder) []string {
	var all []string
	for _, s := range spans.Ended() {
		all = append(all, s.Name())
	}
	return all
}

// TestWaitingIsLogged gives up on a server that is away at the first word
// about it.
func TestWaitingIsLogged(t *testing.T) {
	cluster := storetest.PostgresCluster(t)
	url := cluster.Database(t)
	cluster.Stop(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	log := &firstLine{heard: cancel}
	_, err := sqldb.Open(ctx, sqldb.Options{
		Service: "carehomes", URL: url, StartTimeout: time.Hour,
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(log.text, "store does not answer yet") || !strings.Contains(log.text, "service=carehomes") {
		t.Errorf("log %q", log.text)
	}
}

// firstLine keeps the first line written to it and tells that it was.
type firstLine struct {
	text  string
	heard func()
}

func (l *firstLine) Write(line []byte) (int, error) {
	if l.text == "" {
		l.text = string(line)
		l.heard()
	}
	return len(line), nil
}
