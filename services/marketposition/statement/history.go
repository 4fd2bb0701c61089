package statement

import (
	"errors"
	"fmt"
	"slices"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
)

// confidence is that of the interval of the history check.
const confidence = 0.95

const (
	formulaPlacements = "1,000 x (beds of general and dementia types in use - residents placed by other councils, spread as all used beds are) / people aged 65 and over"
	formulaHours      = "1,000 x hours of home care delivered a week / people aged 65 and over"
	formulaSlope      = "slope of the straight line of placements over home care hours through the districts, by least squares"
	meaningSlope      = "95% interval by Student's t with two degrees of freedom fewer than districts"
)

// history sets the placements of an authority's districts beside their home care.
func (c *composer) history(area Area) *marketpositionv1.InteractionHistory {
	out := &marketpositionv1.InteractionHistory{}
	var observed []interaction.Observation
	var figures []*commonv1.Figure
	for _, d := range area.Districts {
		one := c.observe(area, d)
		out.Districts = append(out.Districts, one)
		hours, ok := figure.Value(one.GetHomeCareHours())
		placements, also := figure.Value(one.GetPlacements())
		if ok && also {
			observed = append(observed, interaction.Observation{District: string(d.Code), HoursPer1000: hours, PlacementsPer1000: placements})
			figures = append(figures, one.GetHomeCareHours(), one.GetPlacements())
		}
	}
	basis := figure.Join(c.in.AsAt, figures...)
	history, err := interaction.CheckHistory(observed, confidence)
	if err != nil {
		out.Plain = "No line can be drawn: " + whyNoHistory(err) + "."
		out.Slope = figure.With(basis.NotEnough(whyNoHistory(err), commonv1.Unit_UNIT_RATIO), formulaSlope)
		return out
	}
	out.Settles, out.Plain = history.Settles(), history.Plain()
	if left := len(area.Districts) - history.Districts; left > 0 {
		out.Plain += fmt.Sprintf(" Districts left out, as their figures are hidden or not known: %d of %d.", left, len(area.Districts))
	}
	out.Slope = figure.With(basis.Ranged(history.Slope.Low, history.Slope.Central, history.Slope.High, commonv1.Unit_UNIT_RATIO, meaningSlope), formulaSlope)
	return out
}

func whyNoHistory(err error) string {
	if errors.Is(err, interaction.ErrTooFewDistricts) {
		return interaction.ErrTooFewDistricts.Error()
	}
	return faultOf(err)
}

// observe is what one district did.
func (c *composer) observe(area Area, d geo.District) *marketpositionv1.DistrictObservation {
	a := c.answers.Of(string(d.Code))
	older := c.aged(c.residents(area.one(d)), facts.From(65))
	return &marketpositionv1.DistrictObservation{
		District: facts.DistrictPrefix + string(d.Code), Title: d.Name,
		HomeCareHours: perThousand(c.in.AsAt, a.HomeCare.Total.GetHours().GetDelivered(), older,
			commonv1.Unit_UNIT_HOURS_PER_WEEK_PER_1000_AGED_65_PLUS, formulaHours),
		Placements: perThousand(c.in.AsAt, c.placements(a), older, commonv1.Unit_UNIT_PEOPLE_PER_1000_AGED_65_PLUS, formulaPlacements),
	}
}

// placements counts a district's own people in care homes for older people.
func (c *composer) placements(a Answers) *commonv1.Figure {
	homes := a.CareHomes.Total
	all, imported := homes.GetTotal().GetUsed(), homes.GetPlacedByOtherAuthoritiesTotal()
	parts := []*commonv1.Figure{all, imported}
	used := 0.0
	for _, use := range homes.GetBedTypes() {
		if slices.Contains(residentialTypes, use.GetBedType()) || slices.Contains(nursingTypes, use.GetBedType()) {
			parts = append(parts, use.GetUse().GetUsed())
			used += valueOf(use.GetUse().GetUsed())
		}
	}
	basis := figure.Join(c.in.AsAt, parts...)
	if f := withheld(basis, unitPeople, parts...); f != nil {
		return f
	}
	if valueOf(all) == 0 {
		return basis.NotEnough("no bed is in use", unitPeople)
	}
	return basis.Of(used*(1-valueOf(imported)/valueOf(all)), unitPeople)
}
