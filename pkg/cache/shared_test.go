package cache_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/redisconn"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/storetest"
)

// ample is a budget that a Redis which answers never needs, however busy the machine.
const ample = 10 * time.Second

func dial(t *testing.T, server *storetest.RedisServer, budget time.Duration) *redis.Client {
	t.Helper()
	client, err := redisconn.Open("redis://"+server.Addr(), redisconn.Config{Budget: budget})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// process is a cache of its own that shares a Redis with others.
type process struct {
	*cache.Cache
	reader *metric.ManualReader
}

func startProcess(t *testing.T, client redis.UniversalClient, c cache.SharedConfig) *process {
	t.Helper()
	reader := metric.NewManualReader()
	return &process{
		Cache: newCache(t, cache.Config{
			Name: "test", Redis: client, Shared: c, Meters: metric.NewMeterProvider(metric.WithReader(reader)),
		}),
		reader: reader,
	}
}

// count is the present value of a metric, over all attributes or those that have one value.
func (p *process) count(t *testing.T, name string, only ...attribute.KeyValue) int64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := p.reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	var n int64
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != name {
				continue
			}
			for _, point := range points(m.Data) {
				if len(only) > 0 {
					if got, _ := point.Attributes.Value(only[0].Key); got != only[0].Value {
						continue
					}
				}
				n += point.Value
			}
		}
	}
	return n
}

func points(data metricdata.Aggregation) []metricdata.DataPoint[int64] {
	switch data := data.(type) {
	case metricdata.Sum[int64]:
		return data.DataPoints
	case metricdata.Gauge[int64]:
		return data.DataPoints
	default:
		return nil
	}
}

// written waits until Redis holds n values.
func written(t *testing.T, client *redis.Client, n int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		got, err := client.DBSize(ctx).Result()
		if err != nil {
			t.Fatalf("%d of %d values were written: %v", got, n, err)
		}
		if got == n {
			return
		}
	}
}

// generous takes whatever is in Redis, from before the process too.
var generous = cache.SharedConfig{Namespace: "test", Release: "1", Budget: ample, Since: time.Unix(1, 0)}

// A store that was taken back to a backup gives the numbers of lost commits again, to others. What was worked out at
// those numbers before is not taken by processes that start over it; what they work out themselves is shared.
func TestAnswersFromBeforeTheProcessAreNotTaken(t *testing.T) {
	server := storetest.Redis(t)
	client := dial(t, server, ample)
	five, sinceStart := revision.At(5), cache.SharedConfig{Namespace: "test", Release: "1", Budget: ample}
	lost := startProcess(t, client, sinceStart)
	ask(t, lost.Cache, capacity, five, gives("lost", five))
	written(t, client, 1)

	first, second := startProcess(t, client, sinceStart), startProcess(t, client, sinceStart)
	want(t, "over the restored store", got{"given again", five, cache.Fresh}, ask(t, first.Cache, capacity, five, gives("given again", five)))
	rewritten(t, client, "given again")
	want(t, "in a process beside it", got{"given again", five, cache.Shared}, ask(t, second.Cache, capacity, five, unexpected(t)))
}

// rewritten waits until the only value in Redis ends with a text.
func rewritten(t *testing.T, client *redis.Client, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		key, err := client.RandomKey(ctx).Result()
		if err != nil {
			t.Fatalf("%q was not written: %v", text, err)
		}
		if value, err := client.Get(ctx, key).Result(); err == nil && strings.HasSuffix(value, text) {
			return
		}
	}
}

func TestAnswersAreSharedThroughRedis(t *testing.T) {
	server := storetest.Redis(t)
	client := dial(t, server, ample)
	five := revision.At(5)
	first := startProcess(t, client, generous)
	ask(t, first.Cache, capacity, five, gives("five", five))
	written(t, client, 1)

	second := startProcess(t, client, generous)
	want(t, "in another process", got{"five", five, cache.Shared}, ask(t, second.Cache, capacity, five, unexpected(t)))
	want(t, "and then kept there", got{"five", five, cache.Local}, ask(t, second.Cache, capacity, five, unexpected(t)))
	if got := second.count(t, "caremarket.cache.hits", attribute.String("layer", "redis")); got != 1 {
		t.Errorf("%d hits in Redis are counted, want 1", got)
	}
	ttl, err := client.TTL(t.Context(), client.Keys(t.Context(), "*").Val()[0]).Result()
	if err != nil || ttl <= 0 || ttl > time.Hour {
		t.Errorf("Redis keeps it for %v, %v", ttl, err)
	}

	for name, c := range map[string]cache.SharedConfig{
		"another system":  {Namespace: "other", Release: "1", Budget: ample},
		"another release": {Namespace: "test", Release: "2", Budget: ample},
	} {
		want(t, name, got{name, five, cache.Fresh}, ask(t, startProcess(t, client, c).Cache, capacity, five, gives(name, five)))
	}
	rechecked := startProcess(t, client, generous)
	want(t, "rechecked", got{"new", five, cache.Fresh}, ask(t, rechecked.Cache, capacity, five, gives("new", five), cache.Recheck))
}

