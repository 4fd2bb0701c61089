package workforce

import (
	"context"
	"testing"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/grpcserver"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/transport"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// service is the whole service over a real ledger, with a client of it.
type service struct {
	*Server
	client workforcev1.WorkforceServiceClient
}

// open starts the service over an empty store, with employers on its register.
func open(t testing.TB, url string, employers ...*workforcev1.Employer) service {
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
	tracker := revision.NewTracker(Service, -1)
	tracker.Confirm()
	kept, err := cache.New(cache.Config{})
	if err != nil {
		t.Fatal(err)
	}
	s := service{Server: New(Config{
		Ledger: ledger.New(db), Atlas: atlas(t), Checker: checker, Tracker: tracker, Rules: DefaultRules(), Cache: kept,
		Committed: func(_ context.Context, commit int64, districts []string) { tracker.Observe(commit, districts) },
	})}
	s.client = serve(t, s.Server)
	if len(employers) > 0 {
		res, err := s.client.BatchUpsertEmployers(t.Context(), &workforcev1.BatchUpsertEmployersRequest{
			Employers: employers, Sources: []*commonv1.Source{register}, AllOrNothing: true,
		})
		if err != nil || res.GetRevision() == 0 {
			t.Fatalf("register: %v, %v", res, err)
		}
	}
	return s
}

// atlas is Gloucestershire with two of its districts, and Leicester, which is its own.
func atlas(t testing.TB) *geo.Atlas {
	t.Helper()
	a, err := geo.NewAtlas(geo.Tables{
		Regions:     []geo.Region{{Code: "E12000009", Name: "South West"}, {Code: "E12000004", Name: "East Midlands"}},
		Authorities: []geo.Authority{{Code: "E10000013", Name: "Gloucestershire", Region: "E12000009"}, {Code: "E06000016", Name: "Leicester", Region: "E12000004"}},
		Districts: []geo.District{
			{Code: "E07000081", Name: "Gloucester", Authority: "E10000013", Region: "E12000009", Hectares: 4000},
			{Code: "E07000082", Name: "Stroud", Authority: "E10000013", Region: "E12000009", Hectares: 46000},
			{Code: "E06000016", Name: "Leicester", Authority: "E06000016", Region: "E12000004", Hectares: 7300},
		},
	}, day(t, today))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// serve puts the server behind gRPC, with the audience as callers state it.
func serve(t testing.TB, s *Server) workforcev1.WorkforceServiceClient {
	t.Helper()
	server, err := grpcserver.New(grpcserver.Config{Ceiling: audience.System})
	if err != nil {
		t.Fatal(err)
	}
	workforcev1.RegisterWorkforceServiceServer(server, s)
	local := transport.NewLocal()
	served := make(chan error, 1)
	go func() { served <- server.Serve(local.Listener()) }()
	conn, err := local.Dial(transport.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		if err := server.Drain(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return workforcev1.NewWorkforceServiceClient(conn)
}

func as(t testing.TB, a audience.Audience) context.Context {
	t.Helper()
	return audience.With(t.Context(), a)
}

// submit sends a sound return and gives the answer.
func (s service) submit(t testing.TB, asAt, requestID string, rows ...*workforcev1.RoleReturn) *workforcev1.SubmitEmployerReturnResponse {
	t.Helper()
	res, err := s.client.SubmitEmployerReturn(t.Context(), &workforcev1.SubmitEmployerReturnRequest{
		Parent: prefix + "1-1", RequestId: requestID, EmployerReturn: &workforcev1.EmployerReturn{AsAt: asAt, Roles: rows},
	})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// returns lists an employer's returns.
func (s service) returns(t testing.TB, id string) []*workforcev1.EmployerReturn {
	t.Helper()
	res, err := s.client.ListEmployerReturns(as(t, audience.Commissioner), &workforcev1.ListEmployerReturnsRequest{Parent: prefix + id})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetEmployerReturns()
}

// capacity is Stroud's on a day; "" for today.
func (s service) capacity(t testing.TB, a audience.Audience, asAt string) *workforcev1.WorkforceCapacity {
	t.Helper()
	return s.capacityAt(t, a, asAt, nil)
}

func (s service) capacityAt(t testing.TB, a audience.Audience, asAt string, knownAt *timestamppb.Timestamp) *workforcev1.WorkforceCapacity {
	t.Helper()
	res, err := s.client.GetDistrictCapacity(as(t, a), &workforcev1.GetDistrictCapacityRequest{
		Name: stroud + "/workforceCapacity", AsAt: asAt, KnownAt: knownAt,
	})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetCapacity()
}

func encoded(t testing.TB, m proto.Message) string {
	t.Helper()
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
