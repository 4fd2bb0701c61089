package interaction_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
)

// short is a district short of home care, with ranges on everything that may have one.
func short() interaction.Input {
	between := func(low, central, high float64) assume.Assumption {
		return assume.Between(low, central, high, "invented")
	}
	in := interaction.Input{
		Need:   assume.Range{Low: 900, Central: 1000, High: 1100},
		Shares: interaction.BySetting{0.6, 0.1, 0.2, 0.1},
		Capacity: [interaction.Count]assume.Range{
			{Low: 400, Central: 450, High: 500},
			{Low: 80, Central: 90, High: 95},
			{Low: 230, Central: 240, High: 250},
			{Low: 120, Central: 130, High: 140},
		},
	}
	in.Overflow[homeCare][residential] = between(0.3, 0.4, 0.5)
	in.Overflow[homeCare][nursing] = between(0.05, 0.1, 0.2)
	in.Overflow[extraCare][residential] = between(0.4, 0.5, 0.6)
	in.Overflow[residential][nursing] = between(0.2, 0.3, 0.4)
	in.Units[homeCare] = interaction.Unit{People: between(0.06, 0.08, 0.1), PerWorker: between(2, 2.5, 3)}
	in.Units[residential] = interaction.Unit{People: between(0.9, 0.95, 1)}
	return in
}

func assess(t testing.TB, in interaction.Input) interaction.Result {
	t.Helper()
	result, err := interaction.Assess(in)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// At their central, 600 want home care and 450 get it: 150 go on, 60 to residential, 15 to nursing; 10 of
// those who want extra care go on, 5 to residential. 200+60+5 = 265 come to 240 residential places, of the
// 25 turned away 7.5 go on to nursing: 100+15+7.5 = 122.5 in 130 places.
func TestAssessWorkedByHand(t *testing.T) {
	result := assess(t, short())
	if got := result.Central.PlacedIn(nursing); math.Abs(got-122.5) > 1e-9 {
		t.Errorf("%v placed in nursing care, want 122.5", got)
	}
	if got := result.Unmet.Central; math.Abs(got-97.5) > 1e-9 { // 75 + 5 gave up, and 17.5 at residential
		t.Errorf("%v unmet, want 97.5", got)
	}
	if got := result.Avoidable.Central; math.Abs(got-62.5) > 1e-9 { // 362.5 placed, less 200 + 100
		t.Errorf("%v placements avoidable, want 62.5", got)
	}
	worth := result.Worth[homeCare].Worker
	// 2.5 people fewer go on: 1.25 gave up; 1 fewer is turned away at residential, where 0.3 went on to
	// nursing and 0.7 gave up; 0.25 fewer come straight to nursing.
	if got := worth.FewerUnmet.Central; math.Abs(got-1.95) > 1e-9 {
		t.Errorf("one more home care worker: %v fewer unmet, want 1.95", got)
	}
	if got := worth.FewerInCareHomes.Central; math.Abs(got-0.55) > 1e-9 {
		t.Errorf("one more home care worker: %v fewer in care homes, want 0.55", got)
	}
	if got := result.Worth[residential].Unit.FewerInCareHomes.Central; math.Abs(got+0.95*0.7) > 1e-9 {
		t.Errorf("one more bed: %v fewer in care homes, want -0.665", got)
	}
}

// 100 want home care, which there is none of, and 20 to 80 of them go on to residential care; 100 want
// nursing care, which has 50 to 80 places, and half of those turned away go on. Fewest come to residential
// care when few go on and nursing has most places, most when it is the other way round.
func TestEachFigureHasEndsOfItsOwn(t *testing.T) {
	in := interaction.Input{
		Need: assume.Exactly(200), Shares: interaction.BySetting{homeCare: 0.5, nursing: 0.5},
		Capacity: [interaction.Count]assume.Range{
			residential: assume.Exactly(500), nursing: {Low: 50, Central: 60, High: 80},
		},
	}
	in.Overflow[homeCare][residential] = assume.Between(0.2, 0.5, 0.8, "invented")
	in.Overflow[nursing][residential] = assume.Certain(0.5, "invented")
	result := assess(t, in)
	if diff := cmp.Diff(assume.Range{Low: 30, Central: 70, High: 105}, result.Placed[residential], approximately); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(assume.Range{Low: 20 + 10, Central: 50 + 20, High: 80 + 25}, result.Unmet, approximately); diff != "" {
		t.Error(diff)
	}
}

func TestNoInputsWithinTheirRangesFallOutsideTheRanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		result, err := interaction.Assess(in)
		if err != nil {
			t.Fatal(err)
		}
		within := func(r assume.Range) float64 { return r.At(rapid.Float64Range(0, 1).Draw(t, "u")) }
		m := interaction.Market{Need: within(in.Need), Shares: in.Shares}
		for s := range m.Capacity {
			m.Capacity[s] = within(in.Capacity[s])
			for u := range m.Overflow[s] {
				m.Overflow[s][u] = within(in.Overflow[s][u].Range)
			}
		}
		outcome := interaction.Settle(m)
		inside(t, "unmet", result.Unmet, outcome.Unmet.Sum(), m.Need)
		inside(t, "care homes", result.CareHomes, outcome.CareHomes(), m.Need)
		for s := range result.Placed {
			inside(t, interaction.Setting(s).String(), result.Placed[s], outcome.PlacedIn(interaction.Setting(s)), m.Need)
		}
	})
}

