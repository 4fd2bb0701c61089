package revision

// Ahead is how many commits beyond a gap are remembered.
func (t *Tracker) Ahead() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.ahead)
}

// Restart is what a Follower or Mirror does when the service's numbers began again.
func (t *Tracker) Restart(global int64, districts map[string]int64) { t.restart(global, districts) }

// QueueLength is how many commits may wait to be published.
const QueueLength = queueLength
