package gateway_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc"

	"github.com/caremarket/caremarket/gateway"
	"github.com/caremarket/caremarket/gateway/internal/fixture"
	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/revision"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

const capacityPath = "/v1/districts/" + stroud + "/careHomeCapacity"

// counting plays a capacity whose number of homes is the revision it was asked at, and
// counts how often it was asked.
func counting(s *stack) (revision, asked *atomic.Int64) {
	revision, asked = new(atomic.Int64), new(atomic.Int64)
	s.homes.capacity = capacityAt(revision, asked)
	return revision, asked
}

// step is a request and how often the service has been asked when it is answered.
type step struct {
	path   string
	asked  int64
	before func()
}

func (s *stack) walk(t *testing.T, asked *atomic.Int64, steps []step) {
	t.Helper()
	for i, one := range steps {
		if one.before != nil {
			one.before()
		}
		got := s.get(t, one.path)
		if got.StatusCode != 200 || asked.Load() != one.asked {
			t.Errorf("step %d, %s: got %d and the service was asked %d times, want %d", i, one.path, got.StatusCode, asked.Load(), one.asked)
		}
	}
}

func TestAnswersAreKeptUntilTheDistrictChanges(t *testing.T) {
	s := newStack(t)
	at, asked := counting(s)
	write := func(revision int64, districts ...string) func() {
		return func() {
			at.Store(revision)
			s.commit(revision, districts...)
		}
	}
	s.walk(t, asked, []step{
		{path: capacityPath, asked: 1, before: write(5, stroud)},
		{path: capacityPath, asked: 1},
		{path: capacityPath + "?", asked: 1},
		{path: capacityPath + "?format=json", asked: 1},
		{path: capacityPath, asked: 2, before: write(6, stroud)},
		{path: capacityPath, asked: 2},
		{path: capacityPath, asked: 2, before: func() { s.commit(7, gloucester) }},
		{path: capacityPath + "?format=csv", asked: 3},
		{path: capacityPath + "?asAt=2026-10-31", asked: 4},
		{path: capacityPath + "?as%41t=2026-10-31", asked: 4},
		{path: capacityPath + "?format=csv", asked: 4},
	})
	if got := s.get(t, capacityPath); !strings.Contains(got.body, `"homes":{"value":6,`) {
		t.Errorf("the answer is not of revision 6: %s", got.body[:200])
	}
}

func TestAnswersThatAreBehindAreNotGivenAgain(t *testing.T) {
	s := newStack(t)
	at, asked := counting(s)
	at.Store(4) // a replica that has not heard of 5
	s.commit(5, stroud)
	s.walk(t, asked, []step{{path: capacityPath, asked: 1}, {path: capacityPath, asked: 2}})
	at.Store(5)
	s.walk(t, asked, []step{{path: capacityPath, asked: 3}, {path: capacityPath, asked: 3}})
}

func TestDoubtGoesToTheService(t *testing.T) {
	s := newStack(t)
	at, asked := counting(s)
	at.Store(5)
	s.commit(5, stroud)
	s.walk(t, asked, []step{
		{path: capacityPath, asked: 1},
		{path: capacityPath, asked: 2, before: s.trackers["carehomes"].Doubt},
		{path: capacityPath, asked: 3},
		{path: capacityPath, asked: 3, before: s.trackers["carehomes"].Confirm},
	})
}

func TestADayIsKeptForOneDay(t *testing.T) {
	s := newStack(t)
	at, asked := counting(s)
	at.Store(5)
	s.commit(5, stroud)
	s.walk(t, asked, []step{
		{path: capacityPath, asked: 1},
		{path: capacityPath, asked: 1, before: func() { s.setNow("2026-11-05T23:59:59Z") }},
		{path: capacityPath, asked: 2, before: func() { s.setNow("2026-11-06T00:00:00Z") }},
	})
}

func TestEarlierKnowledgeIsAskedFor(t *testing.T) {
	s := newStack(t)
	at, asked := counting(s)
	at.Store(5)
	s.commit(5, stroud)
	var steps []step
	for i, query := range []string{"minRevision=5", "min_revision=5", "knownAt=2026-10-31T09:00:00Z", "known_at=2026-10-31T09:00:00Z"} {
		steps = append(steps, step{path: capacityPath + "?" + query, asked: int64(2*i + 1)}, step{path: capacityPath + "?" + query, asked: int64(2*i + 2)})
	}
	s.walk(t, asked, steps)
}

func TestWithoutATrackerNothingIsKept(t *testing.T) {
	s := newStack(t, func(c *gateway.Config) { c.Trackers = map[string]*revision.Tracker{"homecare": c.Trackers["homecare"]} })
	_, asked := counting(s)
	s.walk(t, asked, []step{{path: capacityPath, asked: 1}, {path: capacityPath, asked: 2}})
}

