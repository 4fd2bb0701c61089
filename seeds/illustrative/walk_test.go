package illustrative

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/period"
)

func threeYears() Plan {
	day := func(month int) period.Date { return period.NewDate(2023, 11, 1).AddMonths(month) }
	return Plan{Seed: 5, From: day(0), To: day(35), Counted: day(2), calendar: newCalendar(day(0), day(35), day(2), day(7))}
}

func TestCalendar(t *testing.T) {
	c := threeYears().calendar
	if c.months() != 36 || c.counted != 2 || c.changesFrom != 8 {
		t.Errorf("%d months, counted %d, changes from %d; want 36, 2, 8", c.months(), c.counted, c.changesFrom)
	}
	if got := c.windows[0].Opens.String(); got != "2023-11-08" {
		t.Errorf("first window opens %s", got)
	}
	if c.ofYear(0) != 10 || c.ofYear(2) != 0 {
		t.Errorf("months of the year %d and %d, want 10 and 0", c.ofYear(0), c.ofYear(2))
	}
}

func TestWalkStandsStillInTheCountedMonth(t *testing.T) {
	p := threeYears()
	season := [12]int{-4, -6, -4, 0, 2, 3, 2, 0, 1, 3, 2, -1}
	rapid.Check(t, func(t *rapid.T) {
		s := newStream(rapid.Uint64().Draw(t, "seed"))
		noise := rapid.IntRange(0, 200).Draw(t, "noise")
		w := p.walkThrough(s, noise, rapid.IntRange(-50, 50).Draw(t, "rise"), &season)
		if w[p.calendar.counted] != 0 {
			t.Errorf("it is %d off in the counted month", w[p.calendar.counted])
		}
		limit := rapid.IntRange(0, 100).Draw(t, "limit")
		usual := rapid.IntRange(0, limit).Draw(t, "usual")
		for month := range w {
			if n := w.of(month, usual, limit, limit); n < 0 || n > limit {
				t.Errorf("month %d: %d of %d", month, n, limit)
			}
		}
	})
}

func TestWalkRisesAndFollowsTheSeason(t *testing.T) {
	p := threeYears()
	season := [12]int{0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0}
	w := p.walkThrough(newStream(1), 0, 12, &season)
	// Without noise: a thousandth a month, and nine more in each July.
	for month, want := range map[int]int{0: -2, 2: 0, 8: 6 + 9, 14: 12, 20: 18 + 9, 35: 33} {
		if w[month] != want {
			t.Errorf("month %d is %d, want %d", month, w[month], want)
		}
	}
}

func TestPerMilleRoundsBothWaysAlike(t *testing.T) {
	for _, c := range []struct{ n, thousandths, want int }{
		{1000, 5, 5}, {100, 5, 1}, {100, 4, 0}, {100, -5, -1}, {100, -4, 0}, {3, 500, 2}, {3, -500, -2},
	} {
		if got := perMille(c.n, c.thousandths); got != c.want {
			t.Errorf("perMille(%d, %d) = %d, want %d", c.n, c.thousandths, got, c.want)
		}
	}
}

func TestLives(t *testing.T) {
	p := threeYears()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "places")
		s := newStream(rapid.Uint64().Draw(t, "seed"))
		all := p.lives(s, n, turnover{closing: 200, opening: 200, reregistering: 200})
		settled := p.calendar.windows[p.calendar.changesFrom-1].Closes.MonthEnd()
		for i, l := range all {
			if (i < n) != (l.opensIn < 0) {
				t.Errorf("place %d of %d opens in month %d", i, n, l.opensIn)
			}
			if !l.closes.IsZero() && l.closes.Before(settled) {
				t.Errorf("place %d closes on %s, before all is settled on %s", i, l.closes, settled)
			}
			if l.opensIn >= 0 && !l.opens.After(settled) {
				t.Errorf("place %d opens on %s, before all is settled on %s", i, l.opens, settled)
			}
			if l.continues >= 0 && all[l.continues].closes != l.opens.AddDays(-1) {
				t.Errorf("place %d opens on %s, and what it continues closed on %s", i, l.opens, all[l.continues].closes)
			}
		}
	})
}

func TestLifeFillsAndEmpties(t *testing.T) {
	opened := life{opensIn: 10, closesIn: -1, continues: -1}
	if a, b, c := opened.filled(10), opened.filled(14), opened.filled(30); a != 150 || b != 450 || c != 1000 {
		t.Errorf("a new place is filled %d, %d, %d", a, b, c)
	}
	closing := life{opensIn: -1, closesIn: 20, continues: -1, endsQuietly: true}
	if a, b, c := closing.filled(10), closing.filled(18), closing.filled(20); a != 1000 || b != 600 || c != 200 {
		t.Errorf("a closing place is filled %d, %d, %d", a, b, c)
	}
	if closing.winding(15) || !closing.winding(16) || opened.winding(10) {
		t.Error("a place takes nobody in for its last five months, and only then")
	}
	sold := life{opensIn: -1, closesIn: 20, continues: -1}
	again := life{opensIn: 20, closesIn: -1, continues: 0}
	if sold.filled(20) != 1000 || again.filled(20) != 1000 {
		t.Error("a place that changes hands keeps its people")
	}
}

func TestDiary(t *testing.T) {
	p := threeYears()
	p.answering = map[string]answering{
		"always":  {},
		"mostly":  {missed: 50, silenceBegins: 10, silenceMonths: 5, late: 60, outlier: 5, mistake: 8},
		"nothing": {never: 1000},
		"wrong":   {outlier: 1000},
	}
	open := life{opens: period.NewDate(2015, 3, 1), opensIn: -1, closesIn: -1, continues: -1}
	if got := p.diary(newStream(1), "always", open, false); len(got) != 36 {
		t.Errorf("who always answers has %d entries", len(got))
	}
	if got := p.diary(newStream(1), "nothing", open, false); len(got) != 0 {
		t.Errorf("who never answers has %d entries", len(got))
	}
	wrong := p.diary(newStream(1), "wrong", open, true)
	if wrong[0].slip != sound || wrong[1].slip != outlier || wrong[2].slip != sound {
		t.Error("the first answer and that of the counted month are sound, the others are not")
	}
	rapid.Check(t, func(t *rapid.T) {
		s := newStream(rapid.Uint64().Draw(t, "seed"))
		counted := false
		last := -1
		for _, e := range p.diary(s, "mostly", open, true) {
			w := p.calendar.windows[e.month]
			if e.on.Before(w.Opens) || e.on.After(w.Closes.AddDays(5)) || e.month <= last {
				t.Errorf("month %d answered on %s, after month %d", e.month, e.on, last)
			}
			counted = counted || e.month == p.calendar.counted && e.slip == sound && !e.on.After(w.Closes)
			last = e.month
		}
		if !counted {
			t.Error("no sound answer in the counted month")
		}
	})
}
