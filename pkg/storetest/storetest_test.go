package storetest

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ask runs a query for one text on a database.
func ask(t *testing.T, url, query string) (string, error) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	var answer string
	err = conn.QueryRow(t.Context(), query).Scan(&answer)
	return answer, err
}

func mustAsk(t *testing.T, url, query string) string {
	t.Helper()
	answer, err := ask(t, url, query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}

func TestPostgresGivesEmptyDatabases(t *testing.T) {
	const create = "CREATE TABLE t (a TEXT)"
	for range 2 {
		url := Postgres(t)
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), create); err != nil {
			t.Errorf("in a new database: %v", err)
		}
		if err := conn.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestPostgresDropsItsDatabases(t *testing.T) {
	var url string
	t.Run("uses one", func(t *testing.T) { url = Postgres(t) })
	var refused *pgconn.PgError
	const noSuchDatabase = "3D000"
	if _, err := ask(t, url, "SELECT 'here'"); !errors.As(err, &refused) || refused.Code != noSuchDatabase {
		t.Errorf("error %v", err)
	}
}

// TestPostgresSortsAsProductionMay guards that byte order is not the default.
func TestPostgresSortsAsProductionMay(t *testing.T) {
	if got := mustAsk(t, Postgres(t), "SELECT ('a' < 'B')::text"); got != "true" {
		t.Error("text sorts by bytes")
	}
}

func TestClusterKeepsItsDataOverAStopAndACrash(t *testing.T) {
	cluster := PostgresCluster(t, "work_mem=5MB")
	url := cluster.Database(t)
	if got := mustAsk(t, url, "SHOW work_mem"); got != "5MB" {
		t.Errorf("work_mem %s", got)
	}
	if got := mustAsk(t, url, "SHOW fsync"); got != "on" {
		t.Errorf("fsync %s", got)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), "CREATE TABLE t AS SELECT 'kept' AS a"); err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]func(testing.TB){"stop": cluster.Stop, "kill": cluster.Kill} {
		end(t)
		if _, err := ask(t, url, "SELECT a FROM t"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("after a %s: %v", name, err)
		}
		cluster.Start(t)
		if got := mustAsk(t, url, "SELECT a FROM t"); got != "kept" {
			t.Errorf("after a %s and a start: %q", name, got)
		}
	}
}

func TestSQLiteGivesEmptyDirectories(t *testing.T) {
	first, second := SQLite(t), SQLite(t)
	if first == second {
		t.Error("the same directory twice")
	}
	dir, ok := strings.CutPrefix(first, "sqlite:")
	if !ok {
		t.Fatalf("URL %s", first)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("files %v, %v", files, err)
	}
}

func TestEnginesRunsEach(t *testing.T) {
	var schemes []string
	Engines(t, func(_ *testing.T, url string) {
		scheme, _, _ := strings.Cut(url, ":")
		schemes = append(schemes, scheme)
	})
	if got := strings.Join(schemes, " "); got != "sqlite postgres" {
		t.Errorf("engines %s", got)
	}
}

func TestRedisStopsAndStarts(t *testing.T) {
	redis := Redis(t, "--maxmemory", "10mb")
	set := func() {
		t.Helper()
		if err := redis.ask("SET key value", "+OK"); err != nil {
			t.Fatal(err)
		}
	}
	isEmpty := func() {
		t.Helper()
		if err := redis.ask("DBSIZE", ":0"); err != nil {
			t.Error(err)
		}
	}
	set()
	redis.FlushAll(t)
	isEmpty()
	set()
	redis.Stop(t)
	if _, err := new(net.Dialer).DialContext(t.Context(), "tcp", redis.Addr()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("after a stop: %v", err)
	}
	redis.Start(t)
	isEmpty()
}

func TestRedisFreezes(t *testing.T) {
	redis := Redis(t)
	redis.Freeze(t)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", redis.Addr())
	if err != nil {
		t.Fatalf("a frozen server refuses: %v", err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, len("+PONG"))
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(answer); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a frozen server answers: %q, %v", answer, err)
	}
	redis.Thaw(t)
	if err := conn.SetReadDeadline(time.Now().Add(startLimit)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(answer); err != nil || string(answer) != "+PONG" {
		t.Errorf("after the thaw: %q, %v", answer, err)
	}
}

func TestServersRefuseWhatDoesNotFit(t *testing.T) {
	redis := Redis(t)
	if err := redis.server.start(); err == nil {
		t.Error("started twice")
	}
	redis.Stop(t)
	redis.Stop(t)
	if err := redis.server.signal(syscall.SIGSTOP); err == nil {
		t.Error("froze a server that does not run")
	}
	if _, err := newRedis([]string{"--no-such-setting", "1"}); err == nil || !strings.Contains(err.Error(), "no-such-setting") {
		t.Errorf("error %v does not show the server's own words", err)
	}
}

func TestServersLeaveNothing(t *testing.T) {
	var dirs []string
	t.Run("servers", func(t *testing.T) {
		dirs = append(dirs, Redis(t).server.dir, PostgresCluster(t).server.dir)
	})
	for _, dir := range dirs {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

func TestFindSaysHowToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := find("redis-server"); err == nil || !strings.Contains(err.Error(), "make test") {
		t.Errorf("error %v", err)
	}
	dir := t.TempDir()
	for _, version := range []string{"9", "15"} {
		if err := os.MkdirAll(filepath.Join(dir, version, "bin"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, version, "bin", "initdb"), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	found, err := find("initdb", filepath.Join(dir, "absent", "*"), filepath.Join(dir, "*", "bin", "initdb"))
	if err != nil || !strings.HasPrefix(found, dir) {
		t.Errorf("found %s, %v", found, err)
	}
}
