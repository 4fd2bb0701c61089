package statement

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

func assessNeed(t testing.TB, in Inputs, year int, rates ...*marketpositionv1.NeedRateOverride) *marketpositionv1.NeedAssessment {
	t.Helper()
	out, err := AssessNeed(in, year, rates)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// needOf is the need of a group in an area.
func needOf(t testing.TB, a *marketpositionv1.AreaNeed, s marketpositionv1.Setting, tenure marketpositionv1.Tenure, client marketpositionv1.ClientGroup) *commonv1.Figure {
	t.Helper()
	for _, n := range a.GetSettings() {
		if n.GetSetting() == s && n.GetTenure() == tenure && n.GetClientGroup() == client {
			return n.GetNeed()
		}
	}
	t.Fatalf("no need of %v %v %v in %v", s, tenure, client, a.GetSettings())
	return nil
}

func near(t testing.TB, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9*math.Max(1, math.Abs(want)) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// The census counts 7,409 + 7,745 people of 65 to 74 in Stroud, 5,560 + 3,766 of 75 to 84,
// and 2,388 + 1,362 of 85 and over; the projection of 2012 has 15,100, 9,800 and 4,200 of
// them in 2021, and 18,000, 12,900 and 8,400 in 2035 (ONS, both).
const (
	in2035Aged65 = (7409 + 7745) * 18000 / 15100.0
	in2035Aged75 = (5560 + 3766) * 12900 / 9800.0
	in2035Aged85 = (2388 + 1362) * 8400 / 4200.0
)

func TestNeedOfStroudIn2035(t *testing.T) {
	out := assessNeed(t, inputs(t, district(t, fixture.Stroud)), 2035)
	const whole, older = marketpositionv1.Tenure_TENURE_UNSPECIFIED, marketpositionv1.ClientGroup_CLIENT_GROUP_OLDER_PEOPLE
	residential := needOf(t, out.GetTotal(), marketpositionv1.Setting_SETTING_RESIDENTIAL, whole, older)
	near(t, "residential", valueOf(residential), in2035Aged65*5.45/1000+in2035Aged75*19.91/1000+in2035Aged85*93.64/1000)
	near(t, "residential, low", residential.GetRange().GetLow(), in2035Aged65*3.78/1000+in2035Aged75*13.82/1000+in2035Aged85*65.01/1000)
	rent := needOf(t, out.GetTotal(), marketpositionv1.Setting_SETTING_EXTRA_CARE, marketpositionv1.Tenure_TENURE_RENT, older)
	near(t, "extra care for rent", valueOf(rent), (in2035Aged75+in2035Aged85)*15/1000)
	// 7,202 + 12,610 + 13,832 + 17,709 + 17,864 people of 18 to 64 in 2021, whom nobody projects.
	learning := needOf(t, out.GetTotal(), marketpositionv1.Setting_SETTING_RESIDENTIAL, whole, marketpositionv1.ClientGroup_CLIENT_GROUP_LEARNING_DISABILITY)
	near(t, "learning disability", valueOf(learning), 69217*69.30/100000)

	if out.GetYear() != 2035 || out.GetFirstYear() != 2014 || out.GetLastYear() != 2037 {
		t.Errorf("year %d of %d to %d", out.GetYear(), out.GetFirstYear(), out.GetLastYear())
	}
	if diff := cmp.Diff([]string{"Subnational population projections for England, 2012-based"}, out.GetProjectionEditions()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Census 2021, TS007: age by single year, Census 2021"}, out.GetPopulationEditions()); diff != "" {
		t.Error(diff)
	}
	var codes []string
	for _, note := range out.GetDataNotes() {
		codes = append(codes, note.GetCode())
	}
	if diff := cmp.Diff([]string{"POPULATION_EDITION", "PROJECTION_EDITION", "YOUNGER_NOT_PROJECTED"}, codes); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(facts.Cited(out), fixture.IDsOf(out.GetSources())); diff != "" {
		t.Errorf("(-cited +listed)\n%s", diff)
	}
}

func TestPeopleAheadOfStroud(t *testing.T) {
	out := assessNeed(t, inputs(t, district(t, fixture.Stroud)), 2035)
	people := out.GetTotal().GetPeople()
	if len(people) != 6 || people[0].GetFromAge() != 65 || people[5].GetFromAge() != 90 || people[5].GetToAge() != 0 {
		t.Fatalf("people are shown as %v", people)
	}
	near(t, "counted at 85 to 89", valueOf(people[4].GetCounted()), 2388)
	near(t, "expected at 85 to 89", valueOf(people[4].GetExpected()), 2388*2)
	near(t, "expected at 90", valueOf(people[5].GetExpected()), 1362*2)
}

// What the ages add up to is what the settings say, and an authority is its districts.
func TestNeedsAddUp(t *testing.T) {
	out := assessNeed(t, inputs(t, authority(t, fixture.Gloucestershire)), 2030)
	if len(out.GetDistricts()) < 2 {
		t.Fatalf("an authority of %d districts", len(out.GetDistricts()))
	}
	for i, total := range out.GetTotal().GetSettings() {
		sum := 0.0
		for _, d := range out.GetDistricts() {
			sum += valueOf(d.GetSettings()[i].GetNeed())
		}
		near(t, total.String(), valueOf(total.GetNeed()), sum)
		ages := 0.0
		for _, a := range out.GetTotal().GetAges() {
			if a.GetSetting() == total.GetSetting() && a.GetTenure() == total.GetTenure() && a.GetClientGroup() == total.GetClientGroup() {
				ages += valueOf(a.GetNeed())
			}
		}
		near(t, "the ages of "+total.String(), ages, valueOf(total.GetNeed()))
	}
}

func TestYearsThatNobodyProjectsAreRefused(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	for _, year := range []int{2013, 2038, 2050} {
		_, err := AssessNeed(in, year, nil)
		violations := errs.Violations(err)
		if len(violations) != 1 || violations[0].Field != "year" || !strings.Contains(violations[0].Description, "2014 to 2037") ||
			!strings.Contains(violations[0].Description, "2012-based") {
			t.Errorf("%d: %v", year, err)
		}
	}
	if out := assessNeed(t, in, 0); out.GetYear() != 2026 {
		t.Errorf("without a year it is that of %d", out.GetYear())
	}
	in.AsAt = "2045-01-01"
	if out := assessNeed(t, in, 0); out.GetYear() != 2037 {
		t.Errorf("beyond the projection it is that of %d, not of its last year", out.GetYear())
	}
	in.Known.Projections = nil
	if out := assessNeed(t, in, 0); out.GetYear() != 2021 || out.GetLastYear() != 2021 || len(out.GetProjectionEditions()) != 0 {
		t.Errorf("without a projection it is that of %d", out.GetYear())
	}
	if _, err := AssessNeed(in, 2022, nil); len(errs.Violations(err)) != 1 {
		t.Errorf("without a projection: %v", err)
	}
	in.Known.Populations = nil
	if _, err := AssessNeed(in, 0, nil); errs.Reason(err) != "NO_POPULATION" {
		t.Errorf("without people: %v", err)
	}
}

func TestRatesOfTheCallersOwn(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	const name = "needRates/residential-85-plus"
	low := 50.0
	own := assessNeed(t, in, 2035, &marketpositionv1.NeedRateOverride{NeedRate: name, Central: 80, Low: &low, Because: "Our own count"})
	kept := assessNeed(t, in, 2035)
	for i, n := range own.GetTotal().GetAges() {
		before := kept.GetTotal().GetAges()[i]
		if n.GetNeedRate() != name {
			if diff := cmp.Diff(valueOf(before.GetNeed()), valueOf(n.GetNeed())); diff != "" {
				t.Errorf("%s: %s", n.GetNeedRate(), diff)
			}
			continue
		}
		near(t, "own rate", valueOf(n.GetNeed()), in2035Aged85*80/1000)
		near(t, "own low", n.GetNeed().GetRange().GetLow(), in2035Aged85*50/1000)
		near(t, "own high", n.GetNeed().GetRange().GetHigh(), in2035Aged85*80/1000)
		if !strings.Contains(n.GetNeed().GetFormula(), "Our own count") || !strings.Contains(strings.Join(n.GetNeed().GetSourceIds(), " "), GivenByCaller().GetId()) {
			t.Errorf("the need does not say that its rate was given: %v", n.GetNeed())
		}
	}
	marked := 0
	for _, r := range own.GetRates() {
		if r.GetOverridden() {
			marked++
		}
	}
	if marked != 1 {
		t.Errorf("%d rates are marked as given", marked)
	}
	if !proto.Equal(kept, assessNeed(t, in, 2035)) {
		t.Error("a rate of one caller's stays for the next")
	}
}

func TestRatesThatCannotBe(t *testing.T) {
	rate := func(name string, central float64) *marketpositionv1.NeedRateOverride {
		return &marketpositionv1.NeedRateOverride{NeedRate: "needRates/" + name, Central: central}
	}
	_, err := AssessNeed(inputs(t, district(t, fixture.Stroud)), 2035, []*marketpositionv1.NeedRateOverride{
		rate("nobodys", 1), rate("nursing-85-plus", 1001), rate("residential-85-plus", 80), rate("residential-85-plus", 90),
	})
	var fields []string
	for _, v := range errs.Violations(err) {
		fields = append(fields, v.Field)
	}
	if diff := cmp.Diff([]string{"rates[0].need_rate", "rates[1]", "rates[3].need_rate"}, fields); diff != "" {
		t.Error(diff)
	}
}

// Twice the rate is twice the need, in every year, and the range holds the value.
func TestNeedIsInProportionToItsRates(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	rapid.Check(t, func(t *rapid.T) {
		year := rapid.IntRange(2014, 2037).Draw(t, "year")
		rate := rapid.Float64Range(0, 500).Draw(t, "rate")
		const name = "needRates/nursing-75-84"
		of := func(rate float64) float64 {
			out, err := AssessNeed(in, year, []*marketpositionv1.NeedRateOverride{{NeedRate: name, Central: rate}})
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range out.GetTotal().GetAges() {
				if n.GetNeedRate() == name {
					return valueOf(n.GetNeed())
				}
			}
			t.Fatal("the rate is not in the answer")
			return 0
		}
		if once, twice := of(rate), of(2*rate); math.Abs(twice-2*once) > 1e-6 {
			t.Errorf("in %d twice the rate gives %v, once %v", year, twice, once)
		}
	})
}

func TestNeedsAheadOfAStatement(t *testing.T) {
	p := Compose(inputs(t, district(t, fixture.Stroud)))
	years := map[int32]int{}
	for _, n := range p.GetNeedsAhead() {
		years[n.GetYear()]++
		if _, ok := figure.Value(n.GetNeed()); !ok {
			t.Errorf("%v", n)
		}
	}
	if diff := cmp.Diff(map[int32]int{2030: 7, 2035: 7, 2037: 7}, years); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{2030, 2035, 2037}, yearsAhead(2026, 2037)); diff != "" {
		t.Error(diff)
	}
	if got := yearsAhead(2037, 2037); got != nil {
		t.Errorf("after the last year come %v", got)
	}
	if diff := cmp.Diff([]int{2040}, yearsAhead(2035, 2040)); diff != "" {
		t.Error(diff)
	}
}
