// Package ledger keeps a register of places and what those places return, and forgets
// nothing. Every read can ask for a day (as_at) as it was known at a moment (known_at);
// both the register and the returns are only ever added to.
//
// Writes of one service stand in one order: each begins by raising the service's commit
// number, so recorded_at grows with it. A commit number is what callers know as a
// revision; a district's revision is the newest commit that touched the district.
//
// The ledger knows nothing of markets. What a place is and what it returns are bytes to
// it, kept beside the few columns by which they are found.
package ledger

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/sqldb"
)

// forever is the `until` of a version that still stands.
const forever = math.MaxInt64

// Place is one entry of the register.
type Place struct {
	// ID is the place's own, such as a CQC location id.
	ID string
	// Provider is the id of who runs it.
	Provider string
	// Districts are the codes in whose capacity it counts.
	Districts []string
	// Point is where it stands; nil when unknown.
	Point *geo.Point
	// Payload is the entry itself.
	Payload []byte
	// Revision is the commit that kept this version; set by the ledger.
	Revision int64
	// RecordedAt is when, in microseconds since 1970; set by the ledger.
	RecordedAt int64
}

// Return is what a place says of itself on a day.
type Return struct {
	// ID is unique within the service; set by the ledger.
	ID int64
	// Place is the place's id.
	Place string
	// AsAt is the ISO day it speaks of.
	AsAt string
	// RequestID makes a repeated submission harmless; may be empty.
	RequestID string
	// Flagged returns are kept and listed, but never stand.
	Flagged bool
	// Payload is the return itself.
	Payload []byte
	// Revision is the commit that kept it; set by the ledger.
	Revision int64
	// RecordedAt is when, in microseconds since 1970; set by the ledger.
	RecordedAt int64
}

// Ledger is one service's register and returns. It is safe for concurrent use.
type Ledger struct {
	db  *sqldb.DB
	now func() time.Time
}

// New returns the ledger of a migrated store.
func New(db *sqldb.DB) *Ledger { return &Ledger{db: db, now: time.Now} }

// DB returns the store beneath, for start, stop and health.
func (l *Ledger) DB() *sqldb.DB { return l.db }

// StoreID names the store beneath, for ever and unlike any other: what is kept elsewhere
// under a revision is kept under this too, since every store's revisions count from 1.
func (l *Ledger) StoreID(ctx context.Context) (string, error) {
	var id string
	if err := l.db.Read().QueryRowContext(ctx, `SELECT store_id FROM clock WHERE one = 1`).Scan(&id); err != nil {
		return "", away(fmt.Errorf("read the store's id: %w", err))
	}
	return id, nil
}

// Known is a point in a service's history: everything up to one commit.
type Known struct {
	// Revision is the commit.
	Revision int64
	// lastReturn is the newest return id known with it.
	lastReturn int64
	// day bounds the days that returns known then can speak of: none speaks of a day
	// after it was kept.
	day string
}

// microDay is the UTC day after an instant, since a return may speak of today in a place
// whose day has already begun.
func microDay(micros int64) string {
	return time.UnixMicro(micros).UTC().AddDate(0, 0, 1).Format(time.DateOnly)
}

// knownAt resolves a moment to the newest commit recorded at or before it; the newest
// there is when at is 0.
func knownAt(ctx context.Context, q sqldb.Queryer, at int64) (Known, error) {
	if at == 0 {
		at = forever
	}
	var k Known
	var recorded int64
	rows, err := q.QueryContext(ctx, `SELECT commit_no, return_id, recorded_at FROM commit_log
		WHERE recorded_at <= $1 ORDER BY recorded_at DESC LIMIT 1`, at)
	if err != nil {
		return k, fmt.Errorf("resolve a moment: %w", err)
	}
	defer rows.Close()
	if rows.Next() {
		if err := rows.Scan(&k.Revision, &k.lastReturn, &recorded); err != nil {
			return k, fmt.Errorf("resolve a moment: %w", err)
		}
		k.day = microDay(recorded)
	}
	return k, rows.Err()
}
