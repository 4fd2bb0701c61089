package housingwithcare

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/goldentest"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// town is five schemes of a district: three that returned, one that did not, one closed.
func town() []Standing {
	mill := scheme("mill", extraCare, built(rent, 40), built(shared, 12))
	mill.ServiceChargePerWeek, mill.HubRadiusMiles = new(60.0), new(2.5)
	hill := scheme("hill", extraCare, built(rent, 30))
	hill.ServiceChargePerWeek = new(45.0)
	vale := scheme("vale", sheltered, built(rent, 50), built(sale, 20))
	vale.ServiceChargePerWeek, vale.Brand = new(30.0), "Vale Homes"
	shut := scheme("shut", sheltered, built(rent, 99))
	shut.ClosedOn = "2026-10-30"
	a := returned(mill, "2026-10-10", row(rent, 40, 36, 3, 2, 11), row(shared, 12, 9, 2, 0, 0))
	a.Return.Tenures[0].ReferralToLetDays, a.Return.Tenures[1].ReferralToLetDays = new(40.0), new(60.0)
	a.Return.OnSiteCare = &housingwithcarev1.OnSiteCareReturn{HoursContracted: 300, HoursUsed: 270}
	a.Return.Residents, a.Return.ResidentsWithCare = new(int32(55)), new(int32(30))
	b := returned(hill, "2026-08-09", row(rent, 30, 22, 5, 1, 14))
	b.Return.Tenures[0].ReferralToLetDays = new(30.0)
	b.Return.OnSiteCare = &housingwithcarev1.OnSiteCareReturn{HoursContracted: 100, HoursUsed: 110}
	c := returned(vale, "2026-10-12", row(rent, 50, 48, 2, 0, 25), row(sale, 20, 7, 13, 1, 2))
	c.Return.Tenures[0].ReferralToLetDays = new(90.0)
	c.Return.Residents = new(int32(61))
	return []Standing{a, b, c, silent(scheme("gone", enhanced, built(rent, 24))), returned(shut, "2026-10-10", row(rent, 99, 99, 0, 0, 0))}
}

