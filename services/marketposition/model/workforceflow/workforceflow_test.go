package workforceflow_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/workforceflow"
)

var approximately = cmpopts.EquateApprox(1e-12, 1e-9)

// national is 1,000 posts at the rates of 2023/24 (Skills for Care: vacancies 8.3%, turnover 24.8%) with
// just as many starters as hold the staff steady.
func national() workforceflow.Input {
	return workforceflow.Input{
		Months: 12,
		Teams: []workforceflow.Team{{
			Service: "residential", Role: "care worker", Posts: 1000, Filled: 917,
			Turnover:      assume.Between(0.2, 0.248, 0.3, "Skills for Care 2023/24"),
			Starters:      assume.Between(10, 917*0.248/12-4, 20, "invented"),
			International: assume.Between(2, 4, 6, "invented"),
		}},
		Services: []workforceflow.Service{{
			Name: "residential", Need: []float64{1000}, Places: []float64{950},
			Staffing: []workforceflow.Staffing{{Role: "care worker", PostsPerUnit: assume.Between(0.9, 1, 1.1, "invented")}},
		}},
	}
}

func project(t testing.TB, in workforceflow.Input) workforceflow.Result {
	t.Helper()
	result, err := workforceflow.Project(in)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestTwelveMonthsGiveBackThePublishedTurnover(t *testing.T) {
	team := project(t, national()).Central.Teams[0]
	leavers := 0.0
	for _, month := range team.Months {
		leavers += month.Leavers
		if math.Abs(month.End-917) > 1e-9 {
			t.Fatalf("the staff did not stay steady: %v", month.End)
		}
	}
	if got := leavers / 917; math.Abs(got-0.248) > 1e-9 {
		t.Errorf("turnover %v, want 0.248", got)
	}
	if got := team.Months[11].Vacant() / 1000; math.Abs(got-0.083) > 1e-9 {
		t.Errorf("vacancy rate %v, want 0.083", got)
	}
}

func TestCapacityAndShortfallWorkedByHand(t *testing.T) {
	got := project(t, national()).Central.Services[0].Months[11]
	// 1,000 beds needed, 950 there, staff for 917: 33 beds stand empty for want of staff, 50 lack both.
	want := workforceflow.Supply{
		Need: 1000, Places: 950, Staffed: 917, Units: 917,
		Short: workforceflow.Shortfall{Staff: 33, Both: 50},
	}
	if diff := cmp.Diff(want, got, approximately); diff != "" {
		t.Error(diff)
	}
	if share, known := got.Short.StaffShare(); !known || math.Abs(share-58.0/83) > 1e-9 {
		t.Errorf("share of people %v (known: %v), want 58/83", share, known)
	}
}

func TestNobodyIsTakenOnBeyondThePosts(t *testing.T) {
	in := national()
	in.Teams[0].Starters = assume.Certain(500, "invented")
	month := project(t, in).Central.Teams[0].Months[0]
	want := workforceflow.Month{
		Start: 917, Leavers: 917 * 0.248 / 12, Starters: 83 + 917*0.248/12, End: 1000, Posts: 1000,
	}
	if diff := cmp.Diff(want, month, approximately); diff != "" {
		t.Error(diff)
	}
}

func TestTheScarcestRoleLimits(t *testing.T) {
	in := national()
	nurses := in.Teams[0]
	nurses.Role, nurses.Posts, nurses.Filled, nurses.Cover = "nurse", 60, 50, 5
	nurses.Starters, nurses.International = assume.Certain(0, "invented"), assume.Certain(0, "invented")
	nurses.Turnover = assume.Certain(0, "invented")
	in.Teams = append(in.Teams, nurses)
	in.Services[0].Staffing = append(in.Services[0].Staffing, workforceflow.Staffing{Role: "nurse", PostsPerUnit: assume.Certain(0.1, "invented")})
	if got := project(t, in).Central.Services[0].Months[0].Units; math.Abs(got-550) > 1e-9 {
		t.Errorf("%v beds run, want the 550 that 55 nurses can", got)
	}
}

func TestLeversActWhereAndWhenTheySay(t *testing.T) {
	lever := func(what workforceflow.Effect, by float64) workforceflow.Lever {
		return workforceflow.Lever{Name: "pay", What: what, FromMonth: 3, ToMonth: 4, By: assume.Certain(by, "study")}
	}
	before := project(t, national()).Central.Teams[0].Months
	cases := map[string]struct {
		lever workforceflow.Lever
		check func(workforceflow.Month) bool
	}{
		"half the turnover":   {lever(workforceflow.TimesTurnover, 0.5), func(m workforceflow.Month) bool { return math.Abs(m.Leavers-m.Start*0.124/12) < 1e-9 }},
		"twice the starters":  {lever(workforceflow.TimesStarters, 2), func(m workforceflow.Month) bool { return math.Abs(m.Starters-2*before[0].Starters) < 1e-9 }},
		"no one from abroad":  {lever(workforceflow.TimesInternational, 0), func(m workforceflow.Month) bool { return m.International == 0 }},
		"a hundred new posts": {lever(workforceflow.AddPosts, 100), func(m workforceflow.Month) bool { return m.Posts == 1100 }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := national()
			in.Levers = []workforceflow.Lever{c.lever}
			months := project(t, in).Central.Teams[0].Months
			if diff := cmp.Diff(before[:2], months[:2]); diff != "" {
				t.Errorf("it acts before its time: %s", diff)
			}
			if !c.check(months[2]) || !c.check(months[3]) {
				t.Errorf("it does not act: %+v", months[2])
			}
			if c.check(months[4]) {
				t.Errorf("it acts after its time: %+v", months[4])
			}
			in.Levers[0].Role = "nurse"
			if diff := cmp.Diff(before, project(t, in).Central.Teams[0].Months); diff != "" {
				t.Errorf("it acts on others: %s", diff)
			}
		})
	}
}

