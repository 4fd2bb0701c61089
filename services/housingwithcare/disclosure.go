package housingwithcare

import (
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

type reason = commonv1.HiddenReason

const (
	shown     = commonv1.HiddenReason_HIDDEN_REASON_UNSPECIFIED
	small     = commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER
	secondary = commonv1.HiddenReason_HIDDEN_REASON_SECONDARY
	few       = commonv1.HiddenReason_HIDDEN_REASON_FEW_CONTRIBUTORS
)

// mask says what is withheld of one area, and why.
type mask struct {
	// occupied is of the occupied homes, each of which is somebody's, and of what they
	// could be worked out from.
	occupied table
	waiting  table

	residents, withCare reason
	care, charge, toLet reason
	// charges is how many schemes' charges the mean is of.
	charges int
	// seesSingle is true for who may see the numbers of single schemes.
	seesSingle bool
}

// hide decides what an audience may not see of one area by itself.
func hide(c *count, audience commonv1.Audience) *mask {
	m := own(c, audience)
	m.occupied.closeAlone()
	m.waiting.closeAlone()
	return m
}

// hideSum decides what is withheld of an authority whose districts stand beside it: what
// would be withheld of it alone, and what would give away a figure of a district.
func hideSum(c *count, parts []*mask, audience commonv1.Audience) *mask {
	m := own(c, audience)
	m.occupied.closeBeside(each(parts, func(p *mask) *table { return &p.occupied }))
	m.waiting.closeBeside(each(parts, func(p *mask) *table { return &p.waiting }))
	across := func(own reason, part func(*mask) reason) reason {
		return first(own, figure.HideTotal(each(parts, part)))
	}
	m.residents = across(m.residents, func(p *mask) reason { return p.residents })
	m.withCare = across(m.withCare, func(p *mask) reason { return p.withCare })
	m.care = across(m.care, func(p *mask) reason { return p.care })
	m.charge = first(m.charge, hideMean(parts))
	return m
}

// hideMean decides whether the mean over areas is withheld: with the number of its
// contributors it gives the mean over those areas whose own is hidden, and that must not
// be a mean of too few either.
func hideMean(parts []*mask) reason {
	contributors := 0
	for _, p := range parts {
		if p.charge != shown {
			contributors += p.charges
		}
	}
	if contributors > 0 && contributors < figure.FewContributors {
		return secondary
	}
	return shown
}

// own decides what is withheld of an area for its own sake.
func own(c *count, audience commonv1.Audience) *mask {
	m := &mask{seesSingle: audience >= commonv1.Audience_AUDIENCE_COMMISSIONER, charges: len(c.charges)}
	sees := figure.Sees(audience)
	for k := range kinds {
		for t := range tenures {
			g, at := &c.groups[k][t], cell(k, t)
			m.occupied.counts[at], m.occupied.exists[at] = g.occupied, g.units > 0
			// Where nothing is void, or nothing on offer, the same is known of every part.
			m.occupied.telling[at] = g.voids == 0 || (!m.seesSingle && g.available() == 0)
			m.waiting.counts[at], m.waiting.exists[at] = g.waiting, g.returns.Responding() > 0
			if sees {
				continue
			}
			for _, one := range []*table{&m.occupied, &m.waiting} {
				if one.exists[at] {
					one.hidden[at] = m.peopleReason(one.counts[at], g.returns.Responding())
				}
			}
		}
	}
	if sees {
		return m
	}
	m.residents = m.peopleReason(c.residents.n, c.residents.schemes)
	m.withCare = m.peopleReason(c.withCare.n, c.withCare.schemes)
	if m.residents == shown && m.withCare == shown && c.withCare.schemes > 0 && c.residents.n-c.withCare.n < figure.SmallNumber {
		// Those without care are too few to be told by subtraction.
		m.withCare = secondary
	}
	m.care = m.fewReason(c.care.schemes)
	m.charge = averageReason(len(c.charges))
	m.toLet = averageReason(len(c.daysToLet))
	return m
}

// peopleReason says why a count of people from so many schemes is withheld.
func (m *mask) peopleReason(n, schemes int) reason {
	if schemes > 0 && n < figure.SmallNumber {
		return small
	}
	return m.fewReason(schemes)
}

// fewReason withholds what so few schemes say that a reader could tell a single scheme's
// numbers. Commissioners see single schemes anyway.
func (m *mask) fewReason(schemes int) reason {
	if m.seesSingle {
		return shown
	}
	return averageReason(schemes)
}

// averageReason withholds an average over too few schemes.
func averageReason(schemes int) reason {
	if schemes > 0 && schemes < figure.FewContributors {
		return few
	}
	return shown
}

func first(a, b reason) reason {
	if a != shown {
		return a
	}
	return b
}

func each[T any](parts []*mask, of func(*mask) T) []T {
	out := make([]T, len(parts))
	for i, p := range parts {
		out[i] = of(p)
	}
	return out
}
