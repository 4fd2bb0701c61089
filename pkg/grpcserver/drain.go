package grpcserver

import (
	"context"
	"fmt"
	"time"

	"github.com/caremarket/caremarket/pkg/errs"
)

// errDraining is what a stream is told when its server stops. The caller resumes elsewhere at once.
var errDraining = errs.Unavailable(errs.ReasonStopping, "this server is stopping: resume on another connection", time.Millisecond)

// Drain ends the server: it says NOT_SERVING, goes on for the configured grace, asks the streams that
// only send to leave, lets the calls in flight finish until ctx ends, and then cuts off what is left.
// Its error says how many calls were cut off. Serve returns nil afterwards.
func (s *Server) Drain(ctx context.Context) error {
	s.health.shutdown()
	wait(ctx, s.config.DrainGrace)
	s.stopStreams(errDraining)

	finished := make(chan struct{})
	go func() {
		defer close(finished)
		s.grpc.GracefulStop()
	}()
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
		return s.cutOff()
	}
}

// cutOff closes every connection, which ends the contexts of the calls in flight, and waits a little
// for their handlers to return.
func (s *Server) cutOff() error {
	left := s.unary.inUse() + s.streams.inUse()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		s.grpc.Stop()
	}()
	timer := time.NewTimer(s.config.StopGrace)
	defer timer.Stop()
	select {
	case <-stopped:
	case <-timer.C:
		return fmt.Errorf("gRPC server: %d calls were cut off, and %d have not returned %s later",
			left, s.unary.inUse()+s.streams.inUse(), s.config.StopGrace)
	}
	if left == 0 {
		return nil
	}
	return fmt.Errorf("gRPC server: %d calls were cut off", left)
}

// wait returns after d, or when ctx ends.
func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
