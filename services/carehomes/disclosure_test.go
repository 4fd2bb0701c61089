package carehomes

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

const (
	smallNumber = "HIDDEN_REASON_SMALL_NUMBER"
	hiddenToo   = "HIDDEN_REASON_SECONDARY"
	fewHomes    = "HIDDEN_REASON_FEW_CONTRIBUTORS"
)

func three(rows ...*carehomesv1.BedReturn) []Standing {
	var out []Standing
	for _, id := range []string{"1-1", "1-2", "1-3"} {
		out = append(out, returned(home(id, id+"9", 100), "2026-10-10", rows...))
	}
	return out
}

func byType(c *carehomesv1.CareHomeCapacity) map[carehomesv1.BedType]*carehomesv1.BedUse {
	out := map[carehomesv1.BedType]*carehomesv1.BedUse{}
	for _, b := range c.GetBedTypes() {
		out[b.GetBedType()] = b.GetUse()
	}
	return out
}

func TestSmallCountsAreHiddenWithWhatGivesThemAway(t *testing.T) {
	homes := three(bed(generalRes, 30, 20, 0, 5), bed(dementiaNursing, 10, 1, 0, 5), bed(generalNursing, 20, 10, 0, 5))
	types := byType(Capacity(ask(commissioner), homes, known))
	want(t, "3 residents", types[dementiaNursing].GetUsed(), smallNumber)
	want(t, "its occupancy", types[dementiaNursing].GetOccupancy(), smallNumber)
	want(t, "its vacant beds", types[dementiaNursing].GetVacant(), smallNumber)
	want(t, "its non-admittable beds", types[dementiaNursing].GetNonAdmittable(), smallNumber)
	want(t, "its maximum", types[dementiaNursing].GetMaximum(), 30.0)
	want(t, "its admittable beds", types[dementiaNursing].GetAdmittable(), 15.0)
	want(t, "the smallest other type", types[generalNursing].GetUsed(), hiddenToo)
	want(t, "the largest type", types[generalRes].GetUsed(), 60.0)
	want(t, "to the suite itself", byType(Capacity(ask(system), homes, known))[dementiaNursing].GetUsed(), 3.0)
}

func TestAFullGroupHidesWithItsTypes(t *testing.T) {
	full := three(bed(generalRes, 20, 20, 0, 0), bed(dementiaNursing, 1, 1, 0, 0), bed(generalNursing, 9, 9, 0, 0))
	c := Capacity(ask(commissioner), full, known)
	want(t, "a full group with a hidden type", c.GetOlderPeople().GetUsed(), hiddenToo)
	want(t, "and the whole", c.GetTotal().GetUsed(), hiddenToo)
}

func TestFewHomesAreHiddenFromThePublic(t *testing.T) {
	homes := three(bed(generalRes, 30, 20, 0, 5))[:2]
	want(t, "to the public", Capacity(ask(public), homes, known).GetTotal().GetUsed(), fewHomes)
	want(t, "to the public, admittable", Capacity(ask(public), homes, known).GetTotal().GetAdmittable(), fewHomes)
	want(t, "to a commissioner", Capacity(ask(commissioner), homes, known).GetTotal().GetUsed(), 40.0)
}

func TestASumHidesWhatADistrictHides(t *testing.T) {
	plenty := three(bed(generalRes, 30, 20, 0, 5), bed(generalNursing, 20, 10, 0, 5), bed(dementiaNursing, 20, 10, 0, 5))
	scarce := three(bed(generalRes, 30, 20, 0, 5), bed(generalNursing, 20, 10, 0, 5), bed(dementiaNursing, 10, 1, 0, 5))
	parts := []District{{Question: ask(commissioner), Places: plenty}, {Question: ask(commissioner), Places: scarce}, {Question: ask(commissioner), Places: plenty}}
	each, sum := Sum(ask(commissioner), parts, known)
	want(t, "one district", byType(each[1])[dementiaNursing].GetUsed(), smallNumber)
	want(t, "the authority", byType(sum)[dementiaNursing].GetUsed(), hiddenToo)
	want(t, "general residential, shown everywhere", byType(sum)[generalRes].GetUsed(), 180.0)
	alone := Capacity(ask(commissioner), scarce, known)
	if got, want := say(byType(alone)[dementiaNursing].GetUsed()), say(byType(each[1])[dementiaNursing].GetUsed()); got != want {
		t.Errorf("alone %v, side by side %v: a district must read the same", got, want)
	}
}

