package statement

import (
	"slices"
	"strings"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// crossing are the subjects that cut across the four markets, each with its paragraph.
func crossing() []marketpositionv1.Market {
	return []marketpositionv1.Market{
		marketpositionv1.Market_MARKET_WORKING_AGE, marketpositionv1.Market_MARKET_UNPAID_CARERS,
		marketpositionv1.Market_MARKET_DIRECT_PAYMENTS, marketpositionv1.Market_MARKET_PREVENTION,
	}
}

// paragraphs tell of each crossing subject what is intended and what is published, with
// the live figures there are.
func (c *composer) paragraphs(p *marketpositionv1.MarketPosition) []*marketpositionv1.Paragraph {
	var out []*marketpositionv1.Paragraph
	for _, subject := range crossing() {
		paragraph := &marketpositionv1.Paragraph{Market: subject}
		var texts []string
		for _, intention := range p.GetIntentions() {
			if intention.GetMarket() == subject {
				texts = append(texts, intention.GetText())
				paragraph.SourceIds = append(paragraph.SourceIds, intention.GetSourceId())
			}
		}
		paragraph.Figures = append(live(p, subject), published(p, subject)...)
		slices.Sort(paragraph.SourceIds)
		paragraph.SourceIds = slices.Compact(paragraph.SourceIds)
		if paragraph.Text = strings.Join(texts, " "); len(texts) == 0 {
			paragraph.Text = "No intention of the commissioners is on record."
		}
		out = append(out, paragraph)
	}
	return out
}

// published are the published numbers on a subject.
func published(p *marketpositionv1.MarketPosition, subject marketpositionv1.Market) []*commonv1.Figure {
	topic := topicOf(subject)
	var out []*commonv1.Figure
	for _, f := range p.GetPublishedFigures() {
		if f.GetTopic() == topic && f.GetFigure().GetUnit() != commonv1.Unit_UNIT_TEXT {
			out = append(out, f.GetFigure())
		}
	}
	return out
}

// topicOf is a market as topics of published figures have it: "unpaid_carers".
func topicOf(subject marketpositionv1.Market) string {
	return strings.ToLower(strings.TrimPrefix(subject.String(), "MARKET_"))
}

// live are what the markets answer on a subject.
func live(p *marketpositionv1.MarketPosition, subject marketpositionv1.Market) []*commonv1.Figure {
	switch subject {
	case marketpositionv1.Market_MARKET_WORKING_AGE:
		use := p.GetCareHomes().GetCapacity().GetWorkingAge()
		return present(use.GetMaximum(), use.GetUsed(), use.GetAdmittable())
	case marketpositionv1.Market_MARKET_DIRECT_PAYMENTS:
		return present(p.GetHomeCare().GetCapacity().GetOutsideCqc().GetServices(), p.GetHomeCare().GetCapacity().GetOutsideCqc().GetPeople())
	default:
		return nil
	}
}

func present(figures ...*commonv1.Figure) []*commonv1.Figure {
	return slices.DeleteFunc(figures, func(f *commonv1.Figure) bool { return f == nil })
}
