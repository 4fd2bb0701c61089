package marketposition

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// Whatever happens in between, in whatever order, a statement that was complete can be had
// again to the byte, by a process that keeps answers and by one that keeps none.
func TestEveryCompleteStatementCanBeHadAgain(t *testing.T) {
	kept := loaded(t)
	bare := loaded(t, func(c *Config) { c.Cache = nil })
	for name, s := range map[string]*suite{"kept": kept, "bare": bare} {
		t.Run(name, func(t *testing.T) {
			type published struct {
				req  *marketpositionv1.GetMarketPositionRequest
				body []byte
			}
			var all []published
			notes := 0
			rapid.Check(t, func(r *rapid.T) {
				switch rapid.SampledFrom([]string{"return", "note", "away", "back", "ask", "ask", "again"}).Draw(r, "step") {
				case "return":
					s.careHomes.returned()
				case "note":
					notes++
					if _, err := s.UpdateAction(t.Context(), &marketpositionv1.UpdateActionRequest{
						Action: &marketpositionv1.Action{Name: "actions/glos-working-well", Note: fmt.Sprint(notes)},
					}); err != nil {
						r.Fatal(err)
					}
				case "away":
					s.careHomes.fail(errAway)
				case "back":
					s.careHomes.fail(nil)
				case "ask":
					p := s.statement(t.Context(), t, ofStroud())
					if p.GetComplete() {
						req := ofStroud()
						req.AsAt, req.KnownAt = p.GetAsAt(), p.GetKnownAt()
						all = append(all, published{req, fixture.Encoded(t, p)})
					}
				case "again":
					if len(all) == 0 {
						return
					}
					one := rapid.SampledFrom(all).Draw(r, "statement")
					p := s.statement(t.Context(), t, one.req)
					if p.GetComplete() && !bytes.Equal(one.body, fixture.Encoded(t, p)) {
						r.Fatalf("the statement of %v has changed", one.req.GetKnownAt().AsTime())
					}
				}
			})
			s.careHomes.fail(nil)
			if len(all) == 0 {
				t.Error("no statement was complete")
			}
			for _, one := range all {
				if got := s.statement(t.Context(), t, one.req); !bytes.Equal(one.body, fixture.Encoded(t, got)) {
					t.Errorf("at the end the statement of %v has changed", one.req.GetKnownAt().AsTime())
				}
			}
		})
	}
}

// Callers who ask the same at the same time are served by one composition.
func TestManyAskAtOnce(t *testing.T) {
	s := loaded(t)
	var all sync.WaitGroup
	answers := make([]*marketpositionv1.MarketPosition, 20)
	for i := range answers {
		all.Go(func() { answers[i] = s.statement(t.Context(), t, ofStroud()) })
	}
	all.Wait()
	for i, p := range answers {
		if !proto.Equal(p, answers[0]) {
			t.Errorf("caller %d was told something else", i)
		}
	}
	if asked := s.careHomes.asked.Load(); asked != 1 {
		t.Errorf("the market was asked %d times, want once", asked)
	}
}

func TestWhyAMarketIsAway(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{errAway, "it cannot be reached"},
		{status.FromContextError(context.DeadlineExceeded).Err(), "it did not answer within 2s"},
		{errs.Status(errs.ResourceExhausted("BUSY", "busy", time.Second)).Err(), "it is at its limit"},
		{errs.Status(errs.NotFound("district", "E07000082")).Err(), "it does not know this area"},
		// What a driver or a library says never leaves.
		{status.Error(codes.Internal, "driver: bad connection at 10.0.0.1"), "it answered with an error"},
		{errors.New("a secret"), "it answered with an error"},
	} {
		if got := why(test.err, 2*time.Second); got != test.want {
			t.Errorf("%v: %q, want %q", test.err, got, test.want)
		}
	}
}

