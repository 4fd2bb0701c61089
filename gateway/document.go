package gateway

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/swaggest/swgui/v5/static"
	"go.yaml.in/yaml/v3"

	"github.com/caremarket/caremarket/proto"
)

//go:embed docs
var docs embed.FS

// docsPolicy lets the page run its own scripts and ask this server. Swagger UI writes
// style attributes, which cannot be named one by one, and draws with data: images.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// addDocument serves the API's document and a page to try it.
func addDocument(mux *http.ServeMux) error {
	page, err := docs.ReadFile("docs/index.html")
	if err != nil {
		return fmt.Errorf("page of the API's document: %w", err)
	}
	mux.Handle("/docs", named(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", docsPolicy)
		_, _ = w.Write(page) // a recorder takes it
	})))
	// The page names what it loads from the root, so it stands at one address only.
	mux.Handle("/docs/{$}", readOnly(http.RedirectHandler("/docs", http.StatusMovedPermanently).ServeHTTP))
	mux.Handle("/openapi.yaml", encoded("application/yaml", yaml.Marshal))
	mux.Handle("/openapi.json", encoded(asJSON, json.Marshal))
	return errors.Join(
		addAssets(mux, "/docs/", docs, "docs/start.js"),
		addAssets(mux, "/docs/", static.FS, "swagger-ui-bundle.js.gz", "swagger-ui.css.gz"),
	)
}

// encoded serves the document. Few ask for it, so it is made when somebody first does.
func encoded(contentType string, encode func(any) ([]byte, error)) http.Handler {
	made := sync.OnceValues(func() ([]byte, error) {
		document, err := newDocument()
		if err != nil {
			return nil, err
		}
		return encode(document)
	})
	return named(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := made()
		if err != nil {
			faultOf(r.Context(), err).write(w)
			return
		}
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(body) // a recorder takes it
	}))
}

// newDocument reads the generated document and adds what the gateway does for every path,
// and the limits that the protos set.
func newDocument() (map[string]any, error) {
	var document map[string]any
	if err := yaml.Unmarshal([]byte(proto.OpenAPI()), &document); err != nil {
		return nil, fmt.Errorf("read the API's document: %w", err)
	}
	paths, _ := document["paths"].(map[string]any)
	for path, item := range paths {
		operations, _ := item.(map[string]any)
		if get, ok := operations["get"].(map[string]any); ok {
			if strings.HasSuffix(path, ":watch") {
				describeWatch(get)
			} else {
				describeRead(get)
			}
		}
		if post, ok := operations["post"].(map[string]any); ok && strings.HasSuffix(path, "/returns") {
			addParameter(post, "header", idempotencyHeader, "A UUID of the caller's making, for requestId. "+
				"Sent again, it is answered as the first time.", map[string]any{"type": "string", "format": "uuid"})
		}
	}
	describeLimits(document)
	components, _ := document["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	describeShorthands(schemas)
	return document, nil
}

// describeRead tells of formats and of asking again only for what changed.
func describeRead(get map[string]any) {
	addParameter(get, "query", formatParam, "json or csv, in place of an Accept header.",
		map[string]any{"type": "string", "enum": []any{"json", "csv"}})
	addParameter(get, "header", "If-None-Match", "The ETag of an answer at hand: 304 if it is still right.",
		map[string]any{"type": "string"})
	responses, ok := get["responses"].(map[string]any)
	if !ok {
		return
	}
	responses["304"] = map[string]any{"description": "The answer at hand is still right."}
	if found, ok := responses["200"].(map[string]any); ok {
		if content, ok := found["content"].(map[string]any); ok {
			content[asCSV] = map[string]any{"schema": map[string]any{"type": "string"}}
		}
	}
}

func addParameter(operation map[string]any, in, name, description string, schema map[string]any) {
	parameters, _ := operation["parameters"].([]any)
	operation["parameters"] = append(parameters, map[string]any{
		"name": name, "in": in, "description": description, "schema": schema,
	})
}
