package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// PostgreSQL's error codes that more than one rule below asks for
// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
const (
	uniqueViolation      = "23505"
	serialisationFailure = "40001"
	deadlockDetected     = "40P01"
	adminShutdown        = "57P01"
	crashShutdown        = "57P02"
)

// IsUnique reports whether err says that a row with the same key is there
// already.
func IsUnique(err error) bool {
	switch sqliteCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return true
	}
	return sqlState(err) == uniqueViolation
}

// IsUnavailable reports whether err says that the store is away or cannot take
// the call for now: refused or broken connections, a server that is starting
// or stopping, a full disk, a lock or a statement that outlasted its limit.
// The same call may succeed later. A caller that gave up (context.Canceled) is
// not a store that is away.
func IsUnavailable(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	if code := sqliteCode(err); code != 0 {
		// The low byte is the error's family.
		switch code & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL,
			sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
			return true
		}
		return false
	}
	if failure := postgresError(err); failure != nil {
		// A COPY that broke off because a value did not fit has the code of a
		// statement that ran too long.
		return unavailableState(failure.Code) && failure.Routine != "CopyGetData"
	}
	return isRefused(err) || isLost(err)
}

// unavailableState sorts PostgreSQL's error codes.
func unavailableState(state string) bool {
	switch state[:min(2, len(state))] {
	case "08", // connection exception
		"53", // insufficient resources: disk full, out of memory, too many connections
		"58": // system error: input or output failed
		return true
	}
	switch state {
	case serialisationFailure, deadlockDetected, // after the last attempt
		"25006", // read-only transaction: the server is a standby after a failover
		"55P03", // lock not available within lock_timeout
		"57014", // statement cancelled by statement_timeout
		adminShutdown, crashShutdown,
		"57P03", // cannot connect now: starting up or shutting down
		"57P05": // idle session timeout
		return true
	}
	return false
}

// isLost reports an established connection that broke. What was asked on it
// may or may not have been done.
func isLost(err error) bool {
	if state := sqlState(err); state != "" {
		return state == adminShutdown || state == crashShutdown
	}
	var network *net.OpError
	return !isRefused(err) && (errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed))
}

// isRefused reports that no connection was had.
func isRefused(err error) bool {
	var refused *pgconn.ConnectError
	return errors.As(err, &refused)
}

// isConflict reports an error after which the same transaction, run again from
// its start, may well succeed: the engine rolled it back whole.
func isConflict(err error) bool {
	state := sqlState(err)
	return state == serialisationFailure || state == deadlockDetected
}

// isBusy reports that another process holds SQLite's write lock.
func isBusy(err error) bool { return sqliteCode(err)&0xff == sqlite3.SQLITE_BUSY }

func sqliteCode(err error) int {
	if failure, ok := errors.AsType[*sqlite.Error](err); ok {
		return failure.Code()
	}
	return 0
}

func postgresError(err error) *pgconn.PgError {
	failure, _ := errors.AsType[*pgconn.PgError](err)
	return failure
}

// sqlState returns PostgreSQL's code for an error, or "" if it has none.
func sqlState(err error) string {
	if failure := postgresError(err); failure != nil {
		return failure.Code
	}
	return ""
}