// An epoch is counted by each process for itself, so another one's marks of the same epoch mean something else.
func TestAnswersOfALaterEpochStayInTheirProcess(t *testing.T) {
	server := storetest.Redis(t)
	client := dial(t, server, ample)
	begun := revision.At(5)
	begun.Epoch = 1
	first := startProcess(t, client, generous)
	ask(t, first.Cache, capacity, begun, gives("first", begun))
	ask(t, first.Cache, cache.Question{}, revision.At(1), gives("written after it", revision.At(1)))
	written(t, client, 1)
	if kept := client.Keys(t.Context(), "*"+begun.String()+"*").Val(); len(kept) > 0 {
		t.Errorf("it is in Redis: %q", kept)
	}
	second := startProcess(t, client, generous)
	want(t, "in another process", got{"second", begun, cache.Fresh}, ask(t, second.Cache, capacity, begun, gives("second", begun)))
}

func TestDamagedValuesAreNotThere(t *testing.T) {
	server := storetest.Redis(t)
	client := dial(t, server, ample)
	five := revision.At(5)
	ask(t, startProcess(t, client, generous).Cache, capacity, five, gives("a body of some length", five))
	written(t, client, 1)
	key := client.Keys(t.Context(), "*").Val()[0]
	sound := client.Get(t.Context(), key).Val()

	for name, value := range map[string]string{
		"empty":               "",
		"truncated":           sound[:len(sound)-1],
		"cut in its header":   sound[:10],
		"another layout":      "cma2" + sound[4:],
		"a flipped bit":       sound[:len(sound)-1] + string(sound[len(sound)-1]^1),
		"something else":      "{\"value\": 1}",
		"followed by garbage": sound + "x",
	} {
		t.Run(name, func(t *testing.T) {
			if err := client.Set(t.Context(), key, value, 0).Err(); err != nil {
				t.Fatal(err)
			}
			p := startProcess(t, client, generous)
			want(t, name, got{"whole", five, cache.Fresh}, ask(t, p.Cache, capacity, five, gives("whole", five)))
			if got := p.count(t, "caremarket.cache.redis.errors", attribute.String("operation", "damaged")); got != 1 {
				t.Errorf("%d damaged values are counted, want 1", got)
			}
		})
	}
	t.Run("another type", func(t *testing.T) {
		client.Del(t.Context(), key)
		if err := client.LPush(t.Context(), key, "x").Err(); err != nil {
			t.Fatal(err)
		}
		p := startProcess(t, client, generous)
		want(t, "a list", got{"whole", five, cache.Fresh}, ask(t, p.Cache, capacity, five, gives("whole", five)))
	})
	t.Run("of another question", func(t *testing.T) {
		client.Del(t.Context(), key)
		other := capacity
		other.Subject = "E07000079"
		ask(t, startProcess(t, client, generous).Cache, other, five, gives("other", five))
		written(t, client, 1)
		if err := client.Rename(t.Context(), client.Keys(t.Context(), "*").Val()[0], key).Err(); err != nil {
			t.Fatal(err)
		}
		p := startProcess(t, client, generous)
		want(t, "moved", got{"whole", five, cache.Fresh}, ask(t, p.Cache, capacity, five, gives("whole", five)))
	})
}

// askMany asks n questions that nobody asked before and fails the test if one is not answered rightly.
func askMany(t *testing.T, p *process, label string, n int) {
	t.Helper()
	for i := range n {
		at := revision.At(int64(i + 1))
		q := capacity
		q.Detail = fmt.Sprint(label, i)
		want(t, q.Detail, got{q.Detail, at, cache.Fresh}, ask(t, p.Cache, q, at, gives(q.Detail, at)))
	}
}

