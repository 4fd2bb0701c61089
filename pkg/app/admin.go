package app

import (
	"fmt"
	"net/http"
	"net/http/pprof"
	"strings"
)

// Admin serves what operators ask of a process: /metrics, /healthz (it is alive), /readyz (it may be
// sent work; 503 names what it waits for) and /debug/pprof, without the command line, which may hold
// secrets. It tells much of the process, so it
// belongs on a loopback address; put its component first, so that it stops last.
func Admin(metrics http.Handler, readiness *Readiness) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if waiting := readiness.Waiting(); len(waiting) > 0 {
			answer(w, http.StatusServiceUnavailable, "waiting for "+strings.Join(waiting, ", "))
			return
		}
		answer(w, http.StatusOK, "ready")
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text) // a prober that hung up needs no answer
}
