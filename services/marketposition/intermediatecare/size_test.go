package intermediatecare

import (
	"context"
	"math"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

type sizeRequest = marketpositionv1.SizeIntermediateCareRequest

func sized(t testing.TB, c client, req *sizeRequest) *marketpositionv1.SizeIntermediateCareResponse {
	t.Helper()
	res, err := c.SizeIntermediateCare(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// Erlang's tables: published values, to six digits.
func TestErlangTables(t *testing.T) {
	c := serve(t, New(Config{}))
	for _, tt := range []struct {
		places, load, b, c, queue float64
	}{
		{1, 0.5, 0.333333, 0.5, 0.5},
		{2, 1, 0.2, 0.333333, 0.333333},
		{3, 2, 4.0 / 19, 4.0 / 9, 8.0 / 9},
		{5, 4, 0.199067, 0.554113, 2.216450},
		{10, 5, 0.018385, 0.036105, 0.036105},
		{100, 90, 0.026957, 0.216940, 1.952464},
	} {
		// The load comes as half the arrivals for twice as long: only their product counts.
		res := sized(t, c, &sizeRequest{ArrivalsPerDay: exactly(tt.load / 2), MeanStayDays: exactly(2), Places: exactly(tt.places)})
		near(t, "offered load", res.GetOfferedLoad(), tt.load, 0)
		near(t, "Erlang B", res.GetErlangB(), tt.b, 5.1e-7)
		near(t, "Erlang C", res.GetErlangC(), tt.c, 5.1e-7)
		near(t, "mean queue", res.GetMeanQueue(), tt.queue, 5.1e-7)
		near(t, "mean wait", res.GetMeanWaitDays(), tt.queue/(tt.load/2), 1.1e-6)
		near(t, "utilisation", res.GetUtilisation(), tt.load/tt.places, 1e-12)
		if res.GetLow() != nil || res.GetHigh() != nil || res.CostPerDay != nil || res.ProbabilityOfLongerWait != nil {
			t.Errorf("%v: ends, a cost or a longer wait that nobody asked for", res)
		}
	}
}

// The loads that so many places carry at 1% turned away: just below and just above.
func TestOnePercentTurnedAway(t *testing.T) {
	c := serve(t, New(Config{}))
	for places, load := range map[int32]float64{5: 1.361, 10: 4.461, 20: 12.031, 30: 20.337} {
		for _, tt := range []struct {
			load float64
			want int32
		}{{load - 0.001, places}, {load + 0.001, places + 1}} {
			res := sized(t, c, &sizeRequest{ArrivalsPerDay: exactly(tt.load), MeanStayDays: exactly(1), MaxBlocking: exactly(0.01)})
			if res.GetPlaces() != tt.want {
				t.Errorf("a load of %v needs %d places, want %d", tt.load, res.GetPlaces(), tt.want)
			}
		}
	}
}

// A target on turning away may leave fewer places than the load; then nothing is said of
// waiting, since nobody could.
func TestBlockingBelowTheLoad(t *testing.T) {
	res := sized(t, serve(t, New(Config{})), &sizeRequest{ArrivalsPerDay: exactly(10), MeanStayDays: exactly(1), MaxBlocking: exactly(0.5)})
	if res.GetPlaces() >= 10 || res.ErlangC != nil || res.MeanQueue != nil || res.MeanWaitDays != nil || res.Utilisation != nil {
		t.Errorf("got %v", res)
	}
	if notes := res.GetDataNotes(); len(notes) != 1 || notes[0].GetCode() != "NO_STEADY_QUEUE" {
		t.Errorf("notes %v", notes)
	}
}

// Each target is met by the places found and by no fewer.
func TestFewestPlaces(t *testing.T) {
	c := serve(t, New(Config{}))
	base := func(adjust func(*sizeRequest)) *sizeRequest {
		r := &sizeRequest{ArrivalsPerDay: exactly(9.5), MeanStayDays: exactly(2.5)}
		adjust(r)
		return r
	}
	for name, tt := range map[string]struct {
		target func(*sizeRequest)
		misses func(*marketpositionv1.SizeIntermediateCareResponse) bool
	}{
		"who wait": {
			func(r *sizeRequest) { r.MaxProbabilityOfWait = exactly(0.1) },
			func(a *marketpositionv1.SizeIntermediateCareResponse) bool { return a.GetErlangC() > 0.1 },
		},
		"who start within 12 hours": {
			func(r *sizeRequest) { r.MaxWaitHours, r.Probability = exactly(12), exactly(0.95) },
			func(a *marketpositionv1.SizeIntermediateCareResponse) bool {
				return a.GetProbabilityOfLongerWait() > 0.05
			},
		},
	} {
		found := sized(t, c, base(tt.target))
		for places, want := range map[int32]bool{found.GetPlaces(): false, found.GetPlaces() - 1: true} {
			at := sized(t, c, base(func(r *sizeRequest) { r.Places, r.MaxWaitHours = exactly(float64(places)), exactly(12) }))
			if tt.misses(at) != want {
				t.Errorf("%s: %d places were found; %d miss the target: %v", name, found.GetPlaces(), places, !want)
			}
		}
		steps := found.GetBasis().GetSteps()
		if last := steps[len(steps)-1]; !strings.Contains(last, "are the fewest") {
			t.Errorf("%s: the last step is %q", name, last)
		}
	}
}

func TestCheapestPlaces(t *testing.T) {
	c := serve(t, New(Config{}))
	ask := func(places *marketpositionv1.Estimate) *marketpositionv1.SizeIntermediateCareResponse {
		return sized(t, c, &sizeRequest{
			ArrivalsPerDay: exactly(4), MeanStayDays: exactly(1), Places: places,
			CostPerPlaceDay: exactly(100), CostPerWaitingDay: exactly(300),
		})
	}
	best := ask(nil)
	for n := 5.0; n < 15; n++ {
		at := ask(exactly(n))
		near(t, "cost", at.GetCostPerDay(), 100*n+300*at.GetMeanQueue(), 1e-9)
		if at.GetCostPerDay() < best.GetCostPerDay() {
			t.Errorf("%v places cost %v, less than the %v of %d", n, at.GetCostPerDay(), best.GetCostPerDay(), best.GetPlaces())
		}
	}
}

// Gloucestershire's 60 to 70 cases a week of three to five weeks each.
func TestRanges(t *testing.T) {
	res := sized(t, serve(t, New(Config{})), &sizeRequest{
		ArrivalsPerDay: &marketpositionv1.Estimate{Low: new(60.0 / 7), High: proto.Float64(10)},
		MeanStayDays:   around(21, 28, 35), MaxProbabilityOfWait: exactly(0.1),
	})
	near(t, "low load", res.GetLow().GetOfferedLoad(), 180, 1e-9)
	near(t, "central load", res.GetOfferedLoad(), 260, 1e-9) // 65 a week, four weeks
	near(t, "high load", res.GetHigh().GetOfferedLoad(), 350, 1e-9)
	if l, m, h := res.GetLow().GetPlaces(), res.GetPlaces(), res.GetHigh().GetPlaces(); l != 200 || m != 284 || h != 378 {
		t.Errorf("%d, %d, %d places", l, m, h)
	}
	if _, err := serve(t, New(Config{})).SizeIntermediateCare(t.Context(), &sizeRequest{
		ArrivalsPerDay: exactly(1), MeanStayDays: exactly(1), Places: &marketpositionv1.Estimate{Low: proto.Float64(4), High: proto.Float64(9)},
	}); err != nil {
		t.Errorf("a range of places without its middle: %v", err)
	}
}

func TestSizeNamesEveryFault(t *testing.T) {
	c := serve(t, New(Config{}))
	for name, tt := range map[string]struct {
		req  *sizeRequest
		want []string
	}{
		"nothing": {&sizeRequest{}, []string{"arrivals_per_day", "mean_stay_days", ""}},
		"nonsense everywhere": {
			&sizeRequest{
				ArrivalsPerDay: exactly(-1), MeanStayDays: exactly(-2), Places: exactly(2.5), MaxWaitHours: exactly(-4), CostPerPlaceDay: exactly(-1),
			},
			[]string{"arrivals_per_day", "mean_stay_days", "places", "max_wait_hours", "cost_per_place_day", "cost_per_waiting_day"},
		},
		"a load above the places": {
			&sizeRequest{ArrivalsPerDay: exactly(10), MeanStayDays: exactly(1), Places: exactly(10)}, []string{"places"},
		},
		"a load above the places at one end": {
			&sizeRequest{ArrivalsPerDay: around(1, 2, 30), MeanStayDays: exactly(1), Places: exactly(10)}, []string{"places"},
		},
		"probabilities above 1": {
			&sizeRequest{ArrivalsPerDay: exactly(1), MeanStayDays: exactly(1), MaxWaitHours: exactly(1), Probability: exactly(1.5)}, []string{"probability"},
		},
		"a share above 1": {
			&sizeRequest{ArrivalsPerDay: exactly(1), MeanStayDays: exactly(1), MaxProbabilityOfWait: exactly(2)}, []string{"max_probability_of_wait"},
		},
		"certainty": {
			&sizeRequest{ArrivalsPerDay: exactly(1), MeanStayDays: exactly(1), MaxWaitHours: exactly(1), Probability: exactly(1)}, []string{"probability"},
		},
		"a probability of no wait": {
			&sizeRequest{ArrivalsPerDay: exactly(1), MeanStayDays: exactly(1), Probability: exactly(0.5)}, []string{"max_wait_hours"},
		},
		"hours with another target": {
			&sizeRequest{ArrivalsPerDay: exactly(1), MeanStayDays: exactly(1), MaxWaitHours: exactly(1), MaxBlocking: exactly(0.5)}, []string{"max_wait_hours"},
		},
		"two questions": {
			&sizeRequest{ArrivalsPerDay: exactly(1), MeanStayDays: exactly(1), Places: exactly(3), MaxBlocking: exactly(0.5)}, []string{""},
		},
		"no places at all": {
			&sizeRequest{ArrivalsPerDay: exactly(1), MeanStayDays: exactly(1), Places: exactly(0)}, []string{"places"},
		},
		"ends out of order": {
			&sizeRequest{ArrivalsPerDay: around(3, 2, 1), MeanStayDays: exactly(1), Places: exactly(3)}, []string{"arrivals_per_day"},
		},
		"half a range": {
			&sizeRequest{ArrivalsPerDay: &marketpositionv1.Estimate{Low: proto.Float64(1)}, MeanStayDays: exactly(1), Places: exactly(3)}, []string{"arrivals_per_day"},
		},
		"more than can be reckoned": {
			&sizeRequest{ArrivalsPerDay: exactly(1e6), MeanStayDays: exactly(1000), MaxBlocking: exactly(0.1)}, []string{"arrivals_per_day"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.SizeIntermediateCare(t.Context(), tt.req)
			faulty(t, err, tt.want...)
		})
	}
}

// More demand never needs fewer places, and steps are there for every answer.
func TestSizeGrowsWithDemand(t *testing.T) {
	s := New(Config{})
	rapid.Check(t, func(t *rapid.T) {
		arrivals := rapid.Float64Range(0.01, 50).Draw(t, "arrivals")
		stay := rapid.Float64Range(0.01, 60).Draw(t, "stay")
		more := rapid.Float64Range(1, 3).Draw(t, "more")
		share := rapid.Float64Range(0.001, 0.999).Draw(t, "share")
		res, err := s.SizeIntermediateCare(context.Background(), &sizeRequest{
			ArrivalsPerDay: around(arrivals, arrivals*(1+more)/2, arrivals*more), MeanStayDays: exactly(stay), MaxProbabilityOfWait: exactly(share),
		})
		if err != nil {
			t.Fatal(err)
		}
		if l, m, h := res.GetLow(), res, res.GetHigh(); more > 1 && (l.GetPlaces() > m.GetPlaces() || m.GetPlaces() > h.GetPlaces()) {
			t.Fatalf("%d, %d, %d places", l.GetPlaces(), m.GetPlaces(), h.GetPlaces())
		}
		if res.GetErlangC() > share || len(res.GetBasis().GetSteps()) < 6 {
			t.Fatalf("%v wait of at most %v: %v", res.GetErlangC(), share, res.GetBasis().GetSteps())
		}
	})
}

func TestNearlyFullIsSaid(t *testing.T) {
	res := sized(t, serve(t, New(Config{})), &sizeRequest{ArrivalsPerDay: exactly(9.9), MeanStayDays: exactly(1), Places: exactly(10)})
	if notes := res.GetDataNotes(); len(notes) != 1 || notes[0].GetCode() != "NEARLY_FULL" {
		t.Errorf("notes %v", notes)
	}
}

// What is not a number is refused before it is looked at.
func TestSizeRefusesWhatIsNoNumber(t *testing.T) {
	_, err := serve(t, New(Config{})).SizeIntermediateCare(t.Context(), &sizeRequest{
		ArrivalsPerDay: exactly(math.NaN()), MeanStayDays: exactly(1), Places: exactly(1),
	})
	faulty(t, err, "arrivals_per_day.central")
}
