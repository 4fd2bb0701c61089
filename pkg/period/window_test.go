package period_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/period"
)

func TestWindowIn(t *testing.T) {
	tests := []struct{ name, in, opens, closes string }{
		{"the 14th a working day", "2025-07-01", "2025-07-08", "2025-07-14"},
		{"the 14th a Saturday", "2026-11-30", "2026-11-08", "2026-11-16"},
		{"the 14th a Sunday", "2025-09-20", "2025-09-08", "2025-09-15"},
		{"the 14th Good Friday: past Easter Monday", "2028-04-10", "2028-04-08", "2028-04-18"},
		{"the 14th Easter Monday", "2031-04-14", "2031-04-08", "2031-04-15"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := period.WindowIn(day(t, test.in))
			want := period.Window{Opens: day(t, test.opens), Closes: day(t, test.closes)}
			if got != want {
				t.Errorf("WindowIn(%s) = %v, want %v", test.in, got, want)
			}
		})
	}
}

func TestLatestClosedWindow(t *testing.T) {
	tests := []struct{ name, asAt, opens string }{
		{"before the window", "2025-09-01", "2025-08-08"},
		{"in the window", "2025-09-10", "2025-08-08"},
		{"the 14th, a Sunday: still open", "2025-09-14", "2025-08-08"},
		{"the closing day: open until its end", "2025-09-15", "2025-08-08"},
		{"the day after closing", "2025-09-16", "2025-09-08"},
		{"the end of the month", "2025-09-30", "2025-09-08"},
		{"over the year's end", "2026-01-10", "2025-12-08"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := period.LatestClosedWindow(day(t, test.asAt)).Opens.String(); got != test.opens {
				t.Errorf("the latest window closed by %s opened %s, want %s", test.asAt, got, test.opens)
			}
		})
	}
}

func TestStale(t *testing.T) {
	tests := []struct {
		name, returned, asAt string
		want                 bool
	}{
		{"made in the window that closed", "2025-09-08", "2025-09-30", false},
		{"made the day before it opened", "2025-09-07", "2025-09-30", true},
		{"the same return while the window is open", "2025-09-07", "2025-09-15", false},
		{"saved again on the closing day", "2025-09-15", "2025-09-16", false},
		{"made after the window", "2025-09-20", "2025-10-14", false},
		{"made after the window, not in the next", "2025-09-20", "2025-10-15", true},
		{"made today", "2025-09-30", "2025-09-30", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := period.Stale(day(t, test.returned), day(t, test.asAt)); got != test.want {
				t.Errorf("Stale(%s, %s) = %v, want %v", test.returned, test.asAt, got, test.want)
			}
		})
	}
}

func TestWindowsAreWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		asAt := day(t, "2022-07-31").AddDays(rapid.IntRange(0, 40*365).Draw(t, "days on"))
		window := period.LatestClosedWindow(asAt)
		if window.Opens.Day() != 8 || window.Closes.Day() < 14 || !period.IsWorkingDay(window.Closes) {
			t.Fatalf("window %v", window)
		}
		if !window.Closes.Before(asAt) {
			t.Fatalf("%v had not closed by %v", window, asAt)
		}
		if next := period.WindowIn(window.Opens.AddMonths(1)); next.Closes.Before(asAt) {
			t.Fatalf("as at %v, %v had closed too", asAt, next)
		}
		if period.Stale(asAt, asAt) {
			t.Fatalf("a return made on %v is stale on its own day", asAt)
		}
	})
}

// bankHolidays are England and Wales's as GOV.UK published them, year by year:
// https://www.gov.uk/bank-holidays.json, division england-and-wales.
var bankHolidays = map[int][]string{
	2018: {"01-01", "03-30", "04-02", "05-07", "05-28", "08-27", "12-25", "12-26"},
	2019: {"01-01", "04-19", "04-22", "05-06", "05-27", "08-26", "12-25", "12-26"},
	2020: {"01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"},
	2021: {"01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"},
	2022: {"01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"},
	2023: {"01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"},
	2024: {"01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"},
	2025: {"01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"},
	2026: {"01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"},
	2027: {"01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"},
}

func TestBankHolidaysAreThosePublished(t *testing.T) {
	for year, want := range bankHolidays {
		var got []string
		for d := range period.Days(period.NewDate(year, time.January, 1), period.NewDate(year, time.December, 31)) {
			weekday := d.Time().Weekday()
			if weekday != time.Saturday && weekday != time.Sunday && !period.IsWorkingDay(d) {
				got = append(got, d.String()[len("2024-"):])
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("bank holidays of %d (-published +computed):\n%s", year, diff)
		}
	}
}

func TestTodayIsEnglands(t *testing.T) {
	tests := []struct{ name, instant, want string }{
		{"summer time: an hour ahead of UTC", "2025-06-30T23:30:00Z", "2025-07-01"},
		{"winter: UTC", "2025-12-31T23:30:00Z", "2025-12-31"},
		{"asked from New York", "2025-06-30T19:30:00-04:00", "2025-07-01"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			instant, err := time.Parse(time.RFC3339, test.instant)
			if err != nil {
				t.Fatal(err)
			}
			if got := period.Today(instant).String(); got != test.want {
				t.Errorf("Today(%s) = %s, want %s", test.instant, got, test.want)
			}
		})
	}
}

func BenchmarkStale(b *testing.B) {
	returned, asAt := day(b, "2025-09-20"), day(b, "2025-10-15")
	for b.Loop() {
		period.Stale(returned, asAt)
	}
}
