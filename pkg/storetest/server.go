package storetest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const (
	// startLimit bounds how long a server may take to answer.
	startLimit = 60 * time.Second
	pollEvery  = 5 * time.Millisecond
	pidFile    = "server.pid"
)

// server is a child process with a directory of its own.
type server struct {
	dir     string
	command func() *exec.Cmd
	answers func() error
	watcher io.Closer

	mu   sync.Mutex
	cmd  *exec.Cmd
	gone chan struct{} // closed when cmd has ended
}

// newServer makes the server's directory, owned by the account that the server
// will run as, and sets a watcher on it. It does not start the server.
func newServer(name string, owner *syscall.Credential) (*server, error) {
	// Not t.TempDir: it may stand under a directory that only root can enter.
	dir, err := os.MkdirTemp("", "caremarket-"+name+"-")
	if err != nil {
		return nil, err
	}
	if owner != nil {
		err = os.Chown(dir, int(owner.Uid), int(owner.Gid))
	}
	s := &server{dir: dir}
	if err == nil {
		s.watcher, err = watch(dir)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// watch starts a shell that sleeps until this process has closed the pipe or
// has died, whatever killed it, and then stops the server that runs in the
// directory and removes the directory. It stands in a session of its own, so
// that Ctrl-C does not end it first.
func watch(dir string) (io.Closer, error) {
	const script = `read -r _
if pid=$(cat "$1/` + pidFile + `" 2>/dev/null); then
	kill -CONT "$pid"; kill -QUIT "$pid"
	tries=0
	while kill -0 "$pid" && [ $((tries += 1)) -lt 500 ]; do
		case $(cat "/proc/$pid/stat") in *") Z "*) break ;; esac
		sleep 0.02
	done
fi 2>/dev/null
rm -rf "$1"`
	cmd := exec.Command("/bin/sh", "-c", script, "storetest-watcher", dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return closerFunc(func() error { return errors.Join(pipe.Close(), cmd.Wait()) }), nil
}

type closerFunc func() error

func (f closerFunc) Close() error { return f() }

// start starts the process and waits until it answers.
func (s *server) start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd != nil {
		return errors.New("the server runs already")
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // The server has its own handle.
	cmd := s.command()
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd, s.gone = cmd, make(chan struct{})
	go func(gone chan struct{}) {
		_ = cmd.Wait() // how it ended shows in its log
		close(gone)
	}(s.gone)
	pid := strconv.Itoa(cmd.Process.Pid)
	if err := os.WriteFile(filepath.Join(s.dir, pidFile), []byte(pid), 0o600); err != nil {
		return errors.Join(err, s.end(syscall.SIGKILL))
	}
	if err := s.await(); err != nil {
		return errors.Join(err, s.end(syscall.SIGKILL))
	}
	return nil
}

// await waits until the server answers, or fails with the end of its log.
func (s *server) await() error {
	deadline := time.Now().Add(startLimit)
	for {
		err := s.answers()
		if err == nil {
			return nil
		}
		select {
		case <-s.gone:
			return fmt.Errorf("the server ended before it answered: %s", s.logTail())
		case <-time.After(pollEvery):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the server does not answer: %w: %s", err, s.logTail())
		}
	}
}

// stop ends the process with a signal and waits until it is gone. A server
// that does not run is left so.
func (s *server) stop(signal syscall.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.end(signal)
}

// end does the work of stop; s.mu is held.
func (s *server) end(signal syscall.Signal) error {
	if s.cmd == nil {
		return nil
	}
	// The process may be gone, or frozen; neither signal then matters.
	_ = s.cmd.Process.Signal(signal)
	_ = s.cmd.Process.Signal(syscall.SIGCONT)
	<-s.gone
	s.cmd = nil
	return os.Remove(filepath.Join(s.dir, pidFile))
}

// signal sends a signal to the running process.
func (s *server) signal(signal syscall.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return errors.New("the server does not run")
	}
	return s.cmd.Process.Signal(signal)
}

// remove ends the process, without its taking leave, and removes its directory.
func (s *server) remove() error {
	return errors.Join(s.stop(syscall.SIGQUIT), s.watcher.Close())
}

func (s *server) logTail() string {
	text, err := os.ReadFile(filepath.Join(s.dir, "server.log"))
	if err != nil {
		return err.Error()
	}
	const most = 2000
	return string(text[max(0, len(text)-most):])
}

// freePort returns a TCP port of 127.0.0.1 that nothing listens on.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// find returns the path of a program: the one on PATH, or else the last match
// (the newest version) of the first glob that has any. Its error says how to
// get the program.
func find(name string, globs ...string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, glob := range globs {
		matches, err := filepath.Glob(glob)
		if err != nil {
			return "", err
		}
		if len(matches) > 0 {
			return matches[len(matches)-1], nil
		}
	}
	return "", fmt.Errorf("%s is not installed: `make test` installs what the tests need", name)
}
