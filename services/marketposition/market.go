package marketposition

import (
	"context"
	"slices"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// capacity is what any market says of an area.
type capacity interface {
	proto.Message
	GetName() string
	GetRevision() int64
	GetSources() []*commonv1.Source
	GetIllustrative() bool
}

// question is what all markets are asked.
type question struct {
	// area is districts/{code} or authorities/{code}.
	area string
	asAt string
	// knownAt is the moment whose knowledge is asked for, in microseconds since 1970.
	knownAt int64
	// fixed is true when the caller named the moment, false when it is now.
	fixed    bool
	audience commonv1.Audience
}

func (q question) moment() *timestamppb.Timestamp { return book.Stamp(q.knownAt) }

// Answer is what a market said, or that it did not.
type Answer[C capacity] struct {
	State *marketpositionv1.SectionState
	// Each are the districts of an authority in order of code; of a district, itself.
	Each []C
	// Total is all of them as one, or the district itself. Without an answer it is nil.
	Total C
}

// answered reports whether there is something to show.
func (a Answer[C]) answered() bool {
	switch a.State.GetAvailability() {
	case marketpositionv1.Availability_AVAILABILITY_AVAILABLE, marketpositionv1.Availability_AVAILABILITY_STALE:
		return true
	default:
		return false
	}
}

// available reports whether the market answered now.
func (a Answer[C]) available() bool {
	return a.State.GetAvailability() == marketpositionv1.Availability_AVAILABILITY_AVAILABLE
}

// of is the answer about one of the districts of an authority.
func (a Answer[C]) of(district string) Answer[C] {
	if !a.answered() {
		return a
	}
	at := slices.IndexFunc(a.Each, func(c C) bool { return areaOf(c) == districtPrefix+district })
	if at < 0 {
		return Answer[C]{State: unavailable("it said nothing of this district")}
	}
	return Answer[C]{State: a.State, Each: a.Each[at : at+1], Total: a.Each[at]}
}

// market is one of the four, as it is asked.
type market[C capacity] struct {
	service string
	// ask is nil when the market is not served.
	ask func(context.Context, question) (each []C, total C, err error)
}

// reply asks a market within its own time. A market that does not answer never fails the
// statement: its last good answer to the same question stands in, if there is one.
func reply[C capacity](ctx context.Context, m market[C], q question, deadline time.Duration, memory *memory) Answer[C] {
	if m.ask == nil {
		return Answer[C]{State: unavailable("this market is not served here")}
	}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	each, total, err := askUntilKnown(ctx, m, q)
	if err == nil {
		answer := Answer[C]{State: &marketpositionv1.SectionState{Availability: marketpositionv1.Availability_AVAILABILITY_AVAILABLE}, Each: each, Total: total}
		remember(memory, m.service, q, answer)
		return answer
	}
	return recall[C](memory, m.service, q, why(err, deadline))
}

// clockPause is how long to wait for the clock of another machine that is a little behind.
const clockPause = 20 * time.Millisecond

// askUntilKnown asks a market, and again while the moment asked about still lies in the
// future by its clock.
func askUntilKnown[C capacity](ctx context.Context, m market[C], q question) (each []C, total C, err error) {
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

func unavailable(reason string) *marketpositionv1.SectionState {
	return &marketpositionv1.SectionState{
		Availability: marketpositionv1.Availability_AVAILABILITY_UNAVAILABLE, Reason: reason,
	}
}
