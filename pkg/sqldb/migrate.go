package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// migrationPool is what migrations run on; file is the lock on SQLite.
type migrationPool struct {
	db      *sql.DB
	dialect goose.Dialect
	file    *flock.Flock
}

// Migrate brings the schema up to date. Any number of processes may call it at
// once: one migrates, the others wait and then find nothing to do.
func (db *DB) Migrate(ctx context.Context) (err error) {
	if db.migrations == nil {
		return fmt.Errorf("migrate %s: no migrations were given", db.service)
	}
	pool := db.migrate()
	defer func() { err = errors.Join(err, pool.db.Close()) }()
	return db.observer.call(ctx, callMigrate, func(ctx context.Context) error {
		if err := db.up(ctx, pool); err != nil {
			return fmt.Errorf("migrate %s: %w", db.service, err)
		}
		return nil
	})
}

func (db *DB) up(ctx context.Context, pool migrationPool) (err error) {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	switch db.engine {
	case SQLite:
		if _, err := pool.file.TryLockContext(ctx, 20*time.Millisecond); err != nil {
			return fmt.Errorf("lock %s: %w", pool.file.Path(), err)
		}
		defer func() { err = errors.Join(err, pool.file.Unlock()) }()
	case PostgreSQL:
		if err := createSchema(ctx, pool.db, db.service); err != nil {
			return err
		}
		locker, err := sessionLocker(db.service)
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(pool.dialect, pool.db, dialectFS{db.migrations, db.engine}, options...)
	if err != nil {
		return err
	}
	applied, err := provider.Up(ctx)
	for _, result := range applied {
		db.log.InfoContext(ctx, "store migrated", "service", db.service, "version", result.Source.Version, "duration", result.Duration)
	}
	return err
}

// createSchema makes the service's schema unless it is there: a production
// role may be allowed to use its schema and not to create one.
func createSchema(ctx context.Context, db *sql.DB, service string) error {
	var there bool
	if err := db.QueryRowContext(ctx, "SELECT to_regnamespace($1) IS NOT NULL", service).Scan(&there); err != nil {
		return fmt.Errorf("look for schema %s: %w", service, err)
	}
	if there {
		return nil
	}
	// The name was checked when the store was opened. IF NOT EXISTS still
	// fails when two sessions create at once, and then the schema is there.
	if _, err := db.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS "`+service+`"`); err != nil && !IsUnique(err) {
		return fmt.Errorf("create schema %s: %w", service, err)
	}
	return nil
}

// sessionLocker locks one service's migrations. It polls, because a session
// that waits inside PostgreSQL for an advisory lock would hold up a migration
// that creates an index concurrently.
func sessionLocker(service string) (lock.SessionLocker, error) {
	id := fnv.New64a()
	id.Write([]byte("caremarket migrations of " + service))
	const pollSeconds, maxPolls = 1, 600
	return lock.NewPostgresSessionLocker(
		lock.WithLockID(int64(id.Sum64())),
		lock.WithLockTimeout(pollSeconds, maxPolls),
	)
}
