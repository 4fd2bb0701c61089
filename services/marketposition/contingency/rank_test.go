package contingency_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/contingency"
)

const county = "authorities/E10000013"

func ranking(t rapid.TB, markets ...contingency.Market) *marketpositionv1.FailureRanking {
	q := question()
	q.Provider, q.Authority, q.AuthorityTitle = "", county, "Gloucestershire"
	r, err := contingency.Rank(context.Background(), q, markets)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// everybody asks about all services of a market.
func everybody(m contingency.Market) contingency.Market {
	for _, s := range m.Standings {
		s.Asked = true
		for _, k := range s.GetKinds() {
			k.Asked = true
		}
	}
	return m
}

// Of three providers, A's 4 people find 3 places: 1 x 1 mile to B and 2 x 3 miles to C. All
// of B's do, 1 x 1 mile to A and 2 x 2 miles to C; and all of C's, 1 x 2 miles to B and 1 x
// 3 miles to A.
func TestTheWorstFailureStandsFirst(t *testing.T) {
	homes := everybody(market(
		careHomes, home("a", "providers/1-1", 0, places(general, 4, 1)), home("b", "providers/1-2", 1, places(general, 3, 1)),
		home("c", "providers/1-3", 3, places(general, 2, 2)), home("nobody", "", 14, places(nursing, 5, 5)),
	))
	scheme := home("s", "providers/ll-4", 0, places("EXTRA_CARE_OUTRIGHT_SALE", 50, 0))
	r := ranking(t, homes, everybody(market(housing, scheme)), away(homeCare))
	type row struct {
		Provider          string
		People, Without   float64
		Miles, Households float64
	}
	value := func(f *commonv1.Figure) float64 { v, _ := figure.Value(f); return v }
	var got []row
	for i, h := range r.GetHarms() {
		if int(h.GetRank()) != i+1 {
			t.Errorf("%s has rank %d at place %d", h.GetProvider(), h.GetRank(), i)
		}
		got = append(got, row{
			h.GetProvider(), value(h.GetTotal().GetPeople()), value(h.GetTotal().GetWithoutPlace()),
			value(h.GetTotal().GetTotalMiles()), value(h.GetHouseholds().GetPeople()),
		})
	}
	wanted := []row{
		{"providers/1-1", 4, 1, 7, 0}, {"providers/ll-4", 0, 0, 0, 50}, {"providers/1-2", 3, 0, 5, 0}, {"providers/1-3", 2, 0, 5, 0},
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("harms (-want +got)\n%s", diff)
	}
	if r.GetComplete() || r.GetTitle() != "Gloucestershire" || noteCount(r.GetDataNotes(), "PROVIDER_UNKNOWN") != 1 || noteCount(r.GetDataNotes(), "MARKET_AWAY") != 1 {
		t.Errorf("complete %t, %q, notes %v", r.GetComplete(), r.GetTitle(), r.GetDataNotes())
	}
}

func TestProvidersAreListedOnceOverMarkets(t *testing.T) {
	providers, notes, registers := contingency.Providers(question(), []contingency.Market{
		everybody(byHand()), market(homeCare, branch("f", failing), branch("g", failing)), away(housing),
	})
	wanted := []*marketpositionv1.Provider{
		{Name: failing, Title: "Of " + failing, CareHomes: 2, HomeCareBranches: 2},
		{Name: "providers/1-2", Title: "Of providers/1-2", CareHomes: 1},
		{Name: "providers/1-3", Title: "Of providers/1-3", CareHomes: 1},
	}
	if diff := cmp.Diff(wanted, providers, protocmp.Transform()); diff != "" {
		t.Errorf("providers (-want +got)\n%s", diff)
	}
	if len(notes) != 1 || len(registers) != 1 || registers[0].GetId() != "register" {
		t.Errorf("notes %v, registers %v", notes, registers)
	}
}

func TestARankingStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := contingency.Rank(ctx, question(), []contingency.Market{everybody(byHand())}); !errors.Is(err, context.Canceled) {
		t.Errorf("a ranking nobody waits for ends with %v", err)
	}
}

// anyMarkets draws homes and branches of four providers, some of which say nothing.
func anyMarkets(t *rapid.T) []contingency.Market {
	kinds := []string{general, nursing}
	number := func(name string, most int) int32 { return int32(rapid.IntRange(0, most).Draw(t, name)) }
	var homes, branches []*commonv1.Standing
	for i := range rapid.IntRange(1, 9).Draw(t, "homes") {
		provider := fmt.Sprintf("providers/1-%d", number("home's provider", 3)+1)
		h := home(fmt.Sprint(i), provider, float64(number("mile", 40)))
		for _, kind := range kinds {
			h.Kinds = append(h.Kinds, places(kind, number("people", 5), number("admittable", 4)))
		}
		h.Rating = commonv1.StandingRating(number("rating", 5))
		if number("silent", 5) == 0 {
			h = silent(h)
		}
		homes = append(homes, h)
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "branches") {
		provider := fmt.Sprintf("providers/1-%d", number("branch's provider", 3)+1)
		b := branch(fmt.Sprint(i), provider)
		for _, zone := range []string{"x", "y", ""} {
			k := places("HOME_CARE", number("people", 5), number("admittable", 4))
			if zone != "" {
				k = inZone(zone, k)
			}
			if number("unsaid", 5) == 0 {
				k.Admittable = nil
			}
			b.Kinds = append(b.Kinds, k)
		}
		branches = append(branches, b)
	}
	return []contingency.Market{everybody(market(careHomes, homes...)), everybody(market(homeCare, branches...))}
}

