package book

import (
	"fmt"
	"time"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// How long a history one answer gives: more than a year by day, ten years by month or year.
const (
	maxDays   = 400
	maxMonths = 120
	maxYears  = 10
)

// Steps lists the days of a history, oldest first: every day, or the last day of each
// month or year, and `to` itself. Step is a month unless it says otherwise.
func Steps(from, to string, step commonv1.HistoryStep, today period.Date) ([]period.Date, error) {
	var faults errs.Collector
	first, err := Day("from", from, today)
	if err := faults.Merge("", err); err != nil {
		return nil, err
	}
	last, err := Day("to", to, today)
	if err := faults.Merge("", err); err != nil {
		return nil, err
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if last.Before(first) {
		return nil, errs.Invalid(errs.Violation{Field: "to", Description: fmt.Sprintf("%s is before from, %s", last, first)})
	}
	next, limit, what := endOfMonth, maxMonths, "months"
	switch step {
	case commonv1.HistoryStep_HISTORY_STEP_DAY:
		next, limit, what = sameDay, maxDays, "days"
	case commonv1.HistoryStep_HISTORY_STEP_YEAR:
		next, limit, what = endOfYear, maxYears, "years"
	default:
	}
	var days []period.Date
	for day := next(first); day.Before(last); day = next(day.AddDays(1)) {
		days = append(days, day)
		if len(days) >= limit {
			return nil, errs.Invalid(errs.Violation{Field: "to", Description: fmt.Sprintf("a history has at most %d %s", limit, what)})
		}
	}
	return append(days, last), nil
}

func sameDay(d period.Date) period.Date { return d }

func endOfMonth(d period.Date) period.Date { return d.MonthEnd() }

func endOfYear(d period.Date) period.Date { return period.NewDate(d.Year(), time.December, 31) }