func inside(t *rapid.T, what string, r assume.Range, value, scale float64) {
	slack := 1e-9 * (1 + scale)
	if value < r.Low-slack || value > r.High+slack {
		t.Fatalf("%s: %v lies outside %+v", what, value, r)
	}
}

// anyInput draws a valid input with ranges.
func anyInput(t *rapid.T) interaction.Input {
	spread := func(value, most float64) assume.Range {
		share := rapid.Float64Range(0, 0.5)
		return assume.Range{
			Low: value * (1 - share.Draw(t, "down")), Central: value, High: min(most, value*(1+share.Draw(t, "up"))),
		}
	}
	m := anyMarket(t)
	in := interaction.Input{Need: spread(m.Need, math.Inf(1)), Shares: m.Shares}
	for s := range m.Capacity {
		in.Capacity[s] = spread(m.Capacity[s], math.Inf(1))
		if math.IsInf(m.Capacity[s], 1) {
			in.Capacity[s] = assume.Exactly(m.Capacity[s])
		}
		for u := range m.Overflow[s] {
			if s != u {
				most := 1 - m.Overflow[s].Sum() + m.Overflow[s][u]
				room := m.Overflow[s][u] + (most-m.Overflow[s][u])/float64(interaction.Count)
				in.Overflow[s][u] = assume.Assumption{Range: spread(m.Overflow[s][u], room), Source: "drawn"}
				in.Overflow[s][u].High = max(in.Overflow[s][u].Central, in.Overflow[s][u].High)
			}
		}
	}
	return in
}

func TestAvoidablePlacementsAreNeverNegativeAndVanishWithEnoughHomeCare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		result, err := interaction.Assess(in)
		if err != nil {
			t.Fatal(err)
		}
		if result.Avoidable.Low < 0 || result.Avoidable.High > result.CareHomes.High+1e-9 {
			t.Fatalf("avoidable %+v of %+v placed", result.Avoidable, result.CareHomes)
		}
		in.Capacity[homeCare] = assume.Exactly(math.Inf(1))
		in.Capacity[extraCare] = assume.Exactly(math.Inf(1))
		if result, err = interaction.Assess(in); err != nil || result.Avoidable != (assume.Range{}) {
			t.Fatalf("with places without limit %+v are avoidable (%v)", result.Avoidable, err)
		}
	})
}

