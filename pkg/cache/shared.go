package cache

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/sony/gobreaker/v2"

	"github.com/caremarket/caremarket/pkg/revision"
)

// What a SharedConfig leaves out.
const (
	defaultTTL    = time.Hour
	defaultBudget = 5 * time.Millisecond
	defaultPause  = 2 * time.Second
	defaultQueue  = 512
)

const (
	// writeBudget bounds one write, which nobody waits for.
	writeBudget = 50 * time.Millisecond
	// failuresToOpen is how many failures in a row open the breaker.
	failuresToOpen = 3
	// largest is the longest body that is shared; it bounds what the queue can hold.
	largest = 1 << 20
)

// SharedConfig says how answers are shared through Redis.
type SharedConfig struct {
	// Namespace sets systems that share one Redis apart, such as stores whose revisions all count from 1.
	Namespace string
	// Since is from when on answers are taken: those that were worked out before it are not. What this process follows
	// must have been the same since then; before it, the store may have been at revisions that a backup took back and
	// that were given again to other commits. When the Cache was made, if zero.
	Since time.Time
	// Release is the version of what works answers out and encodes them. Versions may answer the same question
	// differently, so they do not share.
	Release string
	// TTL is how long Redis keeps an answer; an hour if zero.
	TTL time.Duration
	// Budget bounds a lookup; 5 ms if zero.
	Budget time.Duration
	// Pause is how long Redis is left alone after repeated failures; 2 s if zero.
	Pause time.Duration
	// Queue is how many answers may wait to be written; 512 if zero.
	Queue int
}

// shared keeps answers in Redis. A nil shared keeps nothing.
type shared struct {
	client  redis.UniversalClient
	prefix  []byte
	since   time.Time
	ttl     time.Duration
	budget  time.Duration
	breaker *gobreaker.CircuitBreaker[[]byte]
	queue   chan pending
	metrics *metrics

	stop    context.CancelFunc
	writing sync.WaitGroup
}

// pending is an answer that waits to be written.
type pending struct {
	question Question
	entry    *entry
}

func newShared(client redis.UniversalClient, c SharedConfig, m *metrics) *shared {
	ctx, stop := context.WithCancel(context.Background())
	s := &shared{
		client: client,
		prefix: append(appendText(appendText([]byte("caremarket:answer:1:"), c.Namespace), c.Release), '|'),
		since:  c.Since,
		ttl:    cmp.Or(c.TTL, defaultTTL),
		budget: cmp.Or(c.Budget, defaultBudget),
		breaker: gobreaker.NewCircuitBreaker[[]byte](gobreaker.Settings{
			Name:         "redis",
			Timeout:      cmp.Or(c.Pause, defaultPause),
			ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= failuresToOpen },
			IsSuccessful: func(err error) bool { return err == nil || errors.Is(err, redis.Nil) },
		}),
		queue:   make(chan pending, cmp.Or(c.Queue, defaultQueue)),
		metrics: m,
		stop:    stop,
	}
	if s.since.IsZero() {
		s.since = time.Now()
	}
	s.writing.Go(func() { s.write(ctx) })
	return s
}

func (s *shared) close() {
	s.stop()
	s.writing.Wait()
}

// sharable reports whether a mark means the same in every process.
func sharable(at revision.Mark) bool { return at.Epoch == 0 }

// get looks an answer up. Whatever goes wrong, it is as if there was none.
func (s *shared) get(ctx context.Context, q Question, at revision.Mark) (*entry, bool) {
	if s == nil || !sharable(at) {
		return nil, false
	}
	key := s.key(q, at)
	value, err := s.guard(ctx, s.budget, "get", func(ctx context.Context) ([]byte, error) {
		return s.client.Get(ctx, key).Bytes()
	})
	if err != nil {
		return nil, false
	}
	e, ok := open(key, at, value)
	if !ok {
		s.metrics.redisError(ctx, "damaged")
	}
	return e, ok && !e.loadedAt.Before(s.since)
}

// put queues an answer to be written, or drops it.
func (s *shared) put(q Question, e *entry) {
	if s == nil || !sharable(e.mark) || len(e.body) > largest {
		return
	}
	select {
	case s.queue <- pending{q, e}:
	default:
		s.metrics.dropped.Add(1)
	}
}

// write writes what is queued until ctx ends.
func (s *shared) write(ctx context.Context) {
	for {
		select {
		case next := <-s.queue:
			key := s.key(next.question, next.entry.mark)
			// A failure is counted, and is otherwise no matter: the answer is merely not shared.
			_, _ = s.guard(ctx, writeBudget, "set", func(ctx context.Context) ([]byte, error) {
				return nil, s.client.Set(ctx, key, seal(key, next.entry), s.ttl).Err()
			})
		case <-ctx.Done():
			return
		}
	}
}

// guard runs one command within a budget, unless the breaker is open.
func (s *shared) guard(ctx context.Context, budget time.Duration, operation string, command func(context.Context) ([]byte, error)) ([]byte, error) {
	value, err := s.breaker.Execute(func() ([]byte, error) {
		ctx, cancel := context.WithTimeout(ctx, budget)
		defer cancel()
		return command(ctx)
	})
	refused := errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests)
	if err != nil && !refused && !errors.Is(err, redis.Nil) {
		s.metrics.redisError(ctx, operation)
	}
	return value, err
}

func (s *shared) key(q Question, at revision.Mark) string {
	return string(appendKey(slices.Clip(s.prefix), q, at))
}
