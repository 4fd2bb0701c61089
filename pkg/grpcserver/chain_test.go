package grpcserver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
)

const secret = "Mrs Smith of 1 High Street"

// answer makes a unary function that always answers so.
func answer(err error) func(context.Context, *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
	return func(context.Context, *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
		if err != nil {
			return nil, err
		}
		return &grpc_testing.SimpleResponse{}, nil
	}
}

func TestPanicsBecomeInternalWithoutTheirText(t *testing.T) {
	var roster []struct{ name string } // empty: there is no last entry to read
	r := serveSample(t, Config{}, &sample{
		unary: func(context.Context, *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
			return &grpc_testing.SimpleResponse{Username: roster[len(roster)-1].name}, nil
		},
		watch: func(*grpc_testing.StreamingOutputCallRequest, grpc.ServerStreamingServer[grpc_testing.StreamingOutputCallResponse]) error {
			return errors.New(roster[len(roster)-1].name)
		},
	})
	stream, err := r.client.StreamingOutputCall(t.Context(), &grpc_testing.StreamingOutputCallRequest{})
	if err != nil {
		t.Fatal(err)
	}
	_, streamErr := stream.Recv()
	for kind, err := range map[string]error{"unary": r.call(t.Context()), "stream": streamErr} {
		st := status.Convert(err)
		if st.Code() != codes.Internal || st.Message() != "internal error" || errs.Reason(err) != "PANIC" {
			t.Errorf("%s call has status %v", kind, st)
		}
		if strings.Contains(st.Proto().String(), "out of range") {
			t.Errorf("%s call gives away the panic: %v", kind, st.Proto())
		}
	}
	lines := r.log.lines(t)
	if len(lines) != 2 {
		t.Fatalf("%d lines were logged, want one for each call", len(lines))
	}
	for _, line := range lines {
		method, _ := line["method"].(string)
		if !strings.HasPrefix(method, "/"+sampleName) || line["level"] != "ERROR" ||
			!strings.Contains(fmt.Sprint(line["stack"]), "chain_test.go") {
			t.Errorf("the panic was logged as %v", line)
		}
	}
	if err := r.call(t.Context()); status.Code(err) != codes.Internal {
		t.Errorf("the next call has %v: a place at work was lost", err)
	}
	if got := r.unary.inUse() + r.streams.inUse(); got != 0 {
		t.Errorf("%d places are still taken", got)
	}
}

func TestDeadlines(t *testing.T) {
	tests := map[string]struct {
		asked, want time.Duration // asked 0: none
	}{
		"none asked":          {0, 10 * time.Second},
		"shorter":             {time.Second, time.Second},
		"longer than default": {30 * time.Second, 30 * time.Second},
		"longer than allowed": {time.Hour, time.Minute},
		"exactly the longest": {time.Minute, time.Minute},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				config, err := Config{}.complete()
				if err != nil {
					t.Fatal(err)
				}
				ctx := t.Context()
				if test.asked > 0 {
					limited, cancel := context.WithTimeout(ctx, test.asked)
					defer cancel()
					ctx = limited
				}
				limited, cancel := (&Server{config: config}).withDeadline(ctx)
				defer cancel()
				deadline, ok := limited.Deadline()
				if got := time.Until(deadline); !ok || got != test.want {
					t.Errorf("time left is %s, want %s", got, test.want)
				}
			})
		})
	}
}

func TestACallWithoutDeadlineRunsOutOfTime(t *testing.T) {
	r := serveSample(t, Config{DefaultDeadline: time.Millisecond}, &sample{
		unary: func(ctx context.Context, _ *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
			<-ctx.Done()
			return nil, errors.New("interrupted (9)") // as SQLite says it
		},
	})
	if err := r.call(t.Context()); status.Code(err) != codes.DeadlineExceeded || errs.Reason(err) != "DEADLINE_EXCEEDED" {
		t.Errorf("the call has %v", err)
	}
}

func TestStreamsHaveNoDeadlineOfTheServer(t *testing.T) {
	r := serveSample(t, Config{}, &sample{
		watch: func(_ *grpc_testing.StreamingOutputCallRequest, stream grpc.ServerStreamingServer[grpc_testing.StreamingOutputCallResponse]) error {
			if _, ok := stream.Context().Deadline(); ok {
				return errs.Conflict("HAS_DEADLINE", "the stream has a deadline")
			}
			return nil
		},
	})
	stream, err := r.client.StreamingOutputCall(t.Context(), &grpc_testing.StreamingOutputCallRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err.Error() != "EOF" {
		t.Errorf("the stream ended with %v", err)
	}
}

func TestErrorsAreMapped(t *testing.T) {
	tests := map[string]struct {
		err    error
		code   codes.Code
		reason string
	}{
		"typed":         {errs.NotFound("careHome", "1-1"), codes.NotFound, "CARE_HOME_NOT_FOUND"},
		"driver":        {errors.New("pq: " + secret), codes.Internal, "INTERNAL"},
		"unimplemented": {status.Error(codes.Unimplemented, secret), codes.Unimplemented, "UNIMPLEMENTED"},
		"none":          {nil, codes.OK, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := serveSample(t, Config{}, &sample{unary: answer(test.err)})
			err := r.call(t.Context())
			if status.Code(err) != test.code || errs.Reason(err) != test.reason {
				t.Errorf("the call has %v", err)
			}
			if strings.Contains(fmt.Sprint(err), secret) {
				t.Errorf("%v gives away what was wrong inside", err)
			}
		})
	}
}

