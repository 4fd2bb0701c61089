package ledger

import (
	"context"
	"database/sql"
	"fmt"
)

// Revisions returns the service's newest commit, and the newest commit of every district
// that changed after a commit number.
func (l *Ledger) Revisions(ctx context.Context, after int64) (newest int64, districts map[string]int64, err error) {
	districts = map[string]int64{}
	rows, err := l.db.Read().QueryContext(ctx, `SELECT '', coalesce(max(commit_no), 0) FROM commit_log
		UNION ALL SELECT district, commit_no FROM district_revision WHERE commit_no > $1`, after)
	if err != nil {
		return 0, nil, away(fmt.Errorf("read revisions: %w", err))
	}
	defer rows.Close()
	for rows.Next() {
		var district string
		var revision int64
		if err := rows.Scan(&district, &revision); err != nil {
			return 0, nil, fmt.Errorf("read revisions: %w", err)
		}
		if district == "" {
			newest = revision
			continue
		}
		districts[district] = revision
		newest = max(newest, revision)
	}
	return newest, districts, away(rows.Err())
}

// Touched returns the newest commit that touched any of the districts, and when it was
// recorded, in microseconds since 1970; zeros when none did.
func (v *View) Touched(ctx context.Context, districts ...string) (revision, recordedAt int64, err error) {
	for _, d := range districts {
		rev, at, err := v.touched(ctx, d)
		if err != nil {
			return 0, 0, fmt.Errorf("read the revision of %s: %w", d, err)
		}
		if rev > revision {
			revision, recordedAt = rev, at
		}
	}
	return revision, recordedAt, nil
}

func (v *View) touched(ctx context.Context, district string) (revision, recordedAt int64, err error) {
	rows, err := v.q.QueryContext(ctx, `SELECT c.commit_no, l.recorded_at FROM district_commit c
		JOIN commit_log l ON l.commit_no = c.commit_no
		WHERE c.district = $1 AND c.commit_no <= $2 ORDER BY c.commit_no DESC LIMIT 1`, district, v.known.Revision)
	if err != nil {
		return 0, 0, err
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&revision, &recordedAt)
	}
	return revision, recordedAt, firstError(err, rows.Err())
}

// Touch is the newest commit that touched a district.
type Touch struct {
	District string
	Revision int64
	// RecordedAt is in microseconds since 1970.
	RecordedAt int64
}

// EachTouched returns the newest commit of every district that any touched, in order of
// code. Its cost grows with the districts, not with their commits.
func (v *View) EachTouched(ctx context.Context) ([]Touch, error) {
	rows, err := v.q.QueryContext(ctx, `SELECT r.district, r.commit_no, l.recorded_at FROM district_revision r
		JOIN commit_log l ON l.commit_no = r.commit_no ORDER BY r.district`)
	if err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	newest, err := scanTouches(rows)
	if err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	known := newest[:0]
	for _, t := range newest {
		if t.Revision > v.known.Revision {
			if t.Revision, t.RecordedAt, err = v.Touched(ctx, t.District); err != nil {
				return nil, err
			}
		}
		if t.Revision > 0 {
			known = append(known, t)
		}
	}
	return known, nil
}

func scanTouches(rows *sql.Rows) ([]Touch, error) {
	defer rows.Close()
	var out []Touch
	for rows.Next() {
		var t Touch
		if err := rows.Scan(&t.District, &t.Revision, &t.RecordedAt); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// Change is one thing that was kept and concerns a district.
type Change struct {
	Revision   int64
	RecordedAt int64
	// Place is empty for a commit that changed only what a service keeps beside the ledger.
	Place string
	// AsAt is the day a return speaks of; empty for a change of the register.
	AsAt string
}

// Changes reads everything that concerns a district and was kept after a commit, whole
// commits at a time: it stops after the commit with which it reached atLeast changes.
// An empty answer means there is nothing newer.
func (l *Ledger) Changes(ctx context.Context, district string, after int64, atLeast int) ([]Change, error) {
	commits, err := l.commits(ctx, district, after, atLeast)
	if err != nil {
		return nil, away(err)
	}
	var out []Change
	for _, c := range commits {
		before := len(out)
		if out, err = l.appendCommit(ctx, out, district, c); err != nil {
			return nil, away(err)
		}
		if len(out) == before {
			out = append(out, c)
		}
		if len(out) >= atLeast {
			break
		}
	}
	return out, nil
}

func (l *Ledger) commits(ctx context.Context, district string, after int64, limit int) ([]Change, error) {
	rows, err := l.db.Read().QueryContext(ctx, `SELECT c.commit_no, l.recorded_at FROM district_commit c
		JOIN commit_log l ON l.commit_no = c.commit_no
		WHERE c.district = $1 AND c.commit_no > $2 ORDER BY c.commit_no LIMIT $3`, district, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	defer rows.Close()
	var out []Change
	for rows.Next() {
		var c Change
		if err := rows.Scan(&c.Revision, &c.RecordedAt); err != nil {
			return nil, fmt.Errorf("read changes: %w", err)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// appendCommit adds what one commit changed in a district: places that joined, changed or
// left, and returns of places that counted there when the commit was made. The ids of a
// commit's returns follow each other, so they are found by the key of the table.
func (l *Ledger) appendCommit(ctx context.Context, out []Change, district string, c Change) ([]Change, error) {
	rows, err := l.db.Read().QueryContext(ctx, `
		SELECT DISTINCT d.place, '' AS as_at, 0 AS id FROM place_district d
		WHERE d.district = $1 AND (d.since = $2 OR d.until = $2)
		UNION ALL
		SELECT r.place, r.as_at, r.id FROM commit_log l
		JOIN place_return r ON r.id <= l.return_id
			AND r.id > coalesce((SELECT b.return_id FROM commit_log b WHERE b.commit_no < $2 ORDER BY b.commit_no DESC LIMIT 1), 0)
		JOIN place_district d ON d.place = r.place AND d.district = $1 AND d.since <= $2 AND d.until > $2
		WHERE l.commit_no = $2
		ORDER BY id, place`, district, c.Revision)
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		change := c
		var id int64
		if err := rows.Scan(&change.Place, &change.AsAt, &id); err != nil {
			return nil, fmt.Errorf("read changes: %w", err)
		}
		out = append(out, change)
	}
	return out, rows.Err()
}
