package statement

import (
	"math"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// edition is a population of one open band.
func edition(id, asAt string, people int32) *marketpositionv1.Population {
	return &marketpositionv1.Population{
		District: string(fixture.Stroud), SourceId: id, AsAt: asAt, Counts: []*marketpositionv1.AgeCount{{Open: true, People: people}},
	}
}

func TestTheEditionThatSpeaksForTheDay(t *testing.T) {
	all := []*marketpositionv1.Population{
		edition("census-2011", "2011-03-27", 11), edition("census-2021", "2021-03-21", 21),
		edition("mid-2023", "2023-06-30", 23), edition("mid-2023-revised", "2023-06-30", 24),
	}
	for day, want := range map[string]float64{
		"2001-01-01": 11, "2011-03-27": 11, "2021-03-20": 11, "2021-03-21": 21, "2023-06-29": 21, "2023-06-30": 24, "2026-01-01": 24,
	} {
		for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}} {
			in := Inputs{Area: district(t, fixture.Stroud), AsAt: day}
			for _, i := range order {
				in.Known.Populations = append(in.Known.Populations, all[i])
			}
			c := newComposer(in)
			if got := fixture.Value(t, c.aged(c.residents(in.Area), facts.From(0))); got != want {
				t.Errorf("on %s, read in order %v: %v people, want %v", day, order, got, want)
			}
		}
	}
}

// Worked by hand: 1,000 people of an age, 600 of 800 counted by sex are women.
func TestDementiaWorkedByHand(t *testing.T) {
	everyone := edition("all", "2021-03-21", 1000)
	everyone.Counts[0].FromAge = 65
	bySex := edition("sex", "2021-03-21", 600)
	bySex.Counts[0].FromAge, bySex.Counts[0].Sex = 65, marketpositionv1.Sex_SEX_FEMALE
	bySex.Counts = append(bySex.Counts, &marketpositionv1.AgeCount{FromAge: 65, Open: true, Sex: marketpositionv1.Sex_SEX_MALE, People: 200})
	in := Inputs{Area: district(t, fixture.Stroud), AsAt: fixture.Today.String(), Known: facts.Known{
		Populations: []*marketpositionv1.Population{everyone, bySex},
		DementiaRates: []*marketpositionv1.DementiaRate{
			{FromAge: 65, Open: true, Sex: marketpositionv1.Sex_SEX_FEMALE, Low: 0.1, Central: 0.2, High: 0.4, SourceId: "study"},
			{FromAge: 65, Open: true, Sex: marketpositionv1.Sex_SEX_MALE, Low: 0.04, Central: 0.1, High: 0.2, SourceId: "study"},
		},
	}}
	c := newComposer(in)
	f := c.dementia(c.residents(in.Area))
	if r := rangeOf(f); math.Abs(r.Low-85) > 1e-9 || math.Abs(r.Central-175) > 1e-9 || math.Abs(r.High-350) > 1e-9 {
		t.Errorf("%v, want 85 to 350 at 175", r)
	}
	in.Known.Populations = in.Known.Populations[:1]
	c = newComposer(in)
	if f := c.dementia(c.residents(in.Area)); !strings.Contains(f.GetNotEnoughData().GetWhy(), "not counted by sex for ages 65+") {
		t.Errorf("without sexes: %v", f)
	}
	in.Known.DementiaRates = nil
	c = newComposer(in)
	if f := c.dementia(c.residents(in.Area)); f.GetNotEnoughData() == nil {
		t.Errorf("without rates: %v", f)
	}
}

func TestAgesThatAreNotCounted(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	in.Known.Populations = []*marketpositionv1.Population{edition("census", "2021-03-21", 100)}
	p := Compose(in).GetPeople()
	if fixture.Value(t, p.GetPopulation()) != 100 {
		t.Errorf("%v", p.GetPopulation())
	}
	for name, f := range map[string]*commonv1.Figure{"75+": p.GetAged_75Plus(), "share": p.GetAged_65PlusShare(), "dementia": p.GetDementia_65Plus()} {
		if f.GetNotEnoughData() == nil {
			t.Errorf("%s: %v", name, f)
		}
	}
}

// stroudGrowth is the growth that the seeds' projection gives: ONS's 4,200 people aged 85+
// in 2021 and 8,900 in 2037.
func TestGrowth(t *testing.T) {
	found := false
	for _, g := range Compose(inputs(t, district(t, fixture.Stroud))).GetPeople().GetGrowth() {
		if g.GetAgeGroup() == "85+" && g.GetFromYear() == 2021 && g.GetToYear() == 2037 {
			found = true
			if got := fixture.Value(t, g.GetPercent()); math.Abs(got-100*(8900.0/4200-1)) > 1e-9 {
				t.Errorf("85+ grow by %v%%", got)
			}
			if !cmp.Equal(g.GetPercent().GetSourceIds(), []string{"ons-snpp-2012"}) {
				t.Errorf("rests on %v", g.GetPercent().GetSourceIds())
			}
		}
	}
	if !found {
		t.Error("the growth of those aged 85 and over from 2021 to 2037 is not told")
	}
	in := inputs(t, authority(t, fixture.Gloucestershire))
	for _, p := range in.Known.Projections {
		if concerns(p.GetDistricts(), string(fixture.Stroud)) {
			p.Groups = nil
		}
	}
	if got := ComposeAuthority(in).GetTotal().GetPeople().GetGrowth(); got != nil {
		t.Errorf("growth without a district's: %v", got)
	}
}

