package sqldb_test

import (
	"context"
	"testing"

	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
)

// TestAServerThatCrashes kills PostgreSQL within a transaction and beside idle
// connections, and starts it again.
func TestAServerThatCrashes(t *testing.T) {
	cluster := storetest.PostgresCluster(t)
	db := openMigrated(t, cluster.Database(t))
	mustAdd(t, db, "1-1", 1)
	err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
		if err := addHome(t.Context(), tx, "1-2", 1); err != nil {
			return err
		}
		cluster.Kill(t)
		return addHome(t.Context(), tx, "1-3", 1)
	})
	if !sqldb.IsUnavailable(err) {
		t.Errorf("in the transaction: %v", err)
	}
	calls := map[string]func(context.Context) error{
		"ping":   db.Ping,
		"update": func(ctx context.Context) error { return db.Update(ctx, func(*sqldb.Tx) error { return nil }) },
		"view":   func(ctx context.Context) error { return db.View(ctx, func(sqldb.Queryer) error { return nil }) },
		"read": func(ctx context.Context) error {
			var n int
			return db.Read().QueryRowContext(ctx, "SELECT 1").Scan(&n)
		},
	}
	for name, call := range calls {
		if err := call(t.Context()); !sqldb.IsUnavailable(err) {
			t.Errorf("%s while the server is away: %v", name, err)
		}
	}
	cluster.Start(t)
	for name, call := range calls {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s after the server came back: %v", name, err)
		}
	}
	if got := countHomes(t, db.Read()); got != 1 {
		t.Errorf("%d rows after the crash, of which one was committed", got)
	}
}

// TestConnectionsCutOff ends idle sessions as an administrator does: calls go
// on as if nothing had happened.
func TestConnectionsCutOff(t *testing.T) {
	db := openMigrated(t, storetest.Postgres(t))
	const cut = "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
	nothing := func(sqldb.Queryer) error { return nil }
	calls := map[string]func() error{
		"update": func() error { return db.Update(t.Context(), func(*sqldb.Tx) error { return nil }) },
		"view":   func() error { return db.View(t.Context(), nothing) },
		"row": func() error {
			var n int
			return db.Read().QueryRowContext(t.Context(), "SELECT 1").Scan(&n)
		},
		"rows": func() error {
			rows, err := db.Read().QueryContext(t.Context(), "SELECT 1")
			if err != nil {
				return err
			}
			return rows.Close()
		},
	}
	for name, call := range calls {
		err := db.View(t.Context(), func(tx sqldb.Queryer) error {
			if err := db.View(t.Context(), nothing); err != nil { // leaves a second connection idle
				return err
			}
			for gone := range ids(t, tx, cut) {
				if gone != "true" {
					t.Errorf("a session was not cut off")
				}
			}
			return call()
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLocksAreNotWaitedForLong holds a row's lock past another session's
// patience.
func TestLocksAreNotWaitedForLong(t *testing.T) {
	url := storetest.Postgres(t)
	holder, waiter := openMigrated(t, url), open(t, url+"&lock_timeout=1ms")
	mustAdd(t, holder, "1-1", 0)
	const add = "UPDATE homes SET beds = beds + 1"
	err := holder.Update(t.Context(), func(tx *sqldb.Tx) error {
		if _, err := tx.ExecContext(t.Context(), add); err != nil {
			return err
		}
		err := waiter.Update(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.ExecContext(t.Context(), add)
			return err
		})
		if !sqldb.IsUnavailable(err) {
			t.Errorf("the waiter is told %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestStatementsAreNotWaitedForLong lets a statement run past its limit.
func TestStatementsAreNotWaitedForLong(t *testing.T) {
	db := open(t, storetest.Postgres(t)+"&statement_timeout=1ms")
	var n int
	err := db.Read().QueryRowContext(t.Context(), "SELECT 1 FROM pg_sleep(3600)").Scan(&n)
	if !sqldb.IsUnavailable(err) {
		t.Errorf("error %v", err)
	}
}
