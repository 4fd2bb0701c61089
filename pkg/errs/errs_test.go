package errs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/caremarket/caremarket/pkg/errs"
)

func TestBecauseKeepsTheCauseForTheLog(t *testing.T) {
	base := errs.Unavailable("STORE_AWAY", "the store is away", time.Second)
	err := base.Because(io.ErrUnexpectedEOF)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause cannot be found")
	}
	if got, want := err.Error(), "the store is away: unexpected EOF"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if errors.Is(base, io.ErrUnexpectedEOF) {
		t.Error("Because changed the error it was called on")
	}
}

func TestReasonIsUpperSnake(t *testing.T) {
	for kind, want := range map[string]string{
		"careHome":        "CARE_HOME_NOT_FOUND",
		"homeCareBranch":  "HOME_CARE_BRANCH_NOT_FOUND",
		"Employer":        "EMPLOYER_NOT_FOUND",
		"housing scheme":  "HOUSING_SCHEME_NOT_FOUND",
		"zone2":           "ZONE2_NOT_FOUND",
		"district-return": "DISTRICT_RETURN_NOT_FOUND",
	} {
		if got := errs.Reason(errs.NotFound(kind, "x")); got != want {
			t.Errorf("NotFound(%q) has reason %q, want %q", kind, got, want)
		}
	}
}

func TestWireSendsTheStatusAndKeepsTheError(t *testing.T) {
	original := fmt.Errorf("load home: %w", errDriver)
	wired := errs.Wire(t.Context(), original)
	if got := status.Convert(wired); got.Code() != codes.Internal || got.Message() != "internal error" {
		t.Errorf("gRPC would send %v", got)
	}
	if wired.Error() != original.Error() || !errors.Is(wired, errDriver) {
		t.Errorf("the log would see %q", wired)
	}
	if errs.Wire(t.Context(), nil) != nil {
		t.Error("Wire of nil is not nil")
	}
}

func TestWirePutsInterruptionsDownToTheContext(t *testing.T) {
	ended, cancel := context.WithCancelCause(context.Background())
	cancel(errs.Unavailable("SERVER_STOPPING", "resume elsewhere", 0))
	late, cancelLate := context.WithTimeout(context.Background(), 0)
	defer cancelLate()
	odd, cancelOdd := context.WithCancelCause(context.Background())
	cancelOdd(errDriver)

	tests := map[string]struct {
		ctx  context.Context
		err  error
		want codes.Code
	}{
		"driver's words in a live call":       {context.Background(), errDriver, codes.Internal},
		"driver's words after the deadline":   {late, errDriver, codes.DeadlineExceeded},
		"driver's words after a cause":        {ended, errDriver, codes.Unavailable},
		"the context's own error":             {ended, context.Canceled, codes.Unavailable},
		"a cause that is no error of ours":    {odd, errDriver, codes.Canceled},
		"an answer that the end did not make": {late, errs.NotFound("careHome", "1"), codes.NotFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			wired := errs.Wire(test.ctx, test.err)
			if got := status.Code(wired); got != test.want {
				t.Errorf("code is %s, want %s", got, test.want)
			}
			if got := errs.Code(wired); got != test.want {
				t.Errorf("errs.Code is %s, want %s", got, test.want)
			}
		})
	}
}

func TestCollector(t *testing.T) {
	var faults errs.Collector
	if err := faults.Err(); err != nil {
		t.Errorf("an empty collector has error %v", err)
	}
	faults.Add("used", "is %d, above the maximum of %d", 12, 10)
	if err := faults.Merge("beds[1]", errs.Invalid(
		errs.Violation{Field: "payers", Description: "do not add up"},
		errs.Violation{Field: "[0]", Description: "is empty"},
		errs.Violation{Description: "is unknown"})); err != nil {
		t.Fatal(err)
	}
	want := []errs.Violation{
		{Field: "used", Description: "is 12, above the maximum of 10"},
		{Field: "beds[1].payers", Description: "do not add up"},
		{Field: "beds[1][0]", Description: "is empty"},
		{Field: "beds[1]", Description: "is unknown"},
	}
	if diff := cmp.Diff(want, errs.Violations(fmt.Errorf("row 3: %w", faults.Err()))); diff != "" {
		t.Errorf("violations differ (-want +got):\n%s", diff)
	}
	if faults.Len() != len(want) {
		t.Errorf("Len = %d, want %d", faults.Len(), len(want))
	}
}

func TestCollectorMergeHandsBackOtherFaults(t *testing.T) {
	var faults errs.Collector
	if err := faults.Merge("row", errDriver); !errors.Is(err, errDriver) {
		t.Errorf("Merge gave %v, want the driver's error", err)
	}
	if err := faults.Merge("row", nil); err != nil || faults.Len() != 0 {
		t.Errorf("Merge(nil) gave %v and noted %d faults", err, faults.Len())
	}
}

func TestInvalidMessageCountsTheRest(t *testing.T) {
	fault := errs.Violation{Description: "is wrong"}
	for n, want := range map[int]string{
		1: "is wrong", 2: "is wrong (and 1 more fault)", 3: "is wrong (and 2 more faults)",
	} {
		faults := make([]errs.Violation, n)
		for i := range faults {
			faults[i] = fault
		}
		if got := errs.Status(errs.Invalid(faults...)).Message(); got != want {
			t.Errorf("message for %d faults is %q, want %q", n, got, want)
		}
	}
}
