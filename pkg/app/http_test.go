package app

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// serveHTTP runs an HTTP component for a test and returns it with its base URL.
func serveHTTP(t *testing.T, handler http.Handler) (Component, string) {
	t.Helper()
	listener, err := Listen(t.Context(), "127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	component := HTTP("http", listener, handler, slog.New(slog.DiscardHandler))
	ended := make(chan error, 1)
	go func() { ended <- component.Run(context.Background()) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = component.Stop(ctx) // a test that looks at the stop has called it already
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	return component, "http://" + listener.Addr().String()
}

func request(t *testing.T, url string) (*http.Response, error) {
	t.Helper()
	asked, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(asked)
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	response, err := request(t, url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestHTTPLetsARequestFinish(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	component, url := serveHTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-release
		answer(w, http.StatusOK, "finished")
	}))
	answered := make(chan string, 1)
	go func() {
		_, body := get(t, url)
		answered <- body
	}()
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- component.Stop(context.Background()) }()
	close(release)
	if got := <-answered; got != "finished\n" {
		t.Errorf("the answer is %q", got)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Stop: %v", err)
	}
}

func TestHTTPCutsOffWhatNeverEnds(t *testing.T) {
	entered := make(chan struct{})
	component, url := serveHTTP(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done() // ends only when the connection does
	}))
	failed := make(chan error, 1)
	go func() {
		response, err := request(t, url)
		if err == nil {
			response.Body.Close()
		}
		failed <- err
	}()
	<-entered
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := component.Stop(ctx); err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("Stop: %v", err)
	}
	if err := <-failed; err == nil {
		t.Error("the request was answered")
	}
}

func TestHTTPFailsOnAListenerThatIsClosed(t *testing.T) {
	listener, err := Listen(t.Context(), "127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	component := HTTP("http", listener, http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	if err := component.Run(t.Context()); err == nil || !strings.Contains(err.Error(), listener.Addr().String()) {
		t.Errorf("Run: %v", err)
	}
}

// A client that never finishes its headers is cut off.
func TestHTTPHasLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		component := HTTP("http", &oneConn{conn: server, closed: make(chan struct{})},
			http.NotFoundHandler(), slog.New(slog.DiscardHandler))
		go func() { _ = component.Run(t.Context()) }()
		begin := time.Now()
		if _, err := io.WriteString(client, "GET / HTTP/1.1\r\nHost: x\r\n"); err != nil {
			t.Fatal(err)
		}
		_, err := bufio.NewReader(client).ReadByte()
		if took := time.Since(begin); err == nil || took != readHeaderTimeout {
			t.Errorf("cut off after %s, with %v", took, err)
		}
		if err := component.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// oneConn is a listener with one connection.
type oneConn struct {
	conn   net.Conn
	closed chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	if conn := l.conn; conn != nil {
		l.conn = nil
		return conn, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error   { close(l.closed); return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

func TestAdmin(t *testing.T) {
	metrics := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "calls 7") })
	readiness := new(Readiness)
	readiness.Wait("workforce")
	readiness.Wait("carehomes")
	component := readiness.Component()
	_, url := serveHTTP(t, Admin(metrics, readiness))

	check := func(path string, status int, text string) {
		t.Helper()
		if got, body := get(t, url+path); got != status || !strings.Contains(body, text) {
			t.Errorf("%s answers %d %q, want %d with %q", path, got, body, status, text)
		}
	}
	check("/metrics", http.StatusOK, "calls 7")
	check("/healthz", http.StatusOK, "ok")
	check("/readyz", http.StatusServiceUnavailable, "waiting for carehomes, start, workforce")
	readiness.Done("carehomes")
	readiness.Done("workforce")
	check("/readyz", http.StatusServiceUnavailable, "waiting for start")
	if err := component.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("/readyz", http.StatusOK, "ready")
	if err := component.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("/readyz", http.StatusServiceUnavailable, "stopping")
	check("/healthz", http.StatusOK, "ok")
	check("/debug/pprof/", http.StatusOK, "goroutine")
	check("/debug/pprof/symbol", http.StatusOK, "num_symbols")
	check("/debug/pprof/cmdline", http.StatusNotFound, "") // flags may hold a password
	check("/elsewhere", http.StatusNotFound, "")
}

func TestReadinessOfTheZeroValue(t *testing.T) {
	if waiting := new(Readiness).Waiting(); len(waiting) != 0 {
		t.Errorf("a new process waits for %v", waiting)
	}
}
