package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// maxAttempts bounds how often a transaction that lost a conflict with another
// is tried.
const maxAttempts = 5

// Tx is one write transaction. It is used by one goroutine at a time, and only
// within the function it was given to.
type Tx struct {
	tx     *sql.Tx
	conn   *sql.Conn
	engine Engine
}

// QueryContext runs a query within the transaction.
func (tx *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return tx.tx.QueryContext(ctx, query, args...)
}

// QueryRowContext runs a query for one row within the transaction.
func (tx *Tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return tx.tx.QueryRowContext(ctx, query, args...)
}

// ExecContext runs a statement within the transaction.
func (tx *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return tx.tx.ExecContext(ctx, query, args...)
}

// View runs fn on one consistent snapshot of the store, taken at fn's first
// query. fn may be run again after a conflict, so it must not keep what an
// earlier run found.
func (db *DB) View(ctx context.Context, fn func(tx Queryer) error) error {
	options := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	return db.observer.call(ctx, callView, func(ctx context.Context) error {
		return db.attempt(ctx, db.reader, options, func(tx *Tx) error { return fn(tx.tx) })
	})
}

// Update runs fn in one write transaction and commits when fn returns nil;
// when fn returns an error or panics, nothing is kept. fn may be run again
// after a deadlock or a serialisation failure, so it must have no effect but
// on tx. Only one Update of a SQLite store runs at a time; on PostgreSQL they
// run side by side at READ COMMITTED, and fn locks what it must.
func (db *DB) Update(ctx context.Context, fn func(tx *Tx) error) error {
	return db.observer.call(ctx, callUpdate, func(ctx context.Context) error {
		return db.attempt(ctx, db.writer, &sql.TxOptions{Isolation: sql.LevelReadCommitted}, fn)
	})
}

// attempt runs a transaction until it is through, or fails for a reason that
// trying again would not cure.
func (db *DB) attempt(ctx context.Context, pool *sql.DB, options *sql.TxOptions, fn func(tx *Tx) error) error {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval = 5 * time.Millisecond
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := db.transact(ctx, pool, options, fn)
		var unbegun *notBegunError
		again := isConflict(err) || errors.As(err, &unbegun) && isLost(err)
		if err != nil && !again {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(wait), backoff.WithMaxTries(maxAttempts))
	return err
}

// notBegunError says that a transaction did not begin, so that it can be tried
// again on another connection: one that lay idle may have been cut off.
type notBegunError struct{ cause error }

func (e *notBegunError) Error() string { return "begin a transaction: " + e.cause.Error() }
func (e *notBegunError) Unwrap() error { return e.cause }

// transact runs one transaction, once.
func (db *DB) transact(ctx context.Context, pool *sql.DB, options *sql.TxOptions, fn func(tx *Tx) error) (err error) {
	defer func() {
		// The driver reports a context that ended in words of its own.
		if ended := ctx.Err(); err != nil && ended != nil && !errors.Is(err, ended) {
			err = fmt.Errorf("%w: %w", ended, err)
		}
	}()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to the store: %w", err)
	}
	defer func() { err = errors.Join(err, ignoreDone(conn.Close())) }()
	tx, err := begin(ctx, conn, options)
	if err != nil {
		return &notBegunError{err}
	}
	// After a commit this does nothing; after an error or a panic in fn it
	// leaves nothing behind.
	defer func() { _ = tx.Rollback() }()
	if err := fn(&Tx{tx: tx, conn: conn, engine: db.engine}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// begin begins a transaction, waiting a bounded time for a writer in another
// process.
func begin(ctx context.Context, conn *sql.Conn, options *sql.TxOptions) (*sql.Tx, error) {
	start := time.Now()
	for {
		tx, err := conn.BeginTx(ctx, options)
		if !isBusy(err) || ctx.Err() != nil || time.Since(start) > lockWait {
			return tx, err
		}
	}
}

// ignoreDone drops the error of closing a connection that broke before.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrConnDone) || errors.Is(err, driver.ErrBadConn) {
		return nil
	}
	return err
}
