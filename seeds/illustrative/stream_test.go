package illustrative

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The numbers are PCG's for FNV-1a of the names: a change of them would change every
// market of every seed.
func TestStreamDoesNotChangeBetweenReleases(t *testing.T) {
	s := newStream(7, "home", "1-910700008200001")
	got := []int{s.below(1000), s.below(1000), s.between(-5, 5), s.around(100), s.ratio(5, 2), s.pick(1, 2, 3)}
	if diff := cmp.Diff([]int{847, 213, -1, -27, 2, 2}, got); diff != "" {
		t.Errorf("first numbers (-want +got):\n%s", diff)
	}
}

func TestStreamsOfOtherNamesDiffer(t *testing.T) {
	seen := map[uint64]string{}
	for name, s := range map[string]*stream{
		"a, b": newStream(1, "a", "b"), "ab": newStream(1, "ab"), "ab, nothing": newStream(1, "ab", ""),
		"b, a": newStream(1, "b", "a"), "other seed": newStream(2, "a", "b"), "no name": newStream(1),
	} {
		first := s.source.Uint64()
		if other, twice := seen[first]; twice {
			t.Errorf("%q and %q begin alike", name, other)
		}
		seen[first] = name
	}
}

func TestDrawsStayInRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStream(rapid.Uint64().Draw(t, "seed"), rapid.String().Draw(t, "name"))
		low := rapid.IntRange(-1000, 1000).Draw(t, "low")
		high := low + rapid.IntRange(0, 1000).Draw(t, "width")
		a, b := rapid.IntRange(0, 100_000).Draw(t, "a"), rapid.IntRange(1, 1000).Draw(t, "b")
		weights := append(rapid.SliceOfN(rapid.IntRange(0, 9), 0, 9).Draw(t, "weights"), 1)
		for range 50 {
			if n := s.between(low, high); n < low || n > high {
				t.Errorf("between(%d, %d) = %d", low, high, n)
			}
			if n := s.around(high - low); n < low-high || n > high-low {
				t.Errorf("around(%d) = %d", high-low, n)
			}
			if n := s.ratio(a, b); n != a/b && n != a/b+1 || n*b >= a+b {
				t.Errorf("ratio(%d, %d) = %d", a, b, n)
			}
			if i := s.pick(weights...); weights[i] == 0 {
				t.Errorf("pick(%v) = %d, which weighs nothing", weights, i)
			}
		}
		if s.below(0) != 0 || s.below(-3) != 0 {
			t.Error("below nothing there is 0")
		}
	})
}

func TestDrawsAreFair(t *testing.T) {
	const n = 40_000
	s := newStream(11, "fair")
	chances, ratios := 0, 0
	var picked [3]int
	for range n {
		if s.chance(250) {
			chances++
		}
		ratios += s.ratio(7, 4)
		picked[s.pick(1, 2, 5)]++
	}
	// Four standard errors of a share of n draws are at most 2 x sqrt(n) = 400.
	near := func(what string, got, want int) {
		if got < want-400 || got > want+400 {
			t.Errorf("%s: %d of %d, want about %d", what, got, n, want)
		}
	}
	near("chance(250)", chances, n/4)
	near("ratio(7, 4)", ratios, n*7/4)
	near("pick 0", picked[0], n/8)
	near("pick 1", picked[1], n/4)
	near("pick 2", picked[2], n*5/8)
}
