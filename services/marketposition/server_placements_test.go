package marketposition

import (
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

// Six districts with 300 of their own residents, 40 of Leicester's and 400 of unknown origin
// each; 33 of the county's are in Rutland.
func TestPlacementFlowsPutImportsBesideExports(t *testing.T) {
	s := loaded(t)
	res, err := s.GetPlacementFlows(t.Context(), &marketpositionv1.GetPlacementFlowsRequest{Name: "authorities/E10000013/placementFlows"})
	if err != nil {
		t.Fatal(err)
	}
	flows := res.GetPlacementFlows()
	if n := len(flows.GetPeriods()); n != 1 {
		t.Fatalf("%d periods", n)
	}
	a := flows.GetPeriods()[0].GetAuthority()
	for what, test := range map[string][2]float64{
		"own": {fixture.Value(t, a.GetOwn()), 1800}, "imported": {fixture.Value(t, a.GetImported()), 240},
		"unknown origin": {fixture.Value(t, a.GetUnknownOrigin()), 2400}, "residents": {fixture.Value(t, a.GetResidents()), 4440},
		"exported": {fixture.Value(t, a.GetExported()), 33}, "net import": {fixture.Value(t, a.GetNetImport()), 207},
		"share": {fixture.Value(t, a.GetImportedShare()), 100 * 240.0 / 5100},
	} {
		if test[0] != test[1] {
			t.Errorf("%s is %v, want %v", what, test[0], test[1])
		}
	}
	if got := flows.GetPeriods()[0].GetDistricts(); len(got) != 6 || got[4].GetTitle() != "Stroud" {
		t.Errorf("districts: %v", got)
	}
	if a.GetDestinations()[0].GetTitle() != "Rutland" || a.GetOrigins()[0].GetTitle() != "Leicester" {
		t.Errorf("from %v, to %v", a.GetOrigins(), a.GetDestinations())
	}
	if !flows.GetIllustrative() || len(flows.GetSources()) != 1 {
		t.Errorf("sources %v, illustrative %v", flows.GetSources(), flows.GetIllustrative())
	}
}

func TestPlacementFlowsSayWhyTheyCannotAnswer(t *testing.T) {
	s := loaded(t)
	ask := &marketpositionv1.GetPlacementFlowsRequest{Name: "authorities/E10000013/placementFlows"}
	s.clients.CareHomes = nil
	if _, err := s.GetPlacementFlows(t.Context(), ask); errs.Code(err) != codes.Unavailable {
		t.Errorf("without care homes: %v", err)
	}
	ask.Name = "authorities/E10009999/placementFlows"
	if _, err := s.GetPlacementFlows(t.Context(), ask); errs.Code(err) != codes.NotFound {
		t.Errorf("of no authority: %v", err)
	}
}

// An authority's residents may be anywhere: a return in a district that is not its own makes
// its statement anew, and leaves that of a district.
func TestACommitAnywhereRenewsAnAuthoritysStatement(t *testing.T) {
	s := loaded(t)
	ask := &marketpositionv1.GetAuthorityMarketPositionRequest{Name: "authorities/E10000013/marketPosition"}
	read := func() int64 {
		t.Helper()
		if _, err := s.GetAuthorityMarketPosition(t.Context(), ask); err != nil {
			t.Fatal(err)
		}
		return s.careHomes.asked.Load()
	}
	before := read()
	if again := read(); again != before {
		t.Errorf("asked again at the same revision, the market was asked %d times, not %d", again, before)
	}
	s.careHomes.returnedIn(string(fixture.Rutland))
	if after := read(); after == before {
		t.Error("after a return in Rutland the statement was not composed anew")
	}
}
