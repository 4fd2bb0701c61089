package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/sqldb"
)

const placeColumns = `p.id, p.provider, p.latitude, p.longitude, p.payload, p.since, COALESCE(l.recorded_at, 0)`

// place reads the version of a place that stood at a commit, with its districts; nil
// when there was none. A version of the commit that is under way has no moment yet.
func place(ctx context.Context, q sqldb.Queryer, id string, revision int64) (*Place, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+placeColumns+` FROM place p
		LEFT JOIN commit_log l ON l.commit_no = p.since
		WHERE p.id = $1 AND p.since <= $2 AND p.until > $2`, id, revision)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", id, err)
	}
	found, err := scanPlaces(rows)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	p := found[0]
	p.Districts, err = districts(ctx, q, p)
	return &p, err
}

func districts(ctx context.Context, q sqldb.Queryer, p Place) ([]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT district FROM place_district
		WHERE place = $1 AND since = $2 ORDER BY district`, p.ID, p.Revision)
	if err != nil {
		return nil, fmt.Errorf("read the districts of %s: %w", p.ID, err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var d string
		if err := rows.Scan(&d); err != nil {
			return nil, fmt.Errorf("read the districts of %s: %w", p.ID, err)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

func scanPlaces(rows *sql.Rows) ([]Place, error) {
	defer rows.Close()
	var out []Place
	for rows.Next() {
		var p Place
		var lat, lng sql.NullFloat64
		if err := rows.Scan(&p.ID, &p.Provider, &lat, &lng, &p.Payload, &p.Revision, &p.RecordedAt); err != nil {
			return nil, fmt.Errorf("read the register: %w", err)
		}
		if lat.Valid && lng.Valid {
			p.Point = &geo.Point{Latitude: lat.Float64, Longitude: lng.Float64}
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// Place reads one place with its districts, or NotFound.
func (v *View) Place(ctx context.Context, id string) (Place, error) {
	p, err := place(ctx, v.q, id, v.known.Revision)
	if err != nil {
		return Place{}, err
	}
	if p == nil {
		return Place{}, errs.NotFound("place", id)
	}
	return *p, nil
}

// Place reads one place within a commit, as it stands with what the commit has written so
// far; ok is false when there is none.
func (c *Commit) Place(ctx context.Context, id string) (p Place, ok bool, err error) {
	found, err := place(ctx, c.tx, id, c.revision)
	if err != nil || found == nil {
		return Place{}, false, err
	}
	return *found, true, nil
}

// Places reads those of the ids that are on the register, within a commit.
func (c *Commit) Places(ctx context.Context, ids []string) (map[string]Place, error) {
	values := make([]any, len(ids))
	for i, id := range ids {
		values[i] = id
	}
	out := make(map[string]Place, len(ids))
	err := chunks(values, func(marks string, part []any) error {
		rows, err := c.tx.QueryContext(ctx, `SELECT p.id, p.provider, p.latitude, p.longitude, p.payload, p.since, 0
			FROM place p WHERE p.until = 9223372036854775807 AND p.id IN (`+marks+`)`, part...)
		if err != nil {
			return fmt.Errorf("read places: %w", err)
		}
		found, err := scanPlaces(rows)
		for _, p := range found {
			out[p.ID] = p
		}
		return err
	})
	return out, err
}

// Filter narrows a listing of the register. Zero fields do not narrow.
type Filter struct {
	// District is a district's code.
	District string
	// Provider is a provider's id.
	Provider string
}

// List reads up to limit places in order of id, beginning after an id. It reads no
// districts.
func (v *View) List(ctx context.Context, f Filter, after string, limit int) ([]Place, error) {
	return list(ctx, v.q, v.known.Revision, f, after, limit)
}

// List reads places as View.List does, within a commit and with what it has written so far,
// whose moment is not known yet.
func (c *Commit) List(ctx context.Context, f Filter, after string, limit int) ([]Place, error) {
	return list(ctx, c.tx, c.revision, f, after, limit)
}

func list(ctx context.Context, q sqldb.Queryer, revision int64, f Filter, after string, limit int) ([]Place, error) {
	from := `place p`
	where := `p.id > $1 AND p.since <= $2 AND p.until > $2`
	args := []any{after, revision, limit}
	if f.District != "" {
		args = append(args, f.District)
		from = `place_district d JOIN place p ON p.id = d.place AND p.since = d.since`
		where += fmt.Sprintf(` AND d.district = $%d AND d.place > $1`, len(args))
	}
	if f.Provider != "" {
		args = append(args, f.Provider)
		where += fmt.Sprintf(` AND p.provider = $%d`, len(args))
	}
	rows, err := q.QueryContext(ctx, `SELECT `+placeColumns+` FROM `+from+`
		LEFT JOIN commit_log l ON l.commit_no = p.since
		WHERE `+where+` ORDER BY p.id LIMIT $3`, args...)
	if err != nil {
		return nil, fmt.Errorf("list the register: %w", err)
	}
	return scanPlaces(rows)
}
