package scenario_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
	"github.com/caremarket/caremarket/services/marketposition/model/scenario"
)

const (
	homeCare    = interaction.HomeCare
	extraCare   = interaction.ExtraCare
	residential = interaction.Residential
	nursing     = interaction.Nursing
)

var over75 = need.AgeBand{From: 75, To: need.AndOver}

func sure(value float64) assume.Assumption { return assume.Certain(value, "invented") }

func between(low, central, high float64) assume.Assumption {
	return assume.Between(low, central, high, "invented")
}

// growing has 1,000 people aged 75+ in 2024 and 2,000 in 2034.
func growing(source string) need.Population {
	return need.Population{
		BaseYear: 2024, Source: source,
		Base: []need.Count{{Band: over75, People: 1000}},
		Growth: []need.Series{{Band: over75, Edition: "invented", Points: []need.Point{
			{Year: 2024, People: 1}, {Year: 2034, People: 2},
		}}},
	}
}

// certain is two districts without any uncertainty: of 1,000 people 100 want home care and 50 residential
// care; staff stay as they are, for 80 and for 60 people.
func certain() scenario.Input {
	rate := func(setting interaction.Setting, people float64) need.Rate {
		return need.Rate{Setting: setting.String(), Band: over75, Per: 1000, People: sure(people)}
	}
	in := scenario.Input{
		FirstYear: 2024, LastYear: 2034, Draws: 20, Seed: 1, Within: 0.9,
		Rates: []need.Rate{rate(homeCare, 100), rate(residential, 50)},
	}
	in.Overflow[homeCare][residential] = sure(0.5)
	for s := range in.Staffing {
		in.Staffing[s] = scenario.Staffing{PeoplePerPost: sure(2), Turnover: sure(0), Starters: sure(0)}
	}
	for _, id := range []string{"E07000078", "E07000079"} {
		d := scenario.District{ID: id, Population: growing("census")}
		for s := range d.Places {
			d.Places[s] = sure(math.Inf(1))
		}
		d.Teams[homeCare] = scenario.Team{Posts: 40, Filled: 40}
		d.Teams[residential] = scenario.Team{Posts: 30, Filled: 30}
		in.Districts = append(in.Districts, d)
	}
	return in
}

func run(t testing.TB, in scenario.Input) scenario.Result {
	t.Helper()
	result, err := scenario.Run(t.Context(), in, 1)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// central is the median of a figure with the levers.
func central(r scenario.Result, area, year int, f scenario.Figure) float64 {
	return r.Areas[area].Years[year].Figures[f].With.Central
}

func TestYearsWorkedByHand(t *testing.T) {
	result := run(t, certain())
	type row struct{ needed, placed, unmet, careHomes, avoidable float64 }
	// 2024: 20 find home care full, 10 of them come to residential care, which has 60 places for 60.
	// 2034: 200 want home care, 60 of the 120 turned away go on; 160 come to 60 places. With home care for
	// all, 100 would want them, and as many be placed.
	for y, want := range map[int]row{0: {150, 140, 10, 60, 10}, 10: {300, 140, 160, 60, 0}} {
		placed, needed := 0.0, 0.0
		for _, s := range interaction.Settings() {
			placed += central(result, 0, y, scenario.Placed(s))
			needed += central(result, 0, y, scenario.Need(s))
		}
		got := row{needed, placed, central(result, 0, y, scenario.Unmet), central(result, 0, y, scenario.CareHomes), central(result, 0, y, scenario.Avoidable)}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{}), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
			t.Errorf("year %d: %s", 2024+y, diff)
		}
	}
	if last := result.Areas[2]; last.ID != scenario.All || last.Years[10].Figures[scenario.Unmet].With.Central != 320 {
		t.Errorf("%s: %+v unmet, want 320", last.ID, last.Years[10].Figures[scenario.Unmet].With)
	}
}

