package simulate

import (
	"context"

	"github.com/caremarket/caremarket/services/marketposition/model/random"
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
)

// service is one replication in progress, in memory that its worker uses again for the next: after the
// first replications nothing is allocated.
type service struct {
	plan     *plan
	tally    *tally
	arrivals random.Process
	// Each kind of chance has its own stream.
	comes, stays, remains *random.Stream

	now      replicate.Instant
	arriving replicate.Instant
	places   int
	// leaving holds when each place in use falls free.
	leaving replicate.Agenda[struct{}]
	// queue[next:] are those waiting, first come first.
	queue []person
	next  int

	day   moments
	steps int
}

// person is somebody in the queue.
type person struct{ came, stay replicate.Instant }

// moments are what a day adds up to, in person-milliseconds.
type moments struct{ waiting, occupied, empty replicate.Instant }

func newService(p *plan, t *tally) *service {
	key := random.Key{}
	return &service{
		plan: p, tally: t,
		comes: random.NewStream(key), stays: random.NewStream(key), remains: random.NewStream(key),
	}
}

// stepsBetweenLooks at the context: a look costs about as much as a step, and so many take about a
// millisecond.
const stepsBetweenLooks = 1 << 13

// run plays one replication. It returns the context's error when that ends first.
func (s *service) run(ctx context.Context, replication int) error {
	s.start(replication)
	for day := range s.plan.Days {
		s.places = s.plan.placesOn(day, s.waiting())
		s.admit()
		end := replicate.Instant(day+1) * replicate.Day
		for {
			at := min(s.leaving.Next(), s.arriving)
			if at > end {
				break
			}
			if s.steps++; s.steps%stepsBetweenLooks == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			s.pass(at)
			if s.leaving.Next() == at {
				s.leave()
			} else {
				s.arrive()
			}
		}
		s.pass(end)
		s.tally.endDay(day, replication, s)
		s.day = moments{}
	}
	s.tally.end(s)
	return nil
}

// start sets the service up as it is on the first day, without anybody admitted yet.
func (s *service) start(replication int) {
	key := random.Key{Seed: s.plan.Seed, Replication: uint64(replication)}
	s.comes.Open(key.For(random.Arrivals))
	s.stays.Open(key.For(random.Stays))
	s.remains.Open(key.For(random.Remaining))
	s.now, s.day = 0, moments{}
	s.leaving.Clear()
	for range s.plan.InitialOccupied {
		s.leaving.Add(replicate.FromDays(s.plan.Remaining.Sample(s.plan.stays, s.remains)), struct{}{})
	}
	s.queue, s.next = s.queue[:0], 0
	for range s.plan.InitialWaiting {
		s.join()
	}
	s.arrivals.Start(s.plan.arrivals, s.comes)
	s.awaitArrival()
}

func (s *service) waiting() int  { return len(s.queue) - s.next }
func (s *service) occupied() int { return s.leaving.Len() }

// pass lets time pass until an instant at which something changes.
func (s *service) pass(to replicate.Instant) {
	spell := to - s.now
	s.day.waiting += spell * replicate.Instant(s.waiting())
	s.day.occupied += spell * replicate.Instant(s.occupied())
	if !s.plan.Unlimited {
		s.day.empty += spell * replicate.Instant(max(s.places-s.occupied(), 0))
	}
	s.now = to
}

func (s *service) awaitArrival() {
	s.arriving = replicate.Never
	if days, ok := s.arrivals.Next(); ok {
		s.arriving = replicate.FromDays(days)
	}
}

// arrive lets somebody come, who starts at once when a place is free.
func (s *service) arrive() {
	s.tally.flow.Arrived++
	s.join()
	s.admit()
	s.awaitArrival()
}

// join puts somebody at the end of the queue, with a stay drawn now.
func (s *service) join() {
	if s.next == len(s.queue) {
		s.queue, s.next = s.queue[:0], 0
	}
	s.queue = append(s.queue, person{came: s.now, stay: replicate.FromDays(s.plan.stays.Sample(s.stays))})
}

// leave frees the place that falls free now, and gives it on.
func (s *service) leave() {
	s.tally.flow.Left++
	if s.waiting() > 0 && s.occupied() <= s.places {
		s.leaving.Replace(s.begin(), struct{}{})
		return
	}
	s.leaving.Take()
}

// admit fills free places from the queue.
func (s *service) admit() {
	for s.waiting() > 0 && s.occupied() < s.places {
		s.leaving.Add(s.begin(), struct{}{})
	}
}

// begin takes the first of the queue into a place and returns when that stay ends.
func (s *service) begin() replicate.Instant {
	first := s.queue[s.next]
	s.next++
	s.tally.started(s.now-first.came, s.plan.waitTarget)
	return s.now + first.stay
}
