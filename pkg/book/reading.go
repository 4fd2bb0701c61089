package book

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/period"
)

// Day reads an as_at: the day itself, or today when it is empty. A day far in the future
// or none at all is a fault.
func Day(field, text string, today period.Date) (period.Date, error) {
	if text == "" {
		return today, nil
	}
	day, err := period.Parse(text)
	if err != nil {
		return day, errs.Invalid(errs.Violation{Field: field, Description: err.Error()})
	}
	if day.After(today) {
		return day, errs.Invalid(errs.Violation{Field: field, Description: fmt.Sprintf("%s lies in the future: today is %s", day, today)})
	}
	return day, nil
}

// Moment reads a known_at in microseconds since 1970; 0 when it is not set.
func Moment(t *timestamppb.Timestamp) (int64, error) {
	if t == nil {
		return 0, nil
	}
	if err := t.CheckValid(); err != nil || t.AsTime().UnixMicro() <= 0 {
		return 0, errs.Invalid(errs.Violation{Field: "known_at", Description: "is not a moment after 1970"})
	}
	return t.AsTime().UnixMicro(), nil
}

// Stamp writes a moment in microseconds since 1970; nil for 0.
func Stamp(micros int64) *timestamppb.Timestamp {
	if micros == 0 {
		return nil
	}
	return timestamppb.New(time.UnixMicro(micros))
}
