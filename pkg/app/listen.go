package app

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// CheckListen refuses an address that others than this machine can reach, unless allowUnauthenticated
// says that this is wanted: calls are not authenticated. The address is host:port; a host name other
// than localhost counts as reachable.
func CheckListen(address string, allowUnauthenticated bool) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listen address %q is not host:port, such as 127.0.0.1:8080", address)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("listen address %q: port %q is not a number from 0 to 65535", address, port)
	}
	if allowUnauthenticated || isLoopback(host) {
		return nil
	}
	return fmt.Errorf("listening on %s would let anyone who can reach this machine in, without signing in: "+
		"listen on 127.0.0.1:%s, or accept it with --allow-unauthenticated", address, port)
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// Listen opens a TCP listener on an address that CheckListen allows.
func Listen(ctx context.Context, address string, allowUnauthenticated bool) (net.Listener, error) {
	if err := CheckListen(address, allowUnauthenticated); err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return listener, nil
}
