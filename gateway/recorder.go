package gateway

import (
	"bytes"
	"maps"
	"net/http"

	"google.golang.org/protobuf/proto"
)

// recorder takes an answer down, so that it can be named by its hash and kept.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
	// message is what the body was written from; nil for a fault.
	message proto.Message
}

func newRecorder() *recorder { return &recorder{header: http.Header{}} }

// Header is the answer's header.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader notes the first status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write appends to the body.
func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

// replay writes what was taken down to w.
func (r *recorder) replay(w http.ResponseWriter) {
	maps.Copy(w.Header(), r.header)
	w.WriteHeader(max(r.status, http.StatusOK))
	_, _ = w.Write(r.body.Bytes()) // a caller that has gone needs no answer
}
