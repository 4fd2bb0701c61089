package pathway

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// ready is a network of stages a, b, c, ... with so many places each, all empty, from each of which people
// may go to any.
func ready(t *testing.T, places ...int) *network {
	t.Helper()
	in := Input{Days: 1, Replications: 1}
	for i, n := range places {
		in.Stages = append(in.Stages, Stage{
			Name: string(rune('a' + i)), Places: n, Stay: stay.Spec{Shape: stay.Fixed, MeanDays: 1},
		})
	}
	p, err := in.plan()
	if err != nil {
		t.Fatal(err)
	}
	n := newNetwork(p, newTally(newShared(p)))
	n.start(0)
	return n
}

// comes puts somebody into a place.
func (n *network) comes(at int32) int32 {
	who := n.newPerson(n.now)
	n.begin(who, at)
	return who
}

// wants ends somebody's stay, who is to go on to a stage.
func (n *network) wants(who, to int32) { n.passOn(n.ask(who, to)) }

// places lists who holds the places of each stage.
func (n *network) places() [][]int32 {
	holds := make([][]int32, len(n.stages))
	for who, p := range n.people {
		if p.at != none {
			holds[p.at] = append(holds[p.at], int32(who))
		}
	}
	return holds
}

func (n *network) check(t *testing.T, swaps int64, want [][]int32) {
	t.Helper()
	if diff := cmp.Diff(want, n.places()); diff != "" {
		t.Errorf("people by stage (-want +got):\n%s", diff)
	}
	if n.tally.swaps != swaps {
		t.Errorf("%d swaps, want %d", n.tally.swaps, swaps)
	}
	for i := range n.stages {
		if s := &n.stages[i]; s.occupied != len(want[i]) {
			t.Errorf("stage %s counts %d occupied, want %d", s.Name, s.occupied, len(want[i]))
		}
	}
}

func TestSwapTakesWhoIsBlockedLongest(t *testing.T) {
	n := ready(t, 2, 1)
	first, second, other := n.comes(0), n.comes(0), n.comes(1)
	n.wants(second, 1) // blocked first
	n.wants(first, 1)
	n.check(t, 0, [][]int32{{first, second}, {other}})
	n.wants(other, 0)
	n.check(t, 1, [][]int32{{first, other}, {second}})
}

// Somebody in a waits for b, which is in a circle with c: only the circle moves.
func TestSwapLeavesWhoOnlyWaitsForTheCircle(t *testing.T) {
	n := ready(t, 1, 1, 1)
	a, b, c := n.comes(0), n.comes(1), n.comes(2)
	n.wants(a, 1)
	n.wants(b, 2)
	n.wants(c, 1)
	n.check(t, 1, [][]int32{{a}, {c}, {b}})
	if n.people[a].wants != 1 || n.stages[0].stuck != 1 {
		t.Errorf("who waits in a wants %d, and %d are stuck there", n.people[a].wants, n.stages[0].stuck)
	}
}

// A circle is no deadlock while a place in it may still fall free.
func TestNoSwapWhileSomebodyMayLeave(t *testing.T) {
	n := ready(t, 1, 2)
	a, b, c := n.comes(0), n.comes(1), n.comes(1)
	n.wants(a, 1)
	n.wants(b, 0)
	n.check(t, 0, [][]int32{{a}, {b, c}})
	n.wants(c, 0)
	n.check(t, 1, [][]int32{{b}, {a, c}})
}

// A stage that is blocked altogether is no deadlock when one of its people waits for a stage that will
// have a place.
func TestNoSwapWithAWayOut(t *testing.T) {
	n := ready(t, 1, 2, 1)
	a, b, c, d := n.comes(0), n.comes(1), n.comes(1), n.comes(2)
	n.wants(a, 1)
	n.wants(b, 0)
	n.wants(c, 2) // d is still in service there
	n.check(t, 0, [][]int32{{a}, {b, c}, {d}})
}

// Two circles at once are resolved by two swaps.
func TestTwoCircles(t *testing.T) {
	n := ready(t, 1, 1, 1, 1)
	a, b, c, d := n.comes(0), n.comes(1), n.comes(2), n.comes(3)
	n.wants(c, 3)
	n.wants(d, 2)
	n.check(t, 1, [][]int32{{a}, {b}, {d}, {c}})
	n.wants(a, 1)
	n.wants(b, 0)
	n.check(t, 2, [][]int32{{b}, {a}, {d}, {c}})
}

// The line of a stage is served in the order of asking, whether in its queue or in a place elsewhere.
func TestOneLineForTheQueueAndTheBlocked(t *testing.T) {
	n := ready(t, 2, 1)
	first, second, holder := n.comes(0), n.comes(0), n.comes(1)
	n.wants(first, 1)
	outside := n.ask(n.newPerson(n.now), 1)
	n.queue(outside)
	n.wants(second, 1)
	leave := func(who int32) {
		n.stages[1].occupied--
		n.people[who].at = none
		n.settle(1)
	}
	n.check(t, 0, [][]int32{{first, second}, {holder}})
	leave(holder)
	n.check(t, 0, [][]int32{{second}, {first}})
	leave(first)
	n.check(t, 0, [][]int32{{second}, {outside}})
	leave(outside)
	n.check(t, 0, [][]int32{nil, {second}})
}
