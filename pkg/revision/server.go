package revision

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/caremarket/caremarket/pkg/errs"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Server tells other processes of the revisions of the services in this one. It serves
// caremarket.common.v1.RevisionService and is registered once in a process.
//
// A service's first message is its snapshot. From then on there is a message whenever something changed and whenever
// the Tracker was confirmed, so silence says that this process cannot vouch for its numbers either.
type Server struct {
	commonv1.UnimplementedRevisionServiceServer
	trackers map[string]*Tracker
	closing  context.Context
	close    context.CancelFunc
}

// NewServer returns a Server of these trackers, by the name of their service.
func NewServer(trackers map[string]*Tracker) *Server {
	closing, stop := context.WithCancel(context.Background())
	return &Server{trackers: maps.Clone(trackers), closing: closing, close: stop}
}

// Close ends all streams, which would otherwise hold up a graceful stop, and refuses new ones.
func (s *Server) Close() { s.close() }

// WatchRevisions streams until the caller or the Server ends it.
func (s *Server) WatchRevisions(req *commonv1.WatchRevisionsRequest, stream grpc.ServerStreamingServer[commonv1.WatchRevisionsResponse]) error {
	followed, err := s.find(req.GetServices())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	defer context.AfterFunc(s.closing, cancel)()

	var one sync.Mutex
	send := func(m *commonv1.WatchRevisionsResponse) error {
		one.Lock()
		defer one.Unlock()
		return stream.Send(m)
	}
	streams, ctx := errgroup.WithContext(ctx)
	for _, t := range followed {
		streams.Go(func() error { return tell(ctx, t, send) })
	}
	err = streams.Wait()
	if s.closing.Err() != nil {
		return errs.Unavailable(errs.ReasonStopping, "this process is stopping", time.Second).Because(err)
	}
	return err
}

func (s *Server) find(services []string) ([]*Tracker, error) {
	if len(services) == 0 {
		return slices.Collect(maps.Values(s.trackers)), nil
	}
	found := make(map[string]*Tracker, len(services))
	for _, name := range services {
		t := s.trackers[name]
		if t == nil {
			return nil, errs.NotFound("service", name)
		}
		found[name] = t
	}
	return slices.Collect(maps.Values(found)), nil
}

// tell sends what is new of one service, as long as it is current, until ctx ends.
func tell(ctx context.Context, t *Tracker, send func(*commonv1.WatchRevisionsResponse) error) error {
	changes := t.Subscribe()
	for {
		if err := changes.Wait(ctx); err != nil {
			return err
		}
		if !t.Current() {
			continue
		}
		c := changes.Take()
		message := &commonv1.WatchRevisionsResponse{Service: t.Service(), Revision: c.Global, Districts: c.Districts, Snapshot: c.Snapshot}
		if err := send(message); err != nil {
			return err
		}
	}
}
