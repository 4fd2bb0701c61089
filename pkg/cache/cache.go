package cache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel/metric"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"github.com/caremarket/caremarket/pkg/revision"
)

// What a Config leaves out.
const (
	defaultLocalBytes  = 32 << 20
	defaultLoads       = 16
	defaultLoadTimeout = 10 * time.Second
)

// Config bounds a Cache. Only Name must be set.
type Config struct {
	// Name tells this Cache from others in metrics.
	Name string
	// LocalBytes is about how much memory kept answers may take; 32 MiB if zero.
	LocalBytes uint64
	// Loads is how many answers may be worked out at once; 16 if zero.
	Loads int
	// LoadTimeout bounds one flight, waiting for its turn included; 10 s if zero.
	LoadTimeout time.Duration
	// Redis is where answers are shared with other processes; nil for nowhere.
	Redis redis.UniversalClient
	// Shared says how; it means nothing without Redis.
	Shared SharedConfig
	// Meters receives the metrics; nil for none.
	Meters metric.MeterProvider
}

// Cache answers questions from memory, from Redis or by working them out. Make it with [New]; its methods may be called
// from any goroutine.
type Cache struct {
	local       *otter.Cache[Question, *entry]
	shared      *shared // nil without Redis
	flights     singleflight.Group
	slots       *semaphore.Weighted
	loadTimeout time.Duration
	metrics     *metrics
}

// New returns an empty Cache. The caller closes it.
func New(c Config) (*Cache, error) {
	metrics, err := newMetrics(c.Meters, c.Name)
	if err != nil {
		return nil, err
	}
	cache := &Cache{
		slots:       semaphore.NewWeighted(int64(cmp.Or(c.Loads, defaultLoads))),
		loadTimeout: cmp.Or(c.LoadTimeout, defaultLoadTimeout),
		metrics:     metrics,
	}
	cache.local, err = otter.New(&otter.Options[Question, *entry]{
		MaximumWeight:    cmp.Or(c.LocalBytes, defaultLocalBytes),
		Weigher:          weight,
		OnAtomicDeletion: metrics.deleted,
	})
	if err != nil {
		return nil, fmt.Errorf("cache %s: %w", c.Name, err)
	}
	if c.Redis != nil {
		cache.shared = newShared(c.Redis, c.Shared, metrics)
	}
	if err := metrics.observe(cache); err != nil {
		return nil, errors.Join(err, cache.Close())
	}
	return cache, nil
}

// Close stops writing to Redis; what is queued is lost. The Redis client stays open.
func (c *Cache) Close() error {
	if c.shared != nil {
		c.shared.close()
	}
	return c.metrics.close()
}

// Mode changes how far a kept answer is trusted.
type Mode uint8

const (
	// Recheck has the answer worked out even if one is kept: for when the mark may be out of date, as [revision.Read]
	// tells.
	Recheck Mode = 1 << iota
	// AllowStale gives the newest answer that was kept, whatever its mark, when a new one cannot be had because
	// something is away, overloaded or out of time.
	AllowStale
)

// Outcome says where an answer came from.
type Outcome uint8

// Where an answer can come from.
const (
	// Local is this process's memory.
	Local Outcome = iota + 1
	// Shared is Redis.
	Shared
	// Fresh is worked out for this call, or for another one that asked the same at the time.
	Fresh
	// Stale is kept from earlier, and may no longer be true.
	Stale
)

// Answer is what came of a question.
type Answer struct {
	// Body belongs to all who asked: it must not be changed.
	Body []byte
	// Mark is what Body was worked out from. It covers the mark asked for, unless the answer is stale or the load
	// itself was behind.
	Mark revision.Mark
	// LoadedAt is when Body was worked out.
	LoadedAt time.Time
	Outcome  Outcome
}

// Get answers q as it stands at the mark asked for, or a later one. Only if no such answer is at hand is load run, for
// all who ask the same meanwhile, not for longer than the Cache's load timeout. A caller whose ctx ends gets its error
// at once and leaves the flight to the others. Errors, of load or of a panic in it, are never kept.
func (c *Cache) Get(ctx context.Context, q Question, at revision.Mark, load Load, modes ...Mode) (Answer, error) {
	var mode Mode
	for _, m := range modes {
		mode |= m
	}
	if mode&Recheck == 0 {
		if e, ok := c.lookup(q, at); ok {
			c.metrics.local.Add(1)
			return e.answer(Local), nil
		}
	}
	return c.fly(ctx, flight{q, at, mode, load})
}

// lookup returns a kept answer that knows all that at knows.
func (c *Cache) lookup(q Question, at revision.Mark) (*entry, bool) {
	e, ok := c.local.GetIfPresent(q)
	return e, ok && e.mark.Covers(at)
}

// keep keeps an answer unless a later one is kept.
func (c *Cache) keep(q Question, e *entry) {
	c.local.Compute(q, func(old *entry, found bool) (*entry, otter.ComputeOp) {
		if found && old.mark != e.mark && old.mark.Covers(e.mark) {
			return old, otter.CancelOp
		}
		return e, otter.WriteOp
	})
}

func (e *entry) answer(from Outcome) Answer {
	return Answer{Body: e.body, Mark: e.mark, LoadedAt: e.loadedAt, Outcome: from}
}
