package revision

import (
	"iter"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultMaxAge is how long a confirmation keeps a Tracker current: three missed polls.
const DefaultMaxAge = 3 * DefaultInterval

// maxAhead bounds how many commits beyond a gap are remembered; a poll finds what was forgotten.
const maxAhead = 1024

// Tracker holds the newest known commit of one service and of each of its districts. Its reads take no lock;
// its methods may be called from any goroutine.
type Tracker struct {
	service string
	maxAge  time.Duration

	table   atomic.Pointer[table]
	current atomic.Bool

	changed signal        // on anything: a number, a confirmation, a lapse
	grown   signal        // when a district is first heard of, or the numbers begin again
	wanted  chan struct{} // asks the follower to poll now; holds one

	mu     sync.Mutex // taken by whoever changes the fields above or uses those below
	ahead  map[int64]struct{}
	newest int64
	lapse  *time.Timer
	due    time.Time
}

// table is one history's numbers. A table and its map are never changed, only replaced; what they point to is changed
// in place.
type table struct {
	epoch  uint64
	global *atomic.Int64
	cells  map[string]*cell
}

// cell is the newest commit of one district. Only the holder of Tracker.mu writes it.
type cell struct {
	commit atomic.Int64
	raised signal
}

// NewTracker returns a Tracker for a service such as "carehomes" that knows nothing yet and is not current. A
// confirmation lasts maxAge; [DefaultMaxAge] if 0, for ever if negative.
func NewTracker(service string, maxAge time.Duration) *Tracker {
	if maxAge == 0 {
		maxAge = DefaultMaxAge
	}
	t := &Tracker{service: service, maxAge: maxAge, wanted: make(chan struct{}, 1), ahead: make(map[int64]struct{})}
	t.table.Store(&table{global: new(atomic.Int64)})
	return t
}

// Service is the name the Tracker was made with.
func (t *Tracker) Service() string { return t.service }

// Global is the newest commit up to which every commit is known here.
func (t *Tracker) Global() int64 { return t.table.Load().global.Load() }

// District is the newest known commit that touched a district; 0 if none is known.
func (t *Tracker) District(code string) int64 { return t.table.Load().commit(code) }

func (t *table) commit(district string) int64 {
	if c := t.cells[district]; c != nil {
		return c.commit.Load()
	}
	return 0
}

// Reached reports whether all that commit least did to a district is known here, so that an answer of the
// district's present revision includes it.
func (t *Tracker) Reached(district string, least int64) bool {
	return t.Global() >= least || t.District(district) >= least
}

// Observe takes note of one commit and the districts it touched, in whatever order commits are heard of. It must
// name all of them: tell it only of a commit that was made, never of a write that turned out to change nothing.
func (t *Tracker) Observe(commit int64, districts []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	known := t.reserve(slices.Values(districts))
	for _, code := range districts {
		known[code].raise(commit)
	}
	t.newest = max(t.newest, commit)
	t.hear(commit)
	t.changed.fire()
}

// CatchUp takes note of everything that changed after commit after, up to and including global: the districts with
// their newest commits. It is how a Tracker learns what it has missed.
func (t *Tracker) CatchUp(after, global int64, changed map[string]int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.newest = max(t.newest, global)
	known := t.reserve(maps.Keys(changed))
	for code, commit := range changed {
		known[code].raise(commit)
		t.newest = max(t.newest, commit)
	}
	if after <= t.Global() {
		t.settle(global)
	}
	t.changed.fire()
}

// restart forgets all numbers for those of a history that began again.
func (t *Tracker) restart(global int64, districts map[string]int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	old := t.table.Load()
	cells := make(map[string]*cell, len(districts))
	for code, commit := range districts {
		cells[code] = new(cell)
		cells[code].commit.Store(commit)
	}
	clear(t.ahead)
	t.newest = global
	begun := &table{epoch: old.epoch + 1, global: new(atomic.Int64), cells: cells}
	begun.global.Store(global)
	t.table.Store(begun)
	for _, c := range old.cells {
		c.raised.fire()
	}
	t.grown.fire()
	t.changed.fire()
}

// contradicted reports whether a full account of a service's numbers, which holds the newest commit up to global of each
// district, cannot be of the history that is known here.
func (t *Tracker) contradicted(global int64, districts map[string]int64) bool {
	for code, c := range t.table.Load().cells {
		if known := c.commit.Load(); known <= global && known > districts[code] {
			return true
		}
	}
	return false
}

// heard is the newest commit that anything was heard of.
func (t *Tracker) heard() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.newest
}

// reserve makes sure that every district has a cell and returns all cells.
func (t *Tracker) reserve(districts iter.Seq[string]) map[string]*cell {
	old := t.table.Load()
	var cells map[string]*cell
	for code := range districts {
		if old.cells[code] != nil {
			continue
		}
		if cells == nil {
			cells = make(map[string]*cell, len(old.cells)+1)
			maps.Copy(cells, old.cells)
		}
		cells[code] = new(cell)
	}
	if cells == nil {
		return old.cells
	}
	t.table.Store(&table{epoch: old.epoch, global: old.global, cells: cells})
	t.grown.fire()
	return cells
}

// hear counts one commit, and those heard earlier that it joins up with.
func (t *Tracker) hear(commit int64) {
	switch global := t.Global(); {
	case commit <= global:
	case commit == global+1:
		t.settle(commit)
	default:
		if len(t.ahead) < maxAhead {
			t.ahead[commit] = struct{}{}
		}
		t.ask()
	}
}

// settle declares everything up to global known, and on from there what was heard without a gap.
func (t *Tracker) settle(global int64) {
	if global <= t.Global() {
		return
	}
	maps.DeleteFunc(t.ahead, func(commit int64, _ struct{}) bool { return commit <= global })
	for {
		if _, ok := t.ahead[global+1]; !ok {
			break
		}
		global++
		delete(t.ahead, global)
	}
	t.table.Load().global.Store(global)
}

// ask requests a poll now rather than at its time.
func (t *Tracker) ask() {
	select {
	case t.wanted <- struct{}{}:
	default:
	}
}

func (c *cell) raise(commit int64) {
	if commit > c.commit.Load() {
		c.commit.Store(commit)
		c.raised.fire()
	}
}

// read returns how far everything is known and a table that knows at least as much.
func (t *Tracker) read() (int64, *table) {
	for {
		before := t.table.Load()
		global := before.global.Load()
		// A district first heard of by then stands in a newer table.
		if after := t.table.Load(); after.epoch == before.epoch {
			return global, after
		}
	}
}
