// Package pathway simulates people who go from one service to the next: from the hospital to Home First,
// on to reablement, home or a care home. It shows what no stage alone can: how a stage that is full fills
// the one before it.
//
// Time, arrivals, stays, those there at the start, chance and the counts at the end of each day are as in
// package simulate, of which a pathway of one stage is the same to the last number.
//
// # Blocking after service
//
// A person whose stay is over moves on at once, or leaves the pathway. When the next stage has no free
// place, the person stays and holds the place where they are, which nobody else can have: a delayed
// discharge. That is blocking after service (see Perros 1994, "Queueing Networks with Blocking").
//
// Each stage has one line for its places, first come first served, of those who wait in its queue and
// those who wait in a place of another stage. The queue is for people from outside; who finds it at its
// limit is turned away and not seen again. With TransfersQueue people from other stages may wait in the
// queue too, and give up their place, while it has room.
//
// Whose next stage is the one they are in keeps the place and begins a new stay.
//
// # Deadlock
//
// Stages can block each other in a circle: everybody in the one waits for the other, and the other way
// round. No place would ever fall free. It is found the moment it comes about: a set of stages in which
// every place is held by somebody who waits for a stage of the set. It is resolved at once by a swap, as
// two wards would agree: beginning with the first such stage, whoever has been blocked longest in it
// takes the place of whoever has been blocked longest in the next, and so on round a circle, all in the
// same moment. Nobody in a line is passed over by this, for without the swap there would be no place. The
// output counts the swaps.
package pathway

import (
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// Input is a pathway and how to simulate it.
type Input struct {
	Days         int
	Stages       []Stage
	Replications int
	Seed         uint64
	// Workers is how many run at once; 0 means one for each processor. It never changes the answer.
	Workers int
}

// Stage is one service on the pathway.
type Stage struct {
	// Name tells the stages apart.
	Name string

	// Places is the number of places; 0 when Unlimited.
	Places int
	// Unlimited has a place for everybody at once.
	Unlimited bool

	// QueueLimit is the most people who may wait in the queue; nil when there is no limit.
	QueueLimit *int
	// TransfersQueue lets people from other stages wait in the queue.
	TransfersQueue bool

	// ArrivalsPerDay is the mean number of people from outside on each day, or one number for all days;
	// none when nobody comes from outside.
	ArrivalsPerDay []float64

	// InitialOccupied and InitialWaiting people are in places, which they may exceed, and in the queue at
	// the start.
	InitialOccupied, InitialWaiting int

	Stay stay.Spec
	// Remaining is the rule for what remains of the stays of those in places at the start.
	Remaining stay.Remaining

	// Next says where people go when their stay is over. The rest leave the pathway.
	Next []Transfer
}

// Transfer is the share of a stage's people who go on to another.
type Transfer struct {
	// To is the name of a stage.
	To string
	// Probability lies between 0 and 1; those of a stage sum to at most 1.
	Probability float64
}

// Bounds of what may be asked, beside those of package replicate.
const (
	MostStages = 50
	MostPlaces = 100_000
)
