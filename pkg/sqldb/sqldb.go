package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// DB is one service's own store. It is safe for concurrent use.
type DB struct {
	engine     Engine
	service    string
	migrations fs.FS
	log        *slog.Logger
	observer   *observer

	// writer and reader are one pool on PostgreSQL. On SQLite the writer is a
	// single connection and the readers may not write.
	writer, reader *sql.DB
	// migrate opens the short-lived pool that migrations run on.
	migrate func() migrationPool
}

// Queryer asks questions of a store, alone or within a transaction. Its methods
// are those of database/sql. Query texts should be constants: each connection
// keeps a bounded number of them prepared.
type Queryer interface {
	// QueryContext asks for rows, which the caller closes.
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	// QueryRowContext asks for one row.
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Open opens the store and waits, a bounded time, until it answers. It does not
// migrate. The context bounds the opening only.
func Open(ctx context.Context, options Options) (*DB, error) {
	options, engine, err := options.complete()
	if err != nil {
		return nil, err
	}
	db := &DB{engine: engine, service: options.Service, migrations: options.Migrations, log: options.Logger}
	switch engine {
	case SQLite:
		err = db.openSQLite(options)
	case PostgreSQL:
		err = db.openPostgres(options)
	}
	if err != nil {
		return nil, err
	}
	if db.observer, err = newObserver(options, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := db.await(ctx, options.StartTimeout); err != nil {
		return nil, errors.Join(fmt.Errorf("store %s does not answer: %w", db.service, err), db.Close())
	}
	return db, nil
}

// await pings the store until it answers, for at most the time given.
func (db *DB) await(ctx context.Context, limit time.Duration) error {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval = 50 * time.Millisecond
	wait.MaxInterval = time.Second
	attempt := func() (struct{}, error) {
		err := errors.Join(db.writer.PingContext(ctx), db.Ping(ctx))
		if err != nil && !IsUnavailable(err) {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}
	_, err := backoff.Retry(ctx, attempt,
		backoff.WithBackOff(wait),
		backoff.WithMaxElapsedTime(limit),
		backoff.WithNotify(func(err error, next time.Duration) {
			db.log.WarnContext(ctx, "store does not answer yet", "service", db.service, "retry_in", next, "error", err)
		}))
	return err
}

// Engine returns the dialect behind the store.
func (db *DB) Engine() Engine { return db.engine }

// Ping asks the store for one trivial answer.
func (db *DB) Ping(ctx context.Context) error {
	if db.engine == PostgreSQL {
		return db.reader.PingContext(ctx)
	}
	// SQLite answers a ping without touching its file: ask what stands in it.
	var tables int
	return db.reader.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables)
}

// Close waits for queries under way and closes every connection.
func (db *DB) Close() error {
	var errs []error
	if db.observer != nil {
		errs = append(errs, db.observer.stop())
	}
	if db.reader != db.writer {
		errs = append(errs, db.reader.Close())
	}
	return errors.Join(append(errs, db.writer.Close())...)
}
