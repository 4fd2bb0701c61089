package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
)

// A change of the ledger begins here: every behaviour is a case, and every case runs
// against both engines.
var conformance = map[string]func(t *testing.T, l *ledger.Ledger){
	"a place stands until it is replaced":            placeStands,
	"a place that says the same changes nothing":     placeUnchanged,
	"a failed commit keeps nothing":                  failedCommit,
	"a commit sees what it has put":                  putTwice,
	"a view knows the sources of its rows":           sourcesOfView,
	"the newest return of the day stands":            newestStands,
	"a flagged return never stands":                  flaggedNever,
	"a repeated request is answered as before":       repeatedRequest,
	"a request id used for something else conflicts": conflictingRequest,
	"revisions touch the districts concerned":        touchedDistricts,
	"a moment asked again is the same":               sameMoment,
	"each district was touched as was known":         eachTouched,
	"the future cannot be asked":                     noFuture,
	"changes resume and lose none":                   changesResume,
	"a history steps as the days do":                 historySteps,
	"places are found in a box":                      placesInBox,
	"a list goes on where it ended":                  listGoesOn,
	"a source never changes":                         sourceFixed,
	"commits of many writers stand in one order":     oneOrder,
	"a store has an id of its own":                   ownID,
	"returns are listed newest first":                returnsNewestFirst,
}

func TestConformance(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		for name, test := range conformance {
			t.Run(name, func(t *testing.T) { test(t, open(t, url)) })
		}
	})
}

