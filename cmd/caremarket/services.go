package main

import (
	"context"
	"maps"
	"slices"

	"google.golang.org/grpc"

	"github.com/caremarket/caremarket/pkg/ledger"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/carehomes"
	"github.com/caremarket/caremarket/services/homecare"
	"github.com/caremarket/caremarket/services/housingwithcare"
	"github.com/caremarket/caremarket/services/marketposition"
	"github.com/caremarket/caremarket/services/workforce"
)

const positionName = marketposition.Service

// The services in the order they start: those that are asked before the one that asks.
var (
	marketNames  = []string{carehomes.Service, homecare.Service, housingwithcare.Service, workforce.Service}
	serviceNames = append(slices.Clone(marketNames), positionName)
)

// books are the registers and returns of the markets that run here, for seeds and imports.
type books struct {
	careHomes *carehomes.Book
	homeCare  *homecare.Server
	housing   *housingwithcare.Book
	workforce *workforce.Book
	position  *marketposition.Server
}

// descriptors are the services that a connection to one of them calls.
func descriptors(name string) []grpc.ServiceDesc {
	return map[string][]grpc.ServiceDesc{
		carehomes.Service:       {carehomesv1.CareHomesService_ServiceDesc},
		homecare.Service:        {homecarev1.HomeCareService_ServiceDesc},
		housingwithcare.Service: {housingwithcarev1.HousingWithCareService_ServiceDesc},
		workforce.Service:       {workforcev1.WorkforceService_ServiceDesc},
		positionName: {
			marketpositionv1.MarketPositionService_ServiceDesc,
			marketpositionv1.NeedService_ServiceDesc,
			marketpositionv1.InteractionService_ServiceDesc,
			marketpositionv1.IntermediateCareService_ServiceDesc,
			marketpositionv1.ReconciliationService_ServiceDesc,
			marketpositionv1.ProviderFailureService_ServiceDesc,
			marketpositionv1.PlacementFlowsService_ServiceDesc, marketpositionv1.WorkforceProjectionService_ServiceDesc,
			marketpositionv1.ScenarioService_ServiceDesc,
			marketpositionv1.CareHomeOptionsService_ServiceDesc,
		},
	}[name]
}

func (s *suite) openMarket(ctx context.Context, name string) error {
	migrations := ledger.Migrations()
	if name == homecare.Service {
		migrations = homecare.Migrations()
	}
	r, err := s.openRoom(ctx, name, migrations)
	if err != nil {
		return err
	}
	switch name {
	case carehomes.Service:
		server := carehomes.New(carehomes.Config{
			Ledger: r.ledger, Atlas: s.atlas, Checker: s.checker, Tracker: r.tracker,
			Committed: r.committed, Cache: r.cache, Rules: carehomes.DefaultRules(),
		})
		s.books.careHomes = server.Book()
		carehomesv1.RegisterCareHomesServiceServer(s.grpc, server)
	case homecare.Service:
		server := homecare.New(homecare.Config{
			Ledger: r.ledger, Atlas: s.atlas, Checker: s.checker, Tracker: r.tracker,
			Committed: r.committed, Cache: r.cache, Rules: homecare.DefaultRules(),
		})
		s.books.homeCare = server
		homecarev1.RegisterHomeCareServiceServer(s.grpc, server)
	case housingwithcare.Service:
		server := housingwithcare.New(housingwithcare.Config{
			Ledger: r.ledger, Atlas: s.atlas, Checker: s.checker, Tracker: r.tracker,
			Committed: r.committed, Cache: r.cache, Rules: housingwithcare.DefaultRules(),
		})
		s.books.housing = server.Book()
		housingwithcarev1.RegisterHousingWithCareServiceServer(s.grpc, server)
	case workforce.Service:
		server := workforce.New(workforce.Config{
			Ledger: r.ledger, Atlas: s.atlas, Checker: s.checker, Tracker: r.tracker,
			Committed: r.committed, Cache: r.cache, Rules: workforce.DefaultRules(),
		})
		s.books.workforce = server.Book()
		workforcev1.RegisterWorkforceServiceServer(s.grpc, server)
	}
	s.serving(name)
	return nil
}

// serving says that a service answers, now that its store is ready.
func (s *suite) serving(name string) {
	for _, d := range descriptors(name) {
		s.grpc.SetServing(d.ServiceName, true)
	}
}

func values[K comparable, V any](m map[K]V) []V { return slices.Collect(maps.Values(m)) }
