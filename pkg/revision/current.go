package revision

import "time"

// Current reports whether the numbers were confirmed within the Tracker's maximal age: whether a commit that they
// do not know of can be no older than that.
func (t *Tracker) Current() bool { return t.current.Load() }

// Epoch counts how often, in this process, the service's numbers began again.
func (t *Tracker) Epoch() uint64 { return t.table.Load().epoch }

// Confirm says that every commit made until a moment ago is known here.
func (t *Tracker) Confirm() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.current.Store(true)
	t.changed.fire()
	if t.maxAge < 0 {
		return
	}
	t.due = time.Now().Add(t.maxAge)
	if t.lapse == nil {
		t.lapse = time.AfterFunc(t.maxAge, t.lapseWhenDue)
	} else {
		t.lapse.Reset(t.maxAge)
	}
}

// Doubt says that it is not known whether there were newer commits, until the next Confirm.
func (t *Tracker) Doubt() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.doubt()
}

// lapseWhenDue is the timer's; it may have been set anew while it was about to run.
func (t *Tracker) lapseWhenDue() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !time.Now().Before(t.due) {
		t.doubt()
	}
}

func (t *Tracker) doubt() {
	if t.current.Swap(false) {
		t.changed.fire()
	}
}
