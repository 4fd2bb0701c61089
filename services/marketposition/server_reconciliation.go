package marketposition

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// GetReconciliation checks the figures published of an authority and of its districts. A market
// that is away leaves its checks out and says so.
func (s *Server) GetReconciliation(ctx context.Context, req *marketpositionv1.GetReconciliationRequest) (*marketpositionv1.GetReconciliationResponse, error) {
	code, _, _ := strings.Cut(strings.TrimPrefix(req.GetName(), facts.AuthorityPrefix), "/")
	area, err := s.authority(code)
	if err != nil {
		return nil, err
	}
	knownAt, err := book.Moment(req.GetKnownAt())
	if err != nil {
		return nil, err
	}
	in, err := s.gatherFacts(ctx, area, asking{asAt: s.today().String(), knownAt: knownAt})
	if err != nil {
		return nil, err
	}
	pasts := s.askPasts(ctx, in, knownAt != 0)
	if err := ctx.Err(); err != nil {
		return nil, errs.Unavailable("OUT_OF_TIME", "the figures could not be checked in time", time.Second).Because(err)
	}
	return &marketpositionv1.GetReconciliationResponse{Reconciliation: statement.Reconcile(in, pasts)}, nil
}

// askPasts asks the markets for the days that published figures speak of, all at once.
func (s *Server) askPasts(ctx context.Context, in statement.Inputs, fixed bool) map[statement.Past]statement.Answers {
	pasts := statement.PastsOf(in.Known)
	answers := make([]statement.Answers, len(pasts))
	var all sync.WaitGroup
	for i, past := range pasts {
		name := facts.DistrictPrefix + past.Area
		if past.Area == string(in.Area.Code) {
			name = in.Area.Name
		}
		all.Go(func() {
			answers[i] = s.markets.ask(ctx, question{
				area: name, asAt: past.Day, knownAt: in.KnownAt, fixed: fixed, audience: audience.From(ctx),
			})
		})
	}
	all.Wait()
	out := make(map[statement.Past]statement.Answers, len(pasts))
	for i, past := range pasts {
		out[past] = answers[i]
	}
	return out
}
