package sqldb

import (
	"context"
	"database/sql"
	"time"
)

// Read returns the store for single questions, each of which sees the latest
// commit. Questions that must agree with each other belong in a [DB.View].
func (db *DB) Read() Queryer { return reads{db} }

// reads measures each question until its first row is there, and asks again
// when a connection that lay idle turns out to be cut off: a question may be
// asked twice.
type reads struct{ db *DB }

// QueryContext runs a query.
func (r reads) QueryContext(ctx context.Context, query string, args ...any) (rows *sql.Rows, err error) {
	r.ask(ctx, func() error {
		rows, err = r.db.reader.QueryContext(ctx, query, args...) //nolint:rowserrcheck,sqlclosecheck // the caller reads and closes the rows
		return err
	})
	return rows, err
}

// QueryRowContext runs a query for one row.
func (r reads) QueryRowContext(ctx context.Context, query string, args ...any) (row *sql.Row) {
	r.ask(ctx, func() error {
		row = r.db.reader.QueryRowContext(ctx, query, args...)
		return row.Err()
	})
	return row
}

func (r reads) ask(ctx context.Context, question func() error) {
	start := time.Now()
	err := question()
	for tries := 1; tries < maxAttempts && err != nil && isLost(err) && ctx.Err() == nil; tries++ {
		err = question()
	}
	r.db.observer.measure(ctx, callRead, start, err)
}
