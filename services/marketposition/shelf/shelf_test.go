package shelf_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
	"github.com/caremarket/caremarket/services/marketposition"
	"github.com/caremarket/caremarket/services/marketposition/shelf"
)

// A change of what is kept begins here: every behaviour is a case, and every case runs
// against both engines.
var conformance = map[string]func(t *testing.T, s *store){
	"an item is read as it was put":               itemIsRead,
	"a repeated request has the first answer":     requestRepeated,
	"a request id is not used twice":              requestIDUsedTwice,
	"an id is taken once in each authority":       idTaken,
	"of many at once, one is kept":                manyAtOnce,
	"lists go on where they ended":                listsGoOn,
	"archiving takes off the list and makes room": archiving,
	"no more is kept than may be":                 tooMany,
	"what is too large is refused":                tooLarge,
	"no revision is raised":                       noRevision,
}

type store struct {
	*shelf.Shelf
	db *sqldb.DB
}

var stores atomic.Int64

func open(t *testing.T, url string) *store {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		Service: fmt.Sprintf("shelf%d", stores.Add(1)), URL: url, Migrations: marketposition.Migrations(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &store{shelf.New(db), db}
}

func TestConformance(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		for name, test := range conformance {
			t.Run(name, func(t *testing.T) { test(t, open(t, url)) })
		}
	})
}

const gloucestershire = "E10000013"

func item(id, request string) shelf.Item {
	return shelf.Item{
		Authority: gloucestershire, ID: id, RequestID: request, Asked: "digest of " + request,
		CreatedAt: 1_700_000_000_000_001, Definition: []byte{0, 1, 0xff}, Results: []byte("results of " + id),
	}
}

func put(t *testing.T, s *store, i shelf.Item) shelf.Item {
	t.Helper()
	kept, err := s.Put(t.Context(), i)
	if err != nil {
		t.Fatalf("put %s: %v", i.ID, err)
	}
	return kept
}

func itemIsRead(t *testing.T, s *store) {
	want := item("forty-beds", "one")
	if diff := cmp.Diff(want, put(t, s, want)); diff != "" {
		t.Errorf("(-put +answered)\n%s", diff)
	}
	got, err := s.Get(t.Context(), gloucestershire, "forty-beds")
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-put +read)\n%s", err, diff)
	}
	for _, missing := range [][2]string{{gloucestershire, "fifty-beds"}, {"E10000018", "forty-beds"}} {
		if _, err := s.Get(t.Context(), missing[0], missing[1]); errs.Reason(err) != "SCENARIO_NOT_FOUND" {
			t.Errorf("%v: %v", missing, err)
		}
	}
}

func requestRepeated(t *testing.T, s *store) {
	first := put(t, s, item("forty-beds", "one"))
	again := item("forty-beds", "one")
	again.CreatedAt++
	again.Results = []byte("worked out on newer data")
	if diff := cmp.Diff(first, put(t, s, again)); diff != "" {
		t.Errorf("(-first +again)\n%s", diff)
	}
	kept, found, err := s.Repeated(t.Context(), again)
	if diff := cmp.Diff(first, kept); err != nil || !found || diff != "" {
		t.Errorf("%v %v %s", found, err, diff)
	}
	for _, other := range []shelf.Item{item("x", ""), item("x", "two"), {Authority: "E10000018", RequestID: "one"}} {
		if _, found, err := s.Repeated(t.Context(), other); found || err != nil {
			t.Errorf("%+v was found, %v", other, err)
		}
	}
}

func requestIDUsedTwice(t *testing.T, s *store) {
	put(t, s, item("forty-beds", "one"))
	other := item("fifty-beds", "one")
	other.Asked = "something else"
	_, err := s.Put(t.Context(), other)
	if v := errs.Violations(err); len(v) != 1 || v[0].Field != "request_id" {
		t.Errorf("%v", err)
	}
	if _, err := s.Get(t.Context(), gloucestershire, "fifty-beds"); errs.Code(err) != codes.NotFound {
		t.Errorf("it was kept all the same: %v", err)
	}
}

func idTaken(t *testing.T, s *store) {
	put(t, s, item("forty-beds", ""))
	if _, err := s.Put(t.Context(), item("forty-beds", "two")); errs.Reason(err) != "SCENARIO_ALREADY_EXISTS" {
		t.Errorf("%v", err)
	}
	elsewhere := item("forty-beds", "")
	elsewhere.Authority = "E10000018"
	put(t, s, elsewhere)
}

