package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
)

var errEmpty = errors.New("it is empty")

// Text returns a cell, which may be empty.
func (r Row) Text(column string) string {
	i, has := r.header.index[column]
	if !has {
		r.Fault(column, "there is no such column")
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

// Required returns a cell that must not be empty.
func (r Row) Required(column string) string {
	text := r.Text(column)
	if text == "" {
		r.fault(column, errEmpty)
	}
	return text
}

// OneOf returns a cell that must be one of the given words.
func (r Row) OneOf(column string, words ...string) string {
	text := r.Text(column)
	if !slices.Contains(words, text) {
		r.Fault(column, "%q is none of %s", text, strings.Join(words, ", "))
	}
	return text
}

// Code returns a GSS code.
func (r Row) Code(column string) geo.Code { return parse(r, column, geo.ParseCode) }

// Codes returns the GSS codes in a cell, one or more, with a space between.
func (r Row) Codes(column string) []geo.Code {
	var codes []geo.Code
	for word := range strings.FieldsSeq(r.Required(column)) {
		code, err := geo.ParseCode(word)
		if err != nil {
			r.fault(column, err)
		}
		codes = append(codes, code)
	}
	return codes
}

// Date returns a day written as 2024-01-31, or no day where the cell is empty.
func (r Row) Date(column string) period.Date {
	if r.Text(column) == "" {
		return period.Date{}
	}
	return parse(r, column, period.Parse)
}

// FinancialYear returns a year written as 2023-24.
func (r Row) FinancialYear(column string) period.FinancialYear {
	return parse(r, column, period.ParseFinancialYear)
}

// Count returns a whole number, 0 or more.
func (r Row) Count(column string) int {
	return parse(r, column, func(text string) (int, error) {
		n, err := strconv.Atoi(strings.ReplaceAll(text, ",", ""))
		if err != nil || n < 0 {
			return 0, fmt.Errorf("%q is not a whole number, 0 or more", text)
		}
		return n, nil
	})
}

// Number returns a finite number.
func (r Row) Number(column string) float64 {
	return parse(r, column, func(text string) (float64, error) {
		n, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return 0, fmt.Errorf("%q is not a number", text)
		}
		return n, nil
	})
}

func parse[T any](r Row, column string, from func(string) (T, error)) T {
	text := r.Required(column)
	var none T
	if text == "" {
		return none
	}
	value, err := from(text)
	if err != nil {
		r.fault(column, err)
		return none
	}
	return value
}
