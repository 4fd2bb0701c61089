package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/gateway"
	"github.com/caremarket/caremarket/gateway/internal/fixture"
	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/grpcserver"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/transport"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

const (
	stroud          = "E07000082"
	gloucester      = "E07000081"
	gloucestershire = "E10000013"
)

// services are the names that the gateway asks connections for.
var services = []string{"carehomes", "homecare", "housingwithcare", "workforce", "marketposition"}

// homes plays the care homes service. A nil function is not implemented.
type homes struct {
	carehomesv1.UnimplementedCareHomesServiceServer
	capacity   func(context.Context, *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.CareHomeCapacity, error)
	capacities func(*carehomesv1.ListDistrictCapacitiesRequest) (*carehomesv1.ListDistrictCapacitiesResponse, error)
	history    func(*carehomesv1.ListDistrictCapacityHistoryRequest) (*carehomesv1.ListDistrictCapacityHistoryResponse, error)
	list       func(*carehomesv1.ListCareHomesRequest) (*carehomesv1.ListCareHomesResponse, error)
	find       func(*carehomesv1.FindVacanciesRequest) (*carehomesv1.FindVacanciesResponse, error)
	create     func(context.Context, *carehomesv1.CreateCareHomeRequest) (*carehomesv1.CareHome, error)
	update     func(*carehomesv1.UpdateCareHomeRequest) (*carehomesv1.CareHome, error)
	submit     func(*carehomesv1.SubmitCareHomeReturnRequest) (*carehomesv1.SubmitCareHomeReturnResponse, error)
	batch      func(*carehomesv1.BatchSubmitCareHomeReturnsRequest) (*carehomesv1.BatchSubmitCareHomeReturnsResponse, error)
	watch      func(*carehomesv1.WatchDistrictRequest, grpc.ServerStreamingServer[carehomesv1.WatchDistrictResponse]) error
}

var errNotPlayed = errs.Internal("NOT_PLAYED", errors.New("the test does not play this method"))

func (h *homes) GetDistrictCapacity(ctx context.Context, r *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.GetDistrictCapacityResponse, error) {
	if h.capacity == nil {
		return nil, errNotPlayed
	}
	capacity, err := h.capacity(ctx, r)
	return &carehomesv1.GetDistrictCapacityResponse{Capacity: capacity}, err
}

func play[Q, A any](f func(Q) (A, error), q Q) (A, error) {
	if f == nil {
		var none A
		return none, errNotPlayed
	}
	return f(q)
}

func (h *homes) ListDistrictCapacities(_ context.Context, r *carehomesv1.ListDistrictCapacitiesRequest) (*carehomesv1.ListDistrictCapacitiesResponse, error) {
	return play(h.capacities, r)
}

func (h *homes) ListDistrictCapacityHistory(_ context.Context, r *carehomesv1.ListDistrictCapacityHistoryRequest) (*carehomesv1.ListDistrictCapacityHistoryResponse, error) {
	return play(h.history, r)
}

func (h *homes) ListCareHomes(_ context.Context, r *carehomesv1.ListCareHomesRequest) (*carehomesv1.ListCareHomesResponse, error) {
	return play(h.list, r)
}

func (h *homes) FindVacancies(_ context.Context, r *carehomesv1.FindVacanciesRequest) (*carehomesv1.FindVacanciesResponse, error) {
	return play(h.find, r)
}

func (h *homes) CreateCareHome(ctx context.Context, r *carehomesv1.CreateCareHomeRequest) (*carehomesv1.CreateCareHomeResponse, error) {
	if h.create == nil {
		return nil, errNotPlayed
	}
	home, err := h.create(ctx, r)
	return &carehomesv1.CreateCareHomeResponse{CareHome: home}, err
}

func (h *homes) UpdateCareHome(_ context.Context, r *carehomesv1.UpdateCareHomeRequest) (*carehomesv1.UpdateCareHomeResponse, error) {
	home, err := play(h.update, r)
	return &carehomesv1.UpdateCareHomeResponse{CareHome: home}, err
}

func (h *homes) SubmitCareHomeReturn(_ context.Context, r *carehomesv1.SubmitCareHomeReturnRequest) (*carehomesv1.SubmitCareHomeReturnResponse, error) {
	return play(h.submit, r)
}

func (h *homes) BatchSubmitCareHomeReturns(_ context.Context, r *carehomesv1.BatchSubmitCareHomeReturnsRequest) (*carehomesv1.BatchSubmitCareHomeReturnsResponse, error) {
	return play(h.batch, r)
}

func (h *homes) WatchDistrict(r *carehomesv1.WatchDistrictRequest, s grpc.ServerStreamingServer[carehomesv1.WatchDistrictResponse]) error {
	if h.watch == nil {
		return errNotPlayed
	}
	return h.watch(r, s)
}

// positions plays the market position service.
type positions struct {
	marketpositionv1.UnimplementedMarketPositionServiceServer
	statement   func(context.Context, *marketpositionv1.GetMarketPositionRequest) (*marketpositionv1.MarketPosition, error)
	authority   func(*marketpositionv1.GetAuthorityMarketPositionRequest) (*marketpositionv1.AuthorityMarketPosition, error)
	authorities func(*marketpositionv1.ListAuthoritiesRequest) (*marketpositionv1.ListAuthoritiesResponse, error)
}

func (p *positions) GetMarketPosition(ctx context.Context, r *marketpositionv1.GetMarketPositionRequest) (*marketpositionv1.GetMarketPositionResponse, error) {
	if p.statement == nil {
		return nil, errNotPlayed
	}
	m, err := p.statement(ctx, r)
	return &marketpositionv1.GetMarketPositionResponse{MarketPosition: m}, err
}

