package app

import (
	"net"
	"strings"
	"testing"
)

func TestCheckListen(t *testing.T) {
	tests := []struct {
		address string
		fault   string // part of the error; empty: allowed
	}{
		{"127.0.0.1:8080", ""},
		{"127.8.8.8:0", ""},
		{"[::1]:9090", ""},
		{"[::ffff:127.0.0.1]:9090", ""},
		{"localhost:65535", ""},
		{"0.0.0.0:8080", "--allow-unauthenticated"},
		{":8080", "--allow-unauthenticated"},
		{"[::]:8080", "--allow-unauthenticated"},
		{"192.168.1.4:8080", "--allow-unauthenticated"},
		{"localhost.example.org:8080", "--allow-unauthenticated"},
		{"127.0.0.1.example.org:8080", "--allow-unauthenticated"},
		{"8080", "not host:port"},
		{"", "not host:port"},
		{"::1:9090", "not host:port"},
		{"127.0.0.1:http", "not a number"},
		{"127.0.0.1:65536", "not a number"},
		{"127.0.0.1:-1", "not a number"},
		{"127.0.0.1:", "not a number"},
	}
	for _, test := range tests {
		t.Run(test.address, func(t *testing.T) {
			err := CheckListen(test.address, false)
			if test.fault == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.fault) {
				t.Errorf("error is %v, want one with %q", err, test.fault)
			}
			allowed := CheckListen(test.address, true)
			if reachable := strings.HasPrefix(test.fault, "--"); reachable != (allowed == nil) {
				t.Errorf("with --allow-unauthenticated the error is %v", allowed)
			}
		})
	}
}

func TestListen(t *testing.T) {
	listener, err := Listen(t.Context(), "127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if _, err := Listen(t.Context(), listener.Addr().String(), false); err == nil {
		t.Error("the same port was opened twice")
	}
	if _, err := Listen(t.Context(), "0.0.0.0:0", false); err == nil {
		t.Error("every interface was opened without the flag")
	}
}

// What CheckListen allows without the flag can only be reached from this machine.
func FuzzCheckListen(f *testing.F) {
	for _, seed := range []string{"127.0.0.1:1", ":0", "[::1]:2", "localhost:3", "[::ffff:10.0.0.1]:4", "[fe80::1%lo]:5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if CheckListen(address, false) != nil {
			return
		}
		if CheckListen(address, true) != nil {
			t.Errorf("%q is refused with the flag only", address)
		}
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			t.Fatalf("%q was allowed: %v", address, err)
		}
		if ip := net.ParseIP(host); host != "localhost" && !strings.Contains(host, "%") && (ip == nil || !ip.IsLoopback()) {
			t.Errorf("%q was allowed", address)
		}
	})
}
