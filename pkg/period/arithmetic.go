package period

import (
	"cmp"
	"iter"
	"time"
)

// Compare returns -1, 0 or 1 as d is before, the same as or after o.
func (d Date) Compare(o Date) int { return cmp.Compare(d.ordinal, o.ordinal) }

// Before reports whether d is an earlier day than o.
func (d Date) Before(o Date) bool { return d.ordinal < o.ordinal }

// After reports whether d is a later day than o.
func (d Date) After(o Date) bool { return d.ordinal > o.ordinal }

// DaysSince returns how many days d is after o, negative when it is before.
func (d Date) DaysSince(o Date) int { return int(d.ordinal - o.ordinal) }

// AddDays returns the day n days on, or back when n is negative. No day stays
// no day, and so does a day beyond the calendar's ends.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return DateOf(d.Time().AddDate(0, 0, n))
}

// AddMonths returns the same day n months on, or the last day of that month
// where it has no such day: a month after 31 January is the end of February.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return d
	}
	year, month, day := d.Time().Date()
	first := NewDate(year, month+time.Month(n), 1)
	return first.AddDays(min(day, first.MonthEnd().Day()) - 1)
}

// MonthStart returns the first day of d's month.
func (d Date) MonthStart() Date {
	if d.IsZero() {
		return d
	}
	return d.AddDays(1 - d.Day())
}

// MonthEnd returns the last day of d's month.
func (d Date) MonthEnd() Date {
	if d.IsZero() {
		return d
	}
	return NewDate(d.Year(), d.Month()+1, 0)
}

// Days yields every day from first to last, both included.
func Days(first, last Date) iter.Seq[Date] {
	return func(yield func(Date) bool) {
		for d := first; !d.IsZero() && !d.After(last); d = d.AddDays(1) {
			if !yield(d) {
				return
			}
		}
	}
}

// MonthEnds yields the last day of each month from first to last, and last
// itself in place of the end of its own month: the days on which a history by
// month is read.
func MonthEnds(first, last Date) iter.Seq[Date] {
	return func(yield func(Date) bool) {
		for d := first; !d.IsZero() && !d.After(last); d = d.MonthEnd().AddDays(1) {
			end := d.MonthEnd()
			if end.After(last) {
				end = last
			}
			if !yield(end) {
				return
			}
		}
	}
}
