package simulate

import (
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
)

// tally is what one worker counts. All of it is whole numbers, so that the tallies of several workers
// add up to the same whoever ran which replication.
type tally struct {
	shared
	flow         Flow
	days         []moments
	waits        *replicate.Histogram
	waited       int64
	withinTarget int64
}

// shared is where all workers write, each in the cells of its own replications.
type shared struct {
	plan              *plan
	waiting, occupied replicate.Census
	costs             []float64
}

func newShared(p *plan) shared {
	return shared{
		plan:     p,
		waiting:  replicate.NewCensus(p.Days, p.Replications),
		occupied: replicate.NewCensus(p.Days, p.Replications),
		costs:    make([]float64, p.Replications),
	}
}

func newTally(s shared) *tally {
	return &tally{shared: s, days: make([]moments, s.plan.Days), waits: replicate.NewHistogram(s.plan.Days)}
}

// started notes that somebody starts after a wait.
func (t *tally) started(wait, target replicate.Instant) {
	t.waits.Note(wait)
	if wait > 0 {
		t.waited++
	}
	if wait <= target {
		t.withinTarget++
	}
}

func (t *tally) endDay(day, replication int, s *service) {
	t.waiting.Note(day, replication, s.waiting())
	t.occupied.Note(day, replication, s.occupied())
	t.days[day].add(s.day)
	t.costs[replication] += t.plan.cost(s.day, 1).Total()
}

// end notes who is left at the end of a replication, and who was there at its start.
func (t *tally) end(s *service) {
	t.flow.InitialOccupied += int64(s.plan.InitialOccupied)
	t.flow.InitialWaiting += int64(s.plan.InitialWaiting)
	t.flow.Present += int64(s.occupied())
	t.flow.Waiting += int64(s.waiting())
}

// add counts what another worker counted.
func (t *tally) add(other *tally) {
	t.flow.add(other.flow)
	for day := range t.days {
		t.days[day].add(other.days[day])
	}
	t.waits.Add(other.waits)
	t.waited += other.waited
	t.withinTarget += other.withinTarget
}

func (m *moments) add(other moments) {
	m.waiting += other.waiting
	m.occupied += other.occupied
	m.empty += other.empty
}

// cost returns the mean cost of so many replications' moments.
func (p *plan) cost(m moments, replications int) Cost {
	n := float64(replications)
	return Cost{
		Occupied: m.occupied.Days() / n * p.CostPerPlaceDay,
		Empty:    m.empty.Days() / n * p.CostPerPlaceDay,
		Waiting:  m.waiting.Days() / n * p.CostPerWaitingDay,
	}
}
