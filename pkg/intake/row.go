package intake

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
)

// Row is one row of a table, read column by column. A cell that is not what it should be
// is noted among the row's faults and reads as the zero value, so that one pass finds
// everything that is wrong. An importer asks only for columns of its layout, or after Has.
type Row struct {
	rows   *Rows
	number int
	cells  []string
	faults []fault
	// unreadable rows have no cells; nothing more is said of them.
	unreadable bool
}

// Clone returns a copy of the row, with its faults, that is good for longer.
func (r *Row) Clone() *Row {
	kept := *r
	kept.cells, kept.faults = slices.Clone(r.cells), slices.Clone(r.faults)
	return &kept
}

// Number is where the row stands in its file, from 1: the line it begins on.
func (r *Row) Number() int { return r.number }

// Fault notes something wrong with a column, or with the whole row where column is "".
func (r *Row) Fault(column, format string, args ...any) {
	if r.unreadable {
		return
	}
	r.faults = append(r.faults, fault{Field: column, Description: fmt.Sprintf(format, args...)})
}

// Merge notes the field violations that err carries and returns nil; any other error is
// returned as it is, since it is no fault of the row.
func (r *Row) Merge(err error) error {
	var faults errs.Collector
	if err := faults.Merge("", err); err != nil {
		return err
	}
	r.faults = append(r.faults, errs.Violations(faults.Err())...)
	return nil
}

// Faulty reports whether anything was found wrong so far.
func (r *Row) Faulty() bool { return len(r.faults) > 0 }

// Has reports whether the table has a column.
func (r *Row) Has(column string) bool { return r.rows.Has(column) }

// Text returns a cell without the spaces about it. It may be empty, as are the cells
// that a short row lacks and those of a column that is not there.
func (r *Row) Text(column string) string {
	i, has := r.rows.index[plain(column)]
	if !has || i >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

// Required returns a cell that must not be empty.
func (r *Row) Required(column string) string {
	text := r.Text(column)
	if text == "" {
		r.Fault(column, "is empty")
	}
	return text
}

// OneOf returns a cell that must be one of the words, whatever its case, as the word is
// given here; "" where it is none.
func (r *Row) OneOf(column string, words ...string) string {
	text := r.Required(column)
	for _, word := range words {
		if strings.EqualFold(text, word) {
			return word
		}
	}
	if text != "" {
		r.Fault(column, "%q is none of %s", text, strings.Join(words, ", "))
	}
	return ""
}

// Count returns a whole number of at least 0; commas between thousands are allowed.
func (r *Row) Count(column string) int { return parse(r, column, count) }

// OptionalCount is Count for a cell that may be empty; given says whether it is not.
func (r *Row) OptionalCount(column string) (n int, given bool) {
	return optional(r, column, count)
}

// Float returns a finite number.
func (r *Row) Float(column string) float64 { return parse(r, column, number) }

// OptionalFloat is Float for a cell that may be empty.
func (r *Row) OptionalFloat(column string) (x float64, given bool) {
	return optional(r, column, number)
}

// Code returns a GSS code.
func (r *Row) Code(column string) geo.Code { return parse(r, column, geo.ParseCode) }

// Date returns a day: as YYYY-MM-DD, as DD/MM/YYYY, or as the number a workbook keeps.
func (r *Row) Date(column string) period.Date { return parse(r, column, r.date) }

// OptionalDate is Date for a cell that may be empty; no day then.
func (r *Row) OptionalDate(column string) period.Date {
	day, _ := optional(r, column, r.date)
	return day
}

// Cells returns the cells as they stand in the file.
func (r *Row) Cells() []string { return slices.Clone(r.cells) }

func parse[T any](r *Row, column string, from func(string) (T, error)) (value T) {
	if r.Required(column) == "" {
		return value
	}
	value, _ = optional(r, column, from)
	return value
}

func optional[T any](r *Row, column string, from func(string) (T, error)) (value T, given bool) {
	text := r.Text(column)
	if text == "" {
		return value, false
	}
	value, err := from(text)
	if err != nil {
		r.Fault(column, "%v", err)
		var none T
		return none, false
	}
	return value, true
}

func count(text string) (int, error) {
	x, err := number(text)
	if err != nil || x < 0 || x != math.Trunc(x) || x > math.MaxInt32 {
		return 0, fmt.Errorf("%q is not a whole number of at least 0", text)
	}
	return int(x), nil
}

func number(text string) (float64, error) {
	x, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, fmt.Errorf("%q is not a number", text)
	}
	return x, nil
}

func (r *Row) date(text string) (period.Date, error) {
	if day, err := period.Parse(text); err == nil {
		return day, nil
	}
	if t, err := time.Parse("02/01/2006", text); err == nil {
		return period.DateOf(t), nil
	}
	if _, workbook := r.rows.sheet.(*xlsxSheet); workbook {
		if serial, err := number(text); err == nil && serial >= 1 {
			if t, err := excelize.ExcelDateToTime(serial, false); err == nil {
				return period.DateOf(t), nil
			}
		}
	}
	return period.Date{}, fmt.Errorf("%q is not a date: write it as 2024-01-31 or 31/01/2024", text)
}

// checkText notes cells that are not UTF-8 text and puts what can be shown in their place.
func (r *Row) checkText() {
	for i, cell := range r.cells {
		if utf8.ValidString(cell) {
			continue
		}
		r.cells[i] = strings.ToValidUTF8(cell, "\uFFFD")
		name := ""
		if i < len(r.rows.Header) {
			name = r.rows.Header[i]
		}
		r.Fault(name, "is not UTF-8 text: save the file as CSV UTF-8")
	}
}
