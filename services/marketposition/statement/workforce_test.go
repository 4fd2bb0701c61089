package statement

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

const (
	residentialHomes = workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITHOUT_NURSING
	nursingHomes     = workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITH_NURSING
	careAtHome       = workforcev1.ServiceType_SERVICE_TYPE_HOME_CARE
)

// workforceTold are assumptions whose numbers are easily worked with.
func workforceTold() []*marketpositionv1.Assumption {
	ends := func(id string, low, central, high float64) *marketpositionv1.Assumption {
		a := assumption(id, "E92000001", central)
		a.Low, a.High = low, high
		return a
	}
	return []*marketpositionv1.Assumption{
		ends(assumedSwing, 0.5, 1, 1.5), ends(assumedVacancy, 0.1, 0.1, 0.1), ends(assumedTurnover, 0.2, 0.3, 0.4), ends(assumedStarters, 0.5, 1, 1),
		ends(effectOfPay, 0.1, 0.3, 0.3), ends(effectOfTraining, 0.75, 0.8, 1), ends(effectOfClosing, 0, 0, 0),
	}
}

// withStaff are the inputs of an area whose employers say what service they are.
func withStaff(t testing.TB, area Area) Inputs {
	t.Helper()
	in := inputs(t, area)
	in.Answers.Workforce = answer(area.Name, codesOf(area), fixture.Provided, fixture.StaffInServicesOf)
	return in
}

func project(t testing.TB, ask WorkforceAsk, known []*marketpositionv1.Assumption) (*marketpositionv1.WorkforceProjection, error) {
	t.Helper()
	area := district(t, fixture.Stroud)
	assumptions, err := NewAssumptions(area, known, "overrides", nil)
	if err != nil {
		t.Fatal(err)
	}
	if ask.Months == 0 {
		ask.Months = 12
	}
	return ProjectWorkforce(withStaff(t, area), assumptions, ask)
}

func projected(t testing.TB, ask WorkforceAsk) *marketpositionv1.WorkforceProjection {
	t.Helper()
	out, err := project(t, ask, workforceTold())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func teamOf(t testing.TB, p *marketpositionv1.WorkforceProjection, key teamKey) *marketpositionv1.TeamProjection {
	t.Helper()
	for _, team := range p.GetTeams() {
		if (teamKey{team.GetService(), team.GetRole()}) == key {
			return team
		}
	}
	t.Fatalf("no team %v", key)
	return nil
}

func serviceOf(t testing.TB, p *marketpositionv1.WorkforceProjection, of workforcev1.ServiceType) *marketpositionv1.ServiceProjection {
	t.Helper()
	for _, s := range p.GetServices() {
		if s.GetService() == of {
			return s
		}
	}
	t.Fatalf("no service %v", of)
	return nil
}

// ends are the low, the value and the high of a figure.
func endsOf(t testing.TB, f *commonv1.Figure) [3]float64 {
	t.Helper()
	v := fixture.Value(t, f)
	r := rangeOf(f)
	round := func(x float64) float64 { return math.Round(x*1e6) / 1e6 }
	return [3]float64{round(r.Low), round(v), round(r.High)}
}

func needing(of workforcev1.ServiceType, n float64) []*marketpositionv1.ServiceOverride {
	return []*marketpositionv1.ServiceOverride{{Service: of, Need: &n}}
}

// 460 employees of 500 posts (460 / 0.92), of whom 24% / 12 = 2% leave each month: 9.2. As
// many start, 6.9 from within the country and 2.3 from abroad, so they stay 460 and, with 30
// of bank and agency, run the 490 beds that 490 staff run today. 600 are needed and there are
// 500 beds: 10 beds stand empty for want of people, 100 lack both.
func TestAWorkforceWorkedByHand(t *testing.T) {
	p := projected(t, WorkforceAsk{Services: needing(residentialHomes, 600)})
	team := teamOf(t, p, teamKey{service: residentialHomes})
	for what, test := range map[string]struct {
		of   *commonv1.Figure
		want [3]float64
	}{
		"filled": {team.GetFilled(), [3]float64{460, 460, 460}}, "posts": {team.GetPosts(), [3]float64{500, 500, 500}},
		"cover": {team.GetCover(), [3]float64{30, 30, 30}}, "turnover": {team.GetTurnover(), [3]float64{12, 24, 36}},
		"starters": {team.GetStarters(), [3]float64{6.9, 6.9, 6.9}}, "from abroad": {team.GetInternational(), [3]float64{2.3, 2.3, 2.3}},
	} {
		if got := endsOf(t, test.of); got != test.want {
			t.Errorf("%s: %v, want %v", what, got, test.want)
		}
	}
	month := team.GetMonths()[0]
	if got := [2]float64{month.GetLeavers().GetCentral(), team.GetMonths()[11].GetEnd().GetCentral()}; math.Abs(got[0]-9.2) > 1e-9 || math.Abs(got[1]-460) > 1e-9 {
		t.Errorf("leavers and the staff after a year: %v, want 9.2 and 460", got)
	}
	s := serviceOf(t, p, residentialHomes)
	if got := endsOf(t, s.GetPostsPerUnit()); got != [3]float64{1, 1, 1.113636} { // 490/490 and 490/440
		t.Errorf("posts for a bed: %v", got)
	}
	for what, test := range map[string]struct {
		of   *commonv1.Figure
		want float64
	}{
		"staffed": {s.GetStaffed(), 490}, "run": {s.GetRun(), 490}, "short": {s.GetShort(), 110}, "people": {s.GetPeopleShare(), 100 * 60.0 / 110},
	} {
		if got := fixture.Value(t, test.of); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", what, got, test.want)
		}
	}
}

