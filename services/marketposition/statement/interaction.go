package statement

import (
	"fmt"
	"math"
	"slices"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
)

const (
	formulaPlaced    = "people who wanted it and found a place + those who found another setting full and came here"
	formulaUnmet     = "people who find every setting full that they try"
	formulaFlow      = "people who wanted the one and are in the other, everything at its central"
	formulaInHomes   = "people in residential and nursing care, whatever they wanted"
	formulaWished    = "people in residential and nursing care who wanted home care or extra care"
	formulaAvoidable = "people in care homes - those who would be there if home care and extra care had places without limit"
	formulaChange    = "outcome with one more - outcome as it is"

	meaningProven = "the smallest and largest that need, capacities and overflow shares within their ranges can give"
	meaningTried  = "the smallest and largest found at the ends of need, capacities and overflow shares"
)

// interactionIn is how the markets of a district act on each other in the year of the
// statement; nil for an authority, as nobody moves between districts in the model.
func (c *composer) interactionIn(area Area) *marketpositionv1.Interaction {
	if area.Name != facts.DistrictPrefix+string(area.Code) {
		return nil
	}
	year, _, _, err := c.yearOfNeed(c.residents(area), 0)
	if err != nil {
		year = c.day.Year() // The need says that it cannot be worked out.
	}
	return c.interaction(c.markets(area, area.Districts[0], year, Instead{}))
}

// interaction settles a district's markets and puts every figure of the outcome with what
// it rests on.
func (c *composer) interaction(m Markets) *marketpositionv1.Interaction {
	out := &marketpositionv1.Interaction{
		District: facts.DistrictPrefix + string(m.District.Code), Title: m.District.Name, Year: int32(m.Year), Need: m.Need,
	}
	if m.Withheld != nil {
		return c.unsettled(m, out)
	}
	result, err := interaction.Assess(m.Input)
	if err != nil {
		m.Withheld = c.outcomeBasis(m).NotEnough(faultOf(err), unitPeople)
		return c.unsettled(m, out)
	}
	basis := c.outcomeBasis(m)
	ranged := func(r assume.Range, meaning, formula string) *commonv1.Figure {
		return figure.With(basis.Ranged(tidy(r.Low), tidy(r.Central), tidy(r.High), unitPeople, meaning), formula)
	}
	for _, s := range settings() {
		out.Settings = append(out.Settings, &marketpositionv1.SettingInteraction{
			Setting: WireSetting(s), Wanted: m.Wanted[s], Capacity: m.Capacity[s],
			Placed: ranged(result.Placed[s], meaningProven, formulaPlaced),
			Unmet:  ranged(result.UnmetWanting[s], meaningTried, formulaUnmet),
		})
		for _, got := range settings() {
			out.Flows = append(out.Flows, &marketpositionv1.SettingFlow{
				Wanted: WireSetting(s), Got: WireSetting(got),
				People: figure.With(basis.Of(tidy(result.Central.Placed[s][got]), unitPeople), formulaFlow),
			})
		}
		out.Worth = append(out.Worth, c.settingWorths(m, s, result.Worth[s], ranged)...)
	}
	out.Unmet = ranged(result.Unmet, meaningProven, formulaUnmet)
	out.InCareHomes = ranged(result.CareHomes, meaningProven, formulaInHomes)
	out.WantedCommunity = ranged(result.WantedCommunity, meaningTried, formulaWished)
	out.Avoidable = ranged(result.Avoidable, meaningTried, formulaAvoidable)
	out.Plain = plain(m, result)
	return out
}

// unsettled says of every figure of the outcome why it has no value.
func (c *composer) unsettled(m Markets, out *marketpositionv1.Interaction) *marketpositionv1.Interaction {
	for _, s := range settings() {
		out.Settings = append(out.Settings, &marketpositionv1.SettingInteraction{
			Setting: WireSetting(s), Wanted: m.Wanted[s], Capacity: m.Capacity[s], Placed: m.Withheld, Unmet: m.Withheld,
		})
	}
	out.Unmet, out.InCareHomes, out.WantedCommunity, out.Avoidable = m.Withheld, m.Withheld, m.Withheld, m.Withheld
	out.Plain = "How the markets act on each other cannot be said: " + whyUnknown(m.Withheld) + "."
	return out
}