// Staff that lose a share h and gain g each month tend to g / h, and are (1 - h)^n of the way from it after
// n months: the solution of a linear recurrence.
func TestStaffTendToTheirSteadyState(t *testing.T) {
	in := national()
	in.Months = 120
	in.Teams[0].Posts = 1e6 // room for all who would start
	in.Teams[0].Turnover = assume.Certain(0.6, "invented")
	in.Teams[0].Starters, in.Teams[0].International = assume.Certain(25, "invented"), assume.Certain(10, "invented")
	steady, staying := 35/0.05, 0.95
	for n, month := range project(t, in).Central.Teams[0].Months {
		want := steady + (917-steady)*math.Pow(staying, float64(n+1))
		if math.Abs(month.End-want) > 1e-6 {
			t.Fatalf("after %d months %v staff, want %v", n+1, month.End, want)
		}
	}
}

func TestNeedAndPlacesMayChangeByMonth(t *testing.T) {
	in := national()
	in.Months = 3
	in.Services[0].Need = []float64{900, 950, 1000}
	in.Services[0].Places = []float64{800, math.Inf(1), 950}
	var short []workforceflow.Shortfall
	for _, month := range project(t, in).Central.Services[0].Months {
		short = append(short, month.Short)
	}
	want := []workforceflow.Shortfall{{Places: 100}, {Staff: 33}, {Staff: 33, Both: 50}}
	if diff := cmp.Diff(want, short, approximately); diff != "" {
		t.Error(diff)
	}
}

func TestLeversOfOneKindMultiplyOrAddUp(t *testing.T) {
	in := national()
	lever := func(what workforceflow.Effect, by float64) workforceflow.Lever {
		return workforceflow.Lever{What: what, FromMonth: 1, By: assume.Certain(by, "study")}
	}
	in.Levers = []workforceflow.Lever{
		lever(workforceflow.TimesTurnover, 0.5), lever(workforceflow.TimesTurnover, 0.5),
		lever(workforceflow.AddPosts, 10), lever(workforceflow.AddPosts, 20),
	}
	month := project(t, in).Central.Teams[0].Months[0]
	if math.Abs(month.Leavers-917*0.062/12) > 1e-9 || month.Posts != 1030 {
		t.Errorf("%v leave, %v posts, want %v and 1030", month.Leavers, month.Posts, 917*0.062/12)
	}
}

