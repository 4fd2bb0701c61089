package pathway_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/caremarket/caremarket/services/marketposition/model/pathway"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// gloucestershire is the intermediate care that Gloucestershire's Market Position Statement asks for:
// "over 100-125 people per week need to flow into home first with 50% likely to then flow into
// reablement. With specialist reablement supporting step up, we will need this service to manage 60-70
// cases per week." So 10 to 7.5 a week step up to reablement from home: 60 - 50% of 100 and 70 - 50% of
// 125.
//
// The statement gives no lengths of stay and no places: those here are invented for the example. Home
// First has the 48 hours of its assessment as its stay; reablement four weeks, within the six weeks that
// the Care and Support (Preventing Needs for Care and Support) Regulations 2014 make free of charge.
func gloucestershire(homeFirstAWeek, stepUpAWeek float64) pathway.Input {
	return pathway.Input{
		Days: 181, Replications: 100, Seed: 1,
		Stages: []pathway.Stage{
			{
				Name: "Home First", Places: 40, InitialOccupied: 30,
				ArrivalsPerDay: []float64{homeFirstAWeek / 7},
				Stay:           stay.Spec{Shape: stay.Fixed, MeanDays: 2},
				Next:           []pathway.Transfer{{To: "Reablement", Probability: 0.5}},
			},
			{
				Name: "Reablement", Places: 270, InitialOccupied: 250,
				ArrivalsPerDay: []float64{stepUpAWeek / 7},
				Stay:           stay.Spec{MeanDays: 28, MedianDays: 24},
				Remaining:      stay.Equilibrium,
			},
		},
	}
}

// What flows through Home First and reablement a week, and the places it takes when none are ever short,
// at both ends of Gloucestershire's range.
func ExampleTraffic() {
	for _, in := range []pathway.Input{gloucestershire(100, 10), gloucestershire(125, 7.5)} {
		loads, err := pathway.Traffic(in)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, load := range loads {
			fmt.Printf("%s: %.1f a week, %.1f places\n", load.Stage, 7*load.ArrivalsPerDay, load.OfferedLoad)
		}
	}
	// Output:
	// Home First: 100.0 a week, 28.6 places
	// Reablement: 60.0 a week, 240.0 places
	// Home First: 125.0 a week, 35.7 places
	// Reablement: 70.0 a week, 280.0 places
}

// 270 places of reablement are enough for 60 a week and not for 70: then people who are ready for it stay
// in Home First, and Home First fills up in its turn.
func ExampleRun() {
	for _, in := range []pathway.Input{gloucestershire(100, 10), gloucestershire(125, 7.5)} {
		out, err := pathway.Run(context.Background(), in)
		if err != nil {
			fmt.Println(err)
			return
		}
		homeFirst, reablement := out.Stages[0].Days[180], out.Stages[1].Days[180]
		fmt.Printf("after half a year %.0f are held up in Home First, %.0f wait for it, %.0f wait at home for reablement\n",
			homeFirst.Blocked.Mean, homeFirst.Waiting.Mean, reablement.Waiting.Mean)
	}
	// Output:
	// after half a year 0 are held up in Home First, 0 wait for it, 0 wait at home for reablement
	// after half a year 6 are held up in Home First, 141 wait for it, 1 wait at home for reablement
}

// The two numbers of the statement agree with each other: half of 100 to 125, and the step-up, are the 60
// to 70 cases.
func TestGloucestershireAddsUp(t *testing.T) {
	for _, tt := range []struct{ homeFirst, stepUp, cases float64 }{{100, 10, 60}, {125, 7.5, 70}} {
		loads, err := pathway.Traffic(gloucestershire(tt.homeFirst, tt.stepUp))
		if err != nil {
			t.Fatal(err)
		}
		if got := 7 * loads[1].ArrivalsPerDay; math.Abs(got-tt.cases) > 1e-9 {
			t.Errorf("%v a week into Home First make %v cases of reablement, want %v", tt.homeFirst, got, tt.cases)
		}
	}
}

// Arrivals by day count with their mean.
func TestTrafficTakesTheMeanOfTheDays(t *testing.T) {
	in := gloucestershire(0, 10)
	in.Days = 4
	in.Stages[0].ArrivalsPerDay = []float64{10, 20, 30, 0}
	loads, err := pathway.Traffic(in)
	if err != nil {
		t.Fatal(err)
	}
	if got := loads[0].ArrivalsPerDay; math.Abs(got-15) > 1e-9 {
		t.Errorf("%v a day come to Home First, want 15", got)
	}
}

func BenchmarkGloucestershire(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			in := gloucestershire(125, 7.5)
			in.Workers = workers
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pathway.Run(context.Background(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
