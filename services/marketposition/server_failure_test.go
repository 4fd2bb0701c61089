package marketposition

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/paging"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// standingHomes is a care home market of a few homes on a line, that gives two a page.
type standingHomes struct {
	carehomesv1.CareHomesServiceClient
	asked  atomic.Pointer[carehomesv1.ListStandingsRequest]
	behind atomic.Int64
	hang   atomic.Bool
	err    error
	seen   atomic.Pointer[commonv1.Audience]
}

// onTheLine is a home so many tenths of a degree north, with general residential beds.
func onTheLine(id, provider string, north float64, people, admittable int32) *commonv1.Standing {
	return &commonv1.Standing{
		Name: "careHomes/" + id, Title: "Home " + id, Provider: "providers/" + provider, District: "districts/E07000082",
		Latitude: new(51.7 + north/10), Longitude: new(-2.2), Rating: commonv1.StandingRating_STANDING_RATING_GOOD,
		Returned: true, AsAt: "2026-10-12", SourceIds: []string{"provider-return"},
		Kinds: []*commonv1.StandingKind{{Kind: "GENERAL_RESIDENTIAL", People: &people, Admittable: &admittable}},
	}
}

func (s *standingHomes) ListStandings(ctx context.Context, req *carehomesv1.ListStandingsRequest, _ ...grpc.CallOption) (*carehomesv1.ListStandingsResponse, error) {
	s.asked.Store(req)
	who := audience.From(ctx)
	s.seen.Store(&who)
	if s.hang.Load() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if s.err != nil {
		return nil, s.err
	}
	if s.behind.Add(-1) >= 0 {
		return nil, future()
	}
	all := []*commonv1.Standing{onTheLine("1-1", "1-100", 0, 5, 0), onTheLine("1-2", "1-200", 0.5, 9, 2), onTheLine("1-3", "1-300", 1, 9, 4)}
	for _, one := range all {
		one.Asked = req.GetProvider() == "" || one.GetProvider() == req.GetProvider()
		one.Kinds[0].Asked = one.GetAsked()
	}
	from := 0
	if req.GetPageToken() != "" {
		from = 2
	}
	res := &carehomesv1.ListStandingsResponse{Standings: all[from:min(from+2, 3)], Revision: 7, Sources: []*commonv1.Source{figure.Own()}}
	if from == 0 {
		res.NextPageToken = paging.Token(req, "2")
	}
	return res, nil
}

type noBranches struct {
	homecarev1.HomeCareServiceClient
}

func (noBranches) ListStandings(context.Context, *homecarev1.ListStandingsRequest, ...grpc.CallOption) (*homecarev1.ListStandingsResponse, error) {
	return &homecarev1.ListStandingsResponse{Revision: 8}, nil
}

type noSchemes struct {
	housingwithcarev1.HousingWithCareServiceClient
}

func (noSchemes) ListStandings(context.Context, *housingwithcarev1.ListStandingsRequest, ...grpc.CallOption) (*housingwithcarev1.ListStandingsResponse, error) {
	return &housingwithcarev1.ListStandingsResponse{Revision: 9}, nil
}

// failureSuite is a server whose facts have the rules, and whose market has the line.
func failureSuite(t *testing.T, configure ...func(*Config)) (*suite, *standingHomes, context.Context) {
	t.Helper()
	homes := &standingHomes{}
	s := loaded(t, append([]func(*Config){func(c *Config) {
		c.Markets.CareHomes, c.Markets.HomeCare, c.Markets.HousingWithCare = homes, noBranches{}, noSchemes{}
	}}, configure...)...)
	rules := &marketpositionv1.Facts{}
	for id, central := range map[string]float64{"failure-max-miles": 5, "failure-rating-floor": 3, "failure-accept-unrated": 0} {
		rules.Assumptions = append(rules.Assumptions, &marketpositionv1.Assumption{
			Name: "assumptions/" + id, Areas: []string{"E92000001"}, Title: id, Central: central, High: 100, Unit: "u",
			SourceIds: []string{"caremarket-judgement"}, Derivation: "a judgement",
		})
	}
	if _, err := s.Load(t.Context(), rules); err != nil {
		t.Fatal(err)
	}
	return s, homes, audience.With(t.Context(), audience.Commissioner)
}

