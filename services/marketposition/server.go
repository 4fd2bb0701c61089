package marketposition

import (
	"cmp"
	"context"
	"sync/atomic"
	"time"

	"github.com/caremarket/caremarket/services/marketposition/placements"
	"github.com/caremarket/caremarket/services/marketposition/statement"

	"buf.build/go/protovalidate"

	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/pkg/revision"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/shelf"
)

// Service is the name under which the service keeps its store and its revisions.
const Service = statement.OwnService

// defaultDeadline is how long a market may take to answer.
const defaultDeadline = 2 * time.Second

// Server answers for the market position. It is safe for concurrent use.
type Server struct {
	marketpositionv1.UnimplementedMarketPositionServiceServer
	marketpositionv1.UnimplementedNeedServiceServer
	marketpositionv1.UnimplementedInteractionServiceServer
	marketpositionv1.UnimplementedReconciliationServiceServer
	marketpositionv1.UnimplementedProviderFailureServiceServer
	marketpositionv1.UnimplementedPlacementFlowsServiceServer
	marketpositionv1.UnimplementedWorkforceProjectionServiceServer
	marketpositionv1.UnimplementedScenarioServiceServer
	marketpositionv1.UnimplementedCareHomeOptionsServiceServer
	ledger    *ledger.Ledger
	atlas     *geo.Atlas
	checker   protovalidate.Validator
	now       func() time.Time
	committed func(ctx context.Context, revision int64, districts []string)
	areaFrom  []string
	markets   markets
	clients   Markets
	titles    placements.Titles
	answers   answers
	located   atomic.Pointer[located]
	shelf     *shelf.Shelf
	runs      runs
}

// Config is what a Server is made of.
type Config struct {
	// Ledger is over a store with this package's Migrations.
	Ledger  *ledger.Ledger
	Atlas   *geo.Atlas
	Checker protovalidate.Validator
	// Tracker follows this service's own revisions.
	Tracker *revision.Tracker
	// Committed is told of every commit, after it is kept. It must not block.
	Committed func(ctx context.Context, revision int64, districts []string)
	// Markets are the four services that statements rest on.
	Markets Markets
	// Cache keeps answers; nil for none.
	Cache *cache.Cache
	// Deadline is how long a market may take to answer; 2 s if zero.
	Deadline time.Duration
	// AreaSources are the ids of the sources of the districts' land areas.
	AreaSources []string
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// New returns the server of the market position.
func New(c Config) (*Server, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Committed == nil {
		c.Committed = func(context.Context, int64, []string) {}
	}
	asked, err := newMarkets(c.Markets, cmp.Or(c.Deadline, defaultDeadline), c.Now)
	if err != nil {
		return nil, err
	}
	return &Server{
		ledger: c.Ledger, atlas: c.Atlas, checker: c.Checker, now: c.Now, committed: c.Committed,
		areaFrom: c.AreaSources, markets: asked, clients: c.Markets, titles: placements.TitlesOf(c.Atlas),
		answers: newAnswers(c.Tracker, c.Markets, c.Cache),
		shelf:   shelf.New(c.Ledger.DB()), runs: newRuns(),
	}, nil
}

// today is the day it is in England.
func (s *Server) today() period.Date { return period.Today(s.now()) }
