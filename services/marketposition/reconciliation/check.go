package reconciliation

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/reconcile"
)

// What the ranges of a check allow for.
const (
	meaningImplied   = "all that follows when each figure is anything that it can mean, by its rounding and the word before it"
	meaningPublished = "all that the figure can mean, by its rounding and the word before it"
)

// book finds figures by name.
type book struct {
	figures  map[string]*marketpositionv1.PublishedFigure
	meanings []reconcile.Meaning
}

func (f Facts) book() book {
	b := book{figures: make(map[string]*marketpositionv1.PublishedFigure, len(f.Figures))}
	for _, p := range f.Figures {
		b.figures[p.GetName()] = p
	}
	for _, m := range f.Meanings {
		b.meanings = append(b.meanings, reconcile.Meaning{Qualifier: m.GetQualifier(), Low: m.GetLow(), High: m.GetHigh()})
	}
	return b
}

// check checks one relation.
func (b book) check(r *marketpositionv1.ClaimRelation, data Data) *marketpositionv1.ClaimCheck {
	c := &marketpositionv1.ClaimCheck{
		Name: r.GetName(), Area: r.GetArea(), Rule: r.GetRule(), RuleText: ruleText(r.GetRule()), Because: r.GetBecause(), SourceId: r.GetSourceId(),
	}
	if why := b.gather(c, r); why != "" {
		return notComparable(c, why)
	}
	if r.GetRule() == marketpositionv1.ClaimRule_CLAIM_RULE_DATA {
		return b.againstData(c, r, data(r))
	}
	found, why := b.reconcile(c, inModel(r))
	if why != "" {
		return notComparable(c, why)
	}
	c.Verdict, c.Says = marketpositionv1.CheckVerdict_CHECK_VERDICT_CONTRADICTS, found.Says
	if found.Agrees {
		c.Verdict = marketpositionv1.CheckVerdict_CHECK_VERDICT_AGREES
	}
	claimed, inputs := c.GetClaims()[0].GetFigure(), []*commonv1.Figure{}
	for _, claim := range c.GetClaims()[1:] {
		inputs = append(inputs, claim.GetFigure())
	}
	c.Implied = ranged(figure.Join(claimed.GetAsAt(), inputs...), found.Implied, claimed.GetUnit(), meaningImplied)
	c.Implied.Formula = c.GetRuleText()
	c.Published = ranged(figure.Join(claimed.GetAsAt(), claimed), found.Published, claimed.GetUnit(), meaningPublished)
	return c
}

// gather adds the figures of a relation, the claimed one first; why says what is missing.
func (b book) gather(c *marketpositionv1.ClaimCheck, r *marketpositionv1.ClaimRelation) (why string) {
	var faults errs.Collector
	if Validate(&faults, r); faults.Len() > 0 {
		return "the relation is not whole: " + faultOf(faults.Err())
	}
	for _, name := range slices.Concat([]string{r.GetClaimed()}, r.GetInputs(), r.GetTakenOff()) {
		p := b.figures[name]
		if _, ok := figure.Value(p.GetFigure()); !ok {
			return name + " is not known as a number"
		}
		c.Claims = append(c.Claims, &marketpositionv1.Claim{
			Name: p.GetName(), Measure: p.GetMeasure(), Text: claimOf(p).Text(), Figure: p.GetFigure(), PageUrl: p.GetPageUrl(),
		})
	}
	if r.GetWords() != "" {
		c.Claims[0].Text = r.GetWords()
	}
	return ""
}

// claimOf puts a published figure as the model takes it.
func claimOf(p *marketpositionv1.PublishedFigure) reconcile.Claim {
	value, _ := figure.Value(p.GetFigure())
	claim := reconcile.Claim{
		ID: p.GetName(), Value: value, Rounding: p.GetRounding(), Qualifier: strings.ToLower(p.GetQualifier()),
		Source: strings.Join(p.GetFigure().GetSourceIds(), " "),
	}
	if p.GetFigure().GetUnit() == commonv1.Unit_UNIT_PERCENT {
		claim.Unit = "%"
	}
	return claim
}

// reconcile asks the model; why says what it could not use.
func (b book) reconcile(c *marketpositionv1.ClaimCheck, relation reconcile.Relation) (found reconcile.Check, why string) {
	in := reconcile.Input{Meanings: b.meanings, Relations: []reconcile.Relation{relation}}
	for _, claim := range c.GetClaims() {
		one := claimOf(b.figures[claim.GetName()])
		if !slices.ContainsFunc(in.Claims, func(known reconcile.Claim) bool { return known.ID == one.ID }) {
			in.Claims = append(in.Claims, one)
		}
	}
	report, err := reconcile.Reconcile(in)
	if err != nil {
		return found, faultOf(err)
	}
	return report.Checks[0], ""
}

// againstData holds the claimed figure against one of the suite's own.
func (b book) againstData(c *marketpositionv1.ClaimCheck, r *marketpositionv1.ClaimRelation, own *commonv1.Figure) *marketpositionv1.ClaimCheck {
	c.Illustrative = own.GetIllustrative()
	value, ok := figure.Value(own)
	if !ok {
		return notComparable(c, "the data cannot say: "+whyNot(own))
	}
	interval := reconcile.Interval{Low: value, Central: value, High: value}
	if between := own.GetRange(); between != nil {
		interval.Low, interval.High = between.GetLow(), between.GetHigh()
	}
	found, why := b.reconcile(c, reconcile.Counted{Claimed: r.GetClaimed(), Found: interval})
	if why != "" {
		return notComparable(c, why)
	}
	c.Verdict, c.Says = marketpositionv1.CheckVerdict_CHECK_VERDICT_DIFFERS, found.Says
	if found.Agrees {
		c.Verdict = marketpositionv1.CheckVerdict_CHECK_VERDICT_AGREES
	}
	if answered := own.GetCoverage(); answered.GetResponding() < answered.GetExpected() {
		c.Says += fmt.Sprintf("; %d of %d answered, and the total is of those", answered.GetResponding(), answered.GetExpected())
	}
	if own.GetIllustrative() {
		c.Says += "; the data are made up for illustration, so this proves nothing"
	}
	claimed := c.GetClaims()[0].GetFigure()
	c.Implied = proto.CloneOf(own)
	c.Published = ranged(figure.Join(claimed.GetAsAt(), claimed), found.Published, claimed.GetUnit(), meaningPublished)
	return c
}

// ranged is a figure with a range where it is one.
func ranged(b figure.Basis, i reconcile.Interval, unit commonv1.Unit, meaning string) *commonv1.Figure {
	if i.Low == i.High {
		return b.Of(i.Central, unit)
	}
	return b.Ranged(i.Low, i.Central, i.High, unit, meaning)
}

func notComparable(c *marketpositionv1.ClaimCheck, why string) *marketpositionv1.ClaimCheck {
	c.Verdict, c.Says = marketpositionv1.CheckVerdict_CHECK_VERDICT_NOT_COMPARABLE, "not checked: "+why
	return c
}

// whyNot says why a figure has no value.
func whyNot(f *commonv1.Figure) string {
	switch state := f.GetState().(type) {
	case *commonv1.Figure_Hidden:
		return "the figure is withheld"
	case *commonv1.Figure_NotCollected:
		return state.NotCollected.GetWhy()
	case *commonv1.Figure_NotEnoughData:
		return state.NotEnoughData.GetWhy()
	default:
		return "there is no such figure"
	}
}

// faultOf is the first fault of an input, for people.
func faultOf(err error) string {
	if all := errs.Violations(err); len(all) > 0 {
		return all[0].Description
	}
	return "it cannot be worked out"
}