func (p *positions) GetAuthorityMarketPosition(_ context.Context, r *marketpositionv1.GetAuthorityMarketPositionRequest) (*marketpositionv1.GetAuthorityMarketPositionResponse, error) {
	m, err := play(p.authority, r)
	return &marketpositionv1.GetAuthorityMarketPositionResponse{MarketPosition: m}, err
}

func (p *positions) ListAuthorities(_ context.Context, r *marketpositionv1.ListAuthoritiesRequest) (*marketpositionv1.ListAuthoritiesResponse, error) {
	return play(p.authorities, r)
}

// stack is a gateway before services that a test plays, in one process.
type stack struct {
	*httptest.Server
	homes        homes
	positions    positions
	intermediate intermediateCare
	trackers     map[string]*revision.Tracker
	gateway      *gateway.Gateway
	now          atomic.Pointer[time.Time]
}

// newStack starts a gateway whose services are served on a real gRPC server in memory;
// adjust may change its Config.
func newStack(t testing.TB, adjust ...func(*gateway.Config)) *stack {
	t.Helper()
	s := &stack{trackers: map[string]*revision.Tracker{}}
	s.setNow("2026-11-05T12:00:00Z")
	local := transport.NewLocal()
	quiet := slog.New(slog.DiscardHandler)
	server, err := grpcserver.New(grpcserver.Config{Logger: quiet, Ceiling: audience.System})
	if err != nil {
		t.Fatal(err)
	}
	carehomesv1.RegisterCareHomesServiceServer(server, &s.homes)
	marketpositionv1.RegisterMarketPositionServiceServer(server, &s.positions)
	marketpositionv1.RegisterIntermediateCareServiceServer(server, &s.intermediate)
	served := make(chan error, 1)
	go func() { served <- server.Serve(local.Listener()) }()
	conn, err := local.Dial(transport.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range services {
		s.trackers[name] = revision.NewTracker(name, -1)
		s.trackers[name].Confirm()
	}
	config := gateway.Config{
		Conn:     func(string) (grpc.ClientConnInterface, error) { return conn, nil },
		Trackers: s.trackers, Atlas: atlas(t), Audience: audience.Commissioner, Logger: quiet,
		Now: func() time.Time { return *s.now.Load() },
	}
	for _, f := range adjust {
		f(&config)
	}
	if s.gateway, err = gateway.New(config); err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewServer(s.gateway)
	t.Cleanup(func() {
		if err := s.gateway.Close(); err != nil {
			t.Error(err)
		}
		s.Close()
		conn.Close()
		if err := server.Drain(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *stack) setNow(moment string) {
	now, err := time.Parse(time.RFC3339, moment)
	if err == nil {
		s.now.Store(&now)
	}
}

// commit has every tracker know of a commit that touched the districts.
func (s *stack) commit(revision int64, districts ...string) {
	for _, t := range s.trackers {
		t.Observe(revision, districts)
	}
}

// atlas is a Gloucestershire of two districts.
func atlas(t testing.TB) *geo.Atlas {
	t.Helper()
	made, err := geo.NewAtlas(geo.Tables{
		Regions:     []geo.Region{{Code: "E12000009", Name: "South West"}},
		Authorities: []geo.Authority{{Code: gloucestershire, Name: "Gloucestershire", Region: "E12000009"}},
		Districts: []geo.District{
			{Code: gloucester, Name: "Gloucester", Authority: gloucestershire, Region: "E12000009", Hectares: 4_000},
			{Code: stroud, Name: "Stroud", Authority: gloucestershire, Region: "E12000009", Hectares: 4_000},
		},
	}, period.NewDate(2026, 11, 5))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// reply is an answer read to its end.
type reply struct {
	*http.Response
	body string
}

// ask sends a request with headers as "Name: value".
func (s *stack) ask(t testing.TB, method, path, body string, headers ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	// Without it the transport asks for gzip by itself, and unpacks it unseen.
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response, string(read)}
}

func (s *stack) get(t testing.TB, path string, headers ...string) reply {
	t.Helper()
	return s.ask(t, http.MethodGet, path, "", headers...)
}

// refusal is a google.rpc.Status as JSON.
type refusal struct {
	Code    int
	Message string
	Details []struct {
		Type            string `json:"@type"`
		Reason, Domain  string
		RetryDelay      string
		FieldViolations []violation
	}
}

type violation struct{ Field, Description string }

func (r reply) refusal(t testing.TB) refusal {
	t.Helper()
	var f refusal
	if err := json.Unmarshal([]byte(r.body), &f); err != nil {
		t.Fatalf("%s is not a google.rpc.Status: %v", r.body, err)
	}
	return f
}

func (f refusal) reason() string {
	for _, d := range f.Details {
		if d.Domain == "caremarket" {
			return d.Reason
		}
	}
	return ""
}

func (f refusal) violations() []violation {
	for _, d := range f.Details {
		if d.FieldViolations != nil {
			return d.FieldViolations
		}
	}
	return nil
}

// capacityAt plays a capacity of a revision that the test may raise.
func capacityAt(r *atomic.Int64, asked *atomic.Int64) func(context.Context, *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.CareHomeCapacity, error) {
	return func(_ context.Context, q *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.CareHomeCapacity, error) {
		asked.Add(1)
		c := fixture.CareHomeCapacity(stroud, r.Load())
		c.Homes = fixture.Value(float64(r.Load()), 0)
		if q.GetAsAt() != "" {
			c.AsAt = q.GetAsAt()
		}
		return c, nil
	}
}

func clone[M proto.Message](m M) M { return proto.CloneOf(m) }
