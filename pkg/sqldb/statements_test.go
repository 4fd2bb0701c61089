package sqldb_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
)

// TestMoreTextsThanAreKept asks more different texts than a connection keeps
// prepared, each of them twice.
func TestMoreTextsThanAreKept(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		err := db.View(t.Context(), func(tx sqldb.Queryer) error {
			for range 2 {
				for want := range 300 {
					var got int
					text := fmt.Sprintf("SELECT %d + CAST($1 AS INTEGER)", want)
					if err := tx.QueryRowContext(t.Context(), text, 1).Scan(&got); err != nil {
						return err
					}
					if got != want+1 {
						t.Errorf("%s gives %d", text, got)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestKeptStatementsForgetTheirLastUse runs one text with other parameters,
// after an error, and after rows that were not read to their end.
func TestKeptStatementsForgetTheirLastUse(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		const text = "INSERT INTO homes (id, beds, closed) VALUES ($1, $2, $3)"
		insert := func(args ...any) error {
			return db.Update(t.Context(), func(tx *sqldb.Tx) error {
				_, err := tx.ExecContext(t.Context(), text, args...)
				return err
			})
		}
		if err := insert("1-1", int64(1), false); err != nil {
			t.Fatal(err)
		}
		if err := insert("1-1", int64(1), false); !sqldb.IsUnique(err) {
			t.Errorf("the same key again: %v", err)
		}
		if err := insert("1-2", nil, false); err == nil {
			t.Error("a null was let in")
		}
		if err := insert("1-2", int64(2), false); err != nil {
			t.Errorf("after two errors: %v", err)
		}
		for range 3 {
			for first := range ids(t, db.Read(), "SELECT id FROM homes ORDER BY id") {
				if first != "1-1" {
					t.Errorf("first row %s", first)
				}
				break
			}
		}
		if got := countHomes(t, db.Read()); got != 2 {
			t.Errorf("%d rows", got)
		}
	})
}

// TestReadsSideBySide asks the same text from many goroutines.
func TestReadsSideBySide(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		for i := range 10 {
			mustAdd(t, db, fmt.Sprint("1-", i), int64(i))
		}
		var wg sync.WaitGroup
		for reader := range 16 {
			wg.Go(func() {
				for i := range 50 {
					want := (reader + i) % 10
					var got int
					err := db.Read().QueryRowContext(t.Context(), "SELECT beds FROM homes WHERE id = $1", fmt.Sprint("1-", want)).Scan(&got)
					if err != nil || got != want {
						t.Errorf("home %d has %d beds, %v", want, got, err)
					}
				}
			})
		}
		wg.Wait()
	})
}

// TestParametersStandByNumber uses a parameter twice and out of order, which
// some SQLite drivers take in the order of their appearance.
func TestParametersStandByNumber(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		var a, b, c string
		const text = "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)"
		if err := open(t, url).Read().QueryRowContext(t.Context(), text, "one", "two").Scan(&a, &b, &c); err != nil {
			t.Fatal(err)
		}
		if got := a + " " + b + " " + c; got != "two one two" {
			t.Errorf("%s gives %s", text, got)
		}
	})
}
