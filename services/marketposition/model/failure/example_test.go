package failure_test

import (
	"context"
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/failure"
)

// A home with three residents closes; of the two others one is nearer and has two places, one takes nobody.
func ExampleMake() {
	plan, err := failure.Make(context.Background(), failure.Input{
		Services: []failure.Service{home("1-100", "1-1", 0, 3, 0), home("1-200", "1-2", 4, 30, 2), home("1-300", "1-3", 6, 30, 0)},
		Provider: "1-1",
		Rules:    failure.Rules{MaxMiles: 15, RatingFloor: failure.Good},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, move := range plan.Moves {
		fmt.Printf("%d from %s to %s, %.1f miles each\n", move.People, move.From, move.To, move.Miles)
	}
	for _, left := range plan.Unplaced {
		fmt.Printf("%d from %s without a place: %s\n", left.People, left.From, left.Reason)
	}
	fmt.Printf("%.1f miles in total\n", plan.TotalMiles)
	// Output:
	// 2 from 1-100 to 1-200, 4.0 miles each
	// 1 from 1-100 without a place: all taken
	// 8.0 miles in total
}
