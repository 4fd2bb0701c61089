package scenario_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
	"github.com/caremarket/caremarket/services/marketposition/model/scenario"
)

func pull(what scenario.What, by assume.Assumption) scenario.Lever {
	return scenario.Lever{Name: "lever", What: what, To: residential, FromYear: 2025, By: by}
}

func TestValidateNamesTheFaultyField(t *testing.T) {
	cases := map[string]struct {
		spoil func(*scenario.Input)
		want  []string
	}{
		"sound":           {func(*scenario.Input) {}, nil},
		"a billion draws": {func(in *scenario.Input) { in.Draws = 1e9 }, []string{"draws", "draws"}},
		"one draw":        {func(in *scenario.Input) { in.Draws = 1 }, []string{"draws"}},
		"within nothing":  {func(in *scenario.Input) { in.Within = math.NaN() }, []string{"within"}},
		"years backwards": {func(in *scenario.Input) { in.LastYear = 2023 }, []string{"last_year"}},
		"a century":       {func(in *scenario.Input) { in.LastYear = 2124 }, []string{"last_year"}},
		"no districts":    {func(in *scenario.Input) { in.Districts = nil }, []string{"districts"}},
		"district ids": {
			func(in *scenario.Input) { in.Districts[0].ID, in.Districts[1].ID = "", scenario.All },
			[]string{"districts[0].id", "districts[1].id"},
		},
		"beyond the projection": {func(in *scenario.Input) { in.LastYear = 2035 }, []string{"districts[0].year", "districts[1].year"}},
		"a rate for part of a band": {
			func(in *scenario.Input) { in.Rates[0].Band = need.AgeBand{From: 75, To: 84} },
			[]string{"districts[0].rates[0].band", "districts[1].rates[0].band"},
		},
		"an unknown setting": {func(in *scenario.Input) { in.Rates[1].Setting = "hospital" }, []string{"rates[1].setting"}},
		"overflow over one": {
			func(in *scenario.Input) { in.Overflow[homeCare][nursing] = sure(0.6) }, []string{"overflow[home care]", "levers"},
		},
		"staffing": {
			func(in *scenario.Input) { in.Staffing[nursing] = scenario.Staffing{Turnover: sure(13)} },
			[]string{"staffing[nursing].people_per_post.source", "staffing[nursing].turnover", "staffing[nursing].starters.source"},
		},
		"places and teams": {
			func(in *scenario.Input) {
				in.Districts[0].Places[homeCare] = sure(-1)
				in.Districts[0].Teams[nursing] = scenario.Team{Posts: 1, Filled: 2}
			},
			[]string{"districts[0].places[home care]", "districts[0].teams[nursing].filled"},
		},
		"a lever without sense": {
			func(in *scenario.Input) {
				in.Levers = []scenario.Lever{{What: 8, District: "nowhere", Setting: 4, FromYear: 2020, ToYear: 2019, By: sure(-1)}}
			},
			[]string{"levers[0].what", "levers[0].setting", "levers[0].district", "levers[0].from_year", "levers[0].to_year", "levers[0].by"},
		},
		"closing places": {
			func(in *scenario.Input) { in.Levers = []scenario.Lever{pull(scenario.AddPlaces, sure(-20))} }, nil,
		},
		"unsourced": {
			func(in *scenario.Input) {
				in.Levers = []scenario.Lever{pull(scenario.TimesNeed, assume.Certain(0.9, ""))}
			},
			[]string{"levers[0].by.source"},
		},
		"overflow times too much": {
			func(in *scenario.Input) {
				in.Levers = []scenario.Lever{pull(scenario.TimesOverflow, between(1, 1.2, 1.9)), pull(scenario.TimesOverflow, between(1, 1.1, 1.2))}
			},
			[]string{"levers"},
		},
		"a population without census": {
			func(in *scenario.Input) {
				lever := pull(scenario.UsePopulation, assume.Assumption{})
				lever.Population = growing("")
				in.Levers = []scenario.Lever{lever}
			},
			[]string{"levers[0].population.source"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := certain()
			c.spoil(&in)
			_, err := scenario.Run(t.Context(), in, 1)
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

func TestEveryNamedSettingHasARateThatIsTaken(t *testing.T) {
	in := certain()
	for _, s := range interaction.Settings() {
		in.Rates[0].Setting = s.String()
		if s == residential {
			in.Rates = in.Rates[:1]
		}
		if err := in.Validate(); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}
