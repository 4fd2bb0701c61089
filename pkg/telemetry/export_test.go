package telemetry

import (
	"context"
	"net"
	"sync"
	"testing"

	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
)

// collector is an OTLP collector that remembers the names it was sent.
type collector struct {
	tracepb.UnimplementedTraceServiceServer
	mu    sync.Mutex
	spans []string
}

func (c *collector) Export(_ context.Context, req *tracepb.ExportTraceServiceRequest) (*tracepb.ExportTraceServiceResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, resource := range req.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				c.spans = append(c.spans, span.GetName())
			}
		}
	}
	return &tracepb.ExportTraceServiceResponse{}, nil
}

// metricCollector remembers the metrics it was sent.
type metricCollector struct {
	metricspb.UnimplementedMetricsServiceServer
	mu      sync.Mutex
	metrics map[string]bool
}

func (c *metricCollector) Export(_ context.Context, req *metricspb.ExportMetricsServiceRequest) (*metricspb.ExportMetricsServiceResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, resource := range req.GetResourceMetrics() {
		for _, scope := range resource.GetScopeMetrics() {
			for _, metric := range scope.GetMetrics() {
				c.metrics[metric.GetName()] = true
			}
		}
	}
	return &metricspb.ExportMetricsServiceResponse{}, nil
}

func TestShutdownExportsWhatIsLeft(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	traces, metrics := &collector{}, &metricCollector{metrics: map[string]bool{}}
	server := grpc.NewServer()
	tracepb.RegisterTraceServiceServer(server, traces)
	metricspb.RegisterMetricsServiceServer(server, metrics)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)

	made, err := Setup(t.Context(), Config{
		ServiceName: "carehomes", OTLPEndpoint: "http://" + listener.Addr().String(), SampleRatio: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, span := made.Tracers.Tracer("test").Start(t.Context(), "kept")
	span.End()
	counter, err := made.Meters.Meter("test").Int64Counter("returns.kept")
	if err != nil {
		t.Fatal(err)
	}
	counter.Add(t.Context(), 1)
	if err := made.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(traces.spans) != 1 || traces.spans[0] != "kept" {
		t.Errorf("spans exported: %v", traces.spans)
	}
	if !metrics.metrics["returns.kept"] {
		t.Errorf("metrics exported: %v", metrics.metrics)
	}
}

func TestSampleRatioOfZeroExportsNothingBegunHere(t *testing.T) {
	made := setup(t, Config{OTLPEndpoint: "http://127.0.0.1:1", SampleRatio: 0})
	_, span := made.Tracers.Tracer("test").Start(t.Context(), "begun here")
	if span.SpanContext().IsSampled() {
		t.Error("a trace begun here is sampled")
	}
	_, child := made.Tracers.Tracer("test").Start(sampledElsewhere(t.Context()), "begun elsewhere")
	if !child.SpanContext().IsSampled() {
		t.Error("a trace sampled elsewhere is not followed")
	}
}

// A collector that is away holds up neither the start nor, beyond its time, the end.
func TestCollectorThatIsAway(t *testing.T) {
	made := setup(t, Config{OTLPEndpoint: "http://127.0.0.1:1", SampleRatio: 1})
	_, span := made.Tracers.Tracer("test").Start(t.Context(), "lost")
	span.End()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := made.Shutdown(ended); err == nil {
		t.Error("Shutdown says that the span was exported")
	}
}
