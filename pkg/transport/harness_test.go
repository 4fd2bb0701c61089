package transport

import (
	"context"
	"net"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/interop/grpc_testing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sample answers with a function that each test sets.
type sample struct {
	grpc_testing.UnimplementedTestServiceServer
	unary func(context.Context) error
	watch func(context.Context) error
}

func (s *sample) UnaryCall(ctx context.Context, _ *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
	return &grpc_testing.SimpleResponse{}, s.unary(ctx)
}

func (s *sample) StreamingOutputCall(
	_ *grpc_testing.StreamingOutputCallRequest, stream grpc.ServerStreamingServer[grpc_testing.StreamingOutputCallResponse],
) error {
	return s.watch(stream.Context())
}

// serve runs a bare server with the sample service until the test ends; more says what else it has.
func serve(t *testing.T, listener net.Listener, service *sample, more ...func(*grpc.Server)) *grpc.Server {
	t.Helper()
	tracing := grpc.StatsHandler(otelgrpc.NewServerHandler(
		otelgrpc.WithTracerProvider(sdktrace.NewTracerProvider()), otelgrpc.WithPropagators(propagation.TraceContext{})))
	server := grpc.NewServer(tracing)
	grpc_testing.RegisterTestServiceServer(server, service)
	for _, add := range more {
		add(server)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return server
}

func listenTCP(t *testing.T, address string) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// client makes a client of conn, closed when the test ends.
func client(t *testing.T, conn *grpc.ClientConn, err error) grpc_testing.TestServiceClient {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return grpc_testing.NewTestServiceClient(conn)
}

func call(ctx context.Context, c grpc_testing.TestServiceClient) error {
	_, err := c.UnaryCall(ctx, &grpc_testing.SimpleRequest{})
	return err
}
