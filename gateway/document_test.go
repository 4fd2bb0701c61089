package gateway_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

func TestDocumentIsTheSameInBothFormats(t *testing.T) {
	s := newStack(t)
	var fromJSON, fromYAML map[string]any
	if err := json.Unmarshal([]byte(s.get(t, "/openapi.json").body), &fromJSON); err != nil {
		t.Fatal(err)
	}
	answer := s.get(t, "/openapi.yaml")
	if err := yaml.Unmarshal([]byte(answer.body), &fromYAML); err != nil || answer.Header.Get("Content-Type") != "application/yaml" {
		t.Fatalf("type %s: %v", answer.Header.Get("Content-Type"), err)
	}
	asJSON, err := json.Marshal(fromYAML)
	if err != nil {
		t.Fatal(err)
	}
	var again map[string]any
	if err := json.Unmarshal(asJSON, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fromJSON, again); diff != "" {
		t.Error(diff)
	}
	if version, _ := fromJSON["openapi"].(string); !strings.HasPrefix(version, "3.") {
		t.Errorf("openapi is %q", version)
	}
}

// document is as much of OpenAPI as the tests look at.
type document struct {
	Paths map[string]map[string]struct {
		Parameters []struct{ Name, In string }
		Responses  map[string]struct{ Content map[string]any }
	}
}

