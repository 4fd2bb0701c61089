package gateway

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
)

// rest answers everything under /v1/.
type rest struct {
	mux      *runtime.ServeMux
	routes   routes
	kept     *kept
	audience audience.Audience
	deadline time.Duration
	running  context.Context // ends when streams are to leave
}

func newREST(running context.Context, c Config, conns conns, routes routes, kept *kept) (*rest, error) {
	s := &rest{routes: routes, kept: kept, audience: c.Audience, deadline: c.Deadline, running: running}
	s.mux = runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, newJSONCodec()),
		runtime.WithMarshalerOption(asCSV, csvCodec{newJSONCodec()}),
		runtime.WithMiddlewares(s.check),
		runtime.WithForwardResponseOption(note),
		runtime.WithErrorHandler(refuse),
		runtime.WithRoutingErrorHandler(s.lost),
		runtime.WithStreamErrorHandler(func(ctx context.Context, err error) *status.Status { return faultOf(ctx, err).status }),
		// A caller's header could otherwise say for whom the call is made.
		runtime.WithIncomingHeaderMatcher(noHeader),
		runtime.WithOutgoingHeaderMatcher(noHeader),
		runtime.WithOutgoingTrailerMatcher(noHeader),
		runtime.WithDisableHTTPMethodOverride(),
		runtime.WithDisablePathLengthFallback(),
	)
	return s, register(running, s.mux, conns)
}

func noHeader(string) (string, bool) { return "", false }

// ServeHTTP answers one request.
func (s *rest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case isStream(r):
		s.stream(w, r)
	case isRead(r):
		s.read(w, r)
	default:
		s.pass(r.Context(), w, r)
	}
}

// isStream reports whether a request asks for what has no end.
func isStream(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, ":watch")
}

func isRead(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// pass hands a request on to the generated handlers with another context.
func (s *rest) pass(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	var m match
	s.mux.ServeHTTP(w, r.WithContext(context.WithValue(ctx, matchKey{}, &m)))
	r.Pattern = m.template
}

// match is the route that a request took, for its span, its metrics and the log.
type match struct{ template string }

type matchKey struct{}

// stream passes a request on until its end, its caller's or the gateway's.
func (s *rest) stream(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	defer context.AfterFunc(s.running, func() { cancel(context.Cause(s.running)) })()
	s.pass(ctx, w, r)
}

// read answers a GET or HEAD.
func (s *rest) read(w http.ResponseWriter, r *http.Request) {
	how := negotiate(r)
	a, err := s.answer(w, r, how)
	if passed, ok := errors.AsType[*refused](err); ok {
		passed.answer.replay(w)
		return
	}
	if err != nil {
		faultOf(r.Context(), err).write(w)
		return
	}
	if how.format == asCSV {
		w.Header().Set("Content-Disposition", `attachment; filename="`+fileName(r.URL.Path)+`"`)
	}
	a.serve(w, r)
}

func (s *rest) answer(w http.ResponseWriter, r *http.Request, how wanted) (answer, error) {
	if about, ok := s.kept.find(r.URL.Path, how.query); ok {
		r.Pattern = about.template
		at := r.URL
		return s.kept.get(r.Context(), about, how, func(ctx context.Context) *recorder {
			return s.record(asking(ctx, at, how))
		})
	}
	asked := asking(r.Context(), r.URL, how)
	rec := s.record(asked)
	r.Pattern = asked.Pattern
	if rec.status != http.StatusOK {
		return answer{}, &refused{rec}
	}
	if next := rec.header.Get(nextPageHeader); next != "" {
		w.Header().Set(nextPageHeader, next)
	}
	return newAnswer(contentType(how.format), rec.body.Bytes(), how.gzip), nil
}

// asking is the question behind a GET or HEAD, with nothing of who asks.
func asking(ctx context.Context, at *url.URL, how wanted) *http.Request {
	asked := &http.Request{
		Method: http.MethodGet, URL: &url.URL{Path: at.Path, RawPath: at.RawPath, RawQuery: how.query},
		Header: http.Header{"Accept": {how.format}}, Body: http.NoBody,
	}
	return asked.WithContext(ctx)
}

func (s *rest) record(asked *http.Request) *recorder {
	rec := newRecorder()
	s.pass(asked.Context(), rec, asked)
	return rec
}

// nextPageHeader tells where a list goes on, which a table has no place for.
const nextPageHeader = "Next-Page-Token"

// note keeps the message behind a recorded answer.
func note(_ context.Context, w http.ResponseWriter, message proto.Message) error {
	rec, ok := w.(*recorder)
	if !ok || message == nil {
		return nil
	}
	rec.message = message
	m := message.ProtoReflect()
	field := m.Descriptor().Fields().ByName("next_page_token")
	if field != nil && field.Kind() == protoreflect.StringKind && m.Has(field) {
		rec.header.Set(nextPageHeader, m.Get(field).String())
	}
	return nil
}

// refuse answers a request that failed.
func refuse(ctx context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, _ *http.Request, err error) {
	faultOf(ctx, err).write(w)
}

// lost answers a request that no route takes.
func (s *rest) lost(ctx context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, httpStatus int) {
	switch httpStatus {
	case http.StatusMethodNotAllowed:
		allowed := s.routes.allowed(r.URL.Path)
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		wrongMethod(r.Method, allowed).write(w)
	case http.StatusNotFound:
		unknownPath(r.URL.Path).write(w)
	default:
		faultOf(ctx, errs.Invalid(errs.Violation{Description: "the path cannot be read"})).write(w)
	}
}
