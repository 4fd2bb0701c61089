package revision

import (
	"context"
	"errors"
)

// ErrRestarted says that a service's numbers began again, so that one from before means nothing now.
var ErrRestarted = errors.New("the service's revisions began again")

// Wait returns a district's revision as soon as it is greater than after. Commits that follow each other closely
// may be told as one. The error is the context's, or [ErrRestarted].
func (t *Tracker) Wait(ctx context.Context, district string, after int64) (int64, error) {
	epoch := t.Epoch()
	for {
		next, known := t.nextOf(district)
		table := t.table.Load()
		commit := table.commit(district)
		switch {
		case table.epoch != epoch:
			return 0, ErrRestarted
		case commit > after:
			return commit, nil
		case !known && table.cells[district] != nil:
			continue // heard of since; wait for it alone
		}
		select {
		case <-next:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// nextOf returns what closes when a district is raised, or, for one not heard of yet, when any new one is.
func (t *Tracker) nextOf(district string) (next <-chan struct{}, known bool) {
	if c := t.table.Load().cells[district]; c != nil {
		return c.raised.wait(), true
	}
	return t.grown.wait(), false
}

// Await returns nil as soon as [Tracker.Reached] holds, and has the store asked at once rather than at the next
// poll. A caller that wants to read its own write from another process waits with it, and should bound ctx: a commit
// that never was is never reached. The error is the context's.
func (t *Tracker) Await(ctx context.Context, district string, least int64) error {
	for {
		next := t.changed.wait()
		if t.Reached(district, least) {
			return nil
		}
		t.ask()
		select {
		case <-next:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
