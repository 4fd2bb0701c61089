package homecare

import (
	"slices"

	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// breakdown is a total with its parts beside it.
type breakdown struct {
	total *reason
	parts []part
}

// part is one figure of a breakdown. It does not exist when nobody gave it.
type part struct {
	size   float64
	exists bool
	hidden *reason
}

// cover makes sure that no withheld figure can be had by subtraction: of a breakdown whose
// total is shown never exactly one part is hidden, and of one whose total is hidden at
// least one is. The smallest part shown is hidden for it, or the total where there is
// none. It reports whether it hid anything.
func (b breakdown) cover() bool {
	hidden, least := 0, -1
	for i, p := range b.parts {
		switch {
		case !p.exists:
		case *p.hidden != shown:
			hidden++
		case least < 0 || p.size < b.parts[least].size:
			least = i
		}
	}
	alone := *b.total == shown && hidden == 1
	bare := *b.total != shown && hidden == 0 && least >= 0
	switch {
	case !alone && !bare:
		return false
	case least >= 0:
		*b.parts[least].hidden = secondary
	default:
		*b.total = secondary
	}
	return true
}

// cover closes every breakdown of the area. What one hides may open another, so it goes
// round until all are closed.
func (m *mask) cover(c *count) {
	all := m.breakdowns(c)
	for again := true; again; {
		again = false
		for _, b := range all {
			again = b.cover() || again
		}
	}
}

func (m *mask) breakdowns(c *count) []breakdown {
	all := slices.Concat(m.ofKinds(c), m.ofZones(c))
	payers := breakdown{total: &m.regulated.people}
	for i, a := range c.regulated.payers {
		payers.parts = append(payers.parts, part{size: a.sum, exists: a.sum > 0, hidden: &m.payers[i]})
	}
	return append(all, payers, m.flows.reablementParts(c.flows.cases), m.officeFlows.reablementParts(c.officeFlows.cases))
}

// ofKinds breaks the supply within and outside CQC down by kind.
func (m *mask) ofKinds(c *count) []breakdown {
	within, outside := supplyBreakdown(&m.regulated), supplyBreakdown(&m.outside)
	for k := 1; k < kindCount; k++ {
		if regulated(homecarev1.SupplyKind(k)) {
			addParts(within, &c.kinds[k], &m.kinds[k])
		} else {
			addParts(outside, &c.kinds[k], &m.kinds[k])
		}
	}
	return append(within, outside...)
}

func (m *mask) ofZones(c *count) []breakdown {
	supply := supplyBreakdown(&m.regulated)
	waiting := breakdown{total: &m.flows.waiting}
	for i, z := range c.zones {
		addParts(supply, &z.regulated, &m.zones[i].supply)
		waiting.parts = append(waiting.parts, part{size: z.flows.waiting.people, exists: z.flows.given(), hidden: &m.zones[i].waiting})
	}
	return append(supply, waiting)
}

// supplyBreakdown begins the breakdowns of a supply, which addParts goes on with.
func supplyBreakdown(m *supplyMask) []breakdown {
	return []breakdown{{total: &m.delivered}, {total: &m.commissioned}, {total: &m.people}}
}

func addParts(to []breakdown, s *supply, m *supplyMask) {
	for i, p := range []part{
		{size: s.delivered.sum, exists: s.delivered.given(), hidden: &m.delivered},
		{size: s.commissioned.sum, exists: s.commissioned.given(), hidden: &m.commissioned},
		{size: s.people.sum, exists: s.people.given(), hidden: &m.people},
	} {
		to[i].parts = append(to[i].parts, p)
	}
}

// reablementParts are those who come onward and those who step up.
func (f *flowsMask) reablementParts(c cases) breakdown {
	return breakdown{total: &f.reablement, parts: []part{
		{size: c.onward, exists: c.given, hidden: &f.onward},
		{size: c.stepUp, exists: c.given, hidden: &f.stepUp},
	}}
}
