// Package telemetry sets up what a process tells of itself: a structured log, traces and metrics, joined
// by one trace id.
//
// The parts are handed out as values to be passed on; nothing global is touched unless InstallGlobals
// is called.
package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// Telemetry is what a process logs, traces and measures with.
type Telemetry struct {
	// Logger adds trace_id and span_id of the context to every line.
	Logger *slog.Logger
	// Tracers makes spans. Without an OTLP endpoint they have ids, for the log, but record nothing.
	Tracers trace.TracerProvider
	// Meters makes instruments; what they measure is in Metrics and, with an OTLP endpoint, exported.
	Meters metric.MeterProvider
	// Propagator carries trace context (W3C) and baggage between processes.
	Propagator propagation.TextMapPropagator
	// Metrics serves every measurement in the Prometheus text format.
	Metrics http.Handler

	shutdowns []func(context.Context) error
}

// Setup builds the telemetry of a process. Its error names every setting that cannot be. A collector
// that cannot be reached is no error: exports are tried again in the background.
func Setup(ctx context.Context, config Config) (*Telemetry, error) {
	if err := config.Check(); err != nil {
		return nil, fmt.Errorf("telemetry settings: %w", err)
	}
	described, err := resource.New(ctx,
		resource.WithFromEnv(), resource.WithTelemetrySDK(),
		resource.WithAttributes(
			semconv.ServiceName(config.ServiceName), semconv.ServiceVersion(config.Version)))
	if err != nil {
		return nil, fmt.Errorf("describe the process for telemetry: %w", err)
	}
	t := &Telemetry{
		Logger: slog.New(config.handler()),
		Propagator: propagation.NewCompositeTextMapPropagator(
			propagation.TraceContext{}, propagation.Baggage{}),
	}
	if err := errors.Join(t.trace(ctx, config, described), t.measure(ctx, config, described)); err != nil {
		return nil, errors.Join(err, t.Shutdown(ctx))
	}
	return t, nil
}

// trace sets up Tracers.
func (t *Telemetry) trace(ctx context.Context, config Config, described *resource.Resource) error {
	options := []sdktrace.TracerProviderOption{
		sdktrace.WithResource(described), sdktrace.WithSampler(sdktrace.NeverSample()),
	}
	if config.OTLPEndpoint != "" {
		exporter, err := otlptracegrpc.New(ctx, otlptracegrpc.WithEndpointURL(config.OTLPEndpoint))
		if err != nil {
			return fmt.Errorf("export traces to %s: %w", config.OTLPEndpoint, err)
		}
		options = append(options,
			sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(config.SampleRatio))),
			sdktrace.WithBatcher(exporter))
	}
	provider := sdktrace.NewTracerProvider(options...)
	t.Tracers = provider
	t.shutdowns = append(t.shutdowns, provider.Shutdown)
	return nil
}

// measure sets up Meters and Metrics, on a registry of their own.
func (t *Telemetry) measure(ctx context.Context, config Config, described *resource.Resource) error {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	scraped, err := otelprom.New(otelprom.WithRegisterer(registry))
	if err != nil {
		return fmt.Errorf("set up metrics: %w", err)
	}
	options := []sdkmetric.Option{sdkmetric.WithResource(described), sdkmetric.WithReader(scraped)}
	if config.OTLPEndpoint != "" {
		exporter, err := otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithEndpointURL(config.OTLPEndpoint))
		if err != nil {
			return fmt.Errorf("export metrics to %s: %w", config.OTLPEndpoint, err)
		}
		options = append(options, sdkmetric.WithReader(sdkmetric.NewPeriodicReader(exporter)))
	}
	provider := sdkmetric.NewMeterProvider(options...)
	t.Meters = provider
	t.Metrics = promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		Registry: registry, ErrorLog: slog.NewLogLogger(t.Logger.Handler(), slog.LevelError),
	})
	t.shutdowns = append(t.shutdowns, provider.Shutdown)
	return nil
}

// InstallGlobals makes t what libraries find that take OpenTelemetry's globals, and sends
// OpenTelemetry's own faults to the log. Call it from main only.
func (t *Telemetry) InstallGlobals() {
	otel.SetTracerProvider(t.Tracers)
	otel.SetMeterProvider(t.Meters)
	otel.SetTextMapPropagator(t.Propagator)
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		t.Logger.Warn("telemetry failed", slog.String("error", err.Error()))
	}))
}

// Shutdown exports what is left and ends the exporters, within ctx. It comes last when a process stops.
func (t *Telemetry) Shutdown(ctx context.Context) error {
	var faults []error
	for _, shutdown := range t.shutdowns {
		faults = append(faults, shutdown(ctx))
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("shut down telemetry: %w", err)
	}
	return nil
}
