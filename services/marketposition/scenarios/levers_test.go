package scenarios_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/answered"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
	"github.com/caremarket/caremarket/services/marketposition/scenarios"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

func runOf(t testing.TB, in statement.Inputs, d *marketpositionv1.ScenarioDefinition) *marketpositionv1.ScenarioResults {
	t.Helper()
	plan, err := scenarios.Prepare(in, d, nil, &errs.Collector{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := plan.Run(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// refused is what is wrong with a definition, by field.
func refused(t testing.TB, in statement.Inputs, d *marketpositionv1.ScenarioDefinition) map[string]string {
	t.Helper()
	_, err := scenarios.Prepare(in, d, nil, &errs.Collector{})
	faults := map[string]string{}
	for _, v := range errs.Violations(err) {
		faults[v.Field] = v.Description
	}
	return faults
}

// pulling is a definition of one lever from 2026 on.
func pulling(l *marketpositionv1.ScenarioLever) *marketpositionv1.ScenarioDefinition {
	l.Title, l.FromYear = "lever", 2026
	return &marketpositionv1.ScenarioDefinition{Draws: 60, LastYear: 2028, ReportYears: []int32{2028}, Levers: []*marketpositionv1.ScenarioLever{l}}
}

func noStaff(t testing.TB) statement.Inputs {
	t.Helper()
	in := answered.Of(t)
	in.Answers.Workforce = statement.Answer[*workforcev1.WorkforceCapacity]{State: statement.Unavailable("it is away")}
	return in
}

func difference(t testing.TB, r *marketpositionv1.ScenarioResults, counts marketpositionv1.ScenarioMeasure, s marketpositionv1.Setting) float64 {
	t.Helper()
	return fixture.Value(t, of(t, r, stroud, 2028, counts, s).GetDifference())
}

const (
	homeCare    = marketpositionv1.Setting_SETTING_HOME_CARE
	extraCare   = marketpositionv1.Setting_SETTING_EXTRA_CARE
	residential = marketpositionv1.Setting_SETTING_RESIDENTIAL

	need     = marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_NEED
	capacity = marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_CAPACITY
	filled   = marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_POSTS_FILLED
)

// What each lever does to what it acts on, and to nothing it does not.
func TestEachLeverMovesItsOwn(t *testing.T) {
	for name, test := range map[string]struct {
		lever   *marketpositionv1.ScenarioLever
		counts  marketpositionv1.ScenarioMeasure
		setting marketpositionv1.Setting
		sign    float64
	}{
		"more turnover": {&marketpositionv1.ScenarioLever{Setting: homeCare, Change: &marketpositionv1.ScenarioLever_TimesTurnover{TimesTurnover: exactly(2)}}, filled, homeCare, -1},
		"less turnover": {&marketpositionv1.ScenarioLever{Setting: homeCare, Change: &marketpositionv1.ScenarioLever_TimesTurnover{TimesTurnover: exactly(0)}}, filled, homeCare, 1},
		"starters":      {&marketpositionv1.ScenarioLever{Setting: homeCare, Change: &marketpositionv1.ScenarioLever_AddStarters{AddStarters: exactly(5)}}, filled, homeCare, 1},
		"more need":     {&marketpositionv1.ScenarioLever{Setting: residential, Change: &marketpositionv1.ScenarioLever_TimesNeed{TimesNeed: exactly(1.5)}}, need, residential, 1},
		"less need":     {&marketpositionv1.ScenarioLever{Setting: residential, Change: &marketpositionv1.ScenarioLever_TimesNeed{TimesNeed: exactly(0.5)}}, need, residential, -1},
		"homes":         {&marketpositionv1.ScenarioLever{Change: &marketpositionv1.ScenarioLever_AddExtraCareHomes{AddExtraCareHomes: exactly(50)}}, capacity, extraCare, 1},
		"homes closed":  {&marketpositionv1.ScenarioLever{Change: &marketpositionv1.ScenarioLever_AddExtraCareHomes{AddExtraCareHomes: exactly(-50)}}, capacity, extraCare, -1},
		"beds closed":   {&marketpositionv1.ScenarioLever{Setting: residential, Change: &marketpositionv1.ScenarioLever_AddBeds{AddBeds: exactly(-100)}}, capacity, residential, -1},
	} {
		r := runOf(t, answered.Of(t), pulling(test.lever))
		if got := difference(t, r, test.counts, test.setting); got*test.sign <= 0 {
			t.Errorf("%s: %v of %v differs by %v", name, test.counts, test.setting, got)
		}
		for _, s := range []marketpositionv1.Setting{homeCare, extraCare, residential, marketpositionv1.Setting_SETTING_NURSING} {
			if s == test.setting || test.counts == filled && s == extraCare { // Whose staff are not known.
				continue
			}
			if got := difference(t, r, test.counts, s); got != 0 {
				t.Errorf("%s: %v of %v differs by %v as well", name, test.counts, s, got)
			}
		}
	}
}

// Homes are people by what one is assumed to hold; without a staff limit all of them count.
func TestExtraCareHomesAreConverted(t *testing.T) {
	high := 20.0
	lever := &marketpositionv1.ScenarioLever{District: stroud, Change: &marketpositionv1.ScenarioLever_AddExtraCareHomes{
		AddExtraCareHomes: &marketpositionv1.Amount{Central: 10, High: &high},
	}}
	r := runOf(t, answered.Of(t), pulling(lever))
	c := r.GetConversions()[0]
	each := c.GetPeoplePerUnit()
	if got, want := fixture.Value(t, c.GetPeople()), 10*fixture.Value(t, each); got != want {
		t.Errorf("10 homes are %v people, want %v", got, want)
	}
	if got, want := c.GetPeople().GetRange().GetHigh(), 20*each.GetRange().GetHigh(); got != want {
		t.Errorf("20 homes are at most %v people, want %v", got, want)
	}
	if c.GetPosts().GetNotEnoughData().GetWhy() == "" || c.GetAmount().GetUnit() != commonv1.Unit_UNIT_HOUSING_UNITS {
		t.Errorf("%v", c)
	}
	if got := difference(t, r, capacity, extraCare); got < 10*each.GetRange().GetLow() || got > 20*each.GetRange().GetHigh() {
		t.Errorf("extra care serves %v more", got)
	}
}

// Where nobody says what staff there are, no lever can act on them and hours are room.
func TestLeversWithoutStaff(t *testing.T) {
	in := noStaff(t)
	for name, lever := range map[string]*marketpositionv1.ScenarioLever{
		"posts":    {Setting: homeCare, Change: &marketpositionv1.ScenarioLever_AddPosts{AddPosts: exactly(1)}},
		"starters": {Setting: homeCare, Change: &marketpositionv1.ScenarioLever_AddStarters{AddStarters: exactly(1)}},
		"turnover": {Setting: homeCare, Change: &marketpositionv1.ScenarioLever_TimesTurnover{TimesTurnover: exactly(1)}},
	} {
		if got := refused(t, in, pulling(lever)); !strings.Contains(got["definition.levers[0].setting"], "the staff of home care are not known") {
			t.Errorf("%s: %v", name, got)
		}
	}
	r := runOf(t, in, pulling(&marketpositionv1.ScenarioLever{District: stroud, Change: &marketpositionv1.ScenarioLever_AddHomeCareHours{AddHomeCareHours: exactly(120)}}))
	// 120 hours of 12 to a person are 10 people, and no post stands in their way.
	if got := difference(t, r, capacity, homeCare); math.Abs(got-10) > 0.001 {
		t.Errorf("120 hours serve %v people more", got)
	}
	f := of(t, r, stroud, 2028, filled, homeCare)
	for _, one := range []*commonv1.Figure{f.GetWithout(), f.GetWith(), f.GetDifference()} {
		if one.GetNotEnoughData().GetWhy() == "" {
			t.Errorf("posts filled: %v", one)
		}
	}
	notes := 0
	for _, n := range r.GetDataNotes() {
		if n.GetCode() == "STAFF_UNKNOWN" {
			notes++
		}
	}
	if notes != 4 {
		t.Errorf("%d settings are said to be without staff", notes)
	}
	for _, d := range r.GetAreas()[0].GetDrivers() {
		if d.GetCounts() == filled {
			t.Errorf("what drives posts that are not known is told: %v", d)
		}
	}
}

func TestLeversThatCannotBe(t *testing.T) {
	low, high := 3.0, 2.0
	hidden := answered.Of(t)
	b := fixture.BasisOf(fixture.Provided, 1, 1)
	hidden.Answers.HomeCare.Each[4].People = b.Hidden(commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER, commonv1.Unit_UNIT_PEOPLE)
	unserved := answered.Of(t)
	unserved.Answers.HomeCare.Each[4].Hours.Delivered = b.Of(0, commonv1.Unit_UNIT_HOURS_PER_WEEK)
	for name, test := range map[string]struct {
		in         statement.Inputs
		lever      *marketpositionv1.ScenarioLever
		field, why string
	}{
		"in a district left out": {
			hidden, &marketpositionv1.ScenarioLever{District: stroud, Setting: residential, Change: &marketpositionv1.ScenarioLever_AddBeds{AddBeds: exactly(1)}},
			"definition.levers[0].district", stroud + " cannot be reckoned with: figures of it are hidden",
		},
		"hours that serve nobody": {
			unserved, &marketpositionv1.ScenarioLever{District: stroud, Change: &marketpositionv1.ScenarioLever_AddHomeCareHours{AddHomeCareHours: exactly(1)}},
			"definition.levers[0].add_home_care_hours", "cannot be turned into people served in Stroud: there is nothing to divide by",
		},
		"high below central": {
			answered.Of(t), &marketpositionv1.ScenarioLever{Setting: residential, Change: &marketpositionv1.ScenarioLever_TimesNeed{TimesNeed: &marketpositionv1.Amount{Central: 2.5, High: &high}}},
			"definition.levers[0].times_need", "low, central and high must be in that order: not 2.5, 2.5, 2",
		},
		"low above central": {
			answered.Of(t), &marketpositionv1.ScenarioLever{Setting: residential, Change: &marketpositionv1.ScenarioLever_TimesNeed{TimesNeed: &marketpositionv1.Amount{Central: 2.5, Low: &low}}},
			"definition.levers[0].times_need", "low, central and high must be in that order: not 3, 2.5, 2.5",
		},
		"hours taken away": {
			answered.Of(t), &marketpositionv1.ScenarioLever{Change: &marketpositionv1.ScenarioLever_AddHomeCareHours{AddHomeCareHours: exactly(-1)}},
			"definition.levers[0].add_home_care_hours", "must not be below 0, as -1 is",
		},
		"beds of extra care": {
			answered.Of(t), &marketpositionv1.ScenarioLever{Setting: extraCare, Change: &marketpositionv1.ScenarioLever_AddBeds{AddBeds: exactly(1)}},
			"definition.levers[0].setting", "must be residential or nursing",
		},
	} {
		if diff := cmp.Diff(map[string]string{test.field: test.why}, refused(t, test.in, pulling(test.lever))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestNoDistrictNoScenario(t *testing.T) {
	in := answered.Of(t)
	in.Answers.HomeCare.State, in.Answers.HomeCare.Total = statement.Unavailable("it is away"), nil
	_, err := scenarios.Prepare(in, &marketpositionv1.ScenarioDefinition{}, nil, &errs.Collector{})
	if errs.Reason(err) != "NOT_ENOUGH_DATA" {
		t.Errorf("%v", err)
	}
	if got := refused(t, answered.Of(t), &marketpositionv1.ScenarioDefinition{FirstYear: 2090}); got["definition.first_year"] == "" || len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// The authority is its districts: need in every world is the sum of theirs, draw by draw, and so
// where nothing is in doubt the figures add up.
func TestDistrictsAddUpToTheAuthority(t *testing.T) {
	in := answered.Of(t)
	for _, rate := range in.Known.NeedRates {
		rate.Low, rate.High = rate.GetCentral(), rate.GetCentral()
	}
	d := &marketpositionv1.ScenarioDefinition{Draws: 20, ReportYears: []int32{2026, 2036}, Overrides: []*marketpositionv1.AssumptionOverride{
		{Assumption: "assumptions/extra-care-people-with-care-per-home", Central: 0.5},
	}}
	r := runOf(t, in, d)
	for _, year := range []int32{2026, 2036} {
		for _, s := range []marketpositionv1.Setting{homeCare, extraCare, residential, marketpositionv1.Setting_SETTING_NURSING} {
			sum := 0.0
			for _, a := range r.GetAreas()[:6] {
				sum += fixture.Value(t, of(t, r, a.GetArea(), year, need, s).GetWithout())
			}
			// Each figure is rounded to a thousandth.
			if got := fixture.Value(t, of(t, r, "authorities/E10000013", year, need, s).GetWithout()); math.Abs(got-sum) > 0.004 {
				t.Errorf("%v in %d: the authority needs %v, its districts %v", s, year, got, sum)
			}
		}
	}
}

// Every figure lies between its ends, whatever is pulled and however hard, and more of a thing
// never leaves more people without a place.
func TestMoreNeverLeavesMoreWithoutAPlace(t *testing.T) {
	in := answered.Of(t)
	rapid.Check(t, func(rt *rapid.T) {
		amount := exactly(float64(rapid.IntRange(0, 400).Draw(rt, "amount")))
		lever := rapid.SampledFrom([]*marketpositionv1.ScenarioLever{
			{Setting: residential, Change: &marketpositionv1.ScenarioLever_AddBeds{AddBeds: amount}},
			{Change: &marketpositionv1.ScenarioLever_AddExtraCareHomes{AddExtraCareHomes: amount}},
			{Change: &marketpositionv1.ScenarioLever_AddHomeCareHours{AddHomeCareHours: amount}},
			{Setting: homeCare, Change: &marketpositionv1.ScenarioLever_AddStarters{AddStarters: amount}},
		}).Draw(rt, "lever")
		d := pulling(lever)
		d.Draws = 10
		plan, err := scenarios.Prepare(in, d, nil, &errs.Collector{})
		if err != nil {
			rt.Fatal(err)
		}
		r, err := plan.Run(t.Context(), 1)
		if err != nil {
			rt.Fatal(err)
		}
		figure.Each(r, func(path string, f *commonv1.Figure) {
			v, ok := figure.Value(f)
			if ends := f.GetRange(); ok && ends != nil && (v < ends.GetLow() || v > ends.GetHigh()) {
				rt.Fatalf("%s: %v", path, f)
			}
		})
		unmet := of(t, r, "authorities/E10000013", 2028, marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_UNMET, 0).GetDifference()
		if unmet.GetRange().GetHigh() > 0 {
			rt.Fatalf("%v more leave %v more without a place", lever, unmet)
		}
	})
}

func TestTheShareOfDrawsReadsWell(t *testing.T) {
	_, r := run(t, &marketpositionv1.ScenarioDefinition{Draws: 20, Within: 0.55, ReportYears: []int32{2026}}, 1)
	if got := r.GetAreas()[0].GetYears()[0].GetFigures()[0].GetWith().GetRange().GetMeaning(); got != "55% of 20 draws" {
		t.Errorf("%q", got)
	}
}

// Whatever the levers of two scenarios, a comparison says what else lies between them.
func TestWhatIsNotLikeWithLikeIsSaid(t *testing.T) {
	entry := func(id string, change func(*marketpositionv1.Scenario)) scenarios.Entry {
		s := &marketpositionv1.Scenario{
			Definition: &marketpositionv1.ScenarioDefinition{AsAt: "2026-10-31", FirstYear: 2026, Draws: 20, Seed: 1, Within: 0.9},
			Results:    &marketpositionv1.ScenarioResults{Revisions: []*marketpositionv1.ServiceRevision{{Service: "carehomes", Revision: 7}}},
		}
		if change != nil {
			change(s)
		}
		return scenarios.Entry{ID: id, Scenario: s}
	}
	for name, test := range map[string]struct {
		change func(*marketpositionv1.Scenario)
		want   []string
	}{
		"nothing":      {nil, nil},
		"another day":  {func(s *marketpositionv1.Scenario) { s.Definition.AsAt = "2026-10-30" }, []string{"OTHER_DAY"}},
		"a later year": {func(s *marketpositionv1.Scenario) { s.Definition.FirstYear = 2027 }, []string{"OTHER_FIRST_YEAR"}},
		"another override": {func(s *marketpositionv1.Scenario) {
			s.Definition.Overrides = []*marketpositionv1.AssumptionOverride{{Assumption: "a", Central: 1}}
		}, []string{"OTHER_ASSUMPTIONS"}},
		"another district": {func(s *marketpositionv1.Scenario) {
			s.Definition.Districts = append(s.Definition.Districts, nil)
		}, []string{"OTHER_ASSUMPTIONS"}},
		"another share": {func(s *marketpositionv1.Scenario) { s.Definition.Within = 0.8 }, []string{"OTHER_DRAWS"}},
		"another seed":  {func(s *marketpositionv1.Scenario) { s.Definition.Seed = 2 }, []string{"OTHER_DRAWS"}},
		"more draws":    {func(s *marketpositionv1.Scenario) { s.Definition.Draws = 30 }, []string{"OTHER_DRAWS"}},
	} {
		var got []string
		for _, n := range scenarios.Compare("authorities/E10000013", []scenarios.Entry{entry("first", nil), entry("second", test.change)}).GetDataNotes() {
			got = append(got, n.GetCode())
			if !strings.HasPrefix(n.GetText(), "first and second differ in ") {
				t.Errorf("%s: %q", name, n.GetText())
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	known := func(second int64, revision int64) func(*marketpositionv1.Scenario) {
		return func(s *marketpositionv1.Scenario) {
			s.Definition.KnownAt = &timestamppb.Timestamp{Seconds: second}
			s.Results.Revisions[0].Revision = revision
		}
	}
	for _, test := range []struct {
		second, revision int64
		notes            int
	}{{1, 8, 0}, {2, 7, 0}, {2, 8, 1}} {
		got := scenarios.Compare("authorities/E10000013", []scenarios.Entry{entry("first", known(1, 7)), entry("second", known(test.second, test.revision))}).GetDataNotes()
		if len(got) != test.notes {
			t.Errorf("%v: %v", test, got)
		}
	}
}

// The draws of a figure that only one of two scenarios knows are set against nothing.
func TestWhatOnlyOneOfTwoKnowsIsNotSubtracted(t *testing.T) {
	d := &marketpositionv1.ScenarioDefinition{Draws: 10, ReportYears: []int32{2026}}
	entries := []scenarios.Entry{
		{ID: "known", Scenario: &marketpositionv1.Scenario{Definition: d, Results: runOf(t, answered.Of(t), d)}},
		{ID: "unknown", Scenario: &marketpositionv1.Scenario{Definition: d, Results: runOf(t, noStaff(t), d)}},
	}
	found := false
	for _, f := range scenarios.Compare("authorities/E10000013", entries).GetFigures() {
		if f.GetCounts() == filled && f.GetSetting() == homeCare {
			found = true
			if why := f.GetScenarios()[1].GetAgainstFirst().GetNotEnoughData().GetWhy(); why != "one of the two is not known" {
				t.Errorf("%v", f)
			}
		}
	}
	areas := scenarios.Compare("authorities/E10000013", entries).GetFigures()
	if last := areas[len(areas)-1].GetArea(); !found || last != "authorities/E10000013" || !slices.IsSortedFunc(areas[:len(areas)-19], func(a, b *marketpositionv1.ComparedFigure) int {
		return strings.Compare(a.GetArea(), b.GetArea())
	}) {
		t.Errorf("found %v, the last is %s", found, last)
	}
}