// Need is that of the year of the statement; of the population's own year where nobody
// projects, or the projection does not reach it.
func TestNeedFollowsTheProjection(t *testing.T) {
	need := func(change func(*Inputs)) *commonv1.Figure {
		in := inputs(t, district(t, fixture.Stroud))
		in.Known.NeedRates = []*marketpositionv1.NeedRate{{
			Name: "needRates/x", Areas: []string{"E92000001"}, Setting: marketpositionv1.Setting_SETTING_NURSING, FromAge: 85, Open: true,
			Per: 100, Low: 5, Central: 10, High: 20, SourceIds: []string{"shop-2011"}, Derivation: "Made up",
		}}
		change(&in)
		for _, n := range Compose(in).GetNeeds() {
			if n.GetSetting() == marketpositionv1.Setting_SETTING_NURSING {
				return n.GetNeed()
			}
		}
		return nil
	}
	// ONS's 2012-based projection has 4,200 people aged 85 and over in Stroud in 2021.
	inYear := func(projected float64) float64 { return 0.1 * 3750 * projected / 4200 }
	of2026 := need(func(*Inputs) {})
	if got, want := valueOf(of2026), inYear(5200); math.Abs(got-want) > 1e-9 {
		t.Errorf("in 2026 %v, want %v", got, want)
	}
	if !strings.Contains(of2026.GetFormula(), "grown to 2026 as projected") || !strings.Contains(of2026.GetFormula(), "Made up") {
		t.Errorf("formula: %s", of2026.GetFormula())
	}
	for name, change := range map[string]func(*Inputs){
		"in the year of the census": func(in *Inputs) { in.AsAt = "2021-12-31" },
		"without a projection":      func(in *Inputs) { in.Known.Projections = nil },
		"with one that begins later": func(in *Inputs) {
			p := proto.CloneOf(in.Known.Projections[0])
			for _, g := range p.GetGroups() {
				g.Years = g.GetYears()[10:]
			}
			in.Known.Projections = []*marketpositionv1.Projection{p}
		},
	} {
		if f := need(change); valueOf(f) != 375 || f.GetRange().GetLow() != 187.5 || f.GetRange().GetHigh() != 750 {
			t.Errorf("%s: %v", name, f)
		}
	}
	late := need(func(in *Inputs) { in.AsAt = "2060-01-01" })
	if got, want := valueOf(late), inYear(8900); math.Abs(got-want) > 1e-9 {
		t.Errorf("beyond the projection %v, want that of its last year, %v", got, want)
	}
}

func TestTheNarrowestRateCounts(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	in.Known.NeedRates = nil
	c := newComposer(in)
	for i, area := range []string{"E92000001", "E12000009", "E10000013", "E07000082"} {
		c.in.Known.NeedRates = append(c.in.Known.NeedRates, &marketpositionv1.NeedRate{
			Name: area, Areas: []string{"E09000001", area}, Setting: marketpositionv1.Setting_SETTING_NURSING, Open: true, Per: 1, Central: float64(i),
		})
		if got := c.ratesFor(group{nursing, olderPeople}, string(fixture.Stroud)); len(got) != 1 || got[0].GetName() != area {
			t.Errorf("with a rate for %s the rates are %v", area, got)
		}
	}
	if got := c.ratesFor(group{residential, olderPeople}, string(fixture.Stroud)); got != nil {
		t.Errorf("rates of another setting: %v", got)
	}
}

// Doubling the people doubles the need, whatever the rates and the growth.
func TestDoublingThePeopleDoublesTheNeed(t *testing.T) {
	base := inputs(t, district(t, fixture.Stroud))
	rapid.Check(t, func(t *rapid.T) {
		once, twice := base, base
		one := anyPopulation(t, fixture.Stroud)
		two := proto.CloneOf(one)
		for _, c := range two.GetCounts() {
			c.People *= 2
		}
		once.Known.Populations, twice.Known.Populations = []*marketpositionv1.Population{one}, []*marketpositionv1.Population{two}
		a, b := newComposer(once), newComposer(twice)
		needs := a.needs(a.residents(once.Area))
		for i, double := range b.needs(b.residents(twice.Area)) {
			if x, y := rangeOf(needs[i].GetNeed()), rangeOf(double.GetNeed()); math.Abs(2*x.Central-y.Central) > 1e-6 || math.Abs(2*x.High-y.High) > 1e-6 {
				t.Fatalf("%v: %v and %v", double.GetSetting(), x, y)
			}
		}
	})
}

