package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// asProgram makes this test binary run as the program itself.
const asProgram = "TEST_RUNS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// program runs the program as a process of its own.
func program(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(t.Context(), os.Args[0], args...)
	c.Env, c.Stdout, c.Stderr = append(os.Environ(), asProgram+"=1"), &stdout, &stderr
	if err := c.Run(); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			t.Fatal(err)
		}
		return exit.ExitCode(), stdout.String(), stderr.String()
	}
	return 0, stdout.String(), stderr.String()
}

// admin plays the admin address of a process.
func admin(t *testing.T, status int, text string) (address string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			status = http.StatusNotFound
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text + "\n"))
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// What an orchestrator goes by: the exit of the process, and the sentence that it prints.
func TestExits(t *testing.T) {
	for name, test := range map[string]struct {
		args      []string
		code      int
		out, errs string
	}{
		"the version":         {[]string{"version"}, 0, version() + "\n", ""},
		"ready":               {[]string{"healthcheck", "--admin", admin(t, 200, "ready")}, 0, "ready\n", ""},
		"not ready":           {[]string{"healthcheck", "--admin", admin(t, 503, "waiting for start")}, 1, "", "caremarket: not ready: waiting for start\n"},
		"something else":      {[]string{"healthcheck", "--admin", admin(t, 302, "elsewhere")}, 1, "", "caremarket: not ready: elsewhere\n"},
		"no address":          {[]string{"healthcheck", "--admin", "a b"}, 1, "", "caremarket: --admin \"a b\" is no address"},
		"nobody there":        {[]string{"healthcheck", "--admin", "127.0.0.1:1"}, 1, "", "caremarket: no process answers at 127.0.0.1:1"},
		"an unknown command":  {[]string{"serv"}, 1, "", "caremarket: "},
		"no command":          {nil, 1, "", "caremarket: "},
		"a listener too open": {[]string{"serve", "--grpc=0.0.0.0:0"}, 1, "", "--allow-unauthenticated"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := program(t, test.args...)
			if code != test.code || out != test.out || !strings.Contains(errs, test.errs) || test.code == 0 && errs != "" {
				t.Errorf("exit %d, printed %q and %q", code, out, errs)
			}
		})
	}
}

func TestHealthcheckDoesNotWaitForEver(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer s.Close()
	defer close(release)
	_, err := call(t, "healthcheck", "--timeout=1ms", "--admin", s.Listener.Addr().String())
	if err == nil || !strings.Contains(err.Error(), "deadline") {
		t.Errorf("a process that hangs: %v", err)
	}
}
