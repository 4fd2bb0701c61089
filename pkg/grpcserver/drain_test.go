package grpcserver

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/caremarket/caremarket/pkg/errs"
)

// wantServed checks that Serve ended well.
func (r *running) wantServed(t *testing.T) {
	t.Helper()
	if err := <-r.served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestDrainLetsACallFinish(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	r := serveSample(t, Config{}, &sample{
		unary: func(ctx context.Context, _ *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
			close(entered)
			<-release
			return &grpc_testing.SimpleResponse{}, ctx.Err()
		},
	})
	health := r.watchHealth(t, sampleName)
	health.want(t, serving)
	called := make(chan error, 1)
	go func() { called <- r.call(context.Background()) }()
	<-entered
	drained := make(chan error, 1)
	go func() { drained <- r.Drain(context.Background()) }()
	health.want(t, notServing)
	select {
	case err := <-drained:
		t.Fatalf("Drain ended with %v while a call was at work", err)
	default:
	}
	close(release)
	if err := <-called; err != nil {
		t.Errorf("the call has %v", err)
	}
	if err := <-drained; err != nil {
		t.Errorf("Drain: %v", err)
	}
	r.wantServed(t)
	if err := r.call(context.Background()); status.Code(err) != codes.Unavailable {
		t.Errorf("a call after the drain has %v", err)
	}
}

func TestDrainCutsOffACallThatNeverEnds(t *testing.T) {
	entered := make(chan struct{})
	var ended error
	r := serveSample(t, Config{}, &sample{
		unary: func(ctx context.Context, _ *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
			close(entered)
			<-ctx.Done() // not before its connection is closed
			ended = ctx.Err()
			return nil, ended
		},
	})
	called := make(chan error, 1)
	go func() { called <- r.call(context.Background()) }()
	<-entered
	spent, cancel := context.WithCancel(context.Background())
	cancel()
	err := r.Drain(spent)
	if err == nil || !strings.HasSuffix(err.Error(), "1 calls were cut off") {
		t.Errorf("Drain: %v", err)
	}
	if !errors.Is(ended, context.Canceled) {
		t.Errorf("when Drain returned the handler had ended with %v", ended)
	}
	if err := <-called; status.Code(err) != codes.Unavailable {
		t.Errorf("the call has %v", err)
	}
	r.wantServed(t)
}

func TestDrainLeavesBehindAHandlerThatIsDeaf(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	r := serveSample(t, Config{StopGrace: time.Millisecond}, &sample{
		unary: func(context.Context, *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
			close(entered)
			<-release
			return &grpc_testing.SimpleResponse{}, nil
		},
	})
	called := make(chan error, 1)
	go func() { called <- r.call(context.Background()) }()
	<-entered
	spent, cancel := context.WithCancel(context.Background())
	cancel()
	err := r.Drain(spent)
	if err == nil || !strings.Contains(err.Error(), "1 calls were cut off, and 1 have not returned") {
		t.Errorf("Drain: %v", err)
	}
	if err := <-called; status.Code(err) != codes.Unavailable {
		t.Errorf("the call has %v", err)
	}
	close(release)
	r.wantServed(t)
}

func TestDrainSendsWatchersAway(t *testing.T) {
	entered := make(chan struct{})
	r := serveSample(t, Config{}, &sample{
		watch: func(_ *grpc_testing.StreamingOutputCallRequest, stream grpc.ServerStreamingServer[grpc_testing.StreamingOutputCallResponse]) error {
			close(entered)
			<-stream.Context().Done()
			return stream.Context().Err()
		},
	})
	watch, err := r.client.StreamingOutputCall(context.Background(), &grpc_testing.StreamingOutputCallRequest{})
	if err != nil {
		t.Fatal(err)
	}
	<-entered
	if err := r.Drain(context.Background()); err != nil {
		t.Errorf("Drain: %v", err)
	}
	if _, err := watch.Recv(); status.Code(err) != codes.Unavailable || errs.Reason(err) != "SERVER_STOPPING" {
		t.Errorf("the watcher is told %v", err)
	}
	r.wantServed(t)
}

// A stream that carries requests is work in hand, such as an upload: it may finish.
func TestDrainLetsAnUploadFinish(t *testing.T) {
	r := serveSample(t, Config{}, &sample{
		duplex: func(stream grpc.BidiStreamingServer[grpc_testing.StreamingOutputCallRequest, grpc_testing.StreamingOutputCallResponse]) error {
			for {
				if _, err := stream.Recv(); errors.Is(err, io.EOF) {
					return stream.Context().Err()
				} else if err != nil {
					return err
				}
				if err := stream.Send(&grpc_testing.StreamingOutputCallResponse{}); err != nil {
					return err
				}
			}
		},
	})
	health := r.watchHealth(t, sampleName)
	health.want(t, serving)
	upload, err := r.client.FullDuplexCall(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	send := func() {
		t.Helper()
		if err := upload.Send(&grpc_testing.StreamingOutputCallRequest{}); err != nil {
			t.Fatal(err)
		}
		if _, err := upload.Recv(); err != nil {
			t.Fatal(err)
		}
	}
	send()
	drained := make(chan error, 1)
	go func() { drained <- r.Drain(context.Background()) }()
	health.want(t, notServing)
	health.wantEnd(t)
	send()
	if err := upload.CloseSend(); err != nil {
		t.Fatal(err)
	}
	if _, err := upload.Recv(); !errors.Is(err, io.EOF) {
		t.Errorf("the upload ended with %v", err)
	}
	if err := <-drained; err != nil {
		t.Errorf("Drain: %v", err)
	}
}

// While the grace lasts the server says NOT_SERVING and still answers.
func TestDrainServesDuringItsGrace(t *testing.T) {
	r := serveSample(t, Config{DrainGrace: time.Hour}, &sample{unary: answer(nil)})
	health := r.watchHealth(t, sampleName)
	health.want(t, serving)
	ctx, cancel := context.WithCancel(context.Background())
	drained := make(chan error, 1)
	go func() { drained <- r.Drain(ctx) }()
	health.want(t, notServing)
	if err := r.call(context.Background()); err != nil {
		t.Errorf("a call during the grace has %v", err)
	}
	cancel()
	if err := <-drained; err != nil { // the health watch, which ends by itself, may have been cut off
		t.Log(err)
	}
	r.wantServed(t)
}

func TestDrainOfAnIdleServerTwice(t *testing.T) {
	r := serveSample(t, Config{}, &sample{unary: answer(nil)})
	if err := r.call(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.Drain(t.Context()); err != nil {
			t.Errorf("Drain: %v", err)
		}
	}
	r.wantServed(t)
}

func TestServeOnSeveralListeners(t *testing.T) {
	r := serveSample(t, Config{}, &sample{unary: answer(nil)})
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- r.Serve(tcp, bufconn.Listen(1)) }()
	conn := dialTCP(t, tcp.Addr().String())
	for name, client := range map[string]grpc_testing.TestServiceClient{
		"in memory": r.client, "TCP": grpc_testing.NewTestServiceClient(conn),
	} {
		if _, err := client.UnaryCall(t.Context(), &grpc_testing.SimpleRequest{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := r.Drain(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestOneFailedListenerEndsTheOthers(t *testing.T) {
	r := serveSample(t, Config{}, &sample{unary: answer(nil)})
	if err := r.call(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.Serve(brokenListener{}); err == nil || !strings.Contains(err.Error(), "no more files") {
		t.Errorf("Serve: %v", err)
	}
	r.wantServed(t)
}

func TestServeNeedsAListener(t *testing.T) {
	server, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Serve(); err == nil {
		t.Error("Serve without a listener is content")
	}
}

// brokenListener fails for good at once.
type brokenListener struct{}

func (brokenListener) Accept() (net.Conn, error) { return nil, errors.New("no more files") }
func (brokenListener) Close() error              { return nil }
func (brokenListener) Addr() net.Addr            { return &net.TCPAddr{} }

// healthWatch follows the health of a service.
type healthWatch struct {
	grpc.ServerStreamingClient[grpc_health_v1.HealthCheckResponse]
}

func (r *running) watchHealth(t *testing.T, service string) healthWatch {
	t.Helper()
	watch, err := grpc_health_v1.NewHealthClient(r.conn).Watch(context.Background(),
		&grpc_health_v1.HealthCheckRequest{Service: service})
	if err != nil {
		t.Fatal(err)
	}
	return healthWatch{watch}
}

// want waits for the next status.
func (w healthWatch) want(t *testing.T, want grpc_health_v1.HealthCheckResponse_ServingStatus) {
	t.Helper()
	got, err := w.Recv()
	if err != nil || got.GetStatus() != want {
		t.Fatalf("health is %v (%v), want %v", got.GetStatus(), err, want)
	}
}

// wantEnd waits for the watch to be ended by the server.
func (w healthWatch) wantEnd(t *testing.T) {
	t.Helper()
	if _, err := w.Recv(); status.Code(err) != codes.Canceled {
		t.Fatalf("the watch ended with %v", err)
	}
}