func TestEveryCallWorksWithoutRedis(t *testing.T) {
	for name, away := range map[string]struct {
		begin, end func(*storetest.RedisServer, testing.TB)
	}{
		"refused": {(*storetest.RedisServer).Stop, (*storetest.RedisServer).Start},
		"frozen":  {(*storetest.RedisServer).Freeze, (*storetest.RedisServer).Thaw},
	} {
		t.Run(name, func(t *testing.T) {
			server := storetest.Redis(t)
			client := dial(t, server, 50*time.Millisecond)
			p := startProcess(t, client, cache.SharedConfig{Namespace: "test", Release: "1", Pause: 100 * time.Millisecond})
			askMany(t, p, "before ", 10)
			away.begin(server, t)
			askMany(t, p, "while away ", 300)
			if got := p.count(t, "caremarket.cache.redis.errors"); got == 0 {
				t.Error("no error is counted: was Redis away?")
			}
			away.end(server, t)
			// The breaker tries again by itself: in the end an answer of one process is found by another.
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			for i := int64(1000); ; i++ {
				if ctx.Err() != nil {
					t.Fatal("Redis is back, but nothing is shared")
				}
				at := revision.At(i)
				ask(t, p.Cache, capacity, at, gives("again", at))
				if n, err := client.Exists(ctx, keyOf(ctx, client, at)).Result(); err == nil && n == 1 {
					break
				}
			}
		})
	}
}

// keyOf is the key of the capacity question at a mark, if it was written.
func keyOf(ctx context.Context, client *redis.Client, at revision.Mark) string {
	for _, key := range client.Keys(ctx, "*@"+at.String()).Val() {
		if strings.Contains(key, capacity.Detail) {
			return key
		}
	}
	return "none"
}

func TestTheBreakerLeavesRedisAlone(t *testing.T) {
	server := storetest.Redis(t)
	server.Stop(t)
	client := dial(t, server, ample)
	p := startProcess(t, client, cache.SharedConfig{Namespace: "test", Release: "1", Budget: ample, Pause: time.Hour})
	askMany(t, p, "q", 200)
	// Three in a row open it; the one that writes may have been under way, and so may have been its next.
	if got := p.count(t, "caremarket.cache.redis.errors"); got < 3 || got > 5 {
		t.Errorf("Redis was tried %d times, want no more once it failed 3 times", got)
	}
	if got := p.count(t, "caremarket.cache.redis.breaker"); got != 2 {
		t.Errorf("the breaker's state is reported as %d, want 2, open", got)
	}
}

func TestFlushedAndRestartedRedis(t *testing.T) {
	server := storetest.Redis(t)
	client := dial(t, server, ample)
	p := startProcess(t, client, cache.SharedConfig{Namespace: "test", Release: "1", Budget: ample, Pause: time.Millisecond})
	askMany(t, p, "before ", 5)
	written(t, client, 5)
	server.FlushAll(t)
	askMany(t, p, "flushed ", 5)
	written(t, client, 5)
	server.Stop(t)
	server.Start(t)
	askMany(t, p, "restarted ", 50)
}

// Nothing is written while Redis is frozen, so the queue fills; Get must go on.
func TestWritesAreDroppedWhenTooManyWait(t *testing.T) {
	server := storetest.Redis(t)
	server.Freeze(t)
	client := dial(t, server, ample)
	p := startProcess(t, client, cache.SharedConfig{Namespace: "test", Release: "1", Budget: time.Nanosecond, Queue: 1, Pause: time.Hour})
	at := revision.At(1)
	for i := range 1000 {
		q := capacity
		q.Detail = fmt.Sprint(i)
		ask(t, p.Cache, q, at, gives("body", at))
	}
	if got := p.count(t, "caremarket.cache.redis.dropped"); got == 0 {
		t.Error("no write was dropped, though one may wait and 1,000 came")
	}
}

func TestLargeAnswersAreNotShared(t *testing.T) {
	server := storetest.Redis(t)
	client := dial(t, server, ample)
	p := startProcess(t, client, generous)
	at := revision.At(1)
	large := capacity
	large.Detail = "large"
	ask(t, p.Cache, large, at, gives(strings.Repeat("x", 1<<20+1), at))
	ask(t, p.Cache, capacity, at, gives("small", at))
	written(t, client, 1)
	want(t, "in another process", got{"again", at, cache.Fresh},
		ask(t, startProcess(t, client, generous).Cache, large, at, gives("again", at)))
}
