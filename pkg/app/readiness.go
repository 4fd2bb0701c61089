package app

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// Readiness knows what a process still waits for before it should be sent work. The zero value waits
// for nothing. It is safe for concurrent use.
type Readiness struct {
	mu       sync.Mutex
	waiting  map[string]bool
	stopping bool
}

// What a process that is starting, or stopping, says it waits for.
const (
	startingName = "start"
	stoppingName = "stopping"
)

// Wait notes that the process is not ready until Done is called with the same name.
func (r *Readiness) Wait(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting == nil {
		r.waiting = map[string]bool{}
	}
	r.waiting[name] = true
}

// Done notes that name is waited for no longer.
func (r *Readiness) Done(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.waiting, name)
}

// Waiting returns what is still waited for, sorted; none when the process is ready.
func (r *Readiness) Waiting() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	waiting := slices.Sorted(maps.Keys(r.waiting))
	if r.stopping {
		waiting = append(waiting, stoppingName)
	}
	return waiting
}

// Component is the part of a process that makes it ready once all before it have started, and unready
// when the stop begins. From this call on the process waits for the start. Put it last, so that it
// starts last and stops first.
func (r *Readiness) Component() Component {
	r.Wait(startingName)
	return Component{
		Name: "readiness",
		Start: func(context.Context) error {
			r.Done(startingName)
			return nil
		},
		Stop: func(context.Context) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.stopping = true
			return nil
		},
	}
}
