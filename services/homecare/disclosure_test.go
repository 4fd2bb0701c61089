package homecare

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

func TestSmallNumbersOfPeople(t *testing.T) {
	all := []Standing{
		returned(branch("1-1", home, "vale", "valleys"), &homecarev1.HomeCareReturn{
			Zones: []*homecarev1.ZoneReturn{
				row("vale", 100, 100, 10, paid(council, 3), paid(selfFunder, 2)),
				row("valleys", 100, 100, 10, paid(council, 20), paid(selfFunder, 9), paid(homecarev1.Payer_PAYER_NHS, 4)),
			},
			Waiting: []*homecarev1.WaitingPackages{{Zone: "zones/vale", Packages: 5, People: 5, Hours: 50, WaitingSince: "2026-09-01"}},
			Staff:   &homecarev1.StaffReturn{CareWorkersEmployed: 6, CareWorkersAgency: 5},
		}),
	}
	got := Capacity(ask(t, audience.Commissioner, stroud), reference(t), all, known)
	if v := value(t, got.GetPeople()); v != 38 {
		t.Errorf("people %g", v)
	}
	// The NHS's 4 are few; the next smallest payer would give them away.
	want := map[homecarev1.Payer]reason{
		council: shown, homecarev1.Payer_PAYER_NHS: small, selfFunder: secondary,
		homecarev1.Payer_PAYER_DIRECT_PAYMENT: shown, homecarev1.Payer_PAYER_ANOTHER_COUNCIL: shown, homecarev1.Payer_PAYER_COUNCIL_OR_NHS: shown,
	}
	for _, p := range got.GetPayers() {
		if hiddenFor(p.GetPeople()) != want[p.GetPayer()] {
			t.Errorf("%s: %v, want %s", p.GetPayer(), p.GetPeople(), want[p.GetPayer()])
		}
	}
	for _, z := range got.GetZones() {
		switch z.GetZone() {
		case "zones/vale":
			if hiddenFor(z.GetPeople()) != small || hiddenFor(z.GetWaiting().GetPeople()) != small {
				t.Errorf("the vale: %v", z)
			}
		case "zones/valleys":
			if hiddenFor(z.GetPeople()) != secondary {
				t.Errorf("the valleys give the vale away: %v", z.GetPeople())
			}
		}
	}
	// A wait, its packages and its hours are the same few people's.
	w := got.GetWaiting()
	for _, f := range []*commonv1.Figure{w.GetPeople(), w.GetPackages(), w.GetHours(), w.GetOldestWait()} {
		if hiddenFor(f) != small {
			t.Errorf("waiting: %v", f)
		}
	}
	if value(t, got.GetStaff().GetEmployed()) != 6 || hiddenFor(got.GetStaff().GetAgency()) != small {
		t.Errorf("staff: %v", got.GetStaff())
	}
}

func TestFewBranchesHideTheirFillFromThePublic(t *testing.T) {
	two := []Standing{
		returned(branch("1-1", home, "vale"), zoneRows(row("vale", 80, 100, 10))),
		returned(branch("1-2", home, "vale"), zoneRows(row("vale", 80, 100, 10))),
	}
	three := append(slices.Clone(two), returned(branch("1-3", home, "vale"), zoneRows(row("vale", 80, 100, 10))))
	for _, tt := range []struct {
		name     string
		audience commonv1.Audience
		branches []Standing
		want     reason
	}{
		{"two, public", audience.Public, two, few},
		{"two, provider", audience.Provider, two, few},
		{"two, commissioner", audience.Commissioner, two, shown},
		{"three, public", audience.Public, three, shown},
	} {
		h := Capacity(ask(t, tt.audience, stroud), reference(t), tt.branches, known).GetHours()
		for what, f := range map[string]*commonv1.Figure{"fill": h.GetFill(), "delivered": h.GetDelivered(), "commissioned": h.GetCommissioned()} {
			if hiddenFor(f) != tt.want {
				t.Errorf("%s: %s is %v", tt.name, what, f)
			}
		}
		if hiddenFor(h.GetSpare()) != shown {
			t.Errorf("%s: spare hours are an offer: %v", tt.name, h.GetSpare())
		}
	}
}

