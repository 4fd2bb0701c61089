package marketposition

import (
	"context"
	"errors"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/storetest"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/answered"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

// assuming is a server that knows the assumptions of the seeds.
func assuming(t *testing.T, url string) *suite {
	t.Helper()
	s := start(t, url)
	load(t, s, answered.Facts(t))
	return s
}

func beds(id, request string) *marketpositionv1.CreateScenarioRequest {
	return &marketpositionv1.CreateScenarioRequest{
		Parent: "authorities/E10000013", ScenarioId: id, RequestId: request, Title: "Forty beds in Stroud",
		Definition: &marketpositionv1.ScenarioDefinition{
			AsAt: fixture.Today.String(), Draws: 20, Levers: []*marketpositionv1.ScenarioLever{{
				Title: "Beds", District: "districts/E07000082", Setting: marketpositionv1.Setting_SETTING_NURSING, FromYear: 2028,
				Change: &marketpositionv1.ScenarioLever_AddBeds{AddBeds: &marketpositionv1.Amount{Central: 40}},
			}},
		},
	}
}

const once = "6f2b7f3e-4a1e-4b65-9f6e-000000000001"

func create(t *testing.T, s *suite, req *marketpositionv1.CreateScenarioRequest) *marketpositionv1.Scenario {
	t.Helper()
	res, err := s.CreateScenario(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return res.GetScenario()
}

func TestScenarioIsKeptAndFound(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		s := assuming(t, url)
		made := create(t, s, beds("", once))
		if made.GetName() != "authorities/E10000013/scenarios/forty-beds-in-stroud" || len(made.GetResults().GetAreas()) != 7 {
			t.Fatalf("%s with %d areas", made.GetName(), len(made.GetResults().GetAreas()))
		}
		if again := create(t, s, beds("", once)); !proto.Equal(made, again) {
			t.Error("a repeated request is not answered as the first time")
		}
		got, err := s.GetScenario(t.Context(), &marketpositionv1.GetScenarioRequest{Name: made.GetName()})
		if err != nil || !proto.Equal(made, got.GetScenario()) {
			t.Errorf("read otherwise than made, %v", err)
		}
		listed, err := s.ListScenarios(t.Context(), &marketpositionv1.ListScenariosRequest{Parent: "authorities/E10000013"})
		if err != nil || len(listed.GetScenarios()) != 1 || listed.GetScenarios()[0].GetResults() != nil {
			t.Errorf("%v, %v", listed, err)
		}
	})
}

func TestScenarioIsReproducible(t *testing.T) {
	s := assuming(t, storetest.SQLite(t))
	made := create(t, s, beds("first", ""))
	s.careHomes.returned() // The market moves on.
	again := beds("again", "")
	again.Definition = proto.CloneOf(made.GetDefinition())
	if diff := string(fixture.Encoded(t, made.GetResults())) != string(fixture.Encoded(t, create(t, s, again).GetResults())); diff {
		t.Error("its own definition does not give its results again")
	}
	compared, err := s.CompareScenarios(t.Context(), &marketpositionv1.CompareScenariosRequest{Parent: "authorities/E10000013", Scenario: []string{"first", "again"}})
	if err != nil || len(compared.GetComparison().GetDataNotes()) != 0 {
		t.Errorf("%v, %v", compared.GetComparison().GetDataNotes(), err)
	}
	for _, f := range compared.GetComparison().GetFigures() {
		if f.GetScenarios()[1].GetAgainstFirst().GetValue() != 0 {
			t.Errorf("%v", f)
		}
	}
}

func TestScenariosRaiseNoRevision(t *testing.T) {
	s := assuming(t, storetest.SQLite(t))
	before := s.tracker.District(string(fixture.Stroud))
	create(t, s, beds("", ""))
	if after := s.tracker.District(string(fixture.Stroud)); after != before {
		t.Errorf("Stroud went from %d to %d", before, after)
	}
}

