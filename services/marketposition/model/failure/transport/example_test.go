package transport_test

import (
	"context"
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/failure/transport"
)

// Two groups want the same nearest place, which takes one person.
func ExampleSolve() {
	p := transport.Problem{
		People: []int64{1, 1}, Capacity: []int64{1, 5},
		Arcs: []transport.Arc{
			{Group: 0, Place: 0, Cost: 1}, {Group: 0, Place: 1, Cost: 3}, {Group: 1, Place: 0, Cost: 2}, {Group: 1, Place: 1, Cost: 9},
		},
	}
	solution, err := transport.Solve(context.Background(), p)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, move := range solution.Moves {
		arc := p.Arcs[move.Arc]
		fmt.Printf("group %d to place %d at %d\n", arc.Group, arc.Place, arc.Cost)
	}
	fmt.Println("in all", solution.Cost)
	// Output:
	// group 0 to place 1 at 3
	// group 1 to place 0 at 2
	// in all 5
}
