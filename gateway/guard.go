package gateway

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/caremarket/caremarket/pkg/errs"
)

// guard is what every request passes before its handler.
func guard(running context.Context, c Config, next http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection()
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { crossOrigin().write(w) }))
	b := &bounds{next: sameOrigin.Handler(next), requests: bound{limit: int64(c.MaxInFlight)}, streams: bound{limit: int64(c.MaxStreams)}}
	return otelhttp.NewHandler(&watch{log: c.Logger, next: b, running: running}, "gateway",
		otelhttp.WithTracerProvider(c.Tracers),
		otelhttp.WithMeterProvider(c.Meters),
		otelhttp.WithPropagators(c.Propagator),
		// Otherwise each Host that a caller makes up is a time series of its own.
		otelhttp.WithServerName("caremarket:80"),
	)
}

// bounds turns away what comes above its limits: waiting in a queue would only spend the
// caller's patience.
type bounds struct {
	next              http.Handler
	requests, streams bound
}

// sendWithin is how long a caller may take to receive an answer.
const sendWithin = time.Minute

// ServeHTTP hands a request on if there is a place for it.
func (b *bounds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	place, until := &b.requests, time.Now().Add(sendWithin)
	if isStream(r) {
		place, until = &b.streams, time.Time{}
	}
	if !place.enter() {
		faultOf(context.Background(), errs.ResourceExhausted("OVERLOADED",
			"as many requests are at work as this server takes: try again shortly", overloadRetryAfter)).write(w)
		return
	}
	defer place.leave()
	// A server without deadlines, as in a test, has none to set.
	_ = http.NewResponseController(w).SetWriteDeadline(until)
	b.next.ServeHTTP(w, r)
}

// overloadRetryAfter is the hint given to who was turned away: by then most of the requests
// in flight, which take milliseconds, have ended.
const overloadRetryAfter = 500 * time.Millisecond

type bound struct {
	limit int64
	used  atomic.Int64
}

func (b *bound) enter() bool {
	if b.used.Add(1) > b.limit {
		b.used.Add(-1)
		return false
	}
	return true
}

func (b *bound) leave() { b.used.Add(-1) }
