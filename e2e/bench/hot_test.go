package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/e2e/suite"
	"github.com/caremarket/caremarket/pkg/audience"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

const (
	stroud = "E07000082"
	// inFlight calls are made at once.
	inFlight = 32
)

// hot compares answers that are kept with answers that need no finding.
func hot(b *testing.B) []row {
	b.Helper()
	ours := suite.New(b, "caremarket", "--data="+b.TempDir(), "--log-level=info")
	ours.Start(b)
	path := "/v1/districts/" + stroud + "/marketPosition"
	statement := get(b, "http://"+ours.HTTP+path)
	capacity := call(b, dial(b, ours.GRPC))
	beside := startBare(b, capacity, statement)

	const calls, rounds = 3000, 15
	a, c, ratio := inTurns(rounds,
		func() time.Duration { return callMany(b, dial(b, ours.GRPC), calls) },
		func() time.Duration { return callMany(b, dial(b, beside.grpc), calls) })
	rows := []row{{
		what: fmt.Sprintf("hot GetDistrictCapacity over gRPC, %d bytes, beside bare grpc-go", len(capacity)),
		ours: perSecond(calls, a), beside: perSecond(calls, c), ratio: 1 / ratio, unit: "grpc-ratio", target: 0.8,
	}}
	const gets = 1000
	a, c, ratio = inTurns(rounds,
		func() time.Duration { return getMany(b, "http://"+ours.HTTP+path, gets) },
		func() time.Duration { return getMany(b, "http://"+beside.http+path, gets) })
	return append(rows, row{
		what: fmt.Sprintf("hot REST statement of Stroud, %d bytes, beside bare net/http", len(statement)),
		ours: perSecond(gets, a), beside: perSecond(gets, c), ratio: 1 / ratio, unit: "rest-ratio", target: 0.6,
	})
}

// together makes so many calls, inFlight at once, and returns how long they took.
func together(b *testing.B, calls int, one func() error) time.Duration {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(calls))
	var callers sync.WaitGroup
	began := time.Now()
	for range inFlight {
		callers.Go(func() {
			for left.Add(-1) >= 0 {
				if err := one(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	callers.Wait()
	return time.Since(began)
}

func get(b *testing.B, url string) []byte {
	b.Helper()
	body, err := fetch(b.Context(), http.DefaultClient, url)
	if err != nil {
		b.Fatal(err)
	}
	return body
}

func getMany(b *testing.B, url string, gets int) time.Duration {
	b.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: inFlight, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	return together(b, gets, func() error {
		_, err := fetch(b.Context(), client, url)
		return err
	})
}

func fetch(ctx context.Context, client *http.Client, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Encoding", "identity")
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: status %d: %s", url, res.StatusCode, body)
	}
	return body, err
}

// dial connects as a commissioner who leaves answers as they come: what reading them costs
// would hide the difference.
func dial(b *testing.B, address string) *grpc.ClientConn {
	b.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithUnaryInterceptor(audience.UnaryClientInterceptor),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(unread{})))
	if err != nil {
		b.Fatal(err)
	}
	return conn
}

// call asks for the capacity of Stroud, closes the connection and returns the answer.
func call(b *testing.B, conn *grpc.ClientConn) []byte {
	b.Helper()
	defer conn.Close()
	var answer []byte
	if err := ask(b.Context(), conn, &answer); err != nil {
		b.Fatal(err)
	}
	return answer
}

func callMany(b *testing.B, conn *grpc.ClientConn, calls int) time.Duration {
	b.Helper()
	defer conn.Close()
	ctx := b.Context()
	return together(b, calls, func() error {
		var answer []byte
		return ask(ctx, conn, &answer)
	})
}

func ask(ctx context.Context, conn *grpc.ClientConn, answer *[]byte) error {
	return conn.Invoke(audience.With(ctx, audience.Commissioner), carehomesv1.CareHomesService_GetDistrictCapacity_FullMethodName,
		&carehomesv1.GetDistrictCapacityRequest{Name: "districts/" + stroud + "/careHomeCapacity"}, answer)
}

// unread encodes requests and leaves answers encoded.
type unread struct{}

// Marshal encodes a message.
func (unread) Marshal(v any) (mem.BufferSlice, error) {
	encoded, err := proto.Marshal(v.(proto.Message))
	return mem.BufferSlice{mem.SliceBuffer(encoded)}, err
}

// Unmarshal copies the bytes.
func (unread) Unmarshal(data mem.BufferSlice, v any) error {
	*v.(*[]byte) = data.Materialize()
	return nil
}

// Name is that of the encoding on the wire.
func (unread) Name() string { return "proto" }