// onlyOf asks about one provider's services.
func onlyOf(markets []contingency.Market, provider string) []contingency.Market {
	out := make([]contingency.Market, len(markets))
	for i, m := range markets {
		out[i] = m
		out[i].Standings = nil
		for _, s := range m.Standings {
			s = proto.CloneOf(s)
			s.Asked = s.GetProvider() == provider
			for _, k := range s.GetKinds() {
				k.Asked = s.GetAsked()
			}
			out[i].Standings = append(out[i].Standings, s)
		}
	}
	return out
}

func TestARankingAgreesWithThePlans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		markets := anyMarkets(t)
		for _, h := range ranking(t, markets...).GetHarms() {
			q := question()
			q.Provider = h.GetProvider()
			made, err := contingency.Plan(context.Background(), q, onlyOf(markets, h.GetProvider()))
			if err != nil {
				t.Fatal(err)
			}
			of := func(totals *marketpositionv1.FailureTotals) [5]float64 {
				var all [5]float64
				for i, f := range []*commonv1.Figure{totals.GetServices(), totals.GetPeople(), totals.GetWithoutPlace(), totals.GetTotalMiles(), totals.GetLongestMiles()} {
					all[i], _ = figure.Value(f)
				}
				return all
			}
			if diff := cmp.Diff(of(made.GetTotal()), of(h.GetTotal())); diff != "" {
				t.Fatalf("%s planned and ranked (-planned +ranked)\n%s", h.GetProvider(), diff)
			}
		}
	})
}

// Nobody is lost, nobody is moved too far or to a service rated too low, nobody takes a
// place that is not offered, and what is left adds up.
func TestPlansKeepTheirRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		markets := onlyOf(anyMarkets(t), failing)
		q := question()
		made, err := contingency.Plan(context.Background(), q, markets)
		if err != nil {
			return // The failing provider was not drawn.
		}
		for i, part := range made.GetMarkets() {
			checkPart(t, markets[i], part, q.Rules.Applied)
		}
	})
}

func checkPart(t *rapid.T, m contingency.Market, part *marketpositionv1.MarketFailure, rules *marketpositionv1.FailureRules) {
	at := map[string]*commonv1.Standing{}
	people, leftOut := 0, 0
	for _, s := range m.Standings {
		at[s.GetName()] = s
		for _, k := range s.GetKinds() {
			if k.GetAsked() {
				people += int(k.GetPeople())
			}
		}
	}
	for _, l := range part.GetLeftOut() {
		if l.GetFailing() && l.GetReason() == marketpositionv1.LeftOutReason_LEFT_OUT_REASON_NO_ZONE {
			n, _ := figure.Value(l.GetPeople())
			leftOut += int(n)
		}
	}
	placed, without, taken := 0, 0, map[string]int32{}
	for _, move := range part.GetMoves() {
		to := at[move.GetTo()]
		if move.GetMiles() > rules.GetMaxMiles() || to.GetProvider() == failing || !at[move.GetFrom()].GetAsked() {
			t.Fatalf("%v breaks the rules", move)
		}
		if r := to.GetRating(); r != commonv1.StandingRating_STANDING_RATING_GOOD && r != commonv1.StandingRating_STANDING_RATING_OUTSTANDING {
			t.Fatalf("%v goes to one rated %s", move, r)
		}
		placed += int(move.GetPeople())
		taken[move.GetTo()+move.GetArea()+move.GetGiven()] += move.GetPeople()
	}
	for _, s := range m.Standings {
		for _, k := range s.GetKinds() {
			area := s.GetDistrict()
			if k.GetZone() != "" {
				area = k.GetZone()
			}
			if n := taken[s.GetName()+area+k.GetKind()]; k.GetZone()+s.GetDistrict() != "" && n > k.GetAdmittable() && k.Admittable != nil {
				t.Fatalf("%d take the %d %s places of %s", n, k.GetAdmittable(), k.GetKind(), s.GetName())
			}
		}
	}
	for _, w := range part.GetWithoutPlace() {
		without += int(w.GetPeople())
	}
	if placed+without+leftOut != people {
		t.Fatalf("%d placed + %d without + %d in no zone of %d people", placed, without, leftOut, people)
	}
	for _, row := range part.GetPlacesLeft() {
		before, _ := figure.Value(row.GetBefore())
		taken, _ := figure.Value(row.GetTaken())
		free, _ := figure.Value(row.GetFree())
		if free != before-taken || free < 0 {
			t.Fatalf("%v does not add up", row)
		}
	}
}
