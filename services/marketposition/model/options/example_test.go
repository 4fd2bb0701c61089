package options_test

import (
	"context"
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/options"
)

// Two ways of running a home of 40 beds, of which the staff that can be had open 30.
func ExampleAppraise() {
	in := input()
	provider := councilRun()
	provider.ID, provider.PostsPerBed, provider.FixedPerBed = "provider-staffed", between(1, 1.1, 1.3), between(450, 520, 600)
	in.Options = append(in.Options, provider)
	result, err := options.Appraise(context.Background(), in)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range result.Appraisals {
		fmt.Printf("%s: %.0f posts, %.0f beds staffed, break-even at %.0f%%, %.0f fewer unmet, first in %.0f%% of draws\n",
			a.Option, a.Posts.Central, a.StaffedBeds.Central, 100*a.BreakEven.Central, a.FewerUnmet.Central, 100*a.First)
	}
	// Output:
	// provider-staffed: 44 posts, 34 beds staffed, break-even at 79%, 31 fewer unmet, first in 83% of draws
	// council-run: 50 posts, 30 beds staffed, break-even at 77%, 27 fewer unmet, first in 17% of draws
}
