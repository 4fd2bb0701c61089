package gateway_test

import (
	"bufio"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc"

	"github.com/caremarket/caremarket/gateway"
	"github.com/caremarket/caremarket/pkg/errs"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

const watchPath = capacityPath + ":watch"

// endless plays a watch that sends one change and then waits for its end.
func endless(r *carehomesv1.WatchDistrictRequest, s grpc.ServerStreamingServer[carehomesv1.WatchDistrictResponse]) error {
	change := &commonv1.PlaceChange{Revision: r.GetAfterRevision() + 1, Place: "careHomes/1-1"}
	if err := s.Send(&carehomesv1.WatchDistrictResponse{Change: change}); err != nil {
		return err
	}
	<-s.Context().Done()
	return s.Context().Err()
}

// opened is a stream that has begun.
type opened struct {
	*bufio.Scanner
	status int
	header http.Header
}

// open begins a stream.
func (s *stack) open(t *testing.T, path string) opened {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return opened{bufio.NewScanner(response.Body), response.StatusCode, response.Header}
}

func TestWatchSendsEachChangeAtOnce(t *testing.T) {
	s := newStack(t)
	s.homes.watch = endless
	lines := s.open(t, watchPath+"?afterRevision=41")
	if !lines.Scan() || !strings.Contains(lines.Text(), `{"result":{"change":{"revision":"42"`) {
		t.Errorf("got %d: %s (%v)", lines.status, lines.Text(), lines.Err())
	}
	if lines.header.Get("ETag") != "" || lines.status != 200 {
		t.Errorf("got %d with %v", lines.status, lines.header)
	}
}

func TestCloseEndsWatches(t *testing.T) {
	s := newStack(t)
	s.homes.watch = endless
	lines := s.open(t, watchPath)
	lines.Scan()
	if err := s.gateway.Close(); err != nil {
		t.Fatal(err)
	}
	if !lines.Scan() || !strings.Contains(lines.Text(), `"error":`) || !strings.Contains(lines.Text(), "SERVER_STOPPING") {
		t.Errorf("the last line is %q", lines.Text())
	}
	if lines.Scan() {
		t.Errorf("another line: %q", lines.Text())
	}
	// New ones end at once; other requests are answered.
	if got := s.get(t, watchPath); !strings.Contains(got.body, "SERVER_STOPPING") {
		t.Errorf("got %d: %s", got.StatusCode, got.body)
	}
	if got := s.get(t, "/openapi.json"); got.StatusCode != 200 {
		t.Errorf("got %d", got.StatusCode)
	}
}

// A watch that a stop turns away before its first change is no warning.
func TestAStopIsNoWarning(t *testing.T) {
	told := &record{}
	s := newStack(t, func(c *gateway.Config) { c.Logger = slog.New(slog.NewJSONHandler(told, nil)) })
	if err := s.gateway.Close(); err != nil {
		t.Fatal(err)
	}
	if got := s.get(t, watchPath); got.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("got %d: %s", got.StatusCode, got.body)
	}
	if log := told.log(); strings.Contains(log, `"WARN"`) || strings.Contains(log, `"ERROR"`) || !strings.Contains(log, ":watch") {
		t.Errorf("the log says\n%s", log)
	}
}

func TestWatchThatFailsSaysSo(t *testing.T) {
	s := newStack(t)
	s.homes.watch = func(*carehomesv1.WatchDistrictRequest, grpc.ServerStreamingServer[carehomesv1.WatchDistrictResponse]) error {
		return errs.NotFound("district", stroud)
	}
	got := s.get(t, watchPath)
	if got.StatusCode != 404 || !strings.Contains(got.body, "DISTRICT_NOT_FOUND") {
		t.Errorf("got %d: %s", got.StatusCode, got.body)
	}
}

func TestWatchesAreBoundedByThemselves(t *testing.T) {
	s := newStack(t, func(c *gateway.Config) { c.MaxStreams, c.MaxInFlight = 1, 1 })
	s.homes.watch = endless
	lines := s.open(t, watchPath)
	lines.Scan()
	if got := s.get(t, watchPath); got.StatusCode != 429 || got.refusal(t).reason() != "OVERLOADED" {
		t.Errorf("a second watch got %d: %s", got.StatusCode, got.body)
	}
	if got := s.get(t, "/openapi.json"); got.StatusCode != 200 {
		t.Errorf("a request beside it got %d", got.StatusCode)
	}
}

func TestWatchHasNoDeadline(t *testing.T) {
	s := newStack(t)
	deadlines := make(chan bool, 1)
	s.homes.watch = func(_ *carehomesv1.WatchDistrictRequest, w grpc.ServerStreamingServer[carehomesv1.WatchDistrictResponse]) error {
		_, has := w.Context().Deadline()
		deadlines <- has
		return nil
	}
	s.get(t, watchPath)
	if <-deadlines {
		t.Error("a watch has a deadline")
	}
	s.homes.capacity = func(ctx context.Context, _ *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.CareHomeCapacity, error) {
		_, has := ctx.Deadline()
		deadlines <- has
		return &carehomesv1.CareHomeCapacity{}, nil
	}
	s.get(t, capacityPath)
	if !<-deadlines {
		t.Error("a read has no deadline")
	}
}
