package failure_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/services/marketposition/model/failure"
)

func TestValidateNamesTheFaultyField(t *testing.T) {
	cases := map[string]struct {
		spoil func(*failure.Input)
		want  []string
	}{
		"sound":            {func(*failure.Input) {}, nil},
		"unknown provider": {func(in *failure.Input) { in.Provider = "nobody" }, []string{"provider"}},
		"the same id":      {func(in *failure.Input) { in.Services[1].ID = "F" }, []string{"services[1].id"}},
		"no id, provider or place": {
			func(in *failure.Input) { in.Services[1] = failure.Service{} },
			[]string{"services[1].id", "services[1].provider", "services[1].location"},
		},
		"not a place": {func(in *failure.Input) { in.Services[0].Location = geo.Point{Latitude: math.NaN()} }, []string{"services[0].location"}},
		"counts": {
			func(in *failure.Input) {
				in.Services[1].People = map[failure.Kind]int{nursing: -1, residential: 1e9}
				in.Services[1].Admittable = map[failure.Kind]int{nursing: -2}
			},
			[]string{"services[1].people[general nursing]", "services[1].people[general residential]", "services[1].admittable[general nursing]"},
		},
		"ratings":  {func(in *failure.Input) { in.Rules.RatingFloor = 9; in.Services[1].Rating = -1 }, []string{"services[1].rating", "rules.rating_floor"}},
		"distance": {func(in *failure.Input) { in.Rules.MaxMiles = math.Inf(1) }, []string{"rules.max_miles"}},
		"a half substitute": {
			func(in *failure.Input) { in.Rules.Substitutes = []failure.Substitute{{Needed: nursing}} },
			[]string{"rules.substitutes[0]"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := failure.Input{
				Services: []failure.Service{home("F", "F", 0, 2, 0), home("A", "X", 1, 9, 1)},
				Provider: "F", Rules: failure.Rules{MaxMiles: 10},
			}
			c.spoil(&in)
			_, err := failure.Make(t.Context(), in)
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

func TestRankRefusesWhatMakeRefuses(t *testing.T) {
	if _, err := failure.Rank(t.Context(), []failure.Service{{}}, failure.Rules{MaxMiles: 1}); len(errs.Violations(err)) != 3 {
		t.Errorf("got %v", err)
	}
}

func TestWordsOfRatingsAndReasons(t *testing.T) {
	for got, want := range map[string]string{
		failure.Outstanding.String():         "outstanding",
		failure.Unrated.String():             "no published rating",
		failure.Rating(9).String():           "unknown rating",
		failure.AllTaken.String():            "all taken",
		failure.NoPlaceOfKind.String():       "no admittable place of this kind",
		failure.Reason(17).String():          "unknown",
		failure.RequiresImprovement.String(): "requires improvement",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
