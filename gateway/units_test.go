package gateway

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/revision"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

func allRoutes(t testing.TB) routes {
	t.Helper()
	all, err := newRoutes(services())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every RPC of the five services has a route, and every route matches its own path.
func TestRoutesAreComplete(t *testing.T) {
	all := allRoutes(t)
	bound := map[string]bool{}
	for _, r := range all {
		bound[string(r.rpc.FullName())] = true
		path := variable.ReplaceAllString(r.template, "$2")
		if allRoutes(t).match(r.method, path) == nil {
			t.Errorf("%s %s does not match %s", r.method, r.template, path)
		}
		if (r.body != nil) != (r.method == "POST" || r.method == "PATCH") {
			t.Errorf("%s %s has the body %v", r.method, r.template, r.body)
		}
	}
	for _, s := range services() {
		for i := range s.descriptor.Methods().Len() {
			if name := string(s.descriptor.Methods().Get(i).FullName()); !bound[name] {
				t.Errorf("%s has no route", name)
			}
		}
	}
}

func TestKeptTopicsAreRoutes(t *testing.T) {
	followed := map[string]*revision.Tracker{}
	for _, s := range services() {
		followed[s.name] = revision.NewTracker(s.name, 0)
	}
	found := topics(followed, allRoutes(t))
	if len(found["districts"]) != 9 || len(found["authorities"]) != 5 {
		t.Errorf("%d topics of districts and %d of authorities", len(found["districts"]), len(found["authorities"]))
	}
	for collection, byPath := range found {
		for path, topic := range byPath {
			if topic.template == "" || len(topic.trackers) != len(topic.services) {
				t.Errorf("%s/*/%s is %q with %d trackers", collection, path, topic.template, len(topic.trackers))
			}
		}
	}
}

func TestEnumNamesRoundTrip(t *testing.T) {
	for _, r := range allRoutes(t) {
		for _, field := range r.params {
			enum := field.Enum()
			if enum == nil {
				continue
			}
			for short := range strings.SplitSeq(enumNames(enum), ", ") {
				full, ok := enumName(enum, strings.ToLower(short))
				if again, _ := enumName(enum, full); !ok || again != full || !strings.HasSuffix(full, short) {
					t.Errorf("%s of %s is %s", short, enum.FullName(), full)
				}
			}
		}
	}
}

func TestFaultsOfABodyAreBounded(t *testing.T) {
	var faults errs.Collector
	body := `{"careHomes":[` + strings.Repeat(`{"a":1,"b":2},`, 2000) + `{}]}`
	allRoutes(t).match("POST", "/v1/careHomes:batchUpsert").readBody([]byte(body), &faults)
	if faults.Len() != maxFaults {
		t.Errorf("%d faults are remembered", faults.Len())
	}
}

// asked is what negotiate makes of a query.
func asked(query string) wanted { return negotiate(&http.Request{URL: &url.URL{RawQuery: query}}) }

func TestQueriesAreTheSameInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.MapOf(rapid.StringMatching(`[a-zA-Z_]{1,8}`), rapid.String()).Draw(t, "values")
		var forwards, backwards []string
		for key, value := range values {
			pair := url.QueryEscape(key) + "=" + url.QueryEscape(value)
			forwards, backwards = append(forwards, pair), append([]string{pair}, backwards...)
		}
		if one, other := asked(strings.Join(forwards, "&")), asked(strings.Join(backwards, "&")); one != other {
			t.Fatalf("%+v and %+v", one, other)
		}
	})
}

func FuzzNegotiateQuery(f *testing.F) {
	for _, seed := range []string{"", "a=1&b=2", "b=2&a=1", "a=%20+x", "a;b", "%zz", "a=1&a=2", "=&=&&", "format=CSV&a=1", "format=pdf"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		before, err := url.ParseQuery(query)
		once := asked(query)
		if err != nil {
			if once.query != query {
				t.Errorf("%q cannot be read and becomes %q", query, once.query)
			}
			return
		}
		if again := asked(once.query); again.query != once.query {
			t.Errorf("%q becomes %q and then %q", query, once.query, again.query)
		}
		if once.format == asCSV {
			before.Del(formatParam)
		}
		if after, _ := url.ParseQuery(once.query); !reflect.DeepEqual(before, after) && !before.Has(formatParam) {
			t.Errorf("%q says %v, and %q says %v", query, before, once.query, after)
		}
	})
}

// What passes can be read by the generated handler, and says each thing once.
func FuzzReadQuery(f *testing.F) {
	for _, seed := range []string{"bedType=dementia_nursing&latitude=51", "bed_type=BED_TYPE_TRANSITIONAL", "bedType=x&beds=1e9", "asAt=%ff", "knownAt=2026-10-31T09:00:00Z", "title[a]=b", "a.b=c"} {
		f.Add(seed)
	}
	find := allRoutes(f).match("GET", "/v1/careHomes:vacancies")
	f.Fuzz(func(t *testing.T, query string) {
		var faults errs.Collector
		read := find.readQuery(query, &faults)
		if faults.Len() > 0 {
			return
		}
		for name, values := range read {
			field := find.rpc.Input().Fields().ByName(find.params[name].Name())
			if field == nil || len(values) != 1 {
				t.Errorf("%q sets %s to %q", query, name, values)
			}
			if field.Enum() != nil && !strings.HasPrefix(values[0], "BED_TYPE_") {
				t.Errorf("%q sets %s to %q", query, name, values)
			}
		}
		var again errs.Collector
		if twice := find.readQuery(read.Encode(), &again); again.Len() > 0 || !reflect.DeepEqual(twice, read) {
			t.Errorf("%q reads as %v, and that as %v with %v", query, read, twice, again.Err())
		}
	})
}

