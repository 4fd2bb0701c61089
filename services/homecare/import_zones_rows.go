package homecare

import (
	"fmt"
	"math"

	"github.com/caremarket/caremarket/pkg/intake"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// zoneLayout has a row for each zone and district (docs/formats/zones.md).
func zoneLayout() intake.Layout {
	return intake.Layout{Name: "home care zones", Columns: []string{"zone", "title", "authority", "district"}}
}

// zoneFrom makes a zone of its rows, noting on them what is wrong.
func zoneFrom(rows []*intake.Row, source string) *homecarev1.Zone {
	head := rows[0]
	zone := &homecarev1.Zone{
		Name: zonePrefix + head.Text("zone"), Title: head.Required("title"), SourceId: source,
		Authority: "authorities/" + string(head.Code("authority")),
	}
	people, counted := 0, 0
	for i, row := range rows {
		if i > 0 {
			sameAs(row, head, "title")
			sameAs(row, head, "authority")
		}
		zone.Shares = append(zone.Shares, &homecarev1.DistrictShare{
			District: "districts/" + string(row.Code("district")), Share: shareOf(row, len(rows)),
		})
		if n, given := row.OptionalCount("people_65_plus"); given {
			people += n
			counted++
		}
	}
	switch {
	case counted == len(rows):
		zone.Population_65Plus = new(int32(min(people, math.MaxInt32)))
	case counted > 0:
		head.Fault("people_65_plus", "stands on %d of the zone's %d rows: give it on all or on none", counted, len(rows))
	}
	return zone
}

// shareOf is how much of a zone of so many rows lies in the district of one.
func shareOf(row *intake.Row, rows int) float64 {
	if row.Text("share") == "" {
		if rows > 1 {
			row.Fault("share", "is empty: say how much of the zone lies in each of its districts, as parts of 1")
		}
		return 1
	}
	share, read := row.OptionalFloat("share")
	if read && !(share > 0 && share <= 1) {
		row.Fault("share", "%g is not above 0 and at most 1", share)
	}
	return share
}

// sameAs faults a row that gives a zone another word than its first row; it may be empty.
func sameAs(row, head *intake.Row, column string) {
	if text := row.Text(column); text != "" && text != head.Text(column) {
		row.Fault(column, "is %q on row %d, of the same zone", head.Text(column), head.Number())
	}
}

// zoneCell finds the row, from 0, and the column that a field of a zone was read from.
func zoneCell(field string) (row int, column string) {
	var name string
	if n, err := fmt.Sscanf(field, "shares[%d].%s", &row, &name); n == 2 && err == nil {
		return row, name
	}
	if column, ok := zoneColumns[field]; ok {
		return 0, column
	}
	return 0, field
}

var zoneColumns = map[string]string{"name": "zone", "population_65_plus": "people_65_plus", "shares": "share"}
