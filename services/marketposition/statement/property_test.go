package statement

import (
	"fmt"
	"math"
	"testing"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// Whatever is hidden of the care homes, the supply that rests on any of it is hidden, and
// no other: so what is said follows from what is visible alone.
func TestWhatRestsOnTheHiddenIsHidden(t *testing.T) {
	base := inputs(t, district(t, fixture.Stroud))
	rapid.Check(t, func(t *rapid.T) {
		homes := proto.CloneOf(base.Answers.CareHomes.Total)
		parts := []*commonv1.Figure{homes.GetTotal().GetUsed(), homes.GetPlacedByOtherAuthoritiesTotal()}
		for _, b := range homes.GetBedTypes() {
			parts = append(parts, b.GetUse().GetUsed(), b.GetUse().GetAdmittable())
		}
		for _, f := range parts {
			if rapid.IntRange(0, 3).Draw(t, "hide") == 0 {
				hide(f, commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER)
			}
		}
		in := base
		in.Answers.CareHomes = Answer[*carehomesv1.CareHomeCapacity]{State: fixture.Ready(), Each: []*carehomesv1.CareHomeCapacity{homes}, Total: homes}
		c := newComposer(in)
		for name, types := range map[string][]carehomesv1.BedType{"residential": residentialTypes, "nursing": nursingTypes} {
			rests := []*commonv1.Figure{homes.GetTotal().GetUsed(), homes.GetPlacedByOtherAuthoritiesTotal()}
			for _, b := range homes.GetBedTypes() {
				for _, one := range types {
					if b.GetBedType() == one {
						rests = append(rests, b.GetUse().GetUsed(), b.GetUse().GetAdmittable())
					}
				}
			}
			hidden := false
			for _, f := range rests {
				hidden = hidden || figure.IsHidden(f)
			}
			supply := c.beds(homes, types)
			if figure.IsHidden(supply) != hidden || (supply.GetRange() != nil) == hidden {
				t.Fatalf("%s: rests on something hidden: %v; %v", name, hidden, supply)
			}
		}
	})
}

// Need grows with every rate: nothing taken away from one kind is given to another.
func TestNeedIsTheSumOverAges(t *testing.T) {
	base := inputs(t, district(t, fixture.Stroud))
	rapid.Check(t, func(t *rapid.T) {
		in := base
		in.Known.NeedRates = nil
		for _, ages := range [][2]int32{{65, 74}, {75, 84}, {85, 0}} {
			low := rapid.Float64Range(0, 100).Draw(t, "low")
			central := low + rapid.Float64Range(0, 100).Draw(t, "more")
			in.Known.NeedRates = append(in.Known.NeedRates, &marketpositionv1.NeedRate{
				Name: fmt.Sprintf("needRates/%d", ages[0]), Areas: []string{"E92000001"}, Setting: marketpositionv1.Setting_SETTING_NURSING,
				FromAge: ages[0], ToAge: ages[1], Open: ages[1] == 0, Per: 1000,
				Low: low, Central: central, High: central + rapid.Float64Range(0, 100).Draw(t, "most"), SourceIds: []string{"shop-2011"}, Derivation: "drawn",
			})
		}
		in.AsAt = "2021-06-30" // The year of the census, so that nothing grows.
		c := newComposer(in)
		all := c.residents(in.Area)
		got := rangeOf(c.needIn(nursing, all, 0))
		var want [3]float64
		for _, rate := range in.Known.NeedRates {
			people, ok := facts.Counted(all[0].All, marketpositionv1.Sex_SEX_UNSPECIFIED, facts.AgeBand(rate))
			if !ok {
				t.Fatalf("ages %s are not counted", facts.AgeBand(rate))
			}
			for i, r := range []float64{rate.GetLow(), rate.GetCentral(), rate.GetHigh()} {
				want[i] += people * r / 1000
			}
		}
		for i, x := range []float64{got.Low, got.Central, got.High} {
			if math.Abs(x-want[i]) > 1e-6 {
				t.Fatalf("%v, want %v", got, want)
			}
		}
	})
}
