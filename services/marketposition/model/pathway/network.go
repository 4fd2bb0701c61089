package pathway

import (
	"context"

	"github.com/caremarket/caremarket/services/marketposition/model/random"
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
)

// network is one replication in progress, in memory that its worker uses again for the next.
type network struct {
	plan   *plan
	tally  *tally
	stages []stage
	people []person
	// absent are the positions in people that are free.
	absent []int32
	// stuckFor[i*stages+j] people hold a place of stage i and wait for stage j.
	stuckFor []int32
	// freed are stages with a place, or room in the queue, to give on.
	freed []int32
	// dead marks the stages of a deadlock, circle the people who swap to resolve it.
	dead   []bool
	circle []int32

	now replicate.Instant
	// leaving holds when each stay ends, and whose.
	leaving replicate.Agenda[int32]
	// arriving is the stage of the next arrival, or none.
	arriving int32
	asked    int64
	steps    int
}

func newNetwork(p *plan, t *tally) *network {
	n := &network{
		plan: p, tally: t, stages: make([]stage, len(p.stages)),
		stuckFor: make([]int32, len(p.stages)*len(p.stages)), dead: make([]bool, len(p.stages)),
	}
	for i := range n.stages {
		n.stages[i] = newStage(&p.stages[i])
	}
	return n
}

// stepsBetweenLooks at the context.
const stepsBetweenLooks = 1 << 13

// run plays one replication. It returns the context's error when that ends first.
func (n *network) run(ctx context.Context, replication int) error {
	n.start(replication)
	for day := range n.plan.Days {
		end := replicate.Instant(day+1) * replicate.Day
		for {
			at := min(n.leaving.Next(), n.nextArrival())
			if at > end {
				break
			}
			if n.steps++; n.steps%stepsBetweenLooks == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			n.now = at
			if n.leaving.Next() == at {
				n.finish(n.leaving.Take())
			} else {
				n.arrive()
			}
		}
		n.now = end
		for i := range n.stages {
			s := &n.stages[i]
			s.pass(end)
			n.tally.endDay(day, replication, i, s)
			s.day = moments{}
		}
	}
	n.tally.end(n.stages)
	return nil
}

// start sets the pathway up as it is on the first day, and lets those who wait into free places.
func (n *network) start(replication int) {
	n.now, n.asked = 0, 0
	n.people, n.absent = n.people[:0], n.absent[:0]
	n.leaving.Clear()
	clear(n.stuckFor)
	for i := range n.stages {
		s := &n.stages[i]
		s.open(random.Key{Seed: n.plan.Seed, Replication: uint64(replication), Stage: uint64(i)})
		for range s.InitialOccupied {
			who := n.newPerson(replicate.Never)
			n.people[who].stay = replicate.FromDays(s.Remaining.Sample(s.lengths, s.remains))
			n.begin(who, int32(i))
		}
		for range s.InitialWaiting {
			n.queue(n.ask(n.newPerson(replicate.Never), int32(i)))
		}
	}
	for i := range n.stages {
		n.settle(int32(i))
	}
	n.findArrival()
}

func (n *network) nextArrival() replicate.Instant {
	if n.arriving == none {
		return replicate.Never
	}
	return n.stages[n.arriving].arriving
}

// findArrival finds the stage of the next arrival; the first of those at the same moment.
func (n *network) findArrival() {
	n.arriving = none
	for i := range n.stages {
		if n.stages[i].arriving < n.nextArrival() {
			n.arriving = int32(i)
		}
	}
}

// newPerson returns the position of somebody new, in no place and no line.
func (n *network) newPerson(entered replicate.Instant) int32 {
	fresh := person{entered: entered, at: none, wants: none, behind: none}
	if last := len(n.absent) - 1; last >= 0 {
		who := n.absent[last]
		n.absent = n.absent[:last]
		n.people[who] = fresh
		return who
	}
	n.people = append(n.people, fresh)
	return int32(len(n.people) - 1)
}

// arrive lets somebody come from outside.
func (n *network) arrive() {
	at := n.arriving
	s := &n.stages[at]
	flow := &n.tally.flows[at]
	flow.Arrived++
	who := n.ask(n.newPerson(n.now), at)
	switch {
	case s.hasPlace():
		n.begin(who, at)
	case s.hasRoom():
		n.queue(who)
	default:
		flow.TurnedAway++
		n.absent = append(n.absent, who)
	}
	s.awaitArrival()
	n.findArrival()
}

// ask makes somebody want a stage, with a stay drawn now, and returns them.
func (n *network) ask(who, stage int32) int32 {
	p := &n.people[who]
	n.asked++
	p.asked, p.wants, p.stay = n.asked, stage, n.stages[stage].drawStay()
	return who
}

// queue puts somebody without a place into the queue of the stage they want.
func (n *network) queue(who int32) {
	s := &n.stages[n.people[who].wants]
	s.pass(n.now)
	s.queue.join(n.people, who)
}

// begin gives somebody a place.
func (n *network) begin(who, stage int32) {
	s, p := &n.stages[stage], &n.people[who]
	s.pass(n.now)
	s.occupied++
	p.at, p.wants = stage, none
	n.leaving.Add(n.now+p.stay, who)
}

// vacate takes the place from somebody who goes on to the stage they want.
func (n *network) vacate(who int32) {
	p := &n.people[who]
	s := &n.stages[p.at]
	s.pass(n.now)
	s.occupied--
	n.tally.flows[p.at].PassedOn++
	n.tally.flows[p.wants].PassedIn++
	p.at = none
}

// finish ends somebody's stay.
func (n *network) finish(who int32) {
	from := n.people[who].at
	s := &n.stages[from]
	switch to := s.route(s.routes); to {
	case none:
		s.pass(n.now)
		s.occupied--
		n.tally.left(from, n.people[who].entered, n.now)
		n.absent = append(n.absent, who)
		n.settle(from)
	case from:
		n.vacate(n.ask(who, from))
		n.begin(who, from)
	default:
		n.passOn(n.ask(who, to))
	}
}

// passOn moves somebody whose stay is over to the stage they want, or to its queue, or blocks the place
// they hold.
func (n *network) passOn(who int32) {
	from, to := n.people[who].at, n.people[who].wants
	switch s := &n.stages[to]; {
	case s.hasPlace():
		n.vacate(who)
		n.begin(who, to)
		n.settle(from)
	case s.TransfersQueue && s.hasRoom():
		n.vacate(who)
		n.queue(who)
		n.settle(from)
	default:
		n.block(who)
	}
}

// settle gives the free places of a stage on, and the places that fall free by that, and so on.
func (n *network) settle(stage int32) {
	n.freed = append(n.freed, stage)
	for len(n.freed) > 0 {
		last := len(n.freed) - 1
		to := n.freed[last]
		n.freed = n.freed[:last]
		s := &n.stages[to]
		for s.hasPlace() {
			waiting := s.first(n.people)
			if waiting == nil {
				break
			}
			n.begin(n.callFrom(s, waiting), to)
		}
		for s.TransfersQueue && s.hasRoom() && s.blocked.count > 0 {
			n.queue(n.callFrom(s, &s.blocked))
		}
		n.resolve(s)
	}
}

// callFrom calls the first of a line of s, who gives up the place they block, if any.
func (n *network) callFrom(s *stage, from *line) int32 {
	who := from.first
	s.pass(n.now)
	from.remove(n.people, who)
	if at := n.people[who].at; at != none {
		n.unblock(who)
		n.vacate(who)
		n.freed = append(n.freed, at)
	}
	return who
}