func TestTheFewestStaffComeOfTheHarmfulEnds(t *testing.T) {
	result := project(t, national())
	few, many := result.Fewest.Teams[0].Months[0], result.Most.Teams[0].Months[0]
	if math.Abs(few.Leavers-917*0.3/12) > 1e-9 || few.Starters != 10 || few.International != 2 {
		t.Errorf("the fewest: %+v", few)
	}
	if math.Abs(many.Leavers-917*0.2/12) > 1e-9 || many.Starters != 20 || many.International != 6 {
		t.Errorf("the most: %+v", many)
	}
	if got := result.Fewest.Services[0].Months[0].Staffed; math.Abs(got-few.End/1.1) > 1e-9 {
		t.Errorf("the fewest staff run %v, want %v", got, few.End/1.1)
	}
}

// anyInput draws two teams of one service with levers.
func anyInput(t *rapid.T) workforceflow.Input {
	assumption := func(most float64) assume.Assumption {
		low := rapid.Float64Range(0, most).Draw(t, "low")
		central := rapid.Float64Range(low, most).Draw(t, "central")
		return assume.Between(low, central, rapid.Float64Range(central, most).Draw(t, "high"), "drawn")
	}
	in := workforceflow.Input{Months: rapid.IntRange(1, 36).Draw(t, "months")}
	service := workforceflow.Service{
		Name: "nursing", Need: []float64{rapid.Float64Range(0, 500).Draw(t, "need")},
		Places: []float64{rapid.OneOf(rapid.Float64Range(0, 500), rapid.Just(math.Inf(1))).Draw(t, "places")},
	}
	for _, role := range []string{"care worker", "nurse"} {
		posts := rapid.Float64Range(0, 400).Draw(t, "posts")
		in.Teams = append(in.Teams, workforceflow.Team{
			Service: "nursing", Role: role, Posts: posts, Filled: rapid.Float64Range(0, posts).Draw(t, "filled"),
			Cover: rapid.Float64Range(0, 50).Draw(t, "cover"), Turnover: assumption(12), Starters: assumption(60), International: assumption(20),
		})
		per := assumption(2)
		per.Low, per.Central, per.High = per.Low+0.01, per.Central+0.01, per.High+0.01
		service.Staffing = append(service.Staffing, workforceflow.Staffing{Role: role, PostsPerUnit: per})
	}
	in.Services = []workforceflow.Service{service}
	for range rapid.IntRange(0, 3).Draw(t, "levers") {
		in.Levers = append(in.Levers, workforceflow.Lever{
			What: workforceflow.Effect(rapid.IntRange(1, 4).Draw(t, "what")), By: assumption(3),
			FromMonth: rapid.IntRange(1, in.Months).Draw(t, "from"),
		})
	}
	return in
}

func TestStocksAndFlowsBalanceEachMonth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		result, err := workforceflow.Project(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, course := range []workforceflow.Course{result.Fewest, result.Central, result.Most} {
			for i, team := range course.Teams {
				start := in.Teams[i].Filled
				for _, m := range team.Months {
					if m.Start != start || math.Abs(m.Start-m.Leavers+m.Starters+m.International-m.End) > 1e-9 {
						t.Fatalf("a month that does not balance: %+v after %v", m, start)
					}
					if m.Leavers < 0 || m.Starters < 0 || m.International < 0 || m.Leavers > m.Start {
						t.Fatalf("a flow the wrong way: %+v", m)
					}
					if grew := m.Starters+m.International > 0; grew && m.Vacant() < -1e-9 {
						t.Fatalf("taken on beyond the posts: %+v", m)
					}
					start = m.End
				}
			}
			for _, s := range course.Services[0].Months {
				if math.Abs(s.Short.All()-math.Max(0, s.Need-s.Units)) > 1e-9 {
					t.Fatalf("need %v, run %v, short %+v", s.Need, s.Units, s.Short)
				}
				if share, known := s.Short.StaffShare(); known && !(share >= 0 && share <= 1) {
					t.Fatalf("a share of %v", share)
				}
			}
		}
	})
}

func TestTheCoursesBoundEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		result, err := workforceflow.Project(anyInput(t))
		if err != nil {
			t.Fatal(err)
		}
		for m, central := range result.Central.Services[0].Months {
			few, many := result.Fewest.Services[0].Months[m].Units, result.Most.Services[0].Months[m].Units
			if few > central.Units+1e-9 || many < central.Units-1e-9 {
				t.Fatalf("month %d: %v, %v, %v units", m+1, few, central.Units, many)
			}
		}
		for i := range result.Central.Teams {
			for m := range result.Central.Teams[i].Months {
				few, mid, many := result.Fewest.Teams[i].Months[m].End, result.Central.Teams[i].Months[m].End, result.Most.Teams[i].Months[m].End
				if few > mid+1e-9 || many < mid-1e-9 {
					t.Fatalf("month %d: %v, %v, %v staff", m+1, few, mid, many)
				}
			}
		}
	})
}

