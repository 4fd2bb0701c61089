package revision

import (
	"context"
	"maps"
)

// Change is what is new to a subscriber.
type Change struct {
	// Global is how far everything is known.
	Global int64
	// Districts holds the newest commit of each district that changed since the last Change; of every known one
	// in a snapshot.
	Districts map[string]int64
	// Snapshot is true the first time, and whenever the numbers began again.
	Snapshot bool
}

// Subscription is one reader's place in a Tracker's changes. However slow the reader, it costs the Tracker nothing
// and holds no more than one number per district: what happened meanwhile comes as one Change. It need not be
// closed. It is for one goroutine.
type Subscription struct {
	tracker *Tracker
	next    <-chan struct{}
	started bool
	epoch   uint64
	seen    map[string]int64
}

// Subscribe returns a Subscription whose first Change is a snapshot.
func (t *Tracker) Subscribe() *Subscription {
	return &Subscription{tracker: t}
}

// Wait returns nil, the first time at once, when the Tracker's numbers or whether it is current may have changed or
// were confirmed since the last call. The error is the context's.
func (s *Subscription) Wait(ctx context.Context) error {
	if s.next != nil {
		select {
		case <-s.next:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	s.next = s.tracker.changed.wait()
	return ctx.Err()
}

// Take returns all that changed since the last Take.
func (s *Subscription) Take() Change {
	global, table := s.tracker.read()
	c := Change{Global: global, Districts: make(map[string]int64), Snapshot: !s.started || table.epoch != s.epoch}
	if c.Snapshot {
		s.started, s.epoch, s.seen = true, table.epoch, make(map[string]int64, len(table.cells))
	}
	for code, cell := range table.cells {
		if commit := cell.commit.Load(); commit > s.seen[code] {
			c.Districts[code] = commit
		}
	}
	maps.Copy(s.seen, c.Districts)
	return c
}
