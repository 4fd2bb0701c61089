package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/caremarket/caremarket/gateway"
)

// record is what a gateway told of itself.
type record struct {
	mu      sync.Mutex
	lines   bytes.Buffer
	spans   *tracetest.InMemoryExporter
	metrics *sdkmetric.ManualReader
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lines.Write(p)
}

func (r *record) log() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lines.String()
}

func observed(t *testing.T, adjust ...func(*gateway.Config)) (*stack, *record) {
	t.Helper()
	told := &record{spans: tracetest.NewInMemoryExporter(), metrics: sdkmetric.NewManualReader()}
	s := newStack(t, append(adjust, func(c *gateway.Config) {
		c.Logger = slog.New(slog.NewJSONHandler(told, nil))
		c.Tracers = sdktrace.NewTracerProvider(sdktrace.WithSyncer(told.spans))
		c.Meters = sdkmetric.NewMeterProvider(sdkmetric.WithReader(told.metrics))
		c.Propagator = propagation.TraceContext{}
	})...)
	return s, told
}

func TestATraceGoesThrough(t *testing.T) {
	s, told := observed(t)
	at, _ := counting(s)
	at.Store(1)
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	got := s.get(t, capacityPath, "Traceparent: 00-"+trace+"-00f067aa0ba902b7-01")
	if got.Header.Get("X-Request-Id") != trace {
		t.Errorf("X-Request-Id is %q", got.Header.Get("X-Request-Id"))
	}
	s.Close() // all spans have ended
	spans := told.spans.GetSpans()
	if len(spans) != 1 || spans[0].SpanContext.TraceID().String() != trace || spans[0].Name != "GET /v1/{name=districts/*/careHomeCapacity}" {
		t.Errorf("spans %v", spans.Snapshots())
	}
	if other := got.Header.Get("Traceparent"); other != "" {
		t.Errorf("the answer has a traceparent %s", other)
	}
}

func TestEveryAnswerHasARequestID(t *testing.T) {
	s, _ := observed(t)
	first, second := s.get(t, "/v1/nothing").Header.Get("X-Request-Id"), s.get(t, "/v1/nothing").Header.Get("X-Request-Id")
	if len(first) != 32 || first == second {
		t.Errorf("ids %q and %q", first, second)
	}
}

func TestTheLogHoldsNothingOfAnybody(t *testing.T) {
	s, told := observed(t)
	at, _ := counting(s)
	at.Store(1)
	s.get(t, "/v1/districts:locate?postcode=GL5+4UB", "Cookie: secret=1")
	s.get(t, capacityPath+"?asAt=2026-10-31", "User-Agent: Mary", "X-Forwarded-For: 10.9.8.7")
	s.ask(t, "POST", "/v1/careHomes", `{"title":"Mary's"}`, "Authorization: Bearer xyz")
	s.get(t, "/v1/nothing/"+strings.Repeat("x", 5000))
	s.get(t, "/")
	s.Close()
	log := told.log()
	for _, personal := range []string{"GL5", "postcode", "Mary", "secret", "xyz", "10.9.8.7", "2026-10-31", strings.Repeat("x", 500)} {
		if strings.Contains(log, personal) {
			t.Errorf("the log holds %q:\n%s", personal, log)
		}
	}
	var routes []string
	for line := range strings.Lines(log) {
		var l struct {
			Msg, Level, Route, Method string
			Status, Bytes             int
			Ms                        *float64
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil || l.Ms == nil || l.Status == 0 || l.Method == "" {
			t.Errorf("line %s: %v", line, err)
		}
		routes = append(routes, l.Route)
	}
	slices.Sort(routes) // a line may be written after the answer has been read
	want := []string{"", "/v1/careHomes", "/v1/districts:locate", "/v1/{name=districts/*/careHomeCapacity}", "/{$}"}
	if !slices.Equal(routes, want) {
		t.Errorf("routes %q, want %q", routes, want)
	}
}

// A metric's attributes are never a caller's to choose: each value would be a time series.
func TestMetricsAreBounded(t *testing.T) {
	s, told := observed(t)
	at, _ := counting(s)
	at.Store(1)
	for _, path := range []string{capacityPath, capacityPath + "?asAt=2026-10-31", "/v1/districts/E07000001/careHomeCapacity", "/v1/a", "/v1/b", "/c"} {
		s.get(t, path, "User-Agent: "+path)
	}
	var all metricdata.ResourceMetrics
	if err := told.metrics.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	seen := map[attribute.Distinct]bool{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if h, ok := m.Data.(metricdata.Histogram[float64]); ok && m.Name == "http.server.request.duration" {
				for _, point := range h.DataPoints {
					seen[point.Attributes.Equivalent()] = true
					if address, _ := point.Attributes.Value("server.address"); address.AsString() != "caremarket" {
						t.Errorf("server.address is %s", address.AsString())
					}
				}
			}
		}
	}
	if len(seen) != 3 { // the route that answers, that which is not found, and none
		t.Errorf("%d time series", len(seen))
	}
}
