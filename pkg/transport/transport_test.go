package transport

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"

	"github.com/caremarket/caremarket/pkg/audience"
)

// things is a service with a read and a write, both of which answer as the function says.
func things(answer func() error) grpc.ServiceDesc {
	handle := func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		if err := decode(new(grpc_testing.Empty)); err != nil {
			return nil, err
		}
		return new(grpc_testing.Empty), answer()
	}
	return grpc.ServiceDesc{
		ServiceName: "test.Things", HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{
			{MethodName: "GetThing", Handler: handle}, {MethodName: "SubmitThing", Handler: handle},
		},
	}
}

// connections are the two ways to reach a server, each with the same config.
func connections(t *testing.T, service *sample, config Config) map[string]grpc_testing.TestServiceClient {
	t.Helper()
	local := NewLocal()
	serve(t, local.Listener(), service)
	near, err := local.Dial(config)
	nearClient := client(t, near, err)

	listener := listenTCP(t, "127.0.0.1:0")
	serve(t, listener, service)
	far, err := Dial(listener.Addr().String(), config)
	return map[string]grpc_testing.TestServiceClient{"local": nearClient, "remote": client(t, far, err)}
}

func TestACallStatesItsAudienceAndHasADeadline(t *testing.T) {
	check := func(ctx context.Context) error {
		stated, err := audience.Incoming(ctx)
		if err != nil || stated != audience.Commissioner {
			return status.Errorf(codes.FailedPrecondition, "audience is %v, %v", stated, err)
		}
		return nil
	}
	service := &sample{
		unary: func(ctx context.Context) error {
			if _, ok := ctx.Deadline(); !ok {
				return status.Error(codes.FailedPrecondition, "no deadline")
			}
			return check(ctx)
		},
		watch: func(ctx context.Context) error {
			if _, ok := ctx.Deadline(); ok {
				return status.Error(codes.FailedPrecondition, "a stream with a deadline")
			}
			return check(ctx)
		},
	}
	for name, c := range connections(t, service, Config{}) {
		t.Run(name, func(t *testing.T) {
			ctx := audience.With(t.Context(), audience.Commissioner)
			if err := call(ctx, c); err != nil {
				t.Error(err)
			}
			stream, err := c.StreamingOutputCall(ctx, &grpc_testing.StreamingOutputCallRequest{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := stream.Recv(); !errors.Is(err, io.EOF) {
				t.Error(err)
			}
		})
	}
}

func TestDeadlineIsTheCallersWhereItHasOne(t *testing.T) {
	var got time.Time
	invoke := func(ctx context.Context, _ string, _, _ any, _ *grpc.ClientConn, _ ...grpc.CallOption) error {
		got, _ = ctx.Deadline()
		return nil
	}
	intercept := withDeadline(time.Minute)
	for name, own := range map[string]time.Duration{"shorter": time.Second, "longer": time.Hour} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), own)
			defer cancel()
			want, _ := ctx.Deadline()
			if err := intercept(ctx, "", nil, nil, nil, invoke); err != nil || !got.Equal(want) {
				t.Errorf("deadline is %v (%v), want %v", got, err, want)
			}
		})
	}
}

func TestTraceTravels(t *testing.T) {
	tracers, propagator := sdktrace.NewTracerProvider(), propagation.TraceContext{}
	local := NewLocal()
	var arrived trace.TraceID
	serve(t, local.Listener(), &sample{unary: func(ctx context.Context) error {
		arrived = trace.SpanContextFromContext(ctx).TraceID()
		return nil
	}})
	conn, err := local.Dial(Config{Tracers: tracers, Propagator: propagator})
	c := client(t, conn, err)
	ctx, span := tracers.Tracer("test").Start(t.Context(), "call")
	defer span.End()
	if err := call(ctx, c); err != nil {
		t.Fatal(err)
	}
	if arrived != span.SpanContext().TraceID() {
		t.Errorf("trace %v arrived as %v", span.SpanContext().TraceID(), arrived)
	}
}