// A small service's own rates are hidden: those of all care staff here stand in, and say so.
func TestHiddenRatesFallBackOnAllStaff(t *testing.T) {
	team := teamOf(t, projected(t, WorkforceAsk{}), teamKey{service: careAtHome})
	// 250 filled, of which 1,000 in 1,250 are permanent or temporary; 10% vacant; 30% leave and 1.1 start for each.
	if got := endsOf(t, team.GetFilled()); got[1] != 200 {
		t.Errorf("filled %v, want 200", got)
	}
	if got := endsOf(t, team.GetPosts()); got[1] != 222.222222 {
		t.Errorf("posts %v", got)
	}
	if got := endsOf(t, team.GetStarters()); math.Abs(got[1]-200*0.3*1.1*0.9/12) > 1e-6 {
		t.Errorf("starters %v", got)
	}
}

// What nobody returns is assumed, or is not enough data.
func TestMissingReturnsFallOnAssumptions(t *testing.T) {
	filled := 100.0
	given := []*marketpositionv1.TeamOverride{{Service: nursingHomes, Filled: &filled}}
	in := withStaff(t, district(t, fixture.Stroud))
	in.Answers.Workforce.Total.Services, in.Answers.Workforce.Total.Total = nil, nil
	for name, test := range map[string]struct {
		known []*marketpositionv1.Assumption
		want  any
	}{"assumed": {workforceTold(), [3]float64{20, 30, 40}}, "not assumed": {nil, "not enough"}} {
		assumptions, err := NewAssumptions(in.Area, test.known, "overrides", nil)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ProjectWorkforce(in, assumptions, WorkforceAsk{Months: 1, Teams: given})
		if err != nil {
			t.Fatal(err)
		}
		team := teamOf(t, p, teamKey{service: nursingHomes})
		var got any = "not enough"
		if team.GetTurnover().GetNotEnoughData() == nil {
			got = endsOf(t, team.GetTurnover())
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if known := len(team.GetMonths()) > 0; known != (test.known != nil) {
			t.Errorf("%s: %d months", name, len(team.GetMonths()))
		}
	}
}

// With a 10% pay rise turnover of 24% falls by 3 points, to 7/8 of itself; with half of the
// staff newly trained it is 1 - 0.5 x (1 - 0.8) of itself.
func TestLeversHaveTheEffectsOfTheirSources(t *testing.T) {
	pay := &marketpositionv1.WorkforceLever{What: &marketpositionv1.WorkforceLever_PayRisePercent{PayRisePercent: 10}, Service: residentialHomes}
	train := &marketpositionv1.WorkforceLever{What: &marketpositionv1.WorkforceLever_NewlyTrainedPercent{NewlyTrainedPercent: 50}, Service: residentialHomes}
	closed := &marketpositionv1.WorkforceLever{What: &marketpositionv1.WorkforceLever_OverseasRecruitmentClosed{OverseasRecruitmentClosed: true}, Service: residentialHomes}
	for name, test := range map[string]struct {
		lever *marketpositionv1.WorkforceLever
		want  [3]float64
	}{"pay": {pay, [3]float64{0.875, 0.875, 1 - 0.01/0.24}}, "training": {train, [3]float64{0.875, 0.9, 1}}, "closed": {closed, [3]float64{0, 0, 0}}} {
		p := projected(t, WorkforceAsk{Levers: []*marketpositionv1.WorkforceLever{test.lever}})
		by := p.GetLevers()[0].GetBy()
		got := [3]float64{by.GetLow(), by.GetCentral(), by.GetHigh()}
		for i := range got {
			if math.Abs(got[i]-test.want[i]) > 1e-9 {
				t.Errorf("%s: %v, want %v", name, got, test.want)
			}
		}
		if len(p.GetLevers()[0].GetSourceIds()) == 0 {
			t.Errorf("%s names no source", name)
		}
	}
	steady, fewer := projected(t, WorkforceAsk{}), projected(t, WorkforceAsk{Levers: []*marketpositionv1.WorkforceLever{closed}})
	after := func(p *marketpositionv1.WorkforceProjection) float64 {
		return fixture.Value(t, teamOf(t, p, teamKey{service: residentialHomes}).GetFilledAtEnd())
	}
	if after(fewer) >= after(steady) {
		t.Errorf("without recruits from abroad %v staff, with %v", after(fewer), after(steady))
	}
}

func TestAWorkforceAskNamesEveryFault(t *testing.T) {
	one := 1.0
	effect := &marketpositionv1.WorkforceLever_PayRisePercent{PayRisePercent: 1}
	for name, test := range map[string]struct {
		ask   WorkforceAsk
		known []*marketpositionv1.Assumption
		want  []string
	}{
		"given twice": {WorkforceAsk{
			Teams:    []*marketpositionv1.TeamOverride{{Service: careAtHome}, {Service: careAtHome}},
			Services: append(needing(careAtHome, 1), needing(careAtHome, 2)...),
		}, workforceTold(), []string{"teams[1]", "services[1].service"}},
		"too few posts": {WorkforceAsk{Teams: []*marketpositionv1.TeamOverride{{Service: residentialHomes, Posts: &one}}}, workforceTold(), []string{"teams[0].posts"}},
		"a turnover mistaken": {WorkforceAsk{Teams: []*marketpositionv1.TeamOverride{
			{Service: careAtHome, TurnoverPercent: &marketpositionv1.ValueRange{Low: 24, Central: 24, High: 995}},
			{Service: residentialHomes, TurnoverPercent: &marketpositionv1.ValueRange{Low: 24, Central: 24, High: 5000}},
		}}, workforceTold(), []string{"teams[1].turnover_percent"}},
		"late, backwards and on nobody": {WorkforceAsk{Levers: []*marketpositionv1.WorkforceLever{
			{FromMonth: 13, What: effect}, {FromMonth: 3, ToMonth: 2, What: effect}, {Service: workforcev1.ServiceType_SERVICE_TYPE_COUNCIL, What: effect},
		}}, workforceTold(), []string{"levers[0].from_month", "levers[1].to_month", "levers[2]"}},
		"an effect without a source": {WorkforceAsk{Levers: []*marketpositionv1.WorkforceLever{{What: effect}}}, nil, []string{"levers[0]"}},
	} {
		_, err := project(t, test.ask, test.known)
		var fields []string
		for _, v := range errs.Violations(err) {
			fields = append(fields, v.Field)
		}
		if diff := cmp.Diff(test.want, fields); diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
}

func TestStocksAndFlowsBalanceOnEveryCourse(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		filled := rapid.Float64Range(0, 1000).Draw(r, "filled")
		posts := filled + rapid.Float64Range(0, 200).Draw(r, "vacant")
		p := projected(t, WorkforceAsk{
			Months: rapid.IntRange(1, 24).Draw(r, "months"), Services: needing(residentialHomes, rapid.Float64Range(0, 2000).Draw(r, "need")),
			Teams: []*marketpositionv1.TeamOverride{{Service: residentialHomes, Filled: &filled, Posts: &posts}},
		})
		for _, m := range teamOf(t, p, teamKey{service: residentialHomes}).GetMonths() {
			for name, get := range map[string]func(*marketpositionv1.ThreeCourses) float64{
				"fewest": (*marketpositionv1.ThreeCourses).GetFewest, "central": (*marketpositionv1.ThreeCourses).GetCentral, "most": (*marketpositionv1.ThreeCourses).GetMost,
			} {
				end := get(m.GetStart()) - get(m.GetLeavers()) + get(m.GetStarters()) + get(m.GetInternational())
				if math.Abs(end-get(m.GetEnd())) > 1e-6 {
					r.Fatalf("%s, month %d: %v is not %v", name, m.GetMonth(), get(m.GetEnd()), end)
				}
				if math.Abs(get(m.GetEnd())+get(m.GetVacant())-posts) > 1e-6 {
					r.Fatalf("%s, month %d: %v filled and %v vacant of %v", name, m.GetMonth(), get(m.GetEnd()), get(m.GetVacant()), posts)
				}
			}
		}
		for _, m := range serviceOf(t, p, residentialHomes).GetMonths() {
			short := m.GetForWantOfPeople().GetCentral() + m.GetForWantOfPlaces().GetCentral() + m.GetForWantOfBoth().GetCentral()
			if math.Abs(short-m.GetShort().GetCentral()) > 1e-6 {
				r.Fatalf("month %d: %v short of %v", m.GetMonth(), short, m.GetShort().GetCentral())
			}
		}
	})
}

