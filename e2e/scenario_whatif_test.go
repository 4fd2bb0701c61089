package e2e_test

import (
	"fmt"
	"math"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/e2e/suite"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

const scenariosOf = "/v1/authorities/" + gloucestershire + "/scenarios"

// hours asks for so many hours of home care in Stroud, under an id and a request.
func hours(id, request string, n int) string {
	return fmt.Sprintf(`{"scenarioId": %q, "requestId": %q, "title": "Hours", "definition": {"draws": 50, "levers": [
		{"title": "Hours", "district": "districts/%s", "fromYear": 2028, "addHomeCareHours": {"central": %d}}]}}`, id, request, stroud, n)
}

// asksWhatIf makes scenarios, finds them again, compares and archives them.
func asksWhatIf(t *testing.T, s *suite.Suite) {
	const request = "5d3c1b6e-7c1f-4d0e-9b7a-1f2e3d4c5b6a"
	made := suite.Post(t, s, scenariosOf, hours("e2e-some", request, 500), &marketpositionv1.Scenario{})
	if again := suite.Post(t, s, scenariosOf, hours("e2e-some", request, 500), &marketpositionv1.Scenario{}); !proto.Equal(made, again) {
		t.Error("a repeated request is not answered as the first time")
	}
	if read := suite.Read(t, s, scenariosOf+"/e2e-some", &marketpositionv1.Scenario{}); !proto.Equal(made, read) {
		t.Error("what is kept is not what was answered")
	}
	checkFigures(t, made.GetResults(), made.GetResults().GetSources())
	if !made.GetResults().GetIllustrative() {
		t.Error("it rests on the illustrative county and does not say so")
	}
	suite.Post(t, s, scenariosOf, hours("e2e-more", "", 2000), &marketpositionv1.Scenario{})
	c := suite.Read(t, s, scenariosOf+":compare?scenario=e2e-some&scenario=e2e-more", &marketpositionv1.ScenarioComparison{})
	last := c.GetFigures()[len(c.GetFigures())-1]
	if len(c.GetDataNotes()) != 0 || last.GetArea() != "authorities/"+gloucestershire || len(last.GetScenarios()) != 2 {
		t.Errorf("notes %v, last figure %v", c.GetDataNotes(), last)
	}
	for _, f := range c.GetFigures() {
		unmet := f.GetCounts() == marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_UNMET
		if more := f.GetScenarios()[1].GetAgainstFirst(); unmet && more.GetValue() > 0 {
			t.Errorf("%s in %d: more hours leave %v more without a place", f.GetArea(), f.GetYear(), more.GetValue())
		}
	}
	if a := s.Get(t, scenariosOf+":compare?scenario=e2e-some&scenario=e2e-more&format=csv"); a.Status != http.StatusOK || !strings.Contains(string(a.Body), "against_first") {
		t.Errorf("as a table: %d", a.Status)
	}
	suite.Post(t, s, scenariosOf+"/e2e-more:archive", `{}`, &marketpositionv1.Scenario{})
	if list := s.Get(t, scenariosOf); strings.Contains(string(list.Body), "e2e-more") || !strings.Contains(string(list.Body), "e2e-some") {
		t.Errorf("listed: %s", list.Body)
	}
	refusesScenarios(t, s)
}

// refusesScenarios asks for what cannot be, and for what is taken.
func refusesScenarios(t *testing.T, s *suite.Suite) {
	bad := strings.Replace(hours("e2e-bad", "", -1), `"fromYear": 2028`, `"fromYear": 2002`, 1)
	for name, want := range map[string]struct {
		body   string
		status int
		says   []string
	}{
		"bad levers": {bad, http.StatusBadRequest, []string{"definition.levers[0].from_year", "definition.levers[0].add_home_care_hours"}},
		"taken":      {hours("e2e-some", "", 1), http.StatusConflict, []string{"SCENARIO_ALREADY_EXISTS"}},
	} {
		a, err := s.Ask(t.Context(), http.MethodPost, scenariosOf, want.body)
		if err != nil {
			t.Fatal(err)
		}
		for _, says := range want.says {
			if a.Status != want.status || !strings.Contains(string(a.Body), says) {
				t.Errorf("%s: %d without %q: %s", name, a.Status, says, a.Body)
			}
		}
	}
}

// appraisesHomes ranks new homes, by REST and as a table.
func appraisesHomes(t *testing.T, s *suite.Suite) {
	const path = "/v1/authorities/" + gloucestershire + ":appraiseCareHomeOptions"
	a := suite.Post(t, s, path, `{"draws": 100, "sizes": [{"beds": 40}, {"beds": 64, "nursingShare": 0.5}]}`, &marketpositionv1.CareHomeAppraisal{})
	districts := len(gloucestershireDistricts()) - len(a.GetLeftOut())
	if len(a.GetCandidates()) != 3*districts*2 || a.GetFirmness() == "" || !a.GetIllustrative() {
		t.Errorf("%d candidates in %d districts, %q", len(a.GetCandidates()), districts, a.GetFirmness())
	}
	checkFigures(t, a, a.GetSources())
	table, err := s.Ask(t.Context(), http.MethodPost, path, `{"draws": 20}`, "Accept", "text/csv")
	if err != nil || !strings.Contains(string(table.Body), "break_even_occupancy") {
		t.Errorf("as a table: %v, %.200s", err, table.Body)
	}
	none, err := s.Ask(t.Context(), http.MethodPost, path, `{"options": ["by-robots"]}`)
	if err != nil || none.Status != http.StatusBadRequest || !strings.Contains(string(none.Body), "options[0]") {
		t.Errorf("a way that nobody knows: %v, %d %s", err, none.Status, none.Body)
	}
}

// tabled is a row of the worked example of scenarios: year, figure, without, with, difference.
var tabled = regexp.MustCompile(`(?m)^\| (20\d\d) \| ([a-z ]+) \| ([\d.-]+) \| ([\d.-]+) \| ([\d.-]+) \|$`)

// staysInTable compares the table of the worked example with the scenario that its request
// has made.
func staysInTable(t *testing.T, s *suite.Suite) {
	text, err := os.ReadFile("../docs/models/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := tabled.FindAllStringSubmatch(string(text), -1)
	if len(rows) < 5 {
		t.Fatalf("%d rows", len(rows))
	}
	results := suite.Read(t, s, scenariosOf+"/a-thousand-hours", &marketpositionv1.Scenario{}).GetResults()
	for _, row := range rows {
		f := tabledFigure(results, row[1], row[2])
		for i, got := range []*commonv1.Figure{f.GetWithout(), f.GetWith(), f.GetDifference()} {
			want, err := strconv.ParseFloat(row[3+i], 64)
			if err != nil || math.Abs(got.GetValue()-want) > 0.0005 {
				t.Errorf("%s: %v is shown as %v, %v", row[0], got.GetValue(), want, err)
			}
		}
	}
}

func tabledFigure(r *marketpositionv1.ScenarioResults, year, words string) *marketpositionv1.ScenarioFigure {
	of := map[string]marketpositionv1.ScenarioMeasure{
		"posts filled in home care": marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_POSTS_FILLED,
		"capacity of home care":     marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_CAPACITY,
		"unmet need":                marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_UNMET,
	}[words]
	for _, area := range r.GetAreas() {
		for _, y := range area.GetYears() {
			for _, f := range y.GetFigures() {
				home := f.GetSetting() == marketpositionv1.Setting_SETTING_HOME_CARE || f.GetSetting() == 0
				if area.GetArea() == "districts/"+stroud && fmt.Sprint(y.GetYear()) == year && f.GetCounts() == of && home {
					return f
				}
			}
		}
	}
	return nil
}
