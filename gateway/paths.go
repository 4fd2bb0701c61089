package gateway

import (
	"maps"
	"net/http"
	"strings"
)

// named answers GET and HEAD with h, its answers named by their hash, and refuses the rest.
// What it answers with is no table: who takes nothing but CSV is told so.
func named(h http.Handler) http.Handler {
	return readOnly(func(w http.ResponseWriter, r *http.Request) {
		if takesOnlyCSV(r) {
			noTable().write(w)
			return
		}
		rec := newRecorder()
		h.ServeHTTP(rec, r)
		if rec.status != http.StatusOK {
			rec.replay(w)
			return
		}
		maps.Copy(w.Header(), rec.header)
		newAnswer(rec.header.Get("Content-Type"), rec.body.Bytes(), takesGzip(r.Header["Accept-Encoding"])).serve(w, r)
	})
}

// readOnly answers GET and HEAD with h and refuses the rest.
func readOnly(h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isRead(r) {
			w.Header().Set("Allow", "GET, HEAD")
			wrongMethod(r.Method, []string{http.MethodGet, http.MethodHead}).write(w)
			return
		}
		h(w, r)
	})
}

// unknown answers what nothing else does: people with a page, programs with a fault.
func unknown(page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isRead(r) && strings.Contains(r.Header.Get("Accept"), "text/html") {
			page.ServeHTTP(w, r)
			return
		}
		unknownPath(r.URL.Path).write(w)
	})
}
