package marketposition

import (
	"context"
	"slices"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/errs"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/contingency"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// whose asks the markets for standings: of a provider, of an authority, or both, with all
// that lie within so many miles.
type whose struct {
	provider, authority string
	miles               float64
	asAt                string
	knownAt             *timestamppb.Timestamp
}

// mostStandings is how many a page is asked for.
const mostStandings = 5000

// standingsPage is what every market answers.
type standingsPage interface {
	GetStandings() []*commonv1.Standing
	GetNextPageToken() string
	GetRevision() int64
	GetSources() []*commonv1.Source
}

// standingMarket is one market as it is asked for standings; ask is nil when it is not
// served.
type standingMarket struct {
	kind    marketpositionv1.Market
	service string
	ask     func(ctx context.Context, w whose, token string) (standingsPage, error)
}

// standingMarkets are the markets that people are placed in.
func standingMarkets(c Markets) []standingMarket {
	homes := standingMarket{kind: marketpositionv1.Market_MARKET_CARE_HOMES, service: statement.CareHomesService}
	if c.CareHomes != nil {
		homes.ask = func(ctx context.Context, w whose, token string) (standingsPage, error) {
			return c.CareHomes.ListStandings(ctx, &carehomesv1.ListStandingsRequest{
				Provider: w.provider, Authority: w.authority, WithinMiles: w.miles, AsAt: w.asAt, KnownAt: w.knownAt,
				PageSize: mostStandings, PageToken: token,
			})
		}
	}
	care := standingMarket{kind: marketpositionv1.Market_MARKET_HOME_CARE, service: statement.HomeCareService}
	if c.HomeCare != nil {
		care.ask = func(ctx context.Context, w whose, token string) (standingsPage, error) {
			return c.HomeCare.ListStandings(ctx, &homecarev1.ListStandingsRequest{
				Provider: w.provider, Authority: w.authority, AsAt: w.asAt, KnownAt: w.knownAt,
				PageSize: mostStandings, PageToken: token,
			})
		}
	}
	housing := standingMarket{kind: marketpositionv1.Market_MARKET_HOUSING_WITH_CARE, service: statement.HousingWithCareService}
	if c.HousingWithCare != nil {
		housing.ask = func(ctx context.Context, w whose, token string) (standingsPage, error) {
			return c.HousingWithCare.ListStandings(ctx, &housingwithcarev1.ListStandingsRequest{
				Provider: w.provider, Authority: w.authority, WithinMiles: w.miles, AsAt: w.asAt, KnownAt: w.knownAt,
				PageSize: mostStandings, PageToken: token,
			})
		}
	}
	return []standingMarket{homes, care, housing}
}

// standings asks the markets of some kinds at once, all of them when there are none, each
// within its own time. One that does not answer says why in its state.
func (s *Server) standings(ctx context.Context, kinds []marketpositionv1.Market, w whose) ([]contingency.Market, error) {
	asked := slices.DeleteFunc(standingMarkets(s.clients), func(m standingMarket) bool {
		return len(kinds) > 0 && !slices.Contains(kinds, m.kind)
	})
	answers := make([]contingency.Market, len(asked))
	var all sync.WaitGroup
	for i, m := range asked {
		all.Go(func() { answers[i] = m.reply(ctx, w, s.markets.deadline) })
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return nil, errs.Unavailable("OUT_OF_TIME", "the markets did not answer in time", time.Second).Because(err)
	}
	return answers, nil
}

// reply asks one market.
func (m standingMarket) reply(ctx context.Context, w whose, deadline time.Duration) contingency.Market {
	answer := contingency.Market{Kind: m.kind, Service: m.service}
	if m.ask == nil {
		answer.State = statement.Unavailable("this market is not served here")
		return answer
	}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	for token, more := "", true; more; more = token != "" {
		page, err := m.page(ctx, w, token)
		if err != nil {
			return contingency.Market{Kind: m.kind, Service: m.service, State: statement.Unavailable(why(err, deadline))}
		}
		answer.Standings = append(answer.Standings, page.GetStandings()...)
		answer.Sources = append(answer.Sources, page.GetSources()...)
		answer.Revision = max(answer.Revision, page.GetRevision())
		token = page.GetNextPageToken()
	}
	answer.State = &marketpositionv1.SectionState{Availability: marketpositionv1.Availability_AVAILABILITY_AVAILABLE}
	return answer
}

// page asks for one page, and again while the moment asked about still lies in the future
// by the market's clock.
func (m standingMarket) page(ctx context.Context, w whose, token string) (standingsPage, error) {
	for {
		page, err := m.ask(ctx, w, token)
		if !inFuture(err) {
			return page, err
		}
		select {
		case <-time.After(clockPause):
		case <-ctx.Done():
			return nil, err
		}
	}
}
