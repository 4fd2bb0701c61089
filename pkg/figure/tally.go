package figure

import (
	"slices"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Tally counts who was expected to answer, who did, and how old the answers are; it
// ends as the Basis of the figures made from those answers.
type Tally struct {
	expected, responding, stale int
	newest, oldest              string
	sources                     map[string]struct{}
	illustrative                bool
}

// Expect adds n places that ought to answer.
func (t *Tally) Expect(n int) { t.expected += n }

// Answer adds one answer that is counted: the ISO day it speaks of, whether that is
// stale, and its source.
func (t *Tally) Answer(asAt string, stale bool, source *commonv1.Source) {
	t.responding++
	if stale {
		t.stale++
	}
	if t.newest == "" || asAt > t.newest {
		t.newest = asAt
	}
	if t.oldest == "" || asAt < t.oldest {
		t.oldest = asAt
	}
	t.Rest(source)
}

// Rest adds a source that the figures rest on without its being an answer, such as
// the register.
func (t *Tally) Rest(source *commonv1.Source) {
	if source == nil {
		return
	}
	if t.sources == nil {
		t.sources = map[string]struct{}{}
	}
	t.sources[source.GetId()] = struct{}{}
	t.illustrative = t.illustrative || source.GetKind() == commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE
}

// Add adds all that another Tally counted.
func (t *Tally) Add(o *Tally) {
	t.expected += o.expected
	t.responding += o.responding
	t.stale += o.stale
	t.illustrative = t.illustrative || o.illustrative
	if o.newest > t.newest {
		t.newest = o.newest
	}
	if t.oldest == "" || (o.oldest != "" && o.oldest < t.oldest) {
		t.oldest = o.oldest
	}
	for id := range o.sources {
		if t.sources == nil {
			t.sources = map[string]struct{}{}
		}
		t.sources[id] = struct{}{}
	}
}

// Responding is how many answered.
func (t *Tally) Responding() int { return t.responding }

// Expected is how many ought to have.
func (t *Tally) Expected() int { return t.expected }

// Stale is how many counted answers are stale.
func (t *Tally) Stale() int { return t.stale }

// Basis ends the count.
func (t *Tally) Basis(asAt string) Basis {
	ids := make([]string, 0, len(t.sources))
	for id := range t.sources {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	b := Basis{
		SourceIDs: ids, AsAt: asAt, Illustrative: t.illustrative,
		Coverage: &commonv1.Coverage{Responding: int32(t.responding), Expected: int32(t.expected)},
	}
	if t.responding > 0 {
		b.Freshness = &commonv1.Freshness{Newest: t.newest, Oldest: t.oldest, Stale: int32(t.stale)}
	}
	return b
}