func TestInFuture(t *testing.T) {
	other := errs.Status(errs.Invalid(errs.Violation{Field: "as_at", Description: "lies in the future"})).Err()
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"none": {nil, false}, "known_at": {future(), true}, "another field": {other, false}, "away": {errAway, false},
		"no details": {status.Error(codes.InvalidArgument, "known_at"), false},
	} {
		if got := inFuture(test.err); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A market that is behind for longer than it may take is left out.
func TestAClockThatStaysBehind(t *testing.T) {
	s := loaded(t)
	s.careHomes.behind.Store(1 << 20)
	p := s.statement(t.Context(), t, ofStroud())
	if p.GetComplete() || p.GetCareHomes().GetState().GetReason() != "it answered with an error" {
		t.Errorf("%v", p.GetCareHomes().GetState())
	}
}

func TestMarketsThatAreNotServed(t *testing.T) {
	s := start(t, storetest.SQLite(t), func(c *Config) { c.Markets = Markets{} })
	load(t, &suite{Server: s.Server}, fixture.Facts(t))
	p := s.statement(t.Context(), t, ofStroud())
	if p.GetComplete() || len(p.GetRevisions()) != 1 {
		t.Errorf("complete %v, rests on %v", p.GetComplete(), p.GetRevisions())
	}
	for _, state := range []*marketpositionv1.SectionState{
		p.GetCareHomes().GetState(), p.GetHomeCare().GetState(), p.GetHousingWithCare().GetState(), p.GetWorkforce().GetState(),
	} {
		if state.GetReason() != "this market is not served here" {
			t.Errorf("%v", state)
		}
	}
	// That is how it is set up, not a fault: the statement is kept.
	if again := s.statement(t.Context(), t, ofStroud()); !proto.Equal(p, again) {
		t.Error("the statement was composed again")
	}
}

func TestMemory(t *testing.T) {
	at := time.Date(2026, 10, 31, 12, 0, 0, 0, time.UTC)
	m, err := newMemory(func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	q := question{area: "districts/E07000082", asAt: "2026-10-31", knownAt: 5, audience: commonv1.Audience_AUDIENCE_PUBLIC}
	given := statement.Answer[*carehomesv1.CareHomeCapacity]{State: fixture.Ready(), Total: fixture.HomesOf(q.area, 1, fixture.Provided)}
	remember(m, statement.CareHomesService, q, given)
	ask := func(service string, change func(*question)) statement.Answer[*carehomesv1.CareHomeCapacity] {
		own := q
		change(&own)
		return recall[*carehomesv1.CareHomeCapacity](m, service, own, "it cannot be reached")
	}
	later := ask(statement.CareHomesService, func(q *question) { q.knownAt = 6 })
	if diff := cmp.Diff(given.Total, later.Total, protocmp.Transform()); diff != "" || later.Available() || !later.State.GetAnsweredAt().AsTime().Equal(at) {
		t.Errorf("%v %s", later.State, diff)
	}
	if given.State.GetAvailability() != marketpositionv1.Availability_AVAILABILITY_AVAILABLE {
		t.Error("the answer that was given was altered")
	}
	for name, got := range map[string]statement.Answer[*carehomesv1.CareHomeCapacity]{
		"another market":   ask(statement.WorkforceService, func(*question) {}),
		"another area":     ask(statement.CareHomesService, func(q *question) { q.area = "districts/E07000083" }),
		"another day":      ask(statement.CareHomesService, func(q *question) { q.asAt = "2026-10-30" }),
		"another audience": ask(statement.CareHomesService, func(q *question) { q.audience = commonv1.Audience_AUDIENCE_SYSTEM }),
		"a named moment":   ask(statement.CareHomesService, func(q *question) { q.fixed = true }),
	} {
		if got.Answered() || got.State.GetReason() != "it cannot be reached" {
			t.Errorf("%s: %v", name, got.State)
		}
	}
}

// Memory is bounded: what was answered long ago is forgotten first.
func TestMemoryForgets(t *testing.T) {
	m, err := newMemory(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	answer := statement.Answer[*carehomesv1.CareHomeCapacity]{State: fixture.Ready(), Total: fixture.HomesOf("districts/E07000082", 1, fixture.Provided)}
	size := proto.Size(answer.Total) * decodedFactor
	for i := range 3 * memoryBytes / size {
		remember(m, statement.CareHomesService, question{area: fmt.Sprint(i)}, answer)
	}
	m.last.CleanUp()
	if held := m.last.EstimatedSize() * size; held > memoryBytes {
		t.Errorf("about %d bytes are held, over %d", held, memoryBytes)
	}
}
