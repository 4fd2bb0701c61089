// Package transport makes the client connections between services: in memory within one process, over
// the network between processes, with the same behaviour on both.
//
// A call is given a deadline where it has none, states its audience, carries its trace, and fails at
// once when nobody is there to answer. Reads are tried again, at most twice, when a server is UNAVAILABLE.
package transport

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"
)

// Dial returns a connection to host:port. It connects on first use. A host name with several addresses
// is used round robin.
func Dial(address string, config Config) (*grpc.ClientConn, error) {
	if err := checkAddress(address); err != nil {
		return nil, err
	}
	options, err := config.complete().options()
	if err != nil {
		return nil, err
	}
	conn, err := grpc.NewClient("dns:///"+address, append(options, keepAlive())...)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	return conn, nil
}

// checkAddress refuses what is not host:port.
func checkAddress(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil || host == "" {
		return fmt.Errorf("address %q is not host:port", address)
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
		return fmt.Errorf("address %q: port %q is not a number from 1 to 65535", address, port)
	}
	return nil
}

// localBuffer is how many bytes may wait in each direction of an in-memory connection.
const localBuffer = 256 << 10

// Local joins a server and its clients in one process, in memory.
type Local struct{ listener *bufconn.Listener }

// NewLocal returns a Local. Serve on its Listener before calls are made.
func NewLocal() *Local { return &Local{listener: bufconn.Listen(localBuffer)} }

// Listener is the server's end.
func (l *Local) Listener() net.Listener { return l.listener }

// Dial returns a connection to the server that serves on Listener.
func (l *Local) Dial(config Config) (*grpc.ClientConn, error) {
	options, err := config.complete().options()
	if err != nil {
		return nil, err
	}
	dialer := func(ctx context.Context, _ string) (net.Conn, error) { return l.listener.DialContext(ctx) }
	conn, err := grpc.NewClient("passthrough:///local", append(options, grpc.WithContextDialer(dialer))...)
	if err != nil {
		return nil, fmt.Errorf("dial in memory: %w", err)
	}
	return conn, nil
}

// withDeadline gives a call without a deadline the one set here.
func withDeadline(deadline time.Duration) grpc.UnaryClientInterceptor {
	return func(
		ctx context.Context, method string, req, reply any,
		conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
	) error {
		if _, set := ctx.Deadline(); set {
			return invoke(ctx, method, req, reply, conn, opts...)
		}
		ctx, cancel := context.WithTimeout(ctx, deadline)
		defer cancel()
		return invoke(ctx, method, req, reply, conn, opts...)
	}
}
