package marketposition

import (
	"context"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/statement"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/paging"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// listing is a request for a page of facts.
type listing interface {
	proto.Message
	GetArea() string
	GetPageSize() int32
	GetPageToken() string
}

// page reads a page of one collection in order of id: the facts that concern an area (all
// when it is empty) and match, as known now. Next is the token to go on with.
func page[M any, P facts.Message[M]](ctx context.Context, s *Server, collection string, req listing, areas func(P) []string, match func(P) bool) (found []P, next string, err error) {
	after, err := paging.Cursor(req, req.GetPageToken())
	if err != nil {
		return nil, "", err
	}
	within, err := s.within(req.GetArea())
	if err != nil {
		return nil, "", err
	}
	limit := paging.Size(req.GetPageSize())
	var last string
	err = s.ledger.Read(ctx, 0, func(v *ledger.View) error {
		found, next = nil, ""
		return eachFact(ctx, v, collection, after, func(entry ledger.Place) (bool, error) {
			m, err := facts.Decode[M, P](entry)
			if err != nil || !match(m) || !s.concernsAny(areas(m), within) {
				return err == nil, err
			}
			if len(found) == limit {
				next = paging.Token(req, last)
				return false, nil
			}
			stamp(m, entry.Revision)
			found, last = append(found, m), entry.ID
			return true, nil
		})
	})
	return found, next, err
}

// stamp sets what only the register knows.
func stamp(m proto.Message, revision int64) {
	if action, ok := m.(*marketpositionv1.Action); ok {
		action.Revision = revision
	}
}

// eachFact visits a collection in order of id, beginning after an id, until visit says no.
func eachFact(ctx context.Context, v *ledger.View, collection, after string, visit func(ledger.Place) (bool, error)) error {
	const stride = 200
	prefix := collection + "/"
	after = max(after, prefix)
	for {
		entries, err := v.List(ctx, ledger.Filter{}, after, stride)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if !strings.HasPrefix(entry.ID, prefix) {
				return nil
			}
			if more, err := visit(entry); err != nil || !more {
				return err
			}
		}
		if len(entries) < stride {
			return nil
		}
		after = entries[len(entries)-1].ID
	}
}

// within are the districts of an area that a listing asks about; none for all.
func (s *Server) within(area string) ([]string, error) {
	if area == "" {
		return nil, nil
	}
	codes := facts.DistrictsOf(s.atlas, []string{area})
	if len(codes) == 0 {
		return nil, errs.NotFound("area", area)
	}
	return codes, nil
}

// concernsAny reports whether a fact about some areas concerns any of the districts; of
// none, it does.
func (s *Server) concernsAny(areas, districts []string) bool {
	return len(districts) == 0 || slices.ContainsFunc(facts.DistrictsOf(s.atlas, areas), func(d string) bool { return slices.Contains(districts, d) })
}

// ListPublishedFigures lists numbers as others published them.
func (s *Server) ListPublishedFigures(ctx context.Context, req *marketpositionv1.ListPublishedFiguresRequest) (*marketpositionv1.ListPublishedFiguresResponse, error) {
	found, next, err := page(ctx, s, facts.PublishedFigures, req,
		func(f *marketpositionv1.PublishedFigure) []string { return []string{f.GetArea()} },
		func(*marketpositionv1.PublishedFigure) bool { return true })
	if err != nil {
		return nil, err
	}
	res := &marketpositionv1.ListPublishedFiguresResponse{PublishedFigures: found, NextPageToken: next}
	sources, err := s.sources(ctx)
	res.Sources = sources.Named(facts.Cited(res)...)
	return res, err
}

// ListIntentions lists what commissioners have said they will do.
func (s *Server) ListIntentions(ctx context.Context, req *marketpositionv1.ListIntentionsRequest) (*marketpositionv1.ListIntentionsResponse, error) {
	found, next, err := page(ctx, s, facts.Intentions, req, (*marketpositionv1.Intention).GetAreas,
		func(i *marketpositionv1.Intention) bool { return inMarket(req.GetMarket(), i.GetMarket()) })
	if err != nil {
		return nil, err
	}
	res := &marketpositionv1.ListIntentionsResponse{Intentions: found, NextPageToken: next}
	sources, err := s.sources(ctx)
	res.Sources = sources.Named(facts.Cited(res)...)
	return res, err
}

// ListActions lists the action register, with what is overdue today.
func (s *Server) ListActions(ctx context.Context, req *marketpositionv1.ListActionsRequest) (*marketpositionv1.ListActionsResponse, error) {
	found, next, err := page(ctx, s, facts.Actions, req, (*marketpositionv1.Action).GetAreas,
		func(a *marketpositionv1.Action) bool { return inMarket(req.GetMarket(), a.GetMarket()) })
	if err != nil {
		return nil, err
	}
	for i, a := range found {
		found[i] = statement.OnDay(a, s.today())
	}
	res := &marketpositionv1.ListActionsResponse{Actions: found, NextPageToken: next}
	sources, err := s.sources(ctx)
	res.Sources = sources.Named(facts.Cited(res)...)
	return res, err
}

// ListEngagements lists who was asked what.
func (s *Server) ListEngagements(ctx context.Context, req *marketpositionv1.ListEngagementsRequest) (*marketpositionv1.ListEngagementsResponse, error) {
	found, next, err := page(ctx, s, facts.Engagements, req, (*marketpositionv1.Engagement).GetAreas,
		func(e *marketpositionv1.Engagement) bool { return inMarket(req.GetMarket(), e.GetMarket()) })
	if err != nil {
		return nil, err
	}
	res := &marketpositionv1.ListEngagementsResponse{Engagements: found, NextPageToken: next}
	sources, err := s.sources(ctx)
	res.Sources = sources.Named(facts.Cited(res)...)
	return res, err
}

// inMarket reports whether something about one market belongs in a listing of another: of
// none, all do, and what is about the whole system is about each.
func inMarket(asked, about marketpositionv1.Market) bool {
	return asked == marketpositionv1.Market_MARKET_UNSPECIFIED || asked == about || about == marketpositionv1.Market_MARKET_ALL
}