func TestKnownAnswers(t *testing.T) {
	c := Capacity(asking(t, audience.System), town(), known)
	want(t, "schemes", c.GetSchemes(), 4.0)
	want(t, "registered units", c.GetRegisteredUnits(), 40.0+12+30+50+20+24)
	want(t, "units", c.GetTotal().GetUnits(), 152.0)
	want(t, "occupied", c.GetTotal().GetOccupied(), 122.0)
	want(t, "voids", c.GetTotal().GetVoids(), 25.0)
	want(t, "void rate, sum over sum", c.GetTotal().GetVoidRate(), 100*25.0/152)
	want(t, "available, without the reserved", c.GetTotal().GetAvailable(), 21.0)
	want(t, "out of use", c.GetTotal().GetOutOfUse(), 5.0)
	want(t, "waiting", c.GetTotal().GetNominationsWaiting(), 52.0)
	want(t, "median of 50, 30 and 90 days", c.GetMedianReferralToLet(), 50.0)
	want(t, "mean of 60, 45 and 30 pounds", c.GetMeanServiceCharge(), 45.0)
	want(t, "schemes with care", c.GetOnSiteCare().GetSchemes(), 2.0)
	want(t, "hours contracted", c.GetOnSiteCare().GetHoursContracted(), 400.0)
	want(t, "hours used", c.GetOnSiteCare().GetHoursUsed(), 380.0)
	want(t, "share used, sum over sum", c.GetOnSiteCare().GetShareUsed(), 95.0)
	want(t, "residents", c.GetResidents(), 116.0)
	want(t, "residents with care", c.GetResidentsWithCare(), 30.0)
	want(t, "hubs", c.GetHubs(), 1.0)
	// Shares of 176 homes: 52, 30, 70 and 24.
	if got, hhi := c.GetLandlordConcentration().GetValue(), 100*100*(24.0*24+30*30+52*52+70*70)/(176*176); math.Abs(got-hhi) > 1e-6 {
		t.Errorf("concentration %v, want %v", got, hhi)
	}
	if diff := cmp.Diff(&commonv1.Coverage{Responding: 3, Expected: 4}, c.GetTotal().GetUnits().GetCoverage(), protocmp.Transform()); diff != "" {
		t.Errorf("coverage (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(&commonv1.Coverage{Responding: 2, Expected: 4}, c.GetResidents().GetCoverage(), protocmp.Transform()); diff != "" {
		t.Errorf("coverage of residents (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(&commonv1.Freshness{Newest: "2026-10-12", Oldest: "2026-08-09", Stale: 1}, c.GetTotal().GetUnits().GetFreshness(), protocmp.Transform()); diff != "" {
		t.Errorf("freshness (-want +got)\n%s", diff)
	}
}

func TestTenuresAndKindsStandApart(t *testing.T) {
	c := Capacity(asking(t, audience.System), town(), known)
	want(t, "to rent", byTenure(c.GetTenures(), rent).GetAvailable(), 7.0)
	want(t, "waiting to rent", byTenure(c.GetTenures(), rent).GetNominationsWaiting(), 50.0)
	want(t, "to buy", byTenure(c.GetTenures(), sale).GetAvailable(), 12.0)
	want(t, "waiting to buy", byTenure(c.GetTenures(), sale).GetNominationsWaiting(), 2.0)
	if len(c.GetKinds()) != 3 {
		t.Fatalf("%d kinds; want extra care, enhanced sheltered (silent) and sheltered", len(c.GetKinds()))
	}
	ec, silent, sh := c.GetKinds()[0], c.GetKinds()[1], c.GetKinds()[2]
	want(t, "extra care schemes", ec.GetSchemes(), 2.0)
	want(t, "extra care to rent, occupied", byTenure(ec.GetTenures(), rent).GetOccupied(), 58.0)
	want(t, "sheltered to buy, voids", byTenure(sh.GetTenures(), sale).GetVoids(), 13.0)
	want(t, "a silent kind, schemes", silent.GetSchemes(), 1.0)
	want(t, "a silent kind's homes", silent.GetUse().GetUnits(), "not collected")
	want(t, "a silent kind's rate", silent.GetUse().GetVoidRate(), "not collected")
	if diff := cmp.Diff(&commonv1.Coverage{Expected: 1}, silent.GetUse().GetUnits().GetCoverage(), protocmp.Transform()); diff != "" {
		t.Errorf("coverage of a silent kind (-want +got)\n%s", diff)
	}
}

func noteCounts(c *housingwithcarev1.HousingWithCareCapacity) map[string]int32 {
	out := map[string]int32{}
	for _, n := range c.GetDataNotes() {
		out[n.GetCode()] = n.GetCount()
	}
	return out
}

func TestASurplusDoesNotCancelAShortage(t *testing.T) {
	homes := []Standing{returned(scheme("a", extraCare, built(rent, 40), built(sale, 60)), "2026-10-10",
		row(rent, 40, 40, 0, 0, 20), row(sale, 60, 30, 30, 0, 6))}
	c := Capacity(asking(t, audience.Commissioner), homes, known)
	want(t, "the total looks covered: available", c.GetTotal().GetAvailable(), 30.0)
	want(t, "the total looks covered: waiting", c.GetTotal().GetNominationsWaiting(), 26.0)
	want(t, "no home to rent", byTenure(c.GetTenures(), rent).GetAvailable(), 0.0)
	want(t, "for twenty who wait", byTenure(c.GetTenures(), rent).GetNominationsWaiting(), 20.0)
	if got := noteCounts(c)["TENURE_SHORTAGE"]; got != 1 {
		t.Errorf("the note says %d tenures short; want 1", got)
	}
	homes[0].Return.Tenures[1] = row(sale, 60, 60, 0, 0, 30)
	if got := noteCounts(Capacity(asking(t, audience.Commissioner), homes, known))["TENURE_SHORTAGE"]; got != 0 {
		t.Errorf("the note says %d tenures short; all are, and the total says so itself", got)
	}
	homes[0].Return.Tenures[1] = row(sale, 60, 30, 30, 0, 5)
	if got := noteCounts(Capacity(asking(t, audience.Commissioner), homes, known))["TENURE_SHORTAGE"]; got != 0 {
		t.Error("the note tells of a hidden number")
	}
}

func TestNotesSayWhatIsCounted(t *testing.T) {
	flagged := silent(scheme("flagged", extraCare, built(rent, 10)))
	flagged.SetAside = true
	doubtful := returned(scheme("half", extraCare, built(rent, 10), built(sale, 10)), "2026-07-01", row(rent, 10, 9, 1, 0, 0))
	doubtful.Place.Placement = &commonv1.Placement{Doubt: "near the border"}
	future := returned(scheme("new", extraCare, built(rent, 10)), "2026-10-10", row(rent, 10, 9, 1, 0, 0))
	future.Place.OpenedOn = "2026-11-01"
	c := Capacity(asking(t, audience.System), []Standing{flagged, doubtful, future}, known)
	wantNotes := map[string]int32{"NO_RETURN": 1, "STALE_RETURNS": 1, "FLAGGED_RETURNS": 1, "TENURES_PARTIAL": 1, "PLACEMENT_DOUBT": 1}
	if diff := cmp.Diff(wantNotes, noteCounts(c)); diff != "" {
		t.Errorf("notes (-want +got)\n%s", diff)
	}
	want(t, "units", c.GetTotal().GetUnits(), 10.0)
	bought := byTenure(c.GetTenures(), sale).GetUnits()
	if diff := cmp.Diff(&commonv1.Coverage{Expected: 1}, bought.GetCoverage(), protocmp.Transform()); diff != "" {
		t.Errorf("coverage of a tenure left out (-want +got)\n%s", diff)
	}
}

func TestATenureThatLeftTheRegisterIsStillCounted(t *testing.T) {
	s := returned(scheme("a", extraCare, built(rent, 10)), "2026-10-10", row(rent, 10, 9, 1, 0, 0), row(shared, 8, 7, 1, 0, 0))
	c := Capacity(asking(t, audience.System), []Standing{s}, known)
	want(t, "units", c.GetTotal().GetUnits(), 18.0)
	got := byTenure(c.GetTenures(), shared).GetUnits()
	if diff := cmp.Diff(&commonv1.Coverage{Responding: 1, Expected: 1}, got.GetCoverage(), protocmp.Transform()); diff != "" {
		t.Errorf("coverage (-want +got)\n%s", diff)
	}
}

func TestIllustrativeIsSaid(t *testing.T) {
	s := returned(scheme("a", extraCare, built(rent, 10)), "2026-10-10", row(rent, 10, 8, 0, 0, 0))
	if Capacity(asking(t, audience.System), []Standing{s}, known).GetIllustrative() {
		t.Error("a real capacity is said to be made up")
	}
	s.Source = madeUp
	c := Capacity(asking(t, audience.System), []Standing{s}, known)
	if !c.GetIllustrative() || !c.GetTotal().GetOccupied().GetIllustrative() {
		t.Error("a capacity that rests on something made up does not say so")
	}
	if c.GetSchemes().GetIllustrative() {
		t.Error("the register is real, and is said to be made up")
	}
	var cited []string
	for _, src := range c.GetSources() {
		cited = append(cited, src.GetId())
	}
	if diff := cmp.Diff([]string{"made-up", "register"}, cited); diff != "" {
		t.Errorf("sources (-want +got)\n%s", diff)
	}
}

func TestNothingIsNotZero(t *testing.T) {
	for _, who := range []audience.Audience{audience.Public, audience.Commissioner, audience.System} {
		c := Capacity(asking(t, who), nil, known)
		want(t, "schemes", c.GetSchemes(), 0.0)
		want(t, "occupied", c.GetTotal().GetOccupied(), 0.0)
		want(t, "void rate", c.GetTotal().GetVoidRate(), "not enough data")
		want(t, "referral to let", c.GetMedianReferralToLet(), "not enough data")
		want(t, "service charge", c.GetMeanServiceCharge(), "not enough data")
		want(t, "residents", c.GetResidents(), "not collected")
		want(t, "hours", c.GetOnSiteCare().GetHoursUsed(), "not collected")
		want(t, "concentration", c.GetLandlordConcentration(), "not enough data")
	}
}

func TestCapacityDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schemes := randomSchemes(t, "x")
		before := Capacity(asking(t, audience.Public), schemes, known)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(schemes), func(i, j int) { schemes[i], schemes[j] = schemes[j], schemes[i] })
		after := Capacity(asking(t, audience.Public), schemes, known)
		if !proto.Equal(before, after) {
			t.Fatal(cmp.Diff(before, after, protocmp.Transform()))
		}
	})
}

