package storetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// RedisServer is a private Redis server that keeps nothing on disk. It keeps
// its port over a restart.
type RedisServer struct {
	server *server
	addr   string
}

// Redis starts a server for one test and removes it when the test ends.
// Settings are redis-server's own arguments, such as "--maxmemory", "10mb".
func Redis(t testing.TB, settings ...string) *RedisServer {
	t.Helper()
	redis, err := newRedis(settings)
	if err != nil {
		t.Fatalf("start Redis: %v", err)
	}
	t.Cleanup(func() {
		if err := redis.server.remove(); err != nil {
			t.Errorf("remove the Redis server: %v", err)
		}
	})
	return redis
}

func newRedis(settings []string) (*RedisServer, error) {
	binary, err := find("redis-server")
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	server, err := newServer("redis", nil)
	if err != nil {
		return nil, err
	}
	redis := &RedisServer{server: server, addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port))}
	server.answers = func() error { return redis.ask("PING", "+PONG") }
	server.command = func() *exec.Cmd {
		args := []string{"--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"}
		return exec.Command(binary, append(args, settings...)...)
	}
	if err := server.start(); err != nil {
		return nil, errors.Join(err, server.remove())
	}
	return redis, nil
}

// Addr returns the server's host:port.
func (r *RedisServer) Addr() string { return r.addr }

// Stop ends the server: connections are refused until Start.
func (r *RedisServer) Stop(t testing.TB) {
	t.Helper()
	if err := r.server.stop(syscall.SIGKILL); err != nil {
		t.Fatalf("stop Redis: %v", err)
	}
}

// Start starts the server, empty, after a Stop.
func (r *RedisServer) Start(t testing.TB) {
	t.Helper()
	if err := r.server.start(); err != nil {
		t.Fatalf("start Redis: %v", err)
	}
}

// Freeze halts the server with its connections open: nothing answers until
// Thaw.
func (r *RedisServer) Freeze(t testing.TB) {
	t.Helper()
	if err := r.server.signal(syscall.SIGSTOP); err != nil {
		t.Fatalf("freeze Redis: %v", err)
	}
}

// Thaw lets a frozen server go on.
func (r *RedisServer) Thaw(t testing.TB) {
	t.Helper()
	if err := r.server.signal(syscall.SIGCONT); err != nil {
		t.Fatalf("thaw Redis: %v", err)
	}
}

// FlushAll empties the server.
func (r *RedisServer) FlushAll(t testing.TB) {
	t.Helper()
	if err := r.ask("FLUSHALL", "+OK"); err != nil {
		t.Fatalf("flush Redis: %v", err)
	}
}

// ask sends one command in Redis's inline form and checks the answer.
func (r *RedisServer) ask(command, want string) error {
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.Background(), "tcp", r.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(startLimit)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(conn, "%s\r\n", command); err != nil {
		return err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err
	}
	if answer = strings.TrimSpace(answer); answer != want {
		return fmt.Errorf("redis answers %s with %q", command, answer)
	}
	return nil
}
