package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"buf.build/go/protovalidate"

	"github.com/caremarket/caremarket/pkg/app"
	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/grpcserver"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/telemetry"
	"github.com/caremarket/caremarket/pkg/transport"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/services/carehomes"
)

// suite is the services of one process, built and not yet serving.
type suite struct {
	telemetry *telemetry.Telemetry
	stack     app.Stack
	atlas     *geo.Atlas
	checker   protovalidate.Validator
	grpc      *grpcserver.Server
	local     *transport.Local
	peers     *transport.Peers
	trackers  map[string]*revision.Tracker
	followers []*revision.Follower
}

// build opens what the services need, in order; what it opened is closed by close.
func build(ctx context.Context, c serveCommand, tel *telemetry.Telemetry) (*suite, error) {
	s := &suite{telemetry: tel, local: transport.NewLocal(), trackers: map[string]*revision.Tracker{}}
	err := s.open(ctx, c)
	if err != nil {
		return nil, errors.Join(err, s.close(ctx))
	}
	return s, nil
}

func (s *suite) open(ctx context.Context, c serveCommand) (err error) {
	if s.atlas, err = seeds.Atlas(seeds.Files(), period.Today(time.Now())); err != nil {
		return err
	}
	if s.checker, err = protovalidate.New(); err != nil {
		return fmt.Errorf("validation rules: %w", err)
	}
	if s.grpc, err = grpcserver.New(grpcserver.Config{
		Logger: s.telemetry.Logger, Tracers: s.telemetry.Tracers, Meters: s.telemetry.Meters,
		Propagator: s.telemetry.Propagator, Ceiling: audience.Commissioner,
	}); err != nil {
		return err
	}
	s.peers = transport.NewPeers(nil, s.local, []string{carehomes.Service}, func(string) transport.Config {
		return transport.Config{Tracers: s.telemetry.Tracers, Meters: s.telemetry.Meters, Propagator: s.telemetry.Propagator}
	})
	s.stack.PushCloser("peers", s.peers.Close)
	if err := s.openCareHomes(ctx, c); err != nil {
		return err
	}
	revisions := revision.NewServer(s.trackers)
	commonv1.RegisterRevisionServiceServer(s.grpc, revisions)
	return nil
}

func (s *suite) openCareHomes(ctx context.Context, c serveCommand) error {
	db, err := sqldb.Open(ctx, sqldb.Options{
		Service: carehomes.Service, URL: c.url(), Migrations: ledger.Migrations(),
		Logger: s.telemetry.Logger, Tracer: s.telemetry.Tracers, Meter: s.telemetry.Meters,
	})
	if err != nil {
		return err
	}
	s.stack.PushCloser(carehomes.Service, db.Close)
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	l := ledger.New(db)
	tracker := revision.NewTracker(carehomes.Service, 0)
	follower, err := revision.NewFollower(revision.FollowerConfig{
		Tracker: tracker, Source: l, Logger: s.telemetry.Logger, Meters: s.telemetry.Meters,
	})
	if err != nil {
		return err
	}
	s.trackers[carehomes.Service] = tracker
	s.followers = append(s.followers, follower)
	server := carehomes.New(carehomes.Config{
		Ledger: l, Atlas: s.atlas, Checker: s.checker, Tracker: tracker, Rules: carehomes.DefaultRules(),
		Committed: func(_ context.Context, revision int64, districts []string) { follower.Committed(revision, districts) },
	})
	carehomesv1.RegisterCareHomesServiceServer(s.grpc, server)
	s.grpc.SetServing(carehomesv1.CareHomesService_ServiceDesc.ServiceName, true)
	return nil
}

func (s *suite) close(ctx context.Context) error { return s.stack.Close(ctx) }
