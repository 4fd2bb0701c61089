package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Postgres returns the URL of an empty database on a cluster that all tests of
// the process share. The cluster forgets what it was told when it crashes, so
// tests of faults ask for a [PostgresCluster].
func Postgres(t testing.TB) string {
	t.Helper()
	cluster, err := sharedCluster()
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	return cluster.Database(t)
}

// sharedCluster starts the cluster when it is first asked for. Its watcher
// ends it when the process ends.
var sharedCluster = sync.OnceValues(func() (*Cluster, error) {
	return newCluster("fsync=off", "synchronous_commit=off", "full_page_writes=off", "deadlock_timeout=50ms")
})

// Cluster is a private PostgreSQL cluster that a test may stop, start and
// kill. It keeps its port and its data over a restart.
type Cluster struct {
	server    *server
	port      int
	databases atomic.Int64
}

// PostgresCluster starts a cluster for one test, with durable commits, and
// removes it when the test ends. Settings are of the form "name=value".
func PostgresCluster(t testing.TB, settings ...string) *Cluster {
	t.Helper()
	cluster, err := newCluster(settings...)
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	t.Cleanup(func() {
		if err := cluster.server.remove(); err != nil {
			t.Errorf("remove the PostgreSQL cluster: %v", err)
		}
	})
	return cluster
}

// Database returns the URL of a new empty database, dropped when the test ends
// if the cluster runs then.
func (c *Cluster) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", c.databases.Add(1))
	if err := c.exec("CREATE DATABASE " + name); err != nil {
		t.Fatalf("create a database: %v", err)
	}
	t.Cleanup(func() {
		// A cluster that the test left stopped takes the database with it.
		_ = c.exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
	})
	return c.url(name)
}

// Stop shuts the cluster down in order, ending all sessions.
func (c *Cluster) Stop(t testing.TB) {
	t.Helper()
	if err := c.server.stop(syscall.SIGINT); err != nil {
		t.Fatalf("stop PostgreSQL: %v", err)
	}
}

// Kill ends the cluster as a crash would: sessions break off, nothing is
// written any more, and the next start recovers from the log.
func (c *Cluster) Kill(t testing.TB) {
	t.Helper()
	if err := c.server.stop(syscall.SIGQUIT); err != nil {
		t.Fatalf("kill PostgreSQL: %v", err)
	}
}

// Start starts the cluster after a Stop or a Kill and waits until it answers.
func (c *Cluster) Start(t testing.TB) {
	t.Helper()
	if err := c.server.start(); err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
}

func (c *Cluster) url(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", c.port, database)
}

func (c *Cluster) exec(text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.url("postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, text)
	return errors.Join(err, conn.Close(ctx))
}

func newCluster(settings ...string) (_ *Cluster, err error) {
	initdb, err := find("initdb", "/usr/lib/postgresql/*/bin/initdb", "/opt/homebrew/opt/postgresql@*/bin/initdb")
	if err != nil {
		return nil, err
	}
	account, err := account()
	if err != nil {
		return nil, err
	}
	server, err := newServer("postgres", account)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, server.remove())
		}
	}()
	data := filepath.Join(server.dir, "data")
	if err := initCluster(initdb, data, account); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	cluster := &Cluster{server: server, port: port}
	server.answers = func() error { return cluster.exec("SELECT 1") }
	server.command = func() *exec.Cmd {
		args := []string{
			"-D", data, "-p", strconv.Itoa(port), "-h", "127.0.0.1",
			"-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "shared_buffers=64MB",
		}
		for _, setting := range settings {
			args = append(args, "-c", setting)
		}
		cmd := exec.Command(filepath.Join(filepath.Dir(initdb), "postgres"), args...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: account}
		return cmd
	}
	return cluster, server.start()
}

// initCluster makes an empty cluster. It sorts text as a British production
// database would, not by bytes, so that SQL which leans on the order of bytes
// without saying so fails its tests.
func initCluster(initdb, data string, account *syscall.Credential) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, initdb, "-D", data, "-U", "postgres", "-A", "trust", "--no-sync",
		"-E", "UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-GB")
	cmd.Dir = filepath.Dir(data)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: account}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return nil
}

// account returns the account to run PostgreSQL as: it refuses root, and any
// other account will do.
func account() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	postgres, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root, and there is no account postgres (`make test` installs it): %w", err)
	}
	uid, err := strconv.ParseUint(postgres.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(postgres.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
