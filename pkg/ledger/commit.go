package ledger

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/sqldb"
)

// Outcome says what became of one row of a commit.
type Outcome int

// What can become of a row.
const (
	Created Outcome = iota + 1
	Updated
	// Unchanged: the same was kept before, and nothing was written.
	Unchanged
	// Conflict: the request id was used before, for something else.
	Conflict
)

// Commit is one write, all of it kept together or none. Its methods may be called only
// within the function given to Ledger.Commit.
type Commit struct {
	tx         *sqldb.Tx
	revision   int64
	recordedAt int64
	lastReturn int64
	touched    map[string]struct{}
	dirty      bool
}

// Receipt tells what a commit came to.
type Receipt struct {
	// Revision is the service's newest commit: this one, or the last before it when
	// nothing was new.
	Revision int64
	// RecordedAt is when this commit was kept; 0 when nothing was new.
	RecordedAt int64
	// Districts it touched, sorted.
	Districts []string
}

// Commit runs fn as one write transaction and keeps what it wrote. When fn fails, or
// wrote nothing new, nothing is kept and no commit number is used. It is UNAVAILABLE, as is
// every other call of a Ledger, while the store does not answer.
func (l *Ledger) Commit(ctx context.Context, fn func(*Commit) error) (Receipt, error) {
	var receipt Receipt
	err := l.db.Update(ctx, func(tx *sqldb.Tx) error {
		c := &Commit{tx: tx, touched: map[string]struct{}{}}
		var last int64
		row := tx.QueryRowContext(ctx, `UPDATE clock SET commit_no = commit_no + 1 WHERE one = 1
			RETURNING commit_no, recorded_at, return_id`)
		if err := row.Scan(&c.revision, &last, &c.lastReturn); err != nil {
			return fmt.Errorf("begin a commit: %w", err)
		}
		c.recordedAt = max(l.now().UnixMicro(), last+1)
		if err := fn(c); err != nil {
			return err
		}
		if !c.dirty {
			receipt = Receipt{Revision: c.revision - 1}
			_, err := tx.ExecContext(ctx, `UPDATE clock SET commit_no = $1 WHERE one = 1`, c.revision-1)
			return err
		}
		receipt = c.receipt()
		return c.seal(ctx)
	})
	if err != nil {
		return Receipt{}, away(err)
	}
	return receipt, nil
}

func (c *Commit) receipt() Receipt {
	r := Receipt{Revision: c.revision, RecordedAt: c.recordedAt}
	for d := range c.touched {
		r.Districts = append(r.Districts, d)
	}
	slices.Sort(r.Districts)
	return r
}

func (c *Commit) seal(ctx context.Context) error {
	if _, err := c.tx.ExecContext(ctx, `UPDATE clock SET recorded_at = $1, return_id = $2 WHERE one = 1`,
		c.recordedAt, c.lastReturn); err != nil {
		return fmt.Errorf("seal a commit: %w", err)
	}
	if _, err := c.tx.ExecContext(ctx, `INSERT INTO commit_log (commit_no, recorded_at, return_id)
		VALUES ($1, $2, $3)`, c.revision, c.recordedAt, c.lastReturn); err != nil {
		return fmt.Errorf("seal a commit: %w", err)
	}
	for d := range c.touched {
		if _, err := c.tx.ExecContext(ctx, `INSERT INTO district_commit (district, commit_no) VALUES ($1, $2)`,
			d, c.revision); err != nil {
			return fmt.Errorf("seal a commit: %w", err)
		}
		if _, err := c.tx.ExecContext(ctx, `INSERT INTO district_revision (district, commit_no) VALUES ($1, $2)
			ON CONFLICT (district) DO UPDATE SET commit_no = excluded.commit_no`, d, c.revision); err != nil {
			return fmt.Errorf("seal a commit: %w", err)
		}
	}
	return nil
}

// Revision is the number of this commit.
func (c *Commit) Revision() int64 { return c.revision }

// RecordedAt is the moment of this commit, in microseconds since 1970.
func (c *Commit) RecordedAt() int64 { return c.recordedAt }

// Tx returns the transaction beneath, for the tables that a service keeps beside the
// ledger's. What is written there is told of by Touch.
func (c *Commit) Tx() *sqldb.Tx { return c.tx }

// Touch says that something was written beside the ledger's own tables by which these
// districts are read: the commit is kept, and raises their revisions.
func (c *Commit) Touch(districts ...string) {
	c.touch(districts)
	c.dirty = true
}

// PutPlace adds a place to the register, or replaces the version that stands. The
// districts it leaves are touched as well as those it joins.
func (c *Commit) PutPlace(ctx context.Context, p Place) (Outcome, error) {
	was, err := place(ctx, c.tx, p.ID, c.revision)
	if err != nil {
		return 0, err
	}
	outcome := Created
	if was != nil {
		if same(*was, p) {
			return Unchanged, nil
		}
		outcome = Updated
		if was.Revision == c.revision {
			return 0, errs.Conflict("PLACE_TWICE", fmt.Sprintf("%s stands twice in one write", p.ID))
		}
		if err := c.supersede(ctx, *was); err != nil {
			return 0, err
		}
	}
	return outcome, c.insertPlace(ctx, p)
}

func same(was, p Place) bool {
	return was.Provider == p.Provider && bytes.Equal(was.Payload, p.Payload) &&
		slices.Equal(was.Districts, sorted(p.Districts))
}

func sorted(districts []string) []string {
	s := slices.Clone(districts)
	slices.Sort(s)
	return slices.Compact(s)
}

func (c *Commit) supersede(ctx context.Context, was Place) error {
	for _, q := range []string{
		`UPDATE place SET until = $1 WHERE id = $2 AND since = $3`,
		`UPDATE place_district SET until = $1 WHERE place = $2 AND since = $3`,
	} {
		if _, err := c.tx.ExecContext(ctx, q, c.revision, was.ID, was.Revision); err != nil {
			return fmt.Errorf("supersede %s: %w", was.ID, err)
		}
	}
	c.touch(was.Districts)
	return nil
}

func (c *Commit) insertPlace(ctx context.Context, p Place) error {
	var lat, lng any
	if p.Point != nil {
		lat, lng = p.Point.Latitude, p.Point.Longitude
	}
	if _, err := c.tx.ExecContext(ctx, `INSERT INTO place
		(id, since, until, provider, latitude, longitude, payload) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		p.ID, c.revision, int64(forever), p.Provider, lat, lng, p.Payload); err != nil {
		return fmt.Errorf("keep %s: %w", p.ID, err)
	}
	for _, d := range sorted(p.Districts) {
		if _, err := c.tx.ExecContext(ctx, `INSERT INTO place_district (district, place, since, until)
			VALUES ($1, $2, $3, $4)`, d, p.ID, c.revision, int64(forever)); err != nil {
			return fmt.Errorf("keep %s: %w", p.ID, err)
		}
	}
	c.touch(p.Districts)
	c.dirty = true
	return nil
}

func (c *Commit) touch(districts []string) {
	for _, d := range districts {
		c.touched[d] = struct{}{}
	}
}
