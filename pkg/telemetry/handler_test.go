package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"testing/slogtest"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"
)

// inSpan returns a context with a known span.
func inSpan(ctx context.Context) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{0xaa, 15: 0x01}, SpanID: trace.SpanID{0xbb, 7: 0x02},
	}))
}

const (
	knownTrace = "aa000000000000000000000000000001"
	knownSpan  = "bb00000000000002"
)

func TestTraceHandlerKeepsTheRulesOfSlog(t *testing.T) {
	for name, begin := range map[string]func(slog.Handler) slog.Handler{
		"outside a span": func(h slog.Handler) slog.Handler { return h },
		"inside a span":  func(h slog.Handler) slog.Handler { return spanned{h} },
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			slogtest.Run(t, func(*testing.T) slog.Handler {
				out.Reset()
				return begin(newTraceHandler(slog.NewJSONHandler(&out, nil)))
			}, func(t *testing.T) map[string]any {
				line := decode(t, out.Bytes())
				delete(line, "trace_id")
				delete(line, "span_id")
				return line
			})
		})
	}
}

// spanned puts every line into a span.
type spanned struct{ slog.Handler }

func (s spanned) Handle(ctx context.Context, r slog.Record) error {
	return s.Handler.Handle(inSpan(ctx), r)
}

func (s spanned) WithAttrs(attrs []slog.Attr) slog.Handler {
	return spanned{s.Handler.WithAttrs(attrs)}
}
func (s spanned) WithGroup(name string) slog.Handler { return spanned{s.Handler.WithGroup(name)} }

func TestTraceHandlerAddsIDsAtTheTop(t *testing.T) {
	tests := map[string]struct {
		derive func(*slog.Logger) *slog.Logger
		want   map[string]any
	}{
		"plain": {
			func(l *slog.Logger) *slog.Logger { return l },
			map[string]any{"home": "1-123"},
		},
		"attributes": {
			func(l *slog.Logger) *slog.Logger { return l.With("service", "carehomes") },
			map[string]any{"service": "carehomes", "home": "1-123"},
		},
		"group": {
			func(l *slog.Logger) *slog.Logger { return l.With("a", "1").WithGroup("import").With("file", "x") },
			map[string]any{"a": "1", "import": map[string]any{"file": "x", "home": "1-123"}},
		},
		"groups in groups": {
			func(l *slog.Logger) *slog.Logger { return l.WithGroup("a").With("x", "1").WithGroup("b") },
			map[string]any{"a": map[string]any{"x": "1", "b": map[string]any{"home": "1-123"}}},
		},
		"nothing added": {
			func(l *slog.Logger) *slog.Logger { return l.With().WithGroup("") },
			map[string]any{"home": "1-123"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			logger := test.derive(slog.New(newTraceHandler(slog.NewJSONHandler(&out, nil))))
			logger.InfoContext(inSpan(t.Context()), "kept", "home", "1-123")
			test.want["trace_id"], test.want["span_id"] = knownTrace, knownSpan
			got := decode(t, out.Bytes())
			for _, fixed := range []string{"time", "level", "msg"} {
				delete(got, fixed)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("line differs (-want +got):\n%s", diff)
			}
		})
	}
}

// Two loggers made from the same one must not share what each adds.
func TestTraceHandlerSiblingsAreApart(t *testing.T) {
	var out bytes.Buffer
	base := slog.New(newTraceHandler(slog.NewJSONHandler(&out, nil))).WithGroup("g").With("a", 1)
	first, second := base.With("who", "first"), base.With("who", "second")
	second.InfoContext(inSpan(t.Context()), "x")
	out.Reset()
	first.InfoContext(inSpan(t.Context()), "x")
	if got := decode(t, out.Bytes())["g"].(map[string]any)["who"]; got != "first" {
		t.Errorf("the first logger writes as %v", got)
	}
}

func TestTraceHandlerWritesNoIDsOutsideASpan(t *testing.T) {
	var out bytes.Buffer
	slog.New(newTraceHandler(slog.NewJSONHandler(&out, nil))).Info("kept")
	if line := decode(t, out.Bytes()); line["trace_id"] != nil || line["span_id"] != nil {
		t.Errorf("line %v has ids", line)
	}
}

func decode(t *testing.T, line []byte) map[string]any {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal(line, &fields); err != nil {
		t.Fatalf("log line %q: %v", line, err)
	}
	return fields
}

// sampledElsewhere returns a context of a trace that another process began and samples.
func sampledElsewhere(ctx context.Context) context.Context {
	return trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}, TraceFlags: trace.FlagsSampled, Remote: true,
	}))
}
