package sqldb

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
)

const (
	// lockWait is how long a call waits for another process's write before it
	// reports the store as busy.
	lockWait = 10 * time.Second
	// beginWait is how long SQLite itself waits within that time: it cannot be
	// interrupted while it does.
	beginWait = 100 * time.Millisecond
	// Page caches in KiB: five services share one process of modest size, and
	// the operating system caches the file anyway.
	writerCacheKiB = 4096
	readerCacheKiB = 1024
	// The WAL is carried over into the file whenever it has grown by this many
	// pages of 4 KiB: the more, the fewer writes an import costs. After a long
	// import its file is cut back to the limit.
	checkpointPages = 4000
	walLimitBytes   = 64 << 20
)

// openSQLite sets up the one writer and the readers of DIR/<service>.db.
func (db *DB) openSQLite(options Options) error {
	dir, err := filepath.Abs(strings.TrimPrefix(options.URL, "sqlite:"))
	if err != nil {
		return fmt.Errorf("store %s: %w", options.Service, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("store %s: make its directory: %w", options.Service, err)
	}
	file := filepath.Join(dir, options.Service+".db")
	writer, errWriter := sqlite.NewConnector(writerDSN(file, beginWait))
	migrator, errMigrator := sqlite.NewConnector(writerDSN(file, lockWait))
	reader, errReader := sqlite.NewConnector(readerDSN(file))
	if err := errors.Join(errWriter, errMigrator, errReader); err != nil {
		return fmt.Errorf("store %s: %w", options.Service, err)
	}
	db.writer = newPool(keepingConnector{writer}, 1)
	db.reader = newPool(keepingConnector{reader}, options.MaxConns)
	db.migrate = func() migrationPool {
		return migrationPool{
			db:      newPool(migrator, 1),
			dialect: goose.DialectSQLite3,
			file:    flock.New(filepath.Join(dir, options.Service+".migrate.lock")),
		}
	}
	return nil
}

func newPool(connector driver.Connector, conns int) *sql.DB {
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return pool
}

// writerDSN asks for a durable commit (synchronous=FULL in WAL mode syncs the
// log before a commit returns) and for transactions that take the write lock
// when they begin, so that none fails half-way for want of it.
func writerDSN(file string, wait time.Duration) string {
	return fileURI(file, wait, url.Values{
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"on"},
		"_txlock":       {"immediate"},
		"_pragma": {
			fmt.Sprintf("cache_size(-%d)", writerCacheKiB),
			fmt.Sprintf("wal_autocheckpoint(%d)", checkpointPages),
			fmt.Sprintf("journal_size_limit(%d)", walLimitBytes),
		},
	})
}

func readerDSN(file string) string {
	return fileURI(file, lockWait, url.Values{
		"_query_only": {"on"},
		"_txlock":     {"deferred"},
		"_pragma":     {fmt.Sprintf("cache_size(-%d)", readerCacheKiB)},
	})
}

// fileURI adds what every connection needs. With _dqs off a misspelt column in
// double quotes is an error, as on PostgreSQL, and not a string.
func fileURI(file string, wait time.Duration, query url.Values) string {
	query.Set("_busy_timeout", strconv.FormatInt(wait.Milliseconds(), 10))
	query.Set("_dqs", "0")
	uri := url.URL{Scheme: "file", Path: filepath.ToSlash(file), RawQuery: query.Encode()}
	return uri.String()
}
