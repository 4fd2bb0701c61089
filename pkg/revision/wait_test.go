package revision_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/revision"
)

// waiting starts a Wait and returns where its result will be.
func waiting(ctx context.Context, tracker *revision.Tracker, district string, after int64) <-chan result {
	out := make(chan result, 1)
	go func() {
		commit, err := tracker.Wait(ctx, district, after)
		out <- result{commit, err}
	}()
	return out
}

type result struct {
	commit int64
	err    error
}

// pending fails the test if a result is there once nothing more can happen by itself.
func pending(t *testing.T, out <-chan result, when string) {
	t.Helper()
	synctest.Wait()
	select {
	case got := <-out:
		t.Fatalf("%s: Wait returned %d, %v", when, got.commit, got.err)
	default:
	}
}

func TestWaitReturnsOnItsOwnDistrictOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracker := revision.NewTracker("carehomes", 0)
		tracker.Observe(1, []string{stroud})

		out := waiting(t.Context(), tracker, stroud, 1)
		pending(t, out, "nothing happened")
		tracker.Observe(2, []string{cheltenham})
		pending(t, out, "another district changed")
		tracker.Observe(3, []string{stroud})
		if got := <-out; got != (result{commit: 3}) {
			t.Errorf("got %+v, want commit 3", got)
		}
		if got := <-waiting(t.Context(), tracker, stroud, 1); got != (result{commit: 3}) {
			t.Errorf("for what is there already: got %+v, want commit 3", got)
		}
	})
}

func TestWaitForADistrictNotHeardOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracker := revision.NewTracker("carehomes", 0)
		out := waiting(t.Context(), tracker, stroud, 4)
		pending(t, out, "nothing happened")
		tracker.Observe(1, []string{cheltenham})
		pending(t, out, "another new district")
		tracker.Observe(2, []string{stroud})
		pending(t, out, "now known, but not beyond 4")
		tracker.Observe(5, []string{stroud})
		if got := <-out; got != (result{commit: 5}) {
			t.Errorf("got %+v, want commit 5", got)
		}
	})
}

func TestWaitEndsWithItsContextAndWithTheHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracker := revision.NewTracker("carehomes", 0)
		tracker.Observe(1, []string{stroud})

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if got := <-waiting(ctx, tracker, stroud, 1); !errors.Is(got.err, context.DeadlineExceeded) {
			t.Errorf("got %+v, want the context's end", got)
		}
		known := waiting(t.Context(), tracker, stroud, 1)
		unknown := waiting(t.Context(), tracker, cotswold, 1)
		synctest.Wait()
		tracker.Restart(9, map[string]int64{stroud: 9})
		for name, out := range map[string]<-chan result{"known": known, "unknown": unknown} {
			if got := <-out; !errors.Is(got.err, revision.ErrRestarted) {
				t.Errorf("%s district: got %+v, want ErrRestarted", name, got)
			}
		}
	})
}

func TestAwait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracker := revision.NewTracker("carehomes", 0)
		tracker.CatchUp(0, 3, map[string]int64{stroud: 3})
		if err := tracker.Await(t.Context(), stroud, 3); err != nil {
			t.Errorf("for what is known already: %v", err)
		}

		out := make(chan error, 1)
		go func() { out <- tracker.Await(t.Context(), stroud, 5) }()
		synctest.Wait()
		tracker.Observe(5, []string{cheltenham}) // 4 may have touched Stroud
		synctest.Wait()
		select {
		case err := <-out:
			t.Fatalf("returned %v while commit 4 was unknown", err)
		default:
		}
		tracker.Observe(4, nil)
		if err := <-out; err != nil {
			t.Error(err)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := tracker.Await(ctx, stroud, 1<<60); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("for a commit that never was: %v", err)
		}
	})
}

// A subscriber that does not read gets all that happened as one change, and the publisher never waits for it.
func TestSubscriptionCoalesces(t *testing.T) {
	tracker := revision.NewTracker("carehomes", 0)
	tracker.Observe(1, []string{stroud})
	slow := tracker.Subscribe()
	if err := slow.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := revision.Change{Global: 1, Districts: map[string]int64{stroud: 1}, Snapshot: true}
	if diff := cmp.Diff(want, slow.Take()); diff != "" {
		t.Errorf("first change (-want +got):\n%s", diff)
	}
	const last = 10_000
	for commit := int64(2); commit <= last; commit++ {
		tracker.Observe(commit, []string{[]string{cheltenham, cotswold}[commit%2]})
	}
	if err := slow.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	want = revision.Change{Global: last, Districts: map[string]int64{cheltenham: last, cotswold: last - 1}}
	if diff := cmp.Diff(want, slow.Take()); diff != "" {
		t.Errorf("second change (-want +got):\n%s", diff)
	}
	if got := slow.Take(); len(got.Districts) != 0 || got.Snapshot {
		t.Errorf("nothing happened, but: %+v", got)
	}
}

func TestSubscriptionWakesForEveryKindOfNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracker := revision.NewTracker("carehomes", time.Minute)
		s := tracker.Subscribe()
		wait := func() error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			return s.Wait(ctx)
		}
		if err := wait(); err != nil {
			t.Fatalf("the first time: %v", err)
		}
		for _, news := range []struct {
			what    string
			happens func()
		}{
			{"a confirmation", tracker.Confirm},
			{"a lapse", func() { pass(2 * time.Minute) }},
			{"a commit", func() { tracker.Observe(1, []string{stroud}) }},
			{"a poll's news", func() { tracker.CatchUp(1, 4, nil) }},
			{"a restart", func() { tracker.Restart(1, nil) }},
		} {
			if err := wait(); err == nil {
				t.Errorf("woken before %s", news.what)
			}
			news.happens()
			if err := wait(); err != nil {
				t.Errorf("not woken by %s: %v", news.what, err)
			}
		}
	})
}

func TestSubscriptionBeginsAgainWithTheHistory(t *testing.T) {
	tracker := revision.NewTracker("carehomes", 0)
	tracker.CatchUp(0, 50, map[string]int64{stroud: 50, cotswold: 3})
	s := tracker.Subscribe()
	s.Take()
	tracker.Restart(2, map[string]int64{stroud: 1})
	want := revision.Change{Global: 2, Districts: map[string]int64{stroud: 1}, Snapshot: true}
	if diff := cmp.Diff(want, s.Take()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := tracker.District(cotswold); got != 0 {
		t.Errorf("a district of the old history is still at %d", got)
	}
}

func TestCurrentLastsAsLongAsItIsConfirmed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracker := revision.NewTracker("carehomes", 3*time.Second)
		check := func(want bool, when string) {
			t.Helper()
			synctest.Wait()
			if got := tracker.Current(); got != want {
				t.Errorf("%s: current is %v", when, got)
			}
		}
		check(false, "never confirmed")
		tracker.Confirm()
		check(true, "just confirmed")
		pass(2 * time.Second)
		tracker.Confirm()
		pass(2 * time.Second)
		check(true, "confirmed again two seconds ago")
		pass(time.Second)
		check(false, "not confirmed for three seconds")
		tracker.Confirm()
		check(true, "confirmed after a lapse")
		tracker.Doubt()
		check(false, "doubted")
		pass(time.Hour)

		forever := revision.NewTracker("carehomes", -1)
		forever.Confirm()
		pass(1000 * time.Hour)
		if !forever.Current() {
			t.Error("a confirmation that should last for ever has lapsed")
		}
	})
}
