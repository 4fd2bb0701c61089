package sqldb_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
)

// homes is a schema with every column type that services use.
var homes = fstest.MapFS{"00001_homes.sql": {Data: []byte(`-- +goose Up
CREATE TABLE homes (
  id TEXT /*postgres COLLATE "C" */ NOT NULL PRIMARY KEY,
  beds BIGINT NOT NULL,
  latitude DOUBLE PRECISION,
  closed BOOLEAN NOT NULL,
  payload BYTEA
) /*sqlite WITHOUT ROWID */;
`)}}

// open opens a service's store at a URL and closes it when the test ends.
func open(t testing.TB, url string) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{Service: "carehomes", URL: url, Migrations: homes})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return db
}

// openMigrated is open with the schema of homes in place.
func openMigrated(t testing.TB, url string) *sqldb.DB {
	t.Helper()
	db := open(t, url)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// engines runs a test on a migrated store of each engine.
func engines(t *testing.T, test func(t *testing.T, db *sqldb.DB)) {
	t.Helper()
	storetest.Engines(t, func(t *testing.T, url string) { test(t, openMigrated(t, url)) })
}

// addHome inserts one home with a number of beds.
func addHome(ctx context.Context, tx *sqldb.Tx, id string, beds int64) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO homes (id, beds, closed) VALUES ($1, $2, $3)", id, beds, false)
	return err
}

func mustAdd(t testing.TB, db *sqldb.DB, id string, beds int64) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *sqldb.Tx) error { return addHome(t.Context(), tx, id, beds) }); err != nil {
		t.Fatal(err)
	}
}

// countHomes counts the homes that a query sees.
func countHomes(t testing.TB, q sqldb.Queryer) int {
	t.Helper()
	var n int
	if err := q.QueryRowContext(t.Context(), "SELECT count(*) FROM homes").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOpenRefusesWrongOptions(t *testing.T) {
	cases := map[string]struct {
		options sqldb.Options
		want    string
	}{
		"no service":        {sqldb.Options{URL: "sqlite:x"}, "service"},
		"quoted service":    {sqldb.Options{Service: `a"; DROP`, URL: "sqlite:x"}, "service"},
		"upper-case":        {sqldb.Options{Service: "CareHomes", URL: "sqlite:x"}, "service"},
		"too long":          {sqldb.Options{Service: strings.Repeat("a", 64), URL: "sqlite:x"}, "service"},
		"no URL":            {sqldb.Options{Service: "a"}, "sqlite:DIR"},
		"no directory":      {sqldb.Options{Service: "a", URL: "sqlite:"}, "sqlite:DIR"},
		"another engine":    {sqldb.Options{Service: "a", URL: "mysql://u:secret@h/d"}, "sqlite:DIR"},
		"no such parameter": {sqldb.Options{Service: "a", URL: "postgres://u:secret@h:port/d"}, "does not parse"},
		"negative pool":     {sqldb.Options{Service: "a", URL: "sqlite:x", MaxConns: -1}, "connections"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			db, err := sqldb.Open(t.Context(), c.options)
			if err == nil {
				_ = db.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %q does not name %q", err, c.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("error %q repeats the password", err)
			}
		})
	}
}

func TestOpenTellsTheEngine(t *testing.T) {
	if got := open(t, storetest.SQLite(t)).Engine(); got != sqldb.SQLite || got.String() != "sqlite" {
		t.Errorf("engine %v", got)
	}
	if got := open(t, storetest.Postgres(t)).Engine(); got != sqldb.PostgreSQL || got.String() != "postgresql" {
		t.Errorf("engine %v", got)
	}
	if got := sqldb.Engine(0).String(); got != "unknown" {
		t.Errorf("no engine is called %q", got)
	}
}

func TestOpenGivesUpOnAServerThatIsAway(t *testing.T) {
	cluster := storetest.PostgresCluster(t)
	url := cluster.Database(t)
	cluster.Stop(t)
	_, err := sqldb.Open(t.Context(), sqldb.Options{Service: "carehomes", URL: url, StartTimeout: 10 * time.Millisecond})
	if !sqldb.IsUnavailable(err) {
		t.Errorf("error %v does not say that the store is away", err)
	}
}

func TestOpenWaitsForAServerThatStarts(t *testing.T) {
	cluster := storetest.PostgresCluster(t)
	url := cluster.Database(t)
	cluster.Stop(t)
	opened := make(chan error, 1)
	go func() {
		db, err := sqldb.Open(t.Context(), sqldb.Options{Service: "carehomes", URL: url, StartTimeout: time.Minute})
		if err == nil {
			err = db.Close()
		}
		opened <- err
	}()
	cluster.Start(t)
	if err := <-opened; err != nil {
		t.Error(err)
	}
}

func TestOpenDoesNotWaitForAWrongDatabase(t *testing.T) {
	url := strings.Replace(storetest.Postgres(t), "/test_", "/absent_", 1)
	_, err := sqldb.Open(t.Context(), sqldb.Options{Service: "carehomes", URL: url, StartTimeout: time.Hour})
	if err == nil || sqldb.IsUnavailable(err) {
		t.Errorf("error %v: a database that does not exist will not come by waiting", err)
	}
}

func TestOpenMakesTheDirectoryForItsOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "dir with ? % # & in it")
	mustAdd(t, openMigrated(t, "sqlite:"+dir), "1-1", 1)
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o700 {
		t.Errorf("directory has mode %o", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "carehomes.db")); err != nil {
		t.Error(err)
	}
}

func TestServicesAreApart(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		mustAdd(t, openMigrated(t, url), "1-1", 1)
		other, err := sqldb.Open(t.Context(), sqldb.Options{Service: "homecare", URL: url, Migrations: homes})
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		if err := other.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := countHomes(t, other.Read()); got != 0 {
			t.Errorf("homecare sees %d of carehomes' rows", got)
		}
	})
}

func TestPing(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		db := open(t, url)
		if err := db.Ping(t.Context()); err != nil {
			t.Error(err)
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		if err := db.Ping(cancelled); err == nil {
			t.Error("a cancelled ping succeeds")
		}
	})
}
