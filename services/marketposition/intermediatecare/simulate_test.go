package intermediatecare

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

type simulateRequest = marketpositionv1.SimulateIntermediateCareRequest

// halfYear is half a year of 72 places that begins above them, with people waiting.
func halfYear() *simulateRequest {
	return &simulateRequest{
		Days: 181, ArrivalsPerDay: []float64{2}, Places: proto.Int32(72), InitialOccupied: 77, InitialWaiting: 43,
		Stay: &marketpositionv1.Stay{MeanDays: 59.15, MedianDays: 50}, Replications: proto.Int32(400), Seed: 1,
	}
}

func simulated(t testing.TB, c client, req *simulateRequest) *marketpositionv1.SimulateIntermediateCareResponse {
	t.Helper()
	res, err := c.SimulateIntermediateCare(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func encoded(t testing.TB, m proto.Message) []byte {
	t.Helper()
	out, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The same request and seed give the same bytes for any number of workers; another seed
// does not.
func TestSimulationIsTheSameForAnyWorkers(t *testing.T) {
	var first []byte
	for _, workers := range []int{1, 2, 3, 8} {
		got := encoded(t, simulated(t, serve(t, New(Config{Workers: workers})), halfYear()))
		if first == nil {
			first = got
		}
		if !bytes.Equal(first, got) {
			t.Errorf("%d workers give another answer than one", workers)
		}
	}
	other := halfYear()
	other.Seed = 2
	if bytes.Equal(first, encoded(t, simulated(t, serve(t, New(Config{})), other))) {
		t.Error("another seed gives the same answer")
	}
}

// 72 / 59.15 leave a day at most and two come, so the 43 who wait become more, by about
// 0.78 a day once the service is settled.
func TestHalfYear(t *testing.T) {
	res := simulated(t, serve(t, New(Config{})), halfYear())
	if len(res.GetDays()) != 181 {
		t.Fatalf("%d days", len(res.GetDays()))
	}
	for i, d := range res.GetDays() {
		w := d.GetWaiting()
		if d.GetDay() != int32(i+1) || w.GetP5() > w.GetP50() || w.GetP50() > w.GetP95() || w.GetP5() > w.GetMean() || w.GetMean() > w.GetP95() {
			t.Errorf("day %d: waiting %v", d.GetDay(), w)
		}
	}
	flow := res.GetFlow()
	near(t, "arrived in 181 days of 2", flow.GetArrived(), 362, 4*math.Sqrt(362.0/400))
	near(t, "who come, less who go", flow.GetInitialOccupied()+flow.GetInitialWaiting()+flow.GetArrived(), flow.GetLeft()+flow.GetPresent()+flow.GetWaiting(), 1e-9)
	last := res.GetDays()[180]
	near(t, "in places at the end", last.GetOccupied().GetMean(), 72, 0)
	near(t, "waiting at the end", last.GetWaiting().GetMean(), flow.GetWaiting(), 1e-9)
	codes := ""
	for _, n := range res.GetDataNotes() {
		codes += n.GetCode() + " "
	}
	if codes != "SIMULATION SIMULATION NO_COSTS " {
		t.Errorf("notes %s", codes)
	}
	if steps := strings.Join(res.GetBasis().GetSteps(), "\n"); !strings.Contains(steps, "grows by about 2 - 1.217244 = 0.782756") ||
		!strings.Contains(steps, "= 0.579748") { // sqrt(2 ln(59.15 / 50))
		t.Errorf("steps: %s", steps)
	}
}

// Costs are the days counted, each at its price.
func TestCostsAddUp(t *testing.T) {
	req := halfYear()
	req.CostPerPlaceDay, req.CostPerWaitingDay, req.Replications = 400, 250, nil
	res := simulated(t, serve(t, New(Config{})), req)
	var total float64
	for _, d := range res.GetDays() {
		c := d.GetCost()
		near(t, "places in use", c.GetOccupiedPlaces(), 400*d.GetOccupiedDays(), 1e-6)
		near(t, "places not in use", c.GetEmptyPlaces(), 400*d.GetEmptyDays(), 1e-6)
		near(t, "waiting", c.GetWaiting(), 250*d.GetWaitingDays(), 1e-6)
		near(t, "a day", c.GetTotal(), c.GetOccupiedPlaces()+c.GetEmptyPlaces()+c.GetWaiting(), 1e-9)
		total += c.GetTotal()
	}
	near(t, "the whole time", res.GetCosts().GetTotal().GetMean(), total, 1e-6*total)
	near(t, "its parts", res.GetCosts().GetMean().GetTotal(), total, 1e-6*total)
	if inputs := res.GetBasis().GetInputs(); inputs[0] != "181 days, 400 replications, seed 1" {
		t.Errorf("inputs %v", inputs)
	}
}

// With no limit nobody waits, and those there settle at arrivals times mean stay, for every
// shape of stay.
func TestUnlimited(t *testing.T) {
	c := serve(t, New(Config{}))
	for name, stay := range map[string]*marketpositionv1.Stay{
		"mean and median": {MeanDays: 10, MedianDays: 8},
		"mean and sd":     {Shape: marketpositionv1.StayShape_STAY_SHAPE_LOG_NORMAL, MeanDays: 10, SdDays: 5},
		"exponential":     {Shape: marketpositionv1.StayShape_STAY_SHAPE_EXPONENTIAL, MeanDays: 10},
		"gamma":           {Shape: marketpositionv1.StayShape_STAY_SHAPE_GAMMA, MeanDays: 10, SdDays: 5},
		"fixed":           {Shape: marketpositionv1.StayShape_STAY_SHAPE_FIXED, MeanDays: 10},
		"empirical":       {ObservedDays: []float64{2, 8, 20}},
	} {
		res := simulated(t, c, &simulateRequest{
			Days: 120, ArrivalsPerDay: []float64{6}, Unlimited: true, Stay: stay, Seed: 7,
			Remaining: marketpositionv1.RemainingStay_REMAINING_STAY_EQUILIBRIUM, InitialOccupied: 60, CostPerPlaceDay: 1,
		})
		last := res.GetDays()[119]
		near(t, name, last.GetOccupied().GetMean(), 60, 4*last.GetOccupied().GetStandardError())
		if last.GetWaiting().GetP95() != 0 || res.GetWaits().GetShareWaited() != 0 {
			t.Errorf("%s: somebody waits", name)
		}
	}
}

// Rates and places by day are taken as given.
func TestByDay(t *testing.T) {
	res := simulated(t, serve(t, New(Config{})), &simulateRequest{
		Days: 4, ArrivalsPerDay: []float64{0, 0, 30, 0}, Policy: &marketpositionv1.PlacesPolicy{PlacesByDay: []int32{2, 2, 2, 1000}},
		InitialWaiting: 10, Stay: &marketpositionv1.Stay{Shape: marketpositionv1.StayShape_STAY_SHAPE_FIXED, MeanDays: 50},
		MaxWaitHours: 24,
	})
	for day, want := range []float64{8, 8, 38, 0} {
		w := res.GetDays()[day].GetWaiting()
		near(t, "waiting", w.GetMean(), want, 5*w.GetStandardError())
	}
	if share := res.GetWaits().GetShareWithin(); !(share > 0.05 && share < 0.95) {
		t.Errorf("%v start within a day", share)
	}
}

func TestDaysLeftOut(t *testing.T) {
	c := serve(t, New(Config{}))
	long := func(every int32) *simulateRequest {
		return &simulateRequest{
			Days: 3650, ArrivalsPerDay: []float64{1}, Places: proto.Int32(3), Stay: &marketpositionv1.Stay{MeanDays: 2, MedianDays: 1},
			Replications: proto.Int32(1), EveryDays: every,
		}
	}
	res := simulated(t, c, long(0))
	days := res.GetDays()
	if len(days) != 913 || days[912].GetDay() != 3650 || days[911].GetDay() != 3646 {
		t.Errorf("%d days, the last %d", len(days), days[len(days)-1].GetDay())
	}
	if notes := res.GetDataNotes(); notes[len(notes)-1].GetCode() != "DAYS_LEFT_OUT" {
		t.Errorf("notes %v", notes)
	}
	if days := simulated(t, c, long(1)).GetDays(); len(days) != 3650 {
		t.Errorf("%d days", len(days))
	}
	if days := simulated(t, c, long(3650)).GetDays(); len(days) != 1 || days[0].GetDay() != 3650 {
		t.Errorf("%d days", len(days))
	}
}

func TestSimulateNamesEveryFault(t *testing.T) {
	c := serve(t, New(Config{}))
	for name, tt := range map[string]struct {
		req  *simulateRequest
		want []string
	}{
		"nothing": {&simulateRequest{}, []string{"days", "arrivals_per_day", "places", "stay.mean_days", "stay.median_days"}},
		"nonsense everywhere": {
			spoilt(func(r *simulateRequest) {
				r.Places, r.InitialOccupied, r.InitialWaiting = proto.Int32(-1), -1, -1
				r.Stay = &marketpositionv1.Stay{MeanDays: -3, MedianDays: 2}
				r.Replications = proto.Int32(1_000_000_000)
				r.ArrivalsPerDay = []float64{1, -2}
				r.CostPerPlaceDay, r.CostPerWaitingDay, r.MaxWaitHours, r.EveryDays = -1, -1, -1, -1
			}),
			[]string{
				"places", "initial_occupied", "initial_waiting", "stay.mean_days", "stay.median_days", "replications", "arrivals_per_day",
				"arrivals_per_day[1]", "cost_per_place_day", "cost_per_waiting_day", "max_wait_hours", "every_days",
			},
		},
		"places and no limit": {spoilt(func(r *simulateRequest) { r.Unlimited = true }), []string{"unlimited"}},
		"more work than is taken": {
			spoilt(func(r *simulateRequest) { r.Replications = proto.Int32(100_000) }), []string{"replications"},
		},
		"a shape's numbers missing": {
			spoilt(func(r *simulateRequest) {
				r.Stay = &marketpositionv1.Stay{Shape: marketpositionv1.StayShape_STAY_SHAPE_GAMMA, MeanDays: 3, ObservedDays: []float64{1}}
			}), []string{"stay.sd_days", "stay.observed_days"},
		},
		"no replications": {spoilt(func(r *simulateRequest) { r.Replications = proto.Int32(0) }), []string{"replications"}},
		"more days than one answer takes": {
			spoilt(func(r *simulateRequest) { r.EveryDays = 182 }), []string{"every_days"},
		},
		"a shape unknown": {spoilt(func(r *simulateRequest) { r.Stay.Shape = 99 }), []string{"stay.shape"}},
		"not a number":    {spoilt(func(r *simulateRequest) { r.ArrivalsPerDay = []float64{math.NaN()} }), []string{"arrivals_per_day[0]"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.SimulateIntermediateCare(t.Context(), tt.req)
			faulty(t, err, tt.want...)
		})
	}
}

func spoilt(spoil func(*simulateRequest)) *simulateRequest {
	req := halfYear()
	spoil(req)
	return req
}

// Nobody is lost, and with more places nobody waits longer, whatever is asked.
func TestPeopleBalanceAndPlacesHelp(t *testing.T) {
	s := New(Config{})
	rapid.Check(t, func(t *rapid.T) {
		req := &simulateRequest{
			Days:            rapid.Int32Range(1, 40).Draw(t, "days"),
			ArrivalsPerDay:  []float64{rapid.Float64Range(0, 5).Draw(t, "arrivals")},
			Places:          new(rapid.Int32Range(0, 20).Draw(t, "places")),
			InitialOccupied: rapid.Int32Range(0, 30).Draw(t, "occupied"),
			InitialWaiting:  rapid.Int32Range(0, 10).Draw(t, "waiting"),
			Stay:            &marketpositionv1.Stay{MeanDays: rapid.Float64Range(2, 20).Draw(t, "mean"), MedianDays: 1.5},
			Replications:    new(rapid.Int32Range(1, 20).Draw(t, "replications")),
			Seed:            rapid.Uint64().Draw(t, "seed"),
		}
		few, err := s.SimulateIntermediateCare(context.Background(), req)
		if err != nil {
			t.Fatal(err)
		}
		f := few.GetFlow()
		came, went := f.GetInitialOccupied()+f.GetInitialWaiting()+f.GetArrived(), f.GetLeft()+f.GetPresent()+f.GetWaiting()
		if math.Abs(came-went) > 1e-9*(1+came) {
			t.Fatalf("%v came and %v went or are there", came, went)
		}
		*req.Places += rapid.Int32Range(1, 10).Draw(t, "more")
		many, err := s.SimulateIntermediateCare(context.Background(), req)
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range many.GetDays() {
			if d.GetWaiting().GetMean() > few.GetDays()[i].GetWaiting().GetMean() {
				t.Fatalf("day %d: %v wait with more places, %v with fewer", d.GetDay(), d.GetWaiting(), few.GetDays()[i].GetWaiting())
			}
		}
	})
}