func planOf(provider string) *marketpositionv1.PlanFailureRequest {
	return &marketpositionv1.PlanFailureRequest{Name: "providers/" + provider, AsAt: "2026-10-31"}
}

// A twentieth of a degree is 3.46 miles: home 1-2 is within five miles and takes two of
// five people; home 1-3 is not.
func TestAPlanOverTheMarkets(t *testing.T) {
	s, homes, ctx := failureSuite(t)
	res, err := s.PlanFailure(ctx, planOf("1-100"))
	if err != nil {
		t.Fatal(err)
	}
	p := res.GetPlan()
	numbers := func(p *marketpositionv1.FailurePlan) [3]float64 {
		return [3]float64{p.GetTotal().GetPeople().GetValue(), p.GetTotal().GetPlaced().GetValue(), p.GetTotal().GetWithoutPlace().GetValue()}
	}
	if diff := cmp.Diff([3]float64{5, 2, 3}, numbers(p)); diff != "" {
		t.Errorf("people, placed, without (-want +got)\n%s", diff)
	}
	if asked := homes.asked.Load(); asked.GetWithinMiles() != 5 || asked.GetKnownAt() == nil || asked.GetAsAt() != "2026-10-31" || *homes.seen.Load() != audience.Commissioner {
		t.Errorf("the market was asked %v", asked)
	}
	if p.GetRevisions()[1].GetService() != "carehomes" || p.GetRevisions()[1].GetRevision() != 7 || len(p.GetAssumptions()) != 3 || !p.GetComplete() {
		t.Errorf("it rests on %v and %v", p.GetRevisions(), p.GetAssumptions())
	}
	// Fifteen miles, given in the request: home 1-3, 6.9 miles away, takes the others.
	wide := planOf("1-100")
	wide.MaxMiles = new(15.0)
	res, err = s.PlanFailure(ctx, wide)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([3]float64{5, 5, 0}, numbers(res.GetPlan())); diff != "" || homes.asked.Load().GetWithinMiles() != 15 {
		t.Errorf("within fifteen miles (-want +got)\n%s", diff)
	}
}

func TestAMarketThatIsAwayLeavesThePlanPartial(t *testing.T) {
	for name, test := range map[string]struct {
		set  func(*standingHomes, *Config)
		code codes.Code
	}{
		"refused":    {func(h *standingHomes, _ *Config) { h.err = errAway }, codes.Unavailable},
		"hanging":    {func(h *standingHomes, _ *Config) { h.hang.Store(true) }, codes.Unavailable},
		"not served": {func(_ *standingHomes, c *Config) { c.Markets.CareHomes = nil }, codes.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			s, homes, ctx := failureSuite(t)
			c := Config{Markets: s.clients}
			test.set(homes, &c)
			s.clients = c.Markets
			// Nobody else knows the provider, so that nothing can be said of it.
			if _, err := s.PlanFailure(ctx, planOf("1-100")); errs.Code(err) != test.code {
				t.Errorf("the plan ends with %v", err)
			}
			res, err := s.RankProviderFailures(ctx, &marketpositionv1.RankProviderFailuresRequest{Name: "authorities/E10000013"})
			if err != nil || res.GetRanking().GetComplete() || res.GetRanking().GetMarkets()[0].GetState().GetReason() == "" {
				t.Errorf("the ranking is %v, %v", res.GetRanking(), err)
			}
		})
	}
}

func TestAClockThatIsBehindIsWaitedFor(t *testing.T) {
	s, homes, ctx := failureSuite(t)
	homes.behind.Store(2)
	if res, err := s.PlanFailure(ctx, planOf("1-100")); err != nil || !res.GetPlan().GetComplete() {
		t.Errorf("the plan is %v, %v", res.GetPlan(), err)
	}
}

func TestAPlanHonoursItsDeadline(t *testing.T) {
	s, homes, ctx := failureSuite(t, func(c *Config) { c.Deadline = time.Hour })
	homes.hang.Store(true)
	ctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := s.PlanFailure(ctx, planOf("1-100")); err == nil {
		t.Error("a plan whose market hangs has an answer")
	}
}

