package revision

import "sync"

// signal wakes all who wait for the next change. Whoever fires it never waits, and one channel serves any number
// of waiters. The zero value is ready.
type signal struct {
	mu   sync.Mutex
	next chan struct{} // nil while nobody waits
}

// wait returns a channel that the next fire closes. Ask for it before looking at what may change.
func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		s.next = make(chan struct{})
	}
	return s.next
}

func (s *signal) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next != nil {
		close(s.next)
		s.next = nil
	}
}
