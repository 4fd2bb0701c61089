package marketposition

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/storetest"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// A change of what is kept begins here: every behaviour is a case, and every case runs
// against both engines.
var conformance = map[string]func(t *testing.T, s *suite){
	"facts are read as they were loaded":       factsAreRead,
	"facts loaded again change nothing":        factsLoadedAgain,
	"a moment keeps its facts":                 momentKeepsFacts,
	"a commit touches the districts concerned": commitTouches,
	"faulty facts are all named, none is kept": faultyFacts,
	"a known source keeps its text":            sourceKeepsText,
	"actions are created and changed":          actionsChange,
	"lists go on where they ended":             listsGoOn,
	"boundaries replace those before":          boundariesReplace,
}

func TestConformance(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		for name, test := range conformance {
			t.Run(name, func(t *testing.T) { test(t, start(t, url)) })
		}
	})
}

func load(t *testing.T, s *suite, f *marketpositionv1.Facts) intake.Report {
	t.Helper()
	report, err := s.Load(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// knownAtMoment reads what concerns a district as known at a moment; 0 for now.
func knownAtMoment(t *testing.T, s *suite, at int64, district string) (k facts.Known) {
	t.Helper()
	err := s.ledger.Read(t.Context(), at, func(v *ledger.View) (err error) {
		k, err = facts.Read(t.Context(), v, district)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func factsAreRead(t *testing.T, s *suite) {
	f := fixture.Facts(t)
	if report := load(t, s, f); report.Created != len(facts.Of(f)) || report.Updated+report.Unchanged != 0 || report.Revision != 1 {
		t.Errorf("%+v", report)
	}
	got := knownAtMoment(t, s, 0, string(fixture.Stroud))
	want := fixture.KnownOf(t, f, fixture.Stroud)
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("(-loaded +read)\n%s", diff)
	}
	sources, err := s.sources(t.Context())
	if err != nil || len(sources) != len(f.GetSources()) {
		t.Errorf("%d sources of %d, %v", len(sources), len(f.GetSources()), err)
	}
}

func factsLoadedAgain(t *testing.T, s *suite) {
	f := fixture.Facts(t)
	load(t, s, f)
	if report := load(t, s, f); report.Unchanged != len(facts.Of(f)) || report.Created+report.Updated != 0 || report.Revision != 1 {
		t.Errorf("%+v", report)
	}
}

func momentKeepsFacts(t *testing.T, s *suite) {
	f := fixture.Facts(t)
	load(t, s, f)
	before := s.now().UnixMicro()
	first := knownAtMoment(t, s, before, string(fixture.Stroud))
	changed := proto.CloneOf(f)
	changed.Actions[0].Title, changed.PublishedFigures[0].Note = "Another", "Another"
	if report := load(t, s, changed); report.Updated != 2 || report.Revision != 2 {
		t.Errorf("%+v", report)
	}
	if diff := cmp.Diff(first, knownAtMoment(t, s, before, string(fixture.Stroud)), protocmp.Transform()); diff != "" {
		t.Errorf("what was known has changed: %s", diff)
	}
	if now := knownAtMoment(t, s, 0, string(fixture.Stroud)); now.Revision != 2 || cmp.Equal(first, now, protocmp.Transform()) {
		t.Errorf("what is known has not changed: revision %d", now.Revision)
	}
}

func commitTouches(t *testing.T, s *suite) {
	load(t, s, fixture.Facts(t))
	one := &marketpositionv1.Facts{Actions: []*marketpositionv1.Action{action("only-stroud", "E07000082", "E07000083")}}
	load(t, s, one)
	for code, want := range map[string]int64{"E07000082": 2, "E07000083": 2, "E07000078": 1, "E06000016": 1} {
		if got := s.tracker.District(code); got != want {
			t.Errorf("%s stands at %d, want %d", code, got, want)
		}
	}
	// An action that leaves a district touches it too, and a county's touches all of its own.
	moved := &marketpositionv1.Facts{Actions: []*marketpositionv1.Action{action("only-stroud", "E10000013")}}
	load(t, s, moved)
	if got := s.tracker.District("E07000078"); got != 3 {
		t.Errorf("Cheltenham stands at %d, want 3", got)
	}
	// A former district's facts count in the one that replaced it.
	load(t, s, &marketpositionv1.Facts{Actions: []*marketpositionv1.Action{action("old", "E07009982")}})
	if got := s.tracker.District("E07000082"); got != 4 {
		t.Errorf("Stroud stands at %d, want 4", got)
	}
}

func action(id string, areas ...string) *marketpositionv1.Action {
	return &marketpositionv1.Action{
		Name: "actions/" + id, Areas: areas, Market: marketpositionv1.Market_MARKET_ALL, Title: "Do " + id,
		Owner: "The council", DueBy: "2025-03-31", Status: marketpositionv1.ActionStatus_ACTION_STATUS_ANNOUNCED, SourceId: "gcc-mps-2024",
	}
}

func faultyFacts(t *testing.T, s *suite) {
	f := fixture.Facts(t)
	f.Sources[0].Kind = 0
	f.Populations[0].AsAt = "census day"
	f.Populations[1].Counts[1].FromAge = 3
	f.Populations[2].District = "E07009999"
	f.Projections[0].Groups[0].Years[0].Year = 2999
	f.NeedRates[0].Central = 5000
	f.NeedRates[1].SourceIds = []string{"hearsay"}
	f.DementiaRates[0].Low = 0.9
	f.SignalRules[0].Direction = 0
	f.Intentions[0].Areas = nil
	f.Actions[0].Title = ""
	f.Actions[1].DueBy = "2025-02-30"
	f.Actions[2].Name = f.Actions[3].GetName()
	f.Plans[0].Name = "plans"
	_, err := s.Load(t.Context(), f)
	found := map[string]bool{}
	for _, v := range errs.Violations(err) {
		found[v.Field] = true
	}
	for _, field := range []string{
		"sources[0].kind", "populations[0].as_at", "populations[1].counts", "populations[2]", "projections[0].groups",
		"need_rates[0].central", "need_rates[1]", "dementia_rates[0].central", "signal_rules[0].direction", "intentions[0]",
		"actions[0].title", "actions[1].due_by", "actions[3]", "plans[0].name",
	} {
		if !found[field] {
			t.Errorf("%s is not named among the faults", field)
		}
		delete(found, field)
	}
	if len(found) > 0 {
		t.Errorf("more is named than is wrong: %v", found)
	}
	if k := knownAtMoment(t, s, 0, string(fixture.Stroud)); k.Revision != 0 {
		t.Errorf("something was kept: revision %d", k.Revision)
	}
}

func sourceKeepsText(t *testing.T, s *suite) {
	f := fixture.Facts(t)
	load(t, s, f)
	other := proto.CloneOf(f)
	for _, source := range other.Sources {
		source.Note = "worded otherwise"
	}
	if report := load(t, s, other); report.Updated+report.Created != 0 {
		t.Errorf("%+v", report)
	}
	sources, err := s.sources(t.Context())
	if err != nil || sources["gcc-mps-2024"].GetNote() == "worded otherwise" {
		t.Errorf("%v, %v", sources["gcc-mps-2024"], err)
	}
}

func actionsChange(t *testing.T, s *suite) {
	load(t, s, fixture.Facts(t))
	ctx := t.Context()
	given := action("", "E07000082")
	given.Name, given.Title, given.Revision, given.Overdue = "", "Open a *new* care home, Stroud", 99, "never"
	created, err := s.CreateAction(ctx, &marketpositionv1.CreateActionRequest{Action: given})
	if err != nil {
		t.Fatal(err)
	}
	if a := created.GetAction(); a.GetName() != "actions/open-a-new-care-home-stroud" || a.GetRevision() != 2 || !strings.HasPrefix(a.GetOverdue(), "due by 2025-03-31, ") {
		t.Errorf("created %v", a)
	}
	for name, test := range map[string]struct {
		req  *marketpositionv1.CreateActionRequest
		want string
	}{
		"the same again":   {&marketpositionv1.CreateActionRequest{Action: given}, "ACTION_ALREADY_EXISTS"},
		"no such source":   {&marketpositionv1.CreateActionRequest{Action: spoilt(given, func(a *marketpositionv1.Action) { a.SourceId = "hearsay" }), ActionId: "x1"}, errs.ReasonInvalid},
		"no such place":    {&marketpositionv1.CreateActionRequest{Action: spoilt(given, func(a *marketpositionv1.Action) { a.Areas = []string{"E07009999"} }), ActionId: "x2"}, errs.ReasonInvalid},
		"a title of signs": {&marketpositionv1.CreateActionRequest{Action: spoilt(given, func(a *marketpositionv1.Action) { a.Title = "?!" })}, errs.ReasonInvalid},
	} {
		if _, err := s.CreateAction(ctx, test.req); errs.Reason(err) != test.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	change := func(a *marketpositionv1.Action, mask ...string) (*marketpositionv1.Action, error) {
		req := &marketpositionv1.UpdateActionRequest{Action: a}
		if len(mask) > 0 {
			req.UpdateMask = fixture.MaskOf(mask...)
		}
		res, err := s.UpdateAction(ctx, req)
		return res.GetAction(), err
	}
	done, err := change(&marketpositionv1.Action{Name: created.GetAction().GetName(), Status: marketpositionv1.ActionStatus_ACTION_STATUS_DONE}, "status", "partners")
	if err != nil {
		t.Fatal(err)
	}
	if done.GetStatus() != marketpositionv1.ActionStatus_ACTION_STATUS_DONE || done.GetOverdue() != "" || done.GetTitle() != given.GetTitle() || done.GetRevision() != 3 {
		t.Errorf("changed to %v", done)
	}
	for name, test := range map[string]struct {
		action *marketpositionv1.Action
		mask   []string
		want   string
	}{
		"unknown":           {&marketpositionv1.Action{Name: "actions/unknown", Title: "x"}, nil, "ACTION_NOT_FOUND"},
		"not an action":     {&marketpositionv1.Action{Name: "plans/glos-mps"}, nil, errs.ReasonInvalid},
		"no such field":     {&marketpositionv1.Action{Name: done.GetName()}, []string{"colour"}, errs.ReasonInvalid},
		"made senseless":    {&marketpositionv1.Action{Name: done.GetName()}, []string{"owner"}, errs.ReasonInvalid},
		"of no place known": {&marketpositionv1.Action{Name: done.GetName(), Areas: []string{"E07009999"}}, []string{"areas"}, errs.ReasonInvalid},
	} {
		if _, err := change(test.action, test.mask...); errs.Reason(err) != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
}

func spoilt(a *marketpositionv1.Action, spoil func(*marketpositionv1.Action)) *marketpositionv1.Action {
	own := proto.CloneOf(a)
	spoil(own)
	return own
}

func listsGoOn(t *testing.T, s *suite) {
	f := fixture.Facts(t)
	load(t, s, f)
	ctx := t.Context()
	var names []string
	req := &marketpositionv1.ListActionsRequest{PageSize: 3, Area: "E07000082"}
	for {
		res, err := s.ListActions(ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(res.GetActions()); got > 3 || got == 0 || len(res.GetSources()) == 0 {
			t.Fatalf("a page of %d with %d sources", got, len(res.GetSources()))
		}
		for _, a := range res.GetActions() {
			names = append(names, a.GetName())
		}
		if req.PageToken = res.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
	}
	var want []string
	for _, a := range knownAtMoment(t, s, 0, string(fixture.Stroud)).Actions {
		want = append(want, a.GetName())
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("Stroud's actions: %s", diff)
	}
	count := func(m marketpositionv1.Market, area string) (n int) {
		res, err := s.ListIntentions(ctx, &marketpositionv1.ListIntentionsRequest{Market: m, Area: area, PageSize: 1000})
		if err != nil {
			t.Fatal(err)
		}
		return len(res.GetIntentions())
	}
	if all, england := count(0, ""), count(0, "E92000001"); all != len(f.GetIntentions()) || england != all {
		t.Errorf("%d intentions, %d in England, want %d", all, england, len(f.GetIntentions()))
	}
	if carers, unitary := count(marketpositionv1.Market_MARKET_UNPAID_CARERS, ""), count(0, "E06000016"); carers >= len(f.GetIntentions()) || unitary == 0 || unitary >= len(f.GetIntentions()) {
		t.Errorf("%d intentions for carers, %d of Leicester", carers, unitary)
	}
	figures, err := s.ListPublishedFigures(ctx, &marketpositionv1.ListPublishedFiguresRequest{PageSize: 1000})
	if err != nil || len(figures.GetPublishedFigures()) != len(f.GetPublishedFigures()) {
		t.Errorf("%d published figures, %v", len(figures.GetPublishedFigures()), err)
	}
	asked, err := s.ListEngagements(ctx, &marketpositionv1.ListEngagementsRequest{})
	if err != nil || len(asked.GetEngagements()) != len(f.GetEngagements()) {
		t.Errorf("%d engagements, %v", len(asked.GetEngagements()), err)
	}
	if _, err := s.ListActions(ctx, &marketpositionv1.ListActionsRequest{Area: "E07009999"}); errs.Reason(err) != "AREA_NOT_FOUND" {
		t.Errorf("an unknown area: %v", err)
	}
	if _, err := s.ListActions(ctx, &marketpositionv1.ListActionsRequest{PageToken: "nonsense"}); errs.Reason(err) != errs.ReasonInvalid {
		t.Errorf("a false token: %v", err)
	}
}

// square is the outline of a district, half a degree wide, north-east of a corner.
func square(code string, longitude, latitude float64) string {
	const side = 0.5
	return fmt.Sprintf(`{"type":"Feature","properties":{"code":%q},"geometry":{"type":"Polygon","coordinates":[[[%g,%g],[%g,%g],[%g,%g],[%g,%g],[%g,%g]]]}}`,
		code, longitude, latitude, longitude+side, latitude, longitude+side, latitude+side, longitude, latitude+side, longitude, latitude)
}

func outlines(features ...string) intake.Source {
	return intake.FromBytes("districts.geojson", []byte(`{"type":"FeatureCollection","features":[`+strings.Join(features, ",")+`]}`))
}

func boundariesReplace(t *testing.T, s *suite) {
	ctx := t.Context()
	at := func(latitude, longitude float64, postcode string) (string, string) {
		t.Helper()
		res, err := s.LocateDistrict(ctx, &marketpositionv1.LocateDistrictRequest{Latitude: &latitude, Longitude: &longitude, Postcode: postcode})
		if err != nil {
			return errs.Reason(err), ""
		}
		return res.GetDistrict(), strings.TrimPrefix(res.GetPlacement().GetMethod().String(), "PLACEMENT_METHOD_")
	}
	if d, how := at(51.7, -2.2, "GL5 1AA"); d != "districts/E07000082" || how != "OUTWARD_CODE" {
		t.Errorf("by postcode: %s by %s", d, how)
	}
	if d, _ := at(51.7, -2.2, ""); d != "UNPLACEABLE" {
		t.Errorf("without boundaries and postcode: %s", d)
	}
	importing := func(source intake.Source, o intake.Options) intake.Report {
		t.Helper()
		report, err := s.ImportBoundaries(ctx, source, o)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	told := int64(0)
	first := outlines(square("E07000083", -2.5, 51.5), square("W06000001", -3.5, 51.5))
	report := importing(first, intake.Options{Progress: func(done, _ int64) { told = done }})
	if report.Created != 1 || report.Skipped != 1 || len(report.Notes) != 1 || told != first.Size {
		t.Errorf("%+v after %d bytes", report, told)
	}
	if d, how := at(51.7, -2.2, ""); d != "districts/E07000083" || how != "BOUNDARY" {
		t.Errorf("by boundary: %s by %s", d, how)
	}
	if again := importing(first, intake.Options{}); again.Unchanged != 1 || again.Created != 0 {
		t.Errorf("imported again: %+v", again)
	}
	importing(outlines(square("E07000082", -2.5, 51.5)), intake.Options{})
	if d, _ := at(51.7, -2.2, ""); d != "districts/E07000082" {
		t.Errorf("the boundaries before still stand: %s", d)
	}
	if _, err := s.ImportBoundaries(ctx, intake.FromBytes("x.geojson", []byte("{")), intake.Options{}); err == nil {
		t.Error("half a file was taken")
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.ImportBoundaries(ended, first, intake.Options{}); err == nil {
		t.Error("an ended context was not honoured")
	}
	// A process that starts later reads what was kept.
	later := &Server{ledger: s.ledger, atlas: s.atlas}
	if locator, err := later.Locator(ctx); err != nil || locator == nil {
		t.Errorf("%v", err)
	}
}
