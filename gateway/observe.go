package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/caremarket/caremarket/pkg/errs"
)

// watch logs each request, and answers those whose handler panics.
type watch struct {
	log  *slog.Logger
	next http.Handler
	// running ends when the process stops.
	running context.Context
}

// Headers that are the same in every answer.
var (
	noSniff    = []string{"nosniff"}
	noReferrer = []string{"same-origin"}
)

// ServeHTTP hands a request on and logs it.
func (l *watch) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	seen := &observed{ResponseWriter: w}
	h := w.Header()
	h["X-Content-Type-Options"] = noSniff
	h["Referrer-Policy"] = noReferrer
	if span := trace.SpanContextFromContext(r.Context()); span.HasTraceID() {
		h["X-Request-Id"] = []string{span.TraceID().String()}
	}
	defer func() {
		if panicked := recover(); panicked != nil {
			l.log.LogAttrs(r.Context(), slog.LevelError, "request panicked",
				slog.String("panic", fmt.Sprint(panicked)), slog.String("stack", string(debug.Stack())))
			if seen.status == 0 {
				faultOf(r.Context(), errs.Internal("PANIC", nil)).write(seen)
			}
		}
		l.line(r, seen, time.Since(start))
	}()
	l.next.ServeHTTP(seen, r)
}

// line is written for every request. It never holds what stands in the query, a body or a
// header: a postcode or a name may be among it.
func (l *watch) line(r *http.Request, seen *observed, took time.Duration) {
	level := levelOf(seen.status)
	if level == slog.LevelWarn && l.running.Err() != nil {
		level = slog.LevelInfo // A stop in order turns callers away.
	}
	if !l.log.Enabled(r.Context(), level) {
		return
	}
	l.log.LogAttrs(r.Context(), level, "request served",
		slog.String("method", r.Method),
		slog.String("route", r.Pattern),
		slog.String("path", short(r.URL.Path)),
		slog.Int("status", seen.status),
		slog.Int64("bytes", seen.bytes),
		slog.Float64("ms", float64(took.Microseconds())/1000))
}

// levelOf tells faults of this system (error) from being unable for now (warn).
func levelOf(httpStatus int) slog.Level {
	switch {
	case httpStatus == http.StatusTooManyRequests, httpStatus == http.StatusServiceUnavailable, httpStatus == http.StatusGatewayTimeout:
		return slog.LevelWarn
	case httpStatus >= http.StatusInternalServerError:
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}

// maxLoggedPath bounds what a made-up path adds to the log.
const maxLoggedPath = 200

func short(path string) string { return path[:min(len(path), maxLoggedPath)] }

// observed counts what is written.
type observed struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader notes the status.
func (o *observed) WriteHeader(status int) {
	if o.status == 0 {
		o.status = status
	}
	o.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (o *observed) Write(p []byte) (int, error) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	n, err := o.ResponseWriter.Write(p)
	o.bytes += int64(n)
	return n, err
}

// Unwrap is how [http.ResponseController] finds what this stands before.
func (o *observed) Unwrap() http.ResponseWriter { return o.ResponseWriter }
