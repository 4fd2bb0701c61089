package revision_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/revision"
)

const (
	cheltenham = "E07000078"
	cotswold   = "E07000079"
	stroud     = "E07000082"
)

// log is a service's true history: the districts that each commit touched, commit 1 first.
type log [][]string

func drawLog(t *rapid.T) log {
	district := rapid.SampledFrom([]string{cheltenham, cotswold, stroud})
	commit := rapid.SliceOfNDistinct(district, 0, 3, rapid.ID)
	return rapid.SliceOfN(commit, 1, 30).Draw(t, "log")
}

// newest is the newest commit up to and including last that touched a district; 0 if none did.
func (l log) newest(district string, last int) int64 {
	for commit := last; commit > 0; commit-- {
		if slices.Contains(l[commit-1], district) {
			return int64(commit)
		}
	}
	return 0
}

// since is what a store answers when asked after commit after: its newest commit and what changed.
func (l log) since(after int) (int64, map[string]int64) {
	changed := make(map[string]int64)
	for i, districts := range l {
		for _, code := range districts {
			if i+1 > after {
				changed[code] = int64(i + 1)
			}
		}
	}
	return int64(len(l)), changed
}

// A Tracker that hears of commits in any order, some never and some twice, and now and then polls, never goes back,
// never claims to know what it does not, and knows all in the end.
func TestTrackerClaimsOnlyWhatItKnows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth := drawLog(t)
		tracker := revision.NewTracker("carehomes", 0)
		districts := []string{cheltenham, cotswold, stroud}
		before := map[string]int64{}
		check := func() {
			global := tracker.Global()
			if global < before[""] {
				t.Fatalf("global went back from %d to %d", before[""], global)
			}
			before[""] = global
			for _, d := range districts {
				got := tracker.District(d)
				if got < before[d] {
					t.Fatalf("%s went back from %d to %d", d, before[d], got)
				}
				before[d] = got
				if least := truth.newest(d, int(global)); got < least {
					t.Fatalf("claims to know all up to %d, but has %s at %d rather than %d", global, d, got, least)
				}
				if got > 0 && !slices.Contains(truth[got-1], d) {
					t.Fatalf("%s at %d, which did not touch it", d, got)
				}
			}
		}
		for range rapid.IntRange(0, 60).Draw(t, "messages") {
			if rapid.IntRange(0, 9).Draw(t, "kind") == 0 {
				made := rapid.IntRange(0, len(truth)).Draw(t, "made")
				after := int(tracker.Global())
				if made >= after {
					global, changed := truth[:made].since(after)
					tracker.CatchUp(int64(after), global, changed)
				}
			} else {
				commit := rapid.IntRange(1, len(truth)).Draw(t, "commit")
				tracker.Observe(int64(commit), truth[commit-1])
			}
			check()
		}
		global, changed := truth.since(int(tracker.Global()))
		tracker.CatchUp(tracker.Global(), global, changed)
		check()
		if tracker.Global() != int64(len(truth)) {
			t.Fatalf("after a poll global is %d of %d", tracker.Global(), len(truth))
		}
	})
}

func TestTrackerClosesGapsByItself(t *testing.T) {
	tracker := revision.NewTracker("carehomes", 0)
	for _, step := range []struct {
		commit, global int64
	}{{2, 0}, {4, 0}, {3, 0}, {1, 4}, {1, 4}, {6, 4}, {5, 6}} {
		tracker.Observe(step.commit, []string{stroud})
		if got := tracker.Global(); got != step.global {
			t.Errorf("after hearing of %d everything is known up to %d, want %d", step.commit, got, step.global)
		}
	}
}

func TestTrackerCatchUpNeedsToBeginWhereItStands(t *testing.T) {
	tracker := revision.NewTracker("carehomes", 0)
	tracker.CatchUp(5, 9, map[string]int64{stroud: 9})
	if got := tracker.Global(); got != 0 {
		t.Errorf("knows everything up to %d though it was never told of 1 to 5", got)
	}
	if got := tracker.District(stroud); got != 9 {
		t.Errorf("district at %d, want 9", got)
	}
}

