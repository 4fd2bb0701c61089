package gateway_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/gateway"
	"github.com/caremarket/caremarket/gateway/internal/fixture"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// everything plays every service: it answers each RPC with a message that has a value in
// every field, the same each time, and remembers what it was asked.
type everything struct {
	mu       sync.Mutex
	method   string
	request  proto.Message
	response proto.Message
	// left is how long the call was given; 0 for as long as it takes.
	left time.Duration
}

func (e *everything) remember(ctx context.Context, method string, request, response any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.method = strings.ReplaceAll(strings.TrimPrefix(method, "/"), "/", ".")
	e.request, _ = request.(proto.Message)
	e.response, _ = response.(proto.Message)
	e.left = 0
	if until, bounded := ctx.Deadline(); bounded {
		e.left = time.Until(until)
	}
}

// last is what was asked last; method is its full name.
func (e *everything) last() (method string, request, response proto.Message) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.method, e.request, e.response
}

func (e *everything) Invoke(ctx context.Context, method string, request, response any, _ ...grpc.CallOption) error {
	m, ok := response.(proto.Message)
	if !ok {
		return fmt.Errorf("%T is no message", response)
	}
	new(filler).fill(m.ProtoReflect(), 0)
	e.remember(ctx, method, request, response)
	return nil
}

func (e *everything) NewStream(ctx context.Context, _ *grpc.StreamDesc, method string, _ ...grpc.CallOption) (grpc.ClientStream, error) {
	return &oneMessage{ctx: ctx, method: method, of: e}, nil
}

// oneMessage is a stream of one message.
type oneMessage struct {
	grpc.ClientStream
	ctx    context.Context
	method string
	of     *everything
	sent   bool
}

func (o *oneMessage) Context() context.Context     { return o.ctx }
func (o *oneMessage) Header() (metadata.MD, error) { return nil, nil }
func (o *oneMessage) Trailer() metadata.MD         { return nil }
func (o *oneMessage) CloseSend() error             { return nil }

func (o *oneMessage) SendMsg(m any) error {
	o.of.remember(o.ctx, o.method, m, nil)
	return nil
}

func (o *oneMessage) RecvMsg(m any) error {
	if o.sent {
		return io.EOF
	}
	o.sent = true
	new(filler).fill(m.(proto.Message).ProtoReflect(), 0)
	return nil
}

// filler gives every field a value. Numbers and texts are all different, figures too;
// lists have two entries.
type filler struct{ n int }

func (f *filler) fill(m protoreflect.Message, entry int) {
	switch special := m.Interface().(type) {
	case *commonv1.Figure:
		f.n++
		proto.Merge(special, fixture.Value(float64(f.n)+0.5, commonv1.Unit_UNIT_BEDS))
		return
	case *timestamppb.Timestamp:
		proto.Merge(special, fixture.KnownAt())
		return
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		switch {
		case field.IsMap():
		case field.IsList():
			for j := range 2 {
				list := m.Mutable(field).List()
				if field.Message() != nil {
					f.fill(list.AppendMutable().Message(), j)
				} else {
					list.Append(f.value(field, j))
				}
			}
		case field.Message() != nil:
			f.fill(m.Mutable(field).Message(), entry)
		default:
			m.Set(field, f.value(field, entry))
		}
	}
}

func (f *filler) value(field protoreflect.FieldDescriptor, entry int) protoreflect.Value {
	f.n++
	switch field.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(fmt.Sprintf("text %d", f.n))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.EnumKind:
		values := field.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get(1 + entry%(values.Len()-1)).Number())
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(int32(f.n))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(int64(f.n))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(float64(f.n) + 0.25)
	default:
		return field.Default()
	}
}

// documented is an operation of the document with values for what its path leaves open.
type documented struct {
	method, path, id string
	values           []string
}

func (d documented) isWatch() bool { return strings.HasSuffix(d.path, ":watch") }

