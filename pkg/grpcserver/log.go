package grpcserver

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/caremarket/caremarket/pkg/errs"
)

// logCall writes one line for a call. No request, reply or metadata is ever part of it; a fault of the
// request is logged by the fields at fault only, since its text may quote what was sent.
func (s *Server) logCall(ctx context.Context, method string, start time.Time, err error) {
	code := errs.Code(err)
	level := levelOf(code)
	if errs.Reason(err) == errs.ReasonStopping {
		level = slog.LevelDebug
	}
	if !s.config.Logger.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 5)
	attrs = append(attrs,
		slog.String("method", method),
		slog.String("code", code.String()),
		slog.Float64("ms", float64(time.Since(start).Microseconds())/1000))
	if err == nil {
		s.config.Logger.LogAttrs(ctx, level, "call served", attrs...)
		return
	}
	attrs = append(attrs, slog.String("reason", errs.Reason(err)))
	if violations := errs.Violations(err); len(violations) > 0 {
		attrs = append(attrs, slog.String("fields", fieldsOf(violations)))
	}
	if ofServer(code) {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	s.config.Logger.LogAttrs(ctx, level, "call failed", attrs...)
}

// levelOf tells faults of this system (error) from calls that failed for another reason (warn). A call
// that its caller gave up, as every watch ends, is no failure; nor is one that a stop ends.
func levelOf(code codes.Code) slog.Level {
	switch code {
	case codes.OK, codes.Canceled:
		return slog.LevelDebug
	case codes.Internal, codes.Unknown, codes.DataLoss:
		return slog.LevelError
	default:
		return slog.LevelWarn
	}
}

// ofServer says whether the cause lies with the servers, so that its text is worth keeping and quotes
// no caller.
func ofServer(code codes.Code) bool {
	switch code {
	case codes.Internal, codes.Unknown, codes.DataLoss, codes.Unavailable, codes.DeadlineExceeded:
		return true
	default:
		return false
	}
}

// maxLoggedFields bounds how many fields one line names.
const maxLoggedFields = 20

func fieldsOf(violations []errs.Violation) string {
	listed := violations[:min(len(violations), maxLoggedFields)]
	names := make([]string, len(listed))
	for i, v := range listed {
		names[i] = v.Field
	}
	return strings.Join(names, ",")
}
