package transport

import (
	"math"
	"slices"
)

// simplex is a spanning tree of groups, places and a root. Nodes are numbered groups first, then places,
// then the root; arcs the problem's first, then one from each group to the root (left out), then one from
// each place to the root (as wide as the place). Arcs outside the tree carry nothing, but for the wide
// ones of places that are full.
type simplex struct {
	problem Problem
	groups  int
	root    int32
	leftOut int64
	full    []bool // by place: its arc to the root is outside the tree, and carries its capacity
	nodes   []node
	// price is by node: the cost of an arc plus its start's price less its end's is nought within the tree.
	price []int64
	next  int // where the search for a cheapening arc goes on
	block int // how many arcs it looks at before it takes the best
}

// node is a node's link to its parent, and its place among its parent's children.
type node struct {
	parent, child, left, right int32 // none is -1
	depth                      int32
	arc                        int // the arc that joins it to its parent
	up                         bool
	flow                       int64 // what that arc carries
}

const none = int32(-1)

func newSimplex(p Problem, leftOut int64) *simplex {
	groups, places := len(p.People), len(p.Capacity)
	s := &simplex{
		problem: p, groups: groups, root: int32(groups + places), leftOut: leftOut,
		full:  make([]bool, places),
		nodes: make([]node, groups+places+1),
		price: make([]int64, groups+places+1),
	}
	s.block = max(16, int(math.Sqrt(float64(s.arcs()))))
	for i := range s.nodes {
		s.nodes[i] = node{parent: none, child: none, left: none, right: none}
	}
	for n := range s.root {
		s.nodes[n].arc, s.nodes[n].up = len(p.Arcs)+int(n), true
		if int(n) < groups {
			s.nodes[n].flow, s.price[n] = p.People[n], -leftOut
		}
		s.hang(n, s.root)
		s.nodes[n].depth = 1
	}
	return s
}

func (s *simplex) arcs() int { return len(s.problem.Arcs) + s.groups + len(s.full) }

// ends returns where an arc starts and ends, and its cost.
func (s *simplex) ends(arc int) (from, to int32, cost int64) {
	if arc < len(s.problem.Arcs) {
		a := s.problem.Arcs[arc]
		return a.Group, int32(s.groups) + a.Place, int64(a.Cost)
	}
	from = int32(arc - len(s.problem.Arcs))
	if int(from) < s.groups {
		return from, s.root, s.leftOut
	}
	return from, s.root, 0
}

// width is how much an arc can carry.
func (s *simplex) width(arc int) int64 {
	if place := arc - len(s.problem.Arcs) - s.groups; place >= 0 {
		return s.problem.Capacity[place]
	}
	return math.MaxInt64
}

// isFull reports whether the arc is outside the tree and carries all it can.
func (s *simplex) isFull(arc int) bool {
	place := arc - len(s.problem.Arcs) - s.groups
	return place >= 0 && s.full[place]
}

// cheapening looks for an arc whose use lowers the cost: the best of the first block that has any,
// going on from where the last search ended.
func (s *simplex) cheapening() (best int, found bool) {
	arcs := s.arcs()
	var saving int64
	for seen := 0; seen < arcs && saving == 0; {
		end := min(s.next+s.block, arcs)
		for arc := s.next; arc < end; arc++ {
			if now := s.saving(arc); now > saving {
				best, saving = arc, now
			}
		}
		seen += end - s.next
		if s.next = end; end == arcs {
			s.next = 0
		}
	}
	return best, saving > 0
}

// saving is by how much one more person along the arc (one fewer, if it is full) lowers the cost.
func (s *simplex) saving(arc int) int64 {
	if arc < len(s.problem.Arcs) {
		a := &s.problem.Arcs[arc]
		return s.price[s.groups+int(a.Place)] - s.price[a.Group] - int64(a.Cost)
	}
	from, to, cost := s.ends(arc)
	saved := s.price[to] - s.price[from] - cost
	if s.isFull(arc) {
		return -saved
	}
	return saved
}

// solution reads the answer off the tree.
func (s *simplex) solution() Solution {
	solution := Solution{LeftOut: make([]int64, s.groups)}
	for n := range s.root {
		node := &s.nodes[n]
		from, _, cost := s.ends(node.arc)
		switch {
		case node.flow == 0 || int(from) >= s.groups:
		case node.arc < len(s.problem.Arcs):
			solution.Moves = append(solution.Moves, Move{node.arc, node.flow})
			solution.Cost += cost * node.flow
		default:
			solution.LeftOut[from] = node.flow
		}
	}
	slices.SortFunc(solution.Moves, func(a, b Move) int { return a.Arc - b.Arc })
	return solution
}
