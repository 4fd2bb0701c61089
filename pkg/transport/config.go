package transport

import (
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	"github.com/caremarket/caremarket/pkg/audience"
)

// Config says how a client connection behaves. Every zero value stands for the default named beside it.
type Config struct {
	// Tracers, Meters and Propagator observe every call. Default: otel's globals.
	Tracers    trace.TracerProvider
	Meters     metric.MeterProvider
	Propagator propagation.TextMapPropagator

	// Services are the descriptors of the services to be called: their reads are tried again when a
	// server is UNAVAILABLE. Default: nothing is tried again.
	Services []grpc.ServiceDesc
	// HealthService is the service whose health decides whether an address is used. Default: none is
	// asked, and every address that connects is used.
	HealthService string
	// Deadline is given to a unary call that came without one. Default: 10 s.
	Deadline time.Duration
	// MaxReceiveBytes bounds one reply. Default: 16 MiB.
	MaxReceiveBytes int
	// Credentials secure the connection. Default: none, for networks that encrypt by themselves.
	Credentials credentials.TransportCredentials
}

const (
	defaultDeadline        = 10 * time.Second
	defaultMaxReceiveBytes = 16 << 20

	// pingInterval finds a peer that went away without a word. A server must allow it (grpcserver does).
	pingInterval = 30 * time.Second
	pingTimeout  = 10 * time.Second

	// reconnectFirst and reconnectMost bound the wait between two attempts to connect. gRPC's own most,
	// two minutes, would leave a peer unused long after it came back.
	reconnectFirst = 100 * time.Millisecond
	reconnectMost  = 3 * time.Second
	connectTimeout = 3 * time.Second
)

func (c Config) complete() Config {
	if c.Deadline <= 0 {
		c.Deadline = defaultDeadline
	}
	if c.MaxReceiveBytes <= 0 {
		c.MaxReceiveBytes = defaultMaxReceiveBytes
	}
	if c.Credentials == nil {
		c.Credentials = insecure.NewCredentials()
	}
	return c
}

// options are the dial options that local and remote connections share.
func (c Config) options() ([]grpc.DialOption, error) {
	serviceConfig, err := c.serviceConfig()
	if err != nil {
		return nil, err
	}
	return []grpc.DialOption{
		grpc.WithTransportCredentials(c.Credentials),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithDisableServiceConfig(), // DNS must not change how calls behave
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(c.MaxReceiveBytes)),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{
				BaseDelay: reconnectFirst, Multiplier: 1.6, Jitter: 0.2, MaxDelay: reconnectMost,
			},
			MinConnectTimeout: connectTimeout,
		}),
		grpc.WithStatsHandler(otelgrpc.NewClientHandler(
			otelgrpc.WithTracerProvider(c.Tracers),
			otelgrpc.WithMeterProvider(c.Meters),
			otelgrpc.WithPropagators(c.Propagator),
		)),
		grpc.WithChainUnaryInterceptor(withDeadline(c.Deadline), audience.UnaryClientInterceptor),
		grpc.WithChainStreamInterceptor(audience.StreamClientInterceptor),
	}, nil
}

func keepAlive() grpc.DialOption {
	return grpc.WithKeepaliveParams(keepalive.ClientParameters{
		Time: pingInterval, Timeout: pingTimeout, PermitWithoutStream: true,
	})
}
