package contingency_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/contingency"
)

// Two homes close, at mile 0 with 4 people and at mile 10 with 2. Home a at mile 1 takes 3,
// home b at mile 12 takes 3: 3 go 1 mile to a, 1 goes 12 miles and 2 go 2 miles to b, 19
// miles in all.
func byHand() contingency.Market {
	return market(
		careHomes, home("a", "providers/1-2", 1, places(general, 20, 3)), home("b", "providers/1-3", 12, places(general, 20, 3)),
		home("f1", failing, 0, places(general, 4, 0)), home("f2", failing, 10, places(general, 2, 1)),
	)
}

func TestAPlanWorkedByHand(t *testing.T) {
	p := plan(t, question(), byHand())
	want(t, "services", p.GetTotal().GetServices(), 2)
	want(t, "people", p.GetTotal().GetPeople(), 6)
	want(t, "placed", p.GetTotal().GetPlaced(), 6)
	want(t, "without a place", p.GetTotal().GetWithoutPlace(), 0)
	want(t, "miles", p.GetTotal().GetTotalMiles(), 19)
	want(t, "longest", p.GetTotal().GetLongestMiles(), 12)
	move := func(from, to string, people int32, miles float64) *marketpositionv1.FailureMove {
		return &marketpositionv1.FailureMove{
			Market: careHomes, From: "careHomes/" + from, FromTitle: "Home " + from, To: "careHomes/" + to, ToTitle: "Home " + to,
			Area: "districts/E07000082", Needed: general, Given: general, People: people, Miles: miles,
		}
	}
	moves := []*marketpositionv1.FailureMove{move("f1", "a", 3, 1), move("f1", "b", 1, 12), move("f2", "b", 2, 2)}
	if diff := cmp.Diff(moves, p.GetMarkets()[0].GetMoves(), protocmp.Transform()); diff != "" {
		t.Errorf("moves (-want +got)\n%s", diff)
	}
	left := p.GetMarkets()[0].GetPlacesLeft()[0]
	want(t, "places before", left.GetBefore(), 6)
	want(t, "places taken", left.GetTaken(), 6)
	want(t, "places free", left.GetFree(), 0)
	want(t, "places lost", left.GetLost(), 7)
	if p.GetName() != failing+"/failurePlan" || p.GetProviderTitle() != "Of "+failing || !p.GetComplete() || p.GetHouseholds() != nil {
		t.Errorf("the plan is %s of %s, complete %t, households %v", p.GetName(), p.GetProviderTitle(), p.GetComplete(), p.GetHouseholds())
	}
}

func TestFiguresNameWhatTheyRestOn(t *testing.T) {
	m := byHand()
	m.Standings[2].Stale = true
	m.Sources[1].Kind = commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE
	p := plan(t, question(), m)
	people := p.GetTotal().GetPeople()
	if c := people.GetCoverage(); c.GetResponding() != 2 || c.GetExpected() != 2 || people.GetFreshness().GetStale() != 1 || !people.GetIllustrative() {
		t.Errorf("people rest on %v", people)
	}
	figure.Each(p, func(path string, f *commonv1.Figure) {
		if f.GetUnit() == 0 || f.GetAsAt() != "2026-10-31" || len(f.GetSourceIds()) == 0 {
			t.Errorf("%s is %v", path, f)
		}
	})
	if len(p.GetSources()) != 2 || !p.GetIllustrative() || noteCount(p.GetDataNotes(), "STALE_RETURNS") != 1 {
		t.Errorf("%d sources, illustrative %t, notes %v", len(p.GetSources()), p.GetIllustrative(), p.GetDataNotes())
	}
}

func TestWhoFindsNoPlaceHasAReason(t *testing.T) {
	poor := home("poor", "providers/1-2", 3, places("DEMENTIA_NURSING", 9, 5))
	poor.Rating = commonv1.StandingRating_STANDING_RATING_REQUIRES_IMPROVEMENT
	p := plan(t, question(), market(
		careHomes, poor, home("far", "providers/1-3", 16, places(nursing, 9, 5)), home("small", "providers/1-4", 2, places(general, 9, 1)),
		home("f", failing, 0, places(general, 3, 0), places(nursing, 2, 0), places("DEMENTIA_NURSING", 4, 0), places("TRANSITIONAL", 1, 0)),
	))
	got := map[string]string{}
	for _, w := range p.GetMarkets()[0].GetWithoutPlace() {
		got[w.GetNeeded()] = w.GetReason().String()[len("WITHOUT_PLACE_REASON_"):]
	}
	wanted := map[string]string{
		general: "ALL_TAKEN", nursing: "NONE_WITHIN_DISTANCE", "DEMENTIA_NURSING": "NONE_RATED_WELL_ENOUGH", "TRANSITIONAL": "NO_PLACE_OF_KIND",
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("reasons (-want +got)\n%s", diff)
	}
	want(t, "placed", p.GetTotal().GetPlaced(), 1)
	want(t, "without a place", p.GetTotal().GetWithoutPlace(), 9)
}

