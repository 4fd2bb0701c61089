package book_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/revision"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// library is answers with a real cache, whose store says what it is told to.
type library struct {
	*book.Answers
	tracker  *revision.Tracker
	loads    int
	revision int64
	err      error
}

func newLibrary(t *testing.T) *library {
	t.Helper()
	kept, err := cache.New(cache.Config{Name: "t"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	tracker := revision.NewTracker("t", -1)
	tracker.CatchUp(0, 1, map[string]int64{"E1": 1})
	tracker.Confirm()
	return &library{Answers: book.NewAnswers(tracker, kept), tracker: tracker, revision: 1}
}

var ofOne = book.Ask{Method: "M", Subject: "E1", Districts: []string{"E1"}}

// ask asks and decodes the note that is the answer.
func (l *library) ask(ctx context.Context, t *testing.T, ask book.Ask) (*commonv1.DataNote, error) {
	t.Helper()
	encoded, err := l.Get(ctx, ask, func(context.Context) (book.Loaded, error) {
		l.loads++
		return book.Loaded{Message: &commonv1.DataNote{Code: "LOADED", Count: int32(l.loads)}, Revision: l.revision}, l.err
	}, func(since time.Time) proto.Message {
		return &commonv1.DataNote{Text: "since " + since.Format(time.DateOnly)}
	})
	note := &commonv1.DataNote{}
	if failed := proto.Unmarshal(encoded, note); failed != nil {
		t.Fatal(failed)
	}
	return note, err
}

// loaded asks as the public and wants the answer of so many loads.
func (l *library) loaded(t *testing.T, what string, ask book.Ask, want int32) {
	t.Helper()
	note, err := l.ask(t.Context(), t, ask)
	if err != nil || note.GetCount() != want {
		t.Errorf("%s: the answer of load %d (%v), want %d", what, note.GetCount(), err, want)
	}
}

func TestAnswersAreKeptUntilTheirDistrictChanges(t *testing.T) {
	l := newLibrary(t)
	l.loaded(t, "first", ofOne, 1)
	l.loaded(t, "again", ofOne, 1)
	l.tracker.Observe(2, []string{"E2"})
	l.loaded(t, "after a change elsewhere", ofOne, 1)
	l.tracker.Observe(3, []string{"E1"})
	l.revision = 3
	l.loaded(t, "after a change", ofOne, 2)
	detailed := ofOne
	detailed.Detail = "2024-01-31"
	l.loaded(t, "asked otherwise", detailed, 3)
	if _, err := l.ask(audience.With(t.Context(), audience.Commissioner), t, ofOne); err != nil || l.loads != 4 {
		t.Errorf("another audience is given the public's answer: %d loads (%v)", l.loads, err)
	}
}

func TestAMomentIsKeptWhateverChanges(t *testing.T) {
	l := newLibrary(t)
	then := ofOne
	then.KnownAt = 1
	l.loaded(t, "first", then, 1)
	l.tracker.Observe(2, []string{"E1"})
	l.loaded(t, "after a change", then, 1)
	then.KnownAt = 2
	l.loaded(t, "another moment", then, 2)
}

func TestAnswersAreCheckedAgainWhileInDoubt(t *testing.T) {
	l := newLibrary(t)
	l.loaded(t, "first", ofOne, 1)
	l.tracker.Doubt()
	l.loaded(t, "in doubt", ofOne, 2)
	l.tracker.Confirm()
	l.loaded(t, "confirmed", ofOne, 2)
}

func TestTheLastAnswerStandsWhileTheStoreIsAway(t *testing.T) {
	l := newLibrary(t)
	l.loaded(t, "first", ofOne, 1)
	l.tracker.Observe(2, []string{"E1"})
	l.err = errs.Unavailable("AWAY", "away", time.Second)
	note, err := l.ask(t.Context(), t, ofOne)
	if err != nil || note.GetCode() != "LOADED" || !strings.HasPrefix(note.GetText(), "since ") {
		t.Errorf("away: %v (%v)", note, err)
	}
	other := ofOne
	other.Subject = "E3"
	if _, err := l.ask(t.Context(), t, other); errs.Code(err) != codes.Unavailable {
		t.Errorf("what was never asked has %v", err)
	}
	l.err = errors.New("broken")
	if _, err := l.ask(t.Context(), t, ofOne); err == nil {
		t.Error("a store that is broken, not away, is hidden")
	}
	l.err, l.revision = nil, 2
	note, err = l.ask(t.Context(), t, ofOne)
	if err != nil || note.GetText() != "" {
		t.Errorf("back again: %v (%v)", note, err)
	}
}

func TestARevisionIsWaitedFor(t *testing.T) {
	l := newLibrary(t)
	ask := ofOne
	ask.MinRevision = 2
	answered := make(chan error, 1)
	go func() {
		_, err := l.ask(t.Context(), t, ask)
		answered <- err
	}()
	l.tracker.Observe(2, []string{"E1"})
	if err := <-answered; err != nil {
		t.Errorf("a revision that comes has %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ask.MinRevision = 9
	if _, err := l.ask(ctx, t, ask); errs.Code(err) != codes.Aborted {
		t.Errorf("a revision that does not come has %v", err)
	}
}

func TestAnswersWithoutACache(t *testing.T) {
	l := newLibrary(t)
	l.Answers = book.NewAnswers(l.tracker, nil)
	l.loaded(t, "first", ofOne, 1)
	l.loaded(t, "again", ofOne, 2)
}
