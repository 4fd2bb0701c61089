package carehomes

import (
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/intake"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// trackerSheet is DHSC's extract of the Capacity Tracker, a row for each home: the columns
// that Skills for Care receives (NMDSdevopsServiceAdm/DataEngineering,
// capacity_tracker_columns.py).
type trackerSheet struct{ source string }

func (trackerSheet) Layout() intake.Layout {
	return intake.Layout{
		Name:    "Capacity Tracker extract, care homes",
		Columns: []string{"cqcid", "lastupdatedutc", "maxcapacity", "usedbeds", "declaredvacancies"},
	}
}

func (trackerSheet) Notes() []string {
	return []string{
		"the extract has no bed types: all beds of a home that is registered for nursing were taken for general nursing, of any other for general residential",
		"the extract has no reserved beds: declared vacancies were taken as open to admission, unless the home does not accept any",
	}
}

func (trackerSheet) Filing(row *intake.Row) (place, day string) {
	return row.Required("cqcid"), book.DayOf(row, "lastupdatedutc")
}

func (s trackerSheet) Draft(home *carehomesv1.CareHome, day string, rows []*intake.Row) draft {
	for _, row := range rows[1:] {
		row.Fault("cqcid", "stands on row %d with the same day: one row a home and day", rows[0].Number())
	}
	row := rows[0]
	r := &carehomesv1.CareHomeReturn{CareHome: home.GetName(), AsAt: day, SourceId: s.source}
	r.Beds = []*carehomesv1.BedReturn{{
		BedType: wholeHome(home), Maximum: int32(row.Count("maxcapacity")), Used: int32(row.Count("usedbeds")),
	}}
	if vacant := int32(row.Count("declaredvacancies")); admits(row) {
		r.Beds[0].Accepting = vacant
	}
	r.Staff = staffOf(rows[:1], "nursesemployed", "careworkersemployed", "noncareworkersemployed",
		"agencynursesemployed", "agencycareworkersemployed", "agencynoncareworkersemployed")
	return draft{Return: r}
}

// wholeHome is the bed type that stands for all beds of a home.
func wholeHome(home *carehomesv1.CareHome) carehomesv1.BedType {
	if slices.Contains(home.GetServices(), carehomesv1.CareHomeService_CARE_HOME_SERVICE_NURSING) {
		return carehomesv1.BedType_BED_TYPE_GENERAL_NURSING
	}
	return carehomesv1.BedType_BED_TYPE_GENERAL_RESIDENTIAL
}

// admits is false only when the home says that it takes nobody.
func admits(row *intake.Row) bool {
	switch text := row.Text("isacceptingadmissions"); strings.ToLower(text) {
	case "no", "n", "false", "0":
		return false
	case "", "yes", "y", "true", "1":
	default:
		row.Fault("isacceptingadmissions", "%q is neither yes nor no", text)
	}
	return true
}