// outcomeBasis is what the outcome rests on: the need, every capacity and every overflow share.
func (c *composer) outcomeBasis(m Markets) figure.Basis {
	// Capacities first: how far they are known is how far the outcome is.
	parts := slices.Concat(m.Capacity[:], m.Wanted[:], []*commonv1.Figure{m.Need})
	var shares []assume.Assumption
	for _, row := range m.Input.Overflow {
		shares = append(shares, row[:]...)
	}
	return c.resting(figure.Join(c.in.AsAt, parts...), shares...)
}

// settingWorths says what one more unit and one more worker in a setting change.
func (c *composer) settingWorths(m Markets, s interaction.Setting, worth interaction.Worth,
	ranged func(assume.Range, string, string) *commonv1.Figure,
) []*marketpositionv1.SettingWorth {
	one := func(more marketpositionv1.MoreOf, serves *commonv1.Figure, change interaction.Change) *marketpositionv1.SettingWorth {
		w := &marketpositionv1.SettingWorth{Setting: WireSetting(s), More: more, Serves: serves}
		if f := withheld(figure.Join(c.in.AsAt, serves), unitPeople, serves); f != nil {
			w.FewerUnmet, w.FewerInCareHomes = f, f
			return w
		}
		w.FewerUnmet = ranged(change.FewerUnmet, meaningTried, formulaChange)
		w.FewerInCareHomes = ranged(change.FewerInCareHomes, meaningTried, formulaChange)
		for _, f := range []*commonv1.Figure{w.FewerUnmet, w.FewerInCareHomes} {
			f.SourceIds = figure.Join(c.in.AsAt, f, serves).SourceIDs
		}
		return w
	}
	return []*marketpositionv1.SettingWorth{
		one(unitOf(s), m.Serves[s], worth.Unit),
		one(marketpositionv1.MoreOf_MORE_OF_WORKER, m.PerWorker[s], worth.Worker),
	}
}

// unitOf is what a commissioner buys of a setting.
func unitOf(s interaction.Setting) marketpositionv1.MoreOf {
	switch s {
	case interaction.HomeCare:
		return marketpositionv1.MoreOf_MORE_OF_HOUR
	case interaction.ExtraCare:
		return marketpositionv1.MoreOf_MORE_OF_HOUSING_UNIT
	default:
		return marketpositionv1.MoreOf_MORE_OF_BED
	}
}

// tidy takes away what adding up leaves in the last places of a float.
func tidy(people float64) float64 {
	const places = 1e9
	return math.Round(people*places)/places + 0
}

// plain is the outcome in words, with its ranges.
func plain(m Markets, r interaction.Result) string {
	text := fmt.Sprintf("Of %s people who need a place in %d, %s find none. Of %s in care homes, %s wanted home care or extra care; with places without limit there, care homes would hold %s fewer.",
		spoken(m.Input.Need), m.Year, spoken(r.Unmet), spoken(r.CareHomes), spoken(r.WantedCommunity), spoken(r.Avoidable))
	hour := r.Worth[interaction.HomeCare].Unit
	if m.Input.Units[interaction.HomeCare].People != (assume.Assumption{}) {
		hundred := func(x assume.Range) string { return spoken(x.Scale(100)) }
		text += fmt.Sprintf(" A hundred more hours of home care a week mean about %s people fewer without a place and %s fewer in care homes.",
			hundred(hour.FewerUnmet), hundred(hour.FewerInCareHomes))
	}
	return text
}

// spoken is a range in whole numbers: "120 (80 to 150)".
func spoken(r assume.Range) string {
	low, central, high := math.Round(r.Low), math.Round(r.Central), math.Round(r.High)
	if low == high {
		return fmt.Sprintf("%.0f", central)
	}
	return fmt.Sprintf("%.0f (%.0f to %.0f)", central, low, high)
}
