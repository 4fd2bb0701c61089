package statement

import (
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/services/marketposition/facts"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// sections puts what the four markets answered into a statement, with what they have to a
// thousand of its people.
func (c *composer) sections(p *marketpositionv1.MarketPosition, area Area, a Answers) {
	p.CareHomes = &marketpositionv1.CareHomesSection{State: a.CareHomes.State, Capacity: a.CareHomes.Total}
	p.HomeCare = &marketpositionv1.HomeCareSection{State: a.HomeCare.State, Capacity: a.HomeCare.Total}
	p.HousingWithCare = &marketpositionv1.HousingWithCareSection{State: a.HousingWithCare.State, Capacity: a.HousingWithCare.Total}
	p.Workforce = &marketpositionv1.WorkforceSection{State: a.Workforce.State, Capacity: a.Workforce.Total}
	if a.CareHomes.Answered() {
		p.CareHomes.Placements = c.placed(area, a)
		p.CareHomes.BedsPer_1000Aged_75Plus = perThousand(p.GetAsAt(),
			a.CareHomes.Total.GetOlderPeople().GetMaximum(), p.GetPeople().GetAged_75Plus(),
			commonv1.Unit_UNIT_BEDS_PER_1000_AGED_75_PLUS, "1,000 x beds for older people in the homes that answered / people aged 75 and over")
	}
	if a.HomeCare.Answered() {
		p.HomeCare.HoursPer_1000Aged_65Plus = perThousand(p.GetAsAt(),
			a.HomeCare.Total.GetHours().GetDelivered(), p.GetPeople().GetAged_65Plus(),
			commonv1.Unit_UNIT_HOURS_PER_WEEK_PER_1000_AGED_65_PLUS, "1,000 x hours delivered a week / people aged 65 and over")
	}
	if a.HousingWithCare.Answered() {
		p.HousingWithCare.ExtraCareUnitsPer_1000Aged_75Plus = perThousand(p.GetAsAt(),
			unitsOf(a.HousingWithCare, housingwithcarev1.SchemeKind_SCHEME_KIND_EXTRA_CARE).GetUnits(), p.GetPeople().GetAged_75Plus(),
			commonv1.Unit_UNIT_HOUSING_UNITS_PER_1000_AGED_75_PLUS, "1,000 x extra care homes in the schemes that answered / people aged 75 and over")
	}
	for _, n := range c.in.Known.TenureNeeds {
		if area.Includes(n.GetDistrict()[len(facts.DistrictPrefix):]) {
			p.HousingWithCare.TenureNeeds = append(p.HousingWithCare.TenureNeeds, n)
		}
	}
}

// unitsOf is the state of one kind of scheme; nil when there is none.
func unitsOf(a Answer[*housingwithcarev1.HousingWithCareCapacity], of housingwithcarev1.SchemeKind) *housingwithcarev1.UnitUse {
	for _, k := range a.Total.GetKinds() {
		if k.GetKind() == of {
			return k.GetUse()
		}
	}
	return nil
}

// perThousand divides a market's figure by people. What is not known of either is not
// known of the rate.
func perThousand(asAt string, part, people *commonv1.Figure, unit commonv1.Unit, formula string) *commonv1.Figure {
	basis := figure.Join(asAt, part, people)
	if f := withheld(basis, unit, part, people); f != nil {
		return figure.With(f, formula)
	}
	above, _ := figure.Value(part)
	below, _ := figure.Value(people)
	if below == 0 {
		return figure.With(basis.NotEnough("there is nobody of that age", unit), formula)
	}
	return figure.With(basis.Of(1000*above/below, unit), formula)
}

// withheld is what a figure made of others is when one of them has no value: hidden when
// one is hidden, else not enough data and why; nil when all have values. So nothing can be
// had by working backwards, and nothing unknown counts as 0.
func withheld(b figure.Basis, unit commonv1.Unit, parts ...*commonv1.Figure) *commonv1.Figure {
	why := ""
	for _, part := range parts {
		switch state := part.GetState().(type) {
		case *commonv1.Figure_Value:
		case *commonv1.Figure_Hidden:
			reason := commonv1.HiddenReason_HIDDEN_REASON_SECONDARY
			if state.Hidden.GetReason() == commonv1.HiddenReason_HIDDEN_REASON_AUDIENCE {
				reason = state.Hidden.GetReason()
			}
			return b.Hidden(reason, unit)
		case *commonv1.Figure_NotCollected:
			why = first(why, state.NotCollected.GetWhy())
		case *commonv1.Figure_NotEnoughData:
			why = first(why, state.NotEnoughData.GetWhy())
		default:
			why = first(why, "a figure that it is made of was not given")
		}
	}
	if why != "" {
		return b.NotEnough(why, unit)
	}
	return nil
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// cloned is a copy that may be altered.
func cloned[M proto.Message](m M) M { return proto.CloneOf(m) }