// A projection by single years serves a population in wider bands, and the other way round.
func TestGrowthSeriesOfOtherAges(t *testing.T) {
	group := func(from, to int32, open bool, people float64) *marketpositionv1.ProjectedGroup {
		return &marketpositionv1.ProjectedGroup{FromAge: from, ToAge: to, Open: open, Years: []*marketpositionv1.ProjectedPeople{{Year: 2021, People: people}}}
	}
	fine := &marketpositionv1.Projection{SourceId: "p", Groups: []*marketpositionv1.ProjectedGroup{group(65, 69, false, 1), group(70, 74, false, 2), group(75, 0, true, 4)}}
	series, err := growthSeries([]need.Count{{Band: need.AgeBand{From: 65, To: 74}}, {Band: facts.From(75)}}, fine, 2021, 2021)
	if err != nil || len(series) != 2 || series[0].Points[0].People != 3 || series[1].Points[0].People != 4 {
		t.Errorf("groups finer than the people: %v, %v", series, err)
	}
	if series, err := growthSeries([]need.Count{{Band: need.AgeBand{From: 75, To: 79}}, {Band: facts.From(80)}}, fine, 2021, 2021); err != nil || len(series) != 1 {
		t.Errorf("people finer than the groups: %v, %v", series, err)
	}
	if _, err := growthSeries([]need.Count{{Band: need.AgeBand{From: 67, To: 72}}}, fine, 2021, 2021); err == nil {
		t.Error("ages across two groups were taken")
	}
}

func TestLocalities(t *testing.T) {
	locality := func(name string, people float64, districts ...string) *marketpositionv1.LocalityFact {
		l := &marketpositionv1.LocalityFact{LeastPeople: 30000, MostPeople: 50000, Locality: &marketpositionv1.Locality{
			Name: "localities/" + name, Population: figure.Basis{}.Of(people, unitPeople),
		}}
		for _, d := range districts {
			l.Locality.Shares = append(l.Locality.Shares, &marketpositionv1.DistrictShare{District: facts.DistrictPrefix + d, Share: 0.5})
		}
		return l
	}
	in := inputs(t, district(t, fixture.Stroud))
	in.Known.Localities = []*marketpositionv1.LocalityFact{
		locality("large", 50001, string(fixture.Stroud), string(fixture.Tewkesbury)), locality("right", 50000, string(fixture.Stroud)), locality("elsewhere", 1, string(fixture.Tewkesbury)),
	}
	got := Compose(in).GetPeople().GetLocalities()
	if len(got) != 2 || got[0].GetWarning() != "its 50001 people are outside the 30000 to 50000 that a locality is meant to have" || got[1].GetWarning() != "" {
		t.Errorf("%v", got)
	}
}

func TestOverdue(t *testing.T) {
	const announced, done = marketpositionv1.ActionStatus_ACTION_STATUS_ANNOUNCED, marketpositionv1.ActionStatus_ACTION_STATUS_DONE
	for name, test := range map[string]struct {
		due    string
		status marketpositionv1.ActionStatus
		want   string
	}{
		"passed":       {"2026-10-30", announced, "due by 2026-10-30, 1 day before 2026-10-31; nothing was recorded since"},
		"the last day": {"2026-10-31", announced, ""},
		"done":         {"2020-01-01", done, ""},
		"no date":      {"", announced, ""},
	} {
		a := &marketpositionv1.Action{DueBy: test.due, Status: test.status}
		if got := OnDay(a, fixture.Today).GetOverdue(); got != test.want {
			t.Errorf("%s: %q", name, got)
		}
		if a.GetOverdue() != "" {
			t.Errorf("%s: the kept action was altered", name)
		}
	}
}

func TestNotes(t *testing.T) {
	in := inputs(t, authority(t, fixture.Gloucestershire))
	in.Known.Projections = in.Known.Projections[:1] // Cheltenham's, as if published with Cotswold's.
	in.Known.Projections[0].Districts = []string{"E07000078", "E07000079"}
	in.Known.Populations = in.Known.Populations[:len(in.Known.Populations)-1]
	for i, p := range in.Known.Populations {
		if p.GetDistrict() == string(fixture.Tewkesbury) && countsSex(p, marketpositionv1.Sex_SEX_UNSPECIFIED) {
			in.Known.Populations = append(in.Known.Populations[:i:i], in.Known.Populations[i+1:]...)
			break
		}
	}
	in.Answers.Workforce.Total.Total.Permanent.Coverage = &commonv1.Coverage{}
	codes := map[string]string{}
	for _, note := range ComposeAuthority(in).GetTotal().GetDataNotes() {
		codes[note.GetCode()] = note.GetText()
	}
	for code, want := range map[string]string{
		"CARE_HOMES_COVERAGE": "Care homes: 108 of 120 homes answered (90%); totals are of those and not scaled up. The answers speak of 2026-07-09 to 2026-10-12, and 2 are stale.",
		"WORKFORCE_COVERAGE":  "Workforce: no employers are on the register.",
		"PROJECTION_EDITION":  "Growth is as projected from 2012",
		"PROJECTED_TOGETHER":  "together, as published",
		"NO_PROJECTION":       "need is that of the people counted",
		"NO_POPULATION":       "No population of E07000083 is known.",
		"POPULATION_EDITION":  "People are as counted on 2021-03-21",
	} {
		if !strings.Contains(codes[code], want) {
			t.Errorf("%s: %q", code, codes[code])
		}
	}
}
