package gateway_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/caremarket/caremarket/gateway"
	"github.com/caremarket/caremarket/pkg/errs"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

func TestFaultsKeepTheirShape(t *testing.T) {
	tests := map[string]struct {
		err        error
		httpStatus int
		code       codes.Code
		reason     string
		retryAfter string
	}{
		"not found":           {errs.NotFound("careHome", "1-1"), 404, codes.NotFound, "CARE_HOME_NOT_FOUND", ""},
		"already exists":      {errs.AlreadyExists("careHome", "1-1"), 409, codes.AlreadyExists, "CARE_HOME_ALREADY_EXISTS", ""},
		"conflict":            {errs.Conflict("REVISION_NOT_REACHED", "try again"), 409, codes.Aborted, "REVISION_NOT_REACHED", ""},
		"failed precondition": {errs.FailedPrecondition("CLOSED", "it is closed"), 400, codes.FailedPrecondition, "CLOSED", ""},
		"permission denied":   {errs.PermissionDenied("NOT_YOURS", "no"), 403, codes.PermissionDenied, "NOT_YOURS", ""},
		"exhausted":           {errs.ResourceExhausted("BUSY", "busy", 1500*time.Millisecond), 429, codes.ResourceExhausted, "BUSY", "2"},
		"unavailable":         {errs.Unavailable("STORE_AWAY", "away", time.Second), 503, codes.Unavailable, "STORE_AWAY", "1"},
		"internal":            {errors.New("pq: secret text"), 500, codes.Internal, errs.ReasonInternal, ""},
		"foreign":             {status.Error(codes.Unavailable, "dial tcp 10.0.0.7: refused"), 503, codes.Unavailable, errs.ReasonUpstream, "1"},
		"deadline":            {context.DeadlineExceeded, 504, codes.DeadlineExceeded, errs.ReasonDeadline, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStack(t)
			s.homes.capacity = func(context.Context, *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.CareHomeCapacity, error) {
				return nil, test.err
			}
			got := s.get(t, "/v1/districts/"+stroud+"/careHomeCapacity")
			f := got.refusal(t)
			if got.StatusCode != test.httpStatus || codes.Code(f.Code) != test.code || f.reason() != test.reason {
				t.Errorf("got %d %v %q, want %d %v %q: %s", got.StatusCode, codes.Code(f.Code), f.reason(), test.httpStatus, test.code, test.reason, got.body)
			}
			if got.Header.Get("Retry-After") != test.retryAfter {
				t.Errorf("Retry-After is %q, want %q", got.Header.Get("Retry-After"), test.retryAfter)
			}
			if got.Header.Get("Content-Type") != "application/json" || got.Header.Get("Cache-Control") != "no-store" || got.Header.Get("ETag") != "" {
				t.Errorf("a fault has the headers %v", got.Header)
			}
			for _, secret := range []string{"secret", "10.0.0.7", "dial"} {
				if strings.Contains(got.body, secret) {
					t.Errorf("the answer tells %q: %s", secret, got.body)
				}
			}
		})
	}
}

func TestFaultsAreJSONWhateverIsAccepted(t *testing.T) {
	s := newStack(t)
	got := s.get(t, "/v1/careHomes?distrct=E07000082&format=csv")
	if got.StatusCode != 400 || got.Header.Get("Content-Type") != "application/json" || got.Header.Get("Content-Disposition") != "" {
		t.Errorf("got %d with %v", got.StatusCode, got.Header)
	}
	got.refusal(t)
}

func TestPathsAndMethods(t *testing.T) {
	tests := []struct {
		method, path string
		httpStatus   int
		reason       string
		allow        string
	}{
		{"GET", "/v1/nothing", 404, "PATH_NOT_FOUND", ""},
		{"GET", "/v2/careHomes", 404, "PATH_NOT_FOUND", ""},
		{"GET", "/v1/careHomes/1-1/nothing", 404, "PATH_NOT_FOUND", ""},
		{"GET", "/v1/districts/E07000082/careHomeCapacity:nothing", 404, "PATH_NOT_FOUND", ""},
		{"GET", "/v1/districts/E07000082/%ff", 404, "PATH_NOT_FOUND", ""},
		{"GET", "/v1/districts/%ff/careHomeCapacity", 404, "PATH_NOT_FOUND", ""},
		{"DELETE", "/v1/careHomes", 405, "METHOD_NOT_ALLOWED", "GET, HEAD, POST"},
		{"PUT", "/v1/careHomes/1-1", 405, "METHOD_NOT_ALLOWED", "GET, HEAD, PATCH"},
		{"POST", "/v1/districts/E07000082/marketPosition", 405, "METHOD_NOT_ALLOWED", "GET, HEAD"},
		{"POST", "/", 405, "METHOD_NOT_ALLOWED", "GET, HEAD"},
		{"POST", "/openapi.json", 405, "METHOD_NOT_ALLOWED", "GET, HEAD"},
		{"OPTIONS", "/v1/careHomes:batchUpsert", 405, "METHOD_NOT_ALLOWED", "POST"},
	}
	s := newStack(t)
	for _, test := range tests {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			got := s.ask(t, test.method, test.path, "")
			f := got.refusal(t)
			if got.StatusCode != test.httpStatus || f.reason() != test.reason || got.Header.Get("Allow") != test.allow {
				t.Errorf("got %d %q, Allow %q, want %d %q %q: %s", got.StatusCode, f.reason(), got.Header.Get("Allow"),
					test.httpStatus, test.reason, test.allow, got.body)
			}
		})
	}
}

