package grpcserver

import (
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
)

const (
	serving    = grpc_health_v1.HealthCheckResponse_SERVING
	notServing = grpc_health_v1.HealthCheckResponse_NOT_SERVING
)

func dialTCP(t *testing.T, address string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func (r *running) wantHealth(t *testing.T, service string, want grpc_health_v1.HealthCheckResponse_ServingStatus) {
	t.Helper()
	got, err := grpc_health_v1.NewHealthClient(r.conn).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: service})
	if err != nil || got.GetStatus() != want {
		t.Errorf("health of %q is %v (%v), want %v", service, got.GetStatus(), err, want)
	}
}

func TestNewNamesEveryFault(t *testing.T) {
	_, err := New(Config{
		DefaultDeadline: -1, MaxDeadline: -1, MaxInFlight: -1, MaxStreams: -1,
		MaxReceiveBytes: -1, DrainGrace: -1, StopGrace: -1, ConnectionAge: -1,
	})
	if err == nil {
		t.Fatal("New accepted it")
	}
	for _, part := range []string{
		"default deadline", "max deadline", "max in flight", "max streams", "max receive bytes", "drain grace", "stop grace", "connection age",
	} {
		if !strings.Contains(err.Error(), part+" is -1") {
			t.Errorf("error %q does not name %s", err, part)
		}
	}
	_, err = New(Config{DefaultDeadline: time.Hour})
	if err == nil || !strings.Contains(err.Error(), "longer than the longest allowed") {
		t.Errorf("a default above the maximum gives %v", err)
	}
}

func TestHealthFollowsEachService(t *testing.T) {
	r := serve(t, Config{}, func(s *Server) {
		grpc_testing.RegisterTestServiceServer(s, &sample{})
		s.RegisterService(&grpc.ServiceDesc{ServiceName: "other", HandlerType: (*any)(nil)}, nil)
	})
	r.wantHealth(t, sampleName, notServing)
	r.wantHealth(t, "", notServing)
	r.SetServing(sampleName, true)
	r.wantHealth(t, sampleName, serving)
	r.wantHealth(t, "", notServing)
	r.SetServing("other", true)
	r.wantHealth(t, "", serving)
	r.SetServing(sampleName, false)
	r.wantHealth(t, sampleName, notServing)
	r.wantHealth(t, "other", serving)
	r.wantHealth(t, "", notServing)

	_, err := grpc_health_v1.NewHealthClient(r.conn).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: "nobody"})
	if status.Code(err) != codes.NotFound { // as the health protocol says
		t.Errorf("health of an unknown service has %v", err)
	}
}

func TestReflectionListsServices(t *testing.T) {
	r := serveSample(t, Config{}, &sample{})
	stream, err := grpc_reflection_v1.NewServerReflectionClient(r.conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&grpc_reflection_v1.ServerReflectionRequest{
		MessageRequest: &grpc_reflection_v1.ServerReflectionRequest_ListServices{},
	}); err != nil {
		t.Fatal(err)
	}
	reply, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, service := range reply.GetListServicesResponse().GetService() {
		names = append(names, service.GetName())
	}
	if !slices.Contains(names, sampleName) || !slices.Contains(names, "grpc.health.v1.Health") {
		t.Errorf("reflection lists %v", names)
	}
	if err := stream.CloseSend(); err != nil {
		t.Error(err)
	}
}

func TestMessagesAreBounded(t *testing.T) {
	for name, test := range map[string]struct {
		limit, size int
		want        codes.Code
	}{
		"default, below": {0, 3 << 20, codes.OK},
		"default, above": {0, 5 << 20, codes.ResourceExhausted},
		"raised":         {8 << 20, 5 << 20, codes.OK},
	} {
		t.Run(name, func(t *testing.T) {
			r := serveSample(t, Config{MaxReceiveBytes: test.limit}, &sample{unary: answer(nil)})
			_, err := r.client.UnaryCall(t.Context(), &grpc_testing.SimpleRequest{
				Payload: &grpc_testing.Payload{Body: make([]byte, test.size)},
			})
			if status.Code(err) != test.want {
				t.Errorf("the call has %v, want %s", err, test.want)
			}
		})
	}
}

// Only registered methods are measured: names that callers make up must not become time series.
func TestOnlyRegisteredMethodsAreMeasured(t *testing.T) {
	reader := metric.NewManualReader()
	r := serveSample(t, Config{Meters: metric.NewMeterProvider(metric.WithReader(reader))}, &sample{unary: answer(nil)})
	if err := r.call(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.wantHealth(t, sampleName, serving)
	for _, made := range []string{"/" + sampleName + "/Guess", "/nobody/Guess"} {
		if err := r.conn.Invoke(t.Context(), made, &grpc_testing.Empty{}, &grpc_testing.Empty{}); status.Code(err) != codes.Unimplemented {
			t.Errorf("%s has %v", made, err)
		}
	}
	if err := r.Drain(t.Context()); err != nil { // what is measured is measured once calls have ended
		t.Fatal(err)
	}
	var measured metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &measured); err != nil {
		t.Fatal(err)
	}
	var methods []string
	for _, scope := range measured.ScopeMetrics {
		for _, each := range scope.Metrics {
			points, ok := each.Data.(metricdata.Histogram[float64])
			if !ok {
				t.Fatalf("%s is a %T", each.Name, each.Data)
			}
			for _, point := range points.DataPoints {
				method, _ := point.Attributes.Value("rpc.method")
				methods = append(methods, method.AsString())
			}
		}
	}
	if want := []string{sampleName + "/UnaryCall"}; !slices.Equal(methods, want) {
		t.Errorf("measured %v, want %v", methods, want)
	}
}
