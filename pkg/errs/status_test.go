package errs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/caremarket/caremarket/pkg/errs"
)

// errDriver stands for what a library below says, which no caller may see.
var errDriver = errors.New("pq: password authentication failed for user caremarket at 10.0.0.7")

func info(reason string) *errdetails.ErrorInfo {
	return &errdetails.ErrorInfo{Domain: "caremarket", Reason: reason}
}

func TestStatusOfOwnErrors(t *testing.T) {
	tests := map[string]struct {
		err     error
		code    codes.Code
		message string
		details []proto.Message
	}{
		"not found": {
			err: errs.NotFound("careHome", "1-123"), code: codes.NotFound, message: `careHome "1-123" was not found`,
			details: []proto.Message{
				info("CARE_HOME_NOT_FOUND"),
				&errdetails.ResourceInfo{ResourceType: "careHome", ResourceName: "1-123"},
			},
		},
		"already exists": {
			err: errs.AlreadyExists("housing scheme", "x"), code: codes.AlreadyExists, message: `housing scheme "x" already exists`,
			details: []proto.Message{
				info("HOUSING_SCHEME_ALREADY_EXISTS"),
				&errdetails.ResourceInfo{ResourceType: "housing scheme", ResourceName: "x"},
			},
		},
		"invalid": {
			err: errs.Invalid(
				errs.Violation{Field: "beds[0].used", Description: "must not be above maximum"},
				errs.Violation{Field: "as_at", Description: "must not be in the future"}),
			code: codes.InvalidArgument, message: "beds[0].used: must not be above maximum (and 1 more fault)",
			details: []proto.Message{
				info("INVALID_FIELDS"),
				&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
					{Field: "beds[0].used", Description: "must not be above maximum"},
					{Field: "as_at", Description: "must not be in the future"},
				}},
			},
		},
		"invalid without violations": {
			err: errs.Invalid(), code: codes.InvalidArgument, message: "the request is not valid",
			details: []proto.Message{info("INVALID_FIELDS")},
		},
		"conflict": {
			err: errs.Conflict("ETAG_STALE", "read again"), code: codes.Aborted, message: "read again",
			details: []proto.Message{info("ETAG_STALE")},
		},
		"failed precondition": {
			err: errs.FailedPrecondition("NO_BOUNDARIES", "import first"), code: codes.FailedPrecondition, message: "import first",
			details: []proto.Message{info("NO_BOUNDARIES")},
		},
		"permission denied": {
			err: errs.PermissionDenied("NOT_YOURS", "not yours"), code: codes.PermissionDenied, message: "not yours",
			details: []proto.Message{info("NOT_YOURS")},
		},
		"unavailable": {
			err: errs.Unavailable("STORE_AWAY", "the store is away", 2*time.Second).Because(errDriver), code: codes.Unavailable,
			message: "the store is away",
			details: []proto.Message{
				info("STORE_AWAY"), &errdetails.RetryInfo{RetryDelay: durationpb.New(2 * time.Second)},
			},
		},
		"unavailable without a hint": {
			err: errs.Unavailable("STORE_AWAY", "the store is away", 0), code: codes.Unavailable, message: "the store is away",
			details: []proto.Message{info("STORE_AWAY")},
		},
		"resource exhausted": {
			err: errs.ResourceExhausted("TOO_MANY", "slow down", time.Second), code: codes.ResourceExhausted, message: "slow down",
			details: []proto.Message{info("TOO_MANY"), &errdetails.RetryInfo{RetryDelay: durationpb.New(time.Second)}},
		},
		"internal": {
			err: errs.Internal("PAYLOAD_CORRUPT", errDriver), code: codes.Internal, message: "internal error",
			details: []proto.Message{info("PAYLOAD_CORRUPT")},
		},
		"zero value": {
			err: new(errs.Error), code: codes.Internal, message: "internal error", details: []proto.Message{info("INTERNAL")},
		},
		"wrapped": {
			err: fmt.Errorf("secret path: %w", errs.Conflict("ETAG_STALE", "read again")), code: codes.Aborted, message: "read again",
			details: []proto.Message{info("ETAG_STALE")},
		},
		"own error caused by a deadline": {
			err: errs.Unavailable("CACHE_SLOW", "try again", 0).Because(context.DeadlineExceeded), code: codes.Unavailable,
			message: "try again", details: []proto.Message{info("CACHE_SLOW")},
		},
		"internal caused by cancellation": {
			err: errs.Internal("QUERY_FAILED", context.Canceled), code: codes.Canceled, message: "the call was cancelled",
			details: []proto.Message{info("CANCELLED")},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { checkStatus(t, test.err, test.code, test.message, test.details...) })
	}
}

