package scenarios_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/answered"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
	"github.com/caremarket/caremarket/services/marketposition/scenarios"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

const stroud = "districts/E07000082"

func exactly(value float64) *marketpositionv1.Amount { return &marketpositionv1.Amount{Central: value} }

// staffedBeds are forty beds in Stroud with posts and people to fill them.
func staffedBeds() *marketpositionv1.ScenarioDefinition {
	const nursing = marketpositionv1.Setting_SETTING_NURSING
	return &marketpositionv1.ScenarioDefinition{Draws: 100, Levers: []*marketpositionv1.ScenarioLever{
		{Title: "Beds", District: stroud, Setting: nursing, FromYear: 2028, Change: &marketpositionv1.ScenarioLever_AddBeds{AddBeds: exactly(40)}},
		{Title: "Posts", District: stroud, Setting: nursing, FromYear: 2028, Change: &marketpositionv1.ScenarioLever_AddPosts{AddPosts: exactly(60)}},
		{Title: "Starters", District: stroud, Setting: nursing, FromYear: 2028, Change: &marketpositionv1.ScenarioLever_AddStarters{AddStarters: exactly(10)}},
		{Title: "Hours", District: stroud, FromYear: 2027, Change: &marketpositionv1.ScenarioLever_AddHomeCareHours{AddHomeCareHours: exactly(120)}},
	}}
}

func prepare(t testing.TB, d *marketpositionv1.ScenarioDefinition) (*scenarios.Plan, error) {
	t.Helper()
	return scenarios.Prepare(answered.Of(t), d, nil, &errs.Collector{})
}

func run(t testing.TB, d *marketpositionv1.ScenarioDefinition, workers int) (*scenarios.Plan, *marketpositionv1.ScenarioResults) {
	t.Helper()
	plan, err := prepare(t, d)
	if err != nil {
		t.Fatal(err)
	}
	results, err := plan.Run(t.Context(), workers)
	if err != nil {
		t.Fatal(err)
	}
	return plan, results
}

// of finds a figure of an area's year.
func of(t testing.TB, r *marketpositionv1.ScenarioResults, area string, year int32, counts marketpositionv1.ScenarioMeasure, s marketpositionv1.Setting) *marketpositionv1.ScenarioFigure {
	t.Helper()
	for _, a := range r.GetAreas() {
		for _, y := range a.GetYears() {
			for _, f := range y.GetFigures() {
				if a.GetArea() == area && y.GetYear() == year && f.GetCounts() == counts && f.GetSetting() == s {
					return f
				}
			}
		}
	}
	t.Fatalf("%s in %d has no %v of %v", area, year, counts, s)
	return nil
}

func TestTheSameAskedAgainHasTheSameBytes(t *testing.T) {
	plan, first := run(t, staffedBeds(), 1)
	_, others := run(t, staffedBeds(), 3)
	_, filledIn := run(t, plan.Definition, 2)
	encode := func(r *marketpositionv1.ScenarioResults) []byte { return fixture.Encoded(t, r) }
	if !slices.Equal(encode(first), encode(others)) {
		t.Error("the number of workers changes the answer")
	}
	if !slices.Equal(encode(first), encode(filledIn)) {
		t.Error("a definition with its defaults filled in has another answer")
	}
	seeded := staffedBeds()
	seeded.Seed = 7
	if _, other := run(t, seeded, 1); slices.Equal(encode(first), encode(other)) {
		t.Error("another seed draws the same")
	}
}

func TestDefaultsAreFilledIn(t *testing.T) {
	plan, _ := run(t, &marketpositionv1.ScenarioDefinition{Draws: 20}, 1)
	want := &marketpositionv1.ScenarioDefinition{
		AsAt: fixture.Today.String(), FirstYear: 2026, LastYear: 2036, ReportYears: []int32{2026, 2031, 2036}, Draws: 20, Seed: 1, Within: 0.9,
	}
	got := proto.CloneOf(plan.Definition)
	got.KnownAt = nil
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
}

