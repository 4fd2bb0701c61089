package homecare

import (
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/intake"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// trackerSheet is DHSC's extract of the Capacity Tracker, a row for each branch: the
// columns that Skills for Care receives (NMDSdevopsServiceAdm/DataEngineering,
// capacity_tracker_columns.py).
type trackerSheet struct{ source string }

func (trackerSheet) Layout() intake.Layout {
	return intake.Layout{
		Name:    "Capacity Tracker extract, home care",
		Columns: []string{"cqcid", "cqcsurveylastupdatedutc", "usersnhsla", "usersselffunded", "extrahourscount"},
	}
}

func (trackerSheet) Notes() []string {
	return []string{
		"the extract is by branch, not by zone: its hours and people are shown for the authority of the branch's office and count in no district",
		"the extract does not say over what time its extra hours are: they were taken as hours a week",
		"the extract's hours paid are of staff, not of care given: they were left out, and so was a count of people that does not say who pays",
	}
}

func (trackerSheet) Filing(row *intake.Row) (place, day string) {
	return row.Required("cqcid"), book.DayOf(row, "cqcsurveylastupdatedutc")
}

func (s trackerSheet) Draft(branch *homecarev1.HomeCareBranch, day string, rows []*intake.Row) draft {
	for _, row := range rows[1:] {
		row.Fault("cqcid", "stands on row %d with the same day: one row a branch and day", rows[0].Number())
	}
	row := rows[0]
	r := &homecarev1.HomeCareReturn{HomeCareBranch: branch.GetName(), AsAt: day, SourceId: s.source}
	if z := wholeBranch(row); saysAnything(z) {
		r.Zones = []*homecarev1.ZoneReturn{z}
	}
	if n, given := row.OptionalCount("cqccareworkersemployed"); given {
		r.Staff = &homecarev1.StaffReturn{CareWorkersEmployed: int32(n)}
	}
	return draft{Return: r}
}

func wholeBranch(row *intake.Row) *homecarev1.ZoneReturn {
	z := &homecarev1.ZoneReturn{HoursSpare: hours(row, "extrahourscount")}
	switch text := row.Text("canprovidermorehours"); strings.ToLower(text) {
	case "no", "n", "false", "0":
		z.HoursSpare = new(float64)
	case "", "yes", "y", "true", "1":
	default:
		row.Fault("canprovidermorehours", "%q is neither yes nor no", text)
	}
	if n, given := row.OptionalCount("usersnhsla"); given {
		z.People = append(z.People, &homecarev1.PeopleByPayer{Payer: homecarev1.Payer_PAYER_COUNCIL_OR_NHS, People: int32(n)})
	}
	if n, given := row.OptionalCount("usersselffunded"); given {
		z.People = append(z.People, &homecarev1.PeopleByPayer{Payer: homecarev1.Payer_PAYER_SELF_FUNDER, People: int32(n)})
	}
	return z
}
