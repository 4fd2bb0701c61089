package pathway

// block keeps somebody in the place they hold until the stage they want calls them.
func (n *network) block(who int32) {
	p := &n.people[who]
	s := &n.stages[p.at]
	s.pass(n.now)
	s.stuck++
	*n.stuckCount(p.at, p.wants)++
	n.stages[p.wants].blocked.join(n.people, who)
	n.resolve(s)
}

// resolve swaps people until there is no deadlock, after a change in a stage. A deadlock can only have come
// about when that stage is now blocked altogether: by one more who blocks a place, or, where more people
// were than places, by the last who did not.
func (n *network) resolve(changed *stage) {
	for changed.isBlocked() && n.findDeadlock() {
		n.swap()
	}
}

// isBlocked reports whether all places are taken by people who wait for another stage.
func (s *stage) isBlocked() bool { return s.stuck == s.occupied && !s.hasPlace() }

// unblock takes back what block counted; the line is the caller's.
func (n *network) unblock(who int32) {
	p := &n.people[who]
	s := &n.stages[p.at]
	s.pass(n.now)
	s.stuck--
	*n.stuckCount(p.at, p.wants)--
}

// stuckCount is the number who hold a place of one stage and want another.
func (n *network) stuckCount(at, wants int32) *int32 {
	return &n.stuckFor[int(at)*len(n.stages)+int(wants)]
}

// findDeadlock marks the stages where no place will ever fall free: all places are blocked, and those who
// block them wait only for stages of the same kind. It reports whether there are any.
//
// It begins with every stage whose places are all blocked and takes away those from which somebody waits
// for a stage that is not in question: that stage will have a place one day, for the line is served in
// order. What is left when nothing more can be taken away is the largest such set.
func (n *network) findDeadlock() bool {
	left := 0
	for i := range n.stages {
		n.dead[i] = n.stages[i].isBlocked()
		if n.dead[i] {
			left++
		}
	}
	for changed := true; changed && left > 0; {
		changed = false
		for i := range n.stages {
			if n.dead[i] && n.hasWayOut(int32(i)) {
				n.dead[i], changed = false, true
				left--
			}
		}
	}
	return left > 0
}

// hasWayOut reports whether somebody in the stage waits for a stage that is not marked.
func (n *network) hasWayOut(stage int32) bool {
	for to := range n.stages {
		if !n.dead[to] && *n.stuckCount(stage, int32(to)) > 0 {
			return true
		}
	}
	return false
}

// swap moves people round a circle of marked stages, all at once. From the first marked stage on, it
// follows those blocked longest until it comes to a stage again; those of the circle move.
func (n *network) swap() {
	circle := n.circle[:0]
	at := int32(0)
	for !n.dead[at] {
		at++
	}
	for n.dead[at] {
		n.dead[at] = false // a stage is entered once
		who := n.blockedLongest(at)
		circle = append(circle, who)
		at = n.people[who].wants
	}
	n.circle = circle
	for n.people[circle[0]].at != at {
		circle = circle[1:]
	}
	for _, who := range circle {
		n.stages[n.people[who].wants].blocked.remove(n.people, who)
		n.unblock(who)
	}
	for _, who := range circle {
		to := n.people[who].wants
		n.vacate(who)
		n.begin(who, to)
	}
	n.tally.swaps++
}

// blockedLongest returns who asked first of those who block a place of the stage, of whom there are some.
func (n *network) blockedLongest(stage int32) int32 {
	longest := none
	for to := range n.stages {
		if *n.stuckCount(stage, int32(to)) == 0 {
			continue
		}
		for who := n.stages[to].blocked.first; who != none; who = n.people[who].behind {
			if n.people[who].at == stage && (longest == none || n.people[who].asked < n.people[longest].asked) {
				longest = who
			}
		}
	}
	return longest
}
