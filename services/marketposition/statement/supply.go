package statement

import (
	"math"

	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// The bed types that meet need for residential and for nursing care. Transitional and
// community care beds are for a short time and meet neither.
var (
	residentialTypes = []carehomesv1.BedType{
		carehomesv1.BedType_BED_TYPE_DEMENTIA_RESIDENTIAL, carehomesv1.BedType_BED_TYPE_GENERAL_RESIDENTIAL,
	}
	nursingTypes = []carehomesv1.BedType{
		carehomesv1.BedType_BED_TYPE_DEMENTIA_NURSING, carehomesv1.BedType_BED_TYPE_GENERAL_NURSING,
	}
)

// supplies is the effective supply of each kind: what the markets can give the area's own
// people, staffed and open to them. Kinds of a market that is away are missing.
func (c *composer) supplies(a Answers) map[kind]*commonv1.Figure {
	const whole, rent, ownership = marketpositionv1.Tenure_TENURE_UNSPECIFIED, marketpositionv1.Tenure_TENURE_RENT, marketpositionv1.Tenure_TENURE_OWNERSHIP
	all := map[kind]*commonv1.Figure{}
	if a.CareHomes.Answered() {
		all[kind{marketpositionv1.Setting_SETTING_RESIDENTIAL, whole}] = c.beds(a.CareHomes.Total, residentialTypes)
		all[kind{marketpositionv1.Setting_SETTING_NURSING, whole}] = c.beds(a.CareHomes.Total, nursingTypes)
	}
	if a.HomeCare.Answered() {
		all[kind{marketpositionv1.Setting_SETTING_HOME_CARE, whole}] = c.peopleAtHome(a)
	}
	if a.HousingWithCare.Answered() {
		housing := a.HousingWithCare.Total
		const extra = housingwithcarev1.SchemeKind_SCHEME_KIND_EXTRA_CARE
		all[kind{marketpositionv1.Setting_SETTING_EXTRA_CARE, rent}] = c.units(housing, extra,
			housingwithcarev1.Tenure_TENURE_AFFORDABLE_RENT)
		all[kind{marketpositionv1.Setting_SETTING_EXTRA_CARE, ownership}] = c.units(housing, extra,
			housingwithcarev1.Tenure_TENURE_SHARED_OWNERSHIP, housingwithcarev1.Tenure_TENURE_OUTRIGHT_SALE)
		all[kind{marketpositionv1.Setting_SETTING_ENHANCED_SHELTERED, whole}] = c.units(housing, housingwithcarev1.SchemeKind_SCHEME_KIND_ENHANCED_SHELTERED)
		all[kind{marketpositionv1.Setting_SETTING_SHELTERED, whole}] = c.units(housing, housingwithcarev1.SchemeKind_SCHEME_KIND_SHELTERED)
	}
	return all
}

const (
	formulaBeds = "beds used - residents placed by other councils + beds open to admission, of these types. " +
		"Which types the other councils' residents are in is not returned: at the central they are spread as all used beds are"
	meaningBeds = "all or none of the residents placed by other councils are in beds of these types"
)

// beds is the effective supply of beds of some types.
func (c *composer) beds(homes *carehomesv1.CareHomeCapacity, types []carehomesv1.BedType) *commonv1.Figure {
	placed, allUsed := homes.GetPlacedByOtherAuthoritiesTotal(), homes.GetTotal().GetUsed()
	parts := []*commonv1.Figure{allUsed, placed}
	used, admittable := 0.0, 0.0
	for _, use := range homes.GetBedTypes() {
		for _, t := range types {
			if use.GetBedType() == t {
				parts = append(parts, use.GetUse().GetUsed(), use.GetUse().GetAdmittable())
				used += valueOf(use.GetUse().GetUsed())
				admittable += valueOf(use.GetUse().GetAdmittable())
			}
		}
	}
	basis := figure.Join(c.in.AsAt, parts...)
	if f := nobodyAnswered(basis, allUsed, commonv1.Unit_UNIT_BEDS); f != nil {
		return figure.With(f, formulaBeds)
	}
	if f := withheld(basis, commonv1.Unit_UNIT_BEDS, parts...); f != nil {
		return figure.With(f, formulaBeds)
	}
	imported, everyone := valueOf(placed), valueOf(allUsed)
	spread := 0.0
	if everyone > 0 {
		spread = imported * used / everyone
	}
	least, most := math.Max(0, imported-(everyone-used)), math.Min(imported, used)
	f := basis.Ranged(used-most+admittable, used-spread+admittable, used-least+admittable, commonv1.Unit_UNIT_BEDS, meaningBeds)
	return figure.With(f, formulaBeds)
}

const (
	formulaAtHome = "people served + spare hours a week / (hours delivered a week / people served)"
	meaningAtHome = "none of the spare hours can be used, or all"
)

// peopleAtHome is how many people home care can serve at home.
func (c *composer) peopleAtHome(a Answers) *commonv1.Figure {
	capacity := a.HomeCare.Total
	people, delivered, spare := capacity.GetPeople(), capacity.GetHours().GetDelivered(), capacity.GetHours().GetSpare()
	basis := figure.Join(c.in.AsAt, people, delivered, spare)
	if f := nobodyAnswered(basis, delivered, unitPeople); f != nil {
		return figure.With(f, formulaAtHome)
	}
	if f := withheld(basis, unitPeople, people, delivered, spare); f != nil {
		return figure.With(f, formulaAtHome)
	}
	served, more := valueOf(people), 0.0
	if valueOf(delivered) > 0 {
		more = valueOf(spare) * served / valueOf(delivered)
	}
	return figure.With(basis.Ranged(served, served+more, served+more, unitPeople, meaningAtHome), formulaAtHome)
}

const formulaUnits = "homes - homes out of use, of this kind and tenure"

// units is the effective supply of housing of one kind, of some tenures or of all.
func (c *composer) units(housing *housingwithcarev1.HousingWithCareCapacity, of housingwithcarev1.SchemeKind, tenures ...housingwithcarev1.Tenure) *commonv1.Figure {
	parts := []*commonv1.Figure{housing.GetTotal().GetUnits()}
	sum := 0.0
	for _, k := range housing.GetKinds() {
		if k.GetKind() != of {
			continue
		}
		for _, use := range usesOf(k, tenures) {
			parts = append(parts, use.GetUnits(), use.GetOutOfUse())
			sum += valueOf(use.GetUnits()) - valueOf(use.GetOutOfUse())
		}
	}
	basis := figure.Join(c.in.AsAt, parts...)
	if f := nobodyAnswered(basis, parts[0], commonv1.Unit_UNIT_HOUSING_UNITS); f != nil {
		return figure.With(f, formulaUnits)
	}
	if f := withheld(basis, commonv1.Unit_UNIT_HOUSING_UNITS, parts...); f != nil {
		return figure.With(f, formulaUnits)
	}
	return figure.With(basis.Of(sum, commonv1.Unit_UNIT_HOUSING_UNITS), formulaUnits)
}

// usesOf are the states of some tenures of a kind; of the whole kind when none is named.
func usesOf(k *housingwithcarev1.KindUse, tenures []housingwithcarev1.Tenure) []*housingwithcarev1.UnitUse {
	if len(tenures) == 0 {
		return []*housingwithcarev1.UnitUse{k.GetUse()}
	}
	var uses []*housingwithcarev1.UnitUse
	for _, t := range k.GetTenures() {
		for _, wanted := range tenures {
			if t.GetTenure() == wanted {
				uses = append(uses, t.GetUse())
			}
		}
	}
	return uses
}

// nobodyAnswered is not nil when no place at all returned its numbers: a market without
// returns is unknown, not empty.
func nobodyAnswered(b figure.Basis, of *commonv1.Figure, unit commonv1.Unit) *commonv1.Figure {
	if of.GetCoverage().GetExpected() > 0 && of.GetCoverage().GetResponding() == 0 {
		return b.NotEnough("no place has returned its numbers", unit)
	}
	return nil
}

// valueOf is a figure's value; 0 where it has none, which callers have ruled out.
func valueOf(f *commonv1.Figure) float64 {
	value, _ := figure.Value(f)
	return value
}
