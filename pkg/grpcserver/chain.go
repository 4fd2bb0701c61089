package grpcserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

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
	chain := []grpc.UnaryServerInterceptor{
		recovery.UnaryServerInterceptor(recovery.WithRecoveryHandlerContext(s.recovered)),
	}
	for _, each := range []grpc.UnaryServerInterceptor{
		s.logUnary, s.limitTime, mapUnaryError, s.boundUnary, s.setAudience, s.validateUnary,
	} {
		chain = append(chain, ownUnary(each))
	}
	return chain
}

func (s *Server) streamChain() []grpc.StreamServerInterceptor {
	return []grpc.StreamServerInterceptor{
		recovery.StreamServerInterceptor(recovery.WithRecoveryHandlerContext(s.recovered)),
		s.leaveOnDrain,
		s.serveStream,
	}
}

// ownUnary leaves health and reflection out of an interceptor.
func ownUnary(intercept grpc.UnaryServerInterceptor) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		if !own(info.FullMethod) {
			return handle(ctx, req)
		}
		return intercept(ctx, req, info, handle)
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

// limitTime gives a call its deadline.
func (s *Server) limitTime(
	ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler,
) (any, error) {
	limited, cancel := s.withDeadline(ctx)
	defer cancel()
	return handle(limited, req)
}

func mapUnaryError(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	reply, err := handle(ctx, req)
	return reply, errs.Wire(ctx, err)
}

func (s *Server) boundUnary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	if err := s.unary.enter(); err != nil {
		return nil, err
	}
	defer s.unary.leave()
	return handle(ctx, req)
}

func (s *Server) setAudience(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	ctx, err := s.withAudience(ctx)
	if err != nil {
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

func (s *Server) validateUnary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	if err := s.validate(req); err != nil {
		return nil, err
	}
	return handle(ctx, req)
}
