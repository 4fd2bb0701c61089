package grpcserver

import (
	"context"
	"time"
)

// withDeadline returns ctx with a deadline that is the caller's own, or the default where it set none,
// and in no case later than the longest allowed.
func (s *Server) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithTimeout(ctx, s.config.DefaultDeadline)
	}
	if time.Until(deadline) > s.config.MaxDeadline {
		return context.WithTimeout(ctx, s.config.MaxDeadline)
	}
	return ctx, func() {}
}
