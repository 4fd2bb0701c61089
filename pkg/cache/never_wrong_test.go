package cache_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/storetest"
)

// market is a store whose answer for a district says at which commit it was read.
type market struct {
	mu        sync.Mutex
	global    int64
	districts map[string]int64
}

func (m *market) commit(district string) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.global++
	m.districts[district] = m.global
	return m.global
}

func (m *market) read(district string) (int64, string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	commit := m.districts[district]
	return commit, truth(district, commit)
}

func truth(district string, commit int64) string { return fmt.Sprintf("%s as of %d", district, commit) }

// Two processes share a Redis that is flushed now and then. Each hears of commits late, in any order and not of all.
// Whoever asks gets the answer that was true at the mark it bears, and that mark is never before the one asked for.
func TestAKeptAnswerIsNeverWrong(t *testing.T) {
	const commits, readers, processes = 3000, 3, 2
	districts := []string{"E07000078", "E07000079", stroud}
	server := storetest.Redis(t)
	client := dial(t, server, ample)
	store := &market{districts: make(map[string]int64)}

	trackers := make([]*revision.Tracker, processes)
	done := make(chan struct{})
	var reading sync.WaitGroup
	for i := range trackers {
		trackers[i] = revision.NewTracker("carehomes", -1)
		c := startProcess(t, client, generous).Cache
		for range readers {
			reading.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
						checkOne(t, c, store, trackers[i], districts[rand.IntN(len(districts))])
					}
				}
			})
		}
	}
	for i := range commits {
		district := districts[rand.IntN(len(districts))]
		commit := store.commit(district)
		for _, tracker := range trackers {
			if rand.IntN(3) > 0 {
				tracker.Observe(commit, []string{district})
			}
		}
		if i%500 == 0 {
			server.FlushAll(t)
		}
	}
	close(done)
	reading.Wait()
}

func checkOne(t *testing.T, c *cache.Cache, store *market, tracker *revision.Tracker, district string) {
	q := capacity
	q.Subject = district
	at, _ := revision.Read(district, tracker)
	answer, err := c.Get(t.Context(), q, at, func(context.Context) (cache.Loaded, error) {
		commit, body := store.read(district)
		return cache.Loaded{Body: []byte(body), Mark: at.To(commit)}, nil
	})
	if err != nil {
		t.Error(err)
		return
	}
	if got, want := string(answer.Body), truth(district, answer.Mark.Commits[0]); got != want {
		t.Errorf("an answer of mark %v says %q", answer.Mark, got)
	}
	if !answer.Mark.Covers(at) {
		t.Errorf("asked for %v, got %v", at, answer.Mark)
	}
}
