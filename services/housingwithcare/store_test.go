package housingwithcare

import (
	"context"
	"testing"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// shire is an atlas of one county with two districts.
func shire(t testing.TB) *geo.Atlas {
	t.Helper()
	atlas, err := geo.NewAtlas(geo.Tables{
		Regions:     []geo.Region{{Code: "E12000009", Name: "South West"}},
		Authorities: []geo.Authority{{Code: "E10000013", Name: "Gloucestershire", Region: "E12000009"}},
		Districts: []geo.District{
			{Code: "E07000079", Name: "Cotswold", Authority: "E10000013", Region: "E12000009", Hectares: 1},
			{Code: "E07000082", Name: "Stroud", Authority: "E10000013", Region: "E12000009", Hectares: 1},
		},
	}, period.NewDate(2026, 10, 1))
	if err != nil {
		t.Fatal(err)
	}
	return atlas
}

// engines runs a test with a server over an empty store of each engine.
func engines(t *testing.T, test func(t *testing.T, s *Server)) {
	storetest.Engines(t, func(t *testing.T, url string) { test(t, serve(t, url)) })
}

// serve returns a server, with a cache, over an empty store.
func serve(t testing.TB, url string) *Server {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{Service: Service, URL: url, Migrations: ledger.Migrations()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	checker, err := protovalidate.New()
	if err != nil {
		t.Fatal(err)
	}
	kept, err := cache.New(cache.Config{Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	tracker := revision.NewTracker(Service, 0)
	tracker.CatchUp(0, 0, nil)
	return New(Config{
		Ledger: ledger.New(db), Atlas: shire(t), Checker: checker, Tracker: tracker, Cache: kept, Rules: DefaultRules(),
		Committed: func(_ context.Context, revision int64, districts []string) { tracker.Observe(revision, districts) },
	})
}

func as(t testing.TB, who audience.Audience) context.Context { return audience.With(t.Context(), who) }

// enrol puts schemes on the register.
func enrol(t testing.TB, s *Server, schemes ...*housingwithcarev1.HousingScheme) {
	t.Helper()
	res, err := s.BatchUpsertHousingSchemes(t.Context(), &housingwithcarev1.BatchUpsertHousingSchemesRequest{
		HousingSchemes: schemes, Sources: []*commonv1.Source{register}, AllOrNothing: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range res.GetResults() {
		if len(r.GetFaults()) > 0 {
			t.Fatal(r)
		}
	}
}

func submit(t testing.TB, s *Server, r *housingwithcarev1.SchemeReturn, id string) *housingwithcarev1.SubmitSchemeReturnResponse {
	t.Helper()
	res, err := s.SubmitSchemeReturn(t.Context(), &housingwithcarev1.SubmitSchemeReturnRequest{Parent: r.GetHousingScheme(), SchemeReturn: r, RequestId: id})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// read decodes an answer that may be encoded already.
func read[M proto.Message](t testing.TB, into M, from proto.Message, err error) M {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if err := proto.Unmarshal(encoded(t, from), into); err != nil {
		t.Fatal(err)
	}
	return into
}

func encoded(t testing.TB, m proto.Message) []byte {
	t.Helper()
	out, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const (
	stroud   = "districts/E07000082/housingWithCareCapacity"
	cotswold = "districts/E07000079/housingWithCareCapacity"
)

func capacityOf(t testing.TB, s *Server, req *housingwithcarev1.GetDistrictCapacityRequest) *housingwithcarev1.HousingWithCareCapacity {
	t.Helper()
	res, err := s.GetDistrictCapacity(as(t, audience.System), req)
	return read(t, &housingwithcarev1.GetDistrictCapacityResponse{}, res, err).GetCapacity()
}
