package interaction_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
)

// anscombe is the first of Anscombe's four sets (The American Statistician 27, 1973), whose line is
// known: slope 0.50009 with standard error 0.11791, intercept 3.00009, R squared 0.66654.
func anscombe() []interaction.Observation {
	x := []float64{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5}
	y := []float64{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68}
	var observations []interaction.Observation
	for i := range x {
		observations = append(observations, interaction.Observation{HoursPer1000: x[i], PlacementsPer1000: y[i]})
	}
	return observations
}

func TestHistoryMatchesAnscombe(t *testing.T) {
	h, err := interaction.CheckHistory(anscombe(), 0.95)
	if err != nil {
		t.Fatal(err)
	}
	const t9 = 2.262157 // the 97.5% point of Student's t with 9 degrees of freedom
	for name, pair := range map[string][2]float64{
		"slope":          {h.Slope.Central, 0.500091},
		"standard error": {h.StdError, 0.117906},
		"intercept":      {h.Intercept, 3.000091},
		"R squared":      {h.RSquared, 0.666542},
		"low":            {h.Slope.Low, 0.500091 - t9*0.117906},
		"high":           {h.Slope.High, 0.500091 + t9*0.117906},
	} {
		if math.Abs(pair[0]-pair[1]) > 2e-6 {
			t.Errorf("%s %v, want %v", name, pair[0], pair[1])
		}
	}
}

// Of three districts one degree of freedom is left: the 97.5% point of t is 12.7062, not 1.96.
func TestThreeDistrictsSayVeryLittle(t *testing.T) {
	observations := []interaction.Observation{
		{HoursPer1000: 1, PlacementsPer1000: 3}, {HoursPer1000: 2, PlacementsPer1000: 2.5}, {HoursPer1000: 3, PlacementsPer1000: 1},
	}
	h, err := interaction.CheckHistory(observations, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	if got := (h.Slope.High - h.Slope.Central) / h.StdError; math.Abs(got-12.7062) > 1e-3 {
		t.Errorf("the interval reaches %v standard errors, want 12.7062", got)
	}
	if h.Settles() || !strings.Contains(h.Plain(), "do not show whether") || !strings.Contains(h.Plain(), "Over 3 districts") {
		t.Errorf("three districts were taken for evidence: %s", h.Plain())
	}
}

func TestPlainNamesTheDirectionThatIsShown(t *testing.T) {
	rising, err := interaction.CheckHistory(anscombe(), 0.95)
	if err != nil {
		t.Fatal(err)
	}
	falling := anscombe()
	for i := range falling {
		falling[i].PlacementsPer1000 = 20 - falling[i].PlacementsPer1000
	}
	fallen, err := interaction.CheckHistory(falling, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	if !rising.Settles() || !strings.Contains(rising.Plain(), "goes with more placements") {
		t.Error(rising.Plain())
	}
	if !fallen.Settles() || !strings.Contains(fallen.Plain(), "goes with fewer placements") {
		t.Error(fallen.Plain())
	}
}

func TestHistoryNeedsDistrictsThatDiffer(t *testing.T) {
	same := []interaction.Observation{{HoursPer1000: 5, PlacementsPer1000: 1}, {HoursPer1000: 5, PlacementsPer1000: 2}, {HoursPer1000: 5, PlacementsPer1000: 3}}
	for name, observations := range map[string][]interaction.Observation{"none": nil, "two": anscombe()[:2], "all alike": same} {
		if _, err := interaction.CheckHistory(observations, 0.95); !errors.Is(err, interaction.ErrTooFewDistricts) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := interaction.CheckHistory(anscombe(), 1); err == nil {
		t.Error("a certain interval was promised")
	}
	broken := anscombe()
	broken[0].HoursPer1000 = math.NaN()
	if _, err := interaction.CheckHistory(broken, 0.95); err == nil || !strings.Contains(err.Error(), "observations[0].hours_per_1000") {
		t.Errorf("got %v", err)
	}
}

func TestFlatHistoryExplainsNothing(t *testing.T) {
	flat := anscombe()
	for i := range flat {
		flat[i].PlacementsPer1000 = 4
	}
	h, err := interaction.CheckHistory(flat, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(h.Slope.Central) > 1e-12 || h.RSquared != 0 {
		t.Errorf("slope %v, R squared %v", h.Slope.Central, h.RSquared)
	}
}

func TestAWiderConfidenceIsAWiderInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		narrow := rapid.Float64Range(0.5, 0.9).Draw(t, "narrow")
		a, errA := interaction.CheckHistory(anscombe(), narrow)
		b, errB := interaction.CheckHistory(anscombe(), narrow+0.05)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if !(b.Slope.Low < a.Slope.Low && b.Slope.High > a.Slope.High) {
			t.Fatalf("%+v does not hold %+v", b.Slope, a.Slope)
		}
	})
}
