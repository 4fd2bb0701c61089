package main

import (
	"context"

	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/services/carehomes"
	"github.com/caremarket/caremarket/services/homecare"
	"github.com/caremarket/caremarket/services/housingwithcare"
	"github.com/caremarket/caremarket/services/marketposition"
	"github.com/caremarket/caremarket/services/marketposition/intermediatecare"
	"github.com/caremarket/caremarket/services/workforce"
)

// openPosition opens the service that asks the others, through their clients.
func (s *suite) openPosition(ctx context.Context) error {
	r, err := s.openRoom(ctx, positionName, marketposition.Migrations())
	if err != nil {
		return err
	}
	markets, err := s.markets()
	if err != nil {
		return err
	}
	england, err := seeds.LoadEngland(seeds.Files())
	if err != nil {
		return err
	}
	server, err := marketposition.New(marketposition.Config{
		Ledger: r.ledger, Atlas: s.atlas, Checker: s.checker, Tracker: r.tracker,
		Committed: r.committed, Cache: r.cache, Markets: markets, AreaSources: england.SourceIDs("districts.csv"),
	})
	if err != nil {
		return err
	}
	s.books.position = server
	marketpositionv1.RegisterMarketPositionServiceServer(s.grpc, server)
	marketpositionv1.RegisterNeedServiceServer(s.grpc, server)
	marketpositionv1.RegisterInteractionServiceServer(s.grpc, server)
	marketpositionv1.RegisterScenarioServiceServer(s.grpc, server)
	marketpositionv1.RegisterCareHomeOptionsServiceServer(s.grpc, server)
	marketpositionv1.RegisterReconciliationServiceServer(s.grpc, server)
	examples, err := seeds.IntermediateCareExamples(seeds.Files())
	if err != nil {
		return err
	}
	marketpositionv1.RegisterIntermediateCareServiceServer(s.grpc, intermediatecare.New(intermediatecare.Config{Examples: examples}))
	marketpositionv1.RegisterProviderFailureServiceServer(s.grpc, server)
	marketpositionv1.RegisterPlacementFlowsServiceServer(s.grpc, server)
	marketpositionv1.RegisterWorkforceProjectionServiceServer(s.grpc, server)
	s.serving(positionName)
	return nil
}

func (s *suite) markets() (m marketposition.Markets, err error) {
	for _, name := range marketNames {
		conn, err := s.peers.Conn(name)
		if err != nil {
			return m, err
		}
		switch name {
		case carehomes.Service:
			m.CareHomes = carehomesv1.NewCareHomesServiceClient(conn)
		case homecare.Service:
			m.HomeCare = homecarev1.NewHomeCareServiceClient(conn)
		case housingwithcare.Service:
			m.HousingWithCare = housingwithcarev1.NewHousingWithCareServiceClient(conn)
		case workforce.Service:
			m.Workforce = workforcev1.NewWorkforceServiceClient(conn)
		}
		m.Trackers = append(m.Trackers, s.trackers[name])
	}
	return m, nil
}
