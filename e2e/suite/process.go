package suite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/caremarket/caremarket/pkg/audience"
)

const (
	// startLimit bounds a start, which may seed, on a busy machine.
	startLimit = 3 * time.Minute
	// stopLimit is how promptly a process must end when it is told to.
	stopLimit = 10 * time.Second
	pollEvery = 5 * time.Millisecond
)

// Process is one run of `caremarket serve` after another, on the same addresses.
type Process struct {
	// Name tells it from others in messages.
	Name string
	// HTTP, GRPC and Admin are the host:port that it listens on.
	HTTP, GRPC, Admin string

	args []string
	dir  string // of what it prints
	cmd  *exec.Cmd
	gone chan struct{} // closed when cmd has ended
}

// New returns a process with addresses of its own that has not started. It is stopped when
// the test ends, and fails the test if it does not stop in order.
func New(t testing.TB, name string, args ...string) *Process {
	t.Helper()
	p := &Process{Name: name, HTTP: freeAddress(t), GRPC: freeAddress(t), Admin: freeAddress(t), dir: t.TempDir()}
	p.args = append([]string{
		"serve", "--http=" + p.HTTP, "--grpc=" + p.GRPC, "--admin=" + p.Admin, "--log-level=debug",
	}, args...)
	t.Cleanup(func() {
		if p.cmd != nil {
			p.Stop(t)
		}
	})
	return p
}

// freeAddress returns an address that nothing listens on, from ports that no outgoing
// connection is given.
func freeAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(10_000+rand.IntN(20_000)))
		if l, err := net.Listen("tcp", address); err == nil {
			_ = l.Close() // nothing came in on it
			return address
		}
	}
	t.Fatal("no free port was found")
	return ""
}

// Start starts the process and waits until it is ready.
func (p *Process) Start(t testing.TB) {
	t.Helper()
	p.Launch(t)
	p.Await(t)
}

// Launch starts the process and does not wait.
func (p *Process) Launch(t testing.TB) {
	t.Helper()
	printed, err := p.open("stdout")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = printed.Close() }() // The process has its own handle.
	logged, err := p.open("stderr")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = logged.Close() }()
	p.cmd = exec.Command(Program(t), p.args...)
	p.cmd.Stdout, p.cmd.Stderr = printed, logged
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.gone = make(chan struct{})
	go func(cmd *exec.Cmd, gone chan struct{}) {
		_ = cmd.Wait() // its state tells how it ended
		close(gone)
	}(p.cmd, p.gone)
}

func (p *Process) open(stream string) (*os.File, error) {
	return os.OpenFile(filepath.Join(p.dir, stream), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// Await waits until the process is ready.
func (p *Process) Await(t testing.TB) {
	t.Helper()
	deadline := time.Now().Add(startLimit)
	for {
		err := p.ready(t.Context())
		if err == nil {
			return
		}
		select {
		case <-p.gone:
			t.Fatalf("%s ended before it was ready: %s", p.Name, p.tail())
		case <-time.After(pollEvery):
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is not ready: %v: %s", p.Name, err, p.tail())
		}
	}
}

func (p *Process) ready(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.Admin+"/readyz", http.NoBody)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s", text)
	}
	return err
}

// Stop tells the process to stop, and fails the test unless it ends in order and promptly.
func (p *Process) Stop(t testing.TB) {
	t.Helper()
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Errorf("%s did not stop in order: %v: %s", p.Name, err, p.tail())
	}
}

// Kill ends the process at once, as nothing it can prepare for.
func (p *Process) Kill(t testing.TB) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-p.gone
	p.cmd = nil
}

func (p *Process) end(signal syscall.Signal) error {
	cmd := p.cmd
	p.cmd = nil
	if err := cmd.Process.Signal(signal); err != nil {
		return err
	}
	select {
	case <-p.gone:
	case <-time.After(stopLimit):
		_ = cmd.Process.Signal(syscall.SIGQUIT) // its stacks go to its log
		<-p.gone
		return fmt.Errorf("it still ran after %s", stopLimit)
	}
	if code := cmd.ProcessState.ExitCode(); code != 0 {
		return errors.New(cmd.ProcessState.String())
	}
	return nil
}

// Dial returns a connection to the process's gRPC that calls for a commissioner, closed
// when the test ends.
func (p *Process) Dial(t testing.TB) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(p.GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithUnaryInterceptor(func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
			return audience.UnaryClientInterceptor(audience.With(ctx, audience.Commissioner), method, req, reply, conn, invoke, opts...)
		}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}