func documentOf(t *testing.T, s *stack) document {
	t.Helper()
	var d document
	if err := json.Unmarshal([]byte(s.get(t, "/openapi.json").body), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDocumentTellsWhatTheGatewayAdds(t *testing.T) {
	d := documentOf(t, newStack(t))
	has := func(path, method, in, name string) bool {
		for _, p := range d.Paths[path][method].Parameters {
			if p.In == in && p.Name == name {
				return true
			}
		}
		return false
	}
	const capacity, returns, watch = "/v1/districts/{district}/careHomeCapacity", "/v1/careHomes/{careHome}/returns", "/v1/districts/{district}/careHomeCapacity:watch"
	if !has(capacity, "get", "query", "format") || !has(capacity, "get", "header", "If-None-Match") {
		t.Errorf("a read has the parameters %v", d.Paths[capacity]["get"].Parameters)
	}
	read := d.Paths[capacity]["get"].Responses
	if _, csv := read["200"].Content["text/csv"]; !csv || len(read["200"].Content) != 2 {
		t.Errorf("a read answers %v", read)
	}
	if _, ok := read["304"]; !ok {
		t.Errorf("a read answers %v", read)
	}
	if !has(returns, "post", "header", "Idempotency-Key") || has(returns, "post", "query", "format") {
		t.Errorf("a write has the parameters %v", d.Paths[returns]["post"].Parameters)
	}
	if has(watch, "get", "query", "format") {
		t.Error("a watch has formats")
	}
}

func TestDocumentTellsOfLimits(t *testing.T) {
	s := newStack(t)
	var d map[string]any
	if err := json.Unmarshal([]byte(s.get(t, "/openapi.json").body), &d); err != nil {
		t.Fatal(err)
	}
	at := func(path ...string) any {
		var here any = d
		for _, step := range path {
			object, _ := here.(map[string]any)
			here = object[step]
		}
		return here
	}
	schema := func(message, field string) map[string]any {
		found, _ := at("components", "schemas", message, "properties", field).(map[string]any)
		return found
	}
	zone := schema("caremarket.homecare.v1.Zone", "name")
	if zone["pattern"] != "^zones/[a-z0-9][a-z0-9-]{1,59}$" {
		t.Errorf("a zone's name is %v", zone)
	}
	if share := schema("caremarket.homecare.v1.DistrictShare", "share"); share["minimum"] != 0.0 || share["exclusiveMinimum"] != true || share["maximum"] != 1.0 {
		t.Errorf("a share is %v", share)
	}
	if shares := schema("caremarket.homecare.v1.Zone", "shares"); shares["minItems"] != 1.0 || shares["maxItems"] != 50.0 {
		t.Errorf("shares are %v", shares)
	}
	if title := schema("caremarket.homecare.v1.Zone", "title"); title["minLength"] != 1.0 || title["maxLength"] != 200.0 {
		t.Errorf("a title is %v", title)
	}
	parameters, _ := at("paths", "/v1/housingSchemes:voids", "get", "parameters").([]any)
	limits := map[string]map[string]any{}
	for _, one := range parameters {
		p := one.(map[string]any)
		limits[p["name"].(string)], _ = p["schema"].(map[string]any)
	}
	// What may be left out may be empty, or 0.
	if got := limits["district"]["pattern"]; got != `^$|^E\d{8}$` {
		t.Errorf("a district is %v", got)
	}
	if got := limits["latitude"]; got["maximum"] != 61.0 || got["minimum"] != nil {
		t.Errorf("a latitude is %v", got)
	}
	line := at("paths", "/v1/districts/{district}/careHomeCapacity:watch", "get", "responses", "200", "content", "application/json", "schema", "properties")
	if of, _ := line.(map[string]any); of["result"] == nil || of["error"] == nil {
		t.Errorf("a line of a watch has %v", line)
	}
}

// Every path of the document is answered by a route, and not as one that there is not.
func TestDocumentedPathsAreServed(t *testing.T) {
	s := newStack(t)
	variable := regexp.MustCompile(`\{[^}]*\}`)
	paths := documentOf(t, s).Paths
	if len(paths) < 40 {
		t.Errorf("only %d paths are documented", len(paths))
	}
	for path, operations := range paths {
		for method := range operations {
			got := s.ask(t, strings.ToUpper(method), variable.ReplaceAllString(path, "1-1"), "")
			if got.StatusCode == 404 || got.StatusCode == 405 {
				t.Errorf("%s %s: %d %s", method, path, got.StatusCode, got.body)
			}
		}
	}
}

func TestDocsLoadNothingFromElsewhere(t *testing.T) {
	s := newStack(t)
	page := s.get(t, "/docs")
	if page.StatusCode != 200 || strings.Contains(page.body, "//") && strings.Contains(page.body, "http") {
		t.Errorf("got %d: %s", page.StatusCode, page.body)
	}
	policy := page.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'; script-src 'self';") {
		t.Errorf("policy %s", policy)
	}
	for _, match := range regexp.MustCompile(`(?:href|src)="([^"]+)"`).FindAllStringSubmatch(page.body, -1) {
		if got := s.get(t, match[1]); got.StatusCode != 200 || got.body == "" {
			t.Errorf("%s: %d", match[1], got.StatusCode)
		}
	}
}

func TestDocsStandAtOneAddress(t *testing.T) {
	s := newStack(t)
	for _, method := range []string{"GET", "HEAD"} {
		got := s.ask(t, method, "/docs/", "")
		if got.StatusCode != 200 || got.Request.URL.Path != "/docs" {
			t.Errorf("%s /docs/ leads to %s: %d", method, got.Request.URL.Path, got.StatusCode)
		}
	}
	if got := s.ask(t, "POST", "/docs/", ""); got.StatusCode != 405 {
		t.Errorf("a POST: %d", got.StatusCode)
	}
	if got := s.get(t, "/docs/nothing"); got.StatusCode != 404 {
		t.Errorf("what is not there: %d", got.StatusCode)
	}
}

func TestWhatIsNoTableHasNoCSV(t *testing.T) {
	tests := []struct {
		query, accept string
		httpStatus    int
	}{
		{"", "text/csv", 406},
		{"", "text/csv;q=0.5, application/json;q=0", 406},
		{"?format=csv", "", 406},
		{"?format=CSV", "text/html", 406},
		{"", "", 200},
		{"", "text/csv, */*;q=0.1", 200},
		{"", "text/html,application/xhtml+xml,*/*;q=0.8", 200},
		{"", "text/csv;q=0", 200},
		{"?format=json", "text/csv", 200},
	}
	s := newStack(t)
	s.positions.authorities = func(*marketpositionv1.ListAuthoritiesRequest) (*marketpositionv1.ListAuthoritiesResponse, error) {
		return &marketpositionv1.ListAuthoritiesResponse{}, nil
	}
	for _, path := range []string{"/", "/docs", "/openapi.json", "/openapi.yaml"} {
		for _, test := range tests {
			got := s.get(t, path+test.query, "Accept: "+test.accept)
			if got.StatusCode != test.httpStatus {
				t.Errorf("%s%s, Accept %q: got %d, want %d", path, test.query, test.accept, got.StatusCode, test.httpStatus)
			}
			if got.StatusCode == 406 && got.refusal(t).reason() != "NOT_A_TABLE" {
				t.Errorf("%s%s: got %s", path, test.query, got.body)
			}
		}
	}
}
