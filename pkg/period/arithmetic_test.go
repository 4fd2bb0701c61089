package period_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/period"
)

func TestAddMonthsKeepsToTheMonth(t *testing.T) {
	tests := []struct {
		from   string
		months int
		want   string
	}{
		{"2024-01-31", 1, "2024-02-29"},
		{"2023-01-31", 1, "2023-02-28"},
		{"2024-03-31", -1, "2024-02-29"},
		{"2024-01-15", 12, "2025-01-15"},
		{"2024-10-31", 1, "2024-11-30"},
		{"2024-12-31", 0, "2024-12-31"},
		{"9999-12-31", 1, ""},
	}
	for _, test := range tests {
		if got := day(t, test.from).AddMonths(test.months).String(); got != test.want {
			t.Errorf("%s + %d months = %q, want %q", test.from, test.months, got, test.want)
		}
	}
}

func TestMonthBounds(t *testing.T) {
	d := day(t, "2024-02-15")
	if got := d.MonthStart().String(); got != "2024-02-01" {
		t.Errorf("MonthStart = %s", got)
	}
	if got := d.MonthEnd().String(); got != "2024-02-29" {
		t.Errorf("MonthEnd = %s", got)
	}
	if got := day(t, "9999-12-01").MonthEnd().String(); got != "9999-12-31" {
		t.Errorf("the last month ends %s", got)
	}
}

func TestDayArithmeticAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyDay(t), anyDay(t)
		gap := b.DaysSince(a)
		if a.AddDays(gap) != b {
			t.Fatalf("%v + %d days = %v, want %v", a, gap, a.AddDays(gap), b)
		}
		if a.Before(b) != (gap > 0) || a.After(b) != (gap < 0) || (a.Compare(b) < 0) != (gap > 0) {
			t.Fatalf("order of %v and %v does not follow the %d days between them", a, b, gap)
		}
		if a.MonthStart().Day() != 1 || a.MonthStart().After(a) || a.MonthEnd().Before(a) {
			t.Fatalf("%v is not within its month %v to %v", a, a.MonthStart(), a.MonthEnd())
		}
	})
}

func TestDays(t *testing.T) {
	var got []string
	for d := range period.Days(day(t, "2024-02-28"), day(t, "2024-03-01")) {
		got = append(got, d.String())
	}
	if diff := cmp.Diff([]string{"2024-02-28", "2024-02-29", "2024-03-01"}, got); diff != "" {
		t.Error(diff)
	}
	if n := len(slices.Collect(period.Days(day(t, "2024-03-01"), day(t, "2024-02-28")))); n != 0 {
		t.Errorf("days backwards: %d", n)
	}
	if n := len(slices.Collect(period.Days(day(t, "9999-12-30"), day(t, "9999-12-31")))); n != 2 {
		t.Errorf("days to the calendar's end: %d, want 2", n)
	}
	if n := len(slices.Collect(period.Days(period.Date{}, day(t, "2024-02-28")))); n != 0 {
		t.Errorf("days from no day: %d", n)
	}
}

func TestMonthEnds(t *testing.T) {
	tests := []struct {
		name, first, last string
		want              []string
	}{
		{"whole months", "2025-11-01", "2026-01-31", []string{"2025-11-30", "2025-12-31", "2026-01-31"}},
		{"part months", "2025-11-20", "2026-01-05", []string{"2025-11-30", "2025-12-31", "2026-01-05"}},
		{"within a month", "2025-11-20", "2025-11-21", []string{"2025-11-21"}},
		{"backwards", "2025-11-20", "2025-11-19", nil},
		{"to the calendar's end", "9999-12-01", "9999-12-31", []string{"9999-12-31"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for d := range period.MonthEnds(day(t, test.first), day(t, test.last)) {
				got = append(got, d.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSequencesStopWhenAsked(t *testing.T) {
	first, last := day(t, "2024-01-01"), day(t, "2024-12-31")
	for d := range period.Days(first, last) {
		if d != first {
			t.Fatalf("went on to %v", d)
		}
		break
	}
	for d := range period.MonthEnds(first, last) {
		if d != first.MonthEnd() {
			t.Fatalf("went on to %v", d)
		}
		break
	}
}
