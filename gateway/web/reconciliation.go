package web

import (
	"context"
	"net/http"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// reconciled is what the checks of published figures came to.
type reconciled struct {
	// Code is the authority's.
	Code   string
	Counts *marketpositionv1.CheckCounts
	Checks []check
}

// check is one check of published figures.
type check struct {
	Verdict, Says, Rule, Because string
	Illustrative                 bool
	Claims                       []claim
}

// claim is a published figure as a check speaks of it.
type claim struct {
	Text, Measure, AsAt, Page string
	Sources                   []string
}

// reconciled shows a statement's own checks; nil when it has none.
func (c citations) reconciled(m *marketpositionv1.ReconciliationSection) *reconciled {
	if m == nil {
		return nil
	}
	return &reconciled{Code: idOf(m.GetReconciliation()), Counts: m.GetCounts(), Checks: c.checks(m.GetDisagreeing())}
}

func (c citations) checks(all []*marketpositionv1.ClaimCheck) []check {
	var out []check
	for _, m := range all {
		one := check{
			Verdict: enumText(m.GetVerdict()), Says: m.GetSays(), Rule: m.GetRuleText(), Because: m.GetBecause(), Illustrative: m.GetIllustrative(),
		}
		for _, said := range m.GetClaims() {
			one.Claims = append(one.Claims, claim{
				Text: said.GetText(), Measure: said.GetMeasure(), AsAt: date(said.GetFigure().GetAsAt()), Page: said.GetPageUrl(),
				Sources: c.list(said.GetFigure().GetSourceIds()...),
			})
		}
		out = append(out, one)
	}
	return out
}

// reconciliation is an authority's published figures, checked.
type reconciliation struct {
	Title string
	reconciled
	Meanings []*marketpositionv1.QualifierMeaning
	Sources  []*commonv1.Source
}

// reconcile shows the check of every figure that was published of an authority.
func (p *Pages) reconcile(ctx context.Context, r *http.Request) (view, error) {
	answer, err := p.reconciliations.GetReconciliation(ctx, &marketpositionv1.GetReconciliationRequest{
		Name: "authorities/" + r.PathValue("code") + "/reconciliation",
	})
	if err != nil {
		return view{}, err
	}
	m := answer.GetReconciliation()
	code := idOf(m.GetName())
	return view{
		template: "reconciliation", Title: m.GetTitle() + ": published figures, checked", Illustrative: m.GetIllustrative(),
		Content: reconciliation{
			Title: m.GetTitle(), Meanings: m.GetMeanings(), Sources: m.GetSources(),
			reconciled: reconciled{Code: code, Counts: m.GetCounts(), Checks: cite(m.GetSources()).checks(m.GetChecks())},
		},
	}, nil
}
