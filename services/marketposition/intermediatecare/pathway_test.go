package intermediatecare

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

type (
	pathwayRequest = marketpositionv1.SimulateIntermediateCarePathwayRequest
	careStage      = marketpositionv1.CareStage
)

// homeFirst is Home First and on to reablement; the stays and places are invented.
func homeFirst() *pathwayRequest {
	return &pathwayRequest{
		Days: 120, Replications: proto.Int32(60), Seed: 3,
		Stages: []*careStage{
			{
				Name: "Home First", Places: proto.Int32(36), InitialOccupied: 30, ArrivalsPerDay: []float64{112.5 / 7},
				Stay: &marketpositionv1.Stay{Shape: marketpositionv1.StayShape_STAY_SHAPE_FIXED, MeanDays: 2},
				Next: []*marketpositionv1.StageTransfer{{To: "Reablement", Probability: 0.5}},
			},
			{
				Name: "Reablement", Places: proto.Int32(250), InitialOccupied: 250, ArrivalsPerDay: []float64{8.75 / 7},
				Stay:      &marketpositionv1.Stay{MeanDays: 28, MedianDays: 24},
				Remaining: marketpositionv1.RemainingStay_REMAINING_STAY_EQUILIBRIUM,
			},
		},
	}
}

func walked(t testing.TB, c client, req *pathwayRequest) *marketpositionv1.SimulateIntermediateCarePathwayResponse {
	t.Helper()
	res, err := c.SimulateIntermediateCarePathway(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestPathwayIsTheSameForAnyWorkers(t *testing.T) {
	one := encoded(t, walked(t, serve(t, New(Config{Workers: 1})), homeFirst()))
	three := encoded(t, walked(t, serve(t, New(Config{Workers: 3})), homeFirst()))
	if !bytes.Equal(one, three) {
		t.Error("three workers give another answer than one")
	}
}

// Half of 100 to 125 a week, with the step-up, are Gloucestershire's 60 to 70 cases; 65 are
// the middle. 250 places of four weeks carry 62.5 a week: they fill up, and block Home First.
func TestReablementBlocksHomeFirst(t *testing.T) {
	res := walked(t, serve(t, New(Config{})), homeFirst())
	first, second := res.GetStages()[0], res.GetStages()[1]
	near(t, "cases of reablement a week", 7*second.GetUncappedArrivalsPerDay(), 65, 1e-9)
	near(t, "places of reablement", second.GetOfferedLoad(), 260, 1e-9)
	if !(first.GetMeanBlocked() > 0.1) || second.GetMeanBlocked() != 0 {
		t.Errorf("%v and %v are blocked", first.GetMeanBlocked(), second.GetMeanBlocked())
	}
	for i, s := range res.GetStages() {
		f := s.GetFlow()
		near(t, s.GetName(), f.GetInitialOccupied()+f.GetInitialWaiting()+f.GetArrived()+f.GetPassedIn(),
			f.GetTurnedAway()+f.GetPassedOn()+f.GetLeft()+f.GetPresent()+f.GetWaiting(), 1e-6)
		near(t, "in use", s.GetUtilisation(), s.GetMeanOccupied()/float64(homeFirst().Stages[i].GetPlaces()), 1e-12)
		near(t, "mean of the days", s.GetMeanOccupied(), s.GetOccupiedDays()/120, 1e-9)
		if len(s.GetDays()) != 120 {
			t.Errorf("%d days", len(s.GetDays()))
		}
	}
	f := res.GetFlow()
	near(t, "the whole pathway", f.GetInitial()+f.GetArrived(), f.GetTurnedAway()+f.GetLeft()+f.GetPresent()+f.GetWaiting(), 1e-6)
	if notes := res.GetDataNotes(); len(notes) != 2 || notes[0].GetCode() != "OVERLOADED" || notes[1].GetCode() != "STILL_ON_THE_PATHWAY" {
		t.Errorf("notes %v", notes)
	}
	want := "Reablement: 1.25 from outside + 0.5 × 16.071429 of Home First = 9.285714 a day"
	if steps := res.GetBasis().GetSteps(); !strings.Contains(strings.Join(steps, "\n"), want) {
		t.Errorf("steps %v", steps)
	}
}

// A pathway of one stage is the single simulation.
func TestOneStageIsTheSingleSimulation(t *testing.T) {
	c := serve(t, New(Config{}))
	alone := halfYear()
	single := simulated(t, c, alone)
	staged := walked(t, c, &pathwayRequest{
		Days: alone.GetDays(), Replications: alone.Replications, Seed: alone.GetSeed(),
		Stages: []*careStage{{
			Name: "alone", Places: alone.Places, ArrivalsPerDay: alone.GetArrivalsPerDay(), Stay: alone.GetStay(),
			InitialOccupied: alone.GetInitialOccupied(), InitialWaiting: alone.GetInitialWaiting(),
		}},
	}).GetStages()[0]
	for i, day := range staged.GetDays() {
		if diff := cmp.Diff(single.GetDays()[i].GetWaiting(), day.GetWaiting(), protocmp.Transform()); diff != "" {
			t.Fatalf("waiting on day %d: %s", i+1, diff)
		}
		if diff := cmp.Diff(single.GetDays()[i].GetOccupied(), day.GetOccupied(), protocmp.Transform()); diff != "" {
			t.Fatalf("occupied on day %d: %s", i+1, diff)
		}
	}
}

// Without limits each stage settles at the places of its traffic equation.
func TestUncappedPathwayFollowsTheTrafficEquations(t *testing.T) {
	req := homeFirst()
	for _, s := range req.GetStages() {
		s.Places, s.Unlimited = nil, true
	}
	req.Days, req.Stages[1].InitialOccupied = 200, 260
	res := walked(t, serve(t, New(Config{})), req)
	for _, s := range res.GetStages() {
		last := s.GetDays()[len(s.GetDays())-1].GetOccupied()
		near(t, s.GetName(), last.GetMean(), s.GetOfferedLoad(), 4*last.GetStandardError())
		if s.GetMeanBlocked() != 0 || s.GetMeanWaiting() != 0 || s.Utilisation != nil {
			t.Errorf("%s: %v", s.GetName(), s)
		}
	}
}

func TestPathwayTellsOfFewerDaysForMoreStages(t *testing.T) {
	req := &pathwayRequest{Days: 365, Replications: proto.Int32(1)}
	for range 20 {
		req.Stages = append(req.Stages, &careStage{
			Name: string(rune('a' + len(req.Stages))), Unlimited: true, ArrivalsPerDay: []float64{1}, Stay: &marketpositionv1.Stay{MeanDays: 2, MedianDays: 1},
		})
	}
	c := serve(t, New(Config{}))
	res := walked(t, c, req)
	if rows := 20 * len(res.GetStages()[0].GetDays()); rows > usualRows || rows < usualRows/2 {
		t.Errorf("%d days in the answer", rows)
	}
	req.EveryDays = 1
	_, err := c.SimulateIntermediateCarePathway(t.Context(), req)
	faulty(t, err, "every_days")
}

func TestPathwayNamesEveryFault(t *testing.T) {
	c := serve(t, New(Config{}))
	for name, tt := range map[string]struct {
		spoil func(*pathwayRequest)
		want  []string
	}{
		"nothing": {func(r *pathwayRequest) { proto.Reset(r) }, []string{"stages", "days"}},
		"nonsense everywhere": {
			func(r *pathwayRequest) {
				r.Replications = proto.Int32(1_000_000_000)
				r.Stages[0].Places, r.Stages[0].Stay.MeanDays, r.Stages[0].InitialWaiting = nil, -1, -1
				r.Stages[0].Next = []*marketpositionv1.StageTransfer{{To: "Nowhere", Probability: 0.7}, {To: "Reablement", Probability: 0.7}}
				r.Stages[1].Name, r.Stages[1].QueueLimit = "Home First", proto.Int32(-1)
			},
			[]string{
				"replications", "stages[0].places", "stages[0].stay.mean_days", "stages[0].initial_waiting", "stages[0].next[0].to",
				"stages[0].next[1].to", "stages[0].next", "stages[1].name", "stages[1].queue_limit",
			},
		},
		"a probability above 1": {
			func(r *pathwayRequest) { r.Stages[0].Next[0].Probability = 1.5 }, []string{"stages[0].next[0].probability", "stages[0].next"},
		},
		"nobody ever leaves": {
			func(r *pathwayRequest) {
				r.Stages[0].Next[0].Probability = 1
				r.Stages[1].Next = []*marketpositionv1.StageTransfer{{To: "Home First", Probability: 1}}
			}, []string{"stages[0].next", "stages[1].next"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			req := homeFirst()
			tt.spoil(req)
			_, err := c.SimulateIntermediateCarePathway(t.Context(), req)
			faulty(t, err, tt.want...)
		})
	}
}
