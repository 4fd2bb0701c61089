package replicate

// Agenda holds what is due, earliest first. It keeps its memory when it is cleared, so that it allocates
// only when it is longer than ever before. The zero value is empty.
//
// It is a heap of four children to a node: half as deep as one of two, and four neighbours share a cache
// line. Entries due at the same instant come in an order that depends on the entries alone.
type Agenda[T any] struct{ due []entry[T] }

type entry[T any] struct {
	at   Instant
	what T
}

const children = 4

// Clear takes everything off.
func (a *Agenda[T]) Clear() { a.due = a.due[:0] }

// Len returns the number of entries.
func (a *Agenda[T]) Len() int { return len(a.due) }

// Next returns when the earliest entry is due; Never when there is none.
func (a *Agenda[T]) Next() Instant {
	if len(a.due) == 0 {
		return Never
	}
	return a.due[0].at
}

// Add puts on an entry.
func (a *Agenda[T]) Add(at Instant, what T) {
	a.due = append(a.due, entry[T]{})
	i := len(a.due) - 1
	for i > 0 {
		parent := (i - 1) / children
		if a.due[parent].at <= at {
			break
		}
		a.due[i] = a.due[parent]
		i = parent
	}
	a.due[i] = entry[T]{at, what}
}

// Take takes off the earliest entry and returns it. There must be one.
func (a *Agenda[T]) Take() T {
	what := a.due[0].what
	last := len(a.due) - 1
	moved := a.due[last]
	a.due = a.due[:last]
	if last > 0 {
		a.sink(moved)
	}
	return what
}

// Replace takes off the earliest entry and puts on another. There must be one to take off.
func (a *Agenda[T]) Replace(at Instant, what T) { a.sink(entry[T]{at, what}) }

// sink puts e at the top, whose entry is gone, and lets it sink to its place.
func (a *Agenda[T]) sink(e entry[T]) {
	due := a.due
	i := 0
	for {
		first := children*i + 1
		if first >= len(due) {
			break
		}
		least := first
		for c := first + 1; c < min(first+children, len(due)); c++ {
			if due[c].at < due[least].at {
				least = c
			}
		}
		if due[least].at >= e.at {
			break
		}
		due[i] = due[least]
		i = least
	}
	due[i] = e
}
