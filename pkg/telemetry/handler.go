package telemetry

import (
	"context"
	"log/slog"
	"slices"

	"go.opentelemetry.io/otel/trace"
)

// traceHandler adds the ids of the context's span to every line, always at the top level, where a
// search finds them whatever groups the logger has.
type traceHandler struct {
	slog.Handler // with every group and attribute so far

	root    slog.Handler                      // from before the first group
	inGroup []func(slog.Handler) slog.Handler // what leads from root to Handler; empty without groups
}

func newTraceHandler(next slog.Handler) *traceHandler {
	return &traceHandler{Handler: next, root: next}
}

// Handle writes one line.
func (h *traceHandler) Handle(ctx context.Context, record slog.Record) error {
	span := trace.SpanContextFromContext(ctx)
	if !span.IsValid() {
		return h.Handler.Handle(ctx, record)
	}
	ids := []slog.Attr{
		slog.String("trace_id", span.TraceID().String()),
		slog.String("span_id", span.SpanID().String()),
	}
	if len(h.inGroup) == 0 {
		record = record.Clone()
		record.AddAttrs(ids...)
		return h.Handler.Handle(ctx, record)
	}
	next := h.root.WithAttrs(ids)
	for _, apply := range h.inGroup {
		next = apply(next)
	}
	return next.Handle(ctx, record)
}

// WithAttrs returns a handler whose lines all have attrs.
func (h *traceHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	if len(h.inGroup) == 0 {
		return newTraceHandler(h.Handler.WithAttrs(attrs))
	}
	return h.then(func(next slog.Handler) slog.Handler { return next.WithAttrs(attrs) })
}

// WithGroup returns a handler whose further attributes stand in the named group.
func (h *traceHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.then(func(next slog.Handler) slog.Handler { return next.WithGroup(name) })
}

func (h *traceHandler) then(apply func(slog.Handler) slog.Handler) *traceHandler {
	return &traceHandler{
		Handler: apply(h.Handler),
		root:    h.root,
		inGroup: append(slices.Clip(h.inGroup), apply),
	}
}
