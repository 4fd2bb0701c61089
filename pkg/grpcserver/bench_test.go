package grpcserver

import (
	"context"
	"log/slog"
	"net"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/test/bufconn"

	"github.com/caremarket/caremarket/pkg/telemetry"
)

// BenchmarkUnary compares a bare server with one that has every guard of this package, over an
// in-memory connection, 1 KB answers.
func BenchmarkUnary(b *testing.B) {
	service := &sample{unary: func(context.Context, *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
		return oneKilobyte, nil
	}}
	b.Run("bare", func(b *testing.B) {
		server := grpc.NewServer()
		grpc_testing.RegisterTestServiceServer(server, service)
		listener := bufconn.Listen(256 << 10)
		go func() { _ = server.Serve(listener) }()
		b.Cleanup(server.Stop)
		conn, err := grpc.NewClient("passthrough:///bench",
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		callMany(b, grpc_testing.NewTestServiceClient(conn))
	})
	b.Run("guarded", func(b *testing.B) {
		callMany(b, serveSample(b, quiet(), service).client)
	})
	b.Run("guarded and measured", func(b *testing.B) {
		made, err := telemetry.Setup(b.Context(), telemetry.Config{ServiceName: "bench"})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = made.Shutdown(context.Background()) })
		config := quiet()
		config.Tracers, config.Meters, config.Propagator = made.Tracers, made.Meters, made.Propagator
		callMany(b, serveSample(b, config, service).client)
	})
}

// BenchmarkChain is the cost of the interceptors alone.
func BenchmarkChain(b *testing.B) {
	server, err := New(quiet())
	if err != nil {
		b.Fatal(err)
	}
	info := &grpc.UnaryServerInfo{FullMethod: "/" + sampleName + "/UnaryCall"}
	handle := func(context.Context, any) (any, error) { return oneKilobyte, nil }
	for _, intercept := range server.unaryChain() {
		next := handle
		handle = func(ctx context.Context, req any) (any, error) { return intercept(ctx, req, info, next) }
	}
	req := &grpc_testing.SimpleRequest{}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := handle(b.Context(), req); err != nil {
			b.Fatal(err)
		}
	}
}

var oneKilobyte = &grpc_testing.SimpleResponse{Payload: &grpc_testing.Payload{Body: make([]byte, 1024)}}

func quiet() Config {
	return Config{Logger: slog.New(slog.NewJSONHandler(&logBook{}, &slog.HandlerOptions{Level: slog.LevelInfo}))}
}

func callMany(b *testing.B, client grpc_testing.TestServiceClient) {
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := client.UnaryCall(b.Context(), &grpc_testing.SimpleRequest{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
