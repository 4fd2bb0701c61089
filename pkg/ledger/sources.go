package ledger

import (
	"bytes"
	"context"
	"fmt"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/sqldb"
)

// PutSource keeps a source under its id. A source never changes, or a statement asked
// for again would read differently: another text under a known id is refused.
func (c *Commit) PutSource(ctx context.Context, id string, payload []byte) error {
	rows, err := c.tx.QueryContext(ctx, `SELECT payload FROM source WHERE id = $1`, id)
	if err != nil {
		return fmt.Errorf("read source %s: %w", id, err)
	}
	defer rows.Close()
	if rows.Next() {
		var was []byte
		if err := rows.Scan(&was); err != nil {
			return fmt.Errorf("read source %s: %w", id, err)
		}
		if !bytes.Equal(was, payload) {
			return errs.FailedPrecondition("SOURCE_CHANGED", fmt.Sprintf(
				"source %s is known with another text; give the new edition an id of its own", id))
		}
		return rows.Err()
	}
	if err := firstError(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("read source %s: %w", id, err)
	}
	if _, err := c.tx.ExecContext(ctx, `INSERT INTO source (id, payload) VALUES ($1, $2)`, id, payload); err != nil {
		return fmt.Errorf("keep source %s: %w", id, err)
	}
	c.dirty = true
	return nil
}

// Sources reads every source there is, by id. There are few: one for each edition of a
// register or an extract.
func (l *Ledger) Sources(ctx context.Context) (map[string][]byte, error) {
	found, err := sources(ctx, l.db.Read())
	return found, away(err)
}

// Sources reads every source that the View's rows can name, and maybe newer ones.
func (v *View) Sources(ctx context.Context) (map[string][]byte, error) { return sources(ctx, v.q) }

func sources(ctx context.Context, q sqldb.Queryer) (map[string][]byte, error) {
	rows, err := q.QueryContext(ctx, `SELECT id, payload FROM source`)
	if err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	defer rows.Close()
	out := map[string][]byte{}
	for rows.Next() {
		var id string
		var payload []byte
		if err := rows.Scan(&id, &payload); err != nil {
			return nil, fmt.Errorf("read sources: %w", err)
		}
		out[id] = payload
	}
	return out, rows.Err()
}
