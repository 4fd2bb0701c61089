package gateway

import (
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// A GET's answer may be asked for in these formats.
const (
	asJSON = "application/json"
	asCSV  = "text/csv"
)

// formatParam is the query parameter that names a format, for callers who cannot set a
// header, such as a link on a page.
const formatParam = "format"

// wanted is how a caller wants its answer.
type wanted struct {
	format string // asJSON or asCSV
	gzip   bool
	// query is the request's query in one way of writing, without the format.
	query string
}

// negotiate reads what a GET asks for. A format that there is not stays in the query, to be
// named with its other faults.
func negotiate(r *http.Request) wanted {
	w := wanted{format: accepted(r.Header["Accept"]), gzip: takesGzip(r.Header["Accept-Encoding"]), query: r.URL.RawQuery}
	if w.query == "" {
		return w
	}
	values, err := url.ParseQuery(w.query)
	if err != nil {
		return w // to be reported by whoever reads it
	}
	if named := values[formatParam]; len(named) == 1 {
		if format, ok := formatNamed(named[0]); ok {
			w.format = format
			values.Del(formatParam)
		}
	}
	w.query = values.Encode()
	return w
}

func formatNamed(name string) (format string, ok bool) {
	switch strings.ToLower(name) {
	case "json":
		return asJSON, true
	case "csv":
		return asCSV, true
	default:
		return "", false
	}
}

// accepted is the format that an Accept header prefers: CSV where it is named before or
// above JSON, else JSON.
func accepted(header []string) string {
	best, preferred := 0.0, asJSON
	for _, line := range header {
		for part := range strings.SplitSeq(line, ",") {
			kind, params, err := mime.ParseMediaType(part)
			if err != nil || kind != asJSON && kind != asCSV {
				continue
			}
			if q := quality(params["q"]); q > best {
				best, preferred = q, kind
			}
		}
	}
	return preferred
}

// takesOnlyCSV reports whether a caller names CSV, by parameter or header, and nothing else.
func takesOnlyCSV(r *http.Request) bool {
	if format, ok := formatNamed(r.URL.Query().Get(formatParam)); ok {
		return format == asCSV
	}
	named := false
	for _, line := range r.Header["Accept"] {
		for part := range strings.SplitSeq(line, ",") {
			kind, params, err := mime.ParseMediaType(part)
			if err != nil || quality(params["q"]) == 0 {
				continue
			}
			if kind != asCSV {
				return false
			}
			named = true
		}
	}
	return named
}

// takesGzip reports whether an Accept-Encoding header names gzip.
func takesGzip(header []string) bool {
	for _, line := range header {
		for part := range strings.SplitSeq(line, ",") {
			coding, params, _ := strings.Cut(part, ";")
			if strings.TrimSpace(coding) != "gzip" {
				continue
			}
			_, q, _ := strings.Cut(params, "=")
			return quality(strings.TrimSpace(q)) > 0
		}
	}
	return false
}

// quality reads a q parameter: 1 when there is none.
func quality(q string) float64 {
	if q == "" {
		return 1
	}
	value, err := strconv.ParseFloat(q, 64)
	if err != nil {
		return 0
	}
	return value
}
