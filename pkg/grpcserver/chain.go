package grpcserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/recovery"
	"google.golang.org/grpc"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
)

// own says whether a method belongs to a service of this system, and not to health or reflection.
func own(method string) bool {
	return !strings.HasPrefix(method, "/grpc.health.") && !strings.HasPrefix(method, "/grpc.reflection.")
}

func (s *Server) unaryChain() []grpc.UnaryServerInterceptor {
	return []grpc.UnaryServerInterceptor{
		recovery.UnaryServerInterceptor(recovery.WithRecoveryHandlerContext(s.recovered)),
		s.serveUnary,
	}
}

func (s *Server) streamChain() []grpc.StreamServerInterceptor {
	return []grpc.StreamServerInterceptor{
		recovery.StreamServerInterceptor(recovery.WithRecoveryHandlerContext(s.recovered)),
		s.leaveOnDrain,
		s.serveStream,
	}
}

// recovered turns a panic into an internal error. What it said, and where, is for the log alone.
func (s *Server) recovered(ctx context.Context, panicked any) error {
	method, _ := grpc.Method(ctx)
	s.config.Logger.LogAttrs(ctx, slog.LevelError, "call panicked",
		slog.String("method", method),
		slog.String("panic", fmt.Sprint(panicked)),
		slog.String("stack", string(debug.Stack())))
	return errs.Wire(ctx, errs.Internal("PANIC", errors.New("handler panicked")))
}

// serveUnary takes a call through every guard. It is one interceptor, not a chain of six, because each
// link of a chain costs every call an allocation.
func (s *Server) serveUnary(
	ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler,
) (any, error) {
	if !own(info.FullMethod) {
		return handle(ctx, req)
	}
	start := time.Now()
	limited, cancel := s.withDeadline(ctx)
	defer cancel()
	reply, err := s.admitUnary(limited, req, handle)
	err = errs.Wire(limited, err)
	s.logCall(ctx, info.FullMethod, start, err)
	return reply, err
}

// admitUnary hands a call to its handler if there is room for it and it is sound.
func (s *Server) admitUnary(ctx context.Context, req any, handle grpc.UnaryHandler) (any, error) {
	if err := s.unary.enter(); err != nil {
		return nil, err
	}
	defer s.unary.leave()
	ctx, err := s.withAudience(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.validate(req); err != nil {
		return nil, err
	}
	return handle(ctx, req)
}

// withAudience puts the call's audience into its context: the one it states, but no more than the ceiling.
func (s *Server) withAudience(ctx context.Context) (context.Context, error) {
	stated, err := audience.Incoming(ctx)
	if err != nil {
		return ctx, errs.Invalid(errs.Violation{Field: audience.MetadataKey, Description: err.Error()})
	}
	return audience.With(ctx, audience.Least(stated, s.config.Ceiling)), nil
}