func TestWhatCannotBeCountedIsNamed(t *testing.T) {
	lost := home("f2", failing, 0, places(general, 5, 1))
	lost.Latitude, lost.Longitude = nil, nil
	p := plan(t, question(), market(
		careHomes, home("f1", failing, 0, places(general, 2, 0)), lost, silent(home("f3", failing, 0)), silent(home("x", "providers/1-2", 1)),
	))
	type row struct {
		Service, Reason    string
		Failing            bool
		People, Registered string
	}
	say := func(f *commonv1.Figure) string {
		if n, ok := figure.Value(f); ok {
			return map[bool]string{true: "none"}[n == 0] + f.GetUnit().String()
		}
		return "not known"
	}
	var got []row
	for _, l := range p.GetMarkets()[0].GetLeftOut() {
		got = append(got, row{l.GetService(), l.GetReason().String()[len("LEFT_OUT_REASON_"):], l.GetFailing(), say(l.GetPeople()), say(l.GetRegistered())})
	}
	wanted := []row{
		{"careHomes/f2", "NO_COORDINATES", true, "UNIT_PEOPLE", "UNIT_BEDS"},
		{"careHomes/f3", "NO_RETURN", true, "not known", "UNIT_BEDS"},
		{"careHomes/x", "NO_RETURN", false, "not known", "UNIT_BEDS"},
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("left out (-want +got)\n%s", diff)
	}
	want(t, "people", p.GetTotal().GetPeople(), 2)
	if c := p.GetTotal().GetPeople().GetCoverage(); c.GetResponding() != 2 || c.GetExpected() != 3 {
		t.Errorf("coverage is %v", c)
	}
	if noteCount(p.GetDataNotes(), "PEOPLE_UNKNOWN") != 2 || noteCount(p.GetDataNotes(), "PLACES_UNKNOWN") != 1 {
		t.Errorf("notes are %v", p.GetDataNotes())
	}
}

// In zone z 10 people need home care; the other branch has room for 6 there and for 50 in
// another zone, which helps nobody.
func TestHomeCareIsTakenOverWithinTheZone(t *testing.T) {
	own := branch("f", failing, inZone("z", places("HOME_CARE", 10, 4)), places("HOME_CARE", 7, 0))
	unsaid := inZone("z", &commonv1.StandingKind{Kind: "HOME_CARE", Derivation: "spare hours were not returned"})
	p := plan(t, question(), market(
		homeCare, own, branch("x", "providers/1-2", inZone("z", places("HOME_CARE", 30, 6)), inZone("y", places("HOME_CARE", 1, 50))),
		branch("oc", "providers/oc-abc", inZone("z", places("PERSONAL_ASSISTANT", 1, 9))), branch("u", "providers/1-3", unsaid),
	))
	part := p.GetMarkets()[0]
	want(t, "people", part.GetTotal().GetPeople(), 10)
	want(t, "placed", part.GetTotal().GetPlaced(), 6)
	move := part.GetMoves()[0]
	if len(part.GetMoves()) != 1 || move.GetFrom() != "homeCareBranches/f" || move.GetTo() != "homeCareBranches/x" ||
		move.GetArea() != "zones/z" || move.GetNeeded() != "HOME_CARE" || move.GetMiles() != 0 {
		t.Errorf("moves are %v", part.GetMoves())
	}
	without := part.GetWithoutPlace()[0]
	if without.GetZone() != "zones/z" || without.GetPeople() != 4 || without.GetFrom() != "homeCareBranches/f" {
		t.Errorf("without a place are %v", without)
	}
	if part.GetTotal().GetTotalMiles().GetNotCollected() == nil || p.GetTotal().GetTotalMiles().GetNotCollected() == nil {
		t.Errorf("miles of home care are %v", part.GetTotal().GetTotalMiles())
	}
	var reasons []string
	for _, l := range part.GetLeftOut() {
		reasons = append(reasons, l.GetService()+" "+l.GetReason().String()+" "+l.GetWhy())
	}
	if diff := cmp.Diff([]string{
		"homeCareBranches/f LEFT_OUT_REASON_NO_ZONE ", "homeCareBranches/u LEFT_OUT_REASON_NOT_SAID spare hours were not returned",
	}, reasons); diff != "" {
		t.Errorf("left out (-want +got)\n%s", diff)
	}
	want(t, "people without a zone", part.GetLeftOut()[0].GetPeople(), 7)
}