// In each district of the fixture home care serves 500 people in 6,000 hours, with 600 to
// spare: 550 people, by 250 posts. 120 hours are 10 people, and 10 / 2.2 posts.
func TestUnitsAreConvertedByLiveFigures(t *testing.T) {
	_, r := run(t, staffedBeds(), 1)
	var hours, beds *marketpositionv1.LeverConversion
	for _, c := range r.GetConversions() {
		switch c.GetLever() {
		case "Hours":
			hours = c
		case "Beds":
			beds = c
		}
	}
	near := func(name string, f *commonv1.Figure, want float64) {
		t.Helper()
		if got := fixture.Value(t, f); math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	near("people an hour", hours.GetPeoplePerUnit(), 500.0/6000)
	near("people for the hours", hours.GetPeople(), 10)
	near("posts for the hours", hours.GetPosts(), 10/2.2)
	near("people a bed", beds.GetPeoplePerUnit(), 0.968)
	near("people in the beds", beds.GetPeople(), 38.72)
	if low, high := beds.GetPeople().GetRange().GetLow(), beds.GetPeople().GetRange().GetHigh(); math.Abs(low-40*0.86) > 1e-9 || math.Abs(high-40) > 1e-9 {
		t.Errorf("people in the beds from %v to %v", low, high)
	}
}

func TestWithoutLeversNothingDiffers(t *testing.T) {
	_, r := run(t, &marketpositionv1.ScenarioDefinition{Draws: 50, ReportYears: []int32{2030}}, 1)
	if len(r.GetAreas()) != 7 || r.GetAreas()[6].GetArea() != "authorities/E10000013" {
		t.Fatalf("%d areas", len(r.GetAreas()))
	}
	for _, area := range r.GetAreas() {
		for _, f := range area.GetYears()[0].GetFigures() {
			if value, ok := figure.Value(f.GetDifference()); ok && (value != 0 || f.GetDifference().GetRange().GetHigh() != 0) {
				t.Errorf("%s: %v of %v differs by %v", area.GetArea(), f.GetCounts(), f.GetSetting(), f.GetDifference())
			}
		}
	}
}

func TestStaffedBedsLeaveFewerWithoutAPlace(t *testing.T) {
	const unmet = marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_UNMET
	_, r := run(t, staffedBeds(), 0)
	before := of(t, r, stroud, 2026, unmet, 0)
	if value := fixture.Value(t, before.GetDifference()); value != 0 {
		t.Errorf("before the levers, %v people differ", value)
	}
	after := of(t, r, stroud, 2036, unmet, 0)
	if value := fixture.Value(t, after.GetDifference()); value >= 0 || after.GetDifference().GetRange().GetHigh() > 0 {
		t.Errorf("the levers leave %v without a place: %v", value, after.GetDifference().GetRange())
	}
	elsewhere := of(t, r, "districts/E07000078", 2036, unmet, 0)
	if value := fixture.Value(t, elsewhere.GetDifference()); value != 0 {
		t.Errorf("levers of Stroud change Cheltenham by %v", value)
	}
	all := of(t, r, "authorities/E10000013", 2036, unmet, 0)
	if got, want := fixture.Value(t, all.GetDifference()), fixture.Value(t, after.GetDifference()); got != want {
		t.Errorf("the authority differs by %v, Stroud alone by %v", got, want)
	}
}

func TestFirstYearIsTheStatements(t *testing.T) {
	const capacity = marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_CAPACITY
	_, r := run(t, &marketpositionv1.ScenarioDefinition{Draws: 400, ReportYears: []int32{2026}}, 0)
	// 440 of 500 residential beds are used and 50 open, less the share of 50 residents placed by
	// others (50 x 440 / 740); so with 260 of 300 nursing beds.
	for setting, want := range map[marketpositionv1.Setting]float64{
		marketpositionv1.Setting_SETTING_RESIDENTIAL: 490 - 50.0*440/740,
		marketpositionv1.Setting_SETTING_NURSING:     286 - 50.0*260/740,
	} {
		got := fixture.Value(t, of(t, r, stroud, 2026, capacity, setting).GetWithout())
		// The median of what no more than the staff can serve lies a little below its central.
		if got > want || got < 0.98*want {
			t.Errorf("%v serves %v, want %v", setting, got, want)
		}
	}
}

func TestEveryFaultIsNamedAtOnce(t *testing.T) {
	const residential = marketpositionv1.Setting_SETTING_RESIDENTIAL
	low := 5.0
	d := &marketpositionv1.ScenarioDefinition{
		LastYear: 2090, ReportYears: []int32{2020},
		Overrides: []*marketpositionv1.AssumptionOverride{{Assumption: "assumptions/of-nothing", Central: 1}},
		Levers: []*marketpositionv1.ScenarioLever{
			{Title: "a", District: "districts/E06000016", Setting: residential, FromYear: 2027, Change: &marketpositionv1.ScenarioLever_AddBeds{AddBeds: exactly(1)}},
			{Title: "b", FromYear: 2020, ToYear: 2019, Setting: marketpositionv1.Setting_SETTING_HOME_CARE, Change: &marketpositionv1.ScenarioLever_AddBeds{AddBeds: exactly(1)}},
			{Title: "c", FromYear: 2027, Change: &marketpositionv1.ScenarioLever_AddHomeCareHours{AddHomeCareHours: &marketpositionv1.Amount{Central: 1, Low: &low}}},
			{Title: "d", FromYear: 2027, Setting: residential, Change: &marketpositionv1.ScenarioLever_TimesNeed{TimesNeed: exactly(-1)}},
			{Title: "e", FromYear: 2027, Setting: residential, Change: &marketpositionv1.ScenarioLever_TimesOverflow{
				TimesOverflow: &marketpositionv1.OverflowChange{To: residential, Times: exactly(1)},
			}},
			{Title: "f", FromYear: 2027, Setting: residential, Change: &marketpositionv1.ScenarioLever_Population{Population: &marketpositionv1.PopulationVariant{}}},
			{Title: "g", FromYear: 2027, District: stroud, Change: &marketpositionv1.ScenarioLever_Population{Population: &marketpositionv1.PopulationVariant{Projection: "hearsay"}}},
			{Title: "h", FromYear: 2027, Setting: marketpositionv1.Setting_SETTING_EXTRA_CARE, Change: &marketpositionv1.ScenarioLever_AddPosts{AddPosts: exactly(1)}},
		},
	}
	var faults errs.Collector
	faults.Add("definition.districts[0].district", "found before")
	_, err := scenarios.Prepare(answered.Of(t), d, nil, &faults)
	var got []string
	for _, v := range errs.Violations(err) {
		got = append(got, v.Field)
	}
	want := []string{
		"definition.districts[0].district", "definition.overrides[0].assumption", "definition.last_year", "definition.report_years[0]",
		"definition.levers[0].district", "definition.levers[1].from_year", "definition.levers[1].to_year", "definition.levers[1].setting",
		"definition.levers[2].add_home_care_hours", "definition.levers[3].times_need", "definition.levers[4].times_overflow.to",
		"definition.levers[5].setting", "definition.levers[6].population.projection", "definition.levers[7].setting",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestOverflowLeversMayNotSendOnMoreThanAll(t *testing.T) {
	_, err := prepare(t, &marketpositionv1.ScenarioDefinition{Levers: []*marketpositionv1.ScenarioLever{{
		Title: "all to residential", FromYear: 2027, Setting: marketpositionv1.Setting_SETTING_HOME_CARE,
		Change: &marketpositionv1.ScenarioLever_TimesOverflow{TimesOverflow: &marketpositionv1.OverflowChange{
			To: marketpositionv1.Setting_SETTING_RESIDENTIAL, Times: exactly(9),
		}},
	}}})
	if v := errs.Violations(err); len(v) != 1 || v[0].Field != "definition.levers" {
		t.Errorf("%v", err)
	}
}

func TestNoGrowthKeepsTheNeed(t *testing.T) {
	const need, residential = marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_NEED, marketpositionv1.Setting_SETTING_RESIDENTIAL
	none, twice := 0.0, 2.0
	grow := func(times *float64) float64 {
		_, r := run(t, &marketpositionv1.ScenarioDefinition{Draws: 60, Levers: []*marketpositionv1.ScenarioLever{{
			Title: "growth", FromYear: 2026, Change: &marketpositionv1.ScenarioLever_Population{Population: &marketpositionv1.PopulationVariant{TimesGrowth: times}},
		}}}, 1)
		f := of(t, r, stroud, 2036, need, residential)
		return fixture.Value(t, f.GetWith()) / fixture.Value(t, f.GetWithout())
	}
	if ratio := grow(nil); ratio != 1 {
		t.Errorf("the same population has %v times the need", ratio)
	}
	less, more := grow(&none), grow(&twice)
	if less >= 1 || more <= 1 {
		t.Errorf("no growth needs %v times as much, twice the growth %v times", less, more)
	}
}

func TestAHiddenDistrictIsLeftOutUnlessGiven(t *testing.T) {
	in := answered.Of(t)
	hidden := in.Answers.CareHomes.Each[1]
	hidden.BedTypes[0].Use.Used = fixture.BasisOf(fixture.Provided, 1, 1).Hidden(commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER, commonv1.Unit_UNIT_PEOPLE)
	plan, err := scenarios.Prepare(in, &marketpositionv1.ScenarioDefinition{Draws: 20}, nil, &errs.Collector{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := plan.Run(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.GetLeftOut()) != 1 || r.GetLeftOut()[0].GetDistrictTitle() != "Cotswold" || len(r.GetAreas()) != 6 {
		t.Errorf("left out: %v, areas: %d", r.GetLeftOut(), len(r.GetAreas()))
	}
}

func TestARunStopsWithItsCaller(t *testing.T) {
	plan, err := prepare(t, &marketpositionv1.ScenarioDefinition{Draws: 1000})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := plan.Run(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	// 7 areas, 11 years, 2 worlds, 19 figures, 1,000 draws of 8 bytes.
	if want := int64(7 * 11 * 2 * 19 * 1000 * 8); plan.Bytes() != want {
		t.Errorf("%d bytes, want %d", plan.Bytes(), want)
	}
}

func TestFiguresNameTheirSources(t *testing.T) {
	_, r := run(t, staffedBeds(), 1)
	known := map[string]bool{}
	for _, s := range r.GetSources() {
		known[s.GetId()] = true
	}
	given := statement.GivenByCaller().GetId()
	figure.Each(r, func(path string, f *commonv1.Figure) {
		if len(f.GetSourceIds()) == 0 {
			t.Errorf("%s names no source", path)
		}
		for _, id := range f.GetSourceIds() {
			if !known[id] {
				t.Errorf("%s rests on %s, which is not listed", path, id)
			}
		}
	})
	f := r.GetAreas()[0].GetYears()[0].GetFigures()[0]
	if slices.Contains(f.GetWithout().GetSourceIds(), given) || !slices.Contains(f.GetWith().GetSourceIds(), given) {
		t.Error("only the figures with the levers rest on the request")
	}
	if !r.GetIllustrative() {
		t.Error("it rests on illustrative care homes and does not say so")
	}
}

func TestComparison(t *testing.T) {
	stored := func(id string, d *marketpositionv1.ScenarioDefinition) scenarios.Entry {
		plan, r := run(t, d, 1)
		return scenarios.Entry{ID: id, Scenario: &marketpositionv1.Scenario{Name: "authorities/E10000013/scenarios/" + id, Definition: plan.Definition, Results: r}}
	}
	none := stored("none", &marketpositionv1.ScenarioDefinition{Draws: 100})
	beds := stored("beds", staffedBeds())
	c := scenarios.Compare("authorities/E10000013", []scenarios.Entry{none, beds})
	if len(c.GetFigures()) != 7*3*19 || len(c.GetDataNotes()) != 0 || len(c.GetSources()) == 0 {
		t.Errorf("%d figures, notes %v, %d sources", len(c.GetFigures()), c.GetDataNotes(), len(c.GetSources()))
	}
	for _, f := range c.GetFigures() {
		first, second := f.GetScenarios()[0], f.GetScenarios()[1]
		if first.GetAgainstFirst() != nil || first.GetScenario() != "none" || second.GetScenario() != "beds" {
			t.Fatalf("%v", f)
		}
		if !proto.Equal(stripped(first.GetWithout()), stripped(second.GetWithout())) {
			t.Errorf("%s in %d: without levers, %v of %v differs between the two", f.GetArea(), f.GetYear(), f.GetCounts(), f.GetSetting())
		}
		was, known := figure.Value(first.GetDifference())
		now, _ := figure.Value(second.GetDifference())
		if got, ok := figure.Value(second.GetAgainstFirst()); ok != known || known && math.Abs(got-(now-was)) > 0.001 {
			t.Errorf("%v: %v against %v is %v", f.GetCounts(), now, was, got)
		}
	}
	if c.GetScenarios()[0].GetResults() != nil || beds.Scenario.GetResults() == nil {
		t.Error("results are shown twice, or were taken from the scenario")
	}
	other := stored("other", &marketpositionv1.ScenarioDefinition{Draws: 60, FirstYear: 2027})
	if notes := scenarios.Compare("authorities/E10000013", []scenarios.Entry{none, other}).GetDataNotes(); len(notes) != 2 {
		t.Errorf("%v", notes)
	}
}

// stripped is a figure without what it rests on.
func stripped(f *commonv1.Figure) *commonv1.Figure {
	return &commonv1.Figure{State: f.GetState(), Unit: f.GetUnit(), Range: f.GetRange()}
}
