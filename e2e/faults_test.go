package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/caremarket/caremarket/e2e/suite"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// faults are what may be away while the suite goes on. They run one after another on the
// same six processes.
func faults() []scenario {
	return []scenario{
		{"Redis refused, frozen, flushed and restarted under load", survivesRedis},
		{"a market killed", survivesMarkets},
		{"PostgreSQL stopped", survivesPostgres},
		{"told to stop under load", stopsUnderLoad},
	}
}

func survivesRedis(t *testing.T, s *suite.Suite) {
	l := newLoad(t)
	writer := newCounter(t, s)
	l.add(writer.write)
	for _, path := range []string{
		"/v1/districts/" + stroud + "/marketPosition", "/v1/authorities/" + gloucestershire + "/marketPosition",
		"/v1/districts/" + tewkesbury + "/careHomeCapacity",
	} {
		l.add(func(ctx context.Context) error { return succeeds(ctx, s, path) })
	}
	client := carehomesv1.NewCareHomesServiceClient(s.Of(suite.CareHomes).Dial(t))
	l.add(func(ctx context.Context) error {
		_, err := client.GetDistrictCapacity(ctx, &carehomesv1.GetDistrictCapacityRequest{Name: "districts/" + tewkesbury + "/careHomeCapacity"})
		return err
	})
	const calls = 5
	goOn := func(while string) {
		t.Helper()
		began := time.Now()
		l.goOn(t, calls)
		eventually(t, "the statement follows the returns with Redis "+while, func() error { return writer.isShown(t) })
		t.Logf("Redis %s: calls %v %s later", while, l.said(), time.Since(began).Round(time.Millisecond))
	}
	goOn("there")
	s.Redis.Stop(t)
	goOn("refused")
	s.Redis.Start(t)
	goOn("back")
	s.Redis.Freeze(t)
	goOn("frozen")
	s.Redis.Thaw(t)
	goOn("thawed")
	s.Redis.FlushAll(t)
	goOn("flushed")
	s.Redis.Stop(t)
	s.Redis.Start(t)
	goOn("restarted")
	n, failed := l.stop()
	for _, err := range failed[:min(len(failed), 10)] {
		t.Error(err)
	}
	if len(failed) > 0 {
		t.Errorf("%d of %d calls failed", len(failed), n)
	}
}

func succeeds(ctx context.Context, s *suite.Suite, path string, headers ...string) error {
	a, err := s.Ask(ctx, http.MethodGet, path, "", headers...)
	if err == nil && a.Status != http.StatusOK {
		err = fmt.Errorf("GET %s: status %d: %s", path, a.Status, a.Body)
	}
	return err
}

// counter is a home that fills bed by bed, in a district where nobody else returns: how many
// beds the district uses is known after each return.
type counter struct {
	suite  *suite.Suite
	home   *carehomesv1.CareHome
	before float64

	mu   sync.Mutex
	used int32
	last int64
}

const counterBeds = 50

func newCounter(t *testing.T, s *suite.Suite) *counter {
	t.Helper()
	c := &counter{suite: s, home: newHome(t, s, tewkesbury, counterBeds)}
	kept := submit(t, s, c.home, bed(counterBeds, 10, 0, 0))
	used, err := bedsUsed(t.Context(), s, tewkesbury, kept.GetRevision())
	if err != nil {
		t.Fatal(err)
	}
	c.before, c.last = used-10, kept.GetRevision()
	return c
}

// write returns another number of beds and checks that the district's follow.
func (c *counter) write(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used = 10 + (c.used+1)%counterBeds*4/5
	kept, err := trySubmit(ctx, c.suite, c.home, bed(counterBeds, c.used, 0, 0), "Idempotency-Key", uuid.NewString())
	if err != nil {
		return err
	}
	c.last = kept.GetRevision()
	now, err := bedsUsed(ctx, c.suite, tewkesbury, c.last)
	if err == nil && now != c.before+float64(c.used) {
		err = fmt.Errorf("at revision %d %v beds are in use, want %v", c.last, now, c.before+float64(c.used))
	}
	return err
}

// isShown checks that the district's statement has the returns, without being told to.
func (c *counter) isShown(t *testing.T) error {
	c.mu.Lock() // nothing is returned meanwhile
	defer c.mu.Unlock()
	p := suite.Read(t, c.suite, "/v1/districts/"+tewkesbury+"/marketPosition", &marketpositionv1.MarketPosition{})
	if got, want := p.GetCareHomes().GetCapacity().GetTotal().GetUsed().GetValue(), c.before+float64(c.used); got != want || !p.GetComplete() {
		return fmt.Errorf("the statement has %v beds in use, want %v; complete %t", got, want, p.GetComplete())
	}
	return nil
}

