package grpcserver

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/test/bufconn"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sampleName is the service that the tests serve: gRPC's own for interoperability tests.
const sampleName = "grpc.testing.TestService"

// sample answers with functions that each test sets.
type sample struct {
	grpc_testing.UnimplementedTestServiceServer
	unary  func(context.Context, *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error)
	watch  func(*grpc_testing.StreamingOutputCallRequest, grpc.ServerStreamingServer[grpc_testing.StreamingOutputCallResponse]) error
	duplex func(grpc.BidiStreamingServer[grpc_testing.StreamingOutputCallRequest, grpc_testing.StreamingOutputCallResponse]) error
}

func (s *sample) UnaryCall(ctx context.Context, req *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
	return s.unary(ctx, req)
}

func (s *sample) StreamingOutputCall(
	req *grpc_testing.StreamingOutputCallRequest, stream grpc.ServerStreamingServer[grpc_testing.StreamingOutputCallResponse],
) error {
	return s.watch(req, stream)
}

func (s *sample) FullDuplexCall(
	stream grpc.BidiStreamingServer[grpc_testing.StreamingOutputCallRequest, grpc_testing.StreamingOutputCallResponse],
) error {
	return s.duplex(stream)
}

// running is a server under test with a bare client of it.
type running struct {
	*Server
	conn   *grpc.ClientConn
	client grpc_testing.TestServiceClient
	log    *logBook
	served chan error // what Serve returned
}

// serve runs a server over an in-memory connection until the test ends.
func serve(t testing.TB, config Config, register func(*Server)) *running {
	t.Helper()
	log := &logBook{}
	if config.Logger == nil {
		config.Logger = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if config.StopGrace == 0 {
		config.StopGrace = time.Minute // a test must not depend on it
	}
	server, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	register(server)
	listener := bufconn.Listen(256 << 10)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	conn, err := grpc.NewClient("passthrough:///test",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		server.grpc.Stop()
	})
	return &running{server, conn, grpc_testing.NewTestServiceClient(conn), log, served}
}

// serveSample runs a server with the sample service.
func serveSample(t testing.TB, config Config, service *sample) *running {
	t.Helper()
	return serve(t, config, func(s *Server) {
		grpc_testing.RegisterTestServiceServer(s, service)
		s.SetServing(sampleName, true)
	})
}

// call makes a unary call and returns its error.
func (r *running) call(ctx context.Context) error {
	_, err := r.client.UnaryCall(ctx, &grpc_testing.SimpleRequest{})
	return err
}

// logBook collects log lines.
type logBook struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (b *logBook) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.Write(line)
}

func (b *logBook) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.String()
}

// lines returns what was logged so far. A call's line is written before its caller has the answer.
func (b *logBook) lines(t testing.TB) []map[string]any {
	t.Helper()
	var lines []map[string]any
	decoder := json.NewDecoder(bytes.NewBufferString(b.String()))
	for decoder.More() {
		var line map[string]any
		if err := decoder.Decode(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

// only returns the one line that was logged.
func (b *logBook) only(t testing.TB) map[string]any {
	t.Helper()
	lines := b.lines(t)
	if len(lines) != 1 {
		t.Fatalf("%d lines were logged, want 1:\n%s", len(lines), b)
	}
	return lines[0]
}
