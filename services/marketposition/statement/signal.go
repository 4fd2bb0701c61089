package statement

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// rangeOf is a figure's value with its range.
func rangeOf(f *commonv1.Figure) assume.Range {
	value := valueOf(f)
	if f.GetRange() == nil {
		return assume.Exactly(value)
	}
	return assume.Range{Low: f.GetRange().GetLow(), Central: value, High: f.GetRange().GetHigh()}
}

// signals says of each gap what the market should do, by the first rule that applies. How
// the markets act on each other decides nothing, since it rests on assumptions; it stands
// beside the evidence.
func (c *composer) signals(gaps []*marketpositionv1.Gap, interaction *marketpositionv1.Interaction) []*marketpositionv1.Signal {
	rules := slices.Clone(c.in.Known.SignalRules)
	slices.SortStableFunc(rules, func(a, b *marketpositionv1.SignalRule) int { return cmp.Compare(a.GetOrder(), b.GetOrder()) })
	evidence := make([]evidence, len(gaps))
	for i, gap := range gaps {
		evidence[i] = weigh(gap)
	}
	var out []*marketpositionv1.Signal
	for i, gap := range gaps {
		for j := range gaps {
			if i != j && family(gaps[j].GetSetting()) == family(gap.GetSetting()) && evidence[j].known {
				evidence[i].others = append(evidence[i].others, evidence[j].share.Central)
			}
		}
		s := &marketpositionv1.Signal{
			Setting: gap.GetSetting(), Tenure: gap.GetTenure(), Gap: gap.GetGap(),
			Direction: marketpositionv1.Direction_DIRECTION_NOT_ENOUGH_DATA, RuleText: "No rule applies.",
			Because: evidence[i].String() + pressure(gap, interaction), Illustrative: gap.GetGap().GetIllustrative(),
		}
		if at := slices.IndexFunc(rules, evidence[i].meets); at >= 0 {
			s.Direction, s.Rule, s.RuleText = rules[at].GetDirection(), rules[at].GetName(), rules[at].GetText()
		}
		out = append(out, s)
	}
	return out
}

// pressure says, where a setting is one of those that act on each other, how many are in
// care homes for lack of community care; "" when nobody is or it cannot be said.
func pressure(gap *marketpositionv1.Gap, interaction *marketpositionv1.Interaction) string {
	_, acts := ModelSetting(gap.GetSetting())
	wanted, avoidable := interaction.GetWantedCommunity(), interaction.GetAvoidable()
	if _, known := figure.Value(wanted); !acts || !known || rangeOf(wanted).High < 1 {
		return ""
	}
	return fmt.Sprintf(" As far as can be assumed of where people go, %s of those in care homes wanted home care or extra care; with places without limit there, care homes would hold %s fewer.",
		spoken(rangeOf(wanted)), spoken(rangeOf(avoidable)))
}

// family tells which settings stand in for each other: the tenures of one kind of housing,
// and residential and nursing care.
func family(s marketpositionv1.Setting) marketpositionv1.Setting {
	if s == marketpositionv1.Setting_SETTING_NURSING {
		return marketpositionv1.Setting_SETTING_RESIDENTIAL
	}
	return s
}

// evidence is what rules look at: a gap in percent of the need, and how well it is known.
type evidence struct {
	known bool
	why   string
	gap   assume.Range
	need  float64
	share assume.Range
	// Places that were asked, that answered, and whose answers are stale.
	asked, responding, stale int
	// others are the gaps of the rest of the family, each in percent of its own need.
	others []float64
}

func weigh(gap *marketpositionv1.Gap) evidence {
	f := gap.GetGap()
	e := evidence{
		asked: int(f.GetCoverage().GetExpected()), responding: int(f.GetCoverage().GetResponding()),
		stale: int(f.GetFreshness().GetStale()),
	}
	need, ok := figure.Value(gap.GetNeed())
	if _, valued := figure.Value(f); !valued || !ok || need <= 0 {
		e.why = whyUnknown(f)
		return e
	}
	e.known, e.need, e.gap = true, need, rangeOf(f)
	e.share = e.gap.Scale(100 / need)
	return e
}

func whyUnknown(f *commonv1.Figure) string {
	switch state := f.GetState().(type) {
	case *commonv1.Figure_Hidden:
		return "it rests on a figure that is hidden"
	case *commonv1.Figure_NotEnoughData:
		return state.NotEnoughData.GetWhy()
	default:
		return "there is no need to compare it with"
	}
}

// meets reports whether every condition of a rule holds.
func (e evidence) meets(r *marketpositionv1.SignalRule) bool {
	if r.GetGapUnknown() {
		return !e.known
	}
	if !e.known {
		return false
	}
	return below(e.coverage(), r.CoverageBelow) && above(e.staleShare(), r.StaleAbove) &&
		atLeast(e.share.Central, r.GapAtLeast) && atMost(e.share.Central, r.GapAtMost) &&
		atLeast(e.share.Low, r.LowAtLeast) && atMost(e.share.Low, r.LowAtMost) &&
		atLeast(e.share.High, r.HighAtLeast) && atMost(e.share.High, r.HighAtMost) &&
		(r.OtherAtMost == nil || slices.ContainsFunc(e.others, func(x float64) bool { return x <= r.GetOtherAtMost() })) &&
		(r.OtherAtLeast == nil || slices.ContainsFunc(e.others, func(x float64) bool { return x >= r.GetOtherAtLeast() }))
}

// coverage is responding of asked; 0 when nobody was asked, for then nothing is known.
func (e evidence) coverage() float64 { return percent(e.responding, e.asked) }

// staleShare is the counted answers that are stale.
func (e evidence) staleShare() float64 { return percent(e.stale, e.responding) }

func percent(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * float64(part) / float64(whole)
}

// A condition that is not given holds.
func below(x float64, limit *float64) bool   { return limit == nil || x < *limit }
func above(x float64, limit *float64) bool   { return limit == nil || x > *limit }
func atLeast(x float64, limit *float64) bool { return limit == nil || x >= *limit }
func atMost(x float64, limit *float64) bool  { return limit == nil || x <= *limit }

// String says the evidence with its numbers.
func (e evidence) String() string {
	if !e.known {
		return "The gap cannot be said: " + e.why + "."
	}
	word := "short of"
	if e.gap.Central < 0 {
		word = "over"
	}
	return fmt.Sprintf("%.0f %s a need of %.0f (%.0f%%), somewhere between %.0f and %.0f; %d of %d places answered, %d of the answers stale.",
		math.Abs(e.gap.Central), word, e.need, math.Abs(e.share.Central), e.gap.Low, e.gap.High, e.responding, e.asked, e.stale)
}
