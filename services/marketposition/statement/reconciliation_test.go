package statement

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

const (
	agrees        = marketpositionv1.CheckVerdict_CHECK_VERDICT_AGREES
	differs       = marketpositionv1.CheckVerdict_CHECK_VERDICT_DIFFERS
	notComparable = marketpositionv1.CheckVerdict_CHECK_VERDICT_NOT_COMPARABLE
)

// contradictions are those of Gloucestershire's published statement (DOMAIN.md, section 7), in order of name.
var contradictions = []string{
	"4,058 (+84%) and 3,116 (+122%) imply +98.8%, not 97%",
	"4,058 (+84%) and 3,116 (+122%) imply +98.8%, not 80%",
	"said as 97% and as 80%, which no one value can be",
	"2,708 to 4,274 is +57.8%, not 59%",
	"said as 56% and as 6%, which no one value can be",
	"1.8% to 8.1% is 4.5 times, not nearly four times",
	"348 + 47 + 105 = 500, not 530",
}

func says(checks []*marketpositionv1.ClaimCheck, verdict marketpositionv1.CheckVerdict) []string {
	var out []string
	for _, c := range checks {
		if c.GetVerdict() == verdict {
			out = append(out, c.GetSays())
		}
	}
	return out
}

func TestStatementsCheckThemselves(t *testing.T) {
	const contradicts = marketpositionv1.CheckVerdict_CHECK_VERDICT_CONTRADICTS
	county := ComposeAuthority(inputs(t, authority(t, fixture.Gloucestershire)))
	for name, one := range map[string]struct {
		section *marketpositionv1.ReconciliationSection
		counts  string
	}{
		// Twelve relations among figures, four of people against the census.
		"the county": {county.GetTotal().GetReconciliation(), "made:16 agree:9 contradict:7"},
		// The county's population is not checked: its other districts are not known here.
		"a district by itself": {Compose(inputs(t, district(t, fixture.Stroud))).GetReconciliation(), "made:11 agree:4 contradict:7"},
	} {
		if diff := cmp.Diff(contradictions, says(one.section.GetDisagreeing(), contradicts)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got := strings.Join(strings.Fields(one.section.GetCounts().String()), " "); got != one.counts || len(one.section.GetDisagreeing()) != 7 {
			t.Errorf("%s: %s and %d disagree, want %s", name, got, len(one.section.GetDisagreeing()), one.counts)
		}
		if got := one.section.GetReconciliation(); got != "authorities/E10000013/reconciliation" {
			t.Errorf("%s refers to %s", name, got)
		}
	}
	for _, d := range county.GetDistricts() {
		if d.GetReconciliation() != nil {
			t.Errorf("%s repeats its county's checks", d.GetTitle())
		}
	}
	if rutland := Compose(inputs(t, district(t, fixture.Rutland))); rutland.GetReconciliation() != nil {
		t.Errorf("Rutland has published nothing that hangs together: %v", rutland.GetReconciliation())
	}
}

// The numbers were worked out beside this program from the files of seeds/england: the census by the projection's
// growth, age group by age group and district by district, and the projection's own sum.
func TestPeopleOfAnotherYear(t *testing.T) {
	for _, c := range []struct {
		area           geo.Code
		age, year      int
		carried, level float64
	}{
		{fixture.Gloucestershire, 65, 2018, 131_549.04, 136_200},
		{fixture.Gloucestershire, 65, 2030, 171_415.93, 178_700},
		{fixture.Gloucestershire, 75, 2018, 59_401.92, 63_800},
		{fixture.Gloucestershire, 75, 2030, 88_475.90, 95_400},
		{fixture.Gloucestershire, 65, 2021, 139_816, 145_000},
		{fixture.Leicester, 65, 2020, 42_269.16, 44_700},
		{fixture.Leicester, 85, 2035, 8_941.30, 11_100},
	} {
		composer := newComposer(inputs(t, authority(t, c.area)))
		f := composer.agedIn(composer.residents(composer.in.Area), c.age, c.year)
		got := []float64{fixture.Value(t, f), f.GetRange().GetLow(), f.GetRange().GetHigh()}
		if diff := cmp.Diff([]float64{c.carried, c.carried, c.level}, got, cmpopts.EquateApprox(0, 0.01)); diff != "" {
			t.Errorf("%s, %d+ in %d: %s", c.area, c.age, c.year, diff)
		}
		if f.GetAsAt() != fmt.Sprintf("mid-%d", c.year) || len(f.GetSourceIds()) != 2 {
			t.Errorf("it speaks of %s and rests on %v", f.GetAsAt(), f.GetSourceIds())
		}
	}
}

func TestPeopleThatCannotBeSaid(t *testing.T) {
	in := inputs(t, authority(t, fixture.Gloucestershire))
	why := func(in Inputs, age, year int) string {
		c := newComposer(in)
		return c.agedIn(c.residents(c.in.Area), age, year).GetNotEnoughData().GetWhy()
	}
	for year, want := range map[int]string{1999: "1999", 2043: "2043"} {
		if got := why(in, 65, year); !strings.Contains(got, want) {
			t.Errorf("%d: %q", year, got)
		}
	}
	if got := why(in, 70, 2030); got != "people aged 70+ are not projected for 2030" {
		t.Errorf("an age that the projection does not tell apart: %q", got)
	}
	together := in
	together.Known.Projections = []*marketpositionv1.Projection{{
		Districts: append([]string{"E06000016"}, in.Area.Codes()...), SourceId: "ons-snpp-2012", BaseYear: 2012,
		Groups: in.Known.Projections[0].GetGroups(),
	}}
	if got := why(together, 65, 2030); got != "the projection speaks of E06000016 as well" {
		t.Errorf("districts projected together with another: %q", got)
	}
	in.Known.Projections = nil
	if got := why(in, 65, 2030); !strings.Contains(got, "no projection") {
		t.Errorf("without a projection: %q", got)
	}
}

// pasts are the markets of Gloucestershire in January 2024: what was published, of all homes but two.
func pasts(residents float64) map[Past]Answers {
	basis := figure.Basis{
		SourceIDs: []string{"provider-return"}, AsAt: "2024-01-31", Coverage: &commonv1.Coverage{Responding: 200, Expected: 200},
	}
	beds := func(n float64) *commonv1.Figure { return basis.Of(n, commonv1.Unit_UNIT_BEDS) }
	madeUp := figure.Basis{SourceIDs: []string{fixture.IllustrativeSource.GetId()}, AsAt: "2024-01-31", Illustrative: true}
	ready := &marketpositionv1.SectionState{Availability: marketpositionv1.Availability_AVAILABILITY_AVAILABLE}
	return map[Past]Answers{{Area: "E10000013", Day: "2024-01-31"}: {
		CareHomes: Answer[*carehomesv1.CareHomeCapacity]{State: ready, Total: &carehomesv1.CareHomeCapacity{
			Name: "authorities/E10000013/careHomeCapacity", Sources: []*commonv1.Source{fixture.Provided},
			OlderPeople: &carehomesv1.BedUse{Maximum: beds(5005), Used: beds(residents), Vacant: beds(1076), Admittable: beds(750)},
			WorkingAge:  &carehomesv1.BedUse{Maximum: figure.Basis{Coverage: &commonv1.Coverage{Expected: 12}}.Of(0, commonv1.Unit_UNIT_BEDS)},
		}},
		HomeCare: Answer[*homecarev1.HomeCareCapacity]{State: ready, Total: &homecarev1.HomeCareCapacity{
			Name: "authorities/E10000013/homeCareCapacity", Sources: []*commonv1.Source{fixture.IllustrativeSource},
			Hours: &homecarev1.HoursUse{Spare: madeUp.Of(15_000, commonv1.Unit_UNIT_HOURS_PER_WEEK)},
		}},
	}}
}

func TestReconcileAgainstTheMarkets(t *testing.T) {
	in := inputs(t, authority(t, fixture.Gloucestershire))
	if diff := cmp.Diff([]Past{{Area: "E10000013", Day: "2024-01-31"}}, PastsOf(in.Known)); diff != "" {
		t.Fatal(diff)
	}
	in.Answers = Answers{}
	r := Reconcile(in, pasts(3930))
	got := map[string]string{}
	for _, c := range r.GetChecks() {
		if c.GetRule() == marketpositionv1.ClaimRule_CLAIM_RULE_DATA {
			got[strings.TrimPrefix(c.GetName(), "claimRelations/glos-")] = c.GetVerdict().String()[len("CHECK_VERDICT_"):] + ": " + c.GetSays()
		}
	}
	want := map[string]string{
		"aged-65-plus-2018-counted":       "AGREES: the data give 131,549 (131,549 to 136,200), as published: 135,100",
		"aged-65-plus-2030-counted":       "AGREES: the data give 171,415.9 (171,415.9 to 178,700), as published: 178,100",
		"aged-75-plus-2018-counted":       "AGREES: the data give 59,401.9 (59,401.9 to 63,800), as published: 62,100",
		"aged-75-plus-2030-counted":       "AGREES: the data give 88,475.9 (88,475.9 to 95,400), as published: 92,600",
		"older-people-beds-counted":       "AGREES: the data give 5,005, as published: just over 5,000",
		"older-people-residents-counted":  "DIFFERS: the data give 3,930, not 3,929",
		"older-people-vacant-counted":     "AGREES: the data give 1,076, as published: 1,076",
		"older-people-admittable-counted": "AGREES: the data give 750, as published: 750",
		"working-age-beds-counted":        "NOT_COMPARABLE: not checked: the data cannot say: no place had returned its numbers by then",
		"spare-hours-counted":             "AGREES: the data give 15,000, as published: 15,000; the data are made up for illustration, so this proves nothing",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := len(says(r.GetChecks(), marketpositionv1.CheckVerdict_CHECK_VERDICT_CONTRADICTS)); n != 7 || !r.GetIllustrative() {
		t.Errorf("%d contradict, illustrative %t", n, r.GetIllustrative())
	}
	var unlisted []string
	for _, id := range facts.Cited(r) {
		if figure.Sources(sourcesByID(r.GetSources()))[id] == nil {
			unlisted = append(unlisted, id)
		}
	}
	if len(unlisted) > 0 {
		t.Errorf("not among its sources: %v", unlisted)
	}
}

func sourcesByID(all []*commonv1.Source) map[string]*commonv1.Source {
	out := map[string]*commonv1.Source{}
	for _, s := range all {
		out[s.GetId()] = s
	}
	return out
}

func TestReconcileWithoutTheMarkets(t *testing.T) {
	in := inputs(t, authority(t, fixture.Gloucestershire))
	away := Answers{
		CareHomes: Answer[*carehomesv1.CareHomeCapacity]{State: Unavailable("it cannot be reached")},
		HomeCare:  Answer[*homecarev1.HomeCareCapacity]{State: Unavailable("it is at its limit")},
	}
	r := Reconcile(in, map[Past]Answers{{Area: "E10000013", Day: "2024-01-31"}: away})
	said := map[string]int{}
	for _, text := range says(r.GetChecks(), notComparable) {
		said[text]++
	}
	want := map[string]int{
		"not checked: the data cannot say: the market did not answer, for it cannot be reached": 5,
		"not checked: the data cannot say: the market did not answer, for it is at its limit":   1,
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
	if len(says(r.GetChecks(), differs)) != 0 || len(says(r.GetChecks(), agrees)) != 9 {
		t.Errorf("counts %v", r.GetCounts())
	}
}

// Each measure is read from its own figure.
func TestMeasuresOfTheMarkets(t *testing.T) {
	n := 0.0
	next := func() *commonv1.Figure { n++; return figure.Basis{}.Of(n, commonv1.Unit_UNIT_BEDS) }
	a := Answers{CareHomes: Answer[*carehomesv1.CareHomeCapacity]{Total: &carehomesv1.CareHomeCapacity{
		Homes: next(), RegisteredBeds: next(),
		OlderPeople: &carehomesv1.BedUse{Maximum: next(), Used: next(), Vacant: next(), Admittable: next()},
		WorkingAge:  &carehomesv1.BedUse{Maximum: next()},
	}}, HomeCare: Answer[*homecarev1.HomeCareCapacity]{Total: &homecarev1.HomeCareCapacity{Hours: &homecarev1.HoursUse{Spare: next()}}}}
	const first, last = marketpositionv1.DataMeasure_DATA_MEASURE_CARE_HOMES, marketpositionv1.DataMeasure_DATA_MEASURE_SPARE_HOURS
	for measure := first; measure <= last; measure++ {
		if got := fixture.Value(t, had(measure, a)); got != float64(measure-first+1) {
			t.Errorf("%v is read from figure %v", measure, got)
		}
	}
	if f := had(marketpositionv1.DataMeasure_DATA_MEASURE_AGED_65_PLUS, a); f != nil {
		t.Errorf("people are read from the markets: %v", f)
	}
}
