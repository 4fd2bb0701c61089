package e2e_test

import (
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/e2e/suite"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// tellsNeedAhead asks for the need of years to come: by REST, with rates of its own, as a
// table, and beyond what anybody projects.
func tellsNeedAhead(t *testing.T, s *suite.Suite) {
	n := suite.Read(t, s, "/v1/districts/"+stroud+"/need?year=2035", &marketpositionv1.NeedAssessment{})
	if n.GetYear() != 2035 || n.GetLastYear() != 2037 || len(n.GetProjectionEditions()) != 1 || n.GetIllustrative() {
		t.Errorf("need of %d, up to %d, by %v", n.GetYear(), n.GetLastYear(), n.GetProjectionEditions())
	}
	checkFigures(t, n, n.GetSources())
	clients := map[marketpositionv1.ClientGroup]bool{}
	for _, one := range n.GetTotal().GetSettings() {
		clients[one.GetClientGroup()] = true
	}
	if len(clients) != 4 {
		t.Errorf("need is told of %d client groups", len(clients))
	}
	of := suite.Read(t, s, "/v1/authorities/"+gloucestershire+"/need?year=2035", &marketpositionv1.NeedAssessment{})
	if len(of.GetDistricts()) != len(gloucestershireDistricts()) {
		t.Errorf("the authority's need is of %d districts", len(of.GetDistricts()))
	}
	for _, d := range of.GetDistricts() {
		if d.GetArea() == "districts/"+stroud && d.GetSettings()[0].GetNeed().GetValue() != n.GetTotal().GetSettings()[0].GetNeed().GetValue() {
			t.Error("Stroud needs one thing alone and another among the districts")
		}
	}
	if a := s.Get(t, "/v1/districts/"+stroud+"/need?year=2050"); a.Status != http.StatusBadRequest || !strings.Contains(string(a.Body), "2014 to 2037") {
		t.Errorf("2050: %d %s", a.Status, a.Body)
	}
	if a := s.Get(t, "/v1/districts/"+stroud+"/need?year=2035&format=csv"); a.Status != http.StatusOK || strings.Count(string(a.Body), "\n") < 30 {
		t.Errorf("as a table: %d %s", a.Status, a.Body)
	}
	own := suite.Post(t, s, "/v1/districts/"+stroud+":assessNeed", `{"year": 2035, "rates": [{"needRate": "needRates/home-care-gloucestershire", "central": 74.5}]}`, &marketpositionv1.NeedAssessment{})
	if once, twice := n.GetTotal().GetSettings()[0].GetNeed().GetValue(), own.GetTotal().GetSettings()[0].GetNeed().GetValue(); math.Abs(twice-2*once) > 1e-6 {
		t.Errorf("at twice the rate %v people need home care, at once %v", twice, once)
	}
}

// settlesMarkets asks how the markets act on each other, of a district and of an authority,
// from live data and with numbers that can be checked by hand.
func settlesMarkets(t *testing.T, s *suite.Suite) {
	live := suite.Post(t, s, "/v1/authorities/"+gloucestershire+":assessInteraction", `{}`, &marketpositionv1.InteractionAssessment{})
	if !live.GetComplete() || !live.GetIllustrative() || len(live.GetDistricts()) != len(gloucestershireDistricts()) || len(live.GetAssumptions()) != 15 {
		t.Errorf("complete %t, illustrative %t, %d districts, %d assumptions", live.GetComplete(), live.GetIllustrative(), len(live.GetDistricts()), len(live.GetAssumptions()))
	}
	checkFigures(t, live, live.GetSources())
	if !strings.Contains(live.GetHistory().GetPlain(), "95% interval") {
		t.Errorf("history: %s", live.GetHistory().GetPlain())
	}
	known := 0
	for _, d := range live.GetDistricts() {
		if _, valued := d.GetUnmet().GetState().(*commonv1.Figure_Value); !valued {
			continue
		}
		known++
		sum := d.GetUnmet().GetValue()
		for _, one := range d.GetSettings() {
			sum += one.GetPlaced().GetValue()
		}
		if math.Abs(sum-d.GetNeed().GetValue()) > 1e-6 {
			t.Errorf("%s: %v end somewhere, of %v", d.GetTitle(), sum, d.GetNeed().GetValue())
		}
	}
	if known < 3 {
		t.Errorf("only %d districts' markets could be settled", known)
	}
	given := suite.Post(t, s, "/v1/districts/"+stroud+":assessInteraction", `{
		"need": {"low": 1000, "central": 1000, "high": 1000},
		"shares": [{"setting": "home_care", "share": 0.6}, {"setting": "residential", "share": 0.4}],
		"capacities": [
			{"setting": "home_care", "people": {"low": 500, "central": 500, "high": 500}},
			{"setting": "extra_care", "people": {}},
			{"setting": "residential", "people": {"low": 450, "central": 450, "high": 450}},
			{"setting": "nursing", "people": {}}
		],
		"overflow": [
			{"from": "home_care", "to": "extra_care"}, {"from": "home_care", "to": "nursing"},
			{"from": "home_care", "to": "residential", "low": 0.4, "central": 0.4, "high": 0.4}
		]
	}`, &marketpositionv1.InteractionAssessment{}).GetDistricts()[0]
	// Of 600 who want home care 500 have it; two in five of the other 100 go into a home.
	if given.GetUnmet().GetValue() != 60 || given.GetAvoidable().GetValue() != 40 || given.GetInCareHomes().GetValue() != 440 {
		t.Errorf("worked by hand: %s", given.GetPlain())
	}
}

// tellsWhatComes checks that a statement carries both.
func tellsWhatComes(t *testing.T, s *suite.Suite) {
	p := suite.Read(t, s, "/v1/districts/"+stroud+"/marketPosition", &marketpositionv1.MarketPosition{})
	if len(p.GetNeedsAhead()) == 0 || p.GetNeedsAhead()[0].GetYear() <= 2026 || p.GetInteraction().GetPlain() == "" {
		t.Errorf("the statement tells of %d needs ahead and %q", len(p.GetNeedsAhead()), p.GetInteraction().GetPlain())
	}
	page := string(s.Get(t, "/districts/"+stroud).Body)
	for _, want := range []string{`id="needs-ahead"`, `id="interaction"`, "Who ends where"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
}
