// Package booktest runs a market's service for tests as a process runs it: over a real
// store, with its cache and its revisions, behind the gRPC server that checks requests and
// audiences. It is for tests only.
package booktest

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/grpcserver"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/transport"
)

// Stack is what a market's server is made of. Its parts end with the test.
type Stack struct {
	Ledger  *ledger.Ledger
	Tracker *revision.Tracker
	Cache   *cache.Cache
	Checker protovalidate.Validator
	// Follower tells of commits; Poll confirms them.
	Follower *revision.Follower
}

// stores counts the stores made, so that several can stand in one database.
var stores atomic.Int64

// Open makes the parts over an empty store at url, of the ledger's tables alone.
func Open(t testing.TB, service, url string) *Stack {
	t.Helper()
	return OpenWith(t, service, url, ledger.Migrations())
}

// OpenWith is Open for a service with tables of its own.
func OpenWith(t testing.TB, service, url string, migrations fs.FS) *Stack {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		Service: fmt.Sprintf("%s%d", service, stores.Add(1)), URL: url, Migrations: migrations,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	// It lapses when a test says so, never by the clock.
	s := &Stack{Ledger: ledger.New(db), Tracker: revision.NewTracker(service, -1)}
	if s.Checker, err = protovalidate.New(); err != nil {
		t.Fatal(err)
	}
	if s.Cache, err = cache.New(cache.Config{Name: service}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Cache.Close() })
	s.Follower, err = revision.NewFollower(revision.FollowerConfig{Tracker: s.Tracker, Source: s.Ledger, Interval: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Follower.Poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Committed tells of a commit; it is what a Book calls.
func (s *Stack) Committed(_ context.Context, commit int64, districts []string) {
	s.Follower.Committed(commit, districts)
}

// Serve serves what register registers, up to the audience of the system, and returns a
// connection to it.
func (s *Stack) Serve(t testing.TB, register func(grpc.ServiceRegistrar)) grpc.ClientConnInterface {
	t.Helper()
	server, err := grpcserver.New(grpcserver.Config{
		Validator: s.Checker, Ceiling: audience.System, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	register(server)
	local := transport.NewLocal()
	served := make(chan error, 1)
	go func() { served <- server.Serve(local.Listener()) }()
	conn, err := local.Dial(transport.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		ended, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := server.Drain(ended); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return conn
}

// Codes of the districts of Atlas.
const (
	Stroud     = "E07000082"
	Gloucester = "E07000081"
	// County is their authority.
	County = "E10000013"
)

// Atlas is a county of two districts and a unitary, Rutland.
func Atlas(t testing.TB) *geo.Atlas {
	t.Helper()
	const west, east = "E12000009", "E12000004"
	atlas, err := geo.NewAtlas(geo.Tables{
		Regions:     []geo.Region{{Code: west, Name: "South West"}, {Code: east, Name: "East Midlands"}},
		Authorities: []geo.Authority{{Code: County, Name: "Gloucestershire", Region: west}, {Code: "E06000017", Name: "Rutland", Region: east}},
		Districts: []geo.District{
			{Code: Stroud, Name: "Stroud", Authority: County, Region: west, Hectares: 46000},
			{Code: Gloucester, Name: "Gloucester", Authority: County, Region: west, Hectares: 4000},
			{Code: "E06000017", Name: "Rutland", Authority: "E06000017", Region: east, Hectares: 38000},
		},
		Outcodes: []geo.OutcodeCount{
			{Outcode: "GL5", District: Stroud, Postcodes: 100},
			{Outcode: "GL2", District: Gloucester, Postcodes: 66},
			{Outcode: "GL2", District: Stroud, Postcodes: 34},
		},
	}, period.NewDate(2024, 4, 1))
	if err != nil {
		t.Fatal(err)
	}
	return atlas
}
