package redisconn_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/caremarket/caremarket/pkg/redisconn"
	"github.com/caremarket/caremarket/pkg/storetest"
)

func TestClientIsInstrumented(t *testing.T) {
	server := storetest.Redis(t)
	reader, spans := metric.NewManualReader(), tracetest.NewSpanRecorder()
	client, err := redisconn.Open("redis://"+server.Addr(), redisconn.Config{
		Budget:  10 * time.Second,
		Meters:  metric.NewMeterProvider(metric.WithReader(reader)),
		Tracers: trace.NewTracerProvider(trace.WithSpanProcessor(spans)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	if err := client.Set(t.Context(), "key", "a value that is nobody's business", 0).Err(); err != nil {
		t.Fatal(err)
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil || len(all.ScopeMetrics) == 0 {
		t.Errorf("no metrics: %v", err)
	}
	ended := spans.Ended()
	if len(ended) == 0 {
		t.Fatal("no spans")
	}
	for _, span := range ended {
		for _, a := range span.Attributes() {
			if strings.Contains(a.Value.String(), "business") {
				t.Errorf("span %q tells the value in %q", span.Name(), a.Key)
			}
		}
	}
}

func TestLogTo(t *testing.T) {
	var out bytes.Buffer
	redisconn.LogTo(slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { redisconn.LogTo(slog.New(slog.DiscardHandler)) })
	server := storetest.Redis(t)
	server.Stop(t)
	client, err := redisconn.Open("redis://"+server.Addr(), redisconn.Config{Budget: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Ping(context.Background()).Err(); err == nil {
		t.Error("a Redis that was stopped answers")
	}
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, `"level":"DEBUG"`) || !strings.Contains(got, "dial") {
		t.Errorf("logged %q, want what the client says of its failed dial", got)
	}
}
