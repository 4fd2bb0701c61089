package telemetry

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

func setup(t *testing.T, config Config) *Telemetry {
	t.Helper()
	if config.ServiceName == "" {
		config.ServiceName = "carehomes"
	}
	made, err := Setup(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		if config.OTLPEndpoint != "" {
			cancel() // nobody listens there: do not wait
		}
		if err := made.Shutdown(ctx); err != nil && config.OTLPEndpoint == "" {
			t.Error(err)
		}
	})
	return made
}

func TestSetupNamesEveryFault(t *testing.T) {
	_, err := Setup(t.Context(), Config{
		OTLPEndpoint: "collector:4317", SampleRatio: 2, LogLevel: "loud", LogFormat: "xml",
	})
	if err == nil {
		t.Fatal("Setup accepted it")
	}
	for _, part := range []string{"service name", "sample ratio 2", `"loud"`, `"xml"`, `"collector:4317"`} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not name %s", err, part)
		}
	}
}

func TestSetupRefuses(t *testing.T) {
	for name, config := range map[string]Config{
		"ratio below 0":     {ServiceName: "x", SampleRatio: -0.1},
		"ratio not a value": {ServiceName: "x", SampleRatio: math.NaN()},
		"format":            {ServiceName: "x", LogFormat: "xml"},
		"endpoint scheme":   {ServiceName: "x", OTLPEndpoint: "ftp://collector:4317"},
		"endpoint host":     {ServiceName: "x", OTLPEndpoint: "http://"},
		"endpoint syntax":   {ServiceName: "x", OTLPEndpoint: "http://%zz"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Setup(t.Context(), config); err == nil {
				t.Error("Setup accepted it")
			}
		})
	}
}

func TestWithoutACollectorSpansHaveIDsAndRecordNothing(t *testing.T) {
	var out bytes.Buffer
	made := setup(t, Config{SampleRatio: 1, LogWriter: &out})
	ctx, parent := made.Tracers.Tracer("test").Start(t.Context(), "parent")
	ctx, child := made.Tracers.Tracer("test").Start(ctx, "child")
	defer parent.End()
	defer child.End()

	at := child.SpanContext()
	if !at.IsValid() || at.TraceID() != parent.SpanContext().TraceID() {
		t.Errorf("child %v does not follow parent %v", at, parent.SpanContext())
	}
	if child.IsRecording() || at.IsSampled() {
		t.Error("the span records though nobody takes it")
	}
	made.Logger.InfoContext(ctx, "kept")
	line := decode(t, out.Bytes())
	if line["trace_id"] != at.TraceID().String() || line["span_id"] != at.SpanID().String() {
		t.Errorf("line %v is not of span %v", line, at)
	}
}

func TestTraceContextTravels(t *testing.T) {
	made := setup(t, Config{})
	ctx, span := made.Tracers.Tracer("test").Start(t.Context(), "call")
	defer span.End()
	carrier := propagation.MapCarrier{}
	made.Propagator.Inject(ctx, carrier)
	arrived := trace.SpanContextFromContext(made.Propagator.Extract(context.Background(), carrier))
	if arrived.TraceID() != span.SpanContext().TraceID() {
		t.Errorf("trace %v arrived as %v", span.SpanContext().TraceID(), arrived.TraceID())
	}
}

func TestMetricsAreServed(t *testing.T) {
	made := setup(t, Config{ServiceName: "workforce", Version: "1.2.3"})
	counter, err := made.Meters.Meter("test").Int64Counter("returns.kept")
	if err != nil {
		t.Fatal(err)
	}
	counter.Add(t.Context(), 7)
	answer := httptest.NewRecorder()
	made.Metrics.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	for _, part := range []string{
		"returns_kept_total{", "} 7\n", `service_name="workforce"`, `service_version="1.2.3"`,
		"go_goroutines", "process_start_time_seconds",
	} {
		if !strings.Contains(answer.Body.String(), part) {
			t.Errorf("metrics lack %q:\n%s", part, answer.Body)
		}
	}
}

// Two sets in one process, as in tests and in one process for all services, do not meet.
func TestSetupsAreApart(t *testing.T) {
	first, second := setup(t, Config{ServiceName: "first"}), setup(t, Config{ServiceName: "second"})
	counter, err := first.Meters.Meter("test").Int64Counter("only.first")
	if err != nil {
		t.Fatal(err)
	}
	counter.Add(t.Context(), 1)
	answer := httptest.NewRecorder()
	second.Metrics.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	if strings.Contains(answer.Body.String(), "only_first") {
		t.Error("the second serves what the first measured")
	}
}

func TestLogLevelAndFormat(t *testing.T) {
	var out bytes.Buffer
	made := setup(t, Config{LogLevel: "warn", LogFormat: "text", LogWriter: &out})
	made.Logger.Info("quiet")
	made.Logger.Warn("loud")
	if got := out.String(); strings.Contains(got, "quiet") || !strings.Contains(got, "level=WARN msg=loud") {
		t.Errorf("log is %q", got)
	}
	if !setup(t, Config{}).Logger.Enabled(t.Context(), slog.LevelInfo) {
		t.Error("the default level is above info")
	}
}

func TestInstallGlobals(t *testing.T) {
	tracers, meters, propagator := otel.GetTracerProvider(), otel.GetMeterProvider(), otel.GetTextMapPropagator()
	var out bytes.Buffer
	made := setup(t, Config{LogWriter: &out})
	if otel.GetTracerProvider() != tracers {
		t.Error("Setup touched the globals")
	}
	made.InstallGlobals()
	t.Cleanup(func() {
		otel.SetTracerProvider(tracers)
		otel.SetMeterProvider(meters)
		otel.SetTextMapPropagator(propagator)
		otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {}))
	})
	if otel.GetTracerProvider() != made.Tracers || otel.GetMeterProvider() != made.Meters {
		t.Error("the globals are not what was set up")
	}
	otel.Handle(errors.New("collector away"))
	if line := decode(t, out.Bytes()); line["error"] != "collector away" || line["level"] != "WARN" {
		t.Errorf("OpenTelemetry's fault was logged as %v", line)
	}
}
