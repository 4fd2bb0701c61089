package carehomes

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

const (
	public       = commonv1.Audience_AUDIENCE_PUBLIC
	commissioner = commonv1.Audience_AUDIENCE_COMMISSIONER
	system       = commonv1.Audience_AUDIENCE_SYSTEM
)

func TestOccupancyIsSumOverSum(t *testing.T) {
	c := Capacity(ask(commissioner), []Standing{
		returned(home("1-1", "1-11", 10), "2026-10-10", bed(generalRes, 10, 10, 0, 0)),
		returned(home("1-2", "1-12", 90), "2026-10-10", bed(generalRes, 90, 45, 5, 30)),
		returned(home("1-3", "1-13", 20), "2026-10-10", bed(generalRes, 20, 19, 1, 0)),
	}, known)
	want(t, "maximum", c.GetTotal().GetMaximum(), 120.0)
	want(t, "used", c.GetTotal().GetUsed(), 74.0)
	want(t, "occupancy", c.GetTotal().GetOccupancy(), 100*74.0/120)
	want(t, "median of 100%, 50% and 95%", c.GetMedianOccupancy(), 95.0)
	want(t, "vacant", c.GetTotal().GetVacant(), 46.0)
	want(t, "admittable, without the reserved", c.GetTotal().GetAdmittable(), 30.0)
	want(t, "non-admittable, with the reserved", c.GetTotal().GetNonAdmittable(), 16.0)
}

// DHSC, "Get adult social care data", week ending 14 July 2025: 86.0% occupied, 10.8%
// admittable and 3.2% non-admittable, of the homes that responded, 91.6%.
func TestNationalCheckOfJuly2025(t *testing.T) {
	var homes []Standing
	for i := range 916 {
		h := home("1-"+string(rune('0'+i%10))+string(rune('0'+i/10%10))+string(rune('0'+i/100)), "1-11", 1000)
		homes = append(homes, returned(h, "2025-07-14", bed(generalRes, 1000, 860, 32, 108)))
	}
	for range 84 {
		homes = append(homes, silent(home("1-9999", "1-11", 1000)))
	}
	c := Capacity(ask(commissioner), homes, known)
	total, ok := figure.Value(c.GetTotal().GetMaximum())
	if !ok || total != 916_000 {
		t.Fatalf("maximum = %v; want that of the 916 that returned, not scaled up", total)
	}
	want(t, "occupancy", c.GetTotal().GetOccupancy(), 86.0)
	admittable, _ := figure.Value(c.GetTotal().GetAdmittable())
	not, _ := figure.Value(c.GetTotal().GetNonAdmittable())
	if admittable/total != 0.108 || not/total != 0.032 {
		t.Errorf("admittable %v and non-admittable %v of %v; want 10.8%% and 3.2%%", admittable, not, total)
	}
	if diff := cmp.Diff(&commonv1.Coverage{Responding: 916, Expected: 1000}, c.GetTotal().GetUsed().GetCoverage(), protocmp.Transform()); diff != "" {
		t.Errorf("coverage (-want +got)\n%s", diff)
	}
}

func TestWhoIsCounted(t *testing.T) {
	closed, dormant, future := home("1-2", "1-11", 10), home("1-3", "1-11", 10), home("1-4", "1-11", 10)
	closed.DeregisteredOn, dormant.Dormant, future.RegisteredOn = "2026-10-30", true, "2026-11-01"
	anew := home("1-6", "1-11", 10)
	anew.Predecessor, anew.RegisteredOn = "careHomes/1-2", "2026-10-31"
	flagged := silent(home("1-7", "1-11", 10))
	flagged.SetAside = true
	c := Capacity(ask(system), []Standing{
		returned(home("1-1", "1-11", 10), "2026-08-10", bed(generalRes, 10, 8, 0, 0)),
		returned(closed, "2026-10-10", bed(generalRes, 10, 7, 0, 0)),
		returned(dormant, "2026-10-10", bed(generalRes, 10, 6, 0, 0)),
		returned(future, "2026-10-10", bed(generalRes, 10, 5, 0, 0)),
		silent(anew), flagged,
	}, known)
	want(t, "open homes", c.GetHomes(), 3.0)
	want(t, "used, the predecessor's among them", c.GetTotal().GetUsed(), 15.0)
	notes := map[string]int32{}
	for _, n := range c.GetDataNotes() {
		notes[n.GetCode()] = n.GetCount()
	}
	wantNotes := map[string]int32{"NO_RETURN": 1, "STALE_RETURNS": 1, "FLAGGED_RETURNS": 1, "PREDECESSOR_RETURNS": 1, "PAYERS_PARTIAL": 2}
	if diff := cmp.Diff(wantNotes, notes); diff != "" {
		t.Errorf("notes (-want +got)\n%s", diff)
	}
	if f := c.GetTotal().GetUsed().GetFreshness(); f.GetStale() != 1 || f.GetOldest() != "2026-08-10" || f.GetNewest() != "2026-10-10" {
		t.Errorf("freshness = %v", f)
	}
}

