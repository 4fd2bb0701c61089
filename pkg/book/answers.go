package book

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/revision"
)

// Ask is a question whose answer depends on nothing but itself and the revision of its
// districts.
type Ask struct {
	// Method and Subject say what is asked: an RPC and the resource it is about.
	Method, Subject string
	// Districts whose changes change the answer.
	Districts []string
	// Detail is everything else that the answer depends on, the same for equal questions.
	Detail string
	// KnownAt is the moment whose knowledge is asked for, in microseconds since 1970; 0
	// for now.
	KnownAt int64
	// MinRevision is the least commit that the answer must know.
	MinRevision int64
}

// Loaded is an answer worked out from the store.
type Loaded struct {
	Message proto.Message
	// Revision is the newest commit of the districts that it knows.
	Revision int64
}

// Answers gives encoded answers, kept by the revision that they were worked out from, so a
// kept answer is never wrong, only no longer asked for.
type Answers struct {
	service string
	tracker *revision.Tracker
	cache   *cache.Cache
}

// NewAnswers returns the answers of a service whose revisions a tracker follows. Without
// a cache each is worked out anew.
func NewAnswers(tracker *revision.Tracker, kept *cache.Cache) *Answers {
	return &Answers{service: tracker.Service(), tracker: tracker, cache: kept}
}

// Get returns the encoded answer, kept or from load. When the store is away, the last
// answer there was is given with what stale makes of its time appended: a message of the
// answer's type, whose fields join it.
func (a *Answers) Get(ctx context.Context, ask Ask, load func(context.Context) (Loaded, error), stale func(since time.Time) proto.Message) ([]byte, error) {
	if err := a.reach(ctx, ask); err != nil {
		return nil, err
	}
	at, mode := a.mark(ask)
	encode := func(ctx context.Context) (cache.Loaded, error) {
		loaded, err := load(ctx)
		if err != nil {
			return cache.Loaded{}, err
		}
		encoded, err := keep.Marshal(loaded.Message)
		if err != nil {
			return cache.Loaded{}, fmt.Errorf("encode an answer: %w", err)
		}
		mark := at
		if ask.KnownAt == 0 {
			mark = at.To(loaded.Revision)
		}
		return cache.Loaded{Body: encoded, Mark: mark}, nil
	}
	if a.cache == nil {
		loaded, err := encode(ctx)
		return loaded.Body, err
	}
	question := cache.Question{
		Service: a.service, Method: ask.Method, Subject: ask.Subject,
		Detail: ask.Detail, Audience: audience.From(ctx),
	}
	if ask.KnownAt != 0 {
		question.Detail += "@" + strconv.FormatInt(ask.KnownAt, 10)
	}
	answer, err := a.cache.Get(ctx, question, at, encode, mode)
	if err != nil || answer.Outcome != cache.Stale || stale == nil {
		return answer.Body, err
	}
	more, err := keep.Marshal(stale(answer.LoadedAt))
	if err != nil {
		return nil, fmt.Errorf("encode an answer: %w", err)
	}
	// Encoded messages laid end to end are read as one, their fields joined.
	return append(slices.Clone(answer.Body), more...), nil
}

// mark is where the service stands for a question. What was known at a moment never
// changes: the ledger sees to that, and refuses a moment that is still to come. All else
// is as new as the newest of its districts.
func (a *Answers) mark(ask Ask) (revision.Mark, cache.Mode) {
	if ask.KnownAt != 0 {
		return revision.Mark{Epoch: a.tracker.Epoch()}, cache.AllowStale
	}
	at, current := revision.ReadArea(ask.Districts, a.tracker)
	if !current {
		return at, cache.AllowStale | cache.Recheck
	}
	return at, cache.AllowStale
}

// reachWithin is how long a read waits for a revision that it was told of.
const reachWithin = 2 * time.Second

// reach waits until the revision that the caller has seen is known here too.
func (a *Answers) reach(ctx context.Context, ask Ask) error {
	if ask.MinRevision == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	for _, d := range ask.Districts {
		if a.tracker.Reached(d, ask.MinRevision) {
			continue
		}
		if err := a.tracker.Await(ctx, d, ask.MinRevision); err != nil {
			return errs.Conflict("REVISION_NOT_REACHED", fmt.Sprintf(
				"revision %d has not reached this process: try again", ask.MinRevision))
		}
	}
	return nil
}
