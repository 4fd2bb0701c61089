package sqldb_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
)

func TestErrorsAreSorted(t *testing.T) {
	state := func(code string) error { return fmt.Errorf("commit: %w", &pgconn.PgError{Code: code}) }
	cases := map[string]struct {
		err                 error
		unique, unavailable bool
	}{
		"none":                {err: nil},
		"a domain error":      {err: errors.New("used exceeds maximum")},
		"cancelled":           {err: fmt.Errorf("query: %w", context.Canceled)},
		"cancelled, then cut": {err: errors.Join(context.Canceled, driver.ErrBadConn)},
		"bad connection":      {err: driver.ErrBadConn, unavailable: true},
		"cut off":             {err: fmt.Errorf("read: %w", io.ErrUnexpectedEOF), unavailable: true},
		"unique":              {err: state("23505"), unique: true},
		"foreign key":         {err: state("23503")},
		"syntax":              {err: state("42601")},
		"no code":             {err: state("")},
		"disk full":           {err: state("53100"), unavailable: true},
		"too many clients":    {err: state("53300"), unavailable: true},
		"connection class":    {err: state("08006"), unavailable: true},
		"failed over":         {err: state("25006"), unavailable: true},
		"deadlock":            {err: state("40P01"), unavailable: true},
		"lock wait":           {err: state("55P03"), unavailable: true},
		"statement timeout":   {err: state("57014"), unavailable: true},
		"shutdown":            {err: state("57P01"), unavailable: true},
		"starting":            {err: state("57P03"), unavailable: true},
		"dropped database":    {err: state("57P04")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := sqldb.IsUnique(c.err); got != c.unique {
				t.Errorf("IsUnique(%v) = %v", c.err, got)
			}
			if got := sqldb.IsUnavailable(c.err); got != c.unavailable {
				t.Errorf("IsUnavailable(%v) = %v", c.err, got)
			}
		})
	}
}

// TestOnlyTheSameKeyIsUnique has each engine itself refuse a row for its key
// and a row for another reason.
func TestOnlyTheSameKeyIsUnique(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		mustAdd(t, db, "1-1", 1)
		refusals := map[string]bool{
			"INSERT INTO homes (id, beds, closed) VALUES ('1-1', 1, false)":    true,
			"INSERT INTO homes (id, beds, closed) VALUES ('1-2', NULL, false)": false,
			"INSERT INTO absent (id) VALUES ('1-2')":                           false,
			"INSERT INTO homes (id, bed":                                       false,
			`INSERT INTO homes (id, beds, closed) VALUES ("1-3", 1, false)`:    false,
		}
		for text, want := range refusals {
			err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
				_, err := tx.ExecContext(t.Context(), text)
				return err
			})
			if err == nil {
				t.Errorf("%s succeeds", text)
			}
			if sqldb.IsUnique(err) != want || sqldb.IsUnavailable(err) {
				t.Errorf("%s: unique %v, unavailable %v: %v", text, sqldb.IsUnique(err), sqldb.IsUnavailable(err), err)
			}
		}
	})
}

// TestAFullDiskIsUnavailable caps the file where it stands.
func TestAFullDiskIsUnavailable(t *testing.T) {
	db := openMigrated(t, storetest.SQLite(t))
	err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
		if _, err := tx.ExecContext(t.Context(), "PRAGMA max_page_count = 1"); err != nil {
			return err
		}
		_, err := tx.ExecContext(t.Context(), "INSERT INTO homes (id, beds, closed, payload) VALUES ('1-1', 1, false, zeroblob(1000000))")
		return err
	})
	if !sqldb.IsUnavailable(err) {
		t.Errorf("error %v", err)
	}
	if got := countHomes(t, db.Read()); got != 0 {
		t.Errorf("%d rows were kept", got)
	}
}