func TestRefusalsAreNotKept(t *testing.T) {
	s := newStack(t)
	var asked atomic.Int64
	s.homes.capacity = func(context.Context, *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.CareHomeCapacity, error) {
		if asked.Add(1) == 1 {
			return nil, errs.PermissionDenied("NOT_YET", "no")
		}
		return fixture.CareHomeCapacity(stroud, 1), nil
	}
	if got := s.get(t, capacityPath); got.StatusCode != 403 || got.refusal(t).reason() != "NOT_YET" {
		t.Errorf("got %d: %s", got.StatusCode, got.body)
	}
	s.walk(t, &asked, []step{{path: capacityPath, asked: 2}, {path: capacityPath, asked: 2}})
}

func TestAnswersOfAStoreThatIsAwayAreNotKept(t *testing.T) {
	s := newStack(t)
	var asked atomic.Int64
	s.homes.capacity = func(context.Context, *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.CareHomeCapacity, error) {
		c := fixture.CareHomeCapacity(stroud, 5)
		if asked.Add(1) == 1 {
			c.DataNotes = append(c.DataNotes, &commonv1.DataNote{Code: "STORE_AWAY", Text: "the store does not answer"})
		}
		return c, nil
	}
	s.walk(t, &asked, []step{{path: capacityPath, asked: 1}, {path: capacityPath, asked: 2}, {path: capacityPath, asked: 2}})
}

func TestPartialStatementsAreNotKept(t *testing.T) {
	s := newStack(t)
	var asked atomic.Int64
	s.positions.statement = func(context.Context, *marketpositionv1.GetMarketPositionRequest) (*marketpositionv1.MarketPosition, error) {
		m := fixture.MarketPosition(stroud, 5)
		if asked.Add(1) == 1 {
			m = fixture.WithoutHomeCare(m)
		}
		return m, nil
	}
	s.commit(5, stroud)
	const path = "/v1/districts/" + stroud + "/marketPosition"
	s.walk(t, &asked, []step{
		{path: path, asked: 1},
		{path: path, asked: 2},
		{path: path, asked: 2},
		{path: path, asked: 3, before: func() { s.trackers["workforce"].Observe(6, []string{stroud}) }},
		{path: path, asked: 4}, // it does not say that it knows of that
	})
}

func TestAuthoritiesAreKeptUntilAnyDistrictChanges(t *testing.T) {
	s := newStack(t)
	var homesAsked, statementsAsked atomic.Int64
	at := int64(5)
	s.homes.capacities = func(*carehomesv1.ListDistrictCapacitiesRequest) (*carehomesv1.ListDistrictCapacitiesResponse, error) {
		homesAsked.Add(1)
		return &carehomesv1.ListDistrictCapacitiesResponse{
			Capacities: []*carehomesv1.CareHomeCapacity{fixture.CareHomeCapacity(gloucester, 3), fixture.CareHomeCapacity(stroud, 4)},
			Total:      fixture.CareHomeCapacity(gloucestershire, at),
		}, nil
	}
	s.positions.authority = func(*marketpositionv1.GetAuthorityMarketPositionRequest) (*marketpositionv1.AuthorityMarketPosition, error) {
		statementsAsked.Add(1)
		return fixture.AuthorityMarketPosition(gloucestershire, at, gloucester, stroud), nil
	}
	s.commit(4, stroud)
	s.commit(5, gloucester)
	const homes, whole = "/v1/authorities/" + gloucestershire + "/careHomeCapacities", "/v1/authorities/" + gloucestershire + "/marketPosition"
	s.walk(t, &homesAsked, []step{{path: homes, asked: 1}, {path: homes, asked: 1}})
	s.walk(t, &statementsAsked, []step{{path: whole, asked: 1}, {path: whole, asked: 1}})
	at = 6
	s.commit(6, stroud)
	s.walk(t, &homesAsked, []step{
		{path: homes, asked: 2},
		{path: homes, asked: 3, before: s.trackers["carehomes"].Doubt},
		{path: homes, asked: 3, before: s.trackers["carehomes"].Confirm},
	})
	s.walk(t, &statementsAsked, []step{{path: whole, asked: 2}, {path: whole, asked: 2}})
	// An authority that the atlas does not know has no districts to follow.
	const other = "/v1/authorities/E10000018/careHomeCapacities"
	s.walk(t, &homesAsked, []step{{path: other, asked: 4}, {path: other, asked: 5}})
}

