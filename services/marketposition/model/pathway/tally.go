package pathway

import (
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
)

// tally is what one worker counts, all of it whole numbers.
type tally struct {
	shared
	flows []StageFlow
	// days[stage*Days+day] is one day of a stage.
	days  []moments
	times *replicate.Histogram
	swaps int64
}

// shared is where all workers write, each in the cells of its own replications.
type shared struct {
	plan     *plan
	censuses []census
}

// census is the counts of one stage.
type census struct{ waiting, occupied, blocked replicate.Census }

func newShared(p *plan) shared {
	s := shared{plan: p, censuses: make([]census, len(p.stages))}
	for i := range s.censuses {
		s.censuses[i] = census{
			waiting:  replicate.NewCensus(p.Days, p.Replications),
			occupied: replicate.NewCensus(p.Days, p.Replications),
			blocked:  replicate.NewCensus(p.Days, p.Replications),
		}
	}
	return s
}

func newTally(s shared) *tally {
	return &tally{
		shared: s,
		flows:  make([]StageFlow, len(s.plan.stages)),
		days:   make([]moments, len(s.plan.stages)*s.plan.Days),
		times:  replicate.NewHistogram(s.plan.Days),
	}
}

// left notes that somebody leaves the pathway from a stage. Those there at the start have been on it for
// an unknown time, which is not noted.
func (t *tally) left(stage int32, entered, now replicate.Instant) {
	t.flows[stage].Left++
	if entered != replicate.Never {
		t.times.Note(now - entered)
	}
}

func (t *tally) endDay(day, replication, stage int, s *stage) {
	c := t.censuses[stage]
	c.waiting.Note(day, replication, s.queue.count)
	c.occupied.Note(day, replication, s.occupied)
	c.blocked.Note(day, replication, s.stuck)
	t.days[stage*t.plan.Days+day].add(s.day)
}

// end notes who is left at the end of a replication, and who was there at its start.
func (t *tally) end(stages []stage) {
	for i := range stages {
		flow, s := &t.flows[i], &stages[i]
		flow.InitialOccupied += int64(s.InitialOccupied)
		flow.InitialWaiting += int64(s.InitialWaiting)
		flow.Present += int64(s.occupied)
		flow.Waiting += int64(s.queue.count)
	}
}

// add counts what another worker counted.
func (t *tally) add(other *tally) {
	for i := range t.flows {
		t.flows[i].add(other.flows[i])
	}
	for i := range t.days {
		t.days[i].add(other.days[i])
	}
	t.times.Add(other.times)
	t.swaps += other.swaps
}
