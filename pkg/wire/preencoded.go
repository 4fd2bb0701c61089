// Package wire hands out messages that are encoded already, so that an answer kept as bytes leaves a
// gRPC server without being decoded and encoded again.
package wire

import "google.golang.org/protobuf/proto"

// Preencoded makes the empty message m stand for encoded, the wire form of a message of m's type, and
// returns m. Marshalling m then copies encoded as it is, and whoever decodes the result sees every field.
//
// Only the encoded form is there: m's own fields stay empty, so m is for sending, not for reading. Both m
// and encoded belong to the result from here on and must not be changed; the same encoded may stand behind
// any number of messages at once.
func Preencoded[M proto.Message](m M, encoded []byte) M {
	// To the encoder these are fields that the type does not know, which protobuf copies verbatim.
	m.ProtoReflect().SetUnknown(encoded)
	return m
}
