package wire_test

import (
	"bytes"
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/wire"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

func figure(value float64, unit commonv1.Unit) *commonv1.Figure {
	return &commonv1.Figure{
		State:     &commonv1.Figure_Value{Value: value},
		Unit:      unit,
		SourceIds: []string{"care-home-returns", "cqc-register"},
		AsAt:      "2026-10-01",
		Coverage:  &commonv1.Coverage{Responding: 41, Expected: 45},
		Freshness: &commonv1.Freshness{Newest: "2026-09-14", Oldest: "2026-03-14", Stale: 3},
	}
}

// answer is a district's capacity of the usual size: about 8 KB.
func answer() *carehomesv1.GetDistrictCapacityResponse {
	capacity := &carehomesv1.CareHomeCapacity{
		Name: "districts/E07000082/careHomeCapacity", AsAt: "2026-10-01", Revision: 1234,
		KnownAt: timestamppb.New(time.UnixMicro(1_790_000_000_000_000)), Homes: figure(45, commonv1.Unit_UNIT_HOMES),
		Sources: []*commonv1.Source{{Id: "care-home-returns", Kind: commonv1.SourceKind_SOURCE_KIND_PROVIDER_RETURN, Title: "Returns"}},
	}
	for i := range 11 {
		beds := func(n int) *commonv1.Figure { return figure(float64(n*i), commonv1.Unit_UNIT_BEDS) }
		capacity.BedTypes = append(capacity.BedTypes, &carehomesv1.BedTypeUse{
			BedType: carehomesv1.BedType(i + 1), Homes: figure(float64(i), commonv1.Unit_UNIT_HOMES),
			Use: &carehomesv1.BedUse{
				Maximum: beds(100), Used: beds(86), Occupancy: figure(86, commonv1.Unit_UNIT_PERCENT),
				Vacant: beds(14), Admittable: beds(11), NonAdmittable: beds(3),
			},
		})
	}
	return &carehomesv1.GetDistrictCapacityResponse{Capacity: capacity}
}

func marshal(t testing.TB, m proto.Message) []byte {
	t.Helper()
	encoded, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func TestPreencodedIsMarshalledVerbatim(t *testing.T) {
	want := marshal(t, answer())
	message := wire.Preencoded(&carehomesv1.GetDistrictCapacityResponse{}, want)
	if got := marshal(t, message); !bytes.Equal(got, want) {
		t.Error("marshalling gives other bytes")
	}
	if got := proto.Size(message); got != len(want) {
		t.Errorf("size is %d, want %d", got, len(want))
	}
	if diff := cmp.Diff(&carehomesv1.GetDistrictCapacityResponse{}, wire.Preencoded(&carehomesv1.GetDistrictCapacityResponse{}, nil), protocmp.Transform()); diff != "" {
		t.Errorf("of nothing (-want +got):\n%s", diff)
	}
}

// Whatever the bytes, as long as they are some message's, they come out as they went in.
func TestPreencodedKeepsEveryByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		districts := rapid.MapOf(rapid.StringMatching(`[EWSN]\d{8}`), rapid.Int64()).Draw(t, "districts")
		original := &commonv1.WatchRevisionsResponse{
			Service: rapid.String().Draw(t, "service"), Revision: rapid.Int64().Draw(t, "revision"), Districts: districts,
		}
		encoded, err := proto.Marshal(original)
		if err != nil {
			t.Fatal(err)
		}
		again, err := proto.Marshal(wire.Preencoded(&commonv1.WatchRevisionsResponse{}, encoded))
		if err != nil || !bytes.Equal(again, encoded) {
			t.Fatalf("%x came out as %x, %v", encoded, again, err)
		}
	})
}

// service answers every call with the same bytes.
type service struct {
	carehomesv1.UnimplementedCareHomesServiceServer
	encoded []byte
}

func (s *service) GetDistrictCapacity(context.Context, *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.GetDistrictCapacityResponse, error) {
	return wire.Preencoded(&carehomesv1.GetDistrictCapacityResponse{}, s.encoded), nil
}

func TestClientsDecodePreencodedAnswers(t *testing.T) {
	want := answer()
	listener, server := bufconn.Listen(1<<20), grpc.NewServer()
	carehomesv1.RegisterCareHomesServiceServer(server, &service{encoded: marshal(t, want)})
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() { server.Stop(); serving.Wait() })
	conn, err := grpc.NewClient("passthrough:bufconn", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })

	var asking sync.WaitGroup
	for range 8 {
		asking.Go(func() {
			for range 50 {
				got, err := carehomesv1.NewCareHomesServiceClient(conn).GetDistrictCapacity(t.Context(), &carehomesv1.GetDistrictCapacityRequest{})
				if err != nil || !proto.Equal(want, got) {
					t.Errorf("error %v, difference (-want +got):\n%s", err, cmp.Diff(want, got, protocmp.Transform()))
					return
				}
			}
		})
	}
	asking.Wait()
}

func BenchmarkMarshal(b *testing.B) {
	message := answer()
	encoded := marshal(b, message)
	b.Logf("%d bytes", len(encoded))
	buffer := make([]byte, 0, 2*len(encoded))
	for name, made := range map[string]func() proto.Message{
		"fields":     func() proto.Message { return message },
		"preencoded": func() proto.Message { return wire.Preencoded(&carehomesv1.GetDistrictCapacityResponse{}, encoded) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(encoded)))
			for b.Loop() {
				if _, err := (proto.MarshalOptions{}).MarshalAppend(buffer, made()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