func TestAStatementLooksAYearAhead(t *testing.T) {
	outlook := Compose(withStaff(t, district(t, fixture.Stroud))).GetWorkforce().GetProjection()
	if outlook.GetMonths() != 12 || len(outlook.GetTeams()) == 0 {
		t.Fatalf("%v", outlook)
	}
	for _, team := range outlook.GetTeams() {
		if len(team.GetMonths()) > 0 {
			t.Errorf("%s has its months", team.GetService())
		}
	}
	if !figure.IsHidden(outlook.GetServices()[0].GetRun()) && fixture.Value(t, outlook.GetServices()[0].GetRun()) <= 0 {
		t.Errorf("nothing is run: %v", outlook.GetServices()[0])
	}
}

// The page docs/models/workforce.md works these by hand.
func TestTheDocumentedWorkforce(t *testing.T) {
	exactly := func(x float64) *marketpositionv1.ValueRange {
		return &marketpositionv1.ValueRange{Low: x, Central: x, High: x}
	}
	filled, posts, cover, places := 1366.0, 1500.0, 154.0, 1600.0
	services := needing(residentialHomes, 1800)
	services[0].Places, services[0].PostsPerUnit = &places, exactly(1)
	p := projected(t, WorkforceAsk{
		Months: 2, Services: services,
		Teams: []*marketpositionv1.TeamOverride{{
			Service: residentialHomes, Filled: &filled, Posts: &posts, Cover: &cover, TurnoverPercent: exactly(24), Starters: exactly(24), International: exactly(5),
		}},
		Levers: []*marketpositionv1.WorkforceLever{{Service: residentialHomes, What: &marketpositionv1.WorkforceLever_PayRisePercent{PayRisePercent: 5}}},
	})
	months, s := teamOf(t, p, teamKey{service: residentialHomes}).GetMonths(), serviceOf(t, p, residentialHomes)
	for what, test := range map[string][3]float64{
		"leavers of month 1": {months[0].GetLeavers().GetCentral(), 25.6125, 1e-9}, "staff after it": {months[0].GetEnd().GetCentral(), 1369.3875, 1e-9},
		"leavers of month 2": {months[1].GetLeavers().GetCentral(), 25.676, 1e-3}, "staff after that": {months[1].GetEnd().GetCentral(), 1372.7115, 1e-4},
		"beds run": {fixture.Value(t, s.GetRun()), 1526.71, 0.005}, "short": {fixture.Value(t, s.GetShort()), 273.29, 0.005},
		"people": {fixture.Value(t, s.GetPeopleShare()), 63.4, 0.05},
	} {
		if math.Abs(test[0]-test[1]) > test[2] {
			t.Errorf("%s: %v, want %v", what, test[0], test[1])
		}
	}
}
