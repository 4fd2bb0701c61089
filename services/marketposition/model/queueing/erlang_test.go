package queueing_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/queueing"
)

func near(got, want, relative float64) bool {
	return math.Abs(got-want) <= relative*math.Abs(want)
}

// Published table (DOMAIN.md section 6) to its six digits, as arrivals of the load with a stay of a day.
func TestErlangTables(t *testing.T) {
	tests := []struct {
		places            int
		load, b, c, queue float64
	}{
		{1, 0.5, 0.333333, 0.500000, 0.500000},
		{2, 1, 0.200000, 0.333333, 0.333333},
		{3, 2, 4.0 / 19, 4.0 / 9, 8.0 / 9},
		{5, 4, 0.199067, 0.554113, 2.216450},
		{10, 5, 0.018385, 0.036105, 0.036105},
		{100, 90, 0.026957, 0.216940, 1.952464},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%d places, load %g", tt.places, tt.load), func(t *testing.T) {
			p := given(t, tt.places, tt.load, 1)
			for name, pair := range map[string][2]float64{
				"Erlang B": {p.ErlangB, tt.b}, "Erlang C": {p.Queue.ErlangC, tt.c}, "Lq": {p.Queue.MeanLength, tt.queue},
			} {
				if math.Abs(pair[0]-pair[1]) > 5e-7 {
					t.Errorf("%s = %.7f, want %.6f", name, pair[0], pair[1])
				}
			}
		})
	}
}

// Summed term by term with 60 decimal digits: B = (a^n/n!) / sum of a^k/k!, C = n B / (n - a (1 - B)).
func TestErlangIsStableToTenThousandPlaces(t *testing.T) {
	tests := []struct {
		places     int
		load, b, c float64
	}{
		{72, 60, 1.6128105304e-02, 8.9547476196e-02},
		{1000, 950, 3.6492936889e-03, 6.8253415377e-02},
		{10000, 9500, 9.6427379260e-09, 1.9285472319e-07},
		{10000, 9900, 2.8581267389e-03, 2.2277692886e-01},
		{10000, 10000, 7.9365632488e-03, 1},
		{10000, 12000, 1.6708086763e-01, 1},
	}
	for _, tt := range tests {
		b, err := queueing.ErlangB(tt.places, tt.load)
		if err != nil || !near(b, tt.b, 1e-9) {
			t.Errorf("B(%d, %g) = %.10e, %v, want %.10e", tt.places, tt.load, b, err, tt.b)
		}
		c, err := queueing.ErlangC(tt.places, tt.load)
		if overloaded := tt.load >= float64(tt.places); overloaded != (err != nil) {
			t.Errorf("C(%d, %g): error %v", tt.places, tt.load, err)
		} else if !overloaded && !near(c, tt.c, 1e-9) {
			t.Errorf("C(%d, %g) = %.10e, want %.10e", tt.places, tt.load, c, tt.c)
		}
	}
}

// One place is the queue M/M/1, whose formulas need no Erlang: with the load r, B = r/(1+r), C = r,
// Lq = r²/(1-r), Wq = r stay/(1-r), P(W > t) = r exp(-(1-r) t/stay).
func TestOnePlaceIsMM1(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.Float64Range(0.01, 0.99).Draw(t, "load")
		stay := rapid.Float64Range(0.1, 100).Draw(t, "stay")
		hours := rapid.Float64Range(0.1, 500).Draw(t, "hours")
		out, err := queueing.Run(context.Background(), queueing.Input{
			ArrivalsPerDay: assume.Exactly(r / stay), MeanStayDays: assume.Exactly(stay),
			Places: assume.Exactly(1), WaitHours: assume.Exactly(hours),
		})
		if err != nil {
			t.Fatal(err)
		}
		p := out.Central
		for name, pair := range map[string][2]float64{
			"B":        {p.ErlangB, r / (1 + r)},
			"C":        {p.Queue.ErlangC, r},
			"Lq":       {p.Queue.MeanLength, r * r / (1 - r)},
			"Wq":       {p.Queue.MeanWaitDays, r * stay / (1 - r)},
			"P(W > t)": {p.Queue.ProbabilityOfLongerWait, r * math.Exp(-(1-r)*hours/24/stay)},
			"use":      {p.Queue.Utilisation, r},
		} {
			if !near(pair[0], pair[1], 1e-9) {
				t.Errorf("%s = %v, want %v", name, pair[0], pair[1])
			}
		}
	})
}

func TestErlangRefusesNonsense(t *testing.T) {
	tests := []struct {
		name   string
		places int
		load   float64
		field  string
	}{
		{"negative load", 5, -1, "offered_load"},
		{"load not a number", 5, math.NaN(), "offered_load"},
		{"infinite load", 5, math.Inf(1), "offered_load"},
		{"negative places", -1, 1, "places"},
		{"10^9 places", 1_000_000_000, 1, "places"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, erlang := range map[string]func(int, float64) (float64, error){
				"B": queueing.ErlangB, "C": queueing.ErlangC,
			} {
				_, err := erlang(tt.places, tt.load)
				if found := errs.Violations(err); len(found) != 1 || found[0].Field != tt.field {
					t.Errorf("Erlang %s: %v, want a fault at %s", name, err, tt.field)
				}
			}
		})
	}
	if _, err := queueing.ErlangC(4, 4); len(errs.Violations(err)) != 1 {
		t.Errorf("Erlang C with the load at the places: %v, want a fault", err)
	}
}

func TestWithoutLoadNobodyWaits(t *testing.T) {
	for _, places := range []int{1, 10, 10_000} {
		b, errB := queueing.ErlangB(places, 0)
		c, errC := queueing.ErlangC(places, 0)
		if b != 0 || c != 0 || errB != nil || errC != nil {
			t.Errorf("%d places without load: B %v %v, C %v %v", places, b, errB, c, errC)
		}
	}
	if b, err := queueing.ErlangB(0, 3); b != 1 || err != nil {
		t.Errorf("no places: B %v, %v, want 1", b, err)
	}
}

func TestMorePlacesNeverDoWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := rapid.IntRange(1, 2000).Draw(t, "places")
		load := float64(places) * rapid.Float64Range(0.01, 0.999).Draw(t, "utilisation")
		more := places + rapid.IntRange(1, 50).Draw(t, "more")
		few, many := given(t, places, load, 1), given(t, more, load, 1)
		if many.ErlangB > few.ErlangB || many.Queue.ErlangC > few.Queue.ErlangC ||
			many.Queue.MeanLength > few.Queue.MeanLength || many.Queue.MeanWaitDays > few.Queue.MeanWaitDays {
			t.Fatalf("%d places:\n%+v %+v\n%d places:\n%+v %+v", places, few, few.Queue, more, many, many.Queue)
		}
	})
}

// fataler is what both testing.TB and rapid.T have.
type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

// given answers for a number of places without ranges.
func given(t fataler, places int, arrivals, stay float64) queueing.Performance {
	t.Helper()
	out, err := queueing.Run(context.Background(), queueing.Input{
		ArrivalsPerDay: assume.Exactly(arrivals), MeanStayDays: assume.Exactly(stay),
		Places: assume.Exactly(float64(places)),
	})
	if err != nil {
		t.Fatalf("%d places, %v arrivals, stay %v: %v", places, arrivals, stay, err)
	}
	return out.Central
}
