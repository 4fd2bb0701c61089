package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"buf.build/go/protovalidate"
	"github.com/redis/go-redis/v9"

	"github.com/caremarket/caremarket/pkg/app"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/grpcserver"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/pkg/redisconn"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/telemetry"
	"github.com/caremarket/caremarket/pkg/transport"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	"github.com/caremarket/caremarket/seeds"
)

// suite is the services of one process, built and not yet serving.
type suite struct {
	settings  settings
	telemetry *telemetry.Telemetry
	stack     app.Stack
	atlas     *geo.Atlas
	checker   protovalidate.Validator
	redis     redis.UniversalClient // nil without one
	grpc      *grpcserver.Server
	local     *transport.Local
	peers     *transport.Peers
	rooms     map[string]*room
	books     books
	// trackers follow every service, here or elsewhere; own are those that run here.
	trackers map[string]*revision.Tracker
	own      map[string]*revision.Tracker
	mirrors  []*revision.Mirror
	revision *revision.Server
}

// build opens what the services need, in order; what it opened is closed by close.
func build(ctx context.Context, c settings, tel *telemetry.Telemetry) (*suite, error) {
	s := &suite{
		settings: c, telemetry: tel, local: transport.NewLocal(), rooms: map[string]*room{},
		trackers: map[string]*revision.Tracker{}, own: map[string]*revision.Tracker{},
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.close(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func (s *suite) close(ctx context.Context) error { return s.stack.Close(ctx) }

func (s *suite) open(ctx context.Context) (err error) {
	if s.atlas, err = seeds.Atlas(seeds.Files(), period.Today(time.Now())); err != nil {
		return err
	}
	if s.checker, err = protovalidate.New(); err != nil {
		return fmt.Errorf("validation rules: %w", err)
	}
	if err := s.openRedis(); err != nil {
		return err
	}
	if s.grpc, err = grpcserver.New(grpcserver.Config{
		Logger: s.telemetry.Logger, Tracers: s.telemetry.Tracers, Meters: s.telemetry.Meters,
		Propagator: s.telemetry.Propagator, Validator: s.checker, Ceiling: s.settings.audience,
		MaxReceiveBytes: maxBatchBytes, ConnectionAge: s.settings.ConnectionAge,
	}); err != nil {
		return err
	}
	s.peers = transport.NewPeers(s.settings.peers, s.local, s.settings.running, s.transport)
	s.stack.PushCloser("peers", s.peers.Close)
	for _, name := range marketNames {
		if s.settings.runs(name) {
			if err := s.openMarket(ctx, name); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	if err := s.follow(); err != nil {
		return err
	}
	if s.settings.runs(positionName) {
		if err := s.openPosition(ctx); err != nil {
			return fmt.Errorf("%s: %w", positionName, err)
		}
	}
	s.revision = revision.NewServer(s.own)
	commonv1.RegisterRevisionServiceServer(s.grpc, s.revision)
	s.grpc.SetServing(commonv1.RevisionService_ServiceDesc.ServiceName, true)
	return revision.Report(s.telemetry.Meters, values(s.trackers)...)
}

// maxBatchBytes is the largest message a batch of 10,000 returns comes to.
const maxBatchBytes = 16 << 20

func (s *suite) openRedis() error {
	if s.settings.Redis == "" {
		return nil
	}
	redisconn.LogTo(s.telemetry.Logger)
	client, err := redisconn.Open(s.settings.Redis, redisconn.Config{Meters: s.telemetry.Meters, Tracers: s.telemetry.Tracers})
	if err != nil {
		return err
	}
	s.redis = client
	s.stack.PushCloser("redis", client.Close)
	return nil
}

// transport is how a service is called.
func (s *suite) transport(name string) transport.Config {
	return transport.Config{
		Tracers: s.telemetry.Tracers, Meters: s.telemetry.Meters, Propagator: s.telemetry.Propagator,
		Services: descriptors(name),
	}
}

// follow mirrors the revisions of the services that run elsewhere, for whoever keeps
// answers that rest on them.
func (s *suite) follow() error {
	if !s.settings.runs(positionName) && !s.settings.runs(gatewayName) {
		return nil
	}
	for _, name := range serviceNames {
		if s.settings.runs(name) {
			continue
		}
		if _, told := s.settings.peers[name]; !told {
			continue
		}
		conn, err := s.peers.Conn(name)
		if err != nil {
			return err
		}
		s.trackers[name] = revision.NewTracker(name, 0)
		s.mirrors = append(s.mirrors, revision.NewMirror(s.trackers[name], conn, s.telemetry.Logger))
	}
	return nil
}
