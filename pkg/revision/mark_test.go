package revision_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/revision"
)

func drawMark(t *rapid.T, label string) revision.Mark {
	m := revision.At(rapid.SliceOfN(rapid.Int64Range(0, 12), 0, revision.MaxServices).Draw(t, label)...)
	m.Epoch = rapid.Uint64Range(0, 2).Draw(t, label+" epoch")
	return m
}

func TestMarkCoversIsAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawMark(t, "a"), drawMark(t, "b"), drawMark(t, "c")
		if !a.Covers(a) {
			t.Fatalf("%v does not cover itself", a)
		}
		if a.Covers(b) && b.Covers(a) && a != b {
			t.Fatalf("%v and %v cover each other", a, b)
		}
		if a.Covers(b) && b.Covers(c) && !a.Covers(c) {
			t.Fatalf("%v covers %v covers %v, but the first not the last", a, b, c)
		}
	})
}

func TestMarkStringTellsMarksApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawMark(t, "a"), drawMark(t, "b")
		if (a == b) != (a.String() == b.String()) {
			t.Fatalf("%+v and %+v are written %q and %q", a, b, a, b)
		}
	})
}

func TestMarkString(t *testing.T) {
	later := revision.At(3)
	later.Epoch = 1
	for want, m := range map[string]revision.Mark{
		"0":      {},
		"5":      revision.At(5),
		"12.0.7": revision.At(12, 0, 7),
		"1~3":    later,
	} {
		if got := m.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestReadPutsTrackersSideBySide(t *testing.T) {
	homes, hours := revision.NewTracker("carehomes", -1), revision.NewTracker("homecare", -1)
	homes.CatchUp(0, 9, map[string]int64{stroud: 7})
	hours.CatchUp(0, 4, map[string]int64{stroud: 2, cheltenham: 4})
	homes.Confirm()

	mark, current := revision.Read(stroud, homes, hours)
	if want := revision.At(7, 2); mark != want || current {
		t.Errorf("got %v, current %v; want %v and doubtful, since homecare was never confirmed", mark, current, want)
	}
	hours.Confirm()
	if _, current := revision.Read(stroud, homes, hours); !current {
		t.Error("doubtful though both were confirmed")
	}
	hours.Restart(1, map[string]int64{stroud: 1})
	if got, _ := revision.Read(stroud, homes, hours); got == revision.At(7, 1) || !got.Covers(mark) {
		t.Errorf("after numbers began again the mark is %v, which must be later than %v and unlike any before", got, mark)
	}
}

func TestReadForMoreThanADistrict(t *testing.T) {
	homes, hours := confirmed("carehomes"), confirmed("homecare")
	homes.CatchUp(0, 9, map[string]int64{stroud: 7, cotswold: 3, cheltenham: 9})
	hours.CatchUp(0, 4, map[string]int64{stroud: 2})
	for name, c := range map[string]struct {
		read func() (revision.Mark, bool)
		want revision.Mark
	}{
		"two districts": {func() (revision.Mark, bool) {
			return revision.ReadArea([]string{cotswold, stroud}, homes, hours)
		}, revision.At(7, 2)},
		"none":          {func() (revision.Mark, bool) { return revision.ReadArea(nil, homes, hours) }, revision.At(0, 0)},
		"whole service": {func() (revision.Mark, bool) { return revision.ReadService(homes, hours) }, revision.At(9, 4)},
	} {
		if got, current := c.read(); got != c.want || !current {
			t.Errorf("%s: got %v, current %v; want %v", name, got, current, c.want)
		}
	}
}