func TestScenariosThatAreNotKept(t *testing.T) {
	s := assuming(t, storetest.SQLite(t))
	create(t, s, beds("", once))
	needing := beds("needing", "")
	needing.Definition.Districts = []*marketpositionv1.DistrictMarket{{District: "districts/E07000082", Shares: []*marketpositionv1.DesiredShare{{Setting: 1, Share: 1}}}}
	for name, test := range map[string]struct {
		req    *marketpositionv1.CreateScenarioRequest
		reason string
	}{
		"the id is taken":               {beds("", ""), "SCENARIO_ALREADY_EXISTS"},
		"the request was another's":     {beds("other", once), errs.ReasonInvalid},
		"no id comes of the title":      {&marketpositionv1.CreateScenarioRequest{Parent: "authorities/E10000013", Title: "??"}, errs.ReasonInvalid},
		"an authority that is not":      {&marketpositionv1.CreateScenarioRequest{Parent: "authorities/E10000099", Title: "ab"}, "AUTHORITY_NOT_FOUND"},
		"need cannot be put in a place": {needing, errs.ReasonInvalid},
	} {
		if _, err := s.CreateScenario(t.Context(), test.req); errs.Reason(err) != test.reason {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.careHomes.fail(errAway)
	if _, err := s.CreateScenario(t.Context(), beds("later", "")); errs.Reason(err) != "MARKET_AWAY" {
		t.Errorf("a market is away: %v", err)
	}
	if _, err := s.GetScenario(t.Context(), &marketpositionv1.GetScenarioRequest{Name: "authorities/E10000013/scenarios/later"}); errs.Code(err) != codes.NotFound {
		t.Errorf("%v", err)
	}
}

func TestScenariosArchivedAndPaged(t *testing.T) {
	s := assuming(t, storetest.SQLite(t))
	for _, id := range []string{"aa", "bb", "cc"} {
		create(t, s, beds(id, ""))
	}
	archived, err := s.ArchiveScenario(t.Context(), &marketpositionv1.ArchiveScenarioRequest{Name: "authorities/E10000013/scenarios/bb"})
	if err != nil || archived.GetScenario().GetArchivedAt() == nil {
		t.Fatalf("%v, %v", archived, err)
	}
	var names []string
	req := &marketpositionv1.ListScenariosRequest{Parent: "authorities/E10000013", PageSize: 1}
	for {
		page, err := s.ListScenarios(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range page.GetScenarios() {
			names = append(names, one.GetName()[len("authorities/E10000013/scenarios/"):])
		}
		if req.PageToken = page.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
	}
	if len(names) != 2 || names[0] != "aa" || names[1] != "cc" {
		t.Errorf("%v", names)
	}
}

func TestLongRunsAreBounded(t *testing.T) {
	r := newRuns()
	if _, err := r.take(t.Context(), runBytes+1, "draws"); len(errs.Violations(err)) != 1 || errs.Violations(err)[0].Field != "draws" {
		t.Errorf("too large for ever: %v", err)
	}
	release, err := r.take(t.Context(), runBytes, "draws")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.take(ctx, 1, "draws"); !errors.Is(err, context.Canceled) {
		t.Errorf("its caller left: %v", err)
	}
	release()
	if release, err = r.take(t.Context(), runBytes, "draws"); err != nil {
		t.Errorf("room was not given back: %v", err)
	} else {
		release()
	}
}

func TestNewHomesAreAppraised(t *testing.T) {
	s := assuming(t, storetest.SQLite(t))
	res, err := s.AppraiseCareHomeOptions(t.Context(), &marketpositionv1.AppraiseCareHomeOptionsRequest{Name: "authorities/E10000013", AsAt: fixture.Today.String(), Draws: 20})
	if err != nil || len(res.GetAppraisal().GetCandidates()) != 18 {
		t.Fatalf("%d candidates, %v", len(res.GetAppraisal().GetCandidates()), err)
	}
}
