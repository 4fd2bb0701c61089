package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"

	"github.com/caremarket/caremarket/e2e/suite"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// grpcNames are the gRPC services of the parts that have one.
func grpcNames() map[string]string {
	return map[string]string{
		suite.CareHomes:       "caremarket.carehomes.v1.CareHomesService",
		suite.HomeCare:        "caremarket.homecare.v1.HomeCareService",
		suite.HousingWithCare: "caremarket.housingwithcare.v1.HousingWithCareService",
		suite.Workforce:       "caremarket.workforce.v1.WorkforceService",
		suite.MarketPosition:  "caremarket.marketposition.v1.MarketPositionService",
	}
}

func answersGRPC(t *testing.T, s *suite.Suite) {
	for part, name := range grpcNames() {
		conn := s.Of(part).Dial(t)
		for _, asked := range []string{"", name} {
			health, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{Service: asked})
			if err != nil || health.GetStatus() != healthv1.HealthCheckResponse_SERVING {
				t.Errorf("health of %q at %s: %v, %v", asked, part, health, err)
			}
		}
		stream, err := reflectionv1.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		err = stream.Send(&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}})
		if err != nil {
			t.Fatal(err)
		}
		listed, err := stream.Recv()
		if err != nil || !slices.ContainsFunc(listed.GetListServicesResponse().GetService(),
			func(one *reflectionv1.ServiceResponse) bool { return one.GetName() == name }) {
			t.Errorf("reflection at %s does not list %s: %v, %v", part, name, listed, err)
		}
	}
	homes, err := carehomesv1.NewCareHomesServiceClient(s.Of(suite.CareHomes).Dial(t)).GetDistrictCapacity(t.Context(),
		&carehomesv1.GetDistrictCapacityRequest{Name: "districts/" + stroud + "/careHomeCapacity"})
	if err != nil || homes.GetCapacity().GetHomes().GetValue() == 0 {
		t.Errorf("capacity over gRPC: %v, %v", homes, err)
	}
	position, err := marketpositionv1.NewMarketPositionServiceClient(s.Of(suite.MarketPosition).Dial(t)).GetMarketPosition(t.Context(),
		&marketpositionv1.GetMarketPositionRequest{Name: "districts/" + stroud + "/marketPosition"})
	if err != nil || !position.GetMarketPosition().GetComplete() {
		t.Errorf("statement over gRPC: complete %t, %v", position.GetMarketPosition().GetComplete(), err)
	}
}

// A statement that nobody has kept is asked of every service under the caller's trace.
func keepsTrace(t *testing.T, s *suite.Suite) {
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	moment := url.QueryEscape(time.Now().UTC().Format(time.RFC3339Nano))
	a := s.Get(t, "/v1/districts/"+stroud+"/marketPosition?knownAt="+moment, "traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
	if a.Status != http.StatusOK || a.Header.Get("X-Request-Id") != trace {
		t.Errorf("status %d, X-Request-Id %q, want the trace id %s", a.Status, a.Header.Get("X-Request-Id"), trace)
	}
	for _, part := range append(suite.Markets(), suite.MarketPosition, suite.Gateway) {
		want := grpcNames()[part]
		eventually(t, part+" logs the trace", func() error {
			for _, line := range s.Of(part).Lines(t) {
				method, _ := line["method"].(string)
				if line["trace_id"] == trace && (part == suite.Gateway && line["route"] != nil || want != "" && strings.Contains(method, want)) {
					return nil
				}
			}
			return fmt.Errorf("no line has trace_id %s", trace)
		})
	}
}

func logsNothingPersonal(t *testing.T, s *suite.Suite) {
	const person, postcode, token = "Hortensia", "GL6+8RH", "secret-token-of-a-test"
	home := newHome(t, s, stroud, 10)
	for _, path := range []string{
		"/v1/districts:locate?postcode=" + postcode, "/v1/careHomes?title=" + person, "/v1/careHomes?nonsense=" + person, "/v1/nothing?q=" + person,
	} {
		s.Get(t, path, "Authorization", "Bearer "+token, "Cookie", "session="+token)
	}
	for _, body := range []string{`{"` + person + `":"` + person + `"}`, `{"beds":[{"bedType":"` + person + `"}]}`, `{"asAt":"` + person + `"}`} {
		if _, err := s.Ask(t.Context(), http.MethodPost, "/v1/"+home.GetName()+"/returns", body, "Authorization", "Bearer "+token); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range s.Processes() {
		logged := p.Logged(t)
		for _, private := range []string{person, "GL6", "8RH", token} {
			if at := bytes.Index(logged, []byte(private)); at >= 0 {
				t.Errorf("%s logs %q: …%s…", p.Name, private, logged[max(0, at-200):min(len(logged), at+100)])
			}
		}
		p.Lines(t) // all of it is JSON
	}
}

func measures(t *testing.T, s *suite.Suite) {
	store := []string{"rpc_server_", "caremarket_cache_hits", "caremarket_cache_misses", "sqldb_call_duration", "db_client_connection_count", "go_goroutines"}
	want := map[string][]string{suite.Gateway: {"http_server_request_duration", "rpc_client_", "caremarket_cache_hits", "process_resident_memory_bytes"}}
	for _, part := range append(suite.Markets(), suite.MarketPosition) {
		want[part] = store
	}
	for part, names := range want {
		text, err := admin(t.Context(), s.Of(part), "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if !strings.Contains(text, "\n"+name) {
				t.Errorf("%s has no metric %s", part, name)
			}
		}
	}
	for _, p := range s.Processes() {
		if out, err := suite.Run(t, "healthcheck", "--admin="+p.Admin); err != nil || !strings.Contains(out, "ready") {
			t.Errorf("healthcheck of %s: %q, %v", p.Name, out, err)
		}
	}
}

// admin asks a path of a process's own port.
func admin(ctx context.Context, p *suite.Process, path string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.Admin+path, http.NoBody)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return string(text), err
}
