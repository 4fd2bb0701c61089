package transport

// pivot sends as much as it can round the cycle that the entering arc closes, and puts the arc in the
// tree in place of the one that stopped the flow.
func (s *simplex) pivot(entering int) {
	first, second, _ := s.ends(entering)
	fullBefore := s.isFull(entering)
	if fullBefore {
		first, second = second, first
	}
	join := s.meet(first, second)
	amount, leaves, onFirst := s.bottleneck(entering, first, second, join)
	s.push(first, second, join, amount)
	if leaves == none { // the entering arc itself goes from empty to full, or back
		s.full[entering-len(s.problem.Arcs)-s.groups] = !fullBefore
		return
	}
	in, out := second, first
	if onFirst {
		in, out = first, second
	}
	flow := amount
	if fullBefore {
		flow = s.width(entering) - amount
	}
	s.leave(leaves)
	s.turn(in, leaves)
	s.enter(entering, in, out, flow)
	if entering >= len(s.problem.Arcs)+s.groups {
		s.full[entering-len(s.problem.Arcs)-s.groups] = false
	}
}

// meet returns the node where the ways from both to the root join.
func (s *simplex) meet(a, b int32) int32 {
	for a != b {
		if s.nodes[a].depth >= s.nodes[b].depth {
			a = s.nodes[a].parent
		} else {
			b = s.nodes[b].parent
		}
	}
	return a
}

// bottleneck returns how much can go first -> second -> join -> first, and the node whose arc to its
// parent stops it: of several the last on that way as it starts from the join, which is what keeps the
// tree strongly feasible. It returns none when the entering arc is the narrowest.
func (s *simplex) bottleneck(entering int, first, second, join int32) (amount int64, leaves int32, onFirst bool) {
	amount, leaves = s.width(entering), none
	for n := first; n != join; n = s.nodes[n].parent {
		if room := s.room(n, false); room < amount {
			amount, leaves, onFirst = room, n, true
		}
	}
	for n := second; n != join; n = s.nodes[n].parent {
		if room := s.room(n, true); room <= amount {
			amount, leaves, onFirst = room, n, false
		}
	}
	return amount, leaves, onFirst
}

// room is how much more can go along a node's arc to its parent, upwards or downwards.
func (s *simplex) room(n int32, upwards bool) int64 {
	node := &s.nodes[n]
	if node.up == upwards {
		return s.width(node.arc) - node.flow
	}
	return node.flow
}

func (s *simplex) push(first, second, join int32, amount int64) {
	for n := first; n != join; n = s.nodes[n].parent {
		s.carry(n, amount, false)
	}
	for n := second; n != join; n = s.nodes[n].parent {
		s.carry(n, amount, true)
	}
}

func (s *simplex) carry(n int32, amount int64, upwards bool) {
	if s.nodes[n].up == upwards {
		s.nodes[n].flow += amount
	} else {
		s.nodes[n].flow -= amount
	}
}

// leave cuts a node from its parent and notes whether the arc between them is left full.
func (s *simplex) leave(n int32) {
	node := &s.nodes[n]
	if place := node.arc - len(s.problem.Arcs) - s.groups; place >= 0 {
		s.full[place] = node.flow > 0
	}
	s.unhang(n)
}

// turn makes in the root of the part that was cut off at cut, by turning round every link between them.
func (s *simplex) turn(in, cut int32) {
	n, below := in, none
	var link node
	for {
		old := s.nodes[n]
		parent := old.parent
		if n != cut {
			s.unhang(n)
		}
		if below != none {
			s.nodes[n].arc, s.nodes[n].up, s.nodes[n].flow = link.arc, !link.up, link.flow
			s.hang(n, below)
		}
		if n == cut {
			return
		}
		n, below, link = parent, n, old
	}
}

// enter hangs the cut part, now rooted at in, from out by the entering arc, and sets its prices right.
func (s *simplex) enter(arc int, in, out int32, flow int64) {
	from, to, cost := s.ends(arc)
	node := &s.nodes[in]
	node.arc, node.up, node.flow = arc, from == in, flow
	s.hang(in, out)
	shift := s.price[to] - cost - s.price[from]
	if from != in {
		shift = -shift
	}
	for n := in; ; {
		s.price[n] += shift
		s.nodes[n].depth = s.nodes[s.nodes[n].parent].depth + 1
		if n = s.after(n, in); n == none {
			return
		}
	}
}

// after returns the node that follows n in a walk of all nodes below top, or none.
func (s *simplex) after(n, top int32) int32 {
	if child := s.nodes[n].child; child != none {
		return child
	}
	for ; n != top; n = s.nodes[n].parent {
		if right := s.nodes[n].right; right != none {
			return right
		}
	}
	return none
}

// hang makes n the first child of parent.
func (s *simplex) hang(n, parent int32) {
	sibling := s.nodes[parent].child
	s.nodes[n].parent, s.nodes[n].left, s.nodes[n].right = parent, none, sibling
	if sibling != none {
		s.nodes[sibling].left = n
	}
	s.nodes[parent].child = n
}

// unhang takes n from among its parent's children.
func (s *simplex) unhang(n int32) {
	node := &s.nodes[n]
	if node.left != none {
		s.nodes[node.left].right = node.right
	} else {
		s.nodes[node.parent].child = node.right
	}
	if node.right != none {
		s.nodes[node.right].left = node.left
	}
}