func TestEachLeverDoesWhatItSays(t *testing.T) {
	lever := func(what scenario.What, by float64) scenario.Lever {
		return scenario.Lever{Name: "lever", What: what, District: "E07000078", Setting: homeCare, To: residential, FromYear: 2026, ToYear: 2027, By: sure(by)}
	}
	limited := certain() // 70 places of home care for the 80 that its staff could serve
	limited.Districts[0].Places[homeCare] = sure(70)
	leaving := certain() // a fifth of a month's staff leaves each month, and half of the vacancies fill
	leaving.Staffing[homeCare].Turnover = sure(2.4)
	older := lever(scenario.UsePopulation, 0)
	older.Population = growing("another census")
	older.Population.Base = []need.Count{{Band: over75, People: 3000}}
	cases := map[string]struct {
		in     scenario.Input
		lever  scenario.Lever
		figure scenario.Figure
		// with less without in 2026 and in 2028, after the lever's last year
		during, after float64
	}{
		"places":         {limited, lever(scenario.AddPlaces, 5), scenario.Capacity(homeCare), 5, 0},
		"fewer places":   {limited, lever(scenario.AddPlaces, -100), scenario.Capacity(homeCare), -70, 0},
		"reablement":     {certain(), lever(scenario.TimesNeed, 0.9), scenario.Need(homeCare), -12, 0},
		"a population":   {certain(), older, scenario.Need(homeCare), 240, 0},
		"posts alone":    {certain(), lever(scenario.AddPosts, 10), scenario.Filled(homeCare), 0, 0},
		"starters, full": {certain(), lever(scenario.AddStarters, 9), scenario.Filled(homeCare), 0, 0},
		// Staff are counted at the start of a year, so two years of the lever show in the third.
		"starters":    {leaving, lever(scenario.AddStarters, 100), scenario.Filled(homeCare), 0, 40 - 40*math.Pow(0.8, 48)},
		"no turnover": {leaving, lever(scenario.TimesTurnover, 0), scenario.Filled(homeCare), 0, 40*math.Pow(0.8, 24) - 40*math.Pow(0.8, 48)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.in.Levers = []scenario.Lever{c.lever}
			result := run(t, c.in)
			difference := func(area, year int) float64 {
				return result.Areas[area].Years[year].Figures[c.figure].Difference.Central
			}
			got := [...]float64{difference(0, 1), difference(0, 2), difference(0, 4), difference(1, 2)}
			want := [...]float64{0, c.during, c.after, 0}
			if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
				t.Errorf("before, during, after, elsewhere: %s", diff)
			}
			if all := difference(2, 2); math.Abs(all-c.during) > 1e-9 {
				t.Errorf("all districts differ by %v, want %v", all, c.during)
			}
		})
	}
}

func TestOverflowThatIsStoppedFillsNoCareHome(t *testing.T) {
	in := certain()
	in.Levers = []scenario.Lever{{Name: "hold", What: scenario.TimesOverflow, Setting: homeCare, To: residential, FromYear: 2024, By: sure(0)}}
	got := run(t, in).Areas[0].Years[0].Figures[scenario.CareHomes].Difference
	if math.Abs(got.Central+10) > 1e-9 {
		t.Errorf("%v more in care homes, want 10 fewer", got.Central)
	}
}

// uncertain is six districts over twenty years with a range on everything and four levers.
func uncertain(draws int) scenario.Input {
	in := certain()
	in.Draws, in.LastYear, in.Districts = draws, 2043, nil
	in.Rates = nil
	bands := []need.AgeBand{{From: 65, To: 74}, {From: 75, To: 84}, {From: 85, To: need.AndOver}}
	population := need.Population{BaseYear: 2021, Source: "census"}
	for i, band := range bands {
		population.Base = append(population.Base, need.Count{Band: band, People: 15000 / float64(1+i)})
		population.Growth = append(population.Growth, need.Series{Band: band, Edition: "invented", Points: []need.Point{
			{Year: 2021, People: 100}, {Year: 2043, People: 130 + 30*float64(i)},
		}})
		for _, s := range interaction.Settings() {
			base := float64((i + 1) * (i + 1) * 4 / (1 + int(s)))
			in.Rates = append(in.Rates, need.Rate{Setting: s.String(), Band: band, Per: 1000, People: between(0.8*base, base, 1.3*base)})
		}
	}
	in.Overflow[homeCare] = [interaction.Count]assume.Assumption{extraCare: between(0.05, 0.1, 0.15), residential: between(0.3, 0.4, 0.5), nursing: between(0, 0.1, 0.2)}
	in.Overflow[extraCare][residential] = between(0.3, 0.5, 0.7)
	in.Overflow[residential][nursing] = between(0.1, 0.2, 0.3)
	in.Overflow[nursing][residential] = between(0.1, 0.2, 0.3)
	for s := range in.Staffing {
		in.Staffing[s] = scenario.Staffing{PeoplePerPost: between(1.8, 2, 2.2), Turnover: between(0.2, 0.25, 0.35), Starters: between(0.015, 0.02, 0.03)}
	}
	for i := range 6 {
		d := scenario.District{ID: fmt.Sprintf("E0700007%d", i), Population: population}
		for s := range d.Places {
			d.Places[s] = between(300/float64(1+s), 400/float64(1+s), 500/float64(1+s))
			d.Teams[s] = scenario.Team{Posts: 220 / float64(1+s), Filled: 200 / float64(1+s)}
		}
		in.Districts = append(in.Districts, d)
	}
	in.Levers = []scenario.Lever{
		{Name: "home care", What: scenario.AddPlaces, Setting: homeCare, FromYear: 2026, By: between(50, 100, 200)},
		{Name: "posts", What: scenario.AddPosts, Setting: homeCare, FromYear: 2026, By: between(20, 50, 90)},
		{Name: "pay", What: scenario.TimesTurnover, Setting: homeCare, FromYear: 2026, By: between(0.7, 0.8, 1)},
		{Name: "reablement", What: scenario.TimesNeed, Setting: homeCare, FromYear: 2027, By: between(0.85, 0.9, 1)},
	}
	return in
}

