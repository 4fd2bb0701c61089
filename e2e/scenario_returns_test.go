package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/e2e/suite"
	"github.com/caremarket/caremarket/pkg/period"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// newHomes numbers the homes that tests open, beside those that are seeded.
var newHomes atomic.Int64

// newHome puts a home in the middle of Stroud on the register, for whichever district.
func newHome(t *testing.T, s *suite.Suite, district string, beds int32) *carehomesv1.CareHome {
	t.Helper()
	known := suite.Read(t, s, "/v1/careHomes?pageSize=1&district="+district, &carehomesv1.ListCareHomesResponse{}).GetCareHomes()
	if len(known) == 0 {
		t.Fatalf("%s has no care home", district)
	}
	home := &carehomesv1.CareHome{
		Name: fmt.Sprintf("careHomes/1-99%d", 1_000_000+newHomes.Add(1)), Title: "A home of a test", District: "districts/" + district,
		Latitude: new(51.745), Longitude: new(-2.216), RegisteredBeds: beds, SourceId: known[0].GetSourceId(),
	}
	body, err := protojson.Marshal(home)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Ask(t.Context(), http.MethodPost, "/v1/careHomes", string(body))
	if err == nil {
		err = a.Into(home)
	}
	if err != nil {
		t.Fatalf("register %s: %v", home.GetName(), err)
	}
	return home
}

func bed(maximum, used, reserved, accepting int32) *carehomesv1.BedReturn {
	return &carehomesv1.BedReturn{
		BedType: carehomesv1.BedType_BED_TYPE_DEMENTIA_NURSING,
		Maximum: maximum, Used: used, Reserved: reserved, Accepting: accepting,
	}
}

// today is the day that a return of now speaks of.
func today() string { return period.Today(time.Now()).String() }

// trySubmit returns a home's beds of today over REST.
func trySubmit(ctx context.Context, s *suite.Suite, home *carehomesv1.CareHome, beds *carehomesv1.BedReturn, headers ...string) (*carehomesv1.SubmitCareHomeReturnResponse, error) {
	body, err := protojson.Marshal(&carehomesv1.CareHomeReturn{AsAt: today(), Beds: []*carehomesv1.BedReturn{beds}})
	if err != nil {
		return nil, err
	}
	a, err := s.Ask(ctx, http.MethodPost, "/v1/"+home.GetName()+"/returns", string(body), headers...)
	if err != nil {
		return nil, err
	}
	kept := &carehomesv1.SubmitCareHomeReturnResponse{}
	return kept, a.Into(kept)
}

func submit(t *testing.T, s *suite.Suite, home *carehomesv1.CareHome, beds *carehomesv1.BedReturn, headers ...string) *carehomesv1.SubmitCareHomeReturnResponse {
	t.Helper()
	kept, err := trySubmit(t.Context(), s, home, beds, headers...)
	if err != nil {
		t.Fatalf("submit a return of %s: %v", home.GetName(), err)
	}
	return kept
}

// bedsUsed is how many beds a district uses, as of a revision at the least.
func bedsUsed(ctx context.Context, s *suite.Suite, district string, revision int64) (float64, error) {
	a, err := s.Ask(ctx, http.MethodGet, fmt.Sprintf("/v1/districts/%s/careHomeCapacity?minRevision=%d", district, revision), "")
	if err != nil {
		return 0, err
	}
	c := &carehomesv1.CareHomeCapacity{}
	err = a.Into(c)
	return c.GetTotal().GetUsed().GetValue(), err
}

func readsItsOwnWrite(t *testing.T, s *suite.Suite) {
	home := newHome(t, s, tewkesbury, 40)
	kept := submit(t, s, home, bed(40, 10, 0, 5))
	before, err := bedsUsed(t.Context(), s, tewkesbury, kept.GetRevision())
	if err != nil {
		t.Fatal(err)
	}
	for more := int32(1); more <= 10; more++ {
		kept = submit(t, s, home, bed(40, 10+more, 0, 5))
		now, err := bedsUsed(t.Context(), s, tewkesbury, kept.GetRevision())
		if err != nil || now != before+float64(more) {
			t.Fatalf("%v beds are in use after a return of %d more than %v: %v", now, more, before, err)
		}
	}
	listed := suite.Read(t, s, "/v1/"+home.GetName()+"/returns", &carehomesv1.ListCareHomeReturnsResponse{}).GetCareHomeReturns()
	if len(listed) == 0 || !proto.Equal(listed[0], kept.GetCareHomeReturn()) {
		t.Errorf("the newest return is %v, want %v", listed, kept.GetCareHomeReturn())
	}
	// Without a revision an answer is behind by a moment at most.
	eventually(t, "the district's capacity shows the return", func() error {
		c := suite.Read(t, s, "/v1/districts/"+tewkesbury+"/careHomeCapacity", &carehomesv1.CareHomeCapacity{})
		if c.GetRevision() < kept.GetRevision() {
			return fmt.Errorf("it rests on revision %d, the return is %d", c.GetRevision(), kept.GetRevision())
		}
		return nil
	})
}

// patience bounds how long a test waits for what comes by itself.
const patience = 30 * time.Second

// eventually asks again until there is no error.
func eventually(t *testing.T, what string, ask func() error) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := ask()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("it does not come about that %s: %v", what, err)
		}
		<-time.After(20 * time.Millisecond)
	}
}

