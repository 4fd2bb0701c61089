package e2e_test

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/e2e/suite"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingv1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// What Gloucestershire published of January 2024: the illustrative places add up to it.
func addsUpToPublished(t *testing.T, s *suite.Suite) {
	const query = "?asAt=2024-01-31"
	homes := suite.Read(t, s, "/v1/authorities/"+gloucestershire+"/careHomeCapacities"+query, &carehomesv1.ListDistrictCapacitiesResponse{}).GetTotal()
	expect(t, "beds for older people", homes.GetOlderPeople().GetMaximum(), 5005)
	expect(t, "their residents", homes.GetOlderPeople().GetUsed(), 3929)
	expect(t, "vacancies", homes.GetOlderPeople().GetVacant(), 1076)
	expect(t, "admittable", homes.GetOlderPeople().GetAdmittable(), 750)
	expect(t, "working-age beds", homes.GetWorkingAge().GetMaximum(), 879)
	care := suite.Read(t, s, "/v1/authorities/"+gloucestershire+"/homeCareCapacities"+query, &homecarev1.ListDistrictCapacitiesResponse{}).GetTotal()
	expect(t, "spare hours of home care", care.GetHours().GetSpare(), 15_000)
	expect(t, "percent of them from four providers", care.GetSpareConcentration().GetFourLargest(), 100.0*8000/15_000)
	if !slices.ContainsFunc(care.GetDataNotes(), func(n *commonv1.DataNote) bool { return n.GetCode() == "SPARE_HOURS_CONCENTRATED" }) {
		t.Errorf("no note says that few providers report most spare hours: %v", care.GetDataNotes())
	}
}

// capacity is what the capacities of all markets have.
type capacity interface {
	proto.Message
	GetName() string
	GetRevision() int64
	GetIllustrative() bool
	GetSources() []*commonv1.Source
}

func givesCapacities(t *testing.T, s *suite.Suite) {
	for path, into := range map[string]capacity{
		"careHomeCapacity":        &carehomesv1.CareHomeCapacity{},
		"homeCareCapacity":        &homecarev1.HomeCareCapacity{},
		"housingWithCareCapacity": &housingv1.HousingWithCareCapacity{},
		"workforceCapacity":       &workforcev1.WorkforceCapacity{},
	} {
		name := "districts/" + stroud + "/" + path
		got := suite.Read(t, s, "/v1/"+name, into)
		if got.GetName() != name || got.GetRevision() == 0 || !got.GetIllustrative() {
			t.Errorf("%s: name %s, revision %d, illustrative %t", name, got.GetName(), got.GetRevision(), got.GetIllustrative())
		}
		checkFigures(t, got, got.GetSources())
	}
	homes := suite.Read(t, s, "/v1/districts/"+stroud+"/careHomeCapacity", &carehomesv1.CareHomeCapacity{})
	total := homes.GetTotal()
	if total.GetMaximum().GetCoverage().GetExpected() == 0 {
		t.Error("no coverage stands beside the total")
	}
	occupancy := 100 * total.GetUsed().GetValue() / total.GetMaximum().GetValue()
	if got := total.GetOccupancy().GetValue(); got < occupancy-0.1 || got > occupancy+0.1 {
		t.Errorf("occupancy is %v, sum over sum is %v", got, occupancy)
	}
}

func givesHistory(t *testing.T, s *suite.Suite) {
	history := suite.Read(t, s, "/v1/districts/"+stroud+"/careHomeCapacity:history?from=2025-11-01&to=2026-10-31&step=MONTH",
		&carehomesv1.ListDistrictCapacityHistoryResponse{})
	var days []string
	for _, point := range history.GetCapacities() {
		days = append(days, point.GetAsAt())
		if len(point.GetSources()) > 0 {
			t.Errorf("%s lists sources of its own", point.GetAsAt())
		}
		alone := suite.Read(t, s, "/v1/districts/"+stroud+"/careHomeCapacity?asAt="+point.GetAsAt(), &carehomesv1.CareHomeCapacity{})
		if got, want := point.GetTotal().GetUsed(), alone.GetTotal().GetUsed(); !proto.Equal(got, want) {
			t.Errorf("%s: %v beds used in the history, %v by itself", point.GetAsAt(), got, want)
		}
	}
	if len(days) != 12 || days[0] != "2025-11-30" || days[11] != "2026-10-31" {
		t.Errorf("the history has the days %v, want the last day of 12 months", days)
	}
	checkFigures(t, history, history.GetSources())
}

// nearStroud is the question of the README.
const nearStroud = "/v1/careHomes:vacancies?bedType=DEMENTIA_NURSING&latitude=51.745&longitude=-2.216&withinMiles=10"

func findsVacancies(t *testing.T, s *suite.Suite) {
	found := suite.Read(t, s, nearStroud, &carehomesv1.FindVacanciesResponse{})
	if len(found.GetVacancies()) == 0 {
		t.Fatal("no home near Stroud has a vacancy")
	}
	last := 0.0
	for _, v := range found.GetVacancies() {
		if v.GetDistanceMiles() < last || v.GetDistanceMiles() > 10 {
			t.Errorf("%s is %v miles away, after one of %v", v.GetCareHome().GetName(), v.GetDistanceMiles(), last)
		}
		last = v.GetDistanceMiles()
		latest := suite.Read(t, s, "/v1/"+v.GetCareHome().GetName()+"/returns?pageSize=20", &carehomesv1.ListCareHomeReturnsResponse{})
		if want := fmt.Sprint(accepting(latest.GetCareHomeReturns())); want != fmt.Sprint(v.GetAdmittable().GetValue()) {
			t.Errorf("%s offers %v beds and its return accepts %s", v.GetCareHome().GetName(), v.GetAdmittable().GetValue(), want)
		}
	}
	checkFigures(t, found, found.GetSources())
}

// accepting is what the newest return that counts says of dementia nursing.
func accepting(newestFirst []*carehomesv1.CareHomeReturn) int32 {
	for _, r := range newestFirst {
		if len(r.GetFlags()) > 0 {
			continue
		}
		for _, b := range r.GetBeds() {
			if b.GetBedType() == carehomesv1.BedType_BED_TYPE_DEMENTIA_NURSING {
				return b.GetAccepting()
			}
		}
	}
	return 0
}

func neverOffersReserved(t *testing.T, s *suite.Suite) {
	home := newHome(t, s, stroud, 10)
	offered := func() float64 {
		for _, v := range suite.Read(t, s, nearStroud+"&pageSize=200", &carehomesv1.FindVacanciesResponse{}).GetVacancies() {
			if v.GetCareHome().GetName() == home.GetName() {
				return v.GetAdmittable().GetValue()
			}
		}
		return 0
	}
	submit(t, s, home, bed(10, 6, 4, 0))
	if n := offered(); n != 0 {
		t.Errorf("%v beds are offered of a home whose four empty beds are reserved", n)
	}
	submit(t, s, home, bed(10, 6, 3, 1))
	if n := offered(); n != 1 {
		t.Errorf("%v beds are offered of a home that accepts one", n)
	}
}