func TestShareOfHiddenCasesIsHidden(t *testing.T) {
	all := []Standing{returned(branch("1-1", reablement, "vale"), &homecarev1.HomeCareReturn{
		IntermediateCare: []*homecarev1.IntermediateCareReturn{{
			Zone: "zones/vale", HomeFirstCases: 20, AssessedWithin_48Hours: 4, OnwardToReablement: 10, StepUpCases: 3, Places: 4, PlacesUsed: 4,
		}},
	})}
	got := Capacity(ask(t, audience.Commissioner, stroud), reference(t), all, known).GetIntermediateCare()
	for what, pair := range map[string]struct {
		f    *commonv1.Figure
		want reason
	}{
		"Home First": {got.GetHomeFirstCases(), shown}, "assessed": {got.GetAssessedWithin_48Hours(), small},
		"step-up": {got.GetStepUpCases(), small}, "onward, or step-up could be had": {got.GetOnwardToReablement(), secondary},
		"onward share": {got.GetOnwardShare(), secondary}, "reablement": {got.GetReablementCases(), shown},
		"places": {got.GetPlaces(), shown}, "places used": {got.GetPlacesUsed(), small},
	} {
		if hiddenFor(pair.f) != pair.want {
			t.Errorf("%s: %v, want %s", what, pair.f, pair.want)
		}
	}
}

// What one district hides is hidden in the total, and the shares made of it with it.
func TestSharesOfTheTotalGiveNoDistrictAway(t *testing.T) {
	week := func(id, zone string, homeFirst, assessed, onward int32) Standing {
		return returned(branch(id, reablement, zone), &homecarev1.HomeCareReturn{
			Zones: []*homecarev1.ZoneReturn{row(zone, 80, 100, 10)},
			IntermediateCare: []*homecarev1.IntermediateCareReturn{{
				Zone: "zones/" + zone, HomeFirstCases: homeFirst, AssessedWithin_48Hours: assessed, OnwardToReablement: onward, StepUpCases: 10,
			}},
		})
	}
	all := []Standing{
		week("1-1", "vale", 4, 4, 3), week("1-2", "city", 20, 5, 5),
		week("1-3", "vale", 0, 0, 0), week("1-4", "city", 0, 0, 0), week("1-5", "city", 0, 0, 0),
	}
	_, whole := sum(t, reference(t), audience.Public, all, gloucester, stroud)
	ic := whole.GetIntermediateCare()
	for what, f := range map[string]*commonv1.Figure{
		"Home First": ic.GetHomeFirstCases(), "assessed of a hidden number": ic.GetAssessedWithin_48Hours(), "onward of a hidden number": ic.GetOnwardShare(),
		"delivered": whole.GetHours().GetDelivered(), "fill with a hidden part": whole.GetHours().GetFill(),
	} {
		if hiddenFor(f) != secondary {
			t.Errorf("%s: %v", what, f)
		}
	}
	if hiddenFor(ic.GetOnwardToReablement()) != secondary {
		t.Errorf("onward %v: hidden in both districts, and two sums together could give one away", ic.GetOnwardToReablement())
	}
}

func TestAHiddenDistrictHidesTheTotal(t *testing.T) {
	people := func(id, zone string, n int32) Standing {
		return returned(branch(id, home, zone), zoneRows(row(zone, 10, 10, 1, paid(council, n))))
	}
	for _, tt := range []struct {
		name             string
		stroud, glos     int32
		wantS, wantG, of reason
	}{
		{"none hidden", 40, 60, shown, shown, shown},
		{"one hidden", 4, 60, small, shown, secondary},
		{"both hidden, though the sum is large", 4, 5, small, small, secondary},
		{"both hidden, the sum too", 2, 2, small, small, small},
	} {
		each, whole := sum(t, reference(t), audience.Public, []Standing{people("1-1", "vale", tt.stroud), people("1-2", "city", tt.glos)}, gloucester, stroud)
		if a, b, c := hiddenFor(each[1].GetPeople()), hiddenFor(each[0].GetPeople()), hiddenFor(whole.GetPeople()); a != tt.wantS || b != tt.wantG || c != tt.of {
			t.Errorf("%s: hidden for %s, %s and in total %s", tt.name, a, b, c)
		}
	}
}

// anyMarket draws branches over both districts.
func anyMarket(t *rapid.T) []Standing {
	kinds := []homecarev1.SupplyKind{home, reablement, micro, homecarev1.SupplyKind_SUPPLY_KIND_RESPITE}
	all := []Standing{}
	for i := range rapid.IntRange(1, 6).Draw(t, "branches") {
		var zones []string
		for _, z := range []string{"valleys", "vale", "city", "border"} {
			if rapid.Bool().Draw(t, "serves "+z) {
				zones = append(zones, z)
			}
		}
		b := branch(fmt.Sprintf("1-%d", i), rapid.SampledFrom(kinds).Draw(t, "kind"), zones...)
		b.District = rapid.SampledFrom([]string{stroud, gloucester}).Draw(t, "office")
		if rapid.IntRange(0, 5).Draw(t, "silent") == 0 {
			all = append(all, unreturned(b))
			continue
		}
		r := anyReturn(t, zones...)
		if n := rapid.Int32Range(0, 20).Draw(t, "staff"); n > 0 {
			r.Staff = &homecarev1.StaffReturn{CareWorkersEmployed: n, CareWorkersAgency: n / 2}
		}
		all = append(all, returned(b, r))
	}
	return all
}