func answersRepetition(t *testing.T, s *suite.Suite) {
	home := newHome(t, s, stroud, 20)
	key := uuid.NewString()
	first := submit(t, s, home, bed(20, 12, 0, 3), "Idempotency-Key", key)
	submit(t, s, home, bed(20, 13, 0, 3))
	again := submit(t, s, home, bed(20, 12, 0, 3), "Idempotency-Key", key)
	if !proto.Equal(first.GetCareHomeReturn(), again.GetCareHomeReturn()) {
		t.Errorf("the repetition is answered with %v, the first time with %v", again, first)
	}
	client := carehomesv1.NewCareHomesServiceClient(s.Of(suite.CareHomes).Dial(t))
	direct, err := client.SubmitCareHomeReturn(t.Context(), &carehomesv1.SubmitCareHomeReturnRequest{
		Parent: home.GetName(), RequestId: key,
		CareHomeReturn: &carehomesv1.CareHomeReturn{AsAt: today(), Beds: []*carehomesv1.BedReturn{bed(20, 12, 0, 3)}},
	})
	if err != nil || !proto.Equal(first.GetCareHomeReturn(), direct.GetCareHomeReturn()) {
		t.Errorf("the repetition over gRPC is answered with %v, %v", direct, err)
	}
	if n := len(suite.Read(t, s, "/v1/"+home.GetName()+"/returns", &carehomesv1.ListCareHomeReturnsResponse{}).GetCareHomeReturns()); n != 2 {
		t.Errorf("%d returns are kept of two that were made", n)
	}
	if _, err := trySubmit(t.Context(), s, home, bed(20, 1, 0, 3), "Idempotency-Key", key); err == nil {
		t.Error("another return under the same key is accepted")
	}
}

func namesEveryFault(t *testing.T, s *suite.Suite) {
	home := newHome(t, s, stroud, 20)
	body := `{"asAt":"2099-01-01","beds":[{"bedType":"DEMENTIA_NURSING","maximum":10,"used":12},
		{"bedType":"DEMENTIA_NURSING","maximum":-1,"used":0}],"staff":{"nursesEmployed":-4}}`
	a, err := s.Ask(t.Context(), http.MethodPost, "/v1/"+home.GetName()+"/returns", body)
	if err != nil || a.Status != http.StatusBadRequest {
		t.Fatalf("an invalid return is answered with %d, %v: %s", a.Status, err, a.Body)
	}
	fields := violations(t, a)
	for _, want := range []string{"as_at", "beds[0]", "beds[1]", "staff.nurses_employed"} {
		if !strings.Contains(strings.Join(fields, " "), want) {
			t.Errorf("no fault is named of %s: %v", want, fields)
		}
	}
	if n := len(suite.Read(t, s, "/v1/"+home.GetName()+"/returns", &carehomesv1.ListCareHomeReturnsResponse{}).GetCareHomeReturns()); n != 0 {
		t.Errorf("%d returns are kept after a refusal", n)
	}
}

// violations are the fields that a refusal names. The refusal must be a google.rpc.Status
// of this suite without a word of its insides.
func violations(t *testing.T, a suite.Answer) []string {
	t.Helper()
	st := &status.Status{}
	if err := protojson.Unmarshal(a.Body, st); err != nil {
		t.Fatalf("%s is no google.rpc.Status: %v", a.Body, err)
	}
	var fields []string
	reason := ""
	for _, detail := range st.GetDetails() {
		m, err := detail.UnmarshalNew()
		if err != nil {
			t.Fatal(err)
		}
		switch m := m.(type) {
		case *errdetails.ErrorInfo:
			reason = m.GetReason()
			if m.GetDomain() != "caremarket" {
				t.Errorf("the refusal comes from %q", m.GetDomain())
			}
		case *errdetails.BadRequest:
			for _, v := range m.GetFieldViolations() {
				fields = append(fields, v.GetField())
			}
		}
	}
	if reason == "" {
		t.Errorf("the refusal gives no reason: %s", a.Body)
	}
	for _, inside := range []string{"proto:", "sql", "SQLSTATE", "pgx", "rpc error", "goroutine", "strconv", "unmarshal"} {
		if bytes.Contains(a.Body, []byte(inside)) {
			t.Errorf("the refusal speaks of its insides (%s): %s", inside, a.Body)
		}
	}
	return fields
}

func keepsThePast(t *testing.T, s *suite.Suite) {
	home := newHome(t, s, stroud, 30)
	submit(t, s, home, bed(30, 20, 0, 3))
	moment := time.Now().UTC().Format(time.RFC3339Nano)
	paths := []string{
		"/v1/districts/" + stroud + "/marketPosition", "/v1/authorities/" + gloucestershire + "/marketPosition",
		"/v1/districts/" + stroud + "/careHomeCapacity", "/v1/authorities/" + gloucestershire + "/careHomeCapacities",
	}
	asked := func(path string) []byte {
		a := s.Get(t, path+"?asAt="+today()+"&knownAt="+moment)
		if a.Status != http.StatusOK {
			t.Fatalf("%s as known at %s: %d: %s", path, moment, a.Status, a.Body)
		}
		return a.Body
	}
	was := map[string][]byte{}
	for _, path := range paths {
		was[path] = asked(path)
	}
	var last int64
	for used := range int32(5) {
		last = submit(t, s, home, bed(30, used, 0, 3)).GetRevision()
	}
	newHome(t, s, stroud, 10)
	for _, path := range paths {
		if now := asked(path); !bytes.Equal(now, was[path]) {
			t.Errorf("%s as known at %s is not the same to the byte:\n%s\n%s", path, moment, was[path], now)
		}
	}
	now := s.Get(t, fmt.Sprintf("/v1/districts/%s/marketPosition?minRevisions=carehomes:%d", stroud, last))
	if now.Status != http.StatusOK || bytes.Equal(now.Body, was[paths[0]]) {
		t.Errorf("the statement of now is that of then: %d", now.Status)
	}
}