func TestHistoriesAreKept(t *testing.T) {
	s := newStack(t)
	var asked atomic.Int64
	s.homes.history = func(*carehomesv1.ListDistrictCapacityHistoryRequest) (*carehomesv1.ListDistrictCapacityHistoryResponse, error) {
		asked.Add(1)
		return &carehomesv1.ListDistrictCapacityHistoryResponse{Capacities: []*carehomesv1.CareHomeCapacity{
			fixture.CareHomeCapacity(stroud, 5), fixture.CareHomeCapacity(stroud, 5),
		}}, nil
	}
	s.commit(5, stroud)
	path := capacityPath + ":history?from=2025-11-01&to=2026-10-31&step=month"
	s.walk(t, &asked, []step{
		{path: path, asked: 1},
		{path: path, asked: 1},
		{path: capacityPath + ":history?to=2026-10-31&step=month&from=2025-11-01", asked: 1},
		{path: capacityPath + ":history?to=2026-10-31&step=day&from=2025-11-01", asked: 2},
	})
}

// Two gateways for two audiences before the same services: what each keeps is its own, and
// each asks for its audience.
func TestAudiencesAreKeptApart(t *testing.T) {
	for _, whom := range []audience.Audience{audience.Public, audience.Commissioner} {
		s := newStack(t, func(c *gateway.Config) { c.Audience = whom })
		s.homes.capacity = func(ctx context.Context, _ *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.CareHomeCapacity, error) {
			c := fixture.CareHomeCapacity(stroud, 1)
			c.Homes = fixture.Value(float64(audience.From(ctx)), commonv1.Unit_UNIT_HOMES)
			return c, nil
		}
		want := `"homes":{"value":` + string('0'+rune(whom)) + ","
		for range 2 {
			got := s.get(t, capacityPath, "Grpc-Metadata-Caremarket-Audience: system", "Caremarket-Audience: public")
			if !strings.Contains(got.body, want) {
				t.Errorf("%v got %s, not %s", whom, got.body[:min(len(got.body), 300)], want)
			}
		}
	}
}

func TestOneFlightForAllWhoAskAtOnce(t *testing.T) {
	s := newStack(t)
	var asked atomic.Int64
	working, release := make(chan struct{}), make(chan struct{})
	s.homes.capacity = func(context.Context, *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.CareHomeCapacity, error) {
		if asked.Add(1) == 1 {
			close(working)
		}
		<-release
		return fixture.CareHomeCapacity(stroud, 1), nil
	}
	codes := make(chan int, 8)
	ask := func() { codes <- s.get(t, capacityPath).StatusCode }
	go ask()
	<-working
	for range 7 {
		go ask()
	}
	close(release)
	for range 8 {
		if code := <-codes; code != 200 {
			t.Errorf("got %d", code)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("the service was asked %d times", asked.Load())
	}
}

func TestServiceThatWentAwayIsNotKeptQuiet(t *testing.T) {
	var gone atomic.Bool
	s := newStack(t, func(c *gateway.Config) {
		conn := c.Conn
		c.Conn = func(service string) (grpc.ClientConnInterface, error) {
			inner, err := conn(service)
			return &breakable{inner, &gone}, err
		}
	})
	at, asked := counting(s)
	at.Store(5)
	s.commit(5, stroud)
	s.walk(t, asked, []step{{path: capacityPath, asked: 1}})
	gone.Store(true)
	s.walk(t, asked, []step{{path: capacityPath, asked: 1}}) // still right, as its tracker is current
	s.trackers["carehomes"].Doubt()
	if got := s.get(t, capacityPath); got.StatusCode != 503 {
		t.Errorf("got %d: %s", got.StatusCode, got.body)
	}
}

// breakable is a connection that a test breaks.
type breakable struct {
	grpc.ClientConnInterface
	gone *atomic.Bool
}

func (b *breakable) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	if b.gone.Load() {
		return errs.Unavailable(errs.ReasonUpstream, "gone", 0)
	}
	return b.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
}

// An authority's residents may be in any home of England: a commit of the care homes
// anywhere has the statement asked for anew, one of another service elsewhere has not.
func TestAuthoritiesFollowCareHomesAnywhere(t *testing.T) {
	const elsewhere, path = "E06000017", "/v1/authorities/" + gloucestershire + "/marketPosition"
	s := newStack(t)
	var asked, at atomic.Int64
	at.Store(5)
	s.positions.authority = func(*marketpositionv1.GetAuthorityMarketPositionRequest) (*marketpositionv1.AuthorityMarketPosition, error) {
		asked.Add(1)
		return fixture.AuthorityMarketPosition(gloucestershire, at.Load(), stroud), nil
	}
	for _, tracker := range s.trackers {
		tracker.CatchUp(-1, 5, map[string]int64{stroud: 5})
	}
	s.walk(t, &asked, []step{
		{path, 1, nil},
		{path, 1, nil},
		{path, 1, func() { s.trackers["homecare"].Observe(6, []string{elsewhere}) }},
		{path, 2, func() { at.Store(6); s.trackers["carehomes"].Observe(6, []string{elsewhere}) }},
	})
}