func survivesMarkets(t *testing.T, s *suite.Suite) {
	statement := func(district string) *marketpositionv1.MarketPosition {
		return suite.Read(t, s, "/v1/districts/"+district+"/marketPosition", &marketpositionv1.MarketPosition{})
	}
	paths := map[string]string{
		suite.CareHomes: "careHomeCapacity", suite.HomeCare: "homeCareCapacity",
		suite.HousingWithCare: "housingWithCareCapacity", suite.Workforce: "workforceCapacity",
	}
	unasked := []string{"E07000129", "E07000130", "E07000131", "E07000132"} // of Leicestershire
	for i, market := range suite.Markets() {
		eventually(t, "the statement is complete", func() error { return complete(statement(stroud)) })
		s.Of(market).Kill(t)
		eventually(t, "the statement says that "+market+" is away", func() error {
			p := statement(stroud)
			if p.GetComplete() {
				return errors.New("it says that it is complete")
			}
			return nil
		})
		for district, allowed := range map[string][]marketpositionv1.Availability{
			stroud: {
				marketpositionv1.Availability_AVAILABILITY_STALE, marketpositionv1.Availability_AVAILABILITY_UNAVAILABLE,
			},
			unasked[i]: {marketpositionv1.Availability_AVAILABILITY_UNAVAILABLE},
		} {
			p := statement(district)
			for service, section := range sections(p) {
				want := []marketpositionv1.Availability{marketpositionv1.Availability_AVAILABILITY_AVAILABLE}
				if service == market {
					want = allowed
				}
				if !slices.Contains(want, section.state.GetAvailability()) {
					t.Errorf("%s killed: %s in the statement of %s: %v, want one of %v", market, service, district, section.state, want)
				}
			}
			if p.GetComplete() || p.GetPeople().GetPopulation().GetValue() == 0 {
				t.Errorf("%s killed: the statement of %s is complete: %t, and counts %v people", market, district, p.GetComplete(), p.GetPeople().GetPopulation())
			}
			checkFigures(t, p, p.GetSources())
		}
		if a := s.Get(t, "/v1/districts/"+unasked[i]+"/"+paths[market]); a.Status != http.StatusServiceUnavailable {
			t.Errorf("%s killed: its capacity is answered with %d: %s", market, a.Status, a.Body)
		}
		s.Of(market).Start(t)
		eventually(t, "the statement is complete again", func() error { return complete(statement(stroud)) })
	}
}

func complete(p *marketpositionv1.MarketPosition) error {
	if !p.GetComplete() {
		return fmt.Errorf("not complete: %v", sections(p))
	}
	return nil
}

func survivesPostgres(t *testing.T, s *suite.Suite) {
	home := newHome(t, s, tewkesbury, 20)
	kept := submit(t, s, home, bed(20, 9, 0, 1))
	want, err := bedsUsed(t.Context(), s, tewkesbury, kept.GetRevision())
	if err != nil {
		t.Fatal(err)
	}
	client := carehomesv1.NewCareHomesServiceClient(s.Of(suite.CareHomes).Dial(t))
	capacity := func() *carehomesv1.CareHomeCapacity {
		t.Helper()
		res, err := client.GetDistrictCapacity(t.Context(), &carehomesv1.GetDistrictCapacityRequest{Name: "districts/" + tewkesbury + "/careHomeCapacity"})
		if err != nil {
			t.Fatalf("capacity with the store away: %v", err)
		}
		if got := res.GetCapacity().GetTotal().GetUsed().GetValue(); got != want {
			t.Fatalf("%v beds are in use, want %v", got, want)
		}
		return res.GetCapacity()
	}
	path := "/v1/districts/" + tewkesbury + "/marketPosition"
	capacity()
	statement := suite.Read(t, s, path, &marketpositionv1.MarketPosition{})
	s.Postgres.Stop(t)
	eventually(t, "the capacity says that its store is away", func() error {
		if !storeAway(capacity().GetDataNotes()) {
			return errors.New("there is no note")
		}
		return nil
	})
	eventually(t, "the statement says that a store is away", func() error {
		p := suite.Read(t, s, path, &marketpositionv1.MarketPosition{})
		if got, want := p.GetPeople().GetPopulation().GetValue(), statement.GetPeople().GetPopulation().GetValue(); got != want {
			t.Fatalf("the statement counts %v people, want %v", got, want)
		}
		if !storeAway(p.GetDataNotes()) && !storeAway(p.GetCareHomes().GetCapacity().GetDataNotes()) {
			return errors.New("there is no note")
		}
		return nil
	})
	a, err := s.Ask(t.Context(), http.MethodPost, "/v1/"+home.GetName()+"/returns",
		`{"asAt":"`+today()+`","beds":[{"bedType":"DEMENTIA_NURSING","maximum":20,"used":1}]}`)
	if err != nil || a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" {
		t.Errorf("a return with the store away: status %d, Retry-After %q, %v: %s", a.Status, a.Header.Get("Retry-After"), err, a.Body)
	}
	violations(t, a)
	s.Postgres.Start(t)
	eventually(t, "returns are kept again", func() error {
		kept, err = trySubmit(t.Context(), s, home, bed(20, 8, 0, 1))
		return err
	})
	want--
	if got, err := bedsUsed(t.Context(), s, tewkesbury, kept.GetRevision()); err != nil || got != want {
		t.Errorf("%v beds are in use, want %v: %v", got, want, err)
	}
	eventually(t, "no answer is stale any more", func() error {
		p := suite.Read(t, s, path, &marketpositionv1.MarketPosition{})
		if got := p.GetCareHomes().GetCapacity(); storeAway(p.GetDataNotes()) || storeAway(got.GetDataNotes()) || got.GetTotal().GetUsed().GetValue() != want {
			return fmt.Errorf("the statement has %v beds in use and the notes %v", got.GetTotal().GetUsed(), p.GetDataNotes())
		}
		return complete(p)
	})
}

