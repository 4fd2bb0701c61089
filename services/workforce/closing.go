package workforce

import "slices"

// line is a sum and its parts: one of them can be worked out from the others.
type line struct {
	sum   cell
	parts []cell
}

// lines are all that a reader can add up within an area.
func (c *count) lines() []line {
	var out []line
	for g := range groupCount {
		out = append(out,
			line{cellOf(g, employed), []cell{cellOf(g, permanent), cellOf(g, temporary)}},
			line{cellOf(g, filled), []cell{cellOf(g, employed), cellOf(g, bank), cellOf(g, agency)}},
		)
		p := &c.groups[g]
		for i, q := range numerators {
			if p.items[q].silent == 0 {
				out = append(out, equal(cellOf(g, employed), cellOf(g, quantities+quantity(i))))
			}
		}
	}
	for q := range columns {
		roles, services := line{sum: cellOf(everyone, q)}, line{sum: cellOf(everyone, q)}
		for r := range roleCount {
			roles.parts = append(roles.parts, cellOf(group(1+r), q))
		}
		for s := range serviceCount {
			services.parts = append(services.parts, cellOf(group(1+roleCount+s), q))
		}
		out = append(out, roles, services)
	}
	ages := line{sum: agesSum}
	for band := 1; band <= ageCount; band++ {
		ages.parts = append(ages.parts, ageCell(band))
	}
	out = append(out, ages)
	if c.agesFrom == c.returns().Responding() {
		out = append(out, equal(cellOf(everyone, employed), agesSum))
	}
	if c.trainingFrom == c.returns().Responding() {
		out = append(out, equal(cellOf(everyone, employed), trainingBase))
	}
	return out
}

// equal is two cells that always say the same.
func equal(a, b cell) line { return line{a, []cell{b}} }

// close hides more until nothing hidden can be worked out from what is shown.
func (m mask) close(contents []content, lines []line) {
	for changed := true; changed; {
		changed = m.closeLines(contents, lines)
		for _, open := range m.solved(lines) {
			changed = m.cover(open, contents, lines) || changed
		}
	}
}

// closeLines hides more until no line has exactly one hidden cell, which could be worked
// out from the rest, and reports whether it did.
func (m mask) closeLines(contents []content, lines []line) bool {
	more := false
	for changed := true; changed; {
		changed = false
		for _, l := range lines {
			if m.hiddenIn(l) == 1 && m.hideOne(l, contents) {
				changed, more = true, true
			}
		}
	}
	return more
}

// cover hides one more cell, since several lines together give one away: of the lines that
// it stands in, or, where they show nothing more, of another that has something hidden.
func (m mask) cover(open cell, contents []content, lines []line) bool {
	for _, l := range lines {
		if l.has(open) && m.hideOne(l, contents) {
			return true
		}
	}
	for _, l := range lines {
		if m.hiddenIn(l) > 0 && m.hideOne(l, contents) {
			return true
		}
	}
	return false
}

func (l line) has(c cell) bool { return l.sum == c || slices.Contains(l.parts, c) }

func (m mask) hiddenIn(l line) int {
	n := 0
	if m[l.sum] != shown {
		n++
	}
	for _, p := range l.parts {
		if m[p] != shown {
			n++
		}
	}
	return n
}

// hideOne hides the smallest part of a line that is still shown, or the sum where there is
// none, and reports whether there was one. A part that is 0 would hide nothing.
func (m mask) hideOne(l line, contents []content) bool {
	best, found := l.sum, m[l.sum] == shown && contents[l.sum].n > 0
	parts := false
	for _, p := range l.parts {
		if m[p] == shown && contents[p].n > 0 && (!parts || contents[p].n < contents[best].n) {
			best, found, parts = p, true, true
		}
	}
	if found {
		m[best] = secondary
	}
	return found
}
