package ledger

import (
	"context"
	"database/sql"
	"fmt"
)

const returnColumns = `r.id, r.place, r.as_at, r.flagged, r.request_id, r.payload, r.commit_no, l.recorded_at`

func scanReturn(rows *sql.Rows) (Return, error) {
	var r Return
	var flagged int
	if err := rows.Scan(&r.ID, &r.Place, &r.AsAt, &flagged, &r.RequestID, &r.Payload, &r.Revision, &r.RecordedAt); err != nil {
		return r, fmt.Errorf("read returns: %w", err)
	}
	r.Flagged = flagged == 1
	return r, nil
}

func scanReturns(rows *sql.Rows) ([]Return, error) {
	defer rows.Close()
	var out []Return
	for rows.Next() {
		r, err := scanReturn(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// Cursor is a position in a place's returns, newest first. The zero Cursor is before
// the newest.
type Cursor struct {
	AsAt string
	ID   int64
}

// Returns reads up to limit of a place's returns after a cursor, the newest day first and
// for one day the newest return first. Flagged returns are among them.
func (v *View) Returns(ctx context.Context, place string, after Cursor, limit int) ([]Return, error) {
	beyond := v.known.lastReturn + 1
	if after == (Cursor{}) {
		after = Cursor{AsAt: "9999-12-31", ID: beyond}
	}
	after.ID = min(after.ID, beyond)
	rows, err := v.q.QueryContext(ctx, `SELECT `+returnColumns+` FROM place_return r
		JOIN commit_log l ON l.commit_no = r.commit_no
		WHERE r.place = $1 AND r.id <= $2 AND (r.as_at < $3 OR (r.as_at = $3 AND r.id < $4))
		ORDER BY r.as_at DESC, r.id DESC LIMIT $5`, place, v.known.lastReturn, after.AsAt, after.ID, limit)
	if err != nil {
		return nil, fmt.Errorf("read returns: %w", err)
	}
	return scanReturns(rows)
}

// History is a place with all of its returns that can stand on the days of a history.
type History struct {
	Place Place
	// Returns are those that count, oldest day first; for one day only the newest.
	Returns []Return
	// Flagged are the days on which a newer return was set aside.
	Flagged []string
}

// HistoryInDistrict reads the places of a district with the returns that stood on any day
// between two days: those that speak of a day between them, and the last before. One
// reading serves every step of a history.
func (v *View) HistoryInDistrict(ctx context.Context, district, from, to string) ([]History, error) {
	first, err := v.InDistrict(ctx, district, from)
	if err != nil {
		return nil, err
	}
	out := make([]History, len(first))
	at := make(map[string]*History, len(first))
	for i, s := range first {
		out[i].Place = s.Place
		if s.Return != nil {
			out[i].Returns = []Return{*s.Return}
		}
		if s.SetAside {
			out[i].Flagged = []string{from}
		}
		at[s.Place.ID] = &out[i]
	}
	rows, err := v.q.QueryContext(ctx, `SELECT `+returnColumns+`
		FROM place_district d
		JOIN place_return r ON r.place = d.place
		JOIN commit_log l ON l.commit_no = r.commit_no
		WHERE d.district = $1 AND d.since <= $2 AND d.until > $2
		AND r.as_at > $3 AND r.as_at <= $4 AND r.id <= $5
		ORDER BY r.place, r.as_at, r.id`, district, v.known.Revision, from, v.day(to), v.known.lastReturn)
	if err != nil {
		return nil, fmt.Errorf("read a history: %w", err)
	}
	later, err := scanReturns(rows)
	if err != nil {
		return nil, err
	}
	for _, r := range later {
		at[r.Place].add(r)
	}
	return out, nil
}

func (h *History) add(r Return) {
	if r.Flagged {
		h.Flagged = append(h.Flagged, r.AsAt)
		return
	}
	if n := len(h.Returns); n > 0 && h.Returns[n-1].AsAt == r.AsAt {
		h.Returns[n-1] = r
		return
	}
	h.Returns = append(h.Returns, r)
}

// On returns the place as it stood on a day of the history.
func (h *History) On(asAt string) Standing {
	s := Standing{Place: h.Place}
	for i := range h.Returns {
		if h.Returns[i].AsAt > asAt {
			break
		}
		s.Return = &h.Returns[i]
	}
	for _, day := range h.Flagged {
		if day <= asAt && (s.Return == nil || day >= s.Return.AsAt) {
			s.SetAside = true
		}
	}
	return s
}
