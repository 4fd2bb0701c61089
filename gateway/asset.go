package gateway

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// asset is a file that never changes while the program runs, compressed if that helps.
type asset struct{ answer answer }

// newAsset makes an asset of a file, which is compressed already if its name ends in .gz.
func newAsset(name string, data []byte) asset {
	plain, zipped := strings.CutSuffix(name, ".gz")
	a := newAnswer(mime.TypeByExtension(path.Ext(plain)), data, !zipped)
	a.gzip = a.gzip || zipped
	return asset{a}
}

// ServeHTTP sends the file, unpacked for who does not take it packed.
func (a asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !a.answer.gzip || takesGzip(r.Header["Accept-Encoding"]) {
		a.answer.serve(w, r)
		return
	}
	unpacked, err := unpack(a.answer.body)
	if err != nil {
		faultOf(r.Context(), err).write(w)
		return
	}
	newAnswer(a.answer.contentType, unpacked, false).serve(w, r)
}

func unpack(zipped []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return nil, fmt.Errorf("unpack an asset: %w", err)
	}
	return io.ReadAll(reader)
}

// addAssets serves files under a path.
func addAssets(mux *http.ServeMux, under string, files fs.FS, names ...string) error {
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("asset: %w", err)
		}
		a := newAsset(name, data)
		mux.Handle(under+path.Base(strings.TrimSuffix(name, ".gz")), readOnly(a.ServeHTTP))
	}
	return nil
}