func TestTrackerReached(t *testing.T) {
	tracker := revision.NewTracker("carehomes", 0)
	tracker.CatchUp(0, 10, map[string]int64{cheltenham: 3, stroud: 10})
	tracker.Observe(15, []string{stroud}) // 11 to 14 are still unknown
	got := map[string][]bool{}
	for _, d := range []string{cheltenham, stroud, cotswold} {
		for _, least := range []int64{0, 3, 10, 11, 15, 16} {
			got[d] = append(got[d], tracker.Reached(d, least))
		}
	}
	want := map[string][]bool{
		cheltenham: {true, true, true, false, false, false},
		stroud:     {true, true, true, true, true, false}, // its commit 15 includes whatever came before
		cotswold:   {true, true, true, false, false, false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reached (-want +got):\n%s", diff)
	}
}

// A gap that is never filled must not make the Tracker remember all that comes after it.
func TestTrackerForgetsWhatIsFarAhead(t *testing.T) {
	tracker := revision.NewTracker("carehomes", 0)
	const last = 100_000
	for commit := int64(2); commit <= last; commit++ {
		tracker.Observe(commit, []string{stroud})
	}
	if got := tracker.Ahead(); got > 1024 {
		t.Errorf("remembers %d commits beyond a gap", got)
	}
	tracker.CatchUp(0, last, map[string]int64{stroud: last})
	if tracker.Global() != last || tracker.Ahead() != 0 {
		t.Errorf("after a poll: global %d, %d remembered", tracker.Global(), tracker.Ahead())
	}
}

func TestTrackerUnderConcurrentCommits(t *testing.T) {
	const commits, writers, readers = 2000, 4, 4
	tracker := revision.NewTracker("carehomes", 0)
	order := rand.New(rand.NewPCG(1, 2)).Perm(commits)
	district := func(commit int) string { return fmt.Sprintf("E%08d", commit%300) }

	var writing, reading sync.WaitGroup
	done := make(chan struct{})
	for w := range writers {
		writing.Go(func() {
			for i := w; i < commits; i += writers {
				tracker.Observe(int64(order[i]+1), []string{district(order[i] + 1)})
			}
		})
	}
	for range readers {
		reading.Go(func() {
			var global, last int64
			for {
				select {
				case <-done:
					return
				default:
				}
				now := tracker.Global()
				// 300 divides the commits that touch a district; all that touched 7 up to now must be seen.
				seen := tracker.District(district(7))
				if now < global || seen < last || seen < (now-7)/300*300 {
					t.Errorf("global %d after %d, district %d after %d", now, global, seen, last)
					return
				}
				global, last = now, seen
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
	if got := tracker.Global(); got != commits {
		// What was heard too far ahead is left to the poll.
		tracker.CatchUp(got, commits, nil)
	}
	if got := tracker.District(district(7)); got != 1807 {
		t.Errorf("district at %d, want 1807", got)
	}
}

func BenchmarkTrackerDistrict(b *testing.B) {
	tracker := revision.NewTracker("carehomes", 0)
	all := make(map[string]int64)
	for i := range 296 {
		all[fmt.Sprintf("E07%06d", i)] = int64(i)
	}
	tracker.CatchUp(0, 296, all)
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tracker.District(stroud)
		}
	})
	b.Run("read mark of five services", func(b *testing.B) {
		five := []*revision.Tracker{tracker, tracker, tracker, tracker, tracker}
		b.ReportAllocs()
		for b.Loop() {
			revision.Read(stroud, five...)
		}
	})
	b.Run("observe", func(b *testing.B) {
		b.ReportAllocs()
		districts := []string{stroud}
		for commit := int64(297); b.Loop(); commit++ {
			tracker.Observe(commit, districts)
		}
	})
}
