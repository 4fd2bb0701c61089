package statement

import (
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

const (
	formulaGap = "need - effective supply; above 0 is a shortage"
	meaningGap = "low need with high supply, or high need with low supply"
)

// gaps sets need against effective supply, kind by kind.
func (c *composer) gaps(needs []*marketpositionv1.Need, supplies map[kind]*commonv1.Figure) []*marketpositionv1.Gap {
	var out []*marketpositionv1.Gap
	for _, n := range needs {
		k := kind{n.GetSetting(), n.GetTenure()}
		supply := supplies[k]
		if supply == nil {
			supply = figure.Basis{AsAt: c.in.AsAt}.NotEnough("the market that gives it did not answer", k.unit())
		}
		out = append(out, &marketpositionv1.Gap{
			Setting: k.setting, Tenure: k.tenure, Need: n.GetNeed(), Supply: supply, Gap: c.gap(k, n.GetNeed(), supply),
		})
	}
	return out
}

func (c *composer) gap(k kind, need, supply *commonv1.Figure) *commonv1.Figure {
	// The supply first: how far it is known is how far the gap is.
	basis := figure.Join(c.in.AsAt, supply, need)
	if f := withheld(basis, k.unit(), need, supply); f != nil {
		return figure.With(f, formulaGap)
	}
	n, s := rangeOf(need), rangeOf(supply)
	gap := basis.Ranged(n.Low-s.High, n.Central-s.Central, n.High-s.Low, k.unit(), meaningGap)
	return figure.With(gap, formulaGap)
}
