package revision_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/revision"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// watch is one caller's stream, and what was sent on it.
type watch struct {
	grpc.ServerStreamingServer[commonv1.WatchRevisionsResponse]
	ctx  context.Context
	sent []*commonv1.WatchRevisionsResponse
	done chan error
}

func (w *watch) Context() context.Context { return w.ctx }

func (w *watch) Send(m *commonv1.WatchRevisionsResponse) error {
	w.sent = append(w.sent, m)
	return nil
}

// taken returns what was sent since the last call, once nothing more will be.
func (w *watch) taken() []*commonv1.WatchRevisionsResponse {
	synctest.Wait()
	sent := w.sent
	w.sent = nil
	return sent
}

func startWatch(ctx context.Context, server *revision.Server, services ...string) *watch {
	w := &watch{ctx: ctx, done: make(chan error, 1)}
	go func() { w.done <- server.WatchRevisions(&commonv1.WatchRevisionsRequest{Services: services}, w) }()
	return w
}

func serving(trackers ...*revision.Tracker) *revision.Server {
	served := make(map[string]*revision.Tracker)
	for _, t := range trackers {
		served[t.Service()] = t
	}
	return revision.NewServer(served)
}

func wantSent(t *testing.T, what string, w *watch, want ...*commonv1.WatchRevisionsResponse) {
	t.Helper()
	if diff := cmp.Diff(want, w.taken(), protocmp.Transform()); diff != "" {
		t.Errorf("%s (-want +sent):\n%s", what, diff)
	}
}

func TestServerTellsASnapshotThenChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		homes := confirmed("carehomes")
		homes.CatchUp(0, 5, map[string]int64{stroud: 5, cotswold: 2})
		ctx, cancel := context.WithCancel(t.Context())
		w := startWatch(ctx, serving(homes, confirmed("homecare")), "carehomes", "carehomes")
		wantSent(t, "at first", w, &commonv1.WatchRevisionsResponse{
			Service: "carehomes", Revision: 5, Snapshot: true, Districts: map[string]int64{stroud: 5, cotswold: 2},
		})
		homes.Observe(6, []string{cheltenham})
		wantSent(t, "a commit", w, &commonv1.WatchRevisionsResponse{
			Service: "carehomes", Revision: 6, Districts: map[string]int64{cheltenham: 6},
		})
		homes.Confirm()
		wantSent(t, "a confirmation", w, &commonv1.WatchRevisionsResponse{Service: "carehomes", Revision: 6})
		homes.Restart(1, map[string]int64{stroud: 1})
		wantSent(t, "a new history", w, &commonv1.WatchRevisionsResponse{
			Service: "carehomes", Revision: 1, Snapshot: true, Districts: map[string]int64{stroud: 1},
		})
		cancel()
		if err := <-w.done; errs.Code(err) != codes.Canceled {
			t.Errorf("ended with %v after the caller left", err)
		}
	})
}

// A process that cannot vouch for its numbers does not hand them on.
func TestServerIsSilentWhileItDoubts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		homes := revision.NewTracker("carehomes", -1)
		homes.CatchUp(0, 3, map[string]int64{stroud: 3})
		w := startWatch(t.Context(), serving(homes))
		wantSent(t, "never confirmed", w)
		homes.Confirm()
		wantSent(t, "confirmed", w, &commonv1.WatchRevisionsResponse{
			Service: "carehomes", Revision: 3, Snapshot: true, Districts: map[string]int64{stroud: 3},
		})
		homes.Doubt()
		homes.Observe(4, []string{cotswold})
		wantSent(t, "doubtful", w)
		homes.Confirm()
		wantSent(t, "confirmed again", w, &commonv1.WatchRevisionsResponse{
			Service: "carehomes", Revision: 4, Districts: map[string]int64{cotswold: 4},
		})
	})
}

func TestServerThatClosesEndsItsStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := serving(confirmed("carehomes"), confirmed("homecare"))
		w := startWatch(t.Context(), server)
		if sent := w.taken(); len(sent) != 2 {
			t.Errorf("%d messages for two services", len(sent))
		}
		server.Close()
		if err := <-w.done; errs.Code(err) != codes.Unavailable {
			t.Errorf("an open stream ended with %v, want UNAVAILABLE", err)
		}
		if err := <-startWatch(t.Context(), server).done; errs.Code(err) != codes.Unavailable {
			t.Errorf("a new stream ended with %v, want UNAVAILABLE", err)
		}
	})
}

func TestServerKnowsOnlyItsServices(t *testing.T) {
	err := serving(confirmed("carehomes")).WatchRevisions(&commonv1.WatchRevisionsRequest{Services: []string{"carehomes", "plumbing"}}, nil)
	if errs.Code(err) != codes.NotFound {
		t.Errorf("got %v, want NOT_FOUND", err)
	}
}
