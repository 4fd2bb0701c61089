package contingency

import (
	"context"
	"slices"
	"time"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/failure"
)

// Plan places the people of a provider again in every market that answered. A market that
// did not is named, and the plan is then not complete. NotFound says that no register knows
// the provider; while a market is away that cannot be said, and it is Unavailable. It stops
// with the context's error.
func Plan(ctx context.Context, q Question, markets []Market) (*marketpositionv1.FailurePlan, error) {
	if err := knows(q, markets); err != nil {
		return nil, err
	}
	a := newAnswer(q, markets)
	plan := &marketpositionv1.FailurePlan{
		Name: q.Provider + "/failurePlan", Authority: q.Authority, AsAt: q.AsAt, KnownAt: q.KnownAt,
		Revisions: a.revisions, Complete: a.complete, Rules: q.Rules.Applied, Assumptions: q.Rules.Assumptions,
	}
	var sum sums
	for _, m := range markets {
		part := &marketpositionv1.MarketFailure{Market: m.Kind, State: m.State}
		plan.Markets = append(plan.Markets, part)
		if !m.Available() {
			continue
		}
		b := newBoard(m, q.Rules.Applied)
		made, err := b.plan(ctx, q.Provider)
		if err != nil {
			return nil, err
		}
		own, others := b.of(q.Provider), b.others(q.Provider)
		c := b.counts(a, own, made)
		c.rest(a.tally(others...))
		sum.add(c)
		part.Total = c.figures(q.AsAt)
		b.show(part, made)
		b.showPlaces(a, part, made, q)
		part.LeftOut = b.leftOut(a, q)
		a.noteMarket(b, own, part)
		for _, s := range own {
			plan.ProviderTitle = firstOf(plan.ProviderTitle, s.GetProviderTitle())
		}
	}
	plan.Total, plan.Households = sum.people.figures(q.AsAt), sum.households.figures(q.AsAt)
	plan.Sources = a.cite(facts.Cited(plan))
	plan.DataNotes, plan.Illustrative = a.notes, a.illustrative
	return plan, nil
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// knows reports, as an error, that no market knows the provider, or that it cannot be said.
func knows(q Question, markets []Market) error {
	away := false
	for _, m := range markets {
		away = away || !m.Available()
		if slices.ContainsFunc(m.Standings, func(s *commonv1.Standing) bool { return s.GetProvider() == q.Provider && s.GetAsked() }) {
			return nil
		}
	}
	if away {
		return errs.Unavailable("MARKET_AWAY", "a market that could know the provider does not answer", time.Second)
	}
	return errs.NotFound("provider", bare(q.Provider))
}

// plan runs the model, where it has anything to place.
func (b *board) plan(ctx context.Context, provider string) (failure.Plan, error) {
	if !slices.ContainsFunc(b.services, func(s failure.Service) bool { return s.Provider == provider }) {
		return failure.Plan{Provider: provider}, ctx.Err()
	}
	return failure.Make(ctx, failure.Input{Services: b.services, Provider: provider, Rules: b.modelRules()})
}

var reasons = map[failure.Reason]marketpositionv1.WithoutPlaceReason{
	failure.NoPlaceOfKind:       marketpositionv1.WithoutPlaceReason_WITHOUT_PLACE_REASON_NO_PLACE_OF_KIND,
	failure.NoneWithinDistance:  marketpositionv1.WithoutPlaceReason_WITHOUT_PLACE_REASON_NONE_WITHIN_DISTANCE,
	failure.NoneRatedWellEnough: marketpositionv1.WithoutPlaceReason_WITHOUT_PLACE_REASON_NONE_RATED_WELL_ENOUGH,
	failure.AllTaken:            marketpositionv1.WithoutPlaceReason_WITHOUT_PLACE_REASON_ALL_TAKEN,
}

// show writes the moves, and those without a place.
func (b *board) show(part *marketpositionv1.MarketFailure, made failure.Plan) {
	for _, move := range made.Moves {
		from, _ := split(move.From)
		to, _ := split(move.To)
		needed, _ := split(string(move.Needed))
		given, _ := split(string(move.Given))
		part.Moves = append(part.Moves, &marketpositionv1.FailureMove{
			Market: b.market.Kind, From: from, FromTitle: b.at[from].GetTitle(), To: to, ToTitle: b.at[to].GetTitle(),
			Area: move.District, Needed: needed, Given: given, People: int32(move.People), Miles: move.Miles,
		})
	}
	for _, one := range made.Unplaced {
		from, zone := split(one.From)
		needed, _ := split(string(one.Needed))
		part.WithoutPlace = append(part.WithoutPlace, &marketpositionv1.WithoutPlace{
			From: from, FromTitle: b.at[from].GetTitle(), Needed: needed, Zone: zone,
			People: int32(one.People), Reason: reasons[one.Reason],
		})
	}
}

// showPlaces writes what is left in each district or zone.
func (b *board) showPlaces(a *answer, part *marketpositionv1.MarketFailure, made failure.Plan, q Question) {
	free := a.tally(b.others(q.Provider)...).Basis(q.AsAt)
	lost := a.tally(b.of(q.Provider)...).Basis(q.AsAt)
	unit := b.placeUnit()
	for _, row := range made.Left {
		kind, _ := split(string(row.Kind))
		part.PlacesLeft = append(part.PlacesLeft, &marketpositionv1.PlacesLeft{
			Area: row.District, Kind: kind,
			Before: free.Count(row.Before, unit), Taken: free.Count(row.Taken, unit),
			Free: figure.With(free.Count(row.Free, unit), "before - taken"), Lost: lost.Count(row.Lost, unit),
		})
	}
}

// placeUnit is what a place of the market is.
func (b *board) placeUnit() commonv1.Unit {
	switch b.market.Kind {
	case marketpositionv1.Market_MARKET_CARE_HOMES:
		return commonv1.Unit_UNIT_BEDS
	case marketpositionv1.Market_MARKET_HOUSING_WITH_CARE:
		return commonv1.Unit_UNIT_HOUSING_UNITS
	default:
		return commonv1.Unit_UNIT_PLACES
	}
}

// leftOut writes what could not be counted, the provider's own first.
func (b *board) leftOut(a *answer, q Question) []*marketpositionv1.LeftOut {
	var own, others []*marketpositionv1.LeftOut
	for _, l := range b.left {
		failing := runs(l.standing) == q.Provider
		if failing && !l.standing.GetAsked() {
			continue // In another council than the one asked about.
		}
		out := b.out(a, l, q.AsAt)
		if out.Failing = failing; failing {
			own = append(own, out)
		} else {
			others = append(others, out)
		}
	}
	return append(own, others...)
}

func (b *board) out(a *answer, l left, asAt string) *marketpositionv1.LeftOut {
	basis := a.tally(l.standing).Basis(asAt)
	out := &marketpositionv1.LeftOut{
		Service: l.standing.GetName(), Title: l.standing.GetTitle(), Reason: l.reason, Kind: l.kind.GetKind(), Why: l.why,
		People: basis.NotCollected("no return that counts says it", b.peopleUnit()),
	}
	if n, said := l.people(); said {
		out.People = basis.Count(n, b.peopleUnit())
	}
	// The register says it, whoever returned what.
	basis.Coverage = nil
	out.Registered = basis.NotCollected("the register does not say it", b.placeUnit())
	if n := l.standing.GetRegistered(); n > 0 {
		out.Registered = basis.Count(int(n), b.placeUnit())
	}
	return out
}

// people are those whom what is left out serves, where the return says it.
func (l left) people() (n int, said bool) {
	kinds := l.standing.GetKinds()
	if l.kind != nil {
		kinds = []*commonv1.StandingKind{l.kind}
	}
	for _, k := range kinds {
		if k.People == nil {
			return 0, false
		}
		n += int(k.GetPeople())
	}
	return n, len(kinds) > 0 && l.standing.GetReturned()
}

// peopleUnit is what the market counts of those it serves.
func (b *board) peopleUnit() commonv1.Unit {
	if b.market.Kind == marketpositionv1.Market_MARKET_HOUSING_WITH_CARE {
		return commonv1.Unit_UNIT_HOUSING_UNITS
	}
	return commonv1.Unit_UNIT_PEOPLE
}

// noteMarket says what a reader should keep in mind of a market's part.
func (a *answer) noteMarket(b *board, own []*commonv1.Standing, part *marketpositionv1.MarketFailure) {
	market := word(b.market.Kind) + ": "
	failing := 0
	for _, out := range part.GetLeftOut() {
		if out.GetFailing() {
			failing++
		}
	}
	if failing > 0 {
		a.note("PEOPLE_UNKNOWN", market+"of some of the provider's services, or parts of them, the people could not be placed or counted: they are in left_out and in no total", failing)
	}
	if n := len(part.GetLeftOut()) - failing; n > 0 {
		a.note("PLACES_UNKNOWN", market+"some services within reach could not be counted and take nobody: they are in left_out", n)
	}
	stale := 0
	for _, s := range b.market.Standings {
		if s.GetStale() {
			stale++
		}
	}
	if stale > 0 {
		a.note("STALE_RETURNS", market+"returns older than the latest closed reporting window stand behind this", stale)
	}
	switch {
	case len(own) == 0:
	case b.market.Kind == marketpositionv1.Market_MARKET_HOME_CARE:
		a.note("CARE_COMES_HOME", "home care: nobody is moved; another branch that serves the zone takes over, as far as its spare hours go at its own hours a person", 0)
	case b.market.Kind == marketpositionv1.Market_MARKET_HOUSING_WITH_CARE:
		a.note("WORST_CASE", "housing with care: homes lived in are counted, not people, and as if all were lost; a landlord's failure more often ends with another landlord", 0)
	}
}