// value is a figure that must have one.
func value(t *rapid.T, f *commonv1.Figure) float64 {
	v, ok := figure.Value(f)
	if !ok && f.GetNotCollected() != nil && f.GetCoverage().GetResponding() == 0 {
		return 0 // Nobody adds anything.
	}
	if !ok {
		t.Fatalf("hidden from the suite's own services: %v", f)
	}
	return v
}

func TestEverythingAddsUp(t *testing.T) {
	parts := map[string]func(*housingwithcarev1.UnitUse) *commonv1.Figure{
		"units": (*housingwithcarev1.UnitUse).GetUnits, "occupied": (*housingwithcarev1.UnitUse).GetOccupied,
		"voids": (*housingwithcarev1.UnitUse).GetVoids, "available": (*housingwithcarev1.UnitUse).GetAvailable,
		"out of use": (*housingwithcarev1.UnitUse).GetOutOfUse, "waiting": (*housingwithcarev1.UnitUse).GetNominationsWaiting,
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := randomSchemes(t, "a"), randomSchemes(t, "b")
		q := asking(t, audience.System)
		each, sum := Sum(q, []District{{Question: q, Places: a}, {Question: q, Places: b}}, known)
		for what, of := range parts {
			var kinds, tenures, cells float64
			for _, k := range sum.GetKinds() {
				kinds += value(t, of(k.GetUse()))
				for _, u := range k.GetTenures() {
					cells += value(t, of(u.GetUse()))
				}
			}
			for _, u := range sum.GetTenures() {
				tenures += value(t, of(u.GetUse()))
			}
			total := value(t, of(sum.GetTotal()))
			districts := value(t, of(each[0].GetTotal())) + value(t, of(each[1].GetTotal()))
			if kinds != total || tenures != total || cells != total || districts != total {
				t.Fatalf("%s: total %v, kinds %v, tenures %v, both %v, districts %v", what, total, kinds, tenures, cells, districts)
			}
		}
		u := sum.GetTotal()
		if value(t, u.GetOccupied())+value(t, u.GetVoids())+value(t, u.GetOutOfUse()) != value(t, u.GetUnits()) {
			t.Fatal("occupied + voids + out of use is not all units")
		}
		together := Capacity(q, append(a, b...), known)
		sum.Name = together.GetName()
		if !proto.Equal(together, sum) {
			t.Fatalf("the districts as one (-together +sum)\n%s", cmp.Diff(together, sum, protocmp.Transform()))
		}
	})
}

