package revision

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"google.golang.org/grpc"

	"github.com/caremarket/caremarket/pkg/errs"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// How long a Mirror waits before it connects again, after the first failure and at most; each is varied by half.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 5 * time.Second
)

var errOtherService = errors.New("a message about another service")

// Mirror keeps a Tracker of a service in another process up to date through that process's [Server].
//
// The Tracker is current only while the stream lives and is heard of: when the connection is lost it lapses at once,
// when the other side falls silent it lapses after its maximal age, and the first snapshot of the next stream confirms
// it again. A process that has not come as far as what is known here, as one replica may lag behind another, does not
// confirm; should it stay behind for the Tracker's maximal age, or say what cannot be of the same history, then its
// numbers began again.
type Mirror struct {
	tracker   *Tracker
	client    commonv1.RevisionServiceClient
	patience  time.Duration
	logger    *slog.Logger
	connected atomic.Bool
}

// NewMirror returns a Mirror that feeds t, whose service is the one to follow, from conn once it runs. Nothing else may
// feed t. A nil logger means none.
func NewMirror(t *Tracker, conn grpc.ClientConnInterface, logger *slog.Logger) *Mirror {
	m := &Mirror{
		tracker:  t,
		client:   commonv1.NewRevisionServiceClient(conn),
		patience: t.maxAge,
		logger:   cmp.Or(logger, slog.New(slog.DiscardHandler)).With("service", t.Service()),
	}
	if m.patience < 0 {
		m.patience = DefaultMaxAge
	}
	return m
}

// Connected reports whether a stream is open and has brought its snapshot. Whether the numbers may be relied on is for
// [Tracker.Current] to say.
func (m *Mirror) Connected() bool { return m.connected.Load() }

// Run follows until ctx ends, connecting again whenever the stream ends.
func (m *Mirror) Run(ctx context.Context) {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = firstPause, longestPause
	for ctx.Err() == nil {
		heard, err := m.follow(ctx)
		if ctx.Err() != nil {
			return
		}
		if heard {
			pause.Reset()
			m.logger.Log(ctx, levelOf(err), "lost the stream of revisions", "error", err)
		}
		rest(ctx, pause.NextBackOff(), nil)
	}
}

// levelOf tells a stream that was ended by a stop in order (info) from one that broke (warn).
func levelOf(err error) slog.Level {
	if errs.Reason(err) == errs.ReasonStopping {
		return slog.LevelInfo
	}
	return slog.LevelWarn
}

// follow reads one stream to its end and reports whether anything was heard.
func (m *Mirror) follow(ctx context.Context) (heard bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := m.client.WatchRevisions(ctx, &commonv1.WatchRevisionsRequest{Services: []string{m.tracker.Service()}}, grpc.WaitForReady(true))
	if err != nil {
		return false, fmt.Errorf("follow %s: %w", m.tracker.Service(), err)
	}
	silence := time.AfterFunc(m.patience, cancel)
	defer silence.Stop()
	defer m.lost()
	var theirs history
	for {
		message, err := stream.Recv()
		if err != nil {
			return heard, fmt.Errorf("follow %s: %w", m.tracker.Service(), err)
		}
		heard = true
		silence.Reset(m.patience)
		if err := m.receive(ctx, &theirs, message); err != nil {
			return heard, err
		}
	}
}

func (m *Mirror) lost() {
	m.connected.Store(false)
	m.tracker.Doubt()
}

// history is what one stream said so far.
type history struct {
	revision  int64
	districts map[string]int64
	late      time.Time // since when it has been behind what is known here; zero while it is not
}

func (m *Mirror) receive(ctx context.Context, theirs *history, message *commonv1.WatchRevisionsResponse) error {
	if message.GetService() != m.tracker.Service() {
		return errOtherService
	}
	after := theirs.add(message)
	known := m.tracker.Global()
	late := theirs.revision < known
	switch {
	case late && !theirs.lateFor(m.patience):
		return nil
	case late || message.GetSnapshot() && m.tracker.contradicted(theirs.revision, theirs.districts):
		m.logger.WarnContext(ctx, "the service's revisions began again", "was", known, "is", theirs.revision)
		m.tracker.restart(theirs.revision, theirs.districts)
	default:
		m.tracker.CatchUp(after, theirs.revision, message.GetDistricts())
	}
	theirs.late = time.Time{}
	m.connected.Store(true)
	m.tracker.Confirm()
	return nil
}

// add takes in a message and returns the revision from which on it tells everything.
func (h *history) add(message *commonv1.WatchRevisionsResponse) (after int64) {
	after = h.revision
	if message.GetSnapshot() || h.districts == nil {
		after, h.districts = 0, make(map[string]int64)
	}
	maps.Copy(h.districts, message.GetDistricts())
	h.revision = message.GetRevision()
	return after
}

// lateFor reports whether a history that is behind has been so for as long as patience.
func (h *history) lateFor(patience time.Duration) bool {
	if h.late.IsZero() {
		h.late = time.Now()
	}
	return time.Since(h.late) >= patience
}