func TestPlansAreForCommissioners(t *testing.T) {
	s, _, _ := failureSuite(t)
	const county = "authorities/E10000013"
	for _, who := range []audience.Audience{audience.Public, audience.Provider} {
		ctx := audience.With(t.Context(), who)
		_, plan := s.PlanFailure(ctx, planOf("1-100"))
		_, moves := s.ListFailureMoves(ctx, &marketpositionv1.ListFailureMovesRequest{Parent: "providers/1-100"})
		_, rank := s.RankProviderFailures(ctx, &marketpositionv1.RankProviderFailuresRequest{Name: county})
		_, list := s.ListProviders(ctx, &marketpositionv1.ListProvidersRequest{Parent: county})
		for what, err := range map[string]error{"plan": plan, "moves": moves, "rank": rank, "list": list} {
			if errs.Code(err) != codes.PermissionDenied || errs.Reason(err) != "SINGLE_PLACES" {
				t.Errorf("%v asks for %s and has %v", who, what, err)
			}
		}
	}
}

func TestPlansThatCannotBeMade(t *testing.T) {
	s, _, ctx := failureSuite(t)
	nowhere := planOf("1-100")
	nowhere.Authority = "authorities/E10000099"
	for name, test := range map[string]struct {
		req  *marketpositionv1.PlanFailureRequest
		code codes.Code
	}{
		"of nobody":          {planOf("1-999"), codes.NotFound},
		"of no authority":    {nowhere, codes.NotFound},
		"of a day to come":   {&marketpositionv1.PlanFailureRequest{Name: "providers/1-100", AsAt: "2999-01-01"}, codes.InvalidArgument},
		"with a kind itself": {&marketpositionv1.PlanFailureRequest{Name: "providers/1-100", Substitutes: []*marketpositionv1.Substitute{{}}}, codes.InvalidArgument},
	} {
		if _, err := s.PlanFailure(ctx, test.req); errs.Code(err) != test.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.ListProviders(ctx, &marketpositionv1.ListProvidersRequest{Parent: "authorities/E10000099"}); errs.Code(err) != codes.NotFound {
		t.Errorf("providers of no authority: %v", err)
	}
}

// Without the facts loaded there is no rule, and the answer says which.
func TestRulesAreNotMadeUp(t *testing.T) {
	s := loaded(t)
	_, err := s.PlanFailure(audience.With(t.Context(), audience.Commissioner), planOf("1-100"))
	if errs.Code(err) != codes.FailedPrecondition || errs.Reason(err) != "ASSUMPTION_MISSING" {
		t.Errorf("without assumptions the plan ends with %v", err)
	}
}

func TestPagesAreOfOneAnswer(t *testing.T) {
	s, _, ctx := failureSuite(t)
	req := &marketpositionv1.ListFailureMovesRequest{Parent: "providers/1-100", AsAt: "2026-10-31", MaxMiles: new(15.0), PageSize: 1}
	first, err := s.ListFailureMoves(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	req.PageToken = first.GetNextPageToken()
	second, err := s.ListFailureMoves(ctx, req)
	if err != nil || second.GetNextPageToken() != "" {
		t.Fatal(second.GetNextPageToken(), err)
	}
	got := fmt.Sprint(first.GetMoves()[0].GetTo(), first.GetMoves()[0].GetPeople(), second.GetMoves()[0].GetTo(), second.GetMoves()[0].GetPeople())
	if got != fmt.Sprint("careHomes/1-2", 2, "careHomes/1-3", 3) {
		t.Errorf("the moves are %s", got)
	}
	req.PageToken = "nonsense"
	if _, err := s.ListFailureMoves(ctx, req); errs.Code(err) != codes.InvalidArgument {
		t.Errorf("nonsense for a token: %v", err)
	}
	list := &marketpositionv1.ListProvidersRequest{Parent: "authorities/E10000013", PageSize: 2}
	var names []string
	for {
		page, err := s.ListProviders(ctx, list)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.GetProviders() {
			names = append(names, p.GetName())
		}
		if list.PageToken = page.GetNextPageToken(); list.PageToken == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"providers/1-100", "providers/1-200", "providers/1-300"}, names); diff != "" {
		t.Errorf("providers (-want +got)\n%s", diff)
	}
}
