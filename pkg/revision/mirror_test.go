package revision_test

import (
	"context"
	"net"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/caremarket/caremarket/pkg/revision"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// remote is another process: it serves trackers over gRPC and can be killed and started again.
type remote struct {
	mu       sync.Mutex
	listener *bufconn.Listener
	server   *grpc.Server
	service  *revision.Server
}

func (r *remote) start(t *testing.T, trackers ...*revision.Tracker) {
	t.Helper()
	served := make(map[string]*revision.Tracker)
	for _, tracker := range trackers {
		served[tracker.Service()] = tracker
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listener, r.server, r.service = bufconn.Listen(1<<16), grpc.NewServer(), revision.NewServer(served)
	commonv1.RegisterRevisionServiceServer(r.server, r.service)
	var serving sync.WaitGroup
	server, listener := r.server, r.listener
	serving.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() { server.Stop(); serving.Wait() })
}

func (r *remote) kill() { r.server.Stop() }

func (r *remote) dial(t *testing.T) *grpc.ClientConn {
	t.Helper()
	dialer := func(ctx context.Context, _ string) (net.Conn, error) {
		r.mu.Lock()
		listener := r.listener
		r.mu.Unlock()
		return listener.DialContext(ctx)
	}
	conn, err := grpc.NewClient("passthrough:remote", grpc.WithContextDialer(dialer),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// mirror runs a Mirror of a remote's carehomes until the test ends.
func mirror(t *testing.T, r *remote) (*revision.Tracker, *revision.Mirror) {
	t.Helper()
	tracker := revision.NewTracker("carehomes", 0)
	m := revision.NewMirror(tracker, r.dial(t), nil)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { m.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	return tracker, m
}

// confirmed is a tracker that stays current.
func confirmed(service string) *revision.Tracker {
	tracker := revision.NewTracker(service, -1)
	tracker.Confirm()
	return tracker
}

func TestMirrorFollows(t *testing.T) {
	theirs := confirmed("carehomes")
	theirs.CatchUp(0, 5, map[string]int64{stroud: 5, cotswold: 2})
	var r remote
	r.start(t, theirs, confirmed("homecare"))
	ours, m := mirror(t, &r)
	await(t, ours, "the snapshot", func() bool {
		return ours.Current() && m.Connected() && ours.Global() == 5 && ours.District(cotswold) == 2
	})
	theirs.Observe(6, []string{cheltenham})
	await(t, ours, "a change", func() bool { return ours.Global() == 6 && ours.District(cheltenham) == 6 })
	for commit := int64(7); commit <= 1000; commit++ {
		theirs.Observe(commit, []string{stroud})
	}
	await(t, ours, "many changes", func() bool { return ours.Global() == 1000 && ours.District(stroud) == 1000 })
}

func TestMirrorReconnects(t *testing.T) {
	theirs := confirmed("carehomes")
	theirs.Observe(1, []string{stroud})
	var r remote
	r.start(t, theirs)
	ours, m := mirror(t, &r)
	await(t, ours, "the snapshot", ours.Current)

	r.kill()
	await(t, ours, "the loss", func() bool { return !ours.Current() && !m.Connected() })
	if ours.Global() != 1 || ours.Epoch() != 0 {
		t.Errorf("what was known is lost with the connection: global %d, epoch %d", ours.Global(), ours.Epoch())
	}
	theirs.Observe(2, []string{cotswold})
	r.start(t, theirs)
	await(t, ours, "the new connection", func() bool { return ours.Current() && ours.Global() == 2 && ours.District(cotswold) == 2 })
}
