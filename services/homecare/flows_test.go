package homecare

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/pkg/audience"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// Gloucestershire's statement of 2024: over 100-125 people a week flow into Home First, 50%
// of them on into reablement; with step-up, reablement manages 60-70 cases a week.
func TestGloucestershiresIntermediateCare(t *testing.T) {
	week := func(id string, homeFirst, assessed, onward, stepUp, places, used int32) Standing {
		return returned(branch(id, reablement, "valleys", "vale", "city", "border"), &homecarev1.HomeCareReturn{
			IntermediateCare: []*homecarev1.IntermediateCareReturn{{
				Zone: "zones/vale", HomeFirstCases: homeFirst, AssessedWithin_48Hours: assessed,
				OnwardToReablement: onward, StepUpCases: stepUp, Places: places, PlacesUsed: used,
			}},
		})
	}
	all := []Standing{week("1-1", 70, 63, 35, 5, 150, 120), week("1-2", 42, 35, 21, 4, 90, 80), unreturned(branch("1-3", reablement, "vale")), unreturned(branch("1-4", home, "vale"))}
	got := Capacity(ask(t, audience.Commissioner, stroud), reference(t), all, known).GetIntermediateCare()
	for what, pair := range map[string][2]float64{
		"Home First":        {value(t, got.GetHomeFirstCases()), 112},
		"assessed within":   {value(t, got.GetAssessedWithin_48Hours()), 87.5},
		"onward":            {value(t, got.GetOnwardToReablement()), 56},
		"onward share":      {value(t, got.GetOnwardShare()), 50},
		"step-up":           {value(t, got.GetStepUpCases()), 9},
		"reablement a week": {value(t, got.GetReablementCases()), 65},
		"places":            {value(t, got.GetPlaces()), 240},
		"places used":       {value(t, got.GetPlacesUsed()), 200},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %g, want %g", what, pair[0], pair[1])
		}
	}
	// The home care branch is not asked for it.
	if c := got.GetHomeFirstCases().GetCoverage(); c.GetResponding() != 2 || c.GetExpected() != 3 {
		t.Errorf("coverage %v, want 2 of 3", c)
	}
}

func TestWaiting(t *testing.T) {
	all := []Standing{
		returned(branch("1-1", home, "vale", "border"), &homecarev1.HomeCareReturn{
			Zones: []*homecarev1.ZoneReturn{row("vale", 1, 1, 1)},
			Waiting: []*homecarev1.WaitingPackages{
				{Zone: "zones/vale", Packages: 9, People: 8, Hours: 90, WaitingSince: "2026-09-20"},
				{Zone: "zones/border", Packages: 8, People: 8, Hours: 80, WaitingSince: "2026-08-21"},
				{Packages: 40, People: 40, Hours: 400, WaitingSince: "2026-01-01"},
			},
			HandedBack: []*homecarev1.PackagesHandedBack{{Zone: "zones/border", Packages: 12, Hours: 100}},
		}),
		returned(branch("oc-day", homecarev1.SupplyKind_SUPPLY_KIND_DAY_OPPORTUNITY, "vale"), &homecarev1.HomeCareReturn{
			Waiting: []*homecarev1.WaitingPackages{{Zone: "zones/vale", Packages: 4, People: 4, Hours: 20, WaitingSince: "2026-10-02"}},
		}),
		unreturned(branch("1-2", home, "vale")),
	}
	each, whole := sum(t, reference(t), audience.System, all, gloucester, stroud)
	got := each[1].GetWaiting()
	for what, pair := range map[string][2]float64{
		"people":                     {value(t, got.GetPeople()), 18}, // 8 + 0.75 x 8 + 4
		"packages":                   {value(t, got.GetPackages()), 19},
		"hours":                      {value(t, got.GetHours()), 170},
		"oldest":                     {value(t, got.GetOldestWait()), 60}, // 21 August to 20 October
		"handed":                     {value(t, each[1].GetHandedBack().GetPackages()), 9},
		"hours of those handed back": {value(t, each[1].GetHandedBack().GetHours()), 75},
		"without a zone":             {value(t, whole.GetHeadOfficeOnly().GetWaiting().GetPeople()), 40},
		"oldest without a zone":      {value(t, whole.GetHeadOfficeOnly().GetWaiting().GetOldestWait()), 292},
		"people of the whole":        {value(t, whole.GetWaiting().GetPeople()), 20},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %g, want %g", what, pair[0], pair[1])
		}
	}
	if c := got.GetPeople().GetCoverage(); c.GetResponding() != 2 || c.GetExpected() != 3 {
		t.Errorf("coverage %v, want 2 of 3", c)
	}
}

