// Package gateway serves the suite to browsers and programs over HTTP: every RPC that its
// proto binds to a path, as JSON and CSV with the same answers and the same errors; the
// API's document with a page to try it; and the statements as pages.
//
// A request passes, in this order: telemetry, log and recovery, bounds, and then its
// handler. A GET under /v1/ whose answer is kept costs a lookup and a write; any other is
// checked against the descriptor of its RPC, so that every fault is named at once, and
// goes on to the service through the generated handlers.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/caremarket/caremarket/gateway/web"
	"github.com/caremarket/caremarket/pkg/errs"
)

// Gateway is the suite's HTTP handler. Make it with [New].
type Gateway struct {
	handler http.Handler
	kept    *kept
	stop    context.CancelCauseFunc
}

var _ http.Handler = (*Gateway)(nil)

// New returns a Gateway. The caller closes it. Services that cannot be reached are no
// error: their paths answer 503.
func New(c Config) (*Gateway, error) {
	c = c.complete()
	routes, err := newRoutes(services())
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	kept, err := newKept(c, routes)
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	running, stop := context.WithCancelCause(context.Background())
	g := &Gateway{kept: kept, stop: stop}
	if g.handler, err = handler(running, c, routes, kept); err != nil {
		return nil, fmt.Errorf("gateway: %w", errors.Join(err, g.Close()))
	}
	return g, nil
}

// ServeHTTP answers one request.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.handler.ServeHTTP(w, r) }

// Close ends the streams, which would otherwise hold up a graceful stop of the HTTP
// server: call it before that. Other requests are still answered.
func (g *Gateway) Close() error {
	g.stop(errs.Unavailable(errs.ReasonStopping, "this process is stopping", 0))
	return g.kept.close()
}

// handler puts the parts together.
func handler(running context.Context, c Config, routes routes, kept *kept) (http.Handler, error) {
	conns := connect(c)
	rest, err := newREST(running, c, conns, routes, kept)
	if err != nil {
		return nil, err
	}
	pages, err := web.New(web.Config{Conn: conns.of(marketPosition), Audience: c.Audience, Deadline: c.Deadline})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/v1/", rest)
	for path, h := range pages.Handlers() {
		mux.Handle(path, named(h))
	}
	if err := errors.Join(addDocument(mux), addAssets(mux, "/assets/", web.Assets(), web.AssetNames()...)); err != nil {
		return nil, err
	}
	mux.Handle("/", unknown(pages.NotFound()))
	return guard(running, c, mux), nil
}
