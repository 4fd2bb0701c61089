package scenario_test

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
	"github.com/caremarket/caremarket/services/marketposition/model/scenario"
	"github.com/caremarket/caremarket/services/marketposition/model/workforceflow"
)

// TestYearsAreThoseOfTheModelsPutTogether works out the years of one district from the public models, one
// after the other, and sets them beside the scenario's. Nothing has a range, so every draw is the same.
func TestYearsAreThoseOfTheModelsPutTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := narrowed(t)
		in.Levers = nil
		result, err := scenario.Run(context.Background(), in, 2)
		if err != nil {
			t.Fatal(err)
		}
		d := rapid.IntRange(0, len(in.Districts)-1).Draw(t, "district")
		filled := staffByYear(t, in, in.Districts[d])
		for y, got := range result.Areas[d].Years {
			want := settle(t, in, in.Districts[d], in.FirstYear+y, filled[y])
			for f, value := range map[scenario.Figure]float64{
				scenario.Unmet:     want.Unmet.Central,
				scenario.CareHomes: want.CareHomes.Central,
				scenario.Avoidable: want.Avoidable.Central,
			} {
				same(t, f, got.Figures[f].Without.Central, value)
			}
			for _, s := range interaction.Settings() {
				same(t, scenario.Placed(s), got.Figures[scenario.Placed(s)].Without.Central, want.Placed[s].Central)
				same(t, scenario.Filled(s), got.Figures[scenario.Filled(s)].Without.Central, filled[y][s])
			}
		}
	})
}

func same(t *rapid.T, f scenario.Figure, got, want float64) {
	if math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
		t.Fatalf("%s: %v, the models put together have %v", f, got, want)
	}
}

// staffByYear is the staff at the start of each year, as package workforceflow projects them.
func staffByYear(t *rapid.T, in scenario.Input, d scenario.District) []interaction.BySetting {
	years := in.LastYear - in.FirstYear + 1
	flow := workforceflow.Input{Months: 12 * years}
	for s, team := range d.Teams {
		flow.Teams = append(flow.Teams, workforceflow.Team{
			Service: interaction.Setting(s).String(), Role: "staff", Posts: team.Posts, Filled: team.Filled,
			Turnover:      in.Staffing[s].Turnover,
			Starters:      assume.Certain(team.Posts*in.Staffing[s].Starters.Central, "narrowed"),
			International: assume.Certain(0, "none"),
		})
	}
	projected, err := workforceflow.Project(flow)
	if err != nil {
		t.Fatal(err)
	}
	filled := make([]interaction.BySetting, years)
	for y := range filled {
		for s, team := range projected.Central.Teams {
			filled[y][s] = team.Months[12*y].Start
		}
	}
	return filled
}

// settle is one year of a district, as packages need and interaction have it.
func settle(t *rapid.T, in scenario.Input, d scenario.District, year int, filled interaction.BySetting) interaction.Result {
	needed, err := need.Assess(need.Input{Population: d.Population, Year: year, Rates: in.Rates})
	if err != nil {
		t.Fatal(err)
	}
	market := interaction.Input{Need: assume.Exactly(needed.All.Central), Overflow: in.Overflow}
	for _, total := range needed.BySetting {
		s, _ := interaction.ParseSetting(total.Key)
		market.Shares[s] = total.Need.Central / needed.All.Central
	}
	for s := range market.Capacity {
		staffed := filled[s] * in.Staffing[s].PeoplePerPost.Central
		market.Capacity[s] = assume.Exactly(min(d.Places[s].Central, staffed))
	}
	settled, err := interaction.Assess(market)
	if err != nil {
		t.Fatal(err)
	}
	return settled
}

// TestQuantilesHoldTheYearsAtCentral: with every range about its central, the central years lie
// between the quantiles of nearly all draws.
func TestQuantilesHoldTheYearsAtCentral(t *testing.T) {
	in := uncertain(400)
	in.Levers, in.Within = nil, 0.98
	result := run(t, in)
	for y, year := range result.Areas[0].Years {
		needed, err := need.Assess(need.Input{Population: in.Districts[0].Population, Year: in.FirstYear + y, Rates: in.Rates})
		if err != nil {
			t.Fatal(err)
		}
		for _, total := range needed.BySetting {
			s, _ := interaction.ParseSetting(total.Key)
			if drawn := year.Figures[scenario.Need(s)].Without; drawn.Low > total.Need.Central || drawn.High < total.Need.Central {
				t.Fatalf("%d: need for %s is %v at central, drawn %+v", year.Year, s, total.Need.Central, drawn)
			}
		}
	}
}
