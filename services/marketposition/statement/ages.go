package statement

import (
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// shownBands are the bands in which a statement shows people: children, working age by
// decade, and older people by five years, as need doubles and doubles again among them.
func shownBands() []need.AgeBand {
	return []need.AgeBand{
		{From: 0, To: 17},
		{From: 18, To: 24},
		{From: 25, To: 34},
		{From: 35, To: 44},
		{From: 45, To: 54},
		{From: 55, To: 64},
		{From: 65, To: 69},
		{From: 70, To: 74},
		{From: 75, To: 79},
		{From: 80, To: 84},
		{From: 85, To: 89},
		facts.From(90),
	}
}
