package errs

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// wireError is what a handler's error becomes at the edge: the status for the caller, and the original
// behind it for the log.
type wireError struct {
	status *status.Status
	cause  error
}

// Wire returns err as the server's edge should hand it on: gRPC sends only the [Status] of it, while
// Error() and errors.Is still see the original, for the log. It is nil for nil.
//
// What fails because the call's ctx has ended is put down to the reason it ended (its cause, where
// that is an [*Error]): drivers report an interruption in many words of their own.
func Wire(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	st := Status(err)
	if ctx.Err() != nil && mayBeInterruption(st.Code()) {
		st = endOf(ctx)
	}
	return &wireError{status: st, cause: err}
}

func mayBeInterruption(code codes.Code) bool {
	return code == codes.Internal || code == codes.Canceled || code == codes.DeadlineExceeded
}

// endOf says why ctx, which has ended, did.
func endOf(ctx context.Context) *status.Status {
	if st := Status(context.Cause(ctx)); st.Code() != codes.Internal {
		return st
	}
	return Status(ctx.Err())
}

// Error is the text of the original error.
func (e *wireError) Error() string { return e.cause.Error() }

// Unwrap returns the original error.
func (e *wireError) Unwrap() error { return e.cause }

// GRPCStatus is what gRPC sends to the caller.
func (e *wireError) GRPCStatus() *status.Status { return e.status }
