package period

import (
	"encoding"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// FinancialYear is a council's and the NHS's year, 1 April to 31 March, named by
// the calendar year it starts in: FinancialYear(2023) is 2023-24.
type FinancialYear int

var (
	_ encoding.TextMarshaler   = FinancialYear(0)
	_ encoding.TextUnmarshaler = (*FinancialYear)(nil)
	_ fmt.Stringer             = FinancialYear(0)
)

// FinancialYearOf returns the financial year that a day falls in.
func FinancialYearOf(d Date) FinancialYear {
	if d.Month() < time.April {
		return FinancialYear(d.Year() - 1)
	}
	return FinancialYear(d.Year())
}

var financialYearForm = regexp.MustCompile(`^(\d{4})(?:-|/| to )(?:\d{2})?(\d{2})$`)

// ParseFinancialYear reads 2023-24 and the other forms that publishers use:
// 2023/24, 2023-2024 and "2023 to 2024". The second year must follow the first.
func ParseFinancialYear(s string) (FinancialYear, error) {
	parts := financialYearForm.FindStringSubmatch(s)
	if parts == nil {
		return 0, fmt.Errorf("%q is not a financial year: write it as 2023-24", s)
	}
	// The pattern admits digits only, so neither conversion can fail.
	first, _ := strconv.Atoi(parts[1])
	second, _ := strconv.Atoi(parts[2])
	if (first+1)%100 != second {
		return 0, fmt.Errorf("%q is not a financial year: its second year must follow the first", s)
	}
	return FinancialYear(first), nil
}

// String writes the year as 2023-24.
func (y FinancialYear) String() string {
	return fmt.Sprintf("%04d-%02d", int(y), (int(y)+1)%100)
}

// MarshalText writes the year as String does.
func (y FinancialYear) MarshalText() ([]byte, error) { return []byte(y.String()), nil }

// UnmarshalText reads any form that ParseFinancialYear reads.
func (y *FinancialYear) UnmarshalText(text []byte) error {
	parsed, err := ParseFinancialYear(string(text))
	if err != nil {
		return err
	}
	*y = parsed
	return nil
}

// Start returns 1 April of the year.
func (y FinancialYear) Start() Date { return NewDate(int(y), time.April, 1) }

// End returns 31 March, the year's last day.
func (y FinancialYear) End() Date { return NewDate(int(y)+1, time.March, 31) }
