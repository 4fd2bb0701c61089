// Package period holds the calendar the market is counted by: days, months,
// financial years and the monthly window in which providers make their returns.
//
// A day is a day in England: it has no hour and no time zone, so the same
// return has the same date whatever machine reads it.
package period

import (
	"encoding"
	"fmt"
	"time"
)

// layout is ISO 8601, as the API and the stores write a day.
const layout = "2006-01-02"

const (
	minYear = 1
	maxYear = 9999
)

// Date is one calendar day, from 0001-01-01 to 9999-12-31. Dates compare with
// == and may be map keys. The zero Date means "no day given": it is before
// every real day and is written as the empty string.
type Date struct {
	// ordinal counts days, 0001-01-01 being 1, so that zero is no day.
	ordinal int32
}

var (
	_ encoding.TextMarshaler   = Date{}
	_ encoding.TextUnmarshaler = (*Date)(nil)
	_ fmt.Stringer             = Date{}
)

// NewDate returns the given day. A day past the end of its month runs on into
// the next, as with time.Date; a year outside 1 to 9999 gives the zero Date.
func NewDate(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf returns the day that t shows in its own location. A year outside 1 to
// 9999 gives the zero Date.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	if year < minYear || year > maxYear {
		return Date{}
	}
	midnight := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return Date{ordinal: int32((midnight.Unix() - beforeFirstDay) / secondsPerDay)}
}

const secondsPerDay = 24 * 60 * 60

// beforeFirstDay is midnight on the day before 0001-01-01, in Unix seconds.
const beforeFirstDay = -62135596800 - secondsPerDay

// Parse reads a day written as 2024-01-31 and nothing else.
func Parse(s string) (Date, error) {
	t, err := time.Parse(layout, s)
	if err != nil || t.Year() < minYear {
		return Date{}, fmt.Errorf("%q is not a date: write it as YYYY-MM-DD, such as 2024-01-31", s)
	}
	return DateOf(t), nil
}

// String writes the day as 2024-01-31, and the zero Date as "".
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format(layout)
}

// MarshalText writes the day as String does, for JSON and for map keys.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes, the empty text being no day.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// IsZero reports whether no day was given.
func (d Date) IsZero() bool { return d.ordinal == 0 }

// Time returns midnight UTC of the day, and the zero time.Time for no day.
func (d Date) Time() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Unix(int64(d.ordinal)*secondsPerDay+beforeFirstDay, 0).UTC()
}

// Year returns the day's year, and 0 for no day.
func (d Date) Year() int {
	if d.IsZero() {
		return 0
	}
	return d.Time().Year()
}

// Month returns the day's month, and 0 for no day.
func (d Date) Month() time.Month {
	if d.IsZero() {
		return 0
	}
	return d.Time().Month()
}

// Day returns the day of the month, and 0 for no day.
func (d Date) Day() int {
	if d.IsZero() {
		return 0
	}
	return d.Time().Day()
}