func TestAudienceIsTheLesserOfStatedAndCeiling(t *testing.T) {
	tests := map[string]struct {
		ceiling audience.Audience
		stated  []string
		want    audience.Audience
	}{
		"below the ceiling": {audience.System, []string{"provider"}, audience.Provider},
		"above the ceiling": {audience.Provider, []string{"system"}, audience.Provider},
		"none stated":       {audience.System, nil, audience.Public},
		"no ceiling set":    {0, []string{"system"}, audience.Public},
		"stated twice":      {audience.System, []string{"system", "public"}, audience.Public},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var unary, stream audience.Audience
			r := serveSample(t, Config{Ceiling: test.ceiling}, &sample{
				unary: func(ctx context.Context, _ *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
					unary = audience.From(ctx)
					return &grpc_testing.SimpleResponse{}, nil
				},
				watch: func(_ *grpc_testing.StreamingOutputCallRequest, s grpc.ServerStreamingServer[grpc_testing.StreamingOutputCallResponse]) error {
					stream = audience.From(s.Context())
					return nil
				},
			})
			ctx := metadata.NewOutgoingContext(t.Context(), metadata.MD{audience.MetadataKey: test.stated})
			if err := r.call(ctx); err != nil {
				t.Fatal(err)
			}
			watch, err := r.client.StreamingOutputCall(ctx, &grpc_testing.StreamingOutputCallRequest{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := watch.Recv(); err.Error() != "EOF" {
				t.Fatal(err)
			}
			if unary != test.want || stream != test.want {
				t.Errorf("audience is %v (unary) and %v (stream), want %v", unary, stream, test.want)
			}
		})
	}
}

func TestUnknownAudienceIsRefused(t *testing.T) {
	r := serveSample(t, Config{Ceiling: audience.System}, &sample{unary: answer(nil)})
	err := r.call(metadata.AppendToOutgoingContext(t.Context(), audience.MetadataKey, "root"))
	if status.Code(err) != codes.InvalidArgument || !strings.HasPrefix(status.Convert(err).Message(), audience.MetadataKey+": ") {
		t.Errorf("the call has %v", err)
	}
}

func TestCallsAboveTheBoundAreTurnedAway(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	r := serveSample(t, Config{MaxInFlight: 1}, &sample{
		unary: func(context.Context, *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
			entered <- struct{}{}
			<-release
			return &grpc_testing.SimpleResponse{}, nil
		},
	})
	first := make(chan error, 1)
	go func() { first <- r.call(t.Context()) }()
	<-entered

	err := r.call(t.Context())
	if status.Code(err) != codes.ResourceExhausted || errs.Reason(err) != "OVERLOADED" {
		t.Errorf("the second call has %v", err)
	}
	if hint := retryHint(err); hint != overloadRetryAfter {
		t.Errorf("the retry hint is %s, want %s", hint, overloadRetryAfter)
	}
	r.wantHealth(t, sampleName, serving) // a full server can still say that it is alive

	close(release)
	if err := <-first; err != nil {
		t.Errorf("the first call has %v", err)
	}
	go func() { <-entered }()
	if err := r.call(t.Context()); err != nil {
		t.Errorf("a call after the first has %v", err)
	}
}

func TestStreamsAboveTheBoundAreTurnedAway(t *testing.T) {
	entered := make(chan struct{})
	r := serveSample(t, Config{MaxStreams: 1}, &sample{
		watch: func(_ *grpc_testing.StreamingOutputCallRequest, stream grpc.ServerStreamingServer[grpc_testing.StreamingOutputCallResponse]) error {
			close(entered)
			<-stream.Context().Done()
			return stream.Context().Err()
		},
		unary: answer(nil),
	})
	if _, err := r.client.StreamingOutputCall(t.Context(), &grpc_testing.StreamingOutputCallRequest{}); err != nil {
		t.Fatal(err)
	}
	<-entered
	second, err := r.client.StreamingOutputCall(t.Context(), &grpc_testing.StreamingOutputCallRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.Recv(); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("the second stream has %v", err)
	}
	if err := r.call(t.Context()); err != nil {
		t.Errorf("open streams keep a call out: %v", err)
	}
}

// retryHint returns the delay that an error asks for, or 0.
func retryHint(err error) time.Duration {
	for _, detail := range status.Convert(err).Details() {
		if hint, ok := detail.(*errdetails.RetryInfo); ok {
			return hint.GetRetryDelay().AsDuration()
		}
	}
	return 0
}