func TestHouseholdsAreNotPeople(t *testing.T) {
	scheme := home("s", failing, 0, places("EXTRA_CARE_AFFORDABLE_RENT", 30, 1))
	scheme.Name, scheme.Rating = "housingSchemes/hs-s", commonv1.StandingRating_STANDING_RATING_NOT_RATED
	other := home("o", "providers/ll-o", 1, places("EXTRA_CARE_AFFORDABLE_RENT", 10, 4))
	other.Name, other.Rating = "housingSchemes/hs-o", commonv1.StandingRating_STANDING_RATING_NOT_RATED
	p := plan(t, question(), market(housing, scheme, other), byHand())
	want(t, "people", p.GetTotal().GetPeople(), 6)
	want(t, "households", p.GetHouseholds().GetPeople(), 30)
	want(t, "households placed", p.GetHouseholds().GetPlaced(), 4)
	if unit := p.GetHouseholds().GetPeople().GetUnit(); unit != commonv1.Unit_UNIT_HOUSING_UNITS {
		t.Errorf("households are counted in %s", unit)
	}
}

func TestAMarketAwayIsSaid(t *testing.T) {
	p := plan(t, question(), away(homeCare), byHand())
	if p.GetComplete() || p.GetMarkets()[0].GetTotal() != nil || noteCount(p.GetDataNotes(), "MARKET_AWAY") != 1 {
		t.Errorf("complete %t, %v, notes %v", p.GetComplete(), p.GetMarkets()[0], p.GetDataNotes())
	}
	if reason := p.GetMarkets()[0].GetState().GetReason(); reason != "it cannot be reached" {
		t.Errorf("it is away because %q", reason)
	}
	want(t, "people", p.GetTotal().GetPeople(), 6)
}

func TestNobodyKnowsTheProvider(t *testing.T) {
	q := question()
	q.Provider = "providers/1-99"
	_, err := contingency.Plan(t.Context(), q, []contingency.Market{byHand()})
	if errs.Code(err) != codes.NotFound {
		t.Errorf("of a provider that nobody knows: %v", err)
	}
	_, err = contingency.Plan(t.Context(), q, []contingency.Market{byHand(), away(homeCare)})
	if errs.Code(err) != codes.Unavailable {
		t.Errorf("of one that a market which is away may know: %v", err)
	}
}

func TestAPlanStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := contingency.Plan(ctx, question(), []contingency.Market{byHand()}); !errors.Is(err, context.Canceled) {
		t.Errorf("a plan nobody waits for ends with %v", err)
	}
}

func TestSubstitutesHoldInTheirMarket(t *testing.T) {
	q := question()
	q.Rules.Applied.Substitutes = []*marketpositionv1.Substitute{{Needed: general, Given: nursing}, {Needed: "HOME_CARE", Given: "PERSONAL_ASSISTANT"}}
	homes := market(careHomes, home("f", failing, 0, places(general, 3, 0), places(nursing, 1, 0)), home("x", "providers/1-2", 1, places(nursing, 9, 2)))
	care := market(homeCare, branch("f", failing, inZone("z", places("HOME_CARE", 2, 0))), branch("p", "providers/oc-p", inZone("z", places("PERSONAL_ASSISTANT", 0, 1)), inZone("y", places("PERSONAL_ASSISTANT", 0, 9))))
	p := plan(t, q, homes, care)
	want(t, "placed in homes", p.GetMarkets()[0].GetTotal().GetPlaced(), 2)
	want(t, "placed at home", p.GetMarkets()[1].GetTotal().GetPlaced(), 1)
}

// Where two markets call different sources by one id, both are listed.
func TestSourcesOfOneIDAreToldApart(t *testing.T) {
	care := market(homeCare, branch("f", failing, inZone("z", places("HOME_CARE", 1, 0))))
	care.Sources[0].Title = "Another register"
	p := plan(t, question(), byHand(), care)
	var titles []string
	for _, s := range p.GetSources() {
		titles = append(titles, s.GetTitle())
	}
	if diff := cmp.Diff([]string{"Another register", "A register", "Returns"}, titles); diff != "" {
		t.Errorf("sources (-want +got)\n%s", diff)
	}
}

// A service that another council's question leaves out neither loses its people nor takes
// any.
func TestOnlyWhoIsAskedAboutIsPlaced(t *testing.T) {
	m := byHand()
	elsewhere := m.Standings[3]
	elsewhere.Asked, elsewhere.Kinds[0].Asked, elsewhere.Kinds[0].Admittable = false, false, new(int32(40))
	p := plan(t, question(), m)
	want(t, "people", p.GetTotal().GetPeople(), 4)
	for _, move := range p.GetMarkets()[0].GetMoves() {
		if move.GetTo() == elsewhere.GetName() {
			t.Errorf("%d people are moved to a home of the failing provider", move.GetPeople())
		}
	}
}