func withEverything(t *testing.T, adjust ...func(*gateway.Config)) (*stack, *everything) {
	asked := &everything{}
	return newStack(t, append(adjust, func(c *gateway.Config) {
		c.Conn = func(string) (grpc.ClientConnInterface, error) { return asked, nil }
	})...), asked
}

var openVariable = regexp.MustCompile(`\{[^}]*\}`)

// operations lists what the document offers.
func operations(t *testing.T, s *stack) []documented {
	t.Helper()
	var d struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	if err := json.Unmarshal([]byte(s.get(t, "/openapi.json").body), &d); err != nil {
		t.Fatal(err)
	}
	var all []documented
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for method, operation := range d.Paths[path] {
			one := documented{method: strings.ToUpper(method), id: operation.OperationID}
			one.path = openVariable.ReplaceAllStringFunc(path, func(string) string {
				one.values = append(one.values, fmt.Sprintf("x-%d", len(one.values)+1))
				return one.values[len(one.values)-1]
			})
			all = append(all, one)
		}
	}
	if len(all) < 60 {
		t.Fatalf("only %d operations are documented", len(all))
	}
	return all
}

// Each documented operation asks the RPC that it is named by, with what its path says, and
// is answered with all that the RPC answers.
func TestEachOperationIsItsRPC(t *testing.T) {
	s, asked := withEverything(t)
	for _, one := range operations(t, s) {
		t.Run(one.id, func(t *testing.T) {
			got := s.ask(t, one.method, one.path, map[bool]string{true: "{}"}[one.method != http.MethodGet])
			if got.StatusCode != http.StatusOK {
				t.Fatalf("%s %s: %d %s", one.method, one.path, got.StatusCode, got.body)
			}
			method, request, response := asked.last()
			if !strings.HasSuffix(method, "."+strings.Replace(one.id, "_", ".", 1)) {
				t.Errorf("%s %s asks %s, not %s", one.method, one.path, method, one.id)
			}
			for _, value := range one.values {
				if !strings.Contains(fmt.Sprint(request), value) {
					t.Errorf("%s of the path is not in the request: %v", value, request)
				}
			}
			if one.isWatch() {
				if !strings.HasPrefix(got.body, `{"result":{`) {
					t.Errorf("a line is %s", got.body)
				}
				return
			}
			want := bodyOf(t, method, response)
			read := want.ProtoReflect().New().Interface()
			if err := protojson.Unmarshal([]byte(got.body), read); err != nil || !proto.Equal(read, want) {
				t.Errorf("the answer is not what the service said (%v): %s", err, got.body)
			}
		})
	}
}

// bodyOf is the part of a response that its RPC's rule makes the body.
func bodyOf(t *testing.T, method string, response proto.Message) proto.Message {
	t.Helper()
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(method))
	if err != nil {
		t.Fatal(err)
	}
	rule, _ := proto.GetExtension(found.Options(), annotations.E_Http).(*annotations.HttpRule)
	if rule.GetResponseBody() == "" {
		return response
	}
	m := response.ProtoReflect()
	return m.Get(m.Descriptor().Fields().ByName(protoreflect.Name(rule.GetResponseBody()))).Message().Interface()
}

// Each documented read has an ETag in each format, 304 for who has it, and one answer to
// HEAD; its CSV has a row for every figure, told apart by the columns before its value.
func TestEachReadHasATableAndAnETag(t *testing.T) {
	s, asked := withEverything(t)
	for _, one := range operations(t, s) {
		if one.method != http.MethodGet || one.isWatch() {
			continue
		}
		t.Run(one.id, func(t *testing.T) {
			for _, accept := range []string{"application/json", "text/csv"} {
				first := s.get(t, one.path, "Accept: "+accept)
				etag := first.Header.Get("ETag")
				if first.StatusCode != http.StatusOK || !strings.HasPrefix(first.Header.Get("Content-Type"), accept) || etag == "" {
					t.Fatalf("%s: got %d, %v", accept, first.StatusCode, first.Header)
				}
				if again := s.get(t, one.path, "Accept: "+accept, "If-None-Match: "+etag); again.StatusCode != http.StatusNotModified || again.body != "" {
					t.Errorf("%s: got %d, %d bytes, for who has it", accept, again.StatusCode, len(again.body))
				}
				if head := s.ask(t, http.MethodHead, one.path, "", "Accept: "+accept); head.Header.Get("ETag") != etag {
					t.Errorf("%s: HEAD has the ETag %s, GET %s", accept, head.Header.Get("ETag"), etag)
				}
			}
			_, _, response := asked.last()
			checkTable(t, s.get(t, one.path+"?format=csv").body, response)
		})
	}
}