func TestOnlyReadsAreTriedAgain(t *testing.T) {
	tests := map[string]struct {
		method   string
		unnamed  bool  // the connection was not told of the service
		fails    int32 // how many times the server fails before it answers
		code     codes.Code
		want     codes.Code
		attempts int32
	}{
		"a read, away twice":        {"GetThing", false, 2, codes.Unavailable, codes.OK, 3},
		"a read, away for good":     {"GetThing", false, 99, codes.Unavailable, codes.Unavailable, 3},
		"a read that is not found":  {"GetThing", false, 99, codes.NotFound, codes.NotFound, 1},
		"a read whose time ran out": {"GetThing", false, 99, codes.DeadlineExceeded, codes.DeadlineExceeded, 1},
		"a read not known":          {"GetThing", true, 1, codes.Unavailable, codes.Unavailable, 1},
		"a write":                   {"SubmitThing", false, 1, codes.Unavailable, codes.Unavailable, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var attempts atomic.Int32
			service := things(func() error {
				if attempts.Add(1) <= test.fails {
					return status.Error(test.code, "away")
				}
				return nil
			})
			local := NewLocal()
			serve(t, local.Listener(), &sample{}, func(s *grpc.Server) { s.RegisterService(&service, nil) })
			config := Config{Services: []grpc.ServiceDesc{service}}
			if test.unnamed {
				config.Services = nil
			}
			conn, err := local.Dial(config)
			client(t, conn, err)
			err = conn.Invoke(t.Context(), "/test.Things/"+test.method, &grpc_testing.Empty{}, &grpc_testing.Empty{})
			if status.Code(err) != test.want {
				t.Errorf("the call has %v, want %s", err, test.want)
			}
			if got := attempts.Load(); got != test.attempts {
				t.Errorf("%d attempts were made, want %d", got, test.attempts)
			}
		})
	}
}

func TestReadsByName(t *testing.T) {
	for method, want := range map[string]bool{
		"GetCareHome": true, "ListCareHomes": true, "BatchGetDistrictCapacities": true, "FindVacancies": true,
		"CreateCareHome": false, "SubmitReturn": false, "BatchUpsertCareHomes": false, "WatchDistrict": false, "": false,
	} {
		if got := isRead(method); got != want {
			t.Errorf("isRead(%q) = %v", method, got)
		}
	}
}

func TestNobodyThereFailsAtOnce(t *testing.T) {
	listener := listenTCP(t, "127.0.0.1:0")
	address := listener.Addr().String()
	listener.Close()
	conn, err := Dial(address, Config{Deadline: time.Hour})
	if err := call(t.Context(), client(t, conn, err)); status.Code(err) != codes.Unavailable {
		t.Errorf("the call has %v", err)
	}
}

func TestAPeerThatComesBackIsUsed(t *testing.T) {
	listener := listenTCP(t, "127.0.0.1:0")
	address := listener.Addr().String()
	service := &sample{unary: func(context.Context) error { return nil }}
	first := serve(t, listener, service)
	conn, err := Dial(address, Config{})
	c := client(t, conn, err)
	if err := call(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	first.Stop()
	if err := call(t.Context(), c); status.Code(err) != codes.Unavailable {
		t.Errorf("a call to a peer that is away has %v", err)
	}
	serve(t, listenTCP(t, address), service)
	if _, err := c.UnaryCall(t.Context(), &grpc_testing.SimpleRequest{}, grpc.WaitForReady(true)); err != nil {
		t.Errorf("a call to a peer that came back has %v", err)
	}
}

func TestAnUnhealthyServerIsNotUsed(t *testing.T) {
	listener := listenTCP(t, "127.0.0.1:0")
	board := health.NewServer()
	board.SetServingStatus("carehomes", grpc_health_v1.HealthCheckResponse_NOT_SERVING)
	serve(t, listener, &sample{unary: func(context.Context) error { return nil }},
		func(s *grpc.Server) { grpc_health_v1.RegisterHealthServer(s, board) })
	conn, err := Dial(listener.Addr().String(), Config{HealthService: "carehomes"})
	c := client(t, conn, err)
	if err := call(t.Context(), c); status.Code(err) != codes.Unavailable {
		t.Errorf("a call to an unhealthy server has %v", err)
	}
	board.SetServingStatus("carehomes", grpc_health_v1.HealthCheckResponse_SERVING)
	if _, err := c.UnaryCall(t.Context(), &grpc_testing.SimpleRequest{}, grpc.WaitForReady(true)); err != nil {
		t.Errorf("a call to a healthy server has %v", err)
	}
}

func TestDialRefusesWhatIsNoAddress(t *testing.T) {
	for _, address := range []string{"", "carehomes", ":9090", "host:", "host:http", "host:0", "host:65536", "dns:///host:1:2", "http://host:80"} {
		if conn, err := Dial(address, Config{}); err == nil {
			t.Errorf("Dial accepted %q", address)
			_ = conn.Close()
		}
	}
}
