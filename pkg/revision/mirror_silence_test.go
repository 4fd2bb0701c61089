package revision_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"

	"github.com/caremarket/caremarket/pkg/revision"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// script is a connection whose streams deliver what the test sends, in the test's own time.
type script struct {
	grpc.ClientConnInterface
	messages chan *commonv1.WatchRevisionsResponse
	streams  atomic.Int64
	refuse   atomic.Bool
}

func (s *script) NewStream(ctx context.Context, _ *grpc.StreamDesc, _ string, _ ...grpc.CallOption) (grpc.ClientStream, error) {
	s.streams.Add(1)
	if s.refuse.Load() {
		return nil, errors.New("refused")
	}
	return &scriptStream{ctx: ctx, script: s}, nil
}

type scriptStream struct {
	grpc.ClientStream
	ctx    context.Context
	script *script
}

func (s *scriptStream) SendMsg(any) error { return nil }
func (s *scriptStream) CloseSend() error  { return nil }

func (s *scriptStream) RecvMsg(into any) error {
	select {
	case m := <-s.script.messages:
		out := into.(*commonv1.WatchRevisionsResponse)
		out.Service, out.Revision, out.Districts, out.Snapshot = m.Service, m.Revision, m.Districts, m.Snapshot
		return nil
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}

// say delivers a message of carehomes and lets the Mirror take it in.
func (s *script) say(snapshot bool, global int64, districts map[string]int64) {
	s.messages <- &commonv1.WatchRevisionsResponse{Service: "carehomes", Revision: global, Districts: districts, Snapshot: snapshot}
	synctest.Wait()
}

func scripted(t *testing.T) (*script, *revision.Tracker) {
	s := &script{messages: make(chan *commonv1.WatchRevisionsResponse)}
	tracker := revision.NewTracker("carehomes", 0)
	m := revision.NewMirror(tracker, s, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { m.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	return s, tracker
}

func TestMirrorTakesSilenceForLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, tracker := scripted(t)
		s.say(true, 5, map[string]int64{stroud: 5})
		pass(revision.DefaultMaxAge - time.Millisecond)
		if !tracker.Current() {
			t.Error("lapsed too early")
		}
		s.say(false, 5, nil)
		pass(revision.DefaultMaxAge - time.Millisecond)
		if !tracker.Current() {
			t.Error("lapsed although it was confirmed")
		}
		pass(2 * time.Millisecond)
		if tracker.Current() {
			t.Error("current after a silence of its maximal age")
		}
		pass(time.Second)
		if got := s.streams.Load(); got != 2 {
			t.Errorf("%d streams were opened, want a second one in place of the silent one", got)
		}
		s.say(true, 6, map[string]int64{stroud: 6})
		if !tracker.Current() || tracker.Global() != 6 {
			t.Errorf("after it speaks again: current %v, global %d", tracker.Current(), tracker.Global())
		}
	})
}

func TestMirrorBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := scripted(t)
		s.refuse.Store(true)
		pass(revision.DefaultMaxAge + time.Minute)
		if got := s.streams.Load(); got < 10 || got > 40 {
			t.Errorf("tried %d times in a minute", got)
		}
	})
}

// A replica that has not come as far as another one was must neither pull the numbers back nor confirm them.
func TestMirrorWaitsForAReplicaThatIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, tracker := scripted(t)
		s.say(true, 5, map[string]int64{stroud: 5, cotswold: 2})
		pass(2 * revision.DefaultMaxAge) // the connection is lost; the next one leads to another replica
		s.say(true, 4, map[string]int64{stroud: 3, cotswold: 2})
		if tracker.Current() || tracker.Global() != 5 || tracker.District(stroud) != 5 {
			t.Errorf("current %v, global %d, Stroud %d", tracker.Current(), tracker.Global(), tracker.District(stroud))
		}
		pass(time.Second)
		s.say(false, 7, map[string]int64{stroud: 5, cheltenham: 7})
		if !tracker.Current() || tracker.Global() != 7 || tracker.District(cheltenham) != 7 || tracker.Epoch() != 0 {
			t.Errorf("once it has caught up: current %v, global %d, epoch %d", tracker.Current(), tracker.Global(), tracker.Epoch())
		}
	})
}

func TestMirrorNoticesThatNumbersBeganAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, tracker := scripted(t)
		s.say(true, 500, map[string]int64{stroud: 500, cotswold: 2})
		before, _ := revision.Read(cotswold, tracker)
		pass(2 * revision.DefaultMaxAge)
		s.say(true, 1, map[string]int64{cotswold: 1})
		for range 3 {
			pass(time.Second)
			s.say(false, 2, map[string]int64{cotswold: 2})
		}
		after, current := revision.Read(cotswold, tracker)
		if tracker.Global() != 2 || tracker.District(stroud) != 0 || !current {
			t.Errorf("global %d, Stroud %d, current %v", tracker.Global(), tracker.District(stroud), current)
		}
		if before == after {
			t.Errorf("commit 2 of both histories has the mark %v", after)
		}
	})
}

func TestMirrorNoticesAnotherHistoryThatGotFurther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, tracker := scripted(t)
		s.say(true, 50, map[string]int64{stroud: 50, cotswold: 20})
		pass(2 * revision.DefaultMaxAge)
		s.say(true, 90, map[string]int64{stroud: 90, cotswold: 10})
		if tracker.District(cotswold) != 10 || tracker.Epoch() != 1 || !tracker.Current() {
			t.Errorf("Cotswold %d, epoch %d, current %v", tracker.District(cotswold), tracker.Epoch(), tracker.Current())
		}
	})
}

func TestMirrorRefusesAnotherServicesNumbers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, tracker := scripted(t)
		s.messages <- &commonv1.WatchRevisionsResponse{Service: "homecare", Revision: 9, Snapshot: true}
		synctest.Wait()
		if tracker.Current() || tracker.Global() != 0 {
			t.Errorf("took them: current %v, global %d", tracker.Current(), tracker.Global())
		}
	})
}
