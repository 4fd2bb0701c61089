package simulate

import (
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
)

// Output is what the replications saw.
type Output struct {
	// Days are in order, one for each day simulated.
	Days []Day
	// Cost is the cost of the whole time, over the replications.
	Cost replicate.Distribution
	// Waits are those of all who started.
	Waits Waits
	// Flow counts people over all replications together.
	Flow Flow
	// Notes say in plain words what a reader of the figures must know.
	Notes []string
}

// Day is one day, over the replications.
type Day struct {
	// Day counts from 1.
	Day int
	// Waiting and Occupied are counted at the end of the day.
	Waiting, Occupied replicate.Distribution
	// WaitingDays, OccupiedDays and EmptyDays are means over the replications of the person-days waited,
	// the place-days used and the place-days open but not used in the course of the day. EmptyDays is 0
	// when places are unlimited.
	WaitingDays, OccupiedDays, EmptyDays float64
	// Cost is the mean cost of the day.
	Cost Cost
}

// Cost is money, by what it is paid for.
type Cost struct {
	// Occupied and Empty are the cost of places used, and of places open but not used.
	Occupied, Empty float64
	// Waiting is the cost of people waiting.
	Waiting float64
}

// Total returns the sum.
func (c Cost) Total() float64 { return c.Occupied + c.Empty + c.Waiting }

// Waits are the waits, in days, of all who started within the time simulated. Those who still wait at
// its end are not among them (see Flow.Waiting), so a queue that grows makes these waits too short.
type Waits struct {
	Days replicate.Distribution
	// Started is how many started, over all replications.
	Started int64
	// Waited is the share who waited at all; WithinTarget the share who started within the target.
	Waited, WithinTarget float64
}

// Flow counts people. It balances: InitialOccupied + InitialWaiting + Arrived = Left + Present + Waiting.
type Flow struct {
	InitialOccupied, InitialWaiting int64
	Arrived, Left                   int64
	// Present and Waiting are those in places and in the queue at the end.
	Present, Waiting int64
}

func (f *Flow) add(other Flow) {
	f.InitialOccupied += other.InitialOccupied
	f.InitialWaiting += other.InitialWaiting
	f.Arrived += other.Arrived
	f.Left += other.Left
	f.Present += other.Present
	f.Waiting += other.Waiting
}

// day sums up one day, in room for a count of each replication.
func (t *tally) day(day int, room []int32) Day {
	m, n := t.days[day], float64(t.plan.Replications)
	return Day{
		Day:          day + 1,
		Waiting:      t.waiting.Summarise(day, room),
		Occupied:     t.occupied.Summarise(day, room),
		WaitingDays:  m.waiting.Days() / n,
		OccupiedDays: m.occupied.Days() / n,
		EmptyDays:    m.empty.Days() / n,
		Cost:         t.plan.cost(m, t.plan.Replications),
	}
}

// waitsOf sums up the waits.
func (t *tally) waitsOf() Waits {
	w := Waits{Days: t.waits.Summarise(), Started: t.waits.Count()}
	if w.Started > 0 {
		w.Waited = float64(t.waited) / float64(w.Started)
		w.WithinTarget = float64(t.withinTarget) / float64(w.Started)
	}
	return w
}

// notes say what a reader must know.
func (p *plan) notes(f Flow) []string {
	var notes []string
	if places := p.placesOn(0, p.InitialWaiting); p.InitialOccupied > places {
		notes = append(notes, fmt.Sprintf("%d people are there at the start and %d places are open: "+
			"nobody is turned out, and the %d above the places are not followed by anybody when they leave",
			p.InitialOccupied, places, p.InitialOccupied-places))
	}
	if f.Waiting > 0 {
		notes = append(notes, fmt.Sprintf("%.1f people still wait at the end, on average; their waits are not among "+
			"the waits reported", float64(f.Waiting)/float64(p.Replications)))
	}
	return notes
}
