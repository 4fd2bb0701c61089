package gateway

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
)

// check reads a request against the descriptor of its RPC before the generated handler
// does, which would name only the first fault, and in Go's words. What passes is written
// as the generated handler takes it.
func (s *rest) check(next runtime.HandlerFunc) runtime.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request, path map[string]string) {
		pattern, _ := runtime.HTTPPattern(r.Context())
		route := s.routes.find(r.Method, pattern.String())
		if route == nil || !utf8.ValidString(r.URL.Path) {
			unknownPath(r.URL.Path).write(w)
			return
		}
		if m, ok := r.Context().Value(matchKey{}).(*match); ok {
			m.template = route.template
		}
		ctx := audience.With(r.Context(), s.audience)
		if !route.rpc.IsStreamingServer() {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, route.deadline(s.deadline))
			defer cancel()
		}
		body, refused := route.takeBody(w, r, s.deadline)
		if refused != nil {
			refused.write(w)
			return
		}
		read, err := route.read(r.WithContext(ctx), body)
		if err != nil {
			faultOf(ctx, err).write(w)
			return
		}
		next(w, read, path)
	}
}

// takeBody reads the body within its bounds of size and time.
func (r *route) takeBody(w http.ResponseWriter, req *http.Request, within time.Duration) ([]byte, *fault) {
	if r.body == nil {
		return nil, nil
	}
	connection := http.NewResponseController(w)
	// A server without deadlines, as in a test, has none to set.
	_ = connection.SetReadDeadline(time.Now().Add(within))
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, r.maxBody()))
	if err == nil {
		_ = connection.SetReadDeadline(time.Time{})
		return body, nil
	}
	// The deadline stays: net/http reads on before it answers.
	refused := bodyNotRead()
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		refused = bodyTooLarge(r.maxBody())
	}
	return nil, &refused
}

// idempotencyHeader is another way to give a request_id.
const idempotencyHeader = "Idempotency-Key"

// read returns the request as the generated handler takes it; its error names every fault.
func (r *route) read(req *http.Request, body []byte) (*http.Request, error) {
	var faults errs.Collector
	query := r.readQuery(req.URL.RawQuery, &faults)
	r.readKey(req.Header.Get(idempotencyHeader), query, &faults)
	if r.body != nil {
		body = r.readBody(body, &faults)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	read := req.Clone(req.Context())
	read.URL.RawQuery = query.Encode()
	read.Body, read.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	read.Header.Set("Content-Type", asJSON)
	return read, nil
}

// readKey takes an Idempotency-Key for the request_id of a write that has none.
func (r *route) readKey(key string, query url.Values, faults *errs.Collector) {
	const field = "request_id"
	if key == "" || r.params[field] == nil || query.Has(field) {
		return
	}
	if len(key) != len(uuid.Nil.String()) || uuid.Validate(key) != nil {
		faults.Add(idempotencyHeader, "%q is not a UUID", key)
		return
	}
	query.Set(field, key)
}
