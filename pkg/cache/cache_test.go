package cache_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/revision"
)

const stroud = "E07000082"

var capacity = cache.Question{
	Service: "carehomes", Method: "GetDistrictCapacity", Subject: stroud, Detail: "as_at=2026-10-01", Audience: audience.Public,
}

var errAway = errs.Unavailable("STORE_AWAY", "the store is away", time.Second)

func newCache(t testing.TB, c cache.Config) *cache.Cache {
	t.Helper()
	made, err := cache.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := made.Close(); err != nil {
			t.Error(err)
		}
	})
	return made
}

// gives is a load that finds body at the mark.
func gives(body string, mark revision.Mark) cache.Load {
	return func(context.Context) (cache.Loaded, error) {
		return cache.Loaded{Body: []byte(body), Mark: mark}, nil
	}
}

func fails(err error) cache.Load {
	return func(context.Context) (cache.Loaded, error) { return cache.Loaded{}, err }
}

// unexpected is a load that should not be run.
func unexpected(t testing.TB) cache.Load {
	return func(context.Context) (cache.Loaded, error) {
		t.Error("the answer was worked out although one is kept")
		return cache.Loaded{}, errors.New("unexpected")
	}
}

// got is what a test looks at of an answer.
type got struct {
	Body    string
	Mark    revision.Mark
	Outcome cache.Outcome
}

func ask(t testing.TB, c *cache.Cache, q cache.Question, at revision.Mark, load cache.Load, modes ...cache.Mode) got {
	t.Helper()
	a, err := c.Get(t.Context(), q, at, load, modes...)
	if err != nil {
		t.Fatal(err)
	}
	return got{string(a.Body), a.Mark, a.Outcome}
}

func want(t testing.TB, what string, want, got got) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestAnswersAreKeptByTheirMark(t *testing.T) {
	c := newCache(t, cache.Config{Name: "test"})
	five, six, seven := revision.At(5), revision.At(6), revision.At(7)

	want(t, "first", got{"five", five, cache.Fresh}, ask(t, c, capacity, five, gives("five", five)))
	want(t, "again", got{"five", five, cache.Local}, ask(t, c, capacity, five, unexpected(t)))
	want(t, "an earlier mark", got{"five", five, cache.Local}, ask(t, c, capacity, revision.At(4), unexpected(t)))
	want(t, "a later mark", got{"seven", seven, cache.Fresh}, ask(t, c, capacity, six, gives("seven", seven)))
	want(t, "as late as it was found to be", got{"seven", seven, cache.Local}, ask(t, c, capacity, seven, unexpected(t)))
	want(t, "a load that is behind says so", got{"old", six, cache.Fresh}, ask(t, c, capacity, revision.At(8), gives("old", six)))
	want(t, "and does not replace what is later", got{"seven", seven, cache.Local}, ask(t, c, capacity, seven, unexpected(t)))
}

func TestEveryPartOfAQuestionCounts(t *testing.T) {
	c := newCache(t, cache.Config{Name: "test"})
	at := revision.At(5)
	ask(t, c, capacity, at, gives("first", at))
	for name, change := range map[string]func(*cache.Question){
		"service":  func(q *cache.Question) { q.Service = "homecare" },
		"method":   func(q *cache.Question) { q.Method = "History" },
		"subject":  func(q *cache.Question) { q.Subject = "E07000079" },
		"detail":   func(q *cache.Question) { q.Detail = "as_at=2026-10-02" },
		"audience": func(q *cache.Question) { q.Audience = audience.Commissioner },
	} {
		q := capacity
		change(&q)
		want(t, "another "+name, got{name, at, cache.Fresh}, ask(t, c, q, at, gives(name, at)))
	}
	want(t, "the first one", got{"first", at, cache.Local}, ask(t, c, capacity, at, unexpected(t)))
}

func TestANewEpochForgetsTheOldOne(t *testing.T) {
	c := newCache(t, cache.Config{Name: "test"})
	old := revision.At(5)
	begun := old
	begun.Epoch = 1
	ask(t, c, capacity, old, gives("old", old))
	want(t, "the same number, begun again", got{"new", begun, cache.Fresh}, ask(t, c, capacity, begun, gives("new", begun.To(5))))
}

func TestErrorsAndPartialAnswersAreNotKept(t *testing.T) {
	c := newCache(t, cache.Config{Name: "test"})
	at := revision.At(5)
	if _, err := c.Get(t.Context(), capacity, at, fails(errAway)); !errors.Is(err, errAway) {
		t.Errorf("got %v, want the load's error", err)
	}
	partial := func(context.Context) (cache.Loaded, error) {
		return cache.Loaded{Body: []byte("partial"), Mark: at, NoStore: true}, nil
	}
	want(t, "partial", got{"partial", at, cache.Fresh}, ask(t, c, capacity, at, partial))
	want(t, "whole", got{"whole", at, cache.Fresh}, ask(t, c, capacity, at, gives("whole", at)))
}