func TestMethodOverrideIsNotHeeded(t *testing.T) {
	s := newStack(t)
	got := s.ask(t, "POST", "/v1/districts/"+stroud+"/careHomeCapacity", "asAt=2026-10-31",
		"Content-Type: application/x-www-form-urlencoded", "X-HTTP-Method-Override: GET")
	if got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a form passed for a GET: %d %s", got.StatusCode, got.body)
	}
}

func TestServiceThatIsAway(t *testing.T) {
	s := newStack(t, func(c *gateway.Config) {
		conn := c.Conn
		c.Conn = func(service string) (grpc.ClientConnInterface, error) {
			if service == "homecare" || service == "marketposition" {
				return nil, errors.New("no address for it in /etc/secret")
			}
			return conn(service)
		}
	})
	for _, path := range []string{"/v1/homeCareBranches", "/v1/districts/E07000082/homeCareCapacity", "/v1/districts/E07000082/marketPosition"} {
		got := s.get(t, path)
		if got.StatusCode != 503 || got.refusal(t).reason() != "SERVICE_AWAY" || got.Header.Get("Retry-After") != "30" {
			t.Errorf("%s: got %d, Retry-After %q: %s", path, got.StatusCode, got.Header.Get("Retry-After"), got.body)
		}
		if strings.Contains(got.body, "secret") {
			t.Errorf("%s tells why: %s", path, got.body)
		}
	}
	s.homes.list = func(*carehomesv1.ListCareHomesRequest) (*carehomesv1.ListCareHomesResponse, error) {
		return &carehomesv1.ListCareHomesResponse{}, nil
	}
	if got := s.get(t, "/v1/careHomes"); got.StatusCode != 200 {
		t.Errorf("another service answers %d: %s", got.StatusCode, got.body)
	}
	if got := s.get(t, "/", "Accept: text/html"); got.StatusCode != 503 || !strings.Contains(got.body, "unavailable") {
		t.Errorf("the start page answers %d: %s", got.StatusCode, got.body)
	}
}

func TestPanicIsAFault(t *testing.T) {
	var none *time.Time
	s := newStack(t, func(c *gateway.Config) { c.Now = func() time.Time { return *none } })
	got := s.get(t, "/v1/districts/"+stroud+"/careHomeCapacity")
	if got.StatusCode != 500 || got.refusal(t).reason() != "PANIC" || strings.Contains(got.body, "nil") {
		t.Errorf("got %d: %s", got.StatusCode, got.body)
	}
}

func TestPagesOfOtherSitesChangeNothing(t *testing.T) {
	s := newStack(t)
	s.homes.create = func(_ context.Context, r *carehomesv1.CreateCareHomeRequest) (*carehomesv1.CareHome, error) {
		return r.GetCareHome(), nil
	}
	home := `{"name":"careHomes/1-1","title":"A","provider":"providers/1-2","district":"districts/E07000082","sourceId":"cqc"}`
	tests := map[string]struct {
		header     string
		httpStatus int
	}{
		"another site": {"Sec-Fetch-Site: cross-site", 403},
		"this site":    {"Sec-Fetch-Site: same-origin", 200},
		"a program":    {"User-Agent: curl", 200},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := s.ask(t, "POST", "/v1/careHomes", home, test.header, "Content-Type: text/plain")
			if got.StatusCode != test.httpStatus {
				t.Errorf("got %d: %s", got.StatusCode, got.body)
			}
		})
	}
}

func TestManyRequestsAtOnce(t *testing.T) {
	s := newStack(t, func(c *gateway.Config) { c.MaxInFlight = 1 })
	working, release := make(chan struct{}), make(chan struct{})
	s.homes.list = func(*carehomesv1.ListCareHomesRequest) (*carehomesv1.ListCareHomesResponse, error) {
		close(working)
		<-release
		return &carehomesv1.ListCareHomesResponse{}, nil
	}
	first := make(chan int)
	go func() { first <- s.get(t, "/v1/careHomes").StatusCode }()
	<-working
	got := s.get(t, "/v1/careHomes")
	if got.StatusCode != 429 || got.refusal(t).reason() != "OVERLOADED" || got.Header.Get("Retry-After") != "1" {
		t.Errorf("the second request got %d, Retry-After %q: %s", got.StatusCode, got.Header.Get("Retry-After"), got.body)
	}
	close(release)
	if code := <-first; code != 200 {
		t.Errorf("the first request got %d", code)
	}
}

func TestServicesNameEveryFault(t *testing.T) {
	s := newStack(t)
	s.homes.find = func(*carehomesv1.FindVacanciesRequest) (*carehomesv1.FindVacanciesResponse, error) {
		return nil, errs.Invalid(errs.Violation{Field: "bed_type", Description: "A"}, errs.Violation{Field: "beds", Description: "B"})
	}
	got := s.get(t, "/v1/careHomes:vacancies?bedType=TRANSITIONAL&latitude=51.7&longitude=-2.2&withinMiles=10")
	want := []violation{{"bed_type", "A"}, {"beds", "B"}}
	if diff := cmp.Diff(want, got.refusal(t).violations()); got.StatusCode != 400 || diff != "" {
		t.Errorf("got %d: %s", got.StatusCode, diff)
	}
}
