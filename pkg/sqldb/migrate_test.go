package sqldb_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
)

func TestMigrateTwice(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		mustAdd(t, db, "1-1", 1)
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := countHomes(t, db.Read()); got != 1 {
			t.Errorf("%d rows after the second migration", got)
		}
	})
}

// TestMigrateAtOnce lets four openers of one new store migrate together, as
// four processes do.
func TestMigrateAtOnce(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		var wg sync.WaitGroup
		for range 4 {
			db := open(t, url)
			wg.Go(func() {
				if err := db.Migrate(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := countHomes(t, open(t, url).Read()); got != 0 {
			t.Errorf("%d rows in a new store", got)
		}
	})
}

func TestMigrateGoesOnFromWhereItStood(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		old := openMigrated(t, url)
		mustAdd(t, old, "1-1", 1)
		next := fstest.MapFS{
			"00001_homes.sql": homes["00001_homes.sql"],
			"00002_rating.sql": {Data: []byte("-- +goose Up\n" +
				"ALTER TABLE homes ADD COLUMN rating TEXT NOT NULL DEFAULT 'Good';\n")},
		}
		db, err := sqldb.Open(t.Context(), sqldb.Options{Service: "carehomes", URL: url, Migrations: next})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		var rating string
		if err := db.Read().QueryRowContext(t.Context(), "SELECT rating FROM homes").Scan(&rating); err != nil || rating != "Good" {
			t.Errorf("rating %q, %v", rating, err)
		}
		// A process of the older version still serves during a roll-out.
		if err := old.Migrate(t.Context()); err != nil {
			t.Errorf("an older version's migration: %v", err)
		}
		mustAdd(t, old, "1-2", 1)
		if got := countHomes(t, old.Read()); got != 2 {
			t.Errorf("the older version sees %d rows", got)
		}
	})
}

func TestMigrateKeepsNothingOfABrokenStep(t *testing.T) {
	broken := fstest.MapFS{"00001_broken.sql": {Data: []byte(
		"-- +goose Up\nCREATE TABLE homes (id TEXT);\nCREATE TABLE homes (id TEXT);\n")}}
	storetest.Engines(t, func(t *testing.T, url string) {
		db, err := sqldb.Open(t.Context(), sqldb.Options{Service: "carehomes", URL: url, Migrations: broken})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		err = db.Migrate(t.Context())
		if err == nil || !strings.Contains(err.Error(), "version:1") {
			t.Errorf("error %v does not name the step", err)
		}
		// What the broken step made is gone, so the mended one can run.
		if err := open(t, url).Migrate(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestMigrateWithoutMigrations(t *testing.T) {
	db, err := sqldb.Open(t.Context(), sqldb.Options{Service: "carehomes", URL: storetest.SQLite(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err == nil {
		t.Error("migrated from nothing")
	}
}

func TestMigrateCancelled(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		db := open(t, url)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := db.Migrate(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if err := db.Migrate(t.Context()); err != nil {
			t.Errorf("after a cancelled migration: %v", err)
		}
	})
}

// TestTextSortsByBytes shows what COLLATE "C" in a migration is for.
func TestTextSortsByBytes(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		for _, id := range []string{"b", "B", "a", "é", "1-1", "1-10", "1-2"} {
			mustAdd(t, db, id, 1)
		}
		var got []string
		for id := range ids(t, db.Read(), "SELECT id FROM homes ORDER BY id") {
			got = append(got, id)
		}
		if want := "1-1 1-10 1-2 B a b é"; strings.Join(got, " ") != want {
			t.Errorf("order %v, want %s", got, want)
		}
	})
}
