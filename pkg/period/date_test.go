package period_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/period"
)

func day(t interface {
	Helper()
	Fatal(...any)
}, s string,
) period.Date {
	t.Helper()
	d, err := period.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// anyDay draws a day from the whole calendar.
func anyDay(t *rapid.T) period.Date {
	n := rapid.IntRange(0, 3652058).Draw(t, "days after 0001-01-01")
	return period.NewDate(1, time.January, 1).AddDays(n)
}

func TestParse(t *testing.T) {
	for _, good := range []string{"0001-01-01", "1970-01-01", "2024-02-29", "2024-12-31", "9999-12-31"} {
		if got := day(t, good).String(); got != good {
			t.Errorf("Parse(%q).String() = %q", good, got)
		}
	}
	for _, bad := range []string{
		"", "2024", "2024-1-1", "2024-02-30", "2023-02-29", "31/01/2024", "2024-01-31T00:00:00Z",
		" 2024-01-31", "2024-01-31 ", "0000-01-01", "10000-01-01", "-001-01-01",
	} {
		if d, err := period.Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", bad, d)
		}
	}
}

func TestNewDateRunsOn(t *testing.T) {
	tests := []struct {
		year  int
		month time.Month
		day   int
		want  string
	}{
		{2024, time.February, 30, "2024-03-01"},
		{2024, time.March, 0, "2024-02-29"},
		{2024, 13, 1, "2025-01-01"},
		{0, time.June, 1, ""},
		{10000, time.January, 1, ""},
	}
	for _, test := range tests {
		if got := period.NewDate(test.year, test.month, test.day).String(); got != test.want {
			t.Errorf("NewDate(%d, %d, %d) = %q, want %q", test.year, test.month, test.day, got, test.want)
		}
	}
}

func TestDateAgreesWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay(t)
		if got := period.DateOf(d.Time()); got != d {
			t.Fatalf("DateOf(%v.Time()) = %v", d, got)
		}
		parsed, err := period.Parse(d.String())
		if err != nil || parsed != d {
			t.Fatalf("Parse(%q) = %v, %v", d.String(), parsed, err)
		}
		year, month, dayOfMonth := d.Time().Date()
		if d.Year() != year || d.Month() != month || d.Day() != dayOfMonth {
			t.Fatalf("%v says it is %d-%d-%d", d, d.Year(), d.Month(), d.Day())
		}
	})
}

func TestZeroDateIsNoDay(t *testing.T) {
	var none period.Date
	if !none.IsZero() || none.String() != "" || !none.Time().IsZero() {
		t.Errorf("zero Date: IsZero %v, String %q, Time %v", none.IsZero(), none.String(), none.Time())
	}
	if none.Year() != 0 || none.Month() != 0 || none.Day() != 0 {
		t.Errorf("zero Date has year %d, month %d, day %d", none.Year(), none.Month(), none.Day())
	}
	moved := []period.Date{none.AddDays(1), none.AddMonths(1), none.MonthStart(), none.MonthEnd()}
	if diff := cmp.Diff(make([]period.Date, len(moved)), moved, cmp.Comparer(func(a, b period.Date) bool { return a == b })); diff != "" {
		t.Errorf("no day moved is still no day: %s", diff)
	}
	if !none.Before(day(t, "0001-01-01")) {
		t.Error("no day is not before the first day")
	}
}

func TestDateInJSON(t *testing.T) {
	type message struct {
		AsAt period.Date            `json:"as_at"`
		Seen map[period.Date]string `json:"seen,omitempty"`
	}
	given := message{AsAt: day(t, "2024-01-31"), Seen: map[period.Date]string{day(t, "2024-01-15"): "window"}}
	text, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"as_at":"2024-01-31","seen":{"2024-01-15":"window"}}`; string(text) != want {
		t.Errorf("json = %s, want %s", text, want)
	}
	var back message
	if err := json.Unmarshal(text, &back); err != nil || back.AsAt != given.AsAt || len(back.Seen) != 1 {
		t.Errorf("read back %+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"as_at":""}`), &back); err != nil || !back.AsAt.IsZero() {
		t.Errorf("empty text read as %v, %v", back.AsAt, err)
	}
	if err := json.Unmarshal([]byte(`{"as_at":"31/01/2024"}`), &back); err == nil {
		t.Error("31/01/2024 was read as a date")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"2024-01-31", "", "2024-13-01", "0000-00-00", "９999-01-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := period.Parse(s)
		if err == nil && d.String() != s {
			t.Errorf("Parse(%q) writes itself as %q", s, d.String())
		}
		if err != nil && !d.IsZero() {
			t.Errorf("Parse(%q) failed and yet gave %v", s, d)
		}
	})
}
