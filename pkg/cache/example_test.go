package cache_test

import (
	"context"
	"fmt"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/revision"
)

// How a service answers a read: it asks where the district stands, and works the answer out only if none of that mark
// is at hand.
func ExampleCache_Get() {
	answers, err := cache.New(cache.Config{Name: "carehomes"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = answers.Close() }()
	tracker := revision.NewTracker("carehomes", -1)
	tracker.Confirm()
	tracker.Observe(1, []string{"E07000082"})

	capacity := func() {
		question := cache.Question{
			Service: "carehomes", Method: "GetDistrictCapacity", Subject: "E07000082",
			Detail: "as_at=2026-10-01", Audience: audience.Public,
		}
		mark, current := revision.Read(question.Subject, tracker)
		modes := cache.AllowStale
		if !current {
			modes |= cache.Recheck
		}
		answer, err := answers.Get(context.Background(), question, mark, func(context.Context) (cache.Loaded, error) {
			fmt.Println("worked out")
			// The district's revision comes from the same transaction as what the body is made of.
			return cache.Loaded{Body: []byte("11 beds admittable"), Mark: mark.To(1)}, nil
		}, modes)
		fmt.Println(string(answer.Body), "at", answer.Mark, err)
	}
	capacity()
	capacity()
	// Output:
	// worked out
	// 11 beds admittable at 1 <nil>
	// 11 beds admittable at 1 <nil>
}
