package gateway

import (
	"io"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/gateway/download"
)

// jsonCodec reads and writes messages as JSON: names in camelCase, fields without a value
// included, no white space.
type jsonCodec struct{ *runtime.JSONPb }

func newJSONCodec() jsonCodec {
	return jsonCodec{&runtime.JSONPb{MarshalOptions: protojson.MarshalOptions{EmitDefaultValues: true}}}
}

// Marshal writes an answer, or one message of a stream.
func (c jsonCodec) Marshal(v any) ([]byte, error) {
	encoded, err := c.JSONPb.Marshal(v)
	return tight(encoded), err
}

// NewEncoder returns an encoder that writes as Marshal does.
func (c jsonCodec) NewEncoder(w io.Writer) runtime.Encoder {
	return runtime.EncoderFunc(func(v any) error {
		encoded, err := c.Marshal(v)
		if err == nil {
			_, err = w.Write(encoded)
		}
		return err
	})
}

// csvCodec writes answers as CSV; all else it does as JSON.
type csvCodec struct{ jsonCodec }

// ContentType is that of CSV.
func (csvCodec) ContentType(any) string { return download.ContentType }

// Marshal writes an answer as a table.
func (c csvCodec) Marshal(v any) ([]byte, error) {
	if m, ok := v.(proto.Message); ok {
		return download.CSV(m)
	}
	return c.jsonCodec.Marshal(v)
}
