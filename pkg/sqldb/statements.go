package sqldb

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// maxKept bounds the statements one SQLite connection keeps prepared, a few
// KiB each. A text beyond it is prepared for each use.
const maxKept = 128

// keepingConnector opens SQLite connections that keep their statements
// prepared by text, as pgx does on PostgreSQL: preparing costs more than most
// queries do.
type keepingConnector struct{ driver.Connector }

// Connect opens one connection.
func (c keepingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := conn.(fullConn)
	if !ok {
		return nil, fmt.Errorf("the SQLite driver's %T lacks a method that a store needs", conn)
	}
	return &keepingConn{fullConn: full, kept: map[string]*keptStmt{}}, nil
}

// fullConn is what the SQLite driver's connections can do.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// fullStmt is what its statements can do.
type fullStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keepingConn is used by one goroutine at a time, as database/sql promises.
type keepingConn struct {
	fullConn
	kept map[string]*keptStmt
}

// keptStmt is busy while rows read from it are open: SQLite has one cursor in
// a statement.
type keptStmt struct {
	fullStmt
	busy bool
}

// ExecContext runs the text, from a kept statement if it can.
func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	stmt, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return c.fullConn.ExecContext(ctx, query, args)
	}
	return stmt.ExecContext(ctx, args)
}

// QueryContext runs the text, from a kept statement if it can.
func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	stmt, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return c.fullConn.QueryContext(ctx, query, args)
	}
	rows, err := stmt.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	stmt.busy = true
	return &keptRows{Rows: rows, stmt: stmt}, nil
}

// statement returns the kept statement for a text, or nil if the text is in
// use or there is no room for it.
func (c *keepingConn) statement(ctx context.Context, query string) (*keptStmt, error) {
	if stmt, ok := c.kept[query]; ok {
		if stmt.busy {
			return nil, nil
		}
		return stmt, nil
	}
	if len(c.kept) >= maxKept {
		return nil, nil
	}
	prepared, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	full, ok := prepared.(fullStmt)
	if !ok {
		return nil, prepared.Close()
	}
	stmt := &keptStmt{fullStmt: full}
	c.kept[query] = stmt
	return stmt, nil
}

// Close lets go of the statements, then of the connection.
func (c *keepingConn) Close() error {
	for text, stmt := range c.kept {
		// A statement that fails to close fails with its connection, below.
		_ = stmt.Close()
		delete(c.kept, text)
	}
	return c.fullConn.Close()
}

// keptRows gives its statement back when it is closed.
type keptRows struct {
	driver.Rows
	stmt *keptStmt
}

// Close ends the reading.
func (r *keptRows) Close() error {
	r.stmt.busy = false
	return r.Rows.Close()
}
