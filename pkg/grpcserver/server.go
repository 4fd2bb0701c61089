// Package grpcserver builds the one gRPC server of a process: limits, interceptors, health, reflection
// and an orderly end.
//
// A call passes, in this order: recovery, log, deadline, error mapping, bound on calls in flight,
// audience, validation. The health and reflection services pass recovery only: a server at its limit
// must still be able to say that it is alive.
package grpcserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"
)

const (
	// minPingInterval is the shortest keepalive a client may use; transport pings every 30 s.
	minPingInterval = 10 * time.Second
	// idlePing and pingTimeout find clients that went away without a word.
	idlePing    = time.Minute
	pingTimeout = 20 * time.Second
	// handshakeTimeout bounds how long a connection may take to say what it wants.
	handshakeTimeout = 10 * time.Second
	// maxHeaderBytes bounds the metadata of one call.
	maxHeaderBytes = 64 << 10
)

// Server is a gRPC server. Register services on it as on a *grpc.Server, say with SetServing when they
// are ready, then Serve.
type Server struct {
	config  Config
	grpc    *grpc.Server
	health  *healthBoard
	unary   *bound
	streams *bound

	draining    context.Context // ends when streams are asked to leave
	stopStreams context.CancelCauseFunc

	methods atomic.Pointer[map[string]bool] // full names of the registered methods, once served
}

// New builds a server. Its error names every setting that cannot be.
func New(config Config) (*Server, error) {
	config, err := config.complete()
	if err != nil {
		return nil, fmt.Errorf("gRPC server settings: %w", err)
	}
	s := &Server{
		config:  config,
		health:  newHealthBoard(),
		unary:   newBound(config.MaxInFlight, "calls"),
		streams: newBound(config.MaxStreams, "streams"),
	}
	s.draining, s.stopStreams = context.WithCancelCause(context.Background())
	s.grpc = grpc.NewServer(s.options()...)
	grpc_health_v1.RegisterHealthServer(s.grpc, s.health.server)
	reflection.RegisterV1(s.grpc)
	return s, nil
}

func (s *Server) options() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.KeepaliveParams(keepalive.ServerParameters{
			Time: idlePing, Timeout: pingTimeout, MaxConnectionAge: s.config.ConnectionAge,
		}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{
			MinTime: minPingInterval, PermitWithoutStream: true,
		}),
		grpc.MaxRecvMsgSize(s.config.MaxReceiveBytes),
		grpc.MaxConcurrentStreams(s.config.MaxStreamsPerConn),
		grpc.MaxHeaderListSize(maxHeaderBytes),
		grpc.ConnectionTimeout(handshakeTimeout),
		grpc.WaitForHandlers(true),
		grpc.StatsHandler(s.observer()),
		grpc.ChainUnaryInterceptor(s.unaryChain()...),
		grpc.ChainStreamInterceptor(s.streamChain()...),
	}
}

// RegisterService adds a service, NOT_SERVING until SetServing says otherwise. It must come before Serve.
func (s *Server) RegisterService(desc *grpc.ServiceDesc, implementation any) {
	s.grpc.RegisterService(desc, implementation)
	s.health.set(desc.ServiceName, false)
}

// SetServing states in the health service whether the named service answers. The overall status, the
// empty name, is SERVING while every registered service is.
func (s *Server) SetServing(service string, serving bool) { s.health.set(service, serving) }

// Serve answers on every listener, and returns when all have ended: nil after Drain, else the first
// failure, which ends the others.
func (s *Server) Serve(listeners ...net.Listener) error {
	if len(listeners) == 0 {
		return errors.New("gRPC server has nothing to listen on")
	}
	if err := s.checkRules(); err != nil {
		closeAll(listeners)
		return err
	}
	var group errgroup.Group
	for _, listener := range listeners {
		group.Go(func() error { return s.serveOn(listener) })
	}
	return group.Wait()
}

func (s *Server) serveOn(listener net.Listener) error {
	err := s.grpc.Serve(listener)
	if err == nil || errors.Is(err, grpc.ErrServerStopped) {
		return nil
	}
	s.grpc.Stop() // ends the other listeners too: half a server is worse to find than none
	return fmt.Errorf("serve gRPC on %s: %w", listener.Addr(), err)
}

func closeAll(listeners []net.Listener) {
	for _, listener := range listeners {
		_ = listener.Close() // nothing was served on it: there is nothing to lose
	}
}
