package errs_test

import (
	"testing"
	"unicode/utf8"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
)

// Whatever a request holds, an error that quotes it can be sent.
func FuzzStatusCanBeSent(f *testing.F) {
	f.Add("careHome", "1-123", "beds[0]", "must be 1")
	f.Add("", "\xff", "\x00", "é\xc3")
	f.Fuzz(func(t *testing.T, kind, id, field, description string) {
		for _, err := range []error{
			errs.NotFound(kind, id),
			errs.Conflict("CONFLICT", description),
			errs.Invalid(errs.Violation{Field: field, Description: description}),
		} {
			st := errs.Status(err)
			if _, err := proto.Marshal(st.Proto()); err != nil {
				t.Errorf("cannot be sent: %v", err)
			}
			if st.Code() == codes.OK || !utf8.ValidString(st.Message()) || errs.Reason(err) == "" {
				t.Errorf("status %v of %v lacks its code, message or reason", st, err)
			}
		}
	})
}
