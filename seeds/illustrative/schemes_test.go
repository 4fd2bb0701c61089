package illustrative

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	housingv1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

func TestRentedSchemes(t *testing.T) {
	for name, c := range map[string]struct {
		planned counts
		want    int
	}{
		"all to rent":        {counts{"schemes": 4, "affordable_rent": 100}, 4},
		"all to buy":         {counts{"schemes": 4, "outright_sale": 100}, 0},
		"half and half":      {counts{"schemes": 4, "affordable_rent": 50, "shared_ownership": 20, "outright_sale": 30}, 2},
		"a few to rent":      {counts{"schemes": 4, "affordable_rent": 1, "outright_sale": 99}, 1},
		"a few to buy":       {counts{"schemes": 4, "affordable_rent": 99, "outright_sale": 1}, 3},
		"no homes, no rents": {counts{"schemes": 4}, 2},
	} {
		if got := rentedSchemes(c.planned); got != c.want {
			t.Errorf("%s: %d schemes to rent, want %d", name, got, c.want)
		}
	}
}

func TestUnitsAddUpToThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "schemes")
		planned, mixed := counts{"schemes": n}, rapid.Bool().Draw(t, "mixed")
		for _, column := range tenureColumns {
			planned[column] = rapid.IntRange(0, 60*n).Draw(t, column)
		}
		dealt := counts{"schemes": n}
		units := unitsOf(anyStream(t), planned, mixed, n+3)
		if len(units) != n+3 {
			t.Fatalf("units of %d schemes, want %d", len(units), n+3)
		}
		for _, scheme := range units[:n] {
			for i, column := range tenureColumns {
				dealt[column] += scheme[i]
			}
			if !mixed && n > 1 && scheme[0] > 0 && scheme[1]+scheme[2] > 0 {
				t.Errorf("a scheme mixes tenures: %v", scheme)
			}
		}
		if diff := cmp.Diff(planned, dealt); diff != "" {
			t.Errorf("homes (-planned +dealt):\n%s", diff)
		}
	})
}

func TestSchemesSayOnlyWhatTheyHave(t *testing.T) {
	p := countyPlan(t)
	schemes := p.schemesOf(districtOf(t, p, stroud))
	rapid.Check(t, func(t *rapid.T) {
		r := p.schemeRecord(anyOf(t, schemes))
		e := anyMonth(t, p, r.life)
		ret := r.returned(e, true)
		if len(ret.GetTenures()) != len(r.entry.GetUnits()) {
			t.Fatalf("%d tenures of %d", len(ret.GetTenures()), len(r.entry.GetUnits()))
		}
		for i, row := range ret.GetTenures() {
			built := r.entry.GetUnits()[i]
			if row.GetTenure() != built.GetTenure() || row.GetUnits() != built.GetUnits() ||
				row.GetOccupied()+row.GetVoids() > row.GetUnits() || row.GetVoidsReserved() > row.GetVoids() ||
				row.GetOccupied() < 0 || row.GetVoids() < 0 || row.GetNominationsWaiting() < 0 {
				t.Errorf("%v of %v", row, built)
			}
		}
		if care := ret.GetOnSiteCare(); (care != nil) != (r.entry.GetCareProvider() != "") || care.GetHoursUsed() > care.GetHoursContracted() {
			t.Errorf("%s, care by %q: %v", r.entry.GetName(), r.entry.GetCareProvider(), care)
		}
		if ret.GetResidentsWithCare() > ret.GetResidents() {
			t.Errorf("%d of %d have care", ret.GetResidentsWithCare(), ret.GetResidents())
		}
	})
}

func TestSlipsOfSchemes(t *testing.T) {
	p := countyPlan(t)
	schemes := p.schemesOf(districtOf(t, p, stroud))
	rapid.Check(t, func(t *rapid.T) {
		r := p.schemeRecord(anyOf(t, schemes))
		e := anyMonth(t, p, r.life)
		right := r.returned(e, true)
		e.slip = mistaken
		wrong := r.returned(e, true).GetTenures()[0].GetNominationsWaiting()
		if was := right.GetTenures()[0].GetNominationsWaiting(); wrong != min(10*was, mostWaiting) {
			t.Errorf("%d waiting typed for %d", wrong, was)
		}
		if r.returned(e, false).String() != right.String() {
			t.Error("the correction is not what would have been said at once")
		}
		e.slip = outlier
		spoiled := r.returned(e, true)
		care := spoiled.GetOnSiteCare()
		found := care.GetHoursUsed() > 2*care.GetHoursContracted()
		for i, row := range spoiled.GetTenures() {
			found = found || row.GetUnits() > 2*r.entry.GetUnits()[i].GetUnits()
		}
		if !found {
			t.Errorf("no rule for mistakes finds %v", spoiled)
		}
	})
}

func TestExtraCareHasCareAndTheRestLess(t *testing.T) {
	p := countyPlan(t)
	hubs := 0
	for _, d := range p.Districts {
		for _, s := range p.schemesOf(d) {
			kind := s.entry.GetKind()
			care := kind == housingv1.SchemeKind_SCHEME_KIND_EXTRA_CARE || kind == housingv1.SchemeKind_SCHEME_KIND_ENHANCED_SHELTERED
			if care != (s.entry.GetCareProvider() != "") {
				t.Errorf("%s has care by %q", s.entry.GetName(), s.entry.GetCareProvider())
			}
			if s.entry.HubRadiusMiles != nil {
				hubs++
				if kind != housingv1.SchemeKind_SCHEME_KIND_EXTRA_CARE {
					t.Errorf("%s serves the streets around it", s.entry.GetName())
				}
			}
		}
	}
	if hubs == 0 {
		t.Error("no scheme serves the streets around it")
	}
}
