package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
)

func TestUpdateCommits(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
			if err := addHome(t.Context(), tx, "1-1", 40); err != nil {
				return err
			}
			if got := countHomes(t, tx); got != 1 {
				t.Errorf("the transaction sees %d of its own rows", got)
			}
			if got := countHomes(t, db.Read()); got != 0 {
				t.Errorf("others see %d rows before the commit", got)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := countHomes(t, db.Read()); got != 1 {
			t.Errorf("%d rows after the commit", got)
		}
	})
}

func TestUpdateRollsBack(t *testing.T) {
	refused := errors.New("refused")
	ways := map[string]func(ctx context.Context, cancel func()) error{
		"error":   func(context.Context, func()) error { return refused },
		"panic":   func(context.Context, func()) error { panic(refused) },
		"context": func(_ context.Context, cancel func()) error { cancel(); return nil },
		"context and its error": func(ctx context.Context, cancel func()) error {
			cancel()
			return ctx.Err()
		},
	}
	engines(t, func(t *testing.T, db *sqldb.DB) {
		for name, leave := range ways {
			t.Run(name, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				err := recovered(func() error {
					return db.Update(ctx, func(tx *sqldb.Tx) error {
						if err := addHome(ctx, tx, "1-1", 40); err != nil {
							return err
						}
						return leave(ctx, cancel)
					})
				})
				if !errors.Is(err, refused) && !errors.Is(err, context.Canceled) {
					t.Errorf("error %v", err)
				}
				if got := countHomes(t, db.Read()); got != 0 {
					t.Errorf("%d rows were kept", got)
				}
				mustAdd(t, db, "1-1", 40)
				err = db.Update(t.Context(), func(tx *sqldb.Tx) error {
					_, err := tx.ExecContext(t.Context(), "DELETE FROM homes")
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
	})
}

// recovered turns a panic with an error into that error.
func recovered(fn func() error) (err error) {
	defer func() {
		if cause, ok := recover().(error); ok {
			err = cause
		}
	}()
	return fn()
}

func TestCancelledCallsSaySo(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		never := errors.New("fn ran")
		calls := map[string]error{
			"update": db.Update(ctx, func(*sqldb.Tx) error { return never }),
			"view":   db.View(ctx, func(sqldb.Queryer) error { return never }),
		}
		for name, err := range calls {
			if !errors.Is(err, context.Canceled) || errors.Is(err, never) || sqldb.IsUnavailable(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestCancellationEndsALongQuery(t *testing.T) {
	const endless = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n`
	engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := db.View(ctx, func(tx sqldb.Queryer) error {
			var n int64
			go cancel()
			return tx.QueryRowContext(ctx, endless).Scan(&n)
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if err := db.Ping(t.Context()); err != nil {
			t.Errorf("after a cancelled query: %v", err)
		}
	})
}

func TestViewIsOneSnapshot(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		mustAdd(t, db, "1-1", 1)
		err := db.View(t.Context(), func(tx sqldb.Queryer) error {
			before := countHomes(t, tx)
			mustAdd(t, db, "1-2", 1)
			if after := countHomes(t, tx); after != before {
				t.Errorf("the snapshot grew from %d to %d rows", before, after)
			}
			if outside := countHomes(t, db.Read()); outside != before+1 {
				t.Errorf("a read beside the snapshot sees %d rows", outside)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.View(t.Context(), func(tx sqldb.Queryer) error {
			if got := countHomes(t, tx); got != 2 {
				t.Errorf("the next snapshot sees %d rows", got)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestViewCannotWrite(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		err := db.View(t.Context(), func(tx sqldb.Queryer) error {
			var id string
			return tx.QueryRowContext(t.Context(), "INSERT INTO homes (id, beds, closed) VALUES ('1-1', 1, false) RETURNING id").Scan(&id)
		})
		if err == nil {
			t.Error("a view wrote")
		}
		if got := countHomes(t, db.Read()); got != 0 {
			t.Errorf("%d rows were written", got)
		}
	})
}

func TestViewPassesItsErrorOn(t *testing.T) {
	refused := errors.New("refused")
	engines(t, func(t *testing.T, db *sqldb.DB) {
		if err := db.View(t.Context(), func(sqldb.Queryer) error { return refused }); !errors.Is(err, refused) {
			t.Errorf("error %v", err)
		}
	})
}

// TestUpdatesSideBySide counts up one row from many goroutines: a lost update
// would show in the sum.
func TestUpdatesSideBySide(t *testing.T) {
	const writers, each = 8, 25
	engines(t, func(t *testing.T, db *sqldb.DB) {
		mustAdd(t, db, "1-1", 0)
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range each {
					err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
						_, err := tx.ExecContext(t.Context(), "UPDATE homes SET beds = beds + 1 WHERE id = '1-1'")
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		var beds int
		if err := db.Read().QueryRowContext(t.Context(), "SELECT beds FROM homes").Scan(&beds); err != nil {
			t.Fatal(err)
		}
		if beds != writers*each {
			t.Errorf("%d updates are left of %d", beds, writers*each)
		}
	})
}

// TestDeadlockIsTriedAgain makes two transactions lock two rows in opposite
// orders. On SQLite the second waits for the first and there is no deadlock;
// on PostgreSQL one is thrown out and must run again.
func TestDeadlockIsTriedAgain(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		mustAdd(t, db, "1-1", 0)
		mustAdd(t, db, "1-2", 0)
		var both sync.WaitGroup
		if db.Engine() == sqldb.PostgreSQL {
			both.Add(2)
		}
		transfer := func(first, second string) error {
			meet := sync.OnceFunc(func() {
				if db.Engine() == sqldb.PostgreSQL {
					both.Done()
				}
				both.Wait()
			})
			return db.Update(t.Context(), func(tx *sqldb.Tx) error {
				const add = "UPDATE homes SET beds = beds + 1 WHERE id = $1"
				if _, err := tx.ExecContext(t.Context(), add, first); err != nil {
					return err
				}
				meet()
				_, err := tx.ExecContext(t.Context(), add, second)
				return err
			})
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := transfer("1-1", "1-2"); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if err := transfer("1-2", "1-1"); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		var sum int
		if err := db.Read().QueryRowContext(t.Context(), "SELECT sum(beds) FROM homes").Scan(&sum); err != nil {
			t.Fatal(err)
		}
		if sum != 4 {
			t.Errorf("4 updates, %d kept", sum)
		}
	})
}

// TestQueriesWithinQueries runs a text while rows read from the same text are
// open, which only SQLite allows.
func TestQueriesWithinQueries(t *testing.T) {
	db := openMigrated(t, storetest.SQLite(t))
	const homes, text = 5, "SELECT id FROM homes ORDER BY id"
	for i := range homes {
		mustAdd(t, db, fmt.Sprint("1-", i), int64(i))
	}
	err := db.View(t.Context(), func(tx sqldb.Queryer) error {
		pairs := 0
		for range ids(t, tx, text) {
			for range ids(t, tx, text) {
				pairs++
			}
		}
		if pairs != homes*homes {
			t.Errorf("%d pairs", pairs)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// ids yields the first column of a query while its rows are open.
func ids(t *testing.T, q sqldb.Queryer, text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		rows, err := q.QueryContext(t.Context(), text)
		if err != nil {
			t.Error(err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				t.Error(err)
			}
			if !yield(id) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			t.Error(err)
		}
	}
}