func storeAway(notes []*commonv1.DataNote) bool {
	return slices.ContainsFunc(notes, func(n *commonv1.DataNote) bool { return n.GetCode() == "STORE_AWAY" })
}

// Whoever is at work when a process is told to stop is answered; whoever comes later finds
// nobody listening.
func stopsUnderLoad(t *testing.T, s *suite.Suite) {
	const calls = 50
	t.Run("gateway", func(t *testing.T) {
		l := newLoad(t)
		writer := newCounter(t, s)
		for range 4 {
			l.add(func(ctx context.Context) error { return succeeds(ctx, s, "/v1/districts/"+stroud+"/marketPosition") })
			l.add(func(ctx context.Context) error { return succeeds(ctx, s, nearStroud) })
		}
		l.add(func(ctx context.Context) error {
			_, err := trySubmit(ctx, s, writer.home, bed(counterBeds, 11, 0, 0), "Idempotency-Key", uuid.NewString())
			return err
		})
		l.goOn(t, calls)
		s.Of(suite.Gateway).Stop(t)
		onlyRefused(t, l, func(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) })
		s.Of(suite.Gateway).Start(t)
	})
	t.Run("market", func(t *testing.T) {
		l := newLoad(t)
		home := newHome(t, s, tewkesbury, counterBeds)
		client := carehomesv1.NewCareHomesServiceClient(s.Of(suite.CareHomes).Dial(t))
		var acknowledged []string
		l.add(func(ctx context.Context) error {
			kept, err := client.SubmitCareHomeReturn(ctx, &carehomesv1.SubmitCareHomeReturnRequest{
				Parent:         home.GetName(),
				CareHomeReturn: &carehomesv1.CareHomeReturn{AsAt: today(), Beds: []*carehomesv1.BedReturn{bed(counterBeds, 11, 0, 0)}},
			})
			if err == nil {
				acknowledged = append(acknowledged, kept.GetCareHomeReturn().GetName())
			}
			return err
		})
		for range 4 {
			l.add(func(ctx context.Context) error {
				_, err := client.FindVacancies(ctx, &carehomesv1.FindVacanciesRequest{
					BedType: carehomesv1.BedType_BED_TYPE_GENERAL_NURSING, Latitude: 51.745, Longitude: -2.216, WithinMiles: 10,
				})
				return err
			})
		}
		l.goOn(t, calls)
		s.Of(suite.CareHomes).Stop(t)
		onlyRefused(t, l, func(err error) bool {
			return status.Code(err) == codes.Unavailable && strings.Contains(err.Error(), "connection refused")
		})
		s.Of(suite.CareHomes).Start(t)
		missing(t, client, home.GetName(), acknowledged)
	})
}

// onlyRefused stops a load and checks that its calls were answered or refused.
func onlyRefused(t *testing.T, l *load, refused func(error) bool) {
	t.Helper()
	n, failed := l.stop()
	unexpected := slices.DeleteFunc(slices.Clone(failed), refused)
	for _, err := range unexpected[:min(len(unexpected), 10)] {
		t.Error(err)
	}
	if len(unexpected) > 0 {
		t.Errorf("%d of %d calls failed and %d were refused", len(unexpected), n, len(failed)-len(unexpected))
	}
}

// missing checks that every return that was acknowledged is listed.
func missing(t *testing.T, client carehomesv1.CareHomesServiceClient, home string, acknowledged []string) {
	t.Helper()
	if len(acknowledged) == 0 {
		t.Errorf("no return of %s was acknowledged", home)
	}
	listed := map[string]bool{}
	for token := ""; ; {
		page, err := client.ListCareHomeReturns(t.Context(), &carehomesv1.ListCareHomeReturnsRequest{Parent: home, PageSize: 1000, PageToken: token}, grpc.WaitForReady(true))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.GetCareHomeReturns() {
			listed[r.GetName()] = true
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	for _, name := range acknowledged {
		if !listed[name] {
			t.Errorf("%s was acknowledged and is not kept", name)
		}
	}
}