func manyAtOnce(t *testing.T, s *store) {
	kept := make([]shelf.Item, 8)
	var all sync.WaitGroup
	for i := range kept {
		all.Go(func() {
			mine := item("forty-beds", "one")
			mine.CreatedAt += int64(i)
			var err error
			if kept[i], err = s.Put(t.Context(), mine); err != nil {
				t.Errorf("%v", err)
			}
		})
	}
	all.Wait()
	for _, one := range kept {
		if one.CreatedAt != kept[0].CreatedAt {
			t.Errorf("answered %d and %d", kept[0].CreatedAt, one.CreatedAt)
		}
	}
}

func ids(items []shelf.Item) (all []string) {
	for _, i := range items {
		all = append(all, i.ID)
	}
	return all
}

func listsGoOn(t *testing.T, s *store) {
	for _, id := range []string{"b", "a-b", "a", "c", "ab"} {
		put(t, s, item(id, ""))
	}
	var got []string
	after := ""
	for {
		page, err := s.List(t.Context(), gloucestershire, after, 2, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range page {
			if one.Results != nil || one.Definition == nil {
				t.Errorf("%s: results %q, definition %q", one.ID, one.Results, one.Definition)
			}
		}
		if got = append(got, ids(page)...); len(page) < 2 {
			break
		}
		after = page[1].ID
	}
	// In the order of their bytes, whatever the collation of the database.
	if want := []string{"a", "a-b", "ab", "b", "c"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func archiving(t *testing.T, s *store) {
	put(t, s, item("a", ""))
	put(t, s, item("b", ""))
	for range 2 { // The second time changes nothing.
		got, err := s.Archive(t.Context(), gloucestershire, "a", 42)
		if err != nil || got.ArchivedAt != 42 || string(got.Results) != "results of a" {
			t.Errorf("%+v, %v", got, err)
		}
		_, err = s.Archive(t.Context(), gloucestershire, "a", 43)
		if err != nil {
			t.Error(err)
		}
	}
	listed, err := s.List(t.Context(), gloucestershire, "", 10, false)
	if err != nil || !slices.Equal(ids(listed), []string{"b"}) {
		t.Errorf("%v, %v", ids(listed), err)
	}
	all, err := s.List(t.Context(), gloucestershire, "", 10, true)
	if err != nil || !slices.Equal(ids(all), []string{"a", "b"}) {
		t.Errorf("%v, %v", ids(all), err)
	}
	if _, err := s.Archive(t.Context(), gloucestershire, "c", 42); errs.Code(err) != codes.NotFound {
		t.Errorf("%v", err)
	}
}

func tooMany(t *testing.T, s *store) {
	fill(t, s, "listed", shelf.MostListed, 0)
	if _, err := s.Put(t.Context(), item("one-more", "")); errs.Reason(err) != "SCENARIOS_FULL" {
		t.Errorf("%v", err)
	}
	if _, err := s.Archive(t.Context(), gloucestershire, "listed-0000", 1); err != nil {
		t.Fatal(err)
	}
	put(t, s, item("one-more", ""))
	fill(t, s, "archived", shelf.MostKept-shelf.MostListed-1, 1)
	if _, err := s.Archive(t.Context(), gloucestershire, "one-more", 1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), item("too-many", "")); errs.Reason(err) != "SCENARIOS_FULL" {
		t.Errorf("%v", err)
	}
}

func fill(t *testing.T, s *store, prefix string, n int, archivedAt int64) {
	t.Helper()
	err := s.db.Update(t.Context(), func(tx *sqldb.Tx) error {
		return tx.InsertMany(t.Context(), "scenario",
			[]string{"authority", "id", "request_id", "asked", "created_at", "archived_at", "definition", "results"}, n,
			func(i int) []any {
				return []any{gloucestershire, fmt.Sprintf("%s-%04d", prefix, i), "", "", int64(1), archivedAt, []byte{1}, []byte{1}}
			})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func tooLarge(t *testing.T, s *store) {
	large := item("large", "")
	large.Results = make([]byte, shelf.MostBytes+1)
	if _, err := s.Put(t.Context(), large); len(errs.Violations(err)) != 1 {
		t.Errorf("%v", err)
	}
}

func noRevision(t *testing.T, s *store) {
	put(t, s, item("a", "one"))
	var commits, recorded int64
	if err := s.db.Read().QueryRowContext(t.Context(), `SELECT commit_no, recorded_at FROM clock`).Scan(&commits, &recorded); err != nil {
		t.Fatal(err)
	}
	if commits != 0 || recorded != 0 {
		t.Errorf("the ledger stands at commit %d of %d", commits, recorded)
	}
}
