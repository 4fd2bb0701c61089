package homecare

import (
	"github.com/caremarket/caremarket/pkg/intake"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// waitingOf reads the packages that wait for a zone; nil when the row has none.
func waitingOf(row *intake.Row) *homecarev1.WaitingPackages {
	if !says(row, "waiting_packages", "waiting_people", "waiting_hours", "waiting_since") {
		return nil
	}
	w := &homecarev1.WaitingPackages{
		Zone: zoneOf(row), Packages: int32(row.Count("waiting_packages")), People: int32(row.Count("waiting_people")),
		Hours: row.Float("waiting_hours"),
	}
	if since := row.Date("waiting_since"); !since.IsZero() {
		w.WaitingSince = since.String()
	}
	return w
}

// handedBackOf reads the packages that were given back; nil when the row does not say.
func handedBackOf(row *intake.Row) *homecarev1.PackagesHandedBack {
	if !says(row, "handed_back_packages", "handed_back_hours") {
		return nil
	}
	return &homecarev1.PackagesHandedBack{
		Zone: zoneOf(row), Packages: int32(row.Count("handed_back_packages")), Hours: row.Float("handed_back_hours"),
	}
}

// intermediateCareOf reads a week of short-term care; nil when the row does not say.
func intermediateCareOf(row *intake.Row) *homecarev1.IntermediateCareReturn {
	columns := []string{"home_first_cases", "assessed_within_48_hours", "onward_to_reablement", "step_up_cases", "places", "places_used"}
	if !says(row, columns...) {
		return nil
	}
	n := make([]int32, len(columns))
	for i, column := range columns {
		n[i] = int32(row.Count(column))
	}
	return &homecarev1.IntermediateCareReturn{
		Zone: zoneOf(row), HomeFirstCases: n[0], AssessedWithin_48Hours: n[1], OnwardToReablement: n[2],
		StepUpCases: n[3], Places: n[4], PlacesUsed: n[5],
	}
}

// says reports whether a row has something in one of the columns.
func says(row *intake.Row, columns ...string) bool {
	for _, column := range columns {
		if row.Text(column) != "" {
			return true
		}
	}
	return false
}
