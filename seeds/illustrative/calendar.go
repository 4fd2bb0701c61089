package illustrative

import (
	"github.com/caremarket/caremarket/pkg/period"
)

// calendar numbers the months of a plan from 0.
type calendar struct {
	// windows are the months' reporting windows.
	windows []period.Window
	// counted is the month whose totals the plan states: everybody answers soundly in it.
	counted int
	// changesFrom is the first month in which places open, close or change hands.
	changesFrom int
}

func newCalendar(from, to, counted, settled period.Date) calendar {
	var c calendar
	for day := from; !day.After(to); day = day.AddMonths(1) {
		if !day.After(counted) {
			c.counted = len(c.windows)
		}
		if !day.After(settled) {
			c.changesFrom = len(c.windows) + 1
		}
		c.windows = append(c.windows, period.WindowIn(day))
	}
	return c
}

func (c calendar) months() int { return len(c.windows) }

// ofYear is the month of the year, 0 for January.
func (c calendar) ofYear(month int) int { return int(c.windows[month].Opens.Month()) - 1 }

// dayIn draws a day of a month, not within its reporting window or before it: a place
// that opens or closes then has one clear last and first window.
func (c calendar) dayIn(s *stream, month int) period.Date {
	const latest = 28
	after := c.windows[month].Closes
	return after.AddDays(s.between(1, latest-after.Day()))
}