func checkTable(t *testing.T, table string, of proto.Message) {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\uFEFF"))).ReadAll()
	if err != nil || len(lines) < 2 {
		t.Fatalf("%d lines: %v", len(lines), err)
	}
	value := slices.Index(lines[0], "value")
	var want []string
	figure.Each(of, func(_ string, f *commonv1.Figure) { want = append(want, fmt.Sprint(f.GetValue())) })
	if len(want) == 0 {
		return // A register: a row an entry.
	}
	var got []string
	seen := map[string]string{}
	for _, line := range lines[1:] {
		measure := line[value-1]
		if measure == "availability" {
			continue // A market that is away: no figure, and a row that says so.
		}
		got = append(got, line[value])
		keys := strings.Join(line[:value], "|")
		if other, twice := seen[keys]; twice && measure != "figures" { // A paragraph's stand in its text's order.
			t.Errorf("%s and %s are both %s", other, line[value], keys)
		}
		seen[keys] = line[value]
	}
	if !slices.Equal(got, want) {
		t.Errorf("the table has %d figures of %d: %v", len(got), len(want), got)
	}
}

func TestPagesHaveAnETagToo(t *testing.T) {
	s, _ := withEverything(t)
	for _, path := range []string{"/", "/districts/" + stroud, "/authorities/" + gloucestershire, "/authorities/" + gloucestershire + "/reconciliation"} {
		first := s.get(t, path, "Accept: text/html")
		etag := first.Header.Get("ETag")
		if first.StatusCode != http.StatusOK || etag == "" {
			t.Errorf("%s: got %d, ETag %q", path, first.StatusCode, etag)
			continue
		}
		if again := s.get(t, path, "If-None-Match: "+etag); again.StatusCode != http.StatusNotModified || again.body != "" {
			t.Errorf("%s: got %d for who has it", path, again.StatusCode)
		}
	}
}

// A call has the deadline, a batch six of it, and a watch none. The bounds are far enough
// apart for a machine that is busy.
func TestCallsHaveTheirDeadline(t *testing.T) {
	s, asked := withEverything(t, func(c *gateway.Config) { c.Deadline = time.Hour })
	for _, one := range operations(t, s) {
		s.ask(t, one.method, one.path, map[bool]string{true: "{}"}[one.method != http.MethodGet])
		least, most := time.Minute, time.Hour
		switch {
		case one.isWatch():
			least, most = 0, 0
		case strings.Contains(one.path, ":batch"):
			least, most = 5*time.Hour, 6*time.Hour
		}
		asked.mu.Lock()
		if asked.left < least || asked.left > most {
			t.Errorf("%s is given %s, not %s to %s", one.id, asked.left, least, most)
		}
		asked.mu.Unlock()
	}
}

// Each request gives its place back.
func TestPlacesAreGivenBack(t *testing.T) {
	s, _ := withEverything(t, func(c *gateway.Config) { c.MaxInFlight, c.MaxStreams = 1, 1 })
	for range 3 {
		for _, path := range []string{"/v1/careHomes", "/v1/nothing", watchPath} {
			if got := s.get(t, path); got.StatusCode == http.StatusTooManyRequests {
				t.Errorf("%s: %s", path, got.body)
			}
		}
	}
}