// What passes can be read as the message; what the message can be read from passes, and
// stays what it says.
func FuzzReadBody(f *testing.F) {
	for _, seed := range []string{
		`{"careHomeReturn":{}}`, `{"asAt":"2026-10-31","beds":[{"bedType":"transitional","maximum":4}]}`,
		`{"beds":[{"bedType":3}],"recordedAt":"2026-10-31T09:00:00Z"}`, `{"staff":null,"flags":["HEADCOUNT_TOO_LARGE"]}`,
		`{"beds":{}}`, `[`, `{"a":1,"a":2}`, `{"revision":"9223372036854775807"}`, `{"beds":[{"maximum":1e3}]}`, `{"beds":null} x`, "\"\\ud800\"",
	} {
		f.Add([]byte(seed))
	}
	submit := allRoutes(f).match("POST", "/v1/careHomes/1-1/returns")
	f.Fuzz(func(t *testing.T, body []byte) {
		var plain, read carehomesv1.CareHomeReturn
		readable := protojson.Unmarshal(body, &plain) == nil
		var faults errs.Collector
		written := submit.readBody(body, &faults)
		if faults.Len() > 0 {
			if readable {
				t.Errorf("%q is refused: %v", body, faults.Err())
			}
			return
		}
		if err := protojson.Unmarshal(written, &read); err != nil {
			t.Errorf("%q becomes %q: %v", body, written, err)
		}
		if readable && !proto.Equal(&plain, &read) {
			t.Errorf("%q says %v and becomes %v", body, &plain, &read)
		}
	})
}

// A shorthand reads as the same message whichever way it is written.
func FuzzReadShorthand(f *testing.F) {
	for _, seed := range []string{
		`{"arrivalsPerDay":10,"places":{"low":1,"high":2}}`, `{"arrivalsPerDay":{"central":1e400}}`, `{"places":-0.0}`, `{"places":null}`,
		`{"arrivalsPerDay":[1]}`, `{"meanStayDays":"1"}`, `{"places":{"central":{"central":1}}}`,
	} {
		f.Add([]byte(seed))
	}
	size := allRoutes(f).match("POST", "/v1/intermediateCare:size")
	f.Fuzz(func(t *testing.T, body []byte) {
		var faults errs.Collector
		written := size.readBody(body, &faults)
		if faults.Len() > 0 {
			return
		}
		var read marketpositionv1.SizeIntermediateCareRequest
		if err := protojson.Unmarshal(written, &read); err != nil {
			t.Fatalf("%q becomes %q: %v", body, written, err)
		}
		var again errs.Collector
		if twice := size.readBody(written, &again); again.Len() > 0 || string(twice) != string(written) {
			t.Errorf("%q becomes %q, and that %q with %v", body, written, twice, again.Err())
		}
	})
}

// The parser takes what encoding/json takes and reads it the same, save what it refuses by
// intent: a key twice, and nesting without end.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{`{}`, `[1,"a",null,true,{"b":[]}]`, `{"a":1,"a":2}`, `1 2`, ``, `{"a"}`, `[1,]`, `{"a":1,}`, `nul`, "\xff", `"\ud800"`, `[[[[]]]]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		tree, err := parseJSON(body)
		if err != nil {
			if json.Valid(body) && !strings.Contains(err.Error(), "twice") && !strings.Contains(err.Error(), "deep") {
				t.Errorf("%q is refused: %v", body, err)
			}
			return
		}
		d := json.NewDecoder(strings.NewReader(string(body)))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil || !reflect.DeepEqual(tree, want) {
			t.Errorf("%q is read as %v, not %v (%v)", body, tree, want, err)
		}
	})
}

func FuzzAccept(f *testing.F) {
	for _, seed := range []string{"", "text/csv", "a/b;q=1,text/csv;q=0.3", "*/*", "text/csv;q=\"1\"", ";;;", "gzip;q=0, *"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if got := accepted([]string{header}); got != asJSON && (got != asCSV || !strings.Contains(strings.ToLower(header), "csv")) {
			t.Errorf("%q asks for %s", header, got)
		}
		if takesGzip([]string{header}) && !strings.Contains(header, "gzip") {
			t.Errorf("%q takes gzip", header)
		}
	})
}

func FuzzFileName(f *testing.F) {
	f.Add("/v1/careHomes/1-1/returns")
	f.Add("/v1/\"\r\nSet-Cookie: a=b")
	f.Fuzz(func(t *testing.T, path string) {
		if name := fileName(path); strings.ContainsAny(name, "\"\r\n/\\; ") || !strings.HasSuffix(name, ".csv") {
			t.Errorf("%q is called %q", path, name)
		}
	})
}
