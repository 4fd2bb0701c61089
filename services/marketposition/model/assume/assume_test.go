package assume_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

func anyRange(t *rapid.T) assume.Range {
	low := rapid.Float64Range(-1e3, 1e3).Draw(t, "low")
	central := low + rapid.Float64Range(0, 1e3).Draw(t, "below")
	return assume.Range{Low: low, Central: central, High: central + rapid.Float64Range(0, 1e3).Draw(t, "above")}
}

func TestAtIsTheInverseOfTheTriangularDistribution(t *testing.T) {
	r := assume.Range{Low: 2, Central: 3, High: 7}
	reference := distuv.NewTriangle(r.Low, r.High, r.Central, nil)
	for _, u := range []float64{0, 0.01, 0.19, 0.2, 0.21, 0.5, 0.99, 1} {
		if got, want := r.At(u), reference.Quantile(u); math.Abs(got-want) > 1e-12 {
			t.Errorf("At(%v) = %v, want %v", u, got, want)
		}
	}
}

func TestAtStaysInsideAndRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyRange(t)
		u := rapid.Float64Range(0, 1).Draw(t, "u")
		v := rapid.Float64Range(u, 1).Draw(t, "v")
		slack := 1e-9 * (1 + math.Abs(r.Low) + math.Abs(r.High))
		if got := r.At(u); got < r.Low-slack || got > r.High+slack {
			t.Fatalf("At(%v) = %v lies outside %+v", u, got, r)
		}
		if r.At(u) > r.At(v)+slack {
			t.Fatalf("At falls from %v to %v between %v and %v", r.At(u), r.At(v), u, v)
		}
	})
}

func TestAtOfAPointIsThatPoint(t *testing.T) {
	for _, value := range []float64{0, -3, 12.5, math.Inf(1)} {
		if got := assume.Exactly(value).At(0.7); got != value {
			t.Errorf("At of exactly %v = %v", value, got)
		}
	}
}

func TestAddAndScaleActOnEachEnd(t *testing.T) {
	sum := assume.Range{Low: 1, Central: 2, High: 4}.Add(assume.Range{Low: 10, Central: 20, High: 40}).Scale(2)
	if diff := cmp.Diff(assume.Range{Low: 22, Central: 44, High: 88}, sum); diff != "" {
		t.Error(diff)
	}
}

func TestWidenMovesOnlyTheEndThatMustMove(t *testing.T) {
	start := assume.Exactly(5)
	for value, want := range map[float64]assume.Range{
		5: start,
		3: {Low: 3, Central: 5, High: 5},
		9: {Low: 5, Central: 5, High: 9},
	} {
		if diff := cmp.Diff(want, start.Widen(value)); diff != "" {
			t.Errorf("widen to %v: %s", value, diff)
		}
	}
}

func TestCheckNamesEveryFault(t *testing.T) {
	cases := map[string]struct {
		assumption assume.Assumption
		fields     []string
	}{
		"sound":          {assume.Between(0.1, 0.2, 0.3, "source"), nil},
		"no source":      {assume.Certain(0.5, ""), []string{"rate.source"}},
		"out of order":   {assume.Between(0.3, 0.2, 0.1, "source"), []string{"rate"}},
		"not a number":   {assume.Certain(math.NaN(), "source"), []string{"rate"}},
		"too low":        {assume.Between(-0.1, 0.2, 0.3, "source"), []string{"rate"}},
		"too high":       {assume.Between(0.1, 0.2, 1.3, "source"), []string{"rate"}},
		"infinite":       {assume.Certain(math.Inf(1), "source"), []string{"rate"}},
		"two at a time":  {assume.Between(-1, 0, 2, ""), []string{"rate", "rate.source"}},
		"at the limits":  {assume.Between(0, 0.5, 1, "source"), nil},
		"central beyond": {assume.Between(0, 0.9, 0.5, "source"), []string{"rate"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var faults errs.Collector
			c.assumption.Check(&faults, "rate", 0, 1)
			var fields []string
			for _, v := range errs.Violations(faults.Err()) {
				fields = append(fields, v.Field)
			}
			if diff := cmp.Diff(c.fields, fields); diff != "" {
				t.Error(diff)
			}
		})
	}
}