// open returns an empty ledger of its own in the store at url.
func open(t testing.TB, url string) *ledger.Ledger {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		Service: fmt.Sprintf("t%d", next()), URL: url, Migrations: ledger.Migrations(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return ledger.New(db)
}

var counter struct {
	sync.Mutex
	n int
}

func next() int {
	counter.Lock()
	defer counter.Unlock()
	counter.n++
	return counter.n
}

func commit(t testing.TB, l *ledger.Ledger, fn func(ctx context.Context, c *ledger.Commit) error) ledger.Receipt {
	t.Helper()
	r, err := l.Commit(t.Context(), func(c *ledger.Commit) error { return fn(t.Context(), c) })
	if err != nil {
		t.Fatalf("commit: %v", err)
	}
	return r
}

func put(t testing.TB, l *ledger.Ledger, places ...ledger.Place) ledger.Receipt {
	t.Helper()
	return commit(t, l, func(ctx context.Context, c *ledger.Commit) error {
		for _, p := range places {
			if _, err := c.PutPlace(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func submit(t testing.TB, l *ledger.Ledger, returns ...ledger.Return) (kept []ledger.Kept, receipt ledger.Receipt) {
	t.Helper()
	receipt = commit(t, l, func(ctx context.Context, c *ledger.Commit) (err error) {
		kept, err = c.Submit(ctx, returns)
		return err
	})
	return kept, receipt
}

func read(t testing.TB, l *ledger.Ledger, at int64, fn func(v *ledger.View) error) {
	t.Helper()
	if err := l.Read(t.Context(), at, fn); err != nil {
		t.Fatalf("read: %v", err)
	}
}

// standing says in short what stands in a district: "place=payload@day".
func standing(t testing.TB, l *ledger.Ledger, at int64, district, asAt string) []string {
	t.Helper()
	var out []string
	read(t, l, at, func(v *ledger.View) error {
		all, err := v.InDistrict(t.Context(), district, asAt)
		for _, s := range all {
			out = append(out, say(s))
		}
		return err
	})
	return out
}

func say(s ledger.Standing) string {
	text := s.Place.ID + "="
	if s.Return != nil {
		text += string(s.Return.Payload) + "@" + s.Return.AsAt
	}
	if s.SetAside {
		text += "!"
	}
	return text
}

func home(id string, districts ...string) ledger.Place {
	return ledger.Place{ID: id, Provider: "p-" + id, Districts: districts, Payload: []byte("home " + id)}
}

func ret(place, asAt, payload string) ledger.Return {
	return ledger.Return{Place: place, AsAt: asAt, Payload: []byte(payload)}
}

func want(t testing.TB, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func placeStands(t *testing.T, l *ledger.Ledger) {
	first := put(t, l, home("a", "D1"))
	moved := home("a", "D2")
	moved.Payload = []byte("moved")
	second := put(t, l, moved)
	want(t, second.Districts, []string{"D1", "D2"})
	want(t, standing(t, l, 0, "D1", "2026-01-01"), []string(nil))
	want(t, standing(t, l, 0, "D2", "2026-01-01"), []string{"a="})
	want(t, standing(t, l, first.RecordedAt, "D1", "2026-01-01"), []string{"a="})
	read(t, l, 0, func(v *ledger.View) error {
		p, err := v.Place(t.Context(), "a")
		want(t, string(p.Payload), "moved")
		want(t, p.Districts, []string{"D2"})
		want(t, p.Revision, second.Revision)
		want(t, p.RecordedAt, second.RecordedAt)
		return err
	})
	if err := l.Read(t.Context(), 0, func(v *ledger.View) error {
		_, err := v.Place(t.Context(), "b")
		return err
	}); errs.Status(err).Code() != codes.NotFound {
		t.Errorf("an unknown place: %v; want NotFound", err)
	}
}

func placeUnchanged(t *testing.T, l *ledger.Ledger) {
	first := put(t, l, home("a", "D1", "D2"))
	again := put(t, l, home("a", "D2", "D1"))
	want(t, again, ledger.Receipt{Revision: first.Revision})
	newest, _, err := l.Revisions(t.Context(), 0)
	want(t, newest, first.Revision)
	want(t, err, error(nil))
}

func putTwice(t *testing.T, l *ledger.Ledger) {
	_, err := l.Commit(t.Context(), func(c *ledger.Commit) error {
		if _, err := c.PutPlace(t.Context(), home("a", "D1")); err != nil {
			return err
		}
		p, known, err := c.Place(t.Context(), "a")
		want(t, known, true)
		want(t, p.Districts, []string{"D1"})
		want(t, err, error(nil))
		outcome, err := c.PutPlace(t.Context(), home("a", "D1"))
		want(t, outcome, ledger.Unchanged)
		want(t, err, error(nil))
		_, err = c.PutPlace(t.Context(), home("a", "D2"))
		return err
	})
	want(t, errs.Reason(err), "PLACE_TWICE")
}

func sourcesOfView(t *testing.T, l *ledger.Ledger) {
	commit(t, l, func(ctx context.Context, c *ledger.Commit) error { return c.PutSource(ctx, "s", []byte("text")) })
	err := l.Read(t.Context(), 0, func(v *ledger.View) error {
		found, err := v.Sources(t.Context())
		want(t, found, map[string][]byte{"s": []byte("text")})
		return err
	})
	want(t, err, error(nil))
}

var errOwn = errors.New("own")

func failedCommit(t *testing.T, l *ledger.Ledger) {
	put(t, l, home("a", "D1"))
	_, err := l.Commit(t.Context(), func(c *ledger.Commit) error {
		if _, err := c.PutPlace(t.Context(), home("b", "D1")); err != nil {
			return err
		}
		if _, err := c.Submit(t.Context(), []ledger.Return{ret("a", "2026-01-01", "x")}); err != nil {
			return err
		}
		return errOwn
	})
	if !errors.Is(err, errOwn) {
		t.Fatalf("error = %v; want its own", err)
	}
	want(t, standing(t, l, 0, "D1", "2026-02-01"), []string{"a="})
	next := put(t, l, home("c", "D1"))
	want(t, next.Revision, int64(2))
}

func newestStands(t *testing.T, l *ledger.Ledger) {
	put(t, l, home("a", "D1"), home("b", "D1"))
	_, first := submit(t, l, ret("a", "2026-01-10", "jan"), ret("a", "2026-03-10", "mar"))
	submit(t, l, ret("a", "2026-01-10", "jan corrected"))
	want(t, standing(t, l, 0, "D1", "2026-01-09"), []string{"a=", "b="})
	want(t, standing(t, l, 0, "D1", "2026-02-28"), []string{"a=jan corrected@2026-01-10", "b="})
	want(t, standing(t, l, 0, "D1", "2026-03-10"), []string{"a=mar@2026-03-10", "b="})
	want(t, standing(t, l, first.RecordedAt, "D1", "2026-02-28"), []string{"a=jan@2026-01-10", "b="})
}

func flaggedNever(t *testing.T, l *ledger.Ledger) {
	put(t, l, home("a", "D1"), home("b", "D1"))
	bad, worse := ret("a", "2026-02-10", "bad"), ret("b", "2026-02-10", "worse")
	bad.Flagged, worse.Flagged = true, true
	submit(t, l, ret("a", "2026-01-10", "good"), bad, worse)
	want(t, standing(t, l, 0, "D1", "2026-02-28"), []string{"a=good@2026-01-10!", "b=!"})
	want(t, standing(t, l, 0, "D1", "2026-01-31"), []string{"a=good@2026-01-10", "b="})
}

func repeatedRequest(t *testing.T, l *ledger.Ledger) {
	put(t, l, home("a", "D1"))
	r := ret("a", "2026-01-10", "x")
	r.RequestID = "once"
	kept, first := submit(t, l, r)
	again, second := submit(t, l, r)
	want(t, again[0].Outcome, ledger.Unchanged)
	want(t, again[0].Return, kept[0].Return)
	want(t, second, ledger.Receipt{Revision: first.Revision})
	inOne, _ := submit(t, l, ledger.Return{Place: "a", AsAt: "2026-02-10", RequestID: "two", Payload: []byte("y")},
		ledger.Return{Place: "a", AsAt: "2026-02-10", RequestID: "two", Payload: []byte("y")})
	want(t, inOne[1].Outcome, ledger.Unchanged)
	want(t, inOne[1].Return.ID, inOne[0].Return.ID)
}

func conflictingRequest(t *testing.T, l *ledger.Ledger) {
	put(t, l, home("a", "D1"))
	r := ret("a", "2026-01-10", "x")
	r.RequestID = "once"
	submit(t, l, r)
	r.Payload = []byte("other")
	kept, _ := submit(t, l, r)
	want(t, kept[0].Outcome, ledger.Conflict)
	want(t, standing(t, l, 0, "D1", "2026-02-01"), []string{"a=x@2026-01-10"})
}

func touchedDistricts(t *testing.T, l *ledger.Ledger) {
	put(t, l, home("a", "D1", "D2"), home("b", "D3"))
	_, two := submit(t, l, ret("a", "2026-01-10", "x"))
	want(t, two.Districts, []string{"D1", "D2"})
	newest, changed, err := l.Revisions(t.Context(), 1)
	want(t, err, error(nil))
	want(t, newest, int64(2))
	want(t, changed, map[string]int64{"D1": 2, "D2": 2})
	read(t, l, 0, func(v *ledger.View) error {
		revision, at, err := v.Touched(t.Context(), "D3", "D1")
		want(t, revision, int64(2))
		want(t, at, two.RecordedAt)
		want(t, v.Revision(), int64(2))
		return err
	})
}

func sameMoment(t *testing.T, l *ledger.Ledger) {
	put(t, l, home("a", "D1"))
	submit(t, l, ret("a", "2026-01-10", "x"))
	now := time.Now().UnixMicro()
	before := standing(t, l, now, "D1", "2026-06-01")
	for i := range 20 {
		_, r := submit(t, l, ret("a", "2026-01-11", fmt.Sprint(i)))
		if r.RecordedAt <= now {
			t.Fatalf("recorded at %d, at or before %d, whose knowledge was already given", r.RecordedAt, now)
		}
	}
	put(t, l, home("b", "D1"))
	want(t, standing(t, l, now, "D1", "2026-06-01"), before)
}

func noFuture(t *testing.T, l *ledger.Ledger) {
	err := l.Read(t.Context(), time.Now().Add(time.Hour).UnixMicro(), func(*ledger.View) error { return nil })
	if v := errs.Violations(err); len(v) != 1 || v[0].Field != "known_at" {
		t.Errorf("violations %v of %v; want one of known_at", v, err)
	}
}

func changesResume(t *testing.T, l *ledger.Ledger) {
	put(t, l, home("a", "D1"), home("b", "D2"))
	for i := range 7 {
		submit(t, l, ret("a", fmt.Sprintf("2026-01-1%d", i), "x"), ret("b", "2026-01-10", "y"))
	}
	put(t, l, home("a", "D2"))
	var all []string
	var after int64
	for {
		changes, err := l.Changes(t.Context(), "D1", after, 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(changes) == 0 {
			break
		}
		for _, c := range changes {
			if c.Revision <= after && after > 0 {
				t.Errorf("revision %d comes after %d", c.Revision, after)
			}
			all = append(all, fmt.Sprintf("%d %s %s", c.Revision, c.Place, c.AsAt))
		}
		after = changes[len(changes)-1].Revision
	}
	want(t, all, []string{
		"1 a ", "2 a 2026-01-10", "3 a 2026-01-11", "4 a 2026-01-12", "5 a 2026-01-13",
		"6 a 2026-01-14", "7 a 2026-01-15", "8 a 2026-01-16", "9 a ",
	})
}

func historySteps(t *testing.T, l *ledger.Ledger) {
	put(t, l, home("a", "D1"), home("b", "D1"))
	flagged := ret("a", "2026-03-10", "mar")
	flagged.Flagged = true
	submit(t, l, ret("a", "2026-01-10", "jan"), ret("a", "2026-02-10", "feb"), flagged, ret("b", "2025-01-01", "old"))
	submit(t, l, ret("a", "2026-02-10", "feb corrected"), ret("a", "2026-04-10", "apr"))
	days := []string{"2026-01-01", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"}
	read(t, l, 0, func(v *ledger.View) error {
		history, err := v.HistoryInDistrict(t.Context(), "D1", days[0], days[len(days)-1])
		if err != nil {
			return err
		}
		for _, day := range days {
			direct, err := v.InDistrict(t.Context(), "D1", day)
			if err != nil {
				return err
			}
			for i := range direct {
				want(t, say(history[i].On(day)), say(direct[i]))
			}
		}
		return nil
	})
}

func placesInBox(t *testing.T, l *ledger.Ledger) {
	near, far := home("near", "D1"), home("far", "D1")
	near.Point, far.Point = &geo.Point{Latitude: 51.7, Longitude: -2.2}, &geo.Point{Latitude: 53, Longitude: -2.2}
	put(t, l, near, far, home("nowhere", "D1"))
	submit(t, l, ret("near", "2026-01-10", "x"))
	read(t, l, 0, func(v *ledger.View) error {
		found, err := v.InBox(t.Context(), geo.BoxAround(*near.Point, 10), "2026-02-01")
		if len(found) != 1 {
			t.Fatalf("found %d places; want 1", len(found))
		}
		want(t, say(found[0]), "near=x@2026-01-10")
		want(t, found[0].Place.Point, near.Point)
		return err
	})
}

func listGoesOn(t *testing.T, l *ledger.Ledger) {
	put(t, l, home("a", "D1"), home("b", "D1", "D2"), home("c", "D2"), home("d", "D1"))
	ids := func(f ledger.Filter, after string, limit int) (out []string) {
		read(t, l, 0, func(v *ledger.View) error {
			page, err := v.List(t.Context(), f, after, limit)
			for _, p := range page {
				out = append(out, p.ID)
			}
			return err
		})
		return out
	}
	want(t, ids(ledger.Filter{}, "", 3), []string{"a", "b", "c"})
	want(t, ids(ledger.Filter{}, "c", 3), []string{"d"})
	want(t, ids(ledger.Filter{District: "D1"}, "", 9), []string{"a", "b", "d"})
	want(t, ids(ledger.Filter{District: "D1"}, "a", 1), []string{"b"})
	want(t, ids(ledger.Filter{District: "D2", Provider: "p-c"}, "", 9), []string{"c"})
}

func sourceFixed(t *testing.T, l *ledger.Ledger) {
	give := func(text string) error {
		_, err := l.Commit(t.Context(), func(c *ledger.Commit) error { return c.PutSource(t.Context(), "s", []byte(text)) })
		return err
	}
	want(t, give("one"), error(nil))
	want(t, give("one"), error(nil))
	if err := give("two"); errs.Status(err).Code() != codes.FailedPrecondition {
		t.Errorf("another text: %v; want FailedPrecondition", err)
	}
	all, err := l.Sources(t.Context())
	want(t, all, map[string][]byte{"s": []byte("one")})
	want(t, err, error(nil))
}

func oneOrder(t *testing.T, l *ledger.Ledger) {
	put(t, l, home("a", "D1"))
	const writers, each = 6, 10
	receipts := make(chan ledger.Receipt, writers*each)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				r, err := l.Commit(t.Context(), func(c *ledger.Commit) error {
					_, err := c.Submit(t.Context(), []ledger.Return{ret("a", "2026-01-10", fmt.Sprint(w, i))})
					return err
				})
				if err != nil {
					t.Error(err)
				}
				receipts <- r
			}
		})
	}
	wg.Wait()
	close(receipts)
	at := map[int64]int64{}
	for r := range receipts {
		at[r.Revision] = r.RecordedAt
	}
	for rev := int64(2); rev <= writers*each+1; rev++ {
		if at[rev] == 0 || (rev > 2 && at[rev] <= at[rev-1]) {
			t.Fatalf("revision %d recorded at %d, after %d", rev, at[rev], at[rev-1])
		}
	}
}

func returnsNewestFirst(t *testing.T, l *ledger.Ledger) {
	put(t, l, home("a", "D1"))
	_, first := submit(t, l, ret("a", "2026-01-10", "1"), ret("a", "2026-03-10", "2"), ret("a", "2026-02-10", "3"))
	submit(t, l, ret("a", "2026-02-10", "4"))
	list := func(at int64, after ledger.Cursor, limit int) (out []string, next ledger.Cursor) {
		read(t, l, at, func(v *ledger.View) error {
			page, err := v.Returns(t.Context(), "a", after, limit)
			for _, r := range page {
				out = append(out, string(r.Payload))
				next = ledger.Cursor{AsAt: r.AsAt, ID: r.ID}
			}
			return err
		})
		return out, next
	}
	page, cursor := list(0, ledger.Cursor{}, 2)
	want(t, page, []string{"2", "4"})
	page, _ = list(0, cursor, 5)
	want(t, page, []string{"3", "1"})
	page, _ = list(first.RecordedAt, ledger.Cursor{}, 5)
	want(t, page, []string{"2", "3", "1"})
}

func ownID(t *testing.T, l *ledger.Ledger) {
	id, err := l.StoreID(t.Context())
	again, _ := l.StoreID(t.Context())
	if err != nil || len(id) != 32 || again != id {
		t.Errorf("ids %q and %q, %v; want one of 32 digits", id, again, err)
	}
}