func TestPayersAndPlacements(t *testing.T) {
	b := bed(generalRes, 40, 30, 0, 10)
	b.Payers = []*carehomesv1.UsedByPayer{
		{Payer: carehomesv1.Payer_PAYER_THIS_COUNCIL, Used: 10},
		{Payer: carehomesv1.Payer_PAYER_ANOTHER_COUNCIL, PlacingAuthority: "authorities/E06000025", Used: 7},
		{Payer: carehomesv1.Payer_PAYER_ANOTHER_COUNCIL, PlacingAuthority: "authorities/E06000023", Used: 6},
		{Payer: carehomesv1.Payer_PAYER_SELF_FUNDER, Used: 7},
	}
	c := Capacity(ask(commissioner), []Standing{returned(home("1-1", "1-11", 40), "2026-10-10", b)}, known)
	want(t, "placed here by others", c.GetPlacedByOtherAuthoritiesTotal(), 13.0)
	got := map[string]any{}
	for _, p := range c.GetPlacedByOtherAuthorities() {
		got[p.GetAuthority()] = say(p.GetResidents())
	}
	if diff := cmp.Diff(map[string]any{"authorities/E06000025": 7.0, "authorities/E06000023": 6.0}, got); diff != "" {
		t.Errorf("by authority (-want +got)\n%s", diff)
	}
}

func TestIllustrativeIsSaid(t *testing.T) {
	s := returned(home("1-1", "1-11", 10), "2026-10-10", bed(generalRes, 10, 8, 0, 0))
	s.Source = madeUp
	c := Capacity(ask(system), []Standing{s}, known)
	if !c.GetIllustrative() || !c.GetTotal().GetUsed().GetIllustrative() {
		t.Error("a capacity that rests on something made up does not say so")
	}
	if c.GetHomes().GetIllustrative() {
		t.Error("the register is real, and is said to be made up")
	}
}

func TestNothingIsNotZero(t *testing.T) {
	c := Capacity(ask(commissioner), nil, known)
	want(t, "homes", c.GetHomes(), 0.0)
	want(t, "occupancy", c.GetTotal().GetOccupancy(), "not enough data")
	want(t, "median", c.GetMedianOccupancy(), "HIDDEN_REASON_FEW_CONTRIBUTORS")
	want(t, "staff", c.GetStaff().GetEmployed(), "not collected")
	want(t, "concentration", c.GetProviderConcentration(), "not enough data")
}

// randomHomes draws homes of one district with sound returns.
func randomHomes(t *rapid.T, label string) []Standing {
	n := rapid.IntRange(0, 12).Draw(t, label+" homes")
	homes := make([]Standing, n)
	for i := range homes {
		h := home("1-"+label+string(rune('a'+i)), "1-1"+string(rune('0'+i%4)), int32(rapid.IntRange(0, 60).Draw(t, "registered")))
		if rapid.Bool().Draw(t, "silent") {
			homes[i] = silent(h)
			continue
		}
		var rows []*carehomesv1.BedReturn
		for _, bt := range []carehomesv1.BedType{generalRes, dementiaNursing, learningRes} {
			if !rapid.Bool().Draw(t, "has") {
				continue
			}
			used := int32(rapid.IntRange(0, 12).Draw(t, "used"))
			reserved := int32(rapid.IntRange(0, 3).Draw(t, "reserved"))
			accepting := int32(rapid.IntRange(0, 5).Draw(t, "accepting"))
			row := bed(bt, used+reserved+accepting+int32(rapid.IntRange(0, 4).Draw(t, "rest")), used, reserved, accepting)
			other := int32(rapid.IntRange(0, int(used)).Draw(t, "other"))
			if used > 0 {
				row.Payers = []*carehomesv1.UsedByPayer{
					{Payer: carehomesv1.Payer_PAYER_THIS_COUNCIL, Used: used - other},
					{Payer: carehomesv1.Payer_PAYER_ANOTHER_COUNCIL, PlacingAuthority: rapid.SampledFrom([]string{"authorities/E06000025", "authorities/E06000023"}).Draw(t, "by"), Used: other},
				}
			}
			rows = append(rows, row)
		}
		homes[i] = returned(h, rapid.SampledFrom([]string{"2026-10-10", "2026-07-01"}).Draw(t, "day"), rows...)
	}
	return homes
}

func TestCapacityDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		homes := randomHomes(t, "x")
		before := Capacity(ask(public), homes, known)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(homes), func(i, j int) { homes[i], homes[j] = homes[j], homes[i] })
		after := Capacity(ask(public), homes, known)
		if !proto.Equal(before, after) {
			t.Fatal(cmp.Diff(before, after, protocmp.Transform()))
		}
	})
}

func TestBedsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Capacity(ask(system), randomHomes(t, "x"), known)
		get := func(f *commonv1.Figure) float64 {
			v, ok := figure.Value(f)
			if !ok && f.GetNotCollected() != nil && f.GetCoverage().GetResponding() == 0 {
				return 0 // Nobody adds anything.
			}
			if !ok {
				t.Fatalf("hidden from the suite's own services: %v", f)
			}
			return v
		}
		for _, use := range []*carehomesv1.BedUse{c.GetTotal(), c.GetOlderPeople(), c.GetWorkingAge()} {
			if sum := get(use.GetUsed()) + get(use.GetAdmittable()) + get(use.GetNonAdmittable()); sum != get(use.GetMaximum()) {
				t.Fatalf("used + admittable + non-admittable = %v of %v", sum, get(use.GetMaximum()))
			}
			if get(use.GetVacant()) != get(use.GetMaximum())-get(use.GetUsed()) {
				t.Fatal("vacant is not maximum - used")
			}
		}
		if get(c.GetTotal().GetUsed()) != get(c.GetOlderPeople().GetUsed())+get(c.GetWorkingAge().GetUsed()) {
			t.Fatal("the groups do not add up to the total")
		}
	})
}

// Nobody returned: every figure says so, with who was expected, and none is 0 or hidden.
func TestNobodyReturned(t *testing.T) {
	for _, who := range []commonv1.Audience{public, commissioner, system} {
		n := 0
		figure.Each(Capacity(ask(who), []Standing{silent(home("1-1", "1-11", 30)), silent(home("1-2", "1-12", 40))}, known), func(path string, f *commonv1.Figure) {
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
