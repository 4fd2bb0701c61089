package grpcserver

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/interop/grpc_testing"
)

// counted counts the connections that come in.
type counted struct {
	net.Listener
	came atomic.Int32
}

func (c *counted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.came.Add(1)
	}
	return conn, err
}

// A client makes another connection when the first is old, without one failed call, and a
// stream that was open goes on.
func TestOldConnectionsAreMadeAnew(t *testing.T) {
	more := make(chan struct{})
	server, err := New(Config{ConnectionAge: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	grpc_testing.RegisterTestServiceServer(server, &sample{
		unary: answer(nil),
		watch: func(_ *grpc_testing.StreamingOutputCallRequest, stream grpc.ServerStreamingServer[grpc_testing.StreamingOutputCallResponse]) error {
			for range more {
				if err := stream.Send(&grpc_testing.StreamingOutputCallResponse{}); err != nil {
					return err
				}
			}
			return nil
		},
	})
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener := &counted{Listener: tcp}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	client := grpc_testing.NewTestServiceClient(dialTCP(t, tcp.Addr().String()))

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	watch, err := client.StreamingOutputCall(ctx, &grpc_testing.StreamingOutputCallRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for listener.came.Load() < 3 {
		if _, err := client.UnaryCall(ctx, &grpc_testing.SimpleRequest{}); err != nil {
			t.Fatalf("a call failed while its connection was made anew: %v", err)
		}
	}
	more <- struct{}{}
	if _, err := watch.Recv(); err != nil {
		t.Errorf("the stream on the first connection has ended: %v", err)
	}
	close(more)
	if err := server.Drain(ctx); err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
