package revision_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caremarket/caremarket/pkg/revision"
)

// store is a Source that a test writes to.
type store struct {
	mu    sync.Mutex
	kept  log
	away  error
	polls int
	asked []int64
}

func (s *store) commit(districts ...string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, districts)
	return int64(len(s.kept))
}

func (s *store) set(away error, kept log) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away, s.kept = away, kept
}

func (s *store) pollCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.polls
}

func (s *store) Revisions(ctx context.Context, after int64) (int64, map[string]int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.polls++
	s.asked = append(s.asked, after)
	if s.away != nil {
		return 0, nil, s.away
	}
	global, changed := s.kept.since(int(after))
	return global, changed, ctx.Err()
}

var errAway = errors.New("connection refused")

// follow runs a Follower without Redis until the test ends.
func follow(t *testing.T, source *store) (*revision.Tracker, *revision.Follower) {
	t.Helper()
	tracker := revision.NewTracker("carehomes", 0)
	follower, err := revision.NewFollower(revision.FollowerConfig{Tracker: tracker, Source: source})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { follower.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	return tracker, follower
}

func TestFollowerLoadsThenFindsWhatItWasNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &store{kept: log{{stroud}, {cotswold}}}
		tracker, _ := follow(t, source)
		synctest.Wait()
		if tracker.Global() != 2 || tracker.District(stroud) != 1 || !tracker.Current() {
			t.Fatalf("after its start: global %d, Stroud %d, current %v", tracker.Global(), tracker.District(stroud), tracker.Current())
		}
		source.commit(stroud) // by another process, whose message was lost
		pass(revision.DefaultInterval)
		if tracker.Global() != 3 || tracker.District(stroud) != 3 {
			t.Errorf("a poll later: global %d, Stroud %d; want 3 and 3", tracker.Global(), tracker.District(stroud))
		}
		pass(10 * revision.DefaultInterval)
		if got := source.pollCount(); got != 12 {
			t.Errorf("%d polls in 11 s, want one at the start and one a second", got)
		}
	})
}

func TestFollowerSurvivesItsStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &store{away: errAway}
		tracker, _ := follow(t, source)
		pass(time.Minute)
		if tracker.Current() {
			t.Error("current though the store never answered")
		}
		if got := source.pollCount(); got < 10 || got > 60 {
			t.Errorf("asked a store that is away %d times in a minute", got)
		}
		source.set(nil, log{{stroud}})
		pass(5 * time.Second)
		if !tracker.Current() || tracker.Global() != 1 {
			t.Errorf("after it came back: current %v, global %d", tracker.Current(), tracker.Global())
		}
		source.set(errAway, nil)
		pass(revision.DefaultMaxAge - revision.DefaultInterval)
		if !tracker.Current() {
			t.Error("lapsed before the last confirmation was of its maximal age")
		}
		pass(revision.DefaultInterval)
		if tracker.Current() || tracker.Global() != 1 {
			t.Errorf("after it went away again: current %v, global %d", tracker.Current(), tracker.Global())
		}
	})
}

// Whoever waits for a commit has the store asked at once, and however many wait, it is not asked without rest.
func TestFollowerPollsWhenWanted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &store{}
		tracker, _ := follow(t, source)
		pass(revision.DefaultInterval / 2)
		source.commit(stroud)
		start := time.Now()
		if err := tracker.Await(t.Context(), stroud, 1); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(start); waited > 0 {
			t.Errorf("waited %v of fake time for a commit that the store had", waited)
		}
		before := source.pollCount()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var waiting sync.WaitGroup
		for range 100 {
			waiting.Go(func() { _ = tracker.Await(ctx, stroud, 1<<60) })
		}
		waiting.Wait()
		if polls := source.pollCount() - before; polls < 2 || polls > 60 {
			t.Errorf("100 who wait for a commit that never was had the store asked %d times in a second", polls)
		}
	})
}

func TestFollowerAsksOnlyForWhatIsNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &store{kept: log{{stroud}, {stroud}, {cotswold}}}
		_, follower := follow(t, source)
		synctest.Wait()
		follower.Committed(source.commit(stroud), []string{stroud})
		pass(revision.DefaultInterval)
		source.mu.Lock()
		defer source.mu.Unlock()
		if len(source.asked) != 2 || source.asked[0] != 0 || source.asked[1] != 4 {
			t.Errorf("asked after %v, want 0 and then 4", source.asked)
		}
	})
}

// A store that was replaced counts from the start: its numbers must not be taken for the old ones.
func TestFollowerNoticesThatNumbersBeganAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &store{kept: log{{stroud}, {stroud}, {cotswold}}}
		tracker, _ := follow(t, source)
		synctest.Wait()
		before, _ := revision.Read(stroud, tracker)
		source.set(nil, log{{cheltenham}, {stroud}})
		pass(revision.DefaultInterval)
		after, current := revision.Read(stroud, tracker)
		if tracker.Global() != 2 || tracker.District(cotswold) != 0 || tracker.District(stroud) != 2 || !current {
			t.Errorf("global %d, Cotswold %d, Stroud %d", tracker.Global(), tracker.District(cotswold), tracker.District(stroud))
		}
		if before == after {
			t.Errorf("commit 2 of both histories has the mark %v", after)
		}
	})
}

// The same while nobody looked, and the new store has got further than the old one was.
func TestFollowerNoticesAnotherStoreAfterALapse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &store{kept: log{{cotswold}, {stroud}}}
		tracker, _ := follow(t, source)
		synctest.Wait()
		source.set(errAway, nil)
		pass(10 * revision.DefaultMaxAge)
		source.set(nil, log{{stroud}, {cheltenham}, {cheltenham}})
		pass(10 * revision.DefaultMaxAge)
		if got := tracker.District(stroud); got != 1 || tracker.Epoch() != 1 || tracker.Global() != 3 {
			t.Errorf("Stroud %d, epoch %d, global %d; want 1, 1 and 3", got, tracker.Epoch(), tracker.Global())
		}
	})
}

// A message that promises commits which the store does not have must not stand in the way of those to come.
func TestFollowerOutlivesAFalseMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &store{kept: log{{stroud}}}
		tracker, _ := follow(t, source)
		synctest.Wait()
		tracker.Observe(1<<60, []string{stroud})
		pass(revision.DefaultInterval)
		source.commit(stroud)
		pass(revision.DefaultInterval)
		if got := tracker.District(stroud); got != 2 {
			t.Errorf("Stroud at %d, want 2", got)
		}
	})
}
