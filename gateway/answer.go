package gateway

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
)

// answer is what a GET is answered with, named by its hash.
type answer struct {
	contentType string
	// etag is the strong validator of body as encoded.
	etag string
	gzip bool
	body []byte
}

// worthGzip is the size from which a body is compressed for who accepts it.
const worthGzip = 1400

// newAnswer names a body, compressed if that is wanted and worth it.
func newAnswer(contentType string, body []byte, zip bool) answer {
	a := answer{contentType: contentType, body: body}
	if zip && len(body) >= worthGzip {
		if zipped, ok := compress(body); ok {
			a.body, a.gzip = zipped, true
		}
	}
	sum := sha256.Sum256(a.body)
	a.etag = `"` + base64.RawURLEncoding.EncodeToString(sum[:etagBytes]) + `"`
	return a
}

// etagBytes is how much of a body's hash stands in its ETag.
const etagBytes = 15

func compress(body []byte) ([]byte, bool) {
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, false
	}
	if _, err := zip.Write(body); err != nil || zip.Close() != nil {
		return nil, false
	}
	return out.Bytes(), out.Len() < len(body)
}

// Headers that are the same in every answer: shared, and never changed.
var (
	revalidate = []string{"private, no-cache"}
	varies     = []string{"Accept, Accept-Encoding"}
	gzipped    = []string{"gzip"}
)

// serve writes the answer, or that what the caller has is still right.
func (a answer) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Cache-Control"] = revalidate
	h["Vary"] = varies
	h["Etag"] = []string{a.etag}
	if matches(r.Header["If-None-Match"], a.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if a.gzip {
		h["Content-Encoding"] = gzipped
	}
	h["Content-Type"] = []string{a.contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(a.body))}
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(a.body) // a caller that has gone needs no answer
}

// matches reports whether an If-None-Match header names an ETag, weakly compared (RFC 9110,
// 13.1.2).
func matches(header []string, etag string) bool {
	for _, line := range header {
		for one := range strings.SplitSeq(line, ",") {
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, "W/") == etag {
				return true
			}
		}
	}
	return false
}

// An answer is kept as one byte that says how it is encoded, its ETag, and its body.
const etagLen = 2 + etagBytes*4/3

func (a answer) encode() []byte {
	kept := make([]byte, 0, 1+len(a.etag)+len(a.body))
	kind := byte('i')
	if a.gzip {
		kind = 'g'
	}
	return append(append(append(kept, kind), a.etag...), a.body...)
}

// decodeAnswer reads what encode wrote.
func decodeAnswer(contentType string, kept []byte) answer {
	return answer{
		contentType: contentType, gzip: kept[0] == 'g',
		etag: string(kept[1 : 1+etagLen]), body: kept[1+etagLen:],
	}
}
