package cache_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/revision"
)

func TestMetricsCountWhatHappens(t *testing.T) {
	reader := metric.NewManualReader()
	p := &process{reader: reader, Cache: newCache(t, cache.Config{
		Name: "test", LocalBytes: 1 << 16, Meters: metric.NewMeterProvider(metric.WithReader(reader)),
	})}
	five, six := revision.At(5), revision.At(6)
	ask(t, p.Cache, capacity, five, gives("five", five))
	ask(t, p.Cache, capacity, five, unexpected(t))
	ask(t, p.Cache, capacity, five, unexpected(t))
	ask(t, p.Cache, capacity, six, fails(errAway), cache.AllowStale)
	count := func(name string, only ...attribute.KeyValue) int64 {
		return p.count(t, "caremarket.cache."+name, only...)
	}
	got := map[string]int64{
		"local hits": count("hits", attribute.String("layer", "local")),
		"redis hits": count("hits", attribute.String("layer", "redis")),
		"misses":     count("misses"),
		"stale":      count("stale"),
		"evictions":  count("evictions"),
		"answered":   loads(t, reader, "answered"),
		"failed":     loads(t, reader, "failed"),
	}
	want := map[string]int64{
		"local hits": 2, "redis hits": 0, "misses": 2, "stale": 1, "evictions": 0, "answered": 1, "failed": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	p.Weight() // lets what was kept be counted
	if size := count("size"); size < 4 || size > 1<<16 {
		t.Errorf("one small answer is said to take %d bytes", size)
	}
	for i := range 100 {
		q := capacity
		q.Detail = fmt.Sprint(i)
		ask(t, p.Cache, q, five, gives(strings.Repeat("x", 4<<10), five))
	}
	p.Weight() // lets the evictions that are due happen
	if evicted := count("evictions"); evicted < 80 || evicted > 101 {
		t.Errorf("%d of 101 answers were put out of room for about 15", evicted)
	}
}

// loads is how many loads had an outcome.
func loads(t *testing.T, reader *metric.ManualReader, outcome string) int64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	var n uint64
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			durations, ok := m.Data.(metricdata.Histogram[float64])
			if !ok || m.Name != "caremarket.cache.load.duration" {
				continue
			}
			for _, point := range durations.DataPoints {
				if got, _ := point.Attributes.Value("outcome"); got.AsString() == outcome {
					n += point.Count
				}
			}
		}
	}
	return int64(n)
}
