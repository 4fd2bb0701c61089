package marketposition

import (
	"context"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/ledger"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/contingency"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// failureRequest is any request of the provider failure service that has rules.
type failureRequest interface {
	GetAsAt() string
	GetKnownAt() *timestamppb.Timestamp
	GetMaxMiles() float64
	GetRatingFloor() commonv1.StandingRating
	GetAcceptUnrated() bool
	GetMarkets() []marketpositionv1.Market
}

// PlanFailure removes a provider from every market and places its people again.
func (s *Server) PlanFailure(ctx context.Context, req *marketpositionv1.PlanFailureRequest) (*marketpositionv1.PlanFailureResponse, error) {
	plan, err := s.planFailure(ctx, req.GetName(), req.GetAuthority(), req, contingency.Given{
		MaxMiles: req.MaxMiles, RatingFloor: req.GetRatingFloor(), AcceptUnrated: req.AcceptUnrated, Substitutes: req.GetSubstitutes(),
	})
	if err != nil {
		return nil, err
	}
	return &marketpositionv1.PlanFailureResponse{Plan: plan}, nil
}

// ListFailureMoves gives the moves of the same plan as a plain list.
func (s *Server) ListFailureMoves(ctx context.Context, req *marketpositionv1.ListFailureMovesRequest) (*marketpositionv1.ListFailureMovesResponse, error) {
	asked := proto.CloneOf(req)
	from, err := resume(req, &asked.KnownAt)
	if err != nil {
		return nil, err
	}
	plan, err := s.planFailure(ctx, req.GetParent(), req.GetAuthority(), asked, contingency.Given{
		MaxMiles: req.MaxMiles, RatingFloor: req.GetRatingFloor(), AcceptUnrated: req.AcceptUnrated,
	})
	if err != nil {
		return nil, err
	}
	res := &marketpositionv1.ListFailureMovesResponse{DataNotes: plan.GetDataNotes(), Sources: plan.GetSources()}
	var moves []*marketpositionv1.FailureMove
	for _, m := range plan.GetMarkets() {
		moves = append(moves, m.GetMoves()...)
	}
	res.Moves, res.NextPageToken = cut(req, moves, plan.GetKnownAt(), from)
	return res, nil
}

// RankProviderFailures plans the failure of every provider of an authority and orders them.
func (s *Server) RankProviderFailures(ctx context.Context, req *marketpositionv1.RankProviderFailuresRequest) (*marketpositionv1.RankProviderFailuresResponse, error) {
	if err := book.SinglePlaces(ctx); err != nil {
		return nil, err
	}
	q, markets, err := s.askFailure(ctx, "", req.GetName(), req, contingency.Given{
		MaxMiles: req.MaxMiles, RatingFloor: req.GetRatingFloor(), AcceptUnrated: req.AcceptUnrated,
	})
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(markets, contingency.Market.Available) {
		return nil, errs.Unavailable("MARKET_AWAY", "none of the markets answers", time.Second)
	}
	ranking, err := contingency.Rank(ctx, q, markets)
	if err != nil {
		return nil, err
	}
	return &marketpositionv1.RankProviderFailuresResponse{Ranking: ranking}, nil
}

// ListProviders lists who runs services in an authority's districts.
func (s *Server) ListProviders(ctx context.Context, req *marketpositionv1.ListProvidersRequest) (*marketpositionv1.ListProvidersResponse, error) {
	if err := book.SinglePlaces(ctx); err != nil {
		return nil, err
	}
	if _, err := s.authority(strings.TrimPrefix(req.GetParent(), facts.AuthorityPrefix)); err != nil {
		return nil, err
	}
	q, err := s.failureQuestion(req)
	if err != nil {
		return nil, err
	}
	from, err := resume(req, &q.KnownAt)
	if err != nil {
		return nil, err
	}
	markets, err := s.standings(ctx, nil, whose{authority: req.GetParent(), asAt: q.AsAt, knownAt: q.KnownAt})
	if err != nil {
		return nil, err
	}
	res := &marketpositionv1.ListProvidersResponse{}
	var providers []*marketpositionv1.Provider
	providers, res.DataNotes, res.Sources = contingency.Providers(q, markets)
	res.Providers, res.NextPageToken = cut(req, providers, q.KnownAt, from)
	return res, nil
}

func (s *Server) planFailure(ctx context.Context, provider, authority string, req failureRequest, given contingency.Given) (*marketpositionv1.FailurePlan, error) {
	if err := book.SinglePlaces(ctx); err != nil {
		return nil, err
	}
	q, markets, err := s.askFailure(ctx, provider, authority, req, given)
	if err != nil {
		return nil, err
	}
	return contingency.Plan(ctx, q, markets)
}

// askFailure reads the rules and asks the markets, all as known at one moment.
func (s *Server) askFailure(ctx context.Context, provider, authority string, req failureRequest, given contingency.Given) (contingency.Question, []contingency.Market, error) {
	q, err := s.failureQuestion(req)
	if err != nil {
		return q, nil, err
	}
	q.Provider, q.Authority = provider, authority
	area, districts, err := s.failureArea(authority)
	if err != nil {
		return q, nil, err
	}
	q.AuthorityTitle = area.Title
	var known facts.Known
	err = s.ledger.Read(ctx, q.KnownAt.AsTime().UnixMicro(), func(v *ledger.View) (err error) {
		known, err = facts.Read(ctx, v, districts...)
		return err
	})
	if err != nil {
		return q, nil, err
	}
	if q.Rules, err = contingency.NewRules(area, known.Assumptions, given); err != nil {
		return q, nil, err
	}
	if q.Sources, err = s.sources(ctx); err != nil {
		return q, nil, err
	}
	q.Sources = known.Cited(q.Sources)
	mine := statement.GivenByCaller()
	q.Sources[mine.GetId()] = mine
	q.Revision = known.Revision
	markets, err := s.standings(ctx, req.GetMarkets(), whose{
		provider: provider, authority: authority, miles: q.Rules.Applied.GetMaxMiles(), asAt: q.AsAt, knownAt: q.KnownAt,
	})
	return q, markets, err
}

// failureQuestion reads the day and the moment of a request; now where it has none.
func (s *Server) failureQuestion(req interface {
	GetAsAt() string
	GetKnownAt() *timestamppb.Timestamp
},
) (q contingency.Question, err error) {
	day, err := book.Day("as_at", req.GetAsAt(), s.today())
	if err != nil {
		return q, err
	}
	knownAt, err := book.Moment(req.GetKnownAt())
	if err != nil {
		return q, err
	}
	if knownAt == 0 {
		knownAt = s.now().UnixMicro()
	}
	return contingency.Question{AsAt: day.String(), KnownAt: book.Stamp(knownAt)}, nil
}

// failureArea is where assumptions are read for: an authority, or all England, whose facts
// concern each of its districts.
func (s *Server) failureArea(authority string) (statement.Area, []string, error) {
	if authority == "" {
		return statement.Area{}, []string{string(s.atlas.Districts()[0].Code)}, nil
	}
	area, err := s.authority(strings.TrimPrefix(authority, facts.AuthorityPrefix))
	return area, area.Codes(), err
}
