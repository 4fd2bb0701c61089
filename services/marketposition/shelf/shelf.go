// Package shelf keeps scenarios as they were worked out: a table of its own in the service's
// store. What is on the shelf never changes and is never deleted; it can be archived, which
// takes it off its authority's list.
//
// It has no part in the ledger: no statement rests on a scenario, so keeping one raises no
// revision of any district.
package shelf

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/sqldb"
)

// Limits of what an authority may keep.
const (
	// MostListed is how many scenarios stand on its list; archiving one makes room.
	MostListed = 200
	// MostKept is how many it keeps, archived ones included.
	MostKept = 2000
	// MostBytes is how large one may be, definition and results each.
	MostBytes = 4 << 20
)

// Item is one scenario on the shelf.
type Item struct {
	// Authority is its GSS code; ID is unique within it.
	Authority, ID string
	// RequestID is the caller's own, or "". Asked is a digest of what that request asked.
	RequestID, Asked string
	// CreatedAt and ArchivedAt are in microseconds since 1970; ArchivedAt is 0 while it is listed.
	CreatedAt, ArchivedAt int64
	// Definition and Results are encoded messages. Lists leave Results out.
	Definition, Results []byte
}

// Shelf is the table. It is safe for concurrent use.
type Shelf struct{ db *sqldb.DB }

// New is the shelf of a store that has the service's migrations.
func New(db *sqldb.DB) *Shelf { return &Shelf{db} }

// Put keeps an item, or returns the one that the same request made before. Its errors are
// SCENARIO_ALREADY_EXISTS, a request_id used for something else, and the limits: processes
// that keep at the same moment may go past those by one each.
func (s *Shelf) Put(ctx context.Context, item Item) (kept Item, err error) {
	if len(item.Definition) > MostBytes || len(item.Results) > MostBytes {
		return kept, errs.Invalid(errs.Violation{
			Field:       "definition.report_years",
			Description: fmt.Sprintf("the results are %d bytes, more than the %d that are kept: tell of fewer years", len(item.Results), MostBytes),
		})
	}
	err = s.db.Update(ctx, func(tx *sqldb.Tx) error {
		before, found, err := byRequest(ctx, tx, item)
		if err != nil || found {
			kept = before
			return err
		}
		if err := hasRoom(ctx, tx, item); err != nil {
			return err
		}
		kept = item
		_, err = tx.ExecContext(ctx, `INSERT INTO scenario (authority, id, request_id, asked, created_at, archived_at, definition, results)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			item.Authority, item.ID, item.RequestID, item.Asked, item.CreatedAt, item.ArchivedAt, item.Definition, item.Results)
		return err
	})
	// Somebody may have kept the same since this request was looked for, and be first.
	if sqldb.IsUnique(err) || errors.Is(err, errTaken) {
		return s.lost(ctx, item)
	}
	if err != nil {
		return Item{}, told(err)
	}
	return kept, nil
}

// lost answers who came second to a request id or an id.
func (s *Shelf) lost(ctx context.Context, item Item) (Item, error) {
	kept, found, err := s.Repeated(ctx, item)
	if err == nil && !found {
		err = errs.AlreadyExists("scenario", item.ID)
	}
	return kept, err
}

// Repeated finds what an earlier request of the same id made, so that a repeated request
// need not be worked out again.
func (s *Shelf) Repeated(ctx context.Context, item Item) (kept Item, found bool, err error) {
	kept, found, err = byRequest(ctx, s.db.Read(), item)
	return kept, found, told(err)
}

func byRequest(ctx context.Context, q sqldb.Queryer, item Item) (kept Item, found bool, err error) {
	if item.RequestID == "" {
		return kept, false, nil
	}
	kept, err = scan(q.QueryRowContext(ctx, `SELECT `+columns+`, results FROM scenario WHERE authority = $1 AND request_id = $2`,
		item.Authority, item.RequestID), true)
	if errors.Is(err, sql.ErrNoRows) {
		return Item{}, false, nil
	}
	if err == nil && kept.Asked != item.Asked {
		return Item{}, false, errs.Invalid(errs.Violation{
			Field: "request_id", Description: "was used before for another scenario: use a new one for each",
		})
	}
	return kept, err == nil, err
}

// errTaken says that the id is on the shelf, which does not yet say by whose request.
var errTaken = errors.New("the id is taken")

func hasRoom(ctx context.Context, tx *sqldb.Tx, item Item) error {
	var taken, listed, all int
	row := tx.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE id = $2), count(*) FILTER (WHERE archived_at = 0), count(*)
		FROM scenario WHERE authority = $1`, item.Authority, item.ID)
	if err := row.Scan(&taken, &listed, &all); err != nil {
		return err
	}
	switch {
	case taken > 0:
		return errTaken
	case all >= MostKept:
		return errs.ResourceExhausted("SCENARIOS_FULL", fmt.Sprintf("the authority keeps %d scenarios, the most there may be", all), 0)
	case listed >= MostListed:
		return errs.ResourceExhausted("SCENARIOS_FULL", fmt.Sprintf("the authority lists %d scenarios, the most there may be: archive some", listed), 0)
	}
	return nil
}

// Get fetches one with its results, archived or not; SCENARIO_NOT_FOUND when there is none.
func (s *Shelf) Get(ctx context.Context, authority, id string) (Item, error) {
	item, err := scan(s.db.Read().QueryRowContext(ctx,
		`SELECT `+columns+`, results FROM scenario WHERE authority = $1 AND id = $2`, authority, id), true)
	if errors.Is(err, sql.ErrNoRows) {
		return Item{}, errs.NotFound("scenario", id)
	}
	return item, told(err)
}

// List reads up to limit of an authority's items in order of id, beginning after an id,
// without their results.
func (s *Shelf) List(ctx context.Context, authority, after string, limit int, archived bool) (items []Item, err error) {
	rows, err := s.db.Read().QueryContext(ctx, `SELECT `+columns+` FROM scenario
		WHERE authority = $1 AND id > $2 AND (archived_at = 0 OR $3) ORDER BY id LIMIT $4`, authority, after, archived, limit)
	if err != nil {
		return nil, told(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		item, err := scan(rows, false)
		if err != nil {
			return nil, told(err)
		}
		items = append(items, item)
	}
	return items, told(rows.Err())
}

// Archive takes an item off the list at a moment, in microseconds since 1970. One that is
// off it already stays as it is.
func (s *Shelf) Archive(ctx context.Context, authority, id string, at int64) (Item, error) {
	err := s.db.Update(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE scenario SET archived_at = $3
			WHERE authority = $1 AND id = $2 AND archived_at = 0`, authority, id, at)
		return err
	})
	if err != nil {
		return Item{}, told(err)
	}
	return s.Get(ctx, authority, id)
}

const columns = `authority, id, request_id, asked, created_at, archived_at, definition`

type scanner interface{ Scan(into ...any) error }

func scan(row scanner, results bool) (item Item, err error) {
	into := []any{&item.Authority, &item.ID, &item.RequestID, &item.Asked, &item.CreatedAt, &item.ArchivedAt, &item.Definition}
	if results {
		into = append(into, &item.Results)
	}
	return item, row.Scan(into...)
}

// retryAfter is the hint given while the store is away.
const retryAfter = time.Second

// told is what a caller may be told of an error of the store.
func told(err error) error {
	if err != nil && sqldb.IsUnavailable(err) {
		return errs.Unavailable("STORE_AWAY", "the store does not answer: nothing was kept that was not answered for", retryAfter).Because(err)
	}
	return err
}
