package simulate_test

import (
	"context"
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/simulate"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// Half a year of a service with 72 places, in which 77 people are today and for which 43 wait, with stays
// of 50 days in the median and 59.15 in the mean: what if nothing is done, and what if 50 more places open
// after a month?
func ExampleRun() {
	in := simulate.Input{
		Days: 181, ArrivalsPerDay: []float64{1.95}, Places: 72, InitialOccupied: 77, InitialWaiting: 43,
		Stay: stay.Spec{MeanDays: 59.15, MedianDays: 50}, Replications: 400, Seed: 1,
	}
	more := in
	more.Places, more.Policy.PlacesByDay = 0, make([]int, in.Days)
	for day := range more.Policy.PlacesByDay {
		more.Policy.PlacesByDay[day] = 72
		if day >= 30 {
			more.Policy.PlacesByDay[day] = 122
		}
	}
	for _, in := range []simulate.Input{in, more} {
		out, err := simulate.Run(context.Background(), in)
		if err != nil {
			fmt.Println(err)
			return
		}
		last := out.Days[180].Waiting
		fmt.Printf("after half a year %.0f wait on average, between %.0f and %.0f in nine cases of ten\n",
			last.Mean, last.P5, last.P95)
	}
	// Output:
	// after half a year 164 wait on average, between 129 and 199 in nine cases of ten
	// after half a year 10 wait on average, between 0 and 39 in nine cases of ten
}