// checkBreakdown fails when a hidden figure can be had from the total and the others.
func checkBreakdown(t *rapid.T, what string, total *commonv1.Figure, parts []*commonv1.Figure) {
	hidden, exist := 0, 0
	for _, p := range parts {
		if v, ok := figure.Value(p); ok && v > 0 {
			exist++
		}
		if figure.IsHidden(p) {
			hidden++
			exist++
		}
	}
	if _, ok := figure.Value(total); ok && hidden == 1 {
		t.Fatalf("%s: one part is hidden beside its total: %v of %v", what, parts, total)
	}
	if figure.IsHidden(total) && hidden == 0 && exist > 0 {
		t.Fatalf("%s: the total is hidden, its parts are not: %v", what, parts)
	}
}

func pickAll[T any](rows []T, f func(T) *commonv1.Figure) (out []*commonv1.Figure) {
	for _, r := range rows {
		out = append(out, f(r))
	}
	return out
}

func checkBreakdowns(t *rapid.T, c *homecarev1.HomeCareCapacity) {
	checkBreakdown(t, "payers", c.GetPeople(), pickAll(c.GetPayers(), (*homecarev1.PayerUse).GetPeople))
	checkBreakdown(t, "zones", c.GetPeople(), pickAll(c.GetZones(), (*homecarev1.ZoneUse).GetPeople))
	checkBreakdown(t, "hours of zones", c.GetHours().GetDelivered(), pickAll(c.GetZones(), func(z *homecarev1.ZoneUse) *commonv1.Figure { return z.GetHours().GetDelivered() }))
	checkBreakdown(t, "bought of zones", c.GetHours().GetCommissioned(), pickAll(c.GetZones(), func(z *homecarev1.ZoneUse) *commonv1.Figure { return z.GetHours().GetCommissioned() }))
	checkBreakdown(t, "waiting", c.GetWaiting().GetPeople(), pickAll(c.GetZones(), func(z *homecarev1.ZoneUse) *commonv1.Figure { return z.GetWaiting().GetPeople() }))
	var inside, outside []*homecarev1.SupplyUse
	for _, s := range c.GetSupplies() {
		if regulated(s.GetKind()) {
			inside = append(inside, s)
		} else {
			outside = append(outside, s)
		}
	}
	checkBreakdown(t, "kinds", c.GetPeople(), pickAll(inside, (*homecarev1.SupplyUse).GetPeople))
	checkBreakdown(t, "kinds outside CQC", c.GetOutsideCqc().GetPeople(), pickAll(outside, (*homecarev1.SupplyUse).GetPeople))
	ic := c.GetIntermediateCare()
	checkBreakdown(t, "reablement", ic.GetReablementCases(), []*commonv1.Figure{ic.GetOnwardToReablement(), ic.GetStepUpCases()})
}

// checkPeople fails when a small number of people is shown.
func checkPeople(t *rapid.T, c *homecarev1.HomeCareCapacity) {
	figure.Each(c, func(path string, f *commonv1.Figure) {
		switch f.GetUnit() {
		case commonv1.Unit_UNIT_PEOPLE, commonv1.Unit_UNIT_PACKAGES, commonv1.Unit_UNIT_PEOPLE_PER_WEEK:
			if v, ok := figure.Value(f); ok && v > 0 && v < figure.SmallNumber {
				t.Fatalf("%s of %s shows %g", path, c.GetName(), v)
			}
		}
	})
}

