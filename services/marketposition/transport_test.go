package marketposition

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/grpcserver"
	"github.com/caremarket/caremarket/pkg/transport"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

// serve runs a gRPC server in memory, guarded as in production, and returns a connection.
func serve(t *testing.T, register func(grpc.ServiceRegistrar)) *grpc.ClientConn {
	t.Helper()
	server, err := grpcserver.New(grpcserver.Config{Logger: slog.New(slog.DiscardHandler), Ceiling: audience.Commissioner})
	if err != nil {
		t.Fatal(err)
	}
	register(server)
	local := transport.NewLocal()
	done := make(chan error, 1)
	go func() { done <- server.Serve(local.Listener()) }()
	conn, err := local.Dial(transport.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		_ = server.Drain(context.Background())
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return conn
}

// overheard is a care home service that notes for whom it is asked.
type overheard struct {
	carehomesv1.UnimplementedCareHomesServiceServer
	mu   sync.Mutex
	seen []string
}

func (o *overheard) GetDistrictCapacity(ctx context.Context, req *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.GetDistrictCapacityResponse, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen = append(o.seen, audience.Name(audience.From(ctx)))
	return &carehomesv1.GetDistrictCapacityResponse{Capacity: fixture.HomesOf(strings.TrimSuffix(req.GetName(), "/careHomeCapacity"), 1, fixture.Provided)}, nil
}

// Over the wire a statement reads as it was composed, and its audience reaches the markets.
func TestOverTheWire(t *testing.T) {
	market := &overheard{}
	homes := serve(t, func(r grpc.ServiceRegistrar) { carehomesv1.RegisterCareHomesServiceServer(r, market) })
	s := loaded(t, func(c *Config) { c.Markets.CareHomes = carehomesv1.NewCareHomesServiceClient(homes) })
	client := marketpositionv1.NewMarketPositionServiceClient(serve(t, func(r grpc.ServiceRegistrar) {
		marketpositionv1.RegisterMarketPositionServiceServer(r, s.Server)
	}))
	for _, reader := range []audience.Audience{audience.Public, audience.Commissioner, audience.System} {
		res, err := client.GetMarketPosition(audience.With(t.Context(), reader), ofStroud())
		if err != nil {
			t.Fatal(err)
		}
		if p := res.GetMarketPosition(); !p.GetComplete() || fixture.Value(t, p.GetPeople().GetAged_75Plus()) != 13076 || p.GetCareHomes().GetCapacity() == nil {
			t.Errorf("%v: complete %v", reader, p.GetComplete())
		}
	}
	// Both processes stand at a ceiling of commissioners: who claims more is served as one,
	// and so finds the statement that was kept for commissioners.
	if got := strings.Join(market.seen, " "); got != "public commissioner" {
		t.Errorf("the market was asked for %s", got)
	}
}

// What the protos forbid is refused before it is looked at.
func TestRequestsAreChecked(t *testing.T) {
	s := loaded(t)
	client := marketpositionv1.NewMarketPositionServiceClient(serve(t, func(r grpc.ServiceRegistrar) {
		marketpositionv1.RegisterMarketPositionServiceServer(r, s.Server)
	}))
	ctx := t.Context()
	for name, ask := range map[string]func() error{
		"a name of something else": func() error {
			_, err := client.GetMarketPosition(ctx, &marketpositionv1.GetMarketPositionRequest{Name: "districts/E07000082"})
			return err
		},
		"a service unknown": func() error {
			_, err := client.GetMarketPosition(ctx, &marketpositionv1.GetMarketPositionRequest{Name: ofStroud().GetName(), MinRevisions: []string{"gateway:1"}})
			return err
		},
		"a moment in the future": func() error {
			_, err := client.GetMarketPosition(ctx, &marketpositionv1.GetMarketPositionRequest{Name: ofStroud().GetName(), KnownAt: &timestamppb.Timestamp{Seconds: 1 << 35}})
			return err
		},
		"a moment before 1970": func() error {
			_, err := client.GetMarketPosition(ctx, &marketpositionv1.GetMarketPositionRequest{Name: ofStroud().GetName(), KnownAt: &timestamppb.Timestamp{Seconds: -1}})
			return err
		},
		"nowhere": func() error {
			_, err := client.LocateDistrict(ctx, &marketpositionv1.LocateDistrictRequest{})
			return err
		},
		"half a point": func() error {
			latitude := 51.7
			_, err := client.LocateDistrict(ctx, &marketpositionv1.LocateDistrictRequest{Latitude: &latitude})
			return err
		},
		"an action of nobody": func() error {
			_, err := client.CreateAction(ctx, &marketpositionv1.CreateActionRequest{Action: spoilt(action("x", "E07000082"), func(a *marketpositionv1.Action) { a.Owner = "" })})
			return err
		},
		"an area that is no code": func() error {
			_, err := client.ListActions(ctx, &marketpositionv1.ListActionsRequest{Area: "Stroud"})
			return err
		},
		"an authority's name": func() error {
			_, err := client.GetAuthorityMarketPosition(ctx, &marketpositionv1.GetAuthorityMarketPositionRequest{Name: "authorities/Gloucestershire/marketPosition"})
			return err
		},
	} {
		if err := ask(); errs.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
}