// The share of people is what hiring gains, averaged over hiring before and after places are added.
func TestStaffShareIsTheAverageGain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Float64Range(0, 100)
		need, places, staffed := amount.Draw(t, "need"), amount.Draw(t, "places"), amount.Draw(t, "staffed")
		short := workforceflow.NewSupply(need, places, staffed).Short
		share, known := short.StaffShare()
		if !known {
			if short.All() != 0 || min(places, staffed) < need {
				t.Fatalf("nothing is said of who bears a shortfall of %v", short)
			}
			return
		}
		met := func(places, staffed float64) float64 { return min(need, places, staffed) }
		first := met(places, need) - met(places, staffed)
		after := need - met(need, staffed)
		if got, want := share*short.All(), (first+after)/2; math.Abs(got-want) > 1e-9 {
			t.Fatalf("share of people %v of %v, want %v", share, short.All(), want)
		}
	})
}

func TestLeavingIsNeverMoreThanAll(t *testing.T) {
	for turnover, want := range map[float64]float64{0: 0, 0.24: 0.02, 12: 1, 30: 1} {
		if got := workforceflow.LeavingMonthly(turnover); math.Abs(got-want) > 1e-15 {
			t.Errorf("turnover %v: %v leave in a month, want %v", turnover, got, want)
		}
	}
}

func TestValidateNamesTheFaultyField(t *testing.T) {
	cases := map[string]struct {
		spoil func(*workforceflow.Input)
		want  []string
	}{
		"sound":           {func(*workforceflow.Input) {}, nil},
		"no months":       {func(in *workforceflow.Input) { in.Months = 0 }, []string{"months"}},
		"too many months": {func(in *workforceflow.Input) { in.Months = 1e6 }, []string{"months"}},
		"more filled than posts": {
			func(in *workforceflow.Input) { in.Teams[0].Filled = 1001 }, []string{"teams[0].filled"},
		},
		"a nameless team": {
			func(in *workforceflow.Input) { in.Teams[0].Role = "" }, []string{"teams[0]", "services[0].staffing[0].role"},
		},
		"a team twice":       {func(in *workforceflow.Input) { in.Teams = append(in.Teams, in.Teams[0]) }, []string{"teams[1]"}},
		"turnover too high":  {func(in *workforceflow.Input) { in.Teams[0].Turnover.High = 13 }, []string{"teams[0].turnover"}},
		"starters unsourced": {func(in *workforceflow.Input) { in.Teams[0].Starters.Source = "" }, []string{"teams[0].starters.source"}},
		"a lever without sense": {
			func(in *workforceflow.Input) {
				in.Levers = []workforceflow.Lever{{FromMonth: 9, ToMonth: 3, By: assume.Certain(-1, "study")}}
			},
			[]string{"levers[0].what", "levers[0].to_month", "levers[0].by"},
		},
		"places for some months": {
			func(in *workforceflow.Input) { in.Services[0].Places = []float64{1, 2, 3} }, []string{"services[0].places"},
		},
		"need negative": {func(in *workforceflow.Input) { in.Services[0].Need = []float64{-1} }, []string{"services[0].need[0]"}},
		"nobody needed": {func(in *workforceflow.Input) { in.Services[0].Staffing = nil }, []string{"services[0].staffing"}},
		"staff for nothing": {
			func(in *workforceflow.Input) { in.Services[0].Staffing[0].PostsPerUnit = assume.Certain(0, "invented") },
			[]string{"services[0].staffing[0].posts_per_unit"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := national()
			c.spoil(&in)
			_, err := workforceflow.Project(in)
			var fields []string
			for _, v := range errs.Violations(err) {
				fields = append(fields, v.Field)
			}
			if diff := cmp.Diff(c.want, fields); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func BenchmarkProject20Years(b *testing.B) {
	in := national()
	in.Months = 240
	b.ReportAllocs()
	for b.Loop() {
		if _, err := workforceflow.Project(in); err != nil {
			b.Fatal(err)
		}
	}
}
