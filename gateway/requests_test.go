package gateway_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/gateway"
	"github.com/caremarket/caremarket/pkg/audience"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

const vacancies = "/v1/careHomes:vacancies?latitude=51.745&longitude=-2.216&withinMiles=10"

func TestEnumsMayBeShort(t *testing.T) {
	s := newStack(t)
	var asked *carehomesv1.FindVacanciesRequest
	s.homes.find = func(r *carehomesv1.FindVacanciesRequest) (*carehomesv1.FindVacanciesResponse, error) {
		asked = r
		return &carehomesv1.FindVacanciesResponse{}, nil
	}
	for _, name := range []string{"BED_TYPE_DEMENTIA_NURSING", "DEMENTIA_NURSING", "dementia_nursing", "Dementia_Nursing"} {
		for _, param := range []string{"bedType", "bed_type"} {
			asked = nil
			got := s.get(t, vacancies+"&"+param+"="+name)
			if got.StatusCode != 200 || asked.GetBedType() != carehomesv1.BedType_BED_TYPE_DEMENTIA_NURSING {
				t.Errorf("%s=%s: got %d and asked for %v: %s", param, name, got.StatusCode, asked.GetBedType(), got.body)
			}
		}
	}
}

func TestQueriesNameEveryFault(t *testing.T) {
	s := newStack(t)
	tests := map[string]struct {
		path string
		want []violation
	}{
		"unknown parameters": {
			"/v1/districts/E07000082/careHomeCapacity?asof=2026-10-31&district=E07000082",
			[]violation{
				{"asof", "is not a parameter here: there are asAt, format, knownAt, minRevision"},
				{"district", "is not a parameter here: there are asAt, format, knownAt, minRevision"},
			},
		},
		"what the path says is no parameter": {
			"/v1/districts/E07000082/careHomeCapacity?name=districts/E07000081/careHomeCapacity",
			[]violation{{"name", "is not a parameter here: there are asAt, format, knownAt, minRevision"}},
		},
		"every kind of value": {
			"/v1/careHomes:vacancies?bedType=SOFA&latitude=north&longitude=-2.2&withinMiles=10&beds=1.5&minRevision=x",
			[]violation{
				{
					"bed_type", `"SOFA" is not one of COMMUNITY_CARE, DEMENTIA_NURSING, DEMENTIA_RESIDENTIAL, GENERAL_NURSING, ` +
						"GENERAL_RESIDENTIAL, LEARNING_DISABILITY_NURSING, LEARNING_DISABILITY_RESIDENTIAL, MENTAL_HEALTH_NURSING, " +
						"MENTAL_HEALTH_RESIDENTIAL, TRANSITIONAL, YOUNG_PHYSICALLY_DISABLED",
				},
				{"beds", `"1.5" is not a whole number`},
				{"latitude", `"north" is not a number`},
				{"min_revision", `"x" is not a whole number`},
			},
		},
		"moments and switches": {
			"/v1/districts/E07000082/careHomeCapacity?knownAt=yesterday",
			[]violation{{"known_at", `"yesterday" is not a moment such as 2026-10-31T09:00:00Z`}},
		},
		"booleans": {"/v1/careHomes?includeClosed=maybe", []violation{{"include_closed", `"maybe" is not true or false`}}},
		"twice":    {"/v1/careHomes?title=a&title=b", []violation{{"title", "is given more than once"}}},
		"under both names": {
			"/v1/districts/E07000082/careHomeCapacity?asAt=2026-10-31&as_at=2026-10-30",
			[]violation{{"as_at", "is given more than once"}},
		},
		"not UTF-8":            {"/v1/careHomes?title=%ff", []violation{{"title", `"\xff" is not UTF-8`}}},
		"not a query":          {"/v1/careHomes?title=%zz", []violation{{"", "the query cannot be read: write it as name=value&name=value, with special characters escaped"}}},
		"formats":              {"/v1/careHomes?format=pdf", []violation{{"format", "is not csv or json"}}},
		"two formats":          {"/v1/careHomes?format=csv&format=json", []violation{{"format", "is not csv or json"}}},
		"a list has no values": {"/v1/careHomes?service=", []violation{{"service", `"" is not one of NURSING, RESIDENTIAL`}}},
		"nothing to be said to a stream": {
			"/v1/districts/E07000082/careHomeCapacity:watch?format=csv",
			[]violation{{"format", "is not a parameter here: there are afterRevision"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := s.get(t, test.path)
			if diff := cmp.Diff(test.want, got.refusal(t).violations()); got.StatusCode != 400 || diff != "" {
				t.Errorf("got %d (-want +got):\n%s", got.StatusCode, diff)
			}
		})
	}
}

func TestWritesTakeNoParameters(t *testing.T) {
	s := newStack(t)
	got := s.ask(t, "POST", "/v1/careHomes:batchUpsert?allOrNothing=true", `{}`)
	want := []violation{{"allOrNothing", "is not a parameter here: there are none"}}
	if diff := cmp.Diff(want, got.refusal(t).violations()); diff != "" {
		t.Error(diff)
	}
}

const home = `{"name":"careHomes/1-1","title":"The Elms","provider":"providers/1-2","district":"districts/E07000082","sourceId":"cqc",` +
	`"services":["NURSING"],"rating":"good","recordedAt":"2026-10-31T09:00:00Z","latitude":51.7,"longitude":-2.2}`

func TestBodiesMayHaveShortEnums(t *testing.T) {
	s := newStack(t)
	var asked *carehomesv1.CareHome
	s.homes.create = func(_ context.Context, r *carehomesv1.CreateCareHomeRequest) (*carehomesv1.CareHome, error) {
		asked = r.GetCareHome()
		return asked, nil
	}
	full := strings.NewReplacer(`"NURSING"`, `"CARE_HOME_SERVICE_NURSING"`, `"good"`, `"RATING_GOOD"`).Replace(home)
	var seen []*carehomesv1.CareHome
	for _, body := range []string{home, full} {
		if got := s.ask(t, "POST", "/v1/careHomes", body, "Content-Type: application/json"); got.StatusCode != 200 {
			t.Fatalf("got %d: %s", got.StatusCode, got.body)
		}
		seen = append(seen, asked)
	}
	if diff := cmp.Diff(seen[0], seen[1], protocmp.Transform()); diff != "" {
		t.Errorf("short and full names differ: %s", diff)
	}
	if seen[0].GetRating() != carehomesv1.Rating_RATING_GOOD || seen[0].GetLatitude() != 51.7 {
		t.Errorf("asked for %v", seen[0])
	}
}

func TestBodiesNameEveryFault(t *testing.T) {
	s := newStack(t)
	long := strings.Repeat(`{"usd":1},`, 5000)
	tests := map[string]struct {
		path, body string
		want       []violation
	}{
		"unknown fields and wrong kinds": {
			"/v1/careHomes/1-1/returns",
			`{"as_at":7,"beds":[{"bedType":"sofa","maximum":"many","usd":3},{"bedType":"TRANSITIONAL","used":1.5,"payers":{}}],"staff":[],"recordedAt":"now"}`,
			[]violation{
				{"care_home_return.as_at", "is not text"},
				{"care_home_return.beds[0].bed_type", `"sofa" is not one of COMMUNITY_CARE, DEMENTIA_NURSING,`},
				{"care_home_return.beds[0].maximum", "is not a whole number"},
				{"care_home_return.beds[0].usd", "is not a field here: there are bedType, maximum, used, reserved, accepting, payers"},
				{"care_home_return.beds[1].payers", "is not a list"},
				{"care_home_return.beds[1].used", "is not a whole number"},
				{"care_home_return.recorded_at", "is not a moment such as 2026-10-31T09:00:00Z"},
				{"care_home_return.staff", "is not an object"},
			},
		},
		"with those of the query": {
			"/v1/careHomes/1-1/returns?requestID=1", `{"asAt":true}`,
			[]violation{
				{"requestID", "is not a parameter here: there are requestId"},
				{"care_home_return.as_at", "is not text"},
			},
		},
		"a field under both names": {
			"/v1/careHomes", `{"source_id":"a","sourceId":"b"}`,
			[]violation{{"care_home.source_id", "is given more than once"}},
		},
		"two of which one may be": {
			"/v1/authorities/E10000013:projectWorkforce", `{"levers":[{"title":"a","payRisePercent":5,"newlyTrainedPercent":null},{"payRisePercent":5,"newlyTrainedPercent":5}]}`,
			[]violation{{"levers[1].pay_rise_percent", "stands instead of newlyTrainedPercent: give one or the other"}},
		},
		"a key twice":     {"/v1/careHomes", `{"title":"a","title":"b"}`, []violation{{"care_home", `the body has "title" twice in one object: see line 1`}}},
		"nested deep":     {"/v1/careHomes", strings.Repeat(`{"a":`, 101), []violation{{"care_home", "the body is nested too deep: see line 1"}}},
		"an item is null": {"/v1/careHomes:batchUpsert", `{"careHomes":[null]}`, []violation{{"care_homes[0]", "is not an object"}}},
		"not JSON":        {"/v1/careHomes", "{\n\"title\": }", []violation{{"care_home", "the body is not valid JSON: see line 2"}}},
		"cut off":         {"/v1/careHomes", `{"title":"a"`, []violation{{"care_home", "the body is not valid JSON: see line 1"}}},
		"more after it":   {"/v1/careHomes", home + "{}", []violation{{"care_home", "the body is not valid JSON: see line 1"}}},
		"a list":          {"/v1/careHomes", "[]", []violation{{"care_home", "is not an object"}}},
		"empty":           {"/v1/careHomes", "", []violation{{"care_home", "the body is empty: send a JSON object"}}},
		"no end of them":  {"/v1/careHomes:batchUpsert", `{"careHomes":[` + long + `{}]}`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := s.ask(t, "POST", test.path, test.body)
			found := got.refusal(t).violations()
			if got.StatusCode != 400 || len(found) == 0 || len(found) > 200 {
				t.Errorf("got %d with %d faults", got.StatusCode, len(found))
			}
			for i := range found {
				if i < len(test.want) && strings.HasSuffix(test.want[i].Description, ",") {
					found[i].Description = found[i].Description[:len(test.want[i].Description)]
				}
			}
			if diff := cmp.Diff(test.want, found); test.want != nil && diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUpdatesChangeTheFieldsThatAreSent(t *testing.T) {
	s := newStack(t)
	var asked *carehomesv1.UpdateCareHomeRequest
	s.homes.update = func(r *carehomesv1.UpdateCareHomeRequest) (*carehomesv1.CareHome, error) {
		asked = r
		return r.GetCareHome(), nil
	}
	got := s.ask(t, "PATCH", "/v1/careHomes/1-1", `{"rating":"outstanding"}`)
	if got.StatusCode != 200 || asked.GetCareHome().GetName() != "careHomes/1-1" ||
		asked.GetCareHome().GetRating() != carehomesv1.Rating_RATING_OUTSTANDING || asked.GetUpdateMask().String() != `paths:"rating"` {
		t.Errorf("got %d: %s; asked %v", got.StatusCode, got.body, asked)
	}
	got = s.ask(t, "PATCH", "/v1/careHomes/1-1?updateMask=title,postcode", `{"title":"New"}`)
	if got.StatusCode != 200 || len(asked.GetUpdateMask().GetPaths()) != 2 {
		t.Errorf("got %d: %s; asked %v", got.StatusCode, got.body, asked)
	}
}

func TestIdempotencyKeyIsARequestID(t *testing.T) {
	s := newStack(t)
	var asked *carehomesv1.SubmitCareHomeReturnRequest
	s.homes.submit = func(r *carehomesv1.SubmitCareHomeReturnRequest) (*carehomesv1.SubmitCareHomeReturnResponse, error) {
		asked = r
		return &carehomesv1.SubmitCareHomeReturnResponse{CareHomeReturn: r.GetCareHomeReturn(), Revision: 7}, nil
	}
	const (
		one   = "5f0c3a52-6f0b-4a3b-9a59-9b1f7f6f2a11"
		other = "7d7bb8f6-90d8-4b19-8f0a-2f7f1a6cbb02"
		body  = `{"asAt":"2026-10-31","beds":[{"bedType":"TRANSITIONAL","maximum":4}]}`
	)
	tests := map[string]struct {
		query, header, want string
		httpStatus          int
	}{
		"header":          {"", one, one, 200},
		"query":           {"?requestId=" + one, "", one, 200},
		"the query comes": {"?requestId=" + one, other, one, 200},
		"none":            {"", "", "", 200},
		"no UUID":         {"", "my-key", "", 400},
		"braces":          {"", "{" + one + "}", "", 400},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			asked = nil
			got := s.ask(t, "POST", "/v1/careHomes/1-1/returns"+test.query, body, "Idempotency-Key: "+test.header)
			if got.StatusCode != test.httpStatus || asked.GetRequestId() != test.want {
				t.Errorf("got %d with request_id %q: %s", got.StatusCode, asked.GetRequestId(), got.body)
			}
			if test.httpStatus == 400 && got.refusal(t).violations()[0].Field != "Idempotency-Key" {
				t.Errorf("got %s", got.body)
			}
		})
	}
}

func TestBodiesAreBounded(t *testing.T) {
	s := newStack(t)
	s.homes.batch = func(r *carehomesv1.BatchSubmitCareHomeReturnsRequest) (*carehomesv1.BatchSubmitCareHomeReturnsResponse, error) {
		return &carehomesv1.BatchSubmitCareHomeReturnsResponse{Results: make([]*commonv1.RowResult, 0), Revision: int64(len(r.GetRequests()))}, nil
	}
	padded := func(size int, inside string) string {
		return "{" + strings.Repeat(" ", size-2-len(inside)) + inside + "}"
	}
	batch := `"requests":[{"parent":"careHomes/1-1","careHomeReturn":{}}]`
	const mib = 1 << 20
	tests := []struct {
		path, body string
		httpStatus int
	}{
		{"/v1/careHomes", padded(mib+1, ""), 413},
		{"/v1/careHomes", padded(mib, ""), 400}, // read, and found empty
		{"/v1/careHomes:batchSubmitReturns", padded(mib+1, batch), 200},
		{"/v1/careHomes:batchSubmitReturns", padded(16*mib, batch), 200},
		{"/v1/careHomes:batchSubmitReturns", padded(16*mib+1, batch), 413},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s of %d", test.path, len(test.body)), func(t *testing.T) {
			got := s.ask(t, "POST", test.path, test.body)
			if got.StatusCode != test.httpStatus {
				t.Errorf("got %d: %s", got.StatusCode, got.body)
			}
			if test.httpStatus == 413 && got.refusal(t).reason() != "BODY_TOO_LARGE" {
				t.Errorf("got %s", got.body)
			}
		})
	}
}

