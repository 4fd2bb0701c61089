package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/sqldb"
)

// Standing is a place with the return that stands for it on a day: the last that speaks
// of that day or earlier, is not flagged and was known.
type Standing struct {
	Place Place
	// Return is nil when the place never returned anything that counts.
	Return *Return
	// SetAside is true when the newest return is flagged, so that an older one stands, or
	// none.
	SetAside bool
}

// View is a consistent reading of the ledger: all of its answers are as of one commit.
type View struct {
	q     sqldb.Queryer
	known Known
}

// Read runs fn on one consistent View. At is the moment whose knowledge it asks for, in
// microseconds since 1970, or 0 for all that is known; it must not lie in the future.
func (l *Ledger) Read(ctx context.Context, at int64, fn func(*View) error) error {
	if at != 0 {
		if err := l.settle(ctx, at); err != nil {
			return away(err)
		}
	}
	return away(l.db.View(ctx, func(q sqldb.Queryer) error {
		k, err := knownAt(ctx, q, at)
		if err != nil {
			return err
		}
		return fn(&View{q: q, known: k})
	}))
}

// settle makes the past up to `at` final: no later commit will be recorded at or before
// it. Where the clock row already stands past `at` that is so, since commits are
// recorded in strictly rising order; else the row is raised, which waits for a write
// that is under way and holds every process of the service to the promise, whatever
// its own clock says.
func (l *Ledger) settle(ctx context.Context, at int64) error {
	if at > l.now().UnixMicro() {
		return errs.Invalid(errs.Violation{Field: "known_at", Description: "lies in the future: what will be known then cannot be said"})
	}
	var recorded int64
	err := l.db.Read().QueryRowContext(ctx, `SELECT recorded_at FROM clock WHERE one = 1`).Scan(&recorded)
	if err != nil {
		return fmt.Errorf("read the clock: %w", err)
	}
	if recorded >= at {
		return nil
	}
	return l.db.Update(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE clock SET recorded_at = $1 WHERE one = 1 AND recorded_at < $1`, at)
		return err
	})
}

// Revision is the commit this View reads as of; 0 when nothing was kept by then.
func (v *View) Revision() int64 { return v.known.Revision }

// Queries returns the store as this View sees it, for the tables that a service keeps
// beside the ledger's. It is good only within the function given to Read.
func (v *View) Queries() sqldb.Queryer { return v.q }

// standing reads places with their standing returns. It asks the index for one return a
// place, so its cost does not grow with history.
const standing = `SELECT p.id, p.provider, p.latitude, p.longitude, p.payload, p.since,
	r.id, r.as_at, r.payload, r.commit_no,
	(SELECT x.flagged FROM place_return x
		WHERE x.place = p.id AND x.as_at <= $1 AND x.id <= $2
		ORDER BY x.as_at DESC, x.id DESC LIMIT 1)
FROM %s
LEFT JOIN place_return r ON r.id = (SELECT x.id FROM place_return x
	WHERE x.place = p.id AND x.as_at <= $1 AND x.id <= $2 AND x.flagged = 0
	ORDER BY x.as_at DESC, x.id DESC LIMIT 1)
WHERE %s
ORDER BY p.id`

var (
	standingInDistrict = fmt.Sprintf(standing,
		`place_district d JOIN place p ON p.id = d.place AND p.since = d.since`,
		`d.district = $3 AND d.since <= $4 AND d.until > $4`)
	standingInBox = fmt.Sprintf(standing, `place p`,
		`p.latitude BETWEEN $3 AND $4 AND p.longitude BETWEEN $5 AND $6 AND p.since <= $7 AND p.until > $7`)
	standingOfPlace    = fmt.Sprintf(standing, `place p`, `p.id = $3 AND p.since <= $4 AND p.until > $4`)
	standingOfProvider = fmt.Sprintf(standing, `place p`, `p.provider = $3 AND p.since <= $4 AND p.until > $4`)
)

// InDistrict reads the places that count in a district, in order of id, with the returns
// that stand on the day asAt.
func (v *View) InDistrict(ctx context.Context, district, asAt string) ([]Standing, error) {
	return v.standing(ctx, standingInDistrict, v.day(asAt), v.known.lastReturn, district, v.known.Revision)
}

// InBox reads the places that stand in a box.
func (v *View) InBox(ctx context.Context, box geo.Box, asAt string) ([]Standing, error) {
	return v.standing(ctx, standingInBox, v.day(asAt), v.known.lastReturn,
		box.South, box.North, box.West, box.East, v.known.Revision)
}

// OfProvider reads the places that a provider runs.
func (v *View) OfProvider(ctx context.Context, provider, asAt string) ([]Standing, error) {
	return v.standing(ctx, standingOfProvider, v.day(asAt), v.known.lastReturn, provider, v.known.Revision)
}

// OfPlace reads one place, or NotFound.
func (v *View) OfPlace(ctx context.Context, id, asAt string) (Standing, error) {
	s, err := v.standing(ctx, standingOfPlace, v.day(asAt), v.known.lastReturn, id, v.known.Revision)
	if err != nil {
		return Standing{}, err
	}
	if len(s) == 0 {
		return Standing{}, errs.NotFound("place", id)
	}
	return s[0], nil
}

// day bounds a question by what can have been said: a return never speaks of a day after
// it was kept, so later days need not be searched.
func (v *View) day(asAt string) string { return min(asAt, v.known.day) }

func (v *View) standing(ctx context.Context, query string, args ...any) ([]Standing, error) {
	rows, err := v.q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read standing returns: %w", err)
	}
	defer rows.Close()
	var out []Standing
	for rows.Next() {
		s, err := scanStanding(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

func scanStanding(rows *sql.Rows) (Standing, error) {
	var (
		s        Standing
		lat, lng sql.NullFloat64
		id, rev  sql.NullInt64
		asAt     sql.NullString
		payload  []byte
		flagged  sql.NullInt64
	)
	if err := rows.Scan(&s.Place.ID, &s.Place.Provider, &lat, &lng, &s.Place.Payload, &s.Place.Revision,
		&id, &asAt, &payload, &rev, &flagged); err != nil {
		return s, fmt.Errorf("read standing returns: %w", err)
	}
	if lat.Valid && lng.Valid {
		s.Place.Point = &geo.Point{Latitude: lat.Float64, Longitude: lng.Float64}
	}
	if id.Valid {
		s.Return = &Return{ID: id.Int64, Place: s.Place.ID, AsAt: asAt.String, Payload: payload, Revision: rev.Int64}
	}
	s.SetAside = flagged.Valid && flagged.Int64 == 1
	return s, nil
}
