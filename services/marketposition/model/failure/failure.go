// Package failure plans where a provider's people go when the provider fails: to places of the right
// kind that would admit them, within a distance, in services rated well enough, so that as few as
// possible are without a place and, among all such plans, the fewest miles are travelled in total. The
// plan is exact (see package transport), not a greedy walk.
//
// A place that is reserved is not admittable and never appears here: the input holds admittable places
// only. Distances are great circles, as [geo.Point.Miles] measures them, to a thousandth of a mile.
package failure

import (
	"context"

	"github.com/caremarket/caremarket/pkg/geo"
)

// Kind is a kind of place: one of the bed types, a home care package, an extra care unit. People are
// placed in their own kind, or in one that the rules let stand in for it.
type Kind string

// Rating is CQC's overall rating, the better the higher.
type Rating int

// CQC's ratings in its own words. Unrated is a service without a published rating.
const (
	Unrated Rating = iota
	Inadequate
	RequiresImprovement
	Good
	Outstanding
	// NotRated is a service of a kind that CQC does not rate: no floor binds it.
	NotRated
)

// String is the rating in CQC's words.
func (r Rating) String() string {
	names := [...]string{"no published rating", "inadequate", "requires improvement", "good", "outstanding", "not rated by CQC"}
	if r < 0 || int(r) >= len(names) {
		return "unknown rating"
	}
	return names[r]
}

// Service is a home, branch or scheme of one provider.
type Service struct {
	ID, Provider, District string
	Location               geo.Point
	// AtHome is care that comes to where people live. Nobody is moved for it, so that no
	// distance counts between two such services, and they need no location: their kinds
	// name the areas that they serve.
	AtHome bool
	Rating Rating
	// People it serves, and places it would fill today, by kind.
	People, Admittable map[Kind]int
}

// Rules say which place will do.
type Rules struct {
	// MaxMiles is how far a person may be moved.
	MaxMiles float64
	// RatingFloor is the least rating of a service that people are moved to. Unrated services take people
	// only where AcceptUnrated says so.
	RatingFloor   Rating
	AcceptUnrated bool
	// Substitutes are the kinds that may stand in for another, such as a nursing bed for a residential.
	Substitutes []Substitute
}

// Substitute lets people who need one kind take a place of another.
type Substitute struct {
	Needed, Given Kind
}

// Input is a market and the provider that fails.
type Input struct {
	Services []Service
	Provider string
	Rules    Rules
}

// Plan says where the people of a failed provider go.
type Plan struct {
	Provider string
	// People = Placed + Without.
	People, Placed, Without  int
	TotalMiles, LongestMiles float64
	// Moves by the service left, the kind needed and the service taken.
	Moves []Move
	// Unplaced by the service left and the kind needed.
	Unplaced []Unplaced
	// Left is what the districts have afterwards, by district and kind.
	Left []Left
}

// Move is a group of people who go from one service to another.
type Move struct {
	From, To, District string
	Needed, Given      Kind
	People             int
	// Miles each of them is moved.
	Miles float64
}

// Unplaced is a group of people for whom there is no place, and why.
type Unplaced struct {
	From   string
	Needed Kind
	People int
	Reason Reason
}

// Reason says what stands between people and a place.
type Reason int

// The reasons, in the order in which they are looked for.
const (
	// NoPlaceOfKind: nobody else in the market has an admittable place that would do.
	NoPlaceOfKind Reason = iota + 1
	// NoneWithinDistance: those who have are too far away.
	NoneWithinDistance
	// NoneRatedWellEnough: those near enough are rated below the floor.
	NoneRatedWellEnough
	// AllTaken: those that would do are taken by others in this plan.
	AllTaken
)

// String is the reason in words.
func (r Reason) String() string {
	names := [...]string{
		"unknown", "no admittable place of this kind", "none within the distance", "none rated well enough", "all taken",
	}
	if r < 0 || int(r) >= len(names) {
		return names[0]
	}
	return names[r]
}

// Left counts a district's admittable places of a kind: all that the provider's failure leaves, those that
// its people take, and those still free. Lost are the provider's own, filled and admittable.
type Left struct {
	District                  string
	Kind                      Kind
	Before, Taken, Free, Lost int
}

// Make returns the plan for one provider's failure, or every fault of the input at once. It stops with
// the context's error when that ends.
func Make(ctx context.Context, in Input) (Plan, error) {
	if err := in.Validate(); err != nil {
		return Plan{}, err
	}
	return makePlan(ctx, newMarket(in.Services, in.Rules), in.Provider)
}
