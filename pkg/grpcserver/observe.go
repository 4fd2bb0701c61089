package grpcserver

import (
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc/stats"
)

// observer traces and measures the calls of registered methods. Calls of any other name are left out:
// each name would be a time series of its own, and callers choose it.
func (s *Server) observer() stats.Handler {
	return otelgrpc.NewServerHandler(
		otelgrpc.WithTracerProvider(s.config.Tracers),
		otelgrpc.WithMeterProvider(s.config.Meters),
		otelgrpc.WithPropagators(s.config.Propagator),
		otelgrpc.WithFilter(func(call *stats.RPCTagInfo) bool { return s.registered(call.FullMethodName) }),
	)
}

func (s *Server) registered(method string) bool {
	methods := s.methods.Load()
	return methods != nil && (*methods)[method]
}
