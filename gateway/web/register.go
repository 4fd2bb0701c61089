package web

import (
	"strings"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// signal says where a market should go and why.
type signal struct {
	Subject, Direction, Rule, RuleText, Because string
	Gap                                         cell
	Illustrative                                bool
}

// paragraph speaks of what cuts across the markets.
type paragraph struct {
	Market, Text string
	Figures      []cell
	Sources      []string
}

// published is a number as somebody published it.
type published struct {
	Topic, Measure, Note string
	// Qualifier is what stood before the number, Page where it stands.
	Qualifier, Page string
	Figure          cell
}

// remark is something said, with its day and source.
type remark struct {
	Market, Text, AsAt string
	Sources            []string
}

// action is an entry of the action register.
type action struct {
	Market, Title, Owner, Partners, Due, Status, Overdue, Note string
	Sources                                                    []string
}

// engagement is who was asked what.
type engagement struct {
	Market, Asked, About, AsAt string
	Sources                    []string
}

// plan is a document that others hang on.
type plan struct {
	Title, Owner, Review, AsAt string
	Sources                    []string
}

// addRegister adds what a statement says in words.
func (c citations) addRegister(s *statement, m *marketpositionv1.MarketPosition) {
	for _, one := range m.GetSignals() {
		s.Signals = append(s.Signals, signal{
			Subject:   labelOf((&marketpositionv1.Need{Setting: one.GetSetting(), Tenure: one.GetTenure()}).ProtoReflect()),
			Direction: enumText(one.GetDirection()), Rule: one.GetRule(), RuleText: one.GetRuleText(), Because: one.GetBecause(),
			Gap: c.alone(one.GetGap()), Illustrative: one.GetIllustrative(),
		})
	}
	for _, one := range m.GetParagraphs() {
		p := paragraph{Market: enumText(one.GetMarket()), Text: one.GetText(), Sources: c.list(one.GetSourceIds()...)}
		for _, f := range one.GetFigures() {
			p.Figures = append(p.Figures, c.alone(f))
		}
		s.Paragraphs = append(s.Paragraphs, p)
	}
	for _, one := range m.GetPublishedFigures() {
		s.Published = append(s.Published, published{
			one.GetTopic(), one.GetMeasure(), one.GetNote(), one.GetQualifier(), one.GetPageUrl(), c.alone(one.GetFigure()),
		})
	}
	for _, one := range m.GetIntentions() {
		s.Intentions = append(s.Intentions, remark{enumText(one.GetMarket()), one.GetText(), date(one.GetAsAt()), c.list(one.GetSourceId())})
	}
	for _, one := range m.GetActions() {
		s.Actions = append(s.Actions, action{
			Market: enumText(one.GetMarket()), Title: one.GetTitle(), Owner: one.GetOwner(),
			Partners: strings.Join(one.GetPartners(), ", "), Due: one.GetDue(), Status: enumText(one.GetStatus()),
			Overdue: one.GetOverdue(), Note: one.GetNote(), Sources: c.list(one.GetSourceId()),
		})
	}
	for _, one := range m.GetEngagements() {
		s.Engagements = append(s.Engagements, engagement{
			enumText(one.GetMarket()), one.GetAsked(), one.GetAbout(), date(one.GetAsAt()), c.list(one.GetSourceId()),
		})
	}
	for _, one := range m.GetPlans() {
		s.Plans = append(s.Plans, plan{one.GetTitle(), one.GetOwner(), one.GetReview(), date(one.GetAsAt()), c.list(one.GetSourceId())})
	}
}

// alone shows a figure that no table speaks for.
func (c citations) alone(f *commonv1.Figure) cell {
	shown := cellOf(f, false)
	shown.Basis = c.basisOf(f)
	return shown
}