func TestStaleAnswers(t *testing.T) {
	five, six := revision.At(5), revision.At(6)
	away := fails(fmt.Errorf("capacity of %s: %w", stroud, errAway))
	for name, c := range map[string]struct {
		load  cache.Load
		modes []cache.Mode
		stale bool
	}{
		"the store is away":             {away, []cache.Mode{cache.AllowStale}, true},
		"out of time":                   {fails(context.DeadlineExceeded), []cache.Mode{cache.AllowStale}, true},
		"doubtful and away":             {away, []cache.Mode{cache.Recheck, cache.AllowStale}, true},
		"the caller wants none":         {away, nil, false},
		"the question is at fault":      {fails(errs.NotFound("district", stroud)), []cache.Mode{cache.AllowStale}, false},
		"an unknown error is no excuse": {fails(errors.New("bug")), []cache.Mode{cache.AllowStale}, false},
	} {
		t.Run(name, func(t *testing.T) {
			kept := newCache(t, cache.Config{Name: "test"})
			ask(t, kept, capacity, five, gives("five", five))
			answer, err := kept.Get(t.Context(), capacity, six, c.load, c.modes...)
			if !c.stale {
				if err == nil {
					t.Errorf("got %+v, want the error", answer)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want(t, "stale", got{"five", five, cache.Stale}, got{string(answer.Body), answer.Mark, answer.Outcome})
			if answer.LoadedAt.IsZero() {
				t.Error("its age cannot be told")
			}
		})
	}
	t.Run("nothing is kept", func(t *testing.T) {
		if _, err := newCache(t, cache.Config{Name: "test"}).Get(t.Context(), capacity, six, away, cache.AllowStale); !errors.Is(err, errAway) {
			t.Errorf("got %v, want the load's error", err)
		}
	})
}

func TestRecheckDoesNotTrustWhatIsKept(t *testing.T) {
	c := newCache(t, cache.Config{Name: "test"})
	five, six := revision.At(5), revision.At(6)
	ask(t, c, capacity, five, gives("five", five))
	want(t, "rechecked", got{"six", six, cache.Fresh}, ask(t, c, capacity, five, gives("six", six), cache.Recheck))
	want(t, "and kept", got{"six", six, cache.Local}, ask(t, c, capacity, six, unexpected(t)))
	ask(t, c, capacity, five, gives("five", five), cache.Recheck)
	want(t, "even from what comes late", got{"six", six, cache.Local}, ask(t, c, capacity, six, unexpected(t)))
}

func TestAPanicIsAnError(t *testing.T) {
	c := newCache(t, cache.Config{Name: "test"})
	at := revision.At(1)
	_, err := c.Get(t.Context(), capacity, at, func(context.Context) (cache.Loaded, error) {
		return cache.Loaded{Body: []byte(strings.Repeat("spilt", -1))}, nil
	})
	if errs.Code(err) != codes.Internal || !strings.Contains(err.Error(), "negative Repeat count") {
		t.Errorf("got %v, want an internal error that says what happened", err)
	}
	want(t, "afterwards", got{"well", at, cache.Fresh}, ask(t, c, capacity, at, gives("well", at)))
}

func TestOneFlightForAllWhoAskTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Config{Name: "test"})
		at, landing, loads := revision.At(1), make(chan struct{}), atomic.Int64{}
		load := func(context.Context) (cache.Loaded, error) {
			loads.Add(1)
			<-landing
			return cache.Loaded{Body: []byte("body"), Mark: at}, nil
		}
		var asking sync.WaitGroup
		for range 100 {
			asking.Go(func() {
				if a, err := c.Get(t.Context(), capacity, at, load); err != nil || string(a.Body) != "body" {
					t.Errorf("got %q, %v", a.Body, err)
				}
			})
		}
		synctest.Wait()
		close(landing)
		asking.Wait()
		if got := loads.Load(); got != 1 {
			t.Errorf("worked out %d times for 100 who asked at once", got)
		}
	})
}

func TestOnlySoManyLoadsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit, questions = 3, 50
		c := newCache(t, cache.Config{Name: "test", Loads: limit})
		at := revision.At(1)
		var running, most atomic.Int64
		var asking sync.WaitGroup
		for i := range questions {
			asking.Go(func() {
				q := capacity
				q.Detail = fmt.Sprint(i)
				_, err := c.Get(t.Context(), q, at, func(context.Context) (cache.Loaded, error) {
					most.Store(max(most.Load(), running.Add(1)))
					<-time.After(time.Millisecond)
					running.Add(-1)
					return cache.Loaded{Mark: at}, nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		asking.Wait()
		if got := most.Load(); got != limit {
			t.Errorf("%d loads ran at once, want %d", got, limit)
		}
	})
}

func TestWhoGivesUpLeavesTheFlightToTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Config{Name: "test"})
		at := revision.At(1)
		type key struct{}
		load := func(ctx context.Context) (cache.Loaded, error) {
			<-time.After(time.Second)
			if ctx.Err() != nil || ctx.Value(key{}) != "trace" {
				t.Errorf("the load's context: %v, value %v", ctx.Err(), ctx.Value(key{}))
			}
			return cache.Loaded{Body: []byte("body"), Mark: at}, nil
		}
		var asking sync.WaitGroup
		hasty, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "trace"), time.Millisecond)
		defer cancel()
		asking.Go(func() {
			start := time.Now()
			if _, err := c.Get(hasty, capacity, at, load); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the hasty caller got %v", err)
			}
			if waited := time.Since(start); waited != time.Millisecond {
				t.Errorf("the hasty caller waited %v of fake time", waited)
			}
		})
		synctest.Wait()
		asking.Go(func() {
			if a, err := c.Get(t.Context(), capacity, at, unexpected(t)); err != nil || string(a.Body) != "body" {
				t.Errorf("the patient caller got %q, %v", a.Body, err)
			}
		})
		asking.Wait()
	})
}

func TestAFlightHasABoundOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Config{Name: "test", Loads: 1, LoadTimeout: time.Second})
		at, other := revision.At(1), capacity
		other.Subject = "E07000079"
		stuck := func(ctx context.Context) (cache.Loaded, error) {
			<-ctx.Done()
			<-time.After(time.Second) // as a store does that is slow to notice
			return cache.Loaded{}, ctx.Err()
		}
		var asking sync.WaitGroup
		asking.Go(func() {
			if _, err := c.Get(t.Context(), capacity, at, stuck); errs.Code(err) != codes.DeadlineExceeded {
				t.Errorf("the stuck flight ended with %v", err)
			}
		})
		synctest.Wait()
		start := time.Now()
		if _, err := c.Get(t.Context(), other, at, unexpected(t)); errs.Code(err) != codes.ResourceExhausted {
			t.Errorf("without a turn to load: got %v", err)
		}
		if waited := time.Since(start); waited != time.Second {
			t.Errorf("waited %v of fake time for a turn", waited)
		}
		asking.Wait()
	})
}

func TestMemoryIsBounded(t *testing.T) {
	const bound = 1 << 20
	c := newCache(t, cache.Config{Name: "test", LocalBytes: bound})
	at := revision.At(1)
	body := bytes.Repeat([]byte("x"), 8<<10)
	for i := range 1000 {
		q := capacity
		q.Detail = fmt.Sprint(i)
		ask(t, c, q, at, func(context.Context) (cache.Loaded, error) { return cache.Loaded{Body: body, Mark: at}, nil })
	}
	if got := c.Weight(); got > bound {
		t.Errorf("keeps about %d bytes, want at most %d", got, bound)
	}
	large := cache.Question{Service: "carehomes", Method: "Export"}
	ask(t, c, large, at, gives(strings.Repeat("x", 2*bound), at))
	if got := c.Weight(); got > bound {
		t.Errorf("an answer larger than the bound is kept: about %d bytes", got)
	}
}

func BenchmarkGet(b *testing.B) {
	c := newCache(b, cache.Config{Name: "bench"})
	at := revision.At(123456, 7, 8, 9, 10)
	ask(b, c, capacity, at, gives(strings.Repeat("x", 8<<10), at))
	b.Run("hit", func(b *testing.B) {
		b.ReportAllocs()
		load, ctx := unexpected(b), b.Context()
		for b.Loop() {
			if _, err := c.Get(ctx, capacity, at, load, cache.AllowStale); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hit from all cores", func(b *testing.B) {
		b.ReportAllocs()
		load := unexpected(b)
		ctx := b.Context()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := c.Get(ctx, capacity, at, load); err != nil {
					b.Error(err)
				}
			}
		})
	})
	b.Run("miss", func(b *testing.B) {
		b.ReportAllocs()
		body := make([]byte, 8<<10)
		for i := int64(200_000); b.Loop(); i++ {
			next := revision.At(i)
			if _, err := c.Get(b.Context(), capacity, next, func(context.Context) (cache.Loaded, error) {
				return cache.Loaded{Body: body, Mark: next}, nil
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
