package marketposition

import (
	"context"
	"slices"
	"time"

	"github.com/caremarket/caremarket/services/marketposition/statement"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// question is what all markets are asked.
type question struct {
	// area is districts/{code} or authorities/{code}.
	area string
	asAt string
	// knownAt is the moment whose knowledge is asked for, in microseconds since 1970.
	knownAt int64
	// fixed is true when the caller named the moment, false when it is now.
	fixed bool
	// placements is true when it is asked where the area's residents are, too.
	placements bool
	audience   commonv1.Audience
}

func (q question) moment() *timestamppb.Timestamp { return book.Stamp(q.knownAt) }

// market is one of the four, as it is asked.
type market[C statement.Capacity] struct {
	service string
	// ask is nil when the market is not served.
	ask func(context.Context, question) (each []C, total C, err error)
}

// reply asks a market within its own time. A market that does not answer never fails the
// statement: its last good answer to the same question stands in, if there is one.
func reply[C statement.Capacity](ctx context.Context, m market[C], q question, deadline time.Duration, memory *memory) statement.Answer[C] {
	if m.ask == nil {
		return statement.Answer[C]{State: statement.Unavailable("this market is not served here")}
	}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	each, total, err := askUntilKnown(ctx, m, q)
	if err == nil {
		answer := statement.Answer[C]{State: &marketpositionv1.SectionState{Availability: marketpositionv1.Availability_AVAILABILITY_AVAILABLE}, Each: each, Total: total}
		remember(memory, m.service, q, answer)
		return answer
	}
	return recall[C](memory, m.service, q, why(err, deadline))
}

// clockPause is how long to wait for the clock of another machine that is a little behind.
const clockPause = 20 * time.Millisecond

// askUntilKnown asks a market, and again while the moment asked about still lies in the
// future by its clock.
func askUntilKnown[C statement.Capacity](ctx context.Context, m market[C], q question) (each []C, total C, err error) {
	for {
		each, total, err = m.ask(ctx, q)
		if err == nil && any(total) == any(*new(C)) {
			return nil, total, errs.Internal("EMPTY_ANSWER", nil)
		}
		if !inFuture(err) {
			return each, total, err
		}
		select {
		case <-time.After(clockPause):
		case <-ctx.Done():
			return nil, total, err
		}
	}
}

// inFuture reports whether a market refused a known_at.
func inFuture(err error) bool {
	if status.Code(err) != codes.InvalidArgument {
		return false
	}
	for _, detail := range status.Convert(err).Details() {
		request, ok := detail.(*errdetails.BadRequest)
		if ok && slices.ContainsFunc(request.GetFieldViolations(), func(v *errdetails.BadRequest_FieldViolation) bool {
			return v.GetField() == "known_at"
		}) {
			return true
		}
	}
	return false
}

// why says in plain words that a market did not answer.
func why(err error, deadline time.Duration) string {
	switch errs.Code(err) {
	case codes.Unavailable:
		return "it cannot be reached"
	case codes.DeadlineExceeded:
		return "it did not answer within " + deadline.String()
	case codes.ResourceExhausted:
		return "it is at its limit"
	case codes.NotFound:
		return "it does not know this area"
	default:
		return "it answered with an error"
	}
}
