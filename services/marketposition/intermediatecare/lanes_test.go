package intermediatecare

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// heavy is about the most that may be asked: seconds of work.
func heavy() *simulateRequest {
	return &simulateRequest{
		Days: 3650, ArrivalsPerDay: []float64{2}, Places: proto.Int32(100), Replications: proto.Int32(2_700),
		Stay: &marketpositionv1.Stay{MeanDays: 40, MedianDays: 30},
	}
}

func small() *simulateRequest {
	return &simulateRequest{Days: 1, ArrivalsPerDay: []float64{1}, Unlimited: true, Stay: &marketpositionv1.Stay{MeanDays: 2, MedianDays: 1}}
}

func TestLanesGoToWhoIsThere(t *testing.T) {
	l := newLanes(3, 0)
	all, leaveAll, err := l.enter(t.Context())
	if err != nil || all != 3 {
		t.Fatalf("the first got %d of 3: %v", all, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	refused := make(chan error)
	go func() {
		_, _, err := l.enter(ctx)
		refused <- err
	}()
	cancel()
	if err := <-refused; !errors.Is(err, context.Canceled) {
		t.Errorf("who waits gets %v", err)
	}
	leaveAll()
	if again, leave, err := l.enter(t.Context()); err != nil || again != 3 {
		t.Errorf("the next got %d of 3: %v", again, err)
	} else {
		leave()
	}
	if l.waiting.Load() != 0 {
		t.Errorf("%d still wait", l.waiting.Load())
	}
}

// Who finds too many waiting is told so at once.
func TestTooManyWaiting(t *testing.T) {
	s := New(Config{Workers: 1, MaxWaiting: 1})
	c := serve(t, s)
	_, leave, err := s.lanes.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	waited := make(chan error, 1)
	go func() {
		_, err := c.SimulateIntermediateCare(t.Context(), small())
		waited <- err
	}()
	for s.lanes.waiting.Load() == 0 {
		runtime.Gosched()
	}
	if _, err := c.SimulateIntermediateCarePathway(t.Context(), homeFirst()); errs.Code(err) != codes.ResourceExhausted || errs.Reason(err) != "SIMULATIONS_BUSY" {
		t.Errorf("got %v", err)
	}
	// What is answered in closed form needs no lane.
	sized(t, c, &sizeRequest{ArrivalsPerDay: exactly(1), MeanStayDays: exactly(1), Places: exactly(2)})
	leave()
	if err := <-waited; err != nil {
		t.Errorf("who waited: %v", err)
	}
}

// A simulation ends with its deadline or its caller, and leaves its lane to the next.
func TestSimulationsEndWithTheirCaller(t *testing.T) {
	s := New(Config{Workers: 1})
	c := serve(t, s)
	late, cancelLate := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancelLate()
	if _, err := c.SimulateIntermediateCare(late, heavy()); errs.Code(err) != codes.DeadlineExceeded {
		t.Errorf("after the deadline: %v", err)
	}
	gone, leave := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := c.SimulateIntermediateCare(gone, heavy())
		done <- err
	}()
	for s.lanes.free.TryAcquire(1) {
		s.lanes.free.Release(1)
		runtime.Gosched()
	}
	leave()
	if err := <-done; errs.Code(err) != codes.Canceled {
		t.Errorf("after the caller left: %v", err)
	}
	simulated(t, c, small())
}
