package intermediatecare

import (
	"context"
	"log/slog"
	"math"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/grpcserver"
	"github.com/caremarket/caremarket/pkg/transport"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

type client = marketpositionv1.IntermediateCareServiceClient

// serve runs a server in memory, guarded as in production.
func serve(t testing.TB, s *Server) client {
	t.Helper()
	server, err := grpcserver.New(grpcserver.Config{Logger: slog.New(slog.DiscardHandler), Ceiling: audience.Public})
	if err != nil {
		t.Fatal(err)
	}
	marketpositionv1.RegisterIntermediateCareServiceServer(server, s)
	local := transport.NewLocal()
	done := make(chan error, 1)
	go func() { done <- server.Serve(local.Listener()) }()
	conn, err := local.Dial(transport.Config{Services: []grpc.ServiceDesc{marketpositionv1.IntermediateCareService_ServiceDesc}})
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
	return marketpositionv1.NewIntermediateCareServiceClient(conn)
}

// exactly is an estimate without a range.
func exactly(x float64) *marketpositionv1.Estimate { return &marketpositionv1.Estimate{Central: &x} }

// around is an estimate with its ends.
func around(low, central, high float64) *marketpositionv1.Estimate {
	return &marketpositionv1.Estimate{Low: &low, Central: &central, High: &high}
}

func near(t testing.TB, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: got %v, want %v within %v", what, got, want, within)
	}
}

// faulty checks that an error is INVALID_ARGUMENT and names exactly these fields.
func faulty(t testing.TB, err error, want ...string) {
	t.Helper()
	if errs.Code(err) != codes.InvalidArgument {
		t.Fatalf("got %v, want INVALID_ARGUMENT of %v", err, want)
	}
	named := map[string]int{}
	faults := faultsOf(err)
	for _, v := range faults {
		named[v.GetField()]++
		if v.GetDescription() == "" {
			t.Errorf("%s has a fault without words", v.GetField())
		}
	}
	for _, field := range want {
		if named[field] == 0 {
			t.Errorf("%s is not among the faults %v", field, faults)
		}
		delete(named, field)
	}
	for field := range named {
		t.Errorf("%q is named and should not be: %v", field, faults)
	}
}

// faultsOf are the faults that an error from the wire names.
func faultsOf(err error) []*errdetails.BadRequest_FieldViolation {
	for _, detail := range status.Convert(err).Details() {
		if bad, ok := detail.(*errdetails.BadRequest); ok {
			return bad.GetFieldViolations()
		}
	}
	return nil
}
