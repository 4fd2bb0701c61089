package carehomes

import (
	"slices"

	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

type reason = commonv1.HiddenReason

// mask says which counts of residents of one area are withheld, and why.
type mask struct {
	types                 [bedTypes]reason
	older, working, total reason
	payers                [payers]reason
	placedBy              map[string]reason
}

// hide decides what an audience may not see of one district.
func hide(c *count, audience commonv1.Audience) mask {
	m := mask{placedBy: map[string]reason{}}
	if figure.Sees(audience) {
		return m
	}
	m.hideGroup(c, olderTypes, audience)
	m.hideGroup(c, workingAgeTypes, audience)
	m.older = groupReason(c.of(olderTypes...), c.older, audience)
	m.working = groupReason(c.of(workingAgeTypes...), c.working, audience)
	m.total = groupReason(c.of(allTypes...), c.returns.Responding(), audience)
	if m.total == few {
		m.hideOrigins(c)
	}
	m.hideFull(c)
	m.hideTotals()
	m.hidePlacedBy(c)
	m.hidePayers(c)
	return m
}

// hideGroup hides bed types within their group, whose sum stands beside them.
func (m *mask) hideGroup(c *count, types []carehomesv1.BedType, audience commonv1.Audience) {
	counts, exists, already := make([]int, len(types)), make([]bool, len(types)), make([]reason, len(types))
	for i, t := range types {
		b := c.types[t]
		counts[i], exists[i] = b.used, b.maximum > 0
		if tooFew(b.homes, audience) {
			already[i] = few
		}
	}
	for i, r := range figure.Hide(counts, exists, already) {
		m.types[types[i]] = firstReason(m.types[types[i]], r)
	}
}

// tooFew reports whether so few homes contribute that a reader could tell a single home's
// numbers. Commissioners see single homes anyway.
func tooFew(homes int, audience commonv1.Audience) bool {
	return homes < figure.FewContributors && audience < commonv1.Audience_AUDIENCE_COMMISSIONER
}

// hideOrigins hides who placed and pays for residents where it would tell those of single
// homes.
func (m *mask) hideOrigins(c *count) {
	for p := 1; p < payers; p++ {
		m.payers[p] = few
	}
	for authority := range c.placedBy {
		m.placedBy[authority] = few
	}
}

func groupReason(b beds, homes int, audience commonv1.Audience) reason {
	switch {
	case b.maximum == 0:
		return shown
	case b.used < figure.SmallNumber:
		return small
	case tooFew(homes, audience):
		return few
	}
	return shown
}

// hideFull hides a group that is full and has a hidden type: full as a whole, it is full in
// each of its types.
func (m *mask) hideFull(c *count) {
	for _, g := range []struct {
		types []carehomesv1.BedType
		of    *reason
	}{{olderTypes, &m.older}, {workingAgeTypes, &m.working}, {allTypes, &m.total}} {
		sum := c.of(g.types...)
		hidden := slices.ContainsFunc(g.types, func(t carehomesv1.BedType) bool { return m.types[t] != shown })
		if *g.of == shown && hidden && sum.used == sum.maximum {
			*g.of = secondary
		}
	}
}

// hideTotals hides the whole when exactly one of its two groups is hidden: hiding the
// other group instead would lose the larger figure to protect the smaller.
func (m *mask) hideTotals() {
	if m.total == shown && (m.older == shown) != (m.working == shown) {
		m.total = secondary
	}
}

// hidePayers hides payers, whose sum is the total, beside those hidden already.
func (m *mask) hidePayers(c *count) {
	if c.payersFrom == 0 {
		return
	}
	exists := make([]bool, payers)
	for i := range exists {
		exists[i] = i > 0
	}
	reasons := figure.Hide(c.payers[:], exists, m.payers[:])
	if m.total != shown && allShown(reasons) {
		// The payers add up to the hidden total: the smallest is hidden too.
		reasons[smallest(c.payers[:], exists)] = secondary
	}
	copy(m.payers[:], reasons)
	m.closePlacedBy(c)
}

// closePlacedBy hides the smallest placing authority where all of them add up to a payer
// that is hidden.
func (m *mask) closePlacedBy(c *count) {
	names := sortedKeys(c.placedBy)
	if m.payers[carehomesv1.Payer_PAYER_ANOTHER_COUNCIL] == shown || len(names) == 0 {
		return
	}
	least := names[0]
	for _, name := range names {
		if m.placedBy[name] != shown {
			return
		}
		if c.placedBy[name] < c.placedBy[least] {
			least = name
		}
	}
	m.placedBy[least] = secondary
}

// hidePlacedBy hides placing authorities, whose sum is one of the payers: where the only
// authority is hidden, that payer is hidden with it.
func (m *mask) hidePlacedBy(c *count) {
	names := sortedKeys(c.placedBy)
	counts, exists, already := make([]int, len(names)), make([]bool, len(names)), make([]reason, len(names))
	for i, n := range names {
		counts[i], exists[i], already[i] = c.placedBy[n], true, m.placedBy[n]
	}
	reasons := figure.Hide(counts, exists, already)
	for i, r := range reasons {
		m.placedBy[names[i]] = r
	}
	if len(reasons) == 1 {
		payer := &m.payers[carehomesv1.Payer_PAYER_ANOTHER_COUNCIL]
		*payer = firstReason(*payer, reasons[0])
	}
}

// hideSum decides what is withheld of an authority whose districts stand beside it: what
// would be withheld of it alone, and each figure of which any district's is.
func hideSum(sum *count, parts []mask, audience commonv1.Audience) mask {
	m := hide(sum, audience)
	if figure.Sees(audience) || len(parts) < 2 {
		return m
	}
	across := func(own reason, part func(mask) reason) reason {
		all := make([]reason, len(parts))
		for i, p := range parts {
			all[i] = part(p)
		}
		return firstReason(own, figure.HideTotal(all))
	}
	for t := range m.types {
		m.types[t] = across(m.types[t], func(p mask) reason { return p.types[t] })
	}
	m.older = across(m.older, func(p mask) reason { return p.older })
	m.working = across(m.working, func(p mask) reason { return p.working })
	m.total = across(m.total, func(p mask) reason { return p.total })
	for i := range m.payers {
		m.payers[i] = across(m.payers[i], func(p mask) reason { return p.payers[i] })
	}
	for name, own := range m.placedBy {
		m.placedBy[name] = across(own, func(p mask) reason { return p.placedBy[name] })
	}
	m.closeGroup(sum, olderTypes)
	m.closeGroup(sum, workingAgeTypes)
	m.hideFull(sum)
	m.hideTotals()
	m.hidePlacedBy(sum)
	m.hidePayers(sum)
	return m
}

// closeGroup makes sure that no bed type is hidden alone beside its group's sum.
func (m *mask) closeGroup(c *count, types []carehomesv1.BedType) {
	counts, exists, already := make([]int, len(types)), make([]bool, len(types)), make([]reason, len(types))
	for i, t := range types {
		counts[i], exists[i], already[i] = c.types[t].used, c.types[t].maximum > 0, m.types[t]
	}
	for i, r := range figure.Hide(counts, exists, already) {
		m.types[types[i]] = r
	}
}

func firstReason(all ...reason) reason {
	for _, r := range all {
		if r != shown {
			return r
		}
	}
	return shown
}

func allShown(all []reason) bool { return firstReason(all...) == shown }

func smallest(counts []int, exists []bool) int {
	at := -1
	for i, n := range counts {
		if exists[i] && (at < 0 || n < counts[at]) {
			at = i
		}
	}
	return at
}
