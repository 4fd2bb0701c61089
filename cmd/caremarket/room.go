package main

import (
	"cmp"
	"context"
	"io/fs"

	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/sqldb"
)

// room is what each service has of its own: a store, its revisions and a cache.
type room struct {
	ledger   *ledger.Ledger
	tracker  *revision.Tracker
	follower *revision.Follower
	cache    *cache.Cache
}

// keptBytes is about how much memory the answers of one service may take.
const keptBytes = 8 << 20

func (s *suite) openRoom(ctx context.Context, name string, migrations fs.FS) (*room, error) {
	db, err := sqldb.Open(ctx, sqldb.Options{
		Service: name, URL: s.settings.url(), Migrations: migrations,
		Logger: s.telemetry.Logger, Tracer: s.telemetry.Tracers, Meter: s.telemetry.Meters,
	})
	if err != nil {
		return nil, err
	}
	s.stack.PushCloser(name+" store", db.Close)
	if err := db.Migrate(ctx); err != nil {
		return nil, err
	}
	r := &room{ledger: ledger.New(db), tracker: revision.NewTracker(name, 0)}
	store, err := r.ledger.StoreID(ctx)
	if err != nil {
		return nil, err
	}
	if r.follower, err = revision.NewFollower(revision.FollowerConfig{
		Tracker: r.tracker, Source: r.ledger, Redis: s.redis, Namespace: store,
		Logger: s.telemetry.Logger, Meters: s.telemetry.Meters,
	}); err != nil {
		return nil, err
	}
	if r.cache, err = cache.New(cache.Config{
		Name: name, LocalBytes: keptBytes, Redis: s.redis, Meters: s.telemetry.Meters,
		Shared: cache.SharedConfig{Namespace: store, Release: cmp.Or(version(), "unknown")},
	}); err != nil {
		return nil, err
	}
	s.stack.PushCloser(name+" cache", r.cache.Close)
	s.rooms[name], s.trackers[name], s.own[name] = r, r.tracker, r.tracker
	return r, nil
}

// committed tells of a commit once it is kept.
func (r *room) committed(_ context.Context, revision int64, districts []string) {
	r.follower.Committed(revision, districts)
}
