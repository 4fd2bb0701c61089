package grpcserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/telemetry"
)

func TestOneLineForACall(t *testing.T) {
	fault := errs.Violation{Field: "name", Description: "cannot be " + secret}
	tests := map[string]struct {
		err   error
		level string
		want  map[string]any
	}{
		"served":   {nil, "DEBUG", map[string]any{"code": "OK"}},
		"internal": {fmt.Errorf("load: %w", errors.New("disk")), "ERROR", map[string]any{"code": "Internal", "reason": "INTERNAL", "error": "load: disk"}},
		"away": {
			errs.Unavailable("STORE_AWAY", "the store is away", 0).Because(errors.New("refused")), "WARN",
			map[string]any{"code": "Unavailable", "reason": "STORE_AWAY", "error": "the store is away: refused"},
		},
		"invalid":   {errs.Invalid(fault, fault), "WARN", map[string]any{"code": "InvalidArgument", "reason": "INVALID_FIELDS", "fields": "name,name", "error": nil}},
		"not found": {errs.NotFound("careHome", secret), "WARN", map[string]any{"code": "NotFound", "reason": "CARE_HOME_NOT_FOUND", "error": nil}},
		"stopping":  {errDraining, "DEBUG", map[string]any{"code": "Unavailable", "reason": errs.ReasonStopping}},
		"given up":  {context.Canceled, "DEBUG", map[string]any{"code": "Canceled"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := serveSample(t, Config{}, &sample{unary: answer(test.err)})
			_, err := r.client.UnaryCall(t.Context(), &grpc_testing.SimpleRequest{
				Payload: &grpc_testing.Payload{Body: []byte(secret)},
			})
			if (err != nil) != (test.err != nil) {
				t.Fatal(err)
			}
			line := r.log.only(t)
			if line["level"] != test.level || line["method"] != "/"+sampleName+"/UnaryCall" || line["ms"] == nil {
				t.Errorf("the call was logged as %v", line)
			}
			for key, want := range test.want {
				if line[key] != want {
					t.Errorf("%s is %v, want %v", key, line[key], want)
				}
			}
			if strings.Contains(r.log.String(), secret) {
				t.Errorf("the log holds what was sent: %s", r.log)
			}
		})
	}
}

func TestOneLineForAStream(t *testing.T) {
	r := serveSample(t, Config{}, &sample{
		watch: func(*grpc_testing.StreamingOutputCallRequest, grpc.ServerStreamingServer[grpc_testing.StreamingOutputCallResponse]) error {
			return errs.FailedPrecondition("REVISION_GONE", "start again")
		},
	})
	stream, err := r.client.StreamingOutputCall(t.Context(), &grpc_testing.StreamingOutputCallRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); errs.Reason(err) != "REVISION_GONE" {
		t.Errorf("the stream has %v", err)
	}
	if line := r.log.only(t); line["reason"] != "REVISION_GONE" || line["level"] != "WARN" {
		t.Errorf("the stream was logged as %v", line)
	}
}

func TestQuietLoggerWritesNothing(t *testing.T) {
	log := &logBook{}
	r := serveSample(t, Config{
		Logger: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelInfo})),
	}, &sample{unary: answer(nil)})
	if err := r.call(t.Context()); err != nil {
		t.Fatal(err)
	}
	if log.String() != "" {
		t.Errorf("a served call was logged: %s", log)
	}
}

func TestFieldsInOneLineAreBounded(t *testing.T) {
	fields := fieldsOf(make([]errs.Violation, 10_000))
	if got := strings.Count(fields, ",") + 1; got != maxLoggedFields {
		t.Errorf("%d fields are named", got)
	}
}

func TestLevels(t *testing.T) {
	for code := codes.OK; code <= codes.Unauthenticated; code++ {
		want := slog.LevelWarn
		switch code {
		case codes.OK, codes.Canceled:
			want = slog.LevelDebug
		case codes.Internal, codes.Unknown, codes.DataLoss:
			want = slog.LevelError
		}
		if got := levelOf(code); got != want {
			t.Errorf("%s is logged at %s, want %s", code, got, want)
		}
	}
}

// The trace that a caller is in is the one its call's line shows, whether or not anybody records it.
func TestTraceIDIsInTheLog(t *testing.T) {
	log := &logBook{}
	made, err := telemetry.Setup(t.Context(), telemetry.Config{ServiceName: "test", LogWriter: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = made.Shutdown(context.Background()) })
	var inHandler trace.SpanContext
	r := serveSample(t, Config{
		Logger: made.Logger, Tracers: made.Tracers, Meters: made.Meters, Propagator: made.Propagator,
	}, &sample{
		unary: func(ctx context.Context, _ *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
			inHandler = trace.SpanContextFromContext(ctx)
			return nil, errors.New("disk")
		},
	})
	callers := sdktrace.NewTracerProvider()
	ctx, span := callers.Tracer("caller").Start(t.Context(), "call")
	defer span.End()
	carrier := metadata.MD{}
	made.Propagator.Inject(ctx, carrierOf(carrier))
	if err := r.call(metadata.NewOutgoingContext(ctx, carrier)); err == nil {
		t.Fatal("the call succeeded")
	}
	want := span.SpanContext().TraceID()
	if inHandler.TraceID() != want {
		t.Errorf("the handler is in trace %s, want %s", inHandler.TraceID(), want)
	}
	line := log.only(t)
	if line["trace_id"] != want.String() || line["span_id"] != inHandler.SpanID().String() {
		t.Errorf("the line is %v, want trace %s", line, want)
	}
}

// carrierOf lets a propagator write gRPC metadata.
type carrierOf metadata.MD

func (c carrierOf) Get(key string) string {
	if values := metadata.MD(c).Get(key); len(values) > 0 {
		return values[0]
	}
	return ""
}
func (c carrierOf) Set(key, value string) { metadata.MD(c).Set(key, value) }
func (c carrierOf) Keys() []string        { return nil }
