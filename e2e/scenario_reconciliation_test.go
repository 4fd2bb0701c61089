package e2e_test

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/e2e/suite"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// contradictions are those of Gloucestershire's published figures, in order of name: all there are, and no false one.
var contradictions = []string{
	"4,058 (+84%) and 3,116 (+122%) imply +98.8%, not 97%",
	"4,058 (+84%) and 3,116 (+122%) imply +98.8%, not 80%",
	"said as 97% and as 80%, which no one value can be",
	"2,708 to 4,274 is +57.8%, not 59%",
	"said as 56% and as 6%, which no one value can be",
	"1.8% to 8.1% is 4.5 times, not nearly four times",
	"348 + 47 + 105 = 500, not 530",
}

func disagreeing(checks []*marketpositionv1.ClaimCheck) (says []string) {
	for _, c := range checks {
		switch c.GetVerdict() {
		case marketpositionv1.CheckVerdict_CHECK_VERDICT_CONTRADICTS, marketpositionv1.CheckVerdict_CHECK_VERDICT_DIFFERS:
			says = append(says, c.GetSays())
		default:
		}
	}
	return says
}

// reconcilesPublished checks the published figures by REST and by gRPC, in the statements, as a table and as a page.
func reconcilesPublished(t *testing.T, s *suite.Suite) {
	const name = "authorities/" + gloucestershire + "/reconciliation"
	rest := suite.Read(t, s, "/v1/"+name, &marketpositionv1.Reconciliation{})
	if found := disagreeing(rest.GetChecks()); !slices.Equal(found, contradictions) || rest.GetCounts().GetNotComparable() != 0 || !rest.GetIllustrative() {
		t.Errorf("%v: %s", rest.GetCounts(), strings.Join(found, "\n"))
	}
	checkFigures(t, rest, rest.GetSources())

	conn, err := grpc.NewClient(s.Of(suite.MarketPosition).GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	called, err := marketpositionv1.NewReconciliationServiceClient(conn).GetReconciliation(t.Context(),
		&marketpositionv1.GetReconciliationRequest{Name: name, KnownAt: rest.GetKnownAt()})
	if err != nil || !proto.Equal(called.GetReconciliation(), rest) {
		t.Errorf("gRPC answers otherwise than REST: %v", err)
	}

	for _, code := range []string{"E10000018", "E06000016", "E06000017"} {
		other := suite.Read(t, s, "/v1/authorities/"+code+"/reconciliation", &marketpositionv1.Reconciliation{})
		if found := disagreeing(other.GetChecks()); len(found) > 0 || other.GetCounts().GetMade() == 0 {
			t.Errorf("%s: of %v checks disagree %v", other.GetTitle(), other.GetCounts(), found)
		}
	}
	of := suite.Read(t, s, "/v1/authorities/"+gloucestershire+"/marketPosition", &marketpositionv1.AuthorityMarketPosition{}).GetTotal().GetReconciliation()
	alone := suite.Read(t, s, "/v1/districts/"+stroud+"/marketPosition", &marketpositionv1.MarketPosition{}).GetReconciliation()
	for _, section := range []*marketpositionv1.ReconciliationSection{of, alone} {
		if found := disagreeing(section.GetDisagreeing()); !slices.Equal(found, contradictions) || section.GetReconciliation() != name {
			t.Errorf("a statement of %v checks says %v", section.GetCounts(), found)
		}
	}
	if a := s.Get(t, "/v1/"+name+"?format=csv"); a.Status != http.StatusOK || strings.Count(string(a.Body), "glos-in-care-75-to-85") < 2 {
		t.Errorf("as a table: status %d", a.Status)
	}
	if a := s.Get(t, "/"+name); a.Status != http.StatusOK || !strings.Contains(string(a.Body), contradictions[4]) {
		t.Errorf("as a page: status %d", a.Status)
	}
	if a := s.Get(t, "/v1/authorities/E10009999/reconciliation"); a.Status != http.StatusNotFound {
		t.Errorf("of nobody: status %d", a.Status)
	}
	documentsReconciliation(t, s, rest)
}

// documentsReconciliation looks for every check that the page shows, and for what it says of each contradiction.
// Its checks are cut out of one long answer, so they are not marked as whole ones.
func documentsReconciliation(t *testing.T, s *suite.Suite, r *marketpositionv1.Reconciliation) {
	const page = "../docs/models/reconciliation.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	answer := s.Get(t, "/v1/"+r.GetName())
	var got any
	if err := readNumbers(string(answer.Body), &got); err != nil {
		t.Fatal(err)
	}
	whole, _ := got.(map[string]any)
	checks, _ := whole["checks"].([]any)
	shown := regexp.MustCompile("(?s)```text\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(shown) != 3 {
		t.Fatalf("%s shows %d checks", page, len(shown))
	}
	for _, one := range shown {
		var named struct{ Name string }
		var want any
		if err := json.Unmarshal([]byte(one[1]), &named); err != nil {
			t.Fatal(err)
		}
		if err := readNumbers(one[1], &want); err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(r.GetChecks(), func(c *marketpositionv1.ClaimCheck) bool { return c.GetName() == named.Name })
		if at < 0 || at >= len(checks) {
			t.Errorf("%s: there is no %s", page, named.Name)
			continue
		}
		for _, difference := range shows(named.Name, want, checks[at]) {
			t.Errorf("%s: %s", page, difference)
		}
	}
	for _, says := range contradictions {
		if !strings.Contains(string(text), "| "+says+" |") {
			t.Errorf("%s does not say: %s", page, says)
		}
	}
}
