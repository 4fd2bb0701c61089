package pathway

import "github.com/caremarket/caremarket/services/marketposition/model/replicate"

// person is somebody on the pathway.
type person struct {
	// entered is when they came to the pathway; never for those there at the start.
	entered replicate.Instant
	// stay is the stay drawn for the stage they are in, or wait for.
	stay replicate.Instant
	// asked orders people by when they asked for the stage they wait for.
	asked int64
	// at is the stage whose place they hold, or none; wants the one they wait for, or none.
	at, wants int32
	// behind is who stands behind them in a line, or none.
	behind int32
}

// line is people one behind the other, linked through person.behind.
type line struct {
	first, last int32
	count       int
}

func emptyLine() line { return line{first: none, last: none} }

// join puts somebody at the end.
func (l *line) join(people []person, who int32) {
	people[who].behind = none
	if l.count == 0 {
		l.first = who
	} else {
		people[l.last].behind = who
	}
	l.last = who
	l.count++
}

// remove takes somebody out, who must stand in the line.
func (l *line) remove(people []person, who int32) {
	before := none
	for p := l.first; p != who; p = people[p].behind {
		before = p
	}
	if before == none {
		l.first = people[who].behind
	} else {
		people[before].behind = people[who].behind
	}
	if l.last == who {
		l.last = before
	}
	l.count--
}