// Whatever is returned, the public sees no small number of people, and cannot have one by
// subtraction: not within an area, not from an authority and its districts.
func TestNothingHiddenCanBeHad(t *testing.T) {
	ref := reference(t)
	rapid.Check(t, func(rt *rapid.T) {
		all := anyMarket(rt)
		each, whole := sum(t, ref, audience.Public, all, gloucester, stroud)
		for _, c := range append(slices.Clone(each), whole) {
			checkPeople(rt, c)
			checkBreakdowns(rt, c)
		}
		for what, pick := range map[string]func(*homecarev1.HomeCareCapacity) *commonv1.Figure{
			"people":    (*homecarev1.HomeCareCapacity).GetPeople,
			"outside":   func(c *homecarev1.HomeCareCapacity) *commonv1.Figure { return c.GetOutsideCqc().GetPeople() },
			"delivered": func(c *homecarev1.HomeCareCapacity) *commonv1.Figure { return c.GetHours().GetDelivered() },
			"waiting":   func(c *homecarev1.HomeCareCapacity) *commonv1.Figure { return c.GetWaiting().GetHours() },
			"handed":    func(c *homecarev1.HomeCareCapacity) *commonv1.Figure { return c.GetHandedBack().GetPackages() },
			"step-up":   func(c *homecarev1.HomeCareCapacity) *commonv1.Figure { return c.GetIntermediateCare().GetStepUpCases() },
			"assessed": func(c *homecarev1.HomeCareCapacity) *commonv1.Figure {
				return c.GetIntermediateCare().GetAssessedWithin_48Hours()
			},
			"employed": func(c *homecarev1.HomeCareCapacity) *commonv1.Figure { return c.GetStaff().GetEmployed() },
			"council":  func(c *homecarev1.HomeCareCapacity) *commonv1.Figure { return c.GetPayers()[council-1].GetPeople() },
		} {
			if _, ok := figure.Value(pick(whole)); ok && figure.IsHidden(pick(each[0])) != figure.IsHidden(pick(each[1])) {
				rt.Fatalf("%s: one district is hidden beside the sum: %v + %v = %v", what, pick(each[0]), pick(each[1]), pick(whole))
			}
		}
		ofWhole := map[string]*homecarev1.ZoneUse{}
		for _, z := range whole.GetZones() {
			ofWhole[z.GetZone()] = z
		}
		for _, z := range slices.Concat(each[0].GetZones(), each[1].GetZones()) {
			if figure.IsHidden(z.GetPeople()) && !figure.IsHidden(ofWhole[z.GetZone()].GetPeople()) {
				rt.Fatalf("%s is hidden in its district and shown in the whole", z.GetZone())
			}
		}
	})
}

// The suite's own services see everything; and then a whole is the sum of its districts.
func TestSystemSeesAllAndAWholeIsItsParts(t *testing.T) {
	ref := reference(t)
	rapid.Check(t, func(rt *rapid.T) {
		each, whole := sum(t, ref, audience.System, anyMarket(rt), gloucester, stroud)
		for _, c := range append(slices.Clone(each), whole) {
			figure.Each(c, func(path string, f *commonv1.Figure) {
				if figure.IsHidden(f) {
					rt.Fatalf("%s is hidden", path)
				}
			})
		}
		for what, pick := range map[string]func(*homecarev1.HomeCareCapacity) *commonv1.Figure{
			"delivered": func(c *homecarev1.HomeCareCapacity) *commonv1.Figure { return c.GetHours().GetDelivered() },
			"spare":     func(c *homecarev1.HomeCareCapacity) *commonv1.Figure { return c.GetHours().GetSpare() },
			"outside":   func(c *homecarev1.HomeCareCapacity) *commonv1.Figure { return c.GetOutsideCqc().GetHours().GetSpare() },
			"waiting":   func(c *homecarev1.HomeCareCapacity) *commonv1.Figure { return c.GetWaiting().GetHours() },
			"employed":  func(c *homecarev1.HomeCareCapacity) *commonv1.Figure { return c.GetStaff().GetEmployed() },
		} {
			a, _ := figure.Value(pick(each[0]))
			b, _ := figure.Value(pick(each[1]))
			// Each is rounded to hundredths.
			if got, _ := figure.Value(pick(whole)); got-a-b > 0.021 || a+b-got > 0.021 {
				rt.Fatalf("%s: %g + %g is not %g", what, a, b, got)
			}
		}
	})
}

// A capacity is a function of what it is given: not of its order, and it leaves it as it
// was.
func TestCapacityIsPure(t *testing.T) {
	ref := reference(t)
	rapid.Check(t, func(rt *rapid.T) {
		all := anyMarket(rt)
		before := make([]proto.Message, len(all))
		for i, s := range all {
			before[i] = proto.Clone(s.Return)
		}
		first := Capacity(ask(t, audience.Public, stroud), ref, all, known)
		backwards := slices.Clone(all)
		slices.Reverse(backwards)
		second := Capacity(ask(t, audience.Public, stroud), ref, append(backwards, all...), known)
		if diff := cmp.Diff(first, second, protocmp.Transform()); diff != "" {
			rt.Fatalf("another order, another answer:\n%s", diff)
		}
		for i, s := range all {
			if !proto.Equal(before[i], s.Return) {
				rt.Fatalf("return %d was altered", i)
			}
		}
	})
}
