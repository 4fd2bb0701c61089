package period

import (
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/gb"
)

// IsWorkingDay reports whether d is neither a weekend nor a bank holiday in
// England and Wales, substitute days included. Right from 2018, where GOV.UK's
// list (https://www.gov.uk/bank-holidays) begins; a one-off holiday proclaimed
// after this was built is not known to it.
func IsWorkingDay(d Date) bool { return england().IsWorkday(d.Time()) }

var england = sync.OnceValue(func() *cal.BusinessCalendar {
	calendar := cal.NewBusinessCalendar()
	calendar.AddHoliday(gb.Holidays...)
	calendar.AddHoliday(oneOffHolidays()...)
	return calendar
})

// oneOffHolidays are the proclaimed bank holidays that the library lacks.
func oneOffHolidays() []*cal.Holiday {
	return []*cal.Holiday{{
		Name:      "State funeral of Queen Elizabeth II",
		Type:      cal.ObservanceBank,
		Month:     time.September,
		Day:       19,
		StartYear: 2022,
		EndYear:   2022,
		Func:      cal.CalcDayOfMonth,
	}}
}
