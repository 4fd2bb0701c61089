package pathway

import (
	"github.com/caremarket/caremarket/services/marketposition/model/random"
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
)

// stage is a stage of one replication in progress.
type stage struct {
	*stagePlan
	arrivals                      random.Process
	comes, stays, remains, routes *random.Stream
	arriving                      replicate.Instant

	// queue and blocked both wait for a place here: the queue without a place, the blocked in a place of
	// another stage.
	queue, blocked line
	// occupied places are held here, stuck of them by people who wait for another stage.
	occupied, stuck int

	since replicate.Instant
	day   moments
}

// moments are what a day adds up to, in person-milliseconds.
type moments struct{ waiting, occupied, blocked replicate.Instant }

func (m *moments) add(other moments) {
	m.waiting += other.waiting
	m.occupied += other.occupied
	m.blocked += other.blocked
}

func newStage(p *stagePlan) stage {
	key := random.Key{}
	return stage{
		stagePlan: p,
		comes:     random.NewStream(key), stays: random.NewStream(key),
		remains: random.NewStream(key), routes: random.NewStream(key),
	}
}

// open empties the stage for a replication.
func (s *stage) open(key random.Key) {
	s.comes.Open(key.For(random.Arrivals))
	s.stays.Open(key.For(random.Stays))
	s.remains.Open(key.For(random.Remaining))
	s.routes.Open(key.For(random.Routing))
	s.queue, s.blocked = emptyLine(), emptyLine()
	s.occupied, s.stuck = 0, 0
	s.since, s.day = 0, moments{}
	s.arrivals.Start(s.rates, s.comes)
	s.awaitArrival()
}

func (s *stage) awaitArrival() {
	s.arriving = replicate.Never
	if days, ok := s.arrivals.Next(); ok {
		s.arriving = replicate.FromDays(days)
	}
}

func (s *stage) drawStay() replicate.Instant {
	return replicate.FromDays(s.lengths.Sample(s.stays))
}

func (s *stage) hasPlace() bool { return s.occupied < s.places }

func (s *stage) hasRoom() bool { return s.queue.count < s.queueLimit }

// pass counts the time since the last change; it comes before every change.
func (s *stage) pass(now replicate.Instant) {
	spell := now - s.since
	s.day.waiting += spell * replicate.Instant(s.queue.count)
	s.day.occupied += spell * replicate.Instant(s.occupied)
	s.day.blocked += spell * replicate.Instant(s.stuck)
	s.since = now
}

// first returns who has waited longest for a place here, in the queue or blocked elsewhere.
func (s *stage) first(people []person) *line {
	switch {
	case s.queue.count == 0 && s.blocked.count == 0:
		return nil
	case s.queue.count == 0:
		return &s.blocked
	case s.blocked.count == 0 || people[s.queue.first].asked < people[s.blocked.first].asked:
		return &s.queue
	default:
		return &s.blocked
	}
}
