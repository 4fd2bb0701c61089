// Package errs holds the errors that the inner code of a service returns, and the one place where
// they become gRPC statuses.
//
// Inner code says what went wrong in the domain's words (a home is not there, three fields are wrong,
// the store is away). [Status] turns that into a google.rpc.Status with an ErrorInfo of domain
// [Domain] and a stable reason, and with field violations, a retry hint or the resource where they
// apply. The text of any other error, such as a driver's, never leaves the process: it becomes
// "internal error" for the caller and stays whole for the log.
package errs

import (
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
)

// Domain is the ErrorInfo domain of every error this system makes.
const Domain = "caremarket"

// Reasons that this package gives by itself. A reason is UPPER_SNAKE, stable, and meant for programs.
const (
	ReasonInvalid           = "INVALID_FIELDS"
	ReasonInternal          = "INTERNAL"
	ReasonCancelled         = "CANCELLED"
	ReasonDeadline          = "DEADLINE_EXCEEDED"
	ReasonUpstream          = "UPSTREAM_UNAVAILABLE"
	ReasonUpstreamExhausted = "UPSTREAM_EXHAUSTED"
	ReasonUnimplemented     = "UNIMPLEMENTED"
)

// Error is a fault that a caller may be told of: its code, reason and message leave the process, its
// cause does not. Make one with the functions of this package; the zero value is an internal error.
type Error struct {
	code       codes.Code
	reason     string
	message    string
	violations []Violation
	resource   resource
	retryAfter time.Duration
	cause      error
}

// resource names the thing an error is about, for ResourceInfo.
type resource struct{ kind, id string }

// NotFound says that no kind ("careHome") of this id is kept. Its reason is the kind in UPPER_SNAKE
// followed by _NOT_FOUND.
func NotFound(kind, id string) *Error {
	return &Error{
		code:     codes.NotFound,
		reason:   upperSnake(kind) + "_NOT_FOUND",
		message:  fmt.Sprintf("%s %q was not found", kind, id),
		resource: resource{kind, id},
	}
}

// AlreadyExists says that a kind of this id is kept already. Its reason is the kind in UPPER_SNAKE
// followed by _ALREADY_EXISTS.
func AlreadyExists(kind, id string) *Error {
	return &Error{
		code:     codes.AlreadyExists,
		reason:   upperSnake(kind) + "_ALREADY_EXISTS",
		message:  fmt.Sprintf("%s %q already exists", kind, id),
		resource: resource{kind, id},
	}
}

// Conflict says that another change came first: read again, then try again (gRPC ABORTED).
func Conflict(reason, message string) *Error {
	return &Error{code: codes.Aborted, reason: reason, message: message}
}

// FailedPrecondition says that the request is sound but the state of the system does not allow it;
// trying again without changing that state will fail again.
func FailedPrecondition(reason, message string) *Error {
	return &Error{code: codes.FailedPrecondition, reason: reason, message: message}
}

// PermissionDenied says that this caller may not do this, whoever asks again.
func PermissionDenied(reason, message string) *Error {
	return &Error{code: codes.PermissionDenied, reason: reason, message: message}
}

// ReasonStopping is the reason of what a process ends, or refuses, because it was told to
// stop: for its caller to go on elsewhere, and no fault.
const ReasonStopping = "SERVER_STOPPING"

// Unavailable says that something needed is away for now. A positive retryAfter tells the caller how
// long to wait before trying again.
func Unavailable(reason, message string, retryAfter time.Duration) *Error {
	return &Error{code: codes.Unavailable, reason: reason, message: message, retryAfter: retryAfter}
}

// ResourceExhausted says that a limit was reached. A positive retryAfter tells the caller how long to
// wait before trying again.
func ResourceExhausted(reason, message string, retryAfter time.Duration) *Error {
	return &Error{code: codes.ResourceExhausted, reason: reason, message: message, retryAfter: retryAfter}
}

// Internal says that this system is at fault. The reason leaves; the cause is for the log alone.
func Internal(reason string, cause error) *Error {
	return &Error{code: codes.Internal, reason: reason, message: internalMessage, cause: cause}
}

// Because returns a copy of e that carries the cause, which is logged and can be found by errors.Is,
// but never leaves the process.
func (e *Error) Because(cause error) *Error {
	withCause := *e
	withCause.cause = cause
	return &withCause
}

// Error is the text for the log, cause included. It is not what callers are told: see [Status].
func (e *Error) Error() string {
	if e.cause == nil {
		return e.message
	}
	return e.message + ": " + e.cause.Error()
}

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// Code returns the gRPC code that err maps to; codes.OK for nil.
func Code(err error) codes.Code { return Status(err).Code() }

// Reason returns the reason that err maps to, or "" for nil.
func Reason(err error) string { return reasonOf(Status(err)) }

// upperSnake turns a resource kind in lowerCamel or with spaces into UPPER_SNAKE.
func upperSnake(kind string) string {
	var out strings.Builder
	for i, r := range kind {
		switch {
		case r >= 'A' && r <= 'Z':
			if i > 0 {
				out.WriteByte('_')
			}
			out.WriteRune(r)
		case r >= 'a' && r <= 'z':
			out.WriteRune(r - 'a' + 'A')
		case r >= '0' && r <= '9':
			out.WriteRune(r)
		default:
			out.WriteByte('_')
		}
	}
	return out.String()
}
