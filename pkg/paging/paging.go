// Package paging makes page tokens that are bound to their question: a token from one
// listing is refused by another.
package paging

import (
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"strconv"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/caremarket/caremarket/pkg/errs"
)

// Page sizes, where a listing has none of its own.
const (
	DefaultSize = 50
	MaxSize     = 1000
)

// Size returns the page size to use for one that was asked for; 0 asks for the default.
func Size(asked int32) int {
	if asked <= 0 {
		return DefaultSize
	}
	return min(int(asked), MaxSize)
}

type token struct {
	Question string `json:"q"`
	Cursor   string `json:"c"`
}

// Token returns the page token that resumes a listing after a cursor. The request is the
// listing's, whose page_token and page_size do not count.
func Token(request proto.Message, cursor string) string {
	text, err := json.Marshal(token{Question: question(request), Cursor: cursor})
	if err != nil {
		return "" // Two strings always marshal.
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// Cursor returns where a page token resumes; "" for an empty one. A token that is not
// one, or is of another question, is an invalid page_token.
func Cursor(request proto.Message, pageToken string) (string, error) {
	if pageToken == "" {
		return "", nil
	}
	var t token
	text, err := base64.RawURLEncoding.DecodeString(pageToken)
	if err == nil {
		err = json.Unmarshal(text, &t)
	}
	if err != nil {
		return "", errs.Invalid(errs.Violation{Field: "page_token", Description: "is not one that this listing gave"})
	}
	if t.Question != question(request) {
		return "", errs.Invalid(errs.Violation{Field: "page_token", Description: "belongs to another question: ask for its first page again"})
	}
	return t.Cursor, nil
}

// question is a digest of what is asked, without where in the answer to begin.
func question(request proto.Message) string {
	bare := proto.Clone(request).ProtoReflect()
	for _, name := range []protoreflect.Name{"page_token", "page_size", "min_revision"} {
		if fd := bare.Descriptor().Fields().ByName(name); fd != nil {
			bare.Clear(fd)
		}
	}
	text, err := proto.MarshalOptions{Deterministic: true}.Marshal(bare.Interface())
	if err != nil {
		return ""
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(bare.Descriptor().FullName()))
	_, _ = h.Write(text)
	return strconv.FormatUint(h.Sum64(), 36)
}
