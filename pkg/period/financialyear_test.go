package period_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/period"
)

func TestParseFinancialYear(t *testing.T) {
	for _, form := range []string{"2023-24", "2023/24", "2023-2024", "2023 to 2024", "2023 to 24"} {
		got, err := period.ParseFinancialYear(form)
		if err != nil || got != 2023 || got.String() != "2023-24" {
			t.Errorf("ParseFinancialYear(%q) = %v, %v, want 2023-24", form, got, err)
		}
	}
	if got, err := period.ParseFinancialYear("1999-00"); err != nil || got.String() != "1999-00" {
		t.Errorf("the turn of the century = %v, %v", got, err)
	}
	for _, bad := range []string{"", "2023", "2023-25", "2023-23", "23-24", "2023-24 ", "2024-2026", "2023–24"} {
		if got, err := period.ParseFinancialYear(bad); err == nil {
			t.Errorf("ParseFinancialYear(%q) = %v, want an error", bad, got)
		}
	}
}

func TestFinancialYearOf(t *testing.T) {
	for date, want := range map[string]string{
		"2024-03-31": "2023-24", "2024-04-01": "2024-25", "2024-12-31": "2024-25", "2025-01-01": "2024-25",
	} {
		if got := period.FinancialYearOf(day(t, date)).String(); got != want {
			t.Errorf("%s falls in %s, want %s", date, got, want)
		}
	}
}

func TestFinancialYearHoldsItsDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay(t)
		year := period.FinancialYearOf(d)
		if end := year.End(); !end.IsZero() && d.After(end) || d.Before(year.Start()) {
			t.Fatalf("%v is outside its year %v to %v", d, year.Start(), end)
		}
	})
}

func TestFinancialYearInJSON(t *testing.T) {
	text, err := json.Marshal(period.FinancialYear(2023))
	if err != nil || string(text) != `"2023-24"` {
		t.Fatalf("json = %s, %v", text, err)
	}
	var back period.FinancialYear
	if err := json.Unmarshal(text, &back); err != nil || back != 2023 {
		t.Errorf("read back %v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`"2023"`), &back); err == nil {
		t.Error("2023 was read as a financial year")
	}
}

func FuzzParseFinancialYear(f *testing.F) {
	for _, seed := range []string{"2023-24", "2023/24", "2023 to 2024", "9999-00", "2023-2124"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		year, err := period.ParseFinancialYear(s)
		if err != nil {
			return
		}
		if again, err := period.ParseFinancialYear(year.String()); err != nil || again != year {
			t.Errorf("%q reads as %v, which reads as %v, %v", s, year, again, err)
		}
	})
}
