package housingwithcare

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAReaderAddsAndSubtracts(t *testing.T) {
	r := &reader{}
	r.learn([]float64{1, 1, 0, 0})
	r.learn([]float64{0, 1, 1, 0})
	r.learn([]float64{1, 2, 1, 0}) // Follows from the others.
	for _, c := range []struct {
		sum  []float64
		want bool
	}{
		{[]float64{0, 0, 0, 0}, true},
		{[]float64{1, 1, 0, 0}, true},
		{[]float64{1, 0, -1, 0}, true},
		{[]float64{2, 3, 1, 0}, true},
		{[]float64{1, 0, 0, 0}, false},
		{[]float64{1, 1, 1, 0}, false},
		{[]float64{0, 0, 0, 1}, false},
	} {
		if got := r.knows(c.sum); got != c.want {
			t.Errorf("knows %v: %t", c.sum, got)
		}
	}
}

// square is a table of two kinds by two tenures with its sums.
func square(counts [2][2]int) *table {
	t := &table{}
	for k, row := range counts {
		for n, count := range row {
			for _, c := range []int{cell(all, all), cell(k+1, all), cell(all, n+1), cell(k+1, n+1)} {
				t.counts[c] += count
				t.exists[c] = true
			}
		}
	}
	return t
}

// hiddenOf lists the hidden groups as kind and tenure.
func hiddenOf(t *table) [][2]int {
	var out [][2]int
	for c := range cells {
		if t.hidden[c] != shown {
			out = append(out, [2]int{c / tenures, c % tenures})
		}
	}
	return out
}

func TestClosingHidesTheSmallestThatWillDo(t *testing.T) {
	one := square([2][2]int{{3, 20}, {30, 40}})
	one.hidden[cell(1, 1)] = small
	one.closeAlone()
	// It could be had from its kind and from its tenure: one more of each is hidden, and
	// the fourth, which the third would give away.
	if diff := cmp.Diff([][2]int{{1, 1}, {1, 2}, {2, 1}, {2, 2}}, hiddenOf(one)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	none := square([2][2]int{{10, 20}, {30, 40}})
	if none.closeAlone(); hiddenOf(none) != nil {
		t.Errorf("with no secret %v are hidden", hiddenOf(none))
	}
}

func TestASumOfNothingTellsItsParts(t *testing.T) {
	full := square([2][2]int{{3, 20}, {3, 40}})
	full.hidden[cell(1, 1)], full.hidden[cell(2, 1)] = small, small
	full.hidden[cell(1, 2)], full.hidden[cell(2, 2)] = secondary, secondary
	full.telling[cell(all, 1)] = true
	full.closeAlone()
	if full.hidden[cell(all, 1)] != secondary {
		t.Error("a sum that gives away its parts is shown")
	}
}

func TestASumIsClosedForTheSakeOfItsParts(t *testing.T) {
	a, b := square([2][2]int{{10, 20}, {30, 40}}), square([2][2]int{{3, 20}, {4, 40}})
	b.hidden[cell(1, 1)], b.hidden[cell(2, 1)] = small, small
	b.closeAlone()
	whole := square([2][2]int{{13, 40}, {34, 80}})
	whole.closeBeside([]*table{a, b})
	for _, c := range [][2]int{{1, 1}, {2, 1}} {
		if whole.hidden[cell(c[0], c[1])] == shown {
			t.Errorf("%v of one part can be had from the sum", c)
		}
	}
	alone := square([2][2]int{{10, 20}, {30, 40}})
	if alone.closeBeside([]*table{a}); hiddenOf(alone) != nil {
		t.Errorf("a sum of one open part hides %v", hiddenOf(alone))
	}
}
