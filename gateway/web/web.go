// Package web shows the statements as pages, for people with a browser: the start page, a
// district, an authority with its districts side by side, and its published figures checked.
//
// The pages look as those of the GOV.UK Design System without what is for gov.uk alone (the
// crown and the typeface), are written on the server, and need no script. What a figure
// says and what it rests on stand together: a hidden figure is said to be hidden, an
// illustrative one to be illustrative.
package web

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

//go:embed templates
var templates embed.FS

//go:embed assets/*.css assets/*.svg
var assets embed.FS

// Assets are the files that pages load from /assets/, by their [AssetNames].
func Assets() fs.FS { return assets }

// AssetNames lists the files of [Assets]; each is served under its last element.
func AssetNames() []string {
	return []string{"assets/govuk-frontend.min.css", "assets/caremarket.css", "assets/icon.svg"}
}

// policy lets a page load its style and its icon and nothing else.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Config is what the pages are made of. All of it must be set.
type Config struct {
	// Conn leads to the service marketposition.
	Conn grpc.ClientConnInterface
	// Audience is whom the pages are for.
	Audience audience.Audience
	// Deadline bounds the making of a page.
	Deadline time.Duration
}

// Pages makes the pages. Make it with [New].
type Pages struct {
	positions       marketpositionv1.MarketPositionServiceClient
	reconciliations marketpositionv1.ReconciliationServiceClient
	config          Config
	templates       map[string]*template.Template
}

// New returns the pages.
func New(c Config) (*Pages, error) {
	p := &Pages{
		positions: marketpositionv1.NewMarketPositionServiceClient(c.Conn), reconciliations: marketpositionv1.NewReconciliationServiceClient(c.Conn),
		config: c, templates: map[string]*template.Template{},
	}
	for _, name := range []string{"start", "district", "authority", "reconciliation", "trouble"} {
		parsed, err := template.New(name).Funcs(helpers()).ParseFS(templates, "templates/layout.html", "templates/parts.html", "templates/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("page %s: %w", name, err)
		}
		p.templates[name] = parsed
	}
	return p, nil
}

// Handlers are the pages by the pattern of their path. They answer GET and HEAD, whose
// method is for the caller to check.
func (p *Pages) Handlers() map[string]http.Handler {
	return map[string]http.Handler{
		"/{$}":                p.page(p.start),
		"/districts/{code}":   p.page(p.district),
		"/authorities/{code}": p.page(p.authority),

		"/authorities/{code}/reconciliation": p.page(p.reconcile),
	}
}

// NotFound is the page for a path that there is not.
func (p *Pages) NotFound() http.Handler {
	return p.page(func(context.Context, *http.Request) (view, error) {
		return view{}, errs.NotFound("page", "")
	})
}

// view is a page to be written: its template, title and content.
type view struct {
	template, Title string
	// Illustrative says that something on the page is made up, for its banner.
	Illustrative bool
	Content      any
}

// page makes a handler of what finds a page's content.
func (p *Pages) page(find func(context.Context, *http.Request) (view, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(audience.With(r.Context(), p.config.Audience), p.config.Deadline)
		defer cancel()
		found, err := find(ctx, r)
		if err != nil {
			p.trouble(w, err)
			return
		}
		p.write(w, http.StatusOK, found)
	})
}

// trouble writes the page that says why there is no other.
func (p *Pages) trouble(w http.ResponseWriter, err error) {
	status, words := http.StatusInternalServerError, trouble{
		"Sorry, there is a problem with the service", "Try again later.",
	}
	switch errs.Code(err) {
	case codes.NotFound, codes.InvalidArgument:
		status, words = http.StatusNotFound, trouble{
			"Page not found", "If you typed the address, check it is correct. If you pasted it, check you copied all of it.",
		}
	case codes.Unavailable, codes.ResourceExhausted, codes.DeadlineExceeded:
		status, words = http.StatusServiceUnavailable, trouble{
			"Sorry, the service is unavailable", "A part of it does not answer for now. Try again in a minute.",
		}
		w.Header().Set("Retry-After", "60")
	}
	p.write(w, status, view{template: "trouble", Title: words.Heading, Content: words})
}

type trouble struct{ Heading, Text string }

func (p *Pages) write(w http.ResponseWriter, status int, v view) {
	var out bytes.Buffer
	if err := p.templates[v.template].ExecuteTemplate(&out, "layout", v); err != nil {
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "private, no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // a caller that has gone needs no page
}