func TestWorthHasTheSignsThatTheModelProves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		for s := range in.Units {
			in.Units[s].People = assume.Between(0, 0.5, 1, "drawn")
		}
		result, err := interaction.Assess(in)
		if err != nil {
			t.Fatal(err)
		}
		slack := 1e-9 * (1 + in.Need.High)
		for _, s := range interaction.Settings() {
			unit := result.Worth[s].Unit
			if unit.FewerUnmet.Low < -slack || unit.FewerUnmet.High > 1+slack {
				t.Fatalf("one more %s place: %+v fewer unmet", s, unit.FewerUnmet)
			}
			if s.Community() && unit.FewerInCareHomes.Low < -slack {
				t.Fatalf("one more %s place: %+v fewer in care homes", s, unit.FewerInCareHomes)
			}
			if !s.Community() && unit.FewerInCareHomes.High > slack {
				t.Fatalf("one more %s place: %+v fewer in care homes", s, unit.FewerInCareHomes)
			}
		}
	})
}

func TestCertainInputsHaveCertainResults(t *testing.T) {
	in := short()
	in.Need = assume.Exactly(in.Need.Central)
	for s := range in.Capacity {
		in.Capacity[s] = assume.Exactly(in.Capacity[s].Central)
		for u := range in.Overflow[s] {
			in.Overflow[s][u].Range = assume.Exactly(in.Overflow[s][u].Central)
		}
	}
	result := assess(t, in)
	if result.Unmet.Low != result.Unmet.High || result.Avoidable.Low != result.Avoidable.High {
		t.Errorf("unmet %+v, avoidable %+v from inputs without a range", result.Unmet, result.Avoidable)
	}
}

func TestValidateNamesTheFaultyField(t *testing.T) {
	cases := map[string]struct {
		spoil func(*interaction.Input)
		want  []string
	}{
		"sound":           {func(*interaction.Input) {}, nil},
		"without limit":   {func(in *interaction.Input) { in.Capacity[0] = assume.Exactly(math.Inf(1)) }, nil},
		"shares short":    {func(in *interaction.Input) { in.Shares[homeCare] = 0.5 }, []string{"shares"}},
		"share negative":  {func(in *interaction.Input) { in.Shares = interaction.BySetting{1.2, -0.2} }, []string{"shares[extra care]"}},
		"need negative":   {func(in *interaction.Input) { in.Need.Low = -1 }, []string{"need"}},
		"need unending":   {func(in *interaction.Input) { in.Need = assume.Exactly(math.Inf(1)) }, []string{"need"}},
		"ends exchanged":  {func(in *interaction.Input) { in.Capacity[nursing].Low = 900 }, []string{"capacity[nursing]"}},
		"row over one":    {func(in *interaction.Input) { in.Overflow[homeCare][residential].High = 0.9 }, []string{"overflow[home care]"}},
		"back to itself":  {func(in *interaction.Input) { in.Overflow[nursing][nursing] = assume.Certain(0.1, "x") }, []string{"overflow[nursing][nursing]"}},
		"share above one": {func(in *interaction.Input) { in.Overflow[nursing][homeCare] = assume.Certain(1.1, "x") }, []string{"overflow[nursing][home care]", "overflow[nursing]"}},
		"without source":  {func(in *interaction.Input) { in.Overflow[residential][nursing].Source = "" }, []string{"overflow[residential][nursing].source"}},
		"two at a time": {
			func(in *interaction.Input) {
				in.Units[homeCare].People.Source = ""
				in.Units[homeCare].PerWorker.High = math.NaN()
			},
			[]string{"units[home care].people.source", "units[home care].per_worker"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := short()
			c.spoil(&in)
			_, err := interaction.Assess(in)
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

// BenchmarkEngland settles the markets of as many districts as England has.
func BenchmarkEngland(b *testing.B) {
	const districts = 296
	in := short()
	for s := range in.Units {
		in.Units[s] = in.Units[homeCare]
	}
	b.ReportAllocs()
	for b.Loop() {
		for range districts {
			if _, err := interaction.Assess(in); err != nil {
				b.Fatal(err)
			}
		}
	}
}
