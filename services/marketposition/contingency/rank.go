package contingency

import (
	"cmp"
	"context"
	"slices"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/failure"
)

// harm is one provider's failure, over all markets.
type harm struct {
	provider, title string
	sums
	leftOut int
}

// Rank plans the failure of every provider of an authority, each by itself, and orders them
// by harm: most people without a place first, then most households without one, then most
// miles in total, then most people, then name. It counts the people of the authority's services and zones alone, as Plan does
// when it is asked about that authority. It stops with the context's error.
func Rank(ctx context.Context, q Question, markets []Market) (*marketpositionv1.FailureRanking, error) {
	a := newAnswer(q, markets)
	ranking := &marketpositionv1.FailureRanking{
		Name: q.Authority + "/failureRanking", Title: q.AuthorityTitle, AsAt: q.AsAt, KnownAt: q.KnownAt,
		Revisions: a.revisions, Complete: a.complete, Rules: q.Rules.Applied, Assumptions: q.Rules.Assumptions,
	}
	harms := map[string]*harm{}
	for _, m := range markets {
		ranking.Markets = append(ranking.Markets, &marketpositionv1.MarketAnswer{Market: m.Kind, State: m.State})
		if !m.Available() {
			continue
		}
		b := newBoard(m, q.Rules.Applied)
		if err := b.rank(ctx, a, harms); err != nil {
			return nil, err
		}
	}
	ordered := make([]*harm, 0, len(harms))
	for _, h := range harms {
		ordered = append(ordered, h)
	}
	slices.SortFunc(ordered, worse)
	for i, h := range ordered {
		ranking.Harms = append(ranking.Harms, &marketpositionv1.FailureHarm{
			Rank: int32(i + 1), Provider: h.provider, Title: h.title, LeftOut: int32(h.leftOut),
			Total: h.people.figures(q.AsAt), Households: h.households.figures(q.AsAt),
		})
	}
	ranking.Sources = a.cite(facts.Cited(ranking))
	ranking.DataNotes, ranking.Illustrative = a.notes, a.illustrative
	return ranking, nil
}

func worse(x, y *harm) int {
	return cmp.Or(
		cmp.Compare(y.people.without, x.people.without), cmp.Compare(y.households.without, x.households.without),
		cmp.Compare(y.people.miles+y.households.miles, x.people.miles+x.households.miles),
		cmp.Compare(y.people.people, x.people.people), cmp.Compare(x.provider, y.provider),
	)
}

// rank adds a market's harms to those of the others.
func (b *board) rank(ctx context.Context, a *answer, harms map[string]*harm) error {
	own := b.byProvider(a)
	all := a.tally(b.market.Standings...)
	made, err := failure.Rank(ctx, b.services, b.modelRules())
	if err != nil {
		return err
	}
	plans := make(map[string]failure.Harm, len(made))
	for _, h := range made {
		plans[h.Provider] = h
	}
	for provider, standings := range own {
		h := harms[provider]
		if h == nil {
			h = &harm{provider: provider}
			harms[provider] = h
		}
		plan := plans[provider]
		c := b.counts(a, standings, failure.Plan{
			People: plan.People, Without: plan.Without, TotalMiles: plan.TotalMiles, LongestMiles: plan.LongestMiles,
		})
		c.rest(all)
		h.add(c)
		for _, s := range standings {
			h.title = firstOf(h.title, s.GetProviderTitle())
		}
	}
	for _, l := range b.left {
		if h := harms[l.standing.GetProvider()]; h != nil && l.standing.GetAsked() {
			h.leftOut++
		}
	}
	return nil
}

// byProvider are the services asked about by who runs them. Those of whom the register does
// not say are noted: their failure cannot be anybody's.
func (b *board) byProvider(a *answer) map[string][]*commonv1.Standing {
	own := map[string][]*commonv1.Standing{}
	unknown := 0
	for _, s := range b.market.Standings {
		switch {
		case !s.GetAsked():
		case s.GetProvider() == "":
			unknown++
		default:
			own[s.GetProvider()] = append(own[s.GetProvider()], s)
		}
	}
	if unknown > 0 {
		a.note("PROVIDER_UNKNOWN", word(b.market.Kind)+": the register does not say who runs some services, so that they are in nobody's failure", unknown)
	}
	return own
}

// Providers lists who runs the services asked about, in order of name, with the markets
// that did not answer and the registers that did.
func Providers(q Question, markets []Market) ([]*marketpositionv1.Provider, []*commonv1.DataNote, []*commonv1.Source) {
	a := newAnswer(q, markets)
	var registers []string
	byName := map[string]*marketpositionv1.Provider{}
	for _, m := range markets {
		for _, s := range m.Standings {
			if !s.GetAsked() || s.GetProvider() == "" {
				continue
			}
			p := byName[s.GetProvider()]
			if p == nil {
				p = &marketpositionv1.Provider{Name: s.GetProvider()}
				byName[s.GetProvider()] = p
			}
			p.Title = firstOf(p.Title, s.GetProviderTitle())
			registers = append(registers, s.GetSourceIds()[:min(1, len(s.GetSourceIds()))]...)
			switch m.Kind {
			case marketpositionv1.Market_MARKET_CARE_HOMES:
				p.CareHomes++
			case marketpositionv1.Market_MARKET_HOME_CARE:
				p.HomeCareBranches++
			default:
				p.HousingSchemes++
			}
		}
	}
	providers := make([]*marketpositionv1.Provider, 0, len(byName))
	for _, p := range byName {
		providers = append(providers, p)
	}
	slices.SortFunc(providers, func(a, b *marketpositionv1.Provider) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return providers, a.notes, a.sources.Named(registers...)
}
