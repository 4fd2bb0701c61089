package sqldb

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// InsertMany inserts n rows, the i-th being row(i), one value per column, in
// the fastest way the engine has: COPY on PostgreSQL, one prepared statement on
// SQLite, where many rows in a statement gain nothing. Values must be of the
// columns' own types (int64, float64, string, []byte, bool, nil): COPY converts
// nothing. Table and columns are trusted, lower-case text. The slice that row
// returns may be reused by its next call; row must not use tx.
func (tx *Tx) InsertMany(ctx context.Context, table string, columns []string, n int, row func(i int) []any) error {
	var err error
	switch tx.engine {
	case PostgreSQL:
		err = tx.copyRows(ctx, table, columns, n, row)
	default:
		err = tx.insertRows(ctx, table, columns, n, row)
	}
	if err != nil {
		return fmt.Errorf("insert %d rows into %s: %w", n, table, err)
	}
	return nil
}

func (tx *Tx) copyRows(ctx context.Context, table string, columns []string, n int, row func(i int) []any) error {
	return tx.conn.Raw(func(conn any) error {
		std, ok := conn.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("%T is no connection to PostgreSQL", conn)
		}
		source := pgx.CopyFromSlice(n, func(i int) (values []any, err error) {
			// pgx calls this from a goroutine of its own, where a panic would
			// end the process.
			defer func() {
				if cause := recover(); cause != nil {
					err = fmt.Errorf("row %d: panic: %v", i, cause)
				}
			}()
			return row(i), nil
		})
		_, err := std.Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, source)
		return err
	})
}

func (tx *Tx) insertRows(ctx context.Context, table string, columns []string, n int, row func(i int) []any) error {
	params := make([]string, len(columns))
	for i := range params {
		params[i] = "$" + strconv.Itoa(i+1)
	}
	text := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(params, ", ") + ")"
	// The driver watches a context that can end with a goroutine for each
	// statement; between rows this quick it is cheaper to look.
	unwatched := context.WithoutCancel(ctx)
	for i := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := tx.ExecContext(unwatched, text, row(i)...); err != nil {
			return err
		}
	}
	return nil
}