// The whole answer for one district, as the public and as a commissioner have it. Rewrite
// it with -update and read the difference.
func TestGoldenCapacity(t *testing.T) {
	for _, who := range []audience.Audience{audience.Public, audience.Commissioner} {
		t.Run(audience.Name(who), func(t *testing.T) {
			goldentest.Check(t, "capacity_"+audience.Name(who), Capacity(asking(t, who), town(), known))
		})
	}
}

// Nobody returned: every figure says so, with who was expected, and none is 0 or hidden.
func TestNobodyReturned(t *testing.T) {
	for _, who := range []audience.Audience{audience.Public, audience.Provider, audience.Commissioner, audience.System} {
		n := 0
		figure.Each(Capacity(asking(t, who), []Standing{silent(scheme("a", extraCare, built(rent, 40))), silent(scheme("b", sheltered, built(sale, 10)))}, known), func(path string, f *commonv1.Figure) {
			if f.GetCoverage().GetExpected() == 0 {
				return // Of the register.
			}
			n++
			if _, ok := figure.Value(f); ok || figure.IsHidden(f) || f.GetCoverage().GetResponding() != 0 {
				t.Errorf("%s: %v", path, f)
			}
		})
		if n == 0 {
			t.Error("no figure says who was expected")
		}
	}
}
