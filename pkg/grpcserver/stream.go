package grpcserver

import (
	"context"
	"time"

	"google.golang.org/grpc"

	"github.com/caremarket/caremarket/pkg/errs"
)

// stream is a server stream with a context of ours, whose requests are validated as they arrive.
type stream struct {
	grpc.ServerStream
	ctx      context.Context
	validate func(msg any) error // nil where nothing is validated
}

// Context returns the context of the call.
func (s *stream) Context() context.Context { return s.ctx }

// RecvMsg reads the next request; its error names every field that breaks a rule.
func (s *stream) RecvMsg(msg any) error {
	if err := s.ServerStream.RecvMsg(msg); err != nil {
		return err
	}
	if s.validate == nil {
		return nil
	}
	return s.validate(msg)
}

// leaveOnDrain ends a stream that only sends, such as a watch, when the server drains: it would never
// end by itself. Streams that carry requests finish like any other call.
func (s *Server) leaveOnDrain(
	server any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler,
) error {
	if info.IsClientStream && own(info.FullMethod) {
		return handle(server, ss)
	}
	ctx, cancel := context.WithCancelCause(ss.Context())
	defer cancel(nil)
	defer context.AfterFunc(s.draining, func() { cancel(context.Cause(s.draining)) })()
	return handle(server, &stream{ServerStream: ss, ctx: ctx})
}

// serveStream does for a stream what serveUnary does for a call, but sets no deadline.
func (s *Server) serveStream(
	server any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler,
) error {
	if !own(info.FullMethod) {
		return handle(server, ss)
	}
	start := time.Now()
	err := errs.Wire(ss.Context(), s.admitStream(server, ss, handle))
	s.logCall(ss.Context(), info.FullMethod, start, err)
	return err
}

// admitStream hands a stream to its handler if there is room for it.
func (s *Server) admitStream(server any, ss grpc.ServerStream, handle grpc.StreamHandler) error {
	if err := s.streams.enter(); err != nil {
		return err
	}
	defer s.streams.leave()
	ctx, err := s.withAudience(ss.Context())
	if err != nil {
		return err
	}
	return handle(server, &stream{ServerStream: ss, ctx: ctx, validate: s.validate})
}
