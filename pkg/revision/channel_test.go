package revision_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/caremarket/caremarket/pkg/redisconn"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/storetest"
)

// patience bounds a wait that should end long before.
const patience = 30 * time.Second

// process is one of several processes of a service, as far as revisions go. It polls its store at its start and then
// never again by itself, so what it learns it was told.
type process struct {
	tracker  *revision.Tracker
	follower *revision.Follower
	redis    *redis.Client
	counts   *metric.ManualReader
}

func startProcess(t *testing.T, server *storetest.RedisServer, source *store) *process {
	t.Helper()
	client, err := redisconn.Open("redis://"+server.Addr(), redisconn.Config{Budget: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	p := &process{tracker: revision.NewTracker("carehomes", -1), redis: client, counts: metric.NewManualReader()}
	p.follower, err = revision.NewFollower(revision.FollowerConfig{
		Tracker: p.tracker, Source: source, Interval: time.Hour, Redis: client, Namespace: "test",
		Meters: metric.NewMeterProvider(metric.WithReader(p.counts)),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { p.follower.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		_ = client.Close()
	})
	return p
}

// await waits until cond holds, looking again at every change of the tracker.
func await(t *testing.T, tracker *revision.Tracker, what string, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	changes := tracker.Subscribe()
	for {
		if err := changes.Wait(ctx); err != nil {
			t.Fatalf("%s: never happened", what)
		}
		if cond() {
			return
		}
	}
}

// messages is how many messages had an outcome.
func (p *process) messages(t *testing.T, outcome string) int64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := p.counts.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	var n int64
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			sum, ok := m.Data.(metricdata.Sum[int64])
			if !ok || m.Name != "caremarket.revision.messages" {
				continue
			}
			for _, point := range sum.DataPoints {
				if got, _ := point.Attributes.Value("outcome"); got.AsString() == outcome {
					n += point.Value
				}
			}
		}
	}
	return n
}

// listening waits until a process is subscribed.
func listening(t *testing.T, processes ...*process) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for ctx.Err() == nil {
		n, err := processes[0].redis.PubSubNumSub(ctx, "test:revisions:1:carehomes").Result()
		if err == nil && n["test:revisions:1:carehomes"] == int64(len(processes)) {
			return
		}
	}
	t.Fatal("the processes never subscribed")
}

func TestCommitsReachOtherProcesses(t *testing.T) {
	server, source := storetest.Redis(t), &store{}
	writer, reader := startProcess(t, server, source), startProcess(t, server, source)
	listening(t, writer, reader)
	for range 3 {
		districts := []string{stroud, cotswold}
		writer.follower.Committed(source.commit(districts...), districts)
	}
	if got := writer.tracker.Global(); got != 3 {
		t.Errorf("the writer itself stands at %d, want 3", got)
	}
	await(t, reader.tracker, "the reader hears of three commits", func() bool {
		return reader.tracker.Global() == 3 && reader.tracker.District(stroud) == 3 && reader.tracker.District(cotswold) == 3
	})
}

func TestMessagesLostWhileRedisWasRefusedAreFoundWhenItIsBack(t *testing.T) {
	server, source := storetest.Redis(t), &store{}
	writer, reader := startProcess(t, server, source), startProcess(t, server, source)
	listening(t, writer, reader)
	server.Stop(t)
	const lost = 10
	for range lost {
		writer.follower.Committed(source.commit(stroud), []string{stroud})
	}
	if got := writer.tracker.Global(); got != lost {
		t.Errorf("without Redis the writer stands at %d, want %d", got, lost)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for writer.messages(t, "failed") < lost {
		if ctx.Err() != nil {
			t.Fatal("the messages were never given up")
		}
	}
	server.Start(t)
	await(t, reader.tracker, "the reader asks for what it missed", func() bool { return reader.tracker.Global() == lost })
}

func TestMessagesGoOnWhenAFrozenRedisThaws(t *testing.T) {
	server, source := storetest.Redis(t), &store{}
	writer, reader := startProcess(t, server, source), startProcess(t, server, source)
	listening(t, writer, reader)
	server.Freeze(t)
	for range 10 {
		writer.follower.Committed(source.commit(stroud), []string{stroud})
	}
	if got := writer.tracker.Global(); got != 10 {
		t.Errorf("with Redis frozen the writer stands at %d, want 10", got)
	}
	server.Thaw(t)
	writer.follower.Committed(source.commit(stroud), []string{stroud})
	await(t, reader.tracker, "the reader hears of the last commit, and of those before or asks for them", func() bool {
		return reader.tracker.Global() == 11
	})
}

func TestFollowerStartsWithoutRedis(t *testing.T) {
	server, source := storetest.Redis(t), &store{kept: log{{stroud}}}
	server.Stop(t)
	p := startProcess(t, server, source)
	await(t, p.tracker, "the first load", func() bool { return p.tracker.Current() && p.tracker.Global() == 1 })
	server.Start(t)
	listening(t, p)
}

// Nobody drains the queue here: publishing must drop, not wait.
func TestCommittedNeverWaits(t *testing.T) {
	source := &store{}
	client, err := redisconn.Open("redis://localhost", redisconn.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	p := &process{tracker: revision.NewTracker("carehomes", -1), counts: metric.NewManualReader()}
	p.follower, err = revision.NewFollower(revision.FollowerConfig{
		Tracker: p.tracker, Source: source, Redis: client, Meters: metric.NewMeterProvider(metric.WithReader(p.counts)),
	})
	if err != nil {
		t.Fatal(err)
	}
	const over = 10
	for range revision.QueueLength + over {
		p.follower.Committed(source.commit(stroud), []string{stroud})
	}
	if got := p.messages(t, "dropped"); got != over {
		t.Errorf("%d messages were dropped, want %d", got, over)
	}
	if got := p.tracker.Global(); got != revision.QueueLength+over {
		t.Errorf("the tracker stands at %d", got)
	}
}

func TestMessagesThatAreNoneAreRejected(t *testing.T) {
	server, source := storetest.Redis(t), &store{}
	writer, reader := startProcess(t, server, source), startProcess(t, server, source)
	listening(t, writer, reader)
	for _, garbage := range []string{"", "hello", "\x0a\xff"} {
		if err := writer.redis.Publish(t.Context(), "test:revisions:1:carehomes", garbage).Err(); err != nil {
			t.Fatal(err)
		}
	}
	writer.follower.Committed(source.commit(stroud), []string{stroud})
	await(t, reader.tracker, "the reader hears of the commit", func() bool { return reader.tracker.Global() == 1 })
	if got := reader.messages(t, "rejected"); got != 3 {
		t.Errorf("%d messages were rejected, want 3", got)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	server, source := storetest.Redis(t), &store{away: errors.New("away")}
	server.Freeze(t)
	t.Cleanup(func() { server.Thaw(t) })
	startProcess(t, server, source) // its clean-up waits for Run
}