func TestTheNumberOfWorkersChangesNothing(t *testing.T) {
	in := uncertain(60)
	first, err := scenario.Run(t.Context(), in, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{0, 2, 7} {
		again, err := scenario.Run(t.Context(), in, workers)
		if err != nil {
			t.Fatal(err)
		}
		for a := range first.Areas { // area by area, for a difference in all would take long to show
			if diff := cmp.Diff(first.Areas[a], again.Areas[a]); diff != "" {
				t.Fatalf("%d workers: %s", workers, diff)
			}
		}
	}
	in.Seed++
	other, err := scenario.Run(t.Context(), in, 1)
	if err != nil {
		t.Fatal(err)
	}
	if cmp.Equal(first.Areas[0].Years[0], other.Areas[0].Years[0]) {
		t.Error("another seed drew the same")
	}
}

func TestWithoutLeversThereIsNoDifference(t *testing.T) {
	in := uncertain(30)
	in.Levers = nil
	for _, area := range run(t, in).Areas {
		for _, year := range area.Years {
			for f, c := range year.Figures {
				if c.Difference != (assume.Range{}) || c.With != c.Without {
					t.Fatalf("%s %d, %s: %+v", area.ID, year.Year, scenario.Figure(f), c)
				}
			}
		}
	}
}

// In a single draw everything must balance, so with two equal draws the quantiles do too.
func TestServedAndUnmetAreTheNeedInEveryYear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := narrowed(t)
		result, err := scenario.Run(context.Background(), in, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, area := range result.Areas {
			for _, year := range area.Years {
				var need, placed float64
				for _, s := range interaction.Settings() {
					need += year.Figures[scenario.Need(s)].With.Central
					placed += year.Figures[scenario.Placed(s)].With.Central
				}
				unmet := year.Figures[scenario.Unmet].With.Central
				if math.Abs(placed+unmet-need) > 1e-6*(1+need) {
					t.Fatalf("%s %d: %v placed and %v unmet of %v", area.ID, year.Year, placed, unmet, need)
				}
			}
		}
	})
}

// narrowed is the uncertain input with every range shut at a place drawn within it.
func narrowed(t *rapid.T) scenario.Input {
	in := uncertain(2)
	in.LastYear = 2030
	shut := func(a *assume.Assumption) {
		a.Range = assume.Exactly(a.At(rapid.Float64Range(0, 1).Draw(t, "u")))
	}
	for i := range in.Rates {
		shut(&in.Rates[i].People)
	}
	for s := range in.Staffing {
		shut(&in.Staffing[s].PeoplePerPost)
		shut(&in.Staffing[s].Turnover)
		shut(&in.Staffing[s].Starters)
		for u := range in.Overflow[s] {
			shut(&in.Overflow[s][u])
		}
		for d := range in.Districts {
			shut(&in.Districts[d].Places[s])
		}
	}
	for i := range in.Levers {
		shut(&in.Levers[i].By)
	}
	return in
}

