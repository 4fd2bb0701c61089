package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/caremarket/caremarket/pkg/errs"
)

// fault is what a caller is told went wrong: a google.rpc.Status and the HTTP status it
// travels under.
type fault struct {
	http   int
	status *status.Status
}

// faultOf tells of an error as the services tell of theirs.
func faultOf(ctx context.Context, err error) fault {
	st := errs.Status(errs.Wire(ctx, err))
	if st.Code() == codes.Internal && status.Code(err) == codes.InvalidArgument {
		st = errs.Status(errs.Invalid()) // by a generated handler, in Go's words
	}
	return fault{runtime.HTTPStatusFromCode(st.Code()), st}
}

// unknownPath says that nothing is at a path.
func unknownPath(path string) fault {
	return fault{http.StatusNotFound, errs.Status(errs.NotFound("path", path))}
}

// wrongMethod says that a path is not asked with a method.
func wrongMethod(method string, allowed []string) fault {
	return refusal(http.StatusMethodNotAllowed, codes.Unimplemented, "METHOD_NOT_ALLOWED",
		fmt.Sprintf("%s is not offered here: use %s", method, strings.Join(allowed, " or ")))
}

// noTable says that what is at a path cannot be had as CSV.
func noTable() fault {
	return refusal(http.StatusNotAcceptable, codes.InvalidArgument, "NOT_A_TABLE",
		"this is no table, so there is no CSV of it: the answers under /v1/ have one")
}

func bodyTooLarge(most int64) fault {
	return refusal(http.StatusRequestEntityTooLarge, codes.InvalidArgument, "BODY_TOO_LARGE",
		fmt.Sprintf("the body is larger than %d bytes: send less at a time", most))
}

func bodyNotRead() fault {
	return refusal(http.StatusBadRequest, codes.InvalidArgument, "BODY_NOT_READ", "the body did not arrive whole")
}

func crossOrigin() fault {
	return faultOf(context.Background(), errs.PermissionDenied("CROSS_ORIGIN", "a page of another site may not change anything here"))
}

// refusal is a fault that only HTTP knows.
func refusal(httpStatus int, code codes.Code, reason, message string) fault {
	st := status.New(code, message)
	detailed, err := st.WithDetails(&errdetails.ErrorInfo{Domain: errs.Domain, Reason: reason})
	if err != nil {
		detailed = st // the message still says it
	}
	return fault{httpStatus, detailed}
}

// write answers with the fault as JSON.
func (f fault) write(w http.ResponseWriter) {
	encoded, err := protojson.Marshal(f.status.Proto())
	if err != nil {
		encoded = []byte(`{"code":13,"message":"internal error"}`)
	}
	h := w.Header()
	for _, name := range []string{"Trailer", "Transfer-Encoding", "Content-Disposition", "Etag", nextPageHeader} {
		h.Del(name)
	}
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	if seconds := f.retryAfter(); seconds > 0 {
		h.Set("Retry-After", strconv.Itoa(seconds))
	}
	w.WriteHeader(f.http)
	_, _ = w.Write(tight(encoded)) // a caller that has gone needs no answer
}

// retryAfter is the status's hint in whole seconds, rounded up; 0 without one.
func (f fault) retryAfter() int {
	for _, detail := range f.status.Details() {
		if retry, ok := detail.(*errdetails.RetryInfo); ok {
			return int(math.Ceil(retry.GetRetryDelay().AsDuration().Seconds()))
		}
	}
	return 0
}

// tight takes the white space out of JSON, which protojson varies from build to build.
func tight(encoded []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(encoded))
	if err := json.Compact(&out, encoded); err != nil {
		return encoded
	}
	return out.Bytes()
}
