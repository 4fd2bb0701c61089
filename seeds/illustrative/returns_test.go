package illustrative_test

import (
	"testing"

	"github.com/caremarket/caremarket/pkg/period"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingv1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

func homeReturn(r *carehomesv1.SubmitCareHomeReturnRequest) *carehomesv1.CareHomeReturn {
	return r.GetCareHomeReturn()
}

func branchReturn(r *homecarev1.SubmitHomeCareReturnRequest) *homecarev1.HomeCareReturn {
	return r.GetHomeCareReturn()
}

func schemeReturn(r *housingv1.SubmitSchemeReturnRequest) *housingv1.SchemeReturn {
	return r.GetSchemeReturn()
}

func employerReturn(r *workforcev1.SubmitEmployerReturnRequest) *workforcev1.EmployerReturn {
	return r.GetEmployerReturn()
}

func TestCareHomeReturnsAddUp(t *testing.T) {
	_, market := county(t)
	for r := range of(market.CareHomeReturns(), homeReturn) {
		for _, b := range r.GetBeds() {
			if b.GetUsed()+b.GetReserved()+b.GetAccepting() > b.GetMaximum() {
				t.Fatalf("%s on %s: %v", r.GetCareHome(), r.GetAsAt(), b)
			}
			var paid int32
			for _, p := range b.GetPayers() {
				paid += p.GetUsed()
				elsewhere := p.GetPayer() == carehomesv1.Payer_PAYER_ANOTHER_COUNCIL
				if elsewhere != (p.GetPlacingAuthority() != "") {
					t.Fatalf("%s on %s: %v", r.GetCareHome(), r.GetAsAt(), p)
				}
			}
			if len(b.GetPayers()) > 0 && paid != b.GetUsed() {
				t.Fatalf("%s on %s: %d paid for of %d", r.GetCareHome(), r.GetAsAt(), paid, b.GetUsed())
			}
		}
	}
}

func TestBranchReturnsSpeakOfZonesServed(t *testing.T) {
	_, market := county(t)
	served := map[string]map[string]bool{}
	for _, b := range market.Branches {
		served[b.GetName()] = map[string]bool{"": true}
		for _, z := range b.GetZones() {
			served[b.GetName()][z] = true
		}
	}
	for r := range of(market.BranchReturns(), branchReturn) {
		zones := served[r.GetHomeCareBranch()]
		said := map[string]bool{}
		for _, z := range r.GetZones() {
			if !zones[z.GetZone()] || said[z.GetZone()] || (z.GetZone() == "" && len(r.GetZones()) > 1) {
				t.Fatalf("%s on %s: row for %q", r.GetHomeCareBranch(), r.GetAsAt(), z.GetZone())
			}
			said[z.GetZone()] = true
		}
		waits := map[string]bool{}
		for _, w := range r.GetWaiting() {
			key := w.GetZone() + w.GetWaitingSince()
			if !zones[w.GetZone()] || waits[key] || w.GetWaitingSince() >= r.GetAsAt() || w.GetPeople() > w.GetPackages() {
				t.Fatalf("%s on %s: %v", r.GetHomeCareBranch(), r.GetAsAt(), w)
			}
			waits[key] = true
		}
		for _, h := range r.GetHandedBack() {
			if !zones[h.GetZone()] || (h.GetPackages() == 0) != (h.GetHours() == 0) {
				t.Fatalf("%s on %s: %v", r.GetHomeCareBranch(), r.GetAsAt(), h)
			}
		}
		for _, c := range r.GetIntermediateCare() {
			if !zones[c.GetZone()] || c.GetAssessedWithin_48Hours() > c.GetHomeFirstCases() ||
				c.GetOnwardToReablement() > c.GetHomeFirstCases() || c.GetPlacesUsed() > c.GetPlaces() {
				t.Fatalf("%s on %s: %v", r.GetHomeCareBranch(), r.GetAsAt(), c)
			}
		}
	}
}

func TestSchemeReturnsFitTheirSchemes(t *testing.T) {
	_, market := county(t)
	tenures := map[string]map[housingv1.Tenure]int32{}
	for _, s := range market.Schemes {
		tenures[s.GetName()] = map[housingv1.Tenure]int32{}
		for _, u := range s.GetUnits() {
			tenures[s.GetName()][u.GetTenure()] = u.GetUnits()
		}
	}
	above := 0
	for r := range of(market.SchemeReturns(), schemeReturn) {
		for _, row := range r.GetTenures() {
			units, has := tenures[r.GetHousingScheme()][row.GetTenure()]
			if !has || row.GetOccupied()+row.GetVoids() > row.GetUnits() || row.GetVoidsReserved() > row.GetVoids() {
				t.Fatalf("%s on %s: %v", r.GetHousingScheme(), r.GetAsAt(), row)
			}
			if row.GetUnits() > units {
				above++
			}
		}
		if r.GetResidentsWithCare() > r.GetResidents() {
			t.Fatalf("%s on %s: %d of %d have care", r.GetHousingScheme(), r.GetAsAt(), r.GetResidentsWithCare(), r.GetResidents())
		}
	}
	if above == 0 {
		t.Error("no outlier has more homes than its scheme")
	}
}

func TestEmployerReturnsAddUp(t *testing.T) {
	_, market := county(t)
	for r := range of(market.EmployerReturns(), employerReturn) {
		var employed, aged int32
		for _, row := range r.GetRoles() {
			staff := row.GetPermanent() + row.GetTemporary()
			employed += staff
			if row.GetZeroHours() > staff || row.GetInternationalRecruits() > row.GetStarters() {
				t.Fatalf("%s on %s: %v", r.GetEmployer(), r.GetAsAt(), row)
			}
		}
		for _, b := range r.GetAgeBands() {
			aged += b.GetStaff()
		}
		if len(r.GetAgeBands()) > 0 && aged != employed {
			t.Fatalf("%s on %s: %d by age of %d", r.GetEmployer(), r.GetAsAt(), aged, employed)
		}
		for _, c := range r.GetTraining() {
			if c.GetStaff() > employed {
				t.Fatalf("%s on %s: %v of %d", r.GetEmployer(), r.GetAsAt(), c, employed)
			}
		}
	}
}

func TestReturnsComeInTheWindowMostly(t *testing.T) {
	plan, market := county(t)
	within, all := 0, 0
	for r := range of(market.CareHomeReturns(), homeReturn) {
		day, err := period.Parse(r.GetAsAt())
		if err != nil {
			t.Fatal(err)
		}
		if day.Before(plan.From) || day.After(plan.To.MonthEnd()) {
			t.Errorf("%s returns on %s, outside the plan", r.GetCareHome(), day)
		}
		w := period.WindowIn(day)
		all++
		if !day.Before(w.Opens) && !day.After(w.Closes) {
			within++
		}
	}
	if share := 1000 * within / all; share < 920 || share > 960 {
		t.Errorf("%d in a thousand returns come in the window, want about 940", share)
	}
}

func TestReturnsComeFromPlacesThatAreOpen(t *testing.T) {
	_, market := county(t)
	homes := map[string]*carehomesv1.CareHome{}
	for _, h := range market.CareHomes {
		homes[h.GetName()] = h
	}
	for r := range of(market.CareHomeReturns(), homeReturn) {
		h := homes[r.GetCareHome()]
		if h.GetDormant() || r.GetAsAt() < h.GetRegisteredOn() || (h.GetDeregisteredOn() != "" && r.GetAsAt() > h.GetDeregisteredOn()) {
			t.Fatalf("%s returns on %s: registered %s to %s, dormant %t", h.GetName(), r.GetAsAt(), h.GetRegisteredOn(), h.GetDeregisteredOn(), h.GetDormant())
		}
	}
}

func TestSuccessorsFollowInTheSameDistrict(t *testing.T) {
	_, market := county(t)
	homes := map[string]*carehomesv1.CareHome{}
	for _, h := range market.CareHomes {
		homes[h.GetName()] = h
	}
	successors := 0
	for _, h := range market.CareHomes {
		if h.GetPredecessor() == "" {
			continue
		}
		successors++
		before, known := homes[h.GetPredecessor()]
		if !known || before.GetDistrict() != h.GetDistrict() || before.GetDeregisteredOn() >= h.GetRegisteredOn() ||
			before.GetRegisteredBeds() != h.GetRegisteredBeds() || before.GetTitle() != h.GetTitle() || before.GetProvider() == h.GetProvider() {
			t.Errorf("%s continues %v", h, before)
		}
	}
	if successors == 0 {
		t.Error("no home was registered anew")
	}
}
