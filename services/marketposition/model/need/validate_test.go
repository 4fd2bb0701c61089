package need_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

func fieldsOf(err error) []string {
	var fields []string
	for _, v := range errs.Violations(err) {
		fields = append(fields, v.Field)
	}
	return fields
}

func TestValidateNamesTheFaultyField(t *testing.T) {
	sound := func() need.Input { return need.Input{Population: stroud(), Year: 2030, Rates: rates()} }
	cases := map[string]struct {
		spoil func(*need.Input)
		want  []string
	}{
		"sound":              {func(*need.Input) {}, nil},
		"before the edition": {func(in *need.Input) { in.Year = 2020 }, []string{"year"}},
		"after the edition":  {func(in *need.Input) { in.Year = 2043 }, []string{"year"}},
		"base year not covered": {
			func(in *need.Input) { in.Population.BaseYear = 2011 },
			[]string{"population.growth[0].points", "population.growth[1].points", "population.growth[2].points"},
		},
		"no census source": {func(in *need.Input) { in.Population.Source = "" }, []string{"population.source"}},
		"negative people":  {func(in *need.Input) { in.Population.Base[1].People = -1 }, []string{"population.base[1].people"}},
		"people not a number": {
			func(in *need.Input) { in.Population.Base[0].People = math.NaN() }, []string{"population.base[0].people"},
		},
		"overlapping bands": {
			func(in *need.Input) { in.Population.Base[1].Band = from65 },
			[]string{"population.base[1].band", "rates[0].band", "rates[1].band", "rates[3].band"},
		},
		"no growth for a band": {
			func(in *need.Input) { in.Population.Growth = in.Population.Growth[:2] }, []string{"population.base[2].band"},
		},
		"two growths for a band": {
			func(in *need.Input) {
				in.Population.Growth = append(in.Population.Growth, in.Population.Growth[0])
			}, []string{"population.base[0].band"},
		},
		"no edition": {func(in *need.Input) { in.Population.Growth[2].Edition = "" }, []string{"population.growth[2].edition"}},
		"nobody projected": {
			func(in *need.Input) { in.Population.Growth[0].Points[1].People = 0 }, []string{"population.growth[0].points[1].people"},
		},
		"years out of order": {
			func(in *need.Input) {
				in.Population.Growth[0].Points = append(in.Population.Growth[0].Points, need.Point{Year: 2035, People: 1})
			}, []string{"population.growth[0].points[2].year"},
		},
		"a band inside out": {
			func(in *need.Input) { in.Population.Growth[0].Band = need.AgeBand{From: 74, To: 65} },
			[]string{"population.base[0].band", "population.growth[0].band"},
		},
		"rate without setting":     {func(in *need.Input) { in.Rates[0].Setting = "" }, []string{"rates[0].setting"}},
		"rate without denominator": {func(in *need.Input) { in.Rates[0].Per = 0 }, []string{"rates[0].per"}},
		"rate over one a person": {
			func(in *need.Input) { in.Rates[0].People = assume.Certain(1001, "source") }, []string{"rates[0].people"},
		},
		"rate without source": {
			func(in *need.Input) { in.Rates[0].People.Source = "" }, []string{"rates[0].people.source"},
		},
		"rate for half a band": {
			func(in *need.Input) { in.Rates[0].Band = need.AgeBand{From: 65, To: 79} }, []string{"rates[0].band"},
		},
		"the same rate twice": {func(in *need.Input) { in.Rates[1] = in.Rates[0] }, []string{"rates[1]"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := sound()
			c.spoil(&in)
			_, err := need.Assess(in)
			if diff := cmp.Diff(c.want, fieldsOf(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAYearOutsideTheEditionIsToldWithItsYears(t *testing.T) {
	_, err := need.Project(stroud(), 2043)
	if err == nil || !strings.Contains(err.Error(), "2043 lies outside 2021 to 2035") {
		t.Errorf("got %v", err)
	}
}

func TestAnEmptySeriesIsAFault(t *testing.T) {
	population := stroud()
	population.Growth[0].Points = nil
	if _, err := need.Project(population, 2030); err == nil {
		t.Error("a projection without a single year was taken")
	}
}