func TestMoreHomeCareNeverFillsCareHomesNorLeavesMoreUnmet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := narrowed(t)
		in.Levers = in.Levers[:1] // places for home care
		result, err := scenario.Run(context.Background(), in, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, area := range result.Areas {
			for _, year := range area.Years {
				for _, f := range []scenario.Figure{scenario.CareHomes, scenario.Unmet, scenario.Placed(residential), scenario.Placed(nursing)} {
					if rise := year.Figures[f].Difference.Central; rise > 1e-6 {
						t.Fatalf("%s %d: %s rose by %v", area.ID, year.Year, f, rise)
					}
				}
			}
		}
	})
}

func TestRangesAreInOrderAndNarrowWithLessWithin(t *testing.T) {
	wide := uncertain(200)
	narrow := wide
	narrow.Within = 0.5
	w, n := run(t, wide), run(t, narrow)
	for y := range w.Areas[0].Years {
		for f := range scenario.Figures {
			a, b := w.Areas[0].Years[y].Figures[f].With, n.Areas[0].Years[y].Figures[f].With
			if !(a.Low <= b.Low && b.Low <= b.Central && b.Central == a.Central && b.Central <= b.High && b.High <= a.High) {
				t.Fatalf("%s: nine draws in ten %+v, half of them %+v", f, a, b)
			}
		}
	}
}

// With one uncertain rate the need of its setting is that rate, so its quantiles are the triangle's.
func TestQuantilesAreThoseOfTheAssumption(t *testing.T) {
	in := certain()
	in.Draws, in.LastYear = 20_000, 2024
	in.Rates[0].People = between(80, 100, 160)
	got := run(t, in).Areas[0].Years[0].Figures[scenario.Need(homeCare)].With
	rate := in.Rates[0].People
	want := assume.Range{Low: rate.At(0.05), Central: rate.At(0.5), High: rate.At(0.95)}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1)); diff != "" {
		t.Error(diff)
	}
}

func TestDriversAreThoseThatTheFigureHangsOn(t *testing.T) {
	in := certain()
	in.Draws = 400
	in.Rates[1].People = between(45, 50, 55)
	in.Districts[0].Places[residential] = between(1, 30, 50)
	in.Levers = []scenario.Lever{{Name: "reablement", What: scenario.TimesNeed, Setting: homeCare, FromYear: 2024, By: between(0.5, 0.8, 0.9)}}
	area := run(t, in).Areas[0]
	need := area.Drivers[scenario.Need(homeCare)]
	if diff := cmp.Diff([]scenario.Driver{{Assumption: "lever: reablement", Source: "invented", Correlation: 1}}, need.Difference, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("the difference in need: %s", diff)
	}
	placed := area.Drivers[scenario.Placed(residential)].With
	if len(placed) != 1 || placed[0].Assumption != "places in residential, E07000078" || math.Abs(placed[0].Correlation-1) > 1e-9 {
		t.Errorf("people placed are driven by %+v", placed)
	}
	unmet := area.Drivers[scenario.Unmet].With
	if len(unmet) < 2 || unmet[0].Assumption != "lever: reablement" || unmet[1].Correlation > 0 {
		t.Errorf("unmet need is driven by %+v", unmet)
	}
	if filled := area.Drivers[scenario.Filled(homeCare)]; filled.With != nil || filled.Difference != nil {
		t.Errorf("what never changes is driven by %+v", filled)
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := scenario.Run(ctx, uncertain(100), 2); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestFiguresInWords(t *testing.T) {
	seen := make(map[string]bool)
	for f := range scenario.Figures {
		seen[f.String()] = true
	}
	if len(seen) != int(scenario.Figures) || !seen["need for home care"] || !seen["posts filled in nursing"] || !seen["avoidable placements"] {
		t.Errorf("figures read %v", seen)
	}
	if got := scenario.Figures.String(); got != "unknown figure" {
		t.Errorf("one figure too many reads %q", got)
	}
}

func benchmarkRun(b *testing.B, workers int) {
	in := uncertain(1000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := scenario.Run(context.Background(), in, workers); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRun20Years1000Draws6DistrictsOneWorker(b *testing.B)  { benchmarkRun(b, 1) }
func BenchmarkRun20Years1000Draws6DistrictsTwoWorkers(b *testing.B) { benchmarkRun(b, 2) }
