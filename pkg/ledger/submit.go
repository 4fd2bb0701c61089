package ledger

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// Kept is what became of one return.
type Kept struct {
	Outcome Outcome
	// Return is as it was kept, now or the first time.
	Return Return
}

// lookup is how many keys one query asks for.
const lookup = 500

// Submit keeps returns in their order, each with the districts of its place raised. A
// return whose request id was kept before is answered as the first time when it says
// the same, and is a Conflict when not. Every place must be on the register.
func (c *Commit) Submit(ctx context.Context, returns []Return) ([]Kept, error) {
	before, err := c.requested(ctx, returns)
	if err != nil {
		return nil, err
	}
	kept := make([]Kept, len(returns))
	rows := make([]int, 0, len(returns))
	places := map[string]struct{}{}
	for i, r := range returns {
		if was, ok := before[r.RequestID]; ok && r.RequestID != "" {
			kept[i] = Kept{Outcome: repeated(was, r), Return: was}
			continue
		}
		c.lastReturn++
		r.ID, r.Revision, r.RecordedAt = c.lastReturn, c.revision, c.recordedAt
		kept[i] = Kept{Outcome: Created, Return: r}
		if r.RequestID != "" {
			before[r.RequestID] = r
		}
		places[r.Place] = struct{}{}
		rows = append(rows, i)
	}
	if len(rows) == 0 {
		return kept, nil
	}
	columns := []string{"id", "place", "as_at", "flagged", "request_id", "commit_no", "payload"}
	err = c.tx.InsertMany(ctx, "place_return", columns, len(rows), func(i int) []any {
		r := &kept[rows[i]].Return
		return []any{r.ID, r.Place, r.AsAt, flag(r.Flagged), r.RequestID, r.Revision, r.Payload}
	})
	if err != nil {
		return nil, fmt.Errorf("keep returns: %w", err)
	}
	c.dirty = true
	return kept, c.touchPlaces(ctx, places)
}

func repeated(was, r Return) Outcome {
	if was.Place == r.Place && was.AsAt == r.AsAt && bytes.Equal(was.Payload, r.Payload) {
		return Unchanged
	}
	return Conflict
}

func flag(f bool) int {
	if f {
		return 1
	}
	return 0
}

// requested finds the returns that were kept under the same request ids.
func (c *Commit) requested(ctx context.Context, returns []Return) (map[string]Return, error) {
	found := map[string]Return{}
	ids := make([]any, 0, len(returns))
	for _, r := range returns {
		if r.RequestID != "" {
			ids = append(ids, r.RequestID)
		}
	}
	err := chunks(ids, func(marks string, part []any) error {
		rows, err := c.tx.QueryContext(ctx, `SELECT r.id, r.place, r.as_at, r.flagged, r.request_id, r.payload,
				l.commit_no, l.recorded_at
			FROM place_return r
			JOIN commit_log l ON l.commit_no = r.commit_no
			WHERE r.request_id <> '' AND r.request_id IN (`+marks+`)`, part...)
		if err != nil {
			return fmt.Errorf("look for repeated requests: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			r, err := scanReturn(rows)
			if err != nil {
				return err
			}
			found[r.RequestID] = r
		}
		return rows.Err()
	})
	return found, err
}

func (c *Commit) touchPlaces(ctx context.Context, places map[string]struct{}) error {
	ids := make([]any, 0, len(places))
	for id := range places {
		ids = append(ids, id)
	}
	return chunks(ids, func(marks string, part []any) error {
		rows, err := c.tx.QueryContext(ctx, `SELECT DISTINCT district FROM place_district
			WHERE until = 9223372036854775807 AND place IN (`+marks+`)`, part...)
		if err != nil {
			return fmt.Errorf("find the districts of places: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var d string
			if err := rows.Scan(&d); err != nil {
				return fmt.Errorf("find the districts of places: %w", err)
			}
			c.touched[d] = struct{}{}
		}
		return rows.Err()
	})
}

// chunks calls query with placeholders for at most `lookup` values at a time. The last
// chunk repeats its final value to the full length, so that one text serves all.
func chunks(values []any, query func(marks string, part []any) error) error {
	for len(values) > 0 {
		n := min(len(values), lookup)
		size := lookup
		if n == 1 {
			size = 1
		}
		part := make([]any, size)
		copy(part, values[:n])
		for i := n; i < size; i++ {
			part[i] = values[n-1]
		}
		if err := query(marks(size), part); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

func marks(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		if i > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "$%d", i)
	}
	return b.String()
}
