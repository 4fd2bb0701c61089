package need_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

var approximately = cmpopts.EquateApprox(1e-12, 1e-9)

var (
	from65 = need.AgeBand{From: 65, To: 74}
	from75 = need.AgeBand{From: 75, To: 84}
	from85 = need.AgeBand{From: 85, To: need.AndOver}
)

// stroud is E07000082: people by the 2021 census (ONS TS007), growth by the ONS 2012-based projections.
func stroud() need.Population {
	series := func(band need.AgeBand, in2021, in2035 float64) need.Series {
		return need.Series{Band: band, Edition: "ONS 2012-based", Points: []need.Point{{Year: 2021, People: in2021}, {Year: 2035, People: in2035}}}
	}
	return need.Population{
		BaseYear: 2021,
		Source:   "ONS Census 2021 TS007",
		Base:     []need.Count{{Band: from65, People: 15154}, {Band: from75, People: 9326}, {Band: from85, People: 3750}},
		Growth:   []need.Series{series(from65, 15100, 18000), series(from75, 9800, 12900), series(from85, 4200, 8400)},
	}
}

// rates are invented round numbers, so that what follows from them can be worked by hand.
func rates() []need.Rate {
	rate := func(setting string, band need.AgeBand, low, central, high float64) need.Rate {
		return need.Rate{
			Setting: setting, Band: band, ClientGroup: "older people", Per: 1000,
			People: assume.Between(low, central, high, "invented"),
		}
	}
	return []need.Rate{
		rate("residential", from65, 1, 2, 3), rate("residential", from75, 8, 10, 12), rate("residential", from85, 40, 50, 60),
		rate("nursing", from75, 4, 5, 6), rate("nursing", from85, 20, 30, 40),
	}
}

