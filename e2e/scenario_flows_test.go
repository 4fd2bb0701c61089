package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/e2e/suite"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// tellsPlacements asks who places whom where: over time, as a table, and in the statement.
func tellsPlacements(t *testing.T, s *suite.Suite) {
	const path = "/v1/authorities/E06000016/placementFlows"
	flows := suite.Read(t, s, path+"?from=2023-12-01&to=2024-02-29&step=HISTORY_STEP_MONTH", &marketpositionv1.PlacementFlows{})
	if len(flows.GetPeriods()) != 3 || !flows.GetIllustrative() {
		t.Fatalf("%d periods", len(flows.GetPeriods()))
	}
	checkFigures(t, flows, flows.GetSources())
	for _, p := range flows.GetPeriods() {
		a := p.GetAuthority()
		if a.GetOwn().GetValue()+a.GetImported().GetValue()+a.GetUnknownOrigin().GetValue() != a.GetResidents().GetValue() {
			t.Errorf("%s: %v own, %v imported and %v of unknown origin are not %v", p.GetAsAt(), a.GetOwn().GetValue(), a.GetImported().GetValue(),
				a.GetUnknownOrigin().GetValue(), a.GetResidents().GetValue())
		}
		if len(a.GetDestinations()) == 0 || a.GetExported().GetRange().GetHigh()+a.GetExported().GetValue() == 0 {
			t.Errorf("%s: nobody of Leicester lives elsewhere", p.GetAsAt())
		}
	}
	if a := s.Get(t, path+"?format=csv"); a.Status != http.StatusOK || !strings.Contains(string(a.Body), "net_import") {
		t.Errorf("as a table: %d %s", a.Status, a.Body)
	}
	if fields := violations(t, s.Get(t, path+"?from=2024-01-01&to=2024-01-31&step=HISTORY_STEP_DAY")); !slices.Equal(fields, []string{"step"}) {
		t.Errorf("by day it names %v", fields)
	}
	stated := suite.Read(t, s, "/v1/authorities/E06000016/marketPosition?asAt=2024-01-31", &marketpositionv1.AuthorityMarketPosition{})
	if got := stated.GetTotal().GetCareHomes().GetPlacements(); got.GetImported().GetValue() != flows.GetPeriods()[1].GetAuthority().GetImported().GetValue() {
		t.Errorf("the statement says %v, the flows %v", got.GetImported(), flows.GetPeriods()[1].GetAuthority().GetImported())
	}
}

// followsWorkforce asks for the staff of a year and for what makes no sense.
func followsWorkforce(t *testing.T, s *suite.Suite) {
	const path = "/v1/authorities/" + gloucestershire + ":projectWorkforce"
	p := suite.Post(t, s, path, `{}`, &marketpositionv1.WorkforceProjection{})
	if p.GetMonths() != 12 || len(p.GetServices()) != 4 || len(p.GetTeams()) < 8 || len(p.GetAssumptions()) == 0 {
		t.Fatalf("%d months, %d services, %d teams, %d assumptions", p.GetMonths(), len(p.GetServices()), len(p.GetTeams()), len(p.GetAssumptions()))
	}
	checkFigures(t, p, p.GetSources())
	followed := 0
	for _, team := range p.GetTeams() {
		if len(team.GetMonths()) == 12 {
			followed++
		}
	}
	if followed < 5 {
		t.Errorf("%d teams are followed", followed)
	}
	paid := suite.Post(t, s, path, `{"levers":[{"title":"pay","payRisePercent":5}]}`, &marketpositionv1.WorkforceProjection{})
	for i, team := range p.GetTeams() {
		if more := paid.GetTeams()[i]; len(team.GetMonths()) > 0 && more.GetFilledAtEnd().GetValue() < team.GetFilledAtEnd().GetValue() {
			t.Errorf("%s %s: with more pay %v stay, without %v", team.GetService(), team.GetRole(), more.GetFilledAtEnd().GetValue(), team.GetFilledAtEnd().GetValue())
		}
	}
	if fields := violations(t, posted(t, s, path, `{"months":61,"levers":[{}]}`)); !slices.Equal(fields, []string{"months", "levers[0].what"}) {
		t.Errorf("nonsense names %v", fields)
	}
}
