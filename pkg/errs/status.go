package errs

import (
	"context"
	"errors"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
)

// internalMessage is all that a caller learns of an error that is not its own doing.
const internalMessage = "internal error"

// upstreamRetryAfter is the hint given when another service is away and gave no hint of its own.
const upstreamRetryAfter = time.Second

// Status returns what a caller is told of err; nil for nil.
//
//   - What [Wire] returned keeps the status it was given.
//   - An [*Error], however deeply wrapped, keeps its own code, reason, message and details; the text
//     wrapped round it does not leave.
//   - A context's error becomes CANCELLED or DEADLINE_EXCEEDED.
//   - A gRPC status of ours from another service (it has an ErrorInfo of [Domain]) passes with its
//     code, message and the standard details only.
//   - Any other gRPC status keeps its code where that says how the call went (away, exhausted, out of
//     time, not implemented), without its text; else it is INTERNAL.
//   - Anything else is INTERNAL, "internal error".
func Status(err error) *status.Status {
	if err == nil {
		return nil
	}
	if wired, ok := errors.AsType[*wireError](err); ok {
		return wired.status
	}
	own, isOwn := errors.AsType[*Error](err)
	if isOwn && own.code != codes.Internal && own.code != codes.OK {
		return own.status()
	}
	if st := contextStatus(err); st != nil {
		return st
	}
	if isOwn {
		return own.status()
	}
	if remote, ok := errors.AsType[interface {
		error
		GRPCStatus() *status.Status
	}](err); ok {
		return relay(remote.GRPCStatus())
	}
	return (&Error{}).status()
}

func contextStatus(err error) *status.Status {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return deadlineExceeded.status()
	case errors.Is(err, context.Canceled):
		return cancelled.status()
	default:
		return nil
	}
}

var (
	deadlineExceeded = &Error{code: codes.DeadlineExceeded, reason: ReasonDeadline, message: "the call ran out of time"}
	cancelled        = &Error{code: codes.Canceled, reason: ReasonCancelled, message: "the call was cancelled"}
	upstreamAway     = Unavailable(ReasonUpstream, "a service that this call needs is unavailable", upstreamRetryAfter)
	upstreamFull     = ResourceExhausted(ReasonUpstreamExhausted, "a service that this call needs is at its limit", upstreamRetryAfter)
	unimplemented    = &Error{code: codes.Unimplemented, reason: ReasonUnimplemented, message: "this method is not implemented"}
)

// relay returns what may be passed on of a status that came from somewhere else.
func relay(remote *status.Status) *status.Status {
	if reasonOf(remote) != "" {
		return onlyStandardDetails(remote)
	}
	switch remote.Code() {
	case codes.Unavailable:
		return upstreamAway.status()
	case codes.ResourceExhausted:
		return upstreamFull.status()
	case codes.DeadlineExceeded:
		return deadlineExceeded.status()
	case codes.Canceled:
		return cancelled.status()
	case codes.Unimplemented:
		return unimplemented.status()
	default:
		return (&Error{}).status()
	}
}

// onlyStandardDetails copies a status of ours with those details that this package itself writes.
func onlyStandardDetails(remote *status.Status) *status.Status {
	out := &spb.Status{Code: int32(remote.Code()), Message: remote.Message()}
	for _, detail := range remote.Proto().GetDetails() {
		for _, known := range standardDetails() {
			if detail.MessageIs(known) {
				out.Details = append(out.Details, detail)
			}
		}
	}
	return status.FromProto(out)
}

func standardDetails() []proto.Message {
	return []proto.Message{
		(*errdetails.ErrorInfo)(nil), (*errdetails.BadRequest)(nil),
		(*errdetails.RetryInfo)(nil), (*errdetails.ResourceInfo)(nil),
	}
}

// reasonOf returns the reason of our ErrorInfo in st, or "" when it has none.
func reasonOf(st *status.Status) string {
	for _, detail := range st.Proto().GetDetails() {
		info := new(errdetails.ErrorInfo)
		if detail.MessageIs(info) && detail.UnmarshalTo(info) == nil && info.GetDomain() == Domain {
			return info.GetReason()
		}
	}
	return ""
}

// status builds the google.rpc.Status of e.
func (e *Error) status() *status.Status {
	if e.code == codes.OK {
		return Internal(ReasonInternal, e.cause).status()
	}
	out := &spb.Status{Code: int32(e.code), Message: presentable(e.message)}
	for _, detail := range e.details() {
		packed, err := anypb.New(detail)
		if err != nil {
			continue // a detail that cannot be packed is left out; the code and message still stand
		}
		out.Details = append(out.Details, packed)
	}
	return status.FromProto(out)
}

func (e *Error) details() []proto.Message {
	details := []proto.Message{&errdetails.ErrorInfo{Domain: Domain, Reason: e.reason}}
	if len(e.violations) > 0 {
		details = append(details, badRequest(e.violations))
	}
	if e.resource.kind != "" {
		details = append(details, &errdetails.ResourceInfo{
			ResourceType: presentable(e.resource.kind),
			ResourceName: presentable(e.resource.id),
		})
	}
	if e.retryAfter > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(e.retryAfter)})
	}
	return details
}

func badRequest(violations []Violation) *errdetails.BadRequest {
	listed := violations[:min(len(violations), maxViolations)]
	out := &errdetails.BadRequest{FieldViolations: make([]*errdetails.BadRequest_FieldViolation, len(listed))}
	for i, v := range listed {
		out.FieldViolations[i] = &errdetails.BadRequest_FieldViolation{
			Field:       presentable(v.Field),
			Description: presentable(v.Description),
		}
	}
	return out
}

// maxText bounds each text of a status in bytes: statuses travel in trailers, and a text may quote
// what the caller sent.
const maxText = 500

// presentable returns text as valid UTF-8, without which a status cannot be sent, of at most maxText bytes.
func presentable(text string) string {
	if len(text) > maxText {
		text = text[:maxText] + "…"
	}
	return strings.ToValidUTF8(text, "")
}