// hiddenAlone reports whether exactly one of some figures is withheld while their sum is
// shown, so that it could be had by subtraction. Figures of groups that do not exist are
// left out.
func hiddenAlone(sum *commonv1.Figure, parts []*commonv1.Figure) bool {
	if figure.IsHidden(sum) {
		return false
	}
	hidden := 0
	for _, p := range parts {
		if figure.IsHidden(p) {
			hidden++
		}
	}
	return hidden == 1
}

func TestNothingHiddenCanBeHadBySubtraction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		audience := rapid.SampledFrom([]commonv1.Audience{public, commissioner}).Draw(t, "audience")
		var parts []District
		for _, label := range []string{"a", "b", "c"} {
			parts = append(parts, District{Question: ask(audience), Places: randomHomes(t, label)})
		}
		each, sum := Sum(ask(audience), parts, known)
		for _, c := range append(each, sum) {
			checkWithin(t, c)
		}
		across := func(what string, of func(*carehomesv1.CareHomeCapacity) *commonv1.Figure) {
			var figures []*commonv1.Figure
			for _, c := range each {
				figures = append(figures, of(c))
			}
			if hiddenAlone(of(sum), figures) {
				t.Fatalf("%s of one district can be had from the authority's", what)
			}
		}
		across("used", func(c *carehomesv1.CareHomeCapacity) *commonv1.Figure { return c.GetTotal().GetUsed() })
		across("older people", func(c *carehomesv1.CareHomeCapacity) *commonv1.Figure { return c.GetOlderPeople().GetUsed() })
		across("working age", func(c *carehomesv1.CareHomeCapacity) *commonv1.Figure { return c.GetWorkingAge().GetUsed() })
		across("placed by others", (*carehomesv1.CareHomeCapacity).GetPlacedByOtherAuthoritiesTotal)
		for _, bt := range []carehomesv1.BedType{generalRes, dementiaNursing, learningRes} {
			across(bt.String(), func(c *carehomesv1.CareHomeCapacity) *commonv1.Figure { return byType(c)[bt].GetUsed() })
		}
	})
}

func checkWithin(t *rapid.T, c *carehomesv1.CareHomeCapacity) {
	var older, working, payers []*commonv1.Figure
	for bt, use := range byType(c) {
		if bt == learningRes {
			working = append(working, use.GetUsed())
		} else {
			older = append(older, use.GetUsed())
		}
		if v, ok := figure.Value(use.GetUsed()); ok && v < figure.SmallNumber && say(use.GetMaximum()) != 0.0 {
			t.Fatalf("%s shows %v residents", bt, v)
		}
	}
	for _, p := range c.GetPayers() {
		payers = append(payers, p.GetResidents())
	}
	var placed []*commonv1.Figure
	for _, p := range c.GetPlacedByOtherAuthorities() {
		placed = append(placed, p.GetResidents())
	}
	switch {
	case figure.IsHidden(c.GetPlacedByOtherAuthoritiesTotal()) && len(placed) > 0 && !anyHidden(placed):
		t.Fatal("a hidden payer can be had from the authorities that it is made of")
	case hiddenAlone(c.GetPlacedByOtherAuthoritiesTotal(), placed):
		t.Fatal("a placing authority can be had from their total")
	case hiddenAlone(c.GetTotal().GetUsed(), payers):
		t.Fatal("a payer can be had from the total")
	case hiddenAlone(c.GetOlderPeople().GetUsed(), older), hiddenAlone(c.GetWorkingAge().GetUsed(), working):
		t.Fatal("a bed type can be had from its group")
	case hiddenAlone(c.GetTotal().GetUsed(), []*commonv1.Figure{c.GetOlderPeople().GetUsed(), c.GetWorkingAge().GetUsed()}):
		t.Fatal("a group can be had from the total")
	case figure.IsHidden(c.GetTotal().GetUsed()) && len(payers) > 0 && !anyHidden(payers) && c.GetTotal().GetMaximum().GetValue() > 0:
		t.Fatal("the hidden total can be had from the payers")
	}
}

func anyHidden(all []*commonv1.Figure) bool { return slices.ContainsFunc(all, figure.IsHidden) }
