package marketposition

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/statement"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/revision"
)

// answers gives encoded statements, kept by the revisions of all the services that they
// rest on, so that a kept one is never wrong, only no longer asked for.
type answers struct {
	// trackers are of this service and of the markets that are served, always in the same
	// order: that of the commits in a mark.
	trackers []*revision.Tracker
	cache    *cache.Cache
}

func newAnswers(own *revision.Tracker, m Markets, kept *cache.Cache) answers {
	return answers{trackers: append([]*revision.Tracker{own}, m.Trackers...), cache: kept}
}

// asking is a question for a statement.
type asking struct {
	method, subject string
	districts       []string
	// anywhere is a service of which a commit in any district may change the answer; "" for
	// none.
	anywhere string
	asAt     string
	// knownAt is in microseconds since 1970; 0 for now.
	knownAt int64
	// minRevisions are as "carehomes:1234".
	minRevisions []string
}

// composed is a statement worked out.
type composed struct {
	message proto.Message
	rests   []statement.Rest
	// partial is true when a market was away: the statement is not kept.
	partial bool
}

// get returns the encoded statement, kept or from load, which is told the revisions that
// it must reach. When this service's store is away, the last there was is given with what
// stale makes of its time joined to it.
func (a *answers) get(ctx context.Context, q asking, load func(context.Context, revision.Mark) (composed, error), stale func(since time.Time) proto.Message) ([]byte, error) {
	if err := a.reach(ctx, q); err != nil {
		return nil, err
	}
	at, mode := a.mark(q)
	encode := func(ctx context.Context) (cache.Loaded, error) {
		loaded, err := load(ctx, at)
		if err != nil {
			return cache.Loaded{}, err
		}
		body, err := facts.Encoding.Marshal(loaded.message)
		if err != nil {
			return cache.Loaded{}, fmt.Errorf("encode a statement: %w", err)
		}
		mark := at
		if q.knownAt == 0 {
			mark = at.To(a.commits(loaded.rests)...)
		}
		return cache.Loaded{Body: body, Mark: mark, NoStore: loaded.partial}, nil
	}
	if a.cache == nil {
		loaded, err := encode(ctx)
		return loaded.Body, err
	}
	answer, err := a.cache.Get(ctx, cache.Question{
		Service: Service, Method: q.method, Subject: q.subject,
		Detail: q.asAt + "@" + strconv.FormatInt(q.knownAt, 10), Audience: audience.From(ctx),
	}, at, encode, mode)
	if err != nil || answer.Outcome != cache.Stale {
		return answer.Body, err
	}
	more, err := facts.Encoding.Marshal(stale(answer.LoadedAt))
	if err != nil {
		return nil, fmt.Errorf("encode a statement: %w", err)
	}
	// Encoded messages laid end to end are read as one, their fields joined.
	return append(slices.Clone(answer.Body), more...), nil
}

// mark is where the services stand for a question: each as new as the newest of its
// districts. What was known at a moment never changes.
func (a *answers) mark(q asking) (at revision.Mark, mode cache.Mode) {
	mode = cache.AllowStale
	if q.knownAt != 0 {
		return at, mode
	}
	for _, d := range q.districts {
		one, current := revision.Read(d, a.trackers...)
		at.Epoch = one.Epoch
		for i, commit := range one.Commits {
			at.Commits[i] = max(at.Commits[i], commit)
		}
		if !current {
			mode |= cache.Recheck
		}
	}
	for i, t := range a.trackers {
		if t.Service() == q.anywhere {
			at.Commits[i] = max(at.Commits[i], t.Global())
		}
	}
	return at, mode
}

// commits puts the revisions that a statement rests on in the order of the trackers.
func (a *answers) commits(rests []statement.Rest) []int64 {
	commits := make([]int64, len(a.trackers))
	for i, t := range a.trackers {
		for _, r := range rests {
			if r.Service == t.Service() {
				commits[i] = r.Revision
			}
		}
	}
	return commits
}

// behind reports whether a service that answered now knows less than least.
func (a *answers) behind(rests []statement.Rest, least revision.Mark) bool {
	for i, t := range a.trackers {
		for _, r := range rests {
			if r.Service == t.Service() && r.Current && r.Revision < least.Commits[i] {
				return true
			}
		}
	}
	return false
}

// reachWithin is how long a read waits for a revision that its caller was told of.
const reachWithin = 2 * time.Second

// reach waits until the revisions that the caller has seen are known here too.
func (a *answers) reach(ctx context.Context, q asking) error {
	if len(q.minRevisions) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	for i, text := range q.minRevisions {
		service, number, _ := strings.Cut(text, ":")
		least, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return errs.Invalid(errs.Violation{Field: fmt.Sprintf("min_revisions[%d]", i), Description: "is not a service and a revision, as carehomes:1234"})
		}
		at := slices.IndexFunc(a.trackers, func(t *revision.Tracker) bool { return t.Service() == service })
		if at < 0 {
			return errs.Invalid(errs.Violation{Field: fmt.Sprintf("min_revisions[%d]", i), Description: service + " is not served here"})
		}
		for _, d := range q.districts {
			if a.trackers[at].Await(ctx, d, least) != nil {
				return errs.Conflict("REVISION_NOT_REACHED", fmt.Sprintf(
					"revision %d of %s has not reached this process: try again", least, service))
			}
		}
	}
	return nil
}