func TestStatusOfForeignErrors(t *testing.T) {
	retry := &errdetails.RetryInfo{RetryDelay: durationpb.New(time.Second)}
	tests := map[string]struct {
		err     error
		code    codes.Code
		message string
		details []proto.Message
	}{
		"driver":             {errDriver, codes.Internal, "internal error", []proto.Message{info("INTERNAL")}},
		"deadline":           {fmt.Errorf("query: %w", context.DeadlineExceeded), codes.DeadlineExceeded, "the call ran out of time", []proto.Message{info("DEADLINE_EXCEEDED")}},
		"cancelled":          {context.Canceled, codes.Canceled, "the call was cancelled", []proto.Message{info("CANCELLED")}},
		"dial failure":       {status.Error(codes.Unavailable, "dial tcp 10.0.0.7: refused"), codes.Unavailable, "a service that this call needs is unavailable", []proto.Message{info("UPSTREAM_UNAVAILABLE"), retry}},
		"remote limit":       {status.Error(codes.ResourceExhausted, "trailer 10.0.0.7"), codes.ResourceExhausted, "a service that this call needs is at its limit", []proto.Message{info("UPSTREAM_EXHAUSTED"), retry}},
		"remote deadline":    {status.Error(codes.DeadlineExceeded, "10.0.0.7"), codes.DeadlineExceeded, "the call ran out of time", []proto.Message{info("DEADLINE_EXCEEDED")}},
		"remote cancel":      {status.Error(codes.Canceled, "10.0.0.7"), codes.Canceled, "the call was cancelled", []proto.Message{info("CANCELLED")}},
		"unimplemented":      {status.Error(codes.Unimplemented, "method X"), codes.Unimplemented, "this method is not implemented", []proto.Message{info("UNIMPLEMENTED")}},
		"foreign not found":  {status.Error(codes.NotFound, "10.0.0.7"), codes.Internal, "internal error", []proto.Message{info("INTERNAL")}},
		"wrapped foreign":    {fmt.Errorf("ask: %w", status.Error(codes.PermissionDenied, "10.0.0.7")), codes.Internal, "internal error", []proto.Message{info("INTERNAL")}},
		"status that is OK":  {okStatus{}, codes.Internal, "internal error", []proto.Message{info("INTERNAL")}},
		"other error domain": {foreignDomain(t), codes.Internal, "internal error", []proto.Message{info("INTERNAL")}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { checkStatus(t, test.err, test.code, test.message, test.details...) })
	}
}

// okStatus claims to be an error and a success at once.
type okStatus struct{}

func (okStatus) Error() string              { return "10.0.0.7" }
func (okStatus) GRPCStatus() *status.Status { return nil }

func foreignDomain(t *testing.T) error {
	t.Helper()
	st, err := status.New(codes.NotFound, "10.0.0.7").WithDetails(&errdetails.ErrorInfo{Domain: "elsewhere.org", Reason: "X"})
	if err != nil {
		t.Fatal(err)
	}
	return st.Err()
}

func TestStatusFromAnotherServiceOfOurs(t *testing.T) {
	sent := errs.Status(errs.Invalid(errs.Violation{Field: "district", Description: "is unknown"}))
	withTrace, err := sent.WithDetails(
		&errdetails.DebugInfo{StackEntries: []string{"main.go:7"}}, wrapperspb.String("10.0.0.7"))
	if err != nil {
		t.Fatal(err)
	}
	checkStatus(t, fmt.Errorf("ask carehomes: %w", withTrace.Err()), codes.InvalidArgument, "district: is unknown",
		info("INVALID_FIELDS"),
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
			{Field: "district", Description: "is unknown"},
		}})
}

func TestStatusOfNil(t *testing.T) {
	if st := errs.Status(nil); st != nil {
		t.Errorf("Status(nil) = %v, want nil", st)
	}
	if errs.Code(nil) != codes.OK || errs.Reason(nil) != "" || errs.Violations(nil) != nil {
		t.Error("nil has a code, a reason or violations")
	}
}

// A status must fit a trailer and be valid UTF-8, whatever the request held.
func TestStatusIsAlwaysPresentable(t *testing.T) {
	vast := strings.Repeat("é", 2_000) + "\xff\xfe"
	var faults errs.Collector
	for i := range 1_000 {
		faults.Add(fmt.Sprintf("rows[%d].%s", i, vast[:1_000]), "%s is not a number", vast)
	}
	for name, err := range map[string]error{
		"violations": faults.Err(),
		"not found":  errs.NotFound("careHome", vast),
		"message":    errs.Conflict("X", "cannot be \xff"),
	} {
		t.Run(name, func(t *testing.T) {
			encoded, err := proto.Marshal(errs.Status(err).Proto())
			if err != nil {
				t.Fatalf("cannot be sent: %v", err)
			}
			if len(encoded) > 300_000 {
				t.Errorf("takes %d bytes", len(encoded))
			}
			if message := errs.Status(err).Message(); !utf8.ValidString(message) {
				t.Errorf("message %q is not UTF-8", message)
			}
		})
	}
	if got := errs.Status(faults.Err()).Message(); !strings.HasPrefix(got, "rows[0].") {
		t.Errorf("message %q does not name the first fault", got)
	}
	if got := len(errs.Violations(faults.Err())); got != 1_000 {
		t.Errorf("the error itself keeps %d violations, want all 1000", got)
	}
}

func checkStatus(t *testing.T, err error, code codes.Code, message string, details ...proto.Message) {
	t.Helper()
	st := errs.Status(err)
	if st.Code() != code || st.Message() != message {
		t.Errorf("status is %s %q, want %s %q", st.Code(), st.Message(), code, message)
	}
	var want []*anypb.Any
	for _, detail := range details {
		packed, err := anypb.New(detail)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, packed)
	}
	if diff := cmp.Diff(want, st.Proto().GetDetails(), protocmp.Transform()); diff != "" {
		t.Errorf("details differ (-want +got):\n%s", diff)
	}
	if strings.Contains(st.String(), "10.0.0.7") {
		t.Errorf("status %v gives away what a library said", st)
	}
	if errs.Code(err) != code {
		t.Errorf("Code = %s, want %s", errs.Code(err), code)
	}
}