// What a caller's headers say to a service is not passed on.
func TestCallersSpeakForNobodyElse(t *testing.T) {
	s := newStack(t)
	var seen metadata.MD
	s.homes.create = func(ctx context.Context, r *carehomesv1.CreateCareHomeRequest) (*carehomesv1.CareHome, error) {
		seen, _ = metadata.FromIncomingContext(ctx)
		return r.GetCareHome(), nil
	}
	got := s.ask(t, "POST", "/v1/careHomes", home, "Grpc-Metadata-Caremarket-Audience: public", "Cookie: a=b", "Grpc-Metadata-X: y")
	if got.StatusCode != 200 {
		t.Fatalf("got %d: %s", got.StatusCode, got.body)
	}
	if said := seen.Get(audience.MetadataKey); len(said) != 1 || said[0] != "commissioner" {
		t.Errorf("the service was asked for %v", said)
	}
	for _, key := range []string{"x", "grpcgateway-cookie", "cookie"} {
		if values := seen.Get(key); len(values) > 0 {
			t.Errorf("the service was told %s: %v", key, values)
		}
	}
	if odd := s.ask(t, "POST", "/v1/careHomes", home, "Grpc-Timeout: nonsense"); odd.StatusCode != 400 || strings.Contains(odd.body, "grpc-timeout") {
		t.Errorf("got %d: %s", odd.StatusCode, odd.body)
	}
}

// Who sends a body and stops half way does not hold a place for ever.
func TestBodiesMustArrive(t *testing.T) {
	s := newStack(t, func(c *gateway.Config) { c.Deadline = 50 * time.Millisecond })
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "POST /v1/careHomes HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || response.StatusCode != 400 || !strings.Contains(string(body), "BODY_NOT_READ") {
		t.Errorf("got %d: %s (%v)", response.StatusCode, body, err)
	}
}