func TestNothingWaits(t *testing.T) {
	all := []Standing{returned(branch("1-1", home, "vale"), zoneRows(row("vale", 1, 1, 1)))}
	got := Capacity(ask(t, audience.System, stroud), reference(t), all, known).GetWaiting()
	if value(t, got.GetPeople()) != 0 || got.GetOldestWait().GetNotEnoughData() == nil {
		t.Errorf("waiting %v", got)
	}
}

// Gloucestershire, Capacity Tracker 2023: 15,000 spare hours, 8,000 of them from four
// providers.
func TestGloucestershiresSpareHours(t *testing.T) {
	var all []Standing
	report := func(n int, each float64) {
		for range n {
			b := branch(fmt.Sprintf("1-%d", len(all)+1), home)
			all = append(all, returned(b, zoneRows(&homecarev1.ZoneReturn{HoursSpare: new(each)})))
		}
	}
	report(4, 2000)
	report(70, 100)
	_, whole := sum(t, reference(t), audience.Public, all, gloucester, stroud)
	if got := value(t, whole.GetHeadOfficeOnly().GetHours().GetSpare()); got != 15000 {
		t.Errorf("%g spare hours, want 15,000", got)
	}
	concentration := whole.GetSpareConcentration()
	if got := value(t, concentration.GetFourLargest()); math.Abs(got-100*8000.0/15000) > 1e-9 {
		t.Errorf("four report %g%%", got)
	}
	// 4 x (100 x 2,000 / 15,000)^2 + 70 x (100 x 100 / 15,000)^2
	if got := value(t, concentration.GetIndex()); math.Abs(got-742.2222222) > 1e-6 {
		t.Errorf("index %g", got)
	}
	if c := concentration.GetFourLargest().GetCoverage(); c.GetResponding() != 74 {
		t.Errorf("coverage %v", c)
	}
	said := false
	for _, n := range whole.GetDataNotes() {
		said = said || n.GetCode() == "SPARE_HOURS_CONCENTRATED" && strings.HasPrefix(n.GetText(), "4 of 74 provider groups report 53%")
	}
	if !said {
		t.Errorf("not said: %v", whole.GetDataNotes())
	}
}

func TestConcentrationGoesByGroup(t *testing.T) {
	var all []Standing
	for i, brand := range []string{"A", "A", "B", "C", "D"} {
		b := branch(fmt.Sprintf("1-%d", i), home, "vale")
		b.Brand = brand
		all = append(all, returned(b, zoneRows(row("vale", 100, 100, 25))))
	}
	all = append(all, returned(branch("oc-one", micro, "vale"), zoneRows(row("vale", 0, 0, 900))))
	got := Capacity(ask(t, audience.Public, stroud), reference(t), all, known)
	// 40/20/20/20: 1,600 + 3 x 400. Supply outside CQC is no part of it.
	if index := value(t, got.GetSpareConcentration().GetIndex()); math.Abs(index-2800) > 1e-9 {
		t.Errorf("index %g, want 2,800", index)
	}
	if noteCount(got, "SPARE_HOURS_CONCENTRATED") != 0 {
		t.Error("four groups of four are no finding")
	}
	none := Capacity(ask(t, audience.Public, gloucester), reference(t), nil, known).GetSpareConcentration()
	if none.GetFourLargest().GetNotEnoughData() == nil || none.GetIndex().GetNotEnoughData() == nil {
		t.Errorf("nobody reports: %v", none)
	}
}
