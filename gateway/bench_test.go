package gateway_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/caremarket/caremarket/gateway"
	"github.com/caremarket/caremarket/gateway/internal/fixture"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// BenchmarkHotStatement compares a kept statement, with telemetry and the log at work, with
// net/http writing the same bytes encoded beforehand: both on TCP in turns, so that what
// else the machine does weighs on both. Its ratio is of requests answered in equal time.
func BenchmarkHotStatement(b *testing.B) {
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer nowhere.Close()
	metrics := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
	tracers := sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()))
	s := newStack(b, func(c *gateway.Config) {
		c.Logger = slog.New(slog.NewJSONHandler(nowhere, nil))
		c.Meters, c.Tracers, c.Propagator = metrics, tracers, propagation.TraceContext{}
	})
	s.positions.statement = func(context.Context, *marketpositionv1.GetMarketPositionRequest) (*marketpositionv1.MarketPosition, error) {
		return statementOfSize(30), nil
	}
	s.commit(1, stroud)
	const path = "/v1/districts/" + stroud + "/marketPosition"
	first := s.get(b, path)
	if first.StatusCode != 200 {
		b.Fatal(first.body)
	}
	s.positions.statement = nil // it is kept from here on
	body := []byte(first.body)
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	}))
	defer bare.Close()

	ours, theirs := newCallers(b, s.URL, path), newCallers(b, bare.URL, path)
	const turn = 256
	var hot, encodedBefore time.Duration
	for b.Loop() {
		encodedBefore += theirs.call(b, turn)
		hot += ours.call(b, turn)
	}
	calls := float64(b.N) * turn
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(hot.Microseconds())/calls, "us/hot")
	b.ReportMetric(float64(encodedBefore.Microseconds())/calls, "us/bare")
	b.ReportMetric(float64(len(body)), "bytes/answer")
	b.ReportMetric(float64(encodedBefore)/float64(hot), "ratio")
}

// statementOfSize is a statement with that many more zones.
func statementOfSize(zones int) *marketpositionv1.MarketPosition {
	m := fixture.MarketPosition(stroud, 1)
	for i := range zones {
		z := clone(m.GetHomeCare().GetCapacity().GetZones()[0])
		z.Zone = fmt.Sprintf("zones/z%d", i)
		z.People = fixture.Value(float64(i), commonv1.Unit_UNIT_PEOPLE)
		m.HomeCare.Capacity.Zones = append(m.HomeCare.Capacity.Zones, z)
	}
	return m
}

// callers are connections that each ask the same question again and again, at as little
// cost of their own as can be.
type callers struct {
	conns   []net.Conn
	request []byte
}

func newCallers(b *testing.B, url, path string) callers {
	b.Helper()
	address := strings.TrimPrefix(url, "http://")
	c := callers{request: []byte("GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nAccept: application/json\r\n\r\n")}
	for range 32 {
		conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conn.Close() })
		c.conns = append(c.conns, conn)
	}
	return c
}

// call asks n times, all callers together, and returns how long it took.
func (c callers) call(b *testing.B, n int) time.Duration {
	b.Helper()
	start := time.Now()
	var all sync.WaitGroup
	faults := make([]error, len(c.conns))
	for i, conn := range c.conns {
		all.Go(func() {
			r := bufio.NewReaderSize(conn, 64<<10)
			for range n / len(c.conns) {
				if faults[i] = exchange(conn, r, c.request); faults[i] != nil {
					return
				}
			}
		})
	}
	all.Wait()
	for _, err := range faults {
		if err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}

func exchange(w io.Writer, r *bufio.Reader, request []byte) error {
	if _, err := w.Write(request); err != nil {
		return err
	}
	size, status := 0, ""
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if status == "" {
			status = string(line[9:12])
		}
		if value, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
			if size, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return err
			}
		}
		if len(line) == 2 {
			break
		}
	}
	if status != "200" {
		return fmt.Errorf("status %s", status)
	}
	_, err := r.Discard(size)
	return err
}