func assess(t testing.TB, in need.Input) need.Result {
	t.Helper()
	result, err := need.Assess(in)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestGrowthStandsOnTheCensusAndNotOnTheProjectionsLevel(t *testing.T) {
	people, err := need.Project(stroud(), 2035)
	if err != nil {
		t.Fatal(err)
	}
	want := []need.Projected{
		{Band: from65, Base: 15154, Growth: 18000.0 / 15100, People: 18064.37086, Edition: "ONS 2012-based"},
		{Band: from75, Base: 9326, Growth: 12900.0 / 9800, People: 12276.06122, Edition: "ONS 2012-based"},
		{Band: from85, Base: 3750, Growth: 2, People: 7500, Edition: "ONS 2012-based"},
	}
	if diff := cmp.Diff(want, people, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
		t.Error(diff)
	}
}

func TestTheBaseYearIsTheCensus(t *testing.T) {
	for _, p := range assess(t, need.Input{Population: stroud(), Year: 2021}).People {
		if p.People != p.Base || p.Growth != 1 {
			t.Errorf("%s: %v people at growth %v, want the %v of the census", p.Band, p.People, p.Growth, p.Base)
		}
	}
}

// The county expected 62,100 people aged 75+ in 2018 and 92,600 in 2030, and printed that as 49.1%
// (Gloucestershire County Council, May 2018).
func TestGrowthIsAsTheCountyPrintedIt(t *testing.T) {
	band := need.AgeBand{From: 75, To: need.AndOver}
	population := need.Population{
		BaseYear: 2018, Source: "GCC 2018",
		Base:   []need.Count{{Band: band, People: 62100}},
		Growth: []need.Series{{Band: band, Edition: "GCC 2018", Points: []need.Point{{Year: 2018, People: 62100}, {Year: 2030, People: 92600}}}},
	}
	people, err := need.Project(population, 2030)
	if err != nil {
		t.Fatal(err)
	}
	if printed := math.Round(1000*(people[0].Growth-1)) / 10; printed != 49.1 {
		t.Errorf("growth %v%%, want 49.1%%", printed)
	}
}

func TestYearsBetweenArePutOnTheLine(t *testing.T) {
	people, err := need.Project(stroud(), 2028)
	if err != nil {
		t.Fatal(err)
	}
	if got := people[2].People; math.Abs(got-5625) > 1e-9 { // halfway from 3,750 to 7,500
		t.Errorf("people aged 85+ in 2028: %v, want 5625", got)
	}
}

func TestAssessWorkedByHand(t *testing.T) {
	result := assess(t, need.Input{Population: stroud(), Year: 2021, Rates: rates()})
	want := []need.Total{
		{Key: "residential", Need: assume.Range{
			Low:     15.154 + 8*9.326 + 40*3.75,
			Central: 2*15.154 + 10*9.326 + 50*3.75,
			High:    3*15.154 + 12*9.326 + 60*3.75,
		}},
		{Key: "nursing", Need: assume.Range{
			Low: 4*9.326 + 20*3.75, Central: 5*9.326 + 30*3.75, High: 6*9.326 + 40*3.75,
		}},
	}
	if diff := cmp.Diff(want, result.BySetting, approximately); diff != "" {
		t.Error(diff)
	}
	if got, want := result.Rows[4].Source, "invented"; got != want {
		t.Errorf("the row rests on %q, want %q", got, want)
	}
}

func TestARateMayCoverSeveralBands(t *testing.T) {
	over75 := need.AgeBand{From: 75, To: need.AndOver}
	result := assess(t, need.Input{Population: stroud(), Year: 2021, Rates: []need.Rate{
		{Setting: "extra care", Band: over75, Per: 1000, People: assume.Certain(45, "SHOP 2011")},
	}})
	if got, want := result.Rows[0].Need.Central, 45*13.076; math.Abs(got-want) > 1e-9 {
		t.Errorf("extra care for 13,076 people aged 75+: %v, want %v", got, want)
	}
	if got := over75.String(); got != "75+" {
		t.Errorf("band reads %q", got)
	}
}

func anyInput(t *rapid.T) need.Input {
	population := need.Population{BaseYear: 2021, Source: "census"}
	for _, band := range []need.AgeBand{from65, from75, from85} {
		people := rapid.Float64Range(1, 1e5)
		population.Base = append(population.Base, need.Count{Band: band, People: people.Draw(t, "base")})
		population.Growth = append(population.Growth, need.Series{Band: band, Edition: "edition", Points: []need.Point{
			{Year: 2021, People: people.Draw(t, "from")}, {Year: 2030, People: people.Draw(t, "via")}, {Year: 2043, People: people.Draw(t, "to")},
		}})
	}
	in := need.Input{Population: population, Year: rapid.IntRange(2021, 2043).Draw(t, "year")}
	for _, setting := range []string{"home care", "nursing"} {
		for _, band := range []need.AgeBand{from65, from75, from85, {From: 65, To: need.AndOver}} {
			low := rapid.Float64Range(0, 300).Draw(t, "low")
			central := low + rapid.Float64Range(0, 300).Draw(t, "more")
			in.Rates = append(in.Rates, need.Rate{
				Setting: setting, Band: band, ClientGroup: rapid.SampledFrom([]string{"dementia", "frailty"}).Draw(t, "group"), Per: 1000,
				People: assume.Between(low, central, central+rapid.Float64Range(0, 300).Draw(t, "most"), "source"),
			})
		}
	}
	return in
}

func TestDoublingThePopulationDoublesTheNeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		once, err := need.Assess(in)
		if err != nil {
			t.Fatal(err)
		}
		doubled := in
		doubled.Population.Base = nil
		for _, base := range in.Population.Base {
			doubled.Population.Base = append(doubled.Population.Base, need.Count{Band: base.Band, People: 2 * base.People})
		}
		twice, err := need.Assess(doubled)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(once.All.Scale(2), twice.All, approximately); diff != "" {
			t.Fatal(diff)
		}
		for i := range once.BySetting {
			if diff := cmp.Diff(once.BySetting[i].Need.Scale(2), twice.BySetting[i].Need, approximately); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

func TestEveryBreakdownAddsUpToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		result, err := need.Assess(anyInput(t))
		if err != nil {
			t.Fatal(err)
		}
		for name, totals := range map[string][]need.Total{
			"setting": result.BySetting, "band": result.ByBand, "client group": result.ByClientGroup,
		} {
			var sum assume.Range
			for _, total := range totals {
				sum = sum.Add(total.Need)
				if !(total.Need.Low <= total.Need.Central && total.Need.Central <= total.Need.High) {
					t.Fatalf("%s %s: range out of order %+v", name, total.Key, total.Need)
				}
			}
			if diff := cmp.Diff(result.All, sum, approximately); diff != "" {
				t.Fatalf("by %s: %s", name, diff)
			}
		}
	})
}

func TestPeopleBetweenTwoYearsLieBetweenThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		population := anyInput(t).Population
		year := rapid.IntRange(2031, 2042).Draw(t, "year")
		at := func(year int) []need.Projected {
			people, err := need.Project(population, year)
			if err != nil {
				t.Fatal(err)
			}
			return people
		}
		before, now, after := at(2030), at(year), at(2043)
		for i := range now {
			low := min(before[i].People, after[i].People) * (1 - 1e-9)
			high := max(before[i].People, after[i].People) * (1 + 1e-9)
			if now[i].People < low || now[i].People > high {
				t.Fatalf("%d: %v people, outside %v to %v", year, now[i].People, low, high)
			}
		}
	})
}

func BenchmarkAssess(b *testing.B) {
	in := need.Input{Population: stroud(), Year: 2030, Rates: rates()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := need.Assess(in); err != nil {
			b.Fatal(err)
		}
	}
}
