package queueing_test

import (
	"context"
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/queueing"
)

// Gloucestershire's Market Position Statement: over 100 to 125 people a week into Home First, with an
// assessment within the first 48 hours; reablement to manage 60 to 70 cases a week. How many assessors,
// and how many places of reablement?
//
// The statement gives neither how long an assessment nor how long reablement takes, nor how often 48
// hours may be missed. Half a working day for one assessor, three to five weeks of reablement, one in
// twenty, and one in ten who wait at all for reablement are invented for the example.
func ExampleRun() {
	perWeek := func(low, high float64) assume.Range {
		return assume.Range{Low: low / 7, Central: (low + high) / 14, High: high / 7}
	}
	for _, ask := range []struct {
		what string
		in   queueing.Input
	}{
		{"assessors", queueing.Input{
			ArrivalsPerDay:             perWeek(100, 125),
			MeanStayDays:               assume.Exactly(0.5),
			WaitHours:                  assume.Exactly(48),
			MaxProbabilityOfLongerWait: assume.Exactly(0.05),
		}},
		{"places of reablement", queueing.Input{
			ArrivalsPerDay:       perWeek(60, 70),
			MeanStayDays:         assume.Range{Low: 21, Central: 28, High: 35},
			MaxProbabilityOfWait: assume.Exactly(0.1),
		}},
	} {
		out, err := queueing.Run(context.Background(), ask.in)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d to %d %s, centrally %d: in use %.0f%%, mean wait %.1f hours\n",
			out.Low.Places, out.High.Places, ask.what, out.Central.Places,
			100*out.Central.Queue.Utilisation, 24*out.Central.Queue.MeanWaitDays)
	}
	// Output:
	// 8 to 10 assessors, centrally 9: in use 89%, mean wait 8.3 hours
	// 200 to 378 places of reablement, centrally 284: in use 92%, mean wait 2.6 hours
}
