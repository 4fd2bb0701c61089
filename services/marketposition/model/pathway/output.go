package pathway

import "github.com/caremarket/caremarket/services/marketposition/model/replicate"

// Output is what the replications saw.
type Output struct {
	// Stages are in the order of the input.
	Stages []StageOutput
	// TimeInSystem is the time, in days, from coming to the pathway to leaving it, of all who did both
	// within the time simulated; Completed is how many they are, over all replications. Those still on
	// it are not among them, so a pathway that fills up makes these times too short.
	TimeInSystem replicate.Distribution
	Completed    int64
	// Flow counts people over all replications together.
	Flow Flow
	// Swaps is how many deadlocks were resolved, over all replications.
	Swaps int64
}

// StageOutput is one stage.
type StageOutput struct {
	Name string
	Days []Day
	// WaitingDays, OccupiedDays and BlockedDays are means over the replications of the person-days in the
	// queue, the place-days held, and of these the place-days held by people whose stay was over.
	WaitingDays, OccupiedDays, BlockedDays float64
	// ThroughputPerDay is the mean number who leave the stage in a day, for another or for good.
	ThroughputPerDay float64
	Flow             StageFlow
}

// Day is one day of a stage, over the replications.
type Day struct {
	// Day counts from 1.
	Day int
	// Waiting in the queue, Occupied and, of these, Blocked are counted at the end of the day.
	Waiting, Occupied, Blocked replicate.Distribution
	// WaitingDays, OccupiedDays and BlockedDays are those of the stage in the course of the day.
	WaitingDays, OccupiedDays, BlockedDays float64
}

// StageFlow counts the people of a stage. It balances: InitialOccupied + InitialWaiting + Arrived +
// PassedIn = TurnedAway + PassedOn + Left + Present + Waiting.
type StageFlow struct {
	InitialOccupied, InitialWaiting int64
	// Arrived came from outside, TurnedAway of them found the queue full.
	Arrived, TurnedAway int64
	// PassedIn came from a stage, PassedOn went to one; who begins anew in the same stage is in both.
	PassedIn, PassedOn int64
	// Left the pathway.
	Left int64
	// Present and Waiting are in places and in the queue at the end.
	Present, Waiting int64
}

func (f *StageFlow) add(other StageFlow) {
	f.InitialOccupied += other.InitialOccupied
	f.InitialWaiting += other.InitialWaiting
	f.Arrived += other.Arrived
	f.TurnedAway += other.TurnedAway
	f.PassedIn += other.PassedIn
	f.PassedOn += other.PassedOn
	f.Left += other.Left
	f.Present += other.Present
	f.Waiting += other.Waiting
}

// Flow counts the people of the pathway. It balances: Initial + Arrived = TurnedAway + Left + Present +
// Waiting.
type Flow struct {
	Initial, Arrived, TurnedAway, Left, Present, Waiting int64
}

// flow sums up the stages.
func (t *tally) flow() Flow {
	var f Flow
	for _, s := range t.flows {
		f.Initial += s.InitialOccupied + s.InitialWaiting
		f.Arrived += s.Arrived
		f.TurnedAway += s.TurnedAway
		f.Left += s.Left
		f.Present += s.Present
		f.Waiting += s.Waiting
	}
	return f
}

// stage sums up a stage, without its days.
func (t *tally) stage(i int) StageOutput {
	var all moments
	for _, day := range t.days[i*t.plan.Days : (i+1)*t.plan.Days] {
		all.add(day)
	}
	n := float64(t.plan.Replications)
	out := StageOutput{
		Name: t.plan.stages[i].Name, Days: make([]Day, t.plan.Days), Flow: t.flows[i],
		WaitingDays: all.waiting.Days() / n, OccupiedDays: all.occupied.Days() / n, BlockedDays: all.blocked.Days() / n,
	}
	out.ThroughputPerDay = float64(out.Flow.PassedOn+out.Flow.Left) / n / float64(t.plan.Days)
	return out
}

// day sums up one day of a stage, in room for a count of each replication.
func (t *tally) day(stage, day int, room []int32) Day {
	c, m, n := t.censuses[stage], t.days[stage*t.plan.Days+day], float64(t.plan.Replications)
	return Day{
		Day:     day + 1,
		Waiting: c.waiting.Summarise(day, room), Occupied: c.occupied.Summarise(day, room), Blocked: c.blocked.Summarise(day, room),
		WaitingDays: m.waiting.Days() / n, OccupiedDays: m.occupied.Days() / n, BlockedDays: m.blocked.Days() / n,
	}
}
