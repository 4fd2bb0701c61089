package book

import (
	"strconv"
	"strings"
	"time"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/period"
)

// Headcounts reads numbers that are of a whole return, each from whichever of its rows
// gives it: the same on every row that does. Given is false when no row gives any.
func Headcounts(rows []*intake.Row, columns ...string) (counts []int32, given bool) {
	counts = make([]int32, len(columns))
	for i, column := range columns {
		at := 0
		for _, row := range rows {
			n, here := row.OptionalCount(column)
			switch {
			case !here:
				continue
			case at == 0:
				counts[i], at = int32(n), row.Number()
			case int32(n) != counts[i]:
				row.Fault(column, "is %d, but %d on row %d of the same return", n, counts[i], at)
			}
			given = true
		}
	}
	return counts, given
}

// ByCouncil is a number of people that one council pays for; Authority is
// authorities/{code}, "" when it is not known which.
type ByCouncil struct {
	Authority string
	People    int32
}

// ByCouncils reads a cell such as "E10000018:3; E06000016:1", or "4" where it is not
// known which councils.
func ByCouncils(row *intake.Row, column string) []ByCouncil {
	var all []ByCouncil
	for part := range strings.SplitSeq(row.Text(column), ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		code, number, named := strings.Cut(part, ":")
		if !named {
			code, number = "", part
		}
		one := ByCouncil{}
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 32)
		if err != nil || n < 0 {
			row.Fault(column, "%q is not a number of people: write E10000018:3; E06000016:1", part)
			continue
		}
		one.People = int32(n)
		if named {
			authority, err := geo.ParseCode(strings.TrimSpace(code))
			if err != nil {
				row.Fault(column, "%v", err)
				continue
			}
			one.Authority = "authorities/" + string(authority)
		}
		all = append(all, one)
	}
	return all
}

// moments are how extracts write a moment of UTC.
var moments = []string{
	time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "02/01/2006 15:04:05", "02/01/2006 15:04",
}

// DayOf reads the ISO day that it was in England at a moment of UTC; a day without a time
// is itself. "" with a fault on the row where it is neither.
func DayOf(row *intake.Row, column string) string {
	text := row.Text(column)
	for _, layout := range moments {
		if t, err := time.Parse(layout, text); err == nil {
			return period.Today(t).String()
		}
	}
	if day := row.Date(column); !day.IsZero() {
		return day.String()
	}
	return ""
}
