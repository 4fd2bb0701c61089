package web

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"registered_beds":             "Registered beds",
		"aged_65_plus":                "Aged 65 and over",
		"dementia_65_plus":            "Dementia aged 65 and over",
		"beds_per_1000_aged_75_plus":  "Beds per 1,000 aged 75 and over",
		"non_admittable":              "Not admittable",
		"NHS":                         "NHS",
		"DEMENTIA_NURSING":            "Dementia nursing",
		"65_PLUS":                     "Aged 65 and over",
		"outside_cqc":                 "Outside CQC",
		"assessed_within_48_hours":    "Assessed within 48 hours",
		"hours_per_1000_aged_65_plus": "Hours per 1,000 aged 65 and over",
	} {
		if got := words(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestMeasured(t *testing.T) {
	tests := []struct {
		value float64
		unit  commonv1.Unit
		want  string
	}{
		{1076, commonv1.Unit_UNIT_BEDS, "1,076 beds"},
		{139816, commonv1.Unit_UNIT_PEOPLE, "139,816 people"},
		{1234567, commonv1.Unit_UNIT_PEOPLE, "1,234,567 people"},
		{999, commonv1.Unit_UNIT_HOMES, "999 homes"},
		{86, commonv1.Unit_UNIT_PERCENT, "86%"},
		{86.04, commonv1.Unit_UNIT_PERCENT, "86%"},
		{91.6667, commonv1.Unit_UNIT_PERCENT, "91.7%"},
		{-4, commonv1.Unit_UNIT_BEDS, "−4 beds"},
		{-1234.5, commonv1.Unit_UNIT_HOURS_PER_WEEK, "−1,234.5 hours a week"},
		{0, commonv1.Unit_UNIT_BEDS, "0 beds"},
		{0.0712, commonv1.Unit_UNIT_RATIO, "0.0712 ratio"},
		{12.55, commonv1.Unit_UNIT_POUNDS_PER_HOUR, "£12.55 an hour"},
		{12.5, commonv1.Unit_UNIT_POUNDS_PER_HOUR, "£12.50 an hour"},
		{1000, commonv1.Unit_UNIT_POUNDS_PER_WEEK, "£1,000 a week"},
		{-2.5, commonv1.Unit_UNIT_POUNDS, "−£2.50"},
		{3800, commonv1.Unit_UNIT_HHI_POINTS, "3,800 points (HHI)"},
		{107.1, commonv1.Unit_UNIT_BEDS_PER_1000_AGED_75_PLUS, "107.1 beds per 1,000 aged 75 and over"},
		{7, commonv1.Unit_UNIT_UNSPECIFIED, "7"},
	}
	for _, test := range tests {
		if got := measured(test.value, test.unit); got != test.want {
			t.Errorf("%v %v is %q, want %q", test.value, test.unit, got, test.want)
		}
	}
}

// Every unit that there is has words.
func TestUnitsHaveWords(t *testing.T) {
	for number, name := range commonv1.Unit_name {
		unit := commonv1.Unit(number)
		text := measured(2, unit)
		if strings.ContainsAny(text, "_") || number != 0 && unit != commonv1.Unit_UNIT_TEXT && text == "2" {
			t.Errorf("2 in %s is %q", name, text)
		}
	}
}

// A number that is written can be read again, to the places it was written with.
func TestNumbersAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(-1e9, 1e9).Draw(t, "v")
		text := number(v)
		read, err := strconv.ParseFloat(strings.NewReplacer(",", "", minus, "-").Replace(text), 64)
		if err != nil || math.Abs(read-v) > 0.0501 {
			t.Fatalf("%v is written %q", v, text)
		}
		for _, group := range strings.Split(strings.Split(strings.TrimPrefix(text, minus), ".")[0], ",")[1:] {
			if len(group) != 3 {
				t.Fatalf("%v is written %q", v, text)
			}
		}
	})
}

func TestDates(t *testing.T) {
	for iso, want := range map[string]string{"2026-10-31": "31 October 2026", "2024-12": "2024-12", "": "", "2023-24": "2023-24"} {
		if got := date(iso); got != want {
			t.Errorf("%q is %q, want %q", iso, got, want)
		}
	}
}
