package marketposition

import (
	"cmp"
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caremarket/caremarket/services/marketposition/statement"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// suite is a server over a store of its own, with markets that do as they are told.
type suite struct {
	*Server
	tracker   *revision.Tracker
	careHomes *fakeCareHomes
	homeCare  *fakeHomeCare
}

var stores atomic.Int64

// openStore returns an empty, migrated store of its own at url.
func openStore(t testing.TB, url string) *ledger.Ledger {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		Service: fmt.Sprintf("t%d", stores.Add(1)), URL: url, Migrations: Migrations(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return ledger.New(db)
}

// start opens a server with the facts loaded and all four markets answering.
func start(t testing.TB, url string, configure ...func(*Config)) *suite {
	t.Helper()
	checker, err := protovalidate.New()
	if err != nil {
		t.Fatal(err)
	}
	own := revision.NewTracker(Service, -1)
	own.Confirm()
	s := &suite{tracker: own, careHomes: &fakeCareHomes{}, homeCare: &fakeHomeCare{}}
	s.careHomes.tracker = revision.NewTracker(statement.CareHomesService, -1)
	s.careHomes.tracker.Confirm()
	kept, err := cache.New(cache.Config{Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	c := Config{
		Ledger: openStore(t, url), Atlas: fixture.Atlas(t), Checker: checker, Tracker: own, Cache: kept,
		Committed: func(_ context.Context, commit int64, districts []string) { own.Observe(commit, districts) },
		Markets: Markets{
			CareHomes: s.careHomes, HomeCare: s.homeCare, HousingWithCare: fakeHousing{}, Workforce: fakeWorkforce{},
			Trackers: []*revision.Tracker{s.careHomes.tracker},
		},
		Deadline: 200 * time.Millisecond, AreaSources: []string{"ons-sam-2023"},
	}
	for _, set := range configure {
		set(&c)
	}
	if s.Server, err = New(c); err != nil {
		t.Fatal(err)
	}
	return s
}

// loaded is start with the facts of the seeds.
func loaded(t testing.TB, configure ...func(*Config)) *suite {
	t.Helper()
	s := start(t, storetest.SQLite(t), configure...)
	if _, err := s.Load(t.Context(), fixture.Facts(t)); err != nil {
		t.Fatal(err)
	}
	return s
}

// statement asks for a district's statement and reads it as a caller does.
func (s *suite) statement(ctx context.Context, t testing.TB, req *marketpositionv1.GetMarketPositionRequest) *marketpositionv1.MarketPosition {
	t.Helper()
	res, err := s.GetMarketPosition(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	out := &marketpositionv1.GetMarketPositionResponse{}
	if err := proto.Unmarshal(fixture.Encoded(t, res), out); err != nil {
		t.Fatal(err)
	}
	return out.GetMarketPosition()
}

func ofStroud() *marketpositionv1.GetMarketPositionRequest {
	return &marketpositionv1.GetMarketPositionRequest{Name: "districts/E07000082/marketPosition"}
}

var errAway = status.Error(codes.Unavailable, "connection refused")

// fakeCareHomes answers as known at a moment: each return raises its revision and the beds
// in use, and it never forgets when.
type fakeCareHomes struct {
	carehomesv1.CareHomesServiceClient
	tracker *revision.Tracker
	// err is what it fails with; hang keeps it from answering until the call ends.
	err    atomic.Pointer[error]
	hang   atomic.Bool
	behind atomic.Int64 // refuses that many questions as of the future
	asked  atomic.Int64
	times  []int64
}

func (f *fakeCareHomes) fail(err error) { f.err.Store(&err) }

// returned records one more return now.
func (f *fakeCareHomes) returned() { f.returnedIn(string(fixture.Stroud)) }

// returnedIn is returned in another district.
func (f *fakeCareHomes) returnedIn(district string) {
	f.times = append(f.times, time.Now().UnixMicro())
	f.tracker.Observe(int64(len(f.times)), []string{district})
}

func (f *fakeCareHomes) answer(ctx context.Context, area string, districts int, at *timestamppb.Timestamp) (*carehomesv1.CareHomeCapacity, error) {
	f.asked.Add(1)
	if f.hang.Load() {
		<-ctx.Done()
		return nil, status.FromContextError(ctx.Err()).Err()
	}
	if err := f.err.Load(); err != nil && *err != nil {
		return nil, *err
	}
	if f.behind.Add(-1) >= 0 {
		return nil, future()
	}
	capacity := fixture.HomesOf(area, districts, fixture.IllustrativeSource)
	capacity.Revision = 0
	for _, recorded := range f.times {
		if recorded <= at.AsTime().UnixMicro() {
			capacity.Revision++
		}
	}
	capacity.Total.Used = fixture.BasisOf(fixture.IllustrativeSource, 18, 20).Count(740+int(capacity.GetRevision()), commonv1.Unit_UNIT_PEOPLE)
	return capacity, nil
}

func (f *fakeCareHomes) GetDistrictCapacity(ctx context.Context, req *carehomesv1.GetDistrictCapacityRequest, _ ...grpc.CallOption) (*carehomesv1.GetDistrictCapacityResponse, error) {
	capacity, err := f.answer(ctx, req.GetName()[:len("districts/E07000082")], 1, req.GetKnownAt())
	return &carehomesv1.GetDistrictCapacityResponse{Capacity: capacity}, err
}

func (f *fakeCareHomes) ListDistrictCapacities(ctx context.Context, req *carehomesv1.ListDistrictCapacitiesRequest, _ ...grpc.CallOption) (*carehomesv1.ListDistrictCapacitiesResponse, error) {
	total, err := f.answer(ctx, req.GetParent(), 6, req.GetKnownAt())
	if err != nil {
		return nil, err
	}
	res := &carehomesv1.ListDistrictCapacitiesResponse{Total: total}
	res.Capacities = eachOf(fixture.IllustrativeSource, fixture.HomesOf)
	return res, nil
}

func (f *fakeCareHomes) ListPlacements(ctx context.Context, req *carehomesv1.ListPlacementsRequest, _ ...grpc.CallOption) (*carehomesv1.ListPlacementsResponse, error) {
	total, err := f.answer(ctx, req.GetParent(), 6, req.GetKnownAt())
	if err != nil {
		return nil, err
	}
	placed := fixture.PlacedOf(req.GetParent(), cmp.Or(req.GetTo(), fixture.Today.String()), fixture.IllustrativeSource)
	placed.Revision, placed.KnownAt = total.GetRevision(), req.GetKnownAt()
	return &carehomesv1.ListPlacementsResponse{Placements: placed}, nil
}

func (f *fakeCareHomes) ListDistrictCapacityHistory(_ context.Context, req *carehomesv1.ListDistrictCapacityHistoryRequest, _ ...grpc.CallOption) (*carehomesv1.ListDistrictCapacityHistoryResponse, error) {
	area := req.GetName()[:len("districts/E07000082")]
	return &carehomesv1.ListDistrictCapacityHistoryResponse{
		Capacities: []*carehomesv1.CareHomeCapacity{fixture.HomesOf(area, 1, fixture.IllustrativeSource)},
		Sources:    []*commonv1.Source{fixture.IllustrativeSource},
	}, nil
}

// eachOf is what a market says of each district of Gloucestershire.
func eachOf[C any](from *commonv1.Source, of func(string, int, *commonv1.Source) C) (all []C) {
	for _, code := range []string{"E07000078", "E07000079", "E07000080", "E07000081", "E07000082", "E07000083"} {
		all = append(all, of(facts.DistrictPrefix+code, 1, from))
	}
	return all
}

type fakeHomeCare struct {
	homecarev1.HomeCareServiceClient
	empty atomic.Bool
}

func (f *fakeHomeCare) GetDistrictCapacity(_ context.Context, req *homecarev1.GetDistrictCapacityRequest, _ ...grpc.CallOption) (*homecarev1.GetDistrictCapacityResponse, error) {
	if f.empty.Load() {
		return &homecarev1.GetDistrictCapacityResponse{}, nil
	}
	return &homecarev1.GetDistrictCapacityResponse{Capacity: fixture.HomeCareOf(req.GetName()[:len("districts/E07000082")], 1, fixture.Provided)}, nil
}

func (f *fakeHomeCare) ListDistrictCapacities(_ context.Context, req *homecarev1.ListDistrictCapacitiesRequest, _ ...grpc.CallOption) (*homecarev1.ListDistrictCapacitiesResponse, error) {
	return &homecarev1.ListDistrictCapacitiesResponse{
		Total: fixture.HomeCareOf(req.GetParent(), 6, fixture.Provided), Capacities: eachOf(fixture.Provided, fixture.HomeCareOf),
	}, nil
}

type fakeHousing struct {
	housingwithcarev1.HousingWithCareServiceClient
}

func (fakeHousing) GetDistrictCapacity(_ context.Context, req *housingwithcarev1.GetDistrictCapacityRequest, _ ...grpc.CallOption) (*housingwithcarev1.GetDistrictCapacityResponse, error) {
	return &housingwithcarev1.GetDistrictCapacityResponse{Capacity: fixture.HousingOf(req.GetName()[:len("districts/E07000082")], 1, fixture.Provided)}, nil
}

func (fakeHousing) ListDistrictCapacities(_ context.Context, req *housingwithcarev1.ListDistrictCapacitiesRequest, _ ...grpc.CallOption) (*housingwithcarev1.ListDistrictCapacitiesResponse, error) {
	return &housingwithcarev1.ListDistrictCapacitiesResponse{
		Total: fixture.HousingOf(req.GetParent(), 6, fixture.Provided), Capacities: eachOf(fixture.Provided, fixture.HousingOf),
	}, nil
}

type fakeWorkforce struct {
	workforcev1.WorkforceServiceClient
}

func (fakeWorkforce) GetDistrictCapacity(_ context.Context, req *workforcev1.GetDistrictCapacityRequest, _ ...grpc.CallOption) (*workforcev1.GetDistrictCapacityResponse, error) {
	return &workforcev1.GetDistrictCapacityResponse{Capacity: fixture.StaffOf(req.GetName()[:len("districts/E07000082")], 1, fixture.Provided)}, nil
}

func (fakeWorkforce) ListDistrictCapacities(_ context.Context, req *workforcev1.ListDistrictCapacitiesRequest, _ ...grpc.CallOption) (*workforcev1.ListDistrictCapacitiesResponse, error) {
	return &workforcev1.ListDistrictCapacitiesResponse{
		Total: fixture.StaffOf(req.GetParent(), 6, fixture.Provided), Capacities: eachOf(fixture.Provided, fixture.StaffOf),
	}, nil
}
