package homecare

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

// supplyMask says what of a supply is withheld: people, and the hours delivered and
// commissioned with the fill they make, which tell what business a single branch does.
// Spare hours are what a branch offers, and never withheld.
type supplyMask struct{ delivered, commissioned, fill, people reason }

// flowsMask says what of the flows is withheld. A package is a person's, so waiting and
// handed back are withheld whole: people, packages, hours and the longest wait.
type flowsMask struct {
	waiting, handedBack                                         reason
	homeFirst, assessed, onward, stepUp, reablement, placesUsed reason
}

// mask says what of an area is withheld, and why.
type mask struct {
	regulated, outside  supplyMask
	kinds               [kindCount]supplyMask
	payers              [payerCount]reason
	flows               flowsMask
	zones               []zoneMask
	office              supplyMask
	officeFlows         flowsMask
	employed, agencyUse reason
}

type zoneMask struct {
	zone    string
	supply  supplyMask
	waiting reason
}

// hide decides what an audience may not see of one area that stands alone.
func hide(c *count, audience commonv1.Audience) mask {
	if figure.Sees(audience) {
		return mask{zones: make([]zoneMask, len(c.zones))}
	}
	m := own(c, audience)
	m.cover(c)
	return m
}

// hideSum decides what is withheld of an authority whose districts stand beside it: what
// would be withheld of it alone, and each figure of which any district's is.
func hideSum(sum *count, districts []mask, audience commonv1.Audience) mask {
	if figure.Sees(audience) || len(districts) < 2 {
		return hide(sum, audience)
	}
	m := own(sum, audience)
	for _, pick := range cells {
		across(&m, districts, pick)
	}
	for k := range m.kinds {
		across(&m, districts, func(p *mask) *reason { return &p.kinds[k].people })
		across(&m, districts, func(p *mask) *reason { return &p.kinds[k].delivered })
		across(&m, districts, func(p *mask) *reason { return &p.kinds[k].commissioned })
	}
	for i := range m.payers {
		across(&m, districts, func(p *mask) *reason { return &p.payers[i] })
	}
	m.followZones(districts)
	m.cover(sum)
	return m
}

// followZones hides of a zone what any district hides of it: the zone as a whole would
// give its part away.
func (m *mask) followZones(districts []mask) {
	for i := range m.zones {
		z := &m.zones[i]
		for _, d := range districts {
			for _, part := range d.zones {
				if part.zone == z.zone {
					z.supply.people = first(z.supply.people, part.supply.people)
					z.supply.delivered = first(z.supply.delivered, part.supply.delivered)
					z.supply.commissioned = first(z.supply.commissioned, part.supply.commissioned)
					z.waiting = first(z.waiting, part.waiting)
				}
			}
		}
	}
}

// cells are the figures of an area that are sums over its districts. Zones are not: they
// reach over borders.
var cells = []func(*mask) *reason{
	func(m *mask) *reason { return &m.regulated.people },
	func(m *mask) *reason { return &m.regulated.delivered },
	func(m *mask) *reason { return &m.regulated.commissioned },
	func(m *mask) *reason { return &m.outside.people },
	func(m *mask) *reason { return &m.outside.delivered },
	func(m *mask) *reason { return &m.outside.commissioned },
	func(m *mask) *reason { return &m.flows.waiting },
	func(m *mask) *reason { return &m.flows.handedBack },
	func(m *mask) *reason { return &m.flows.homeFirst },
	func(m *mask) *reason { return &m.flows.assessed },
	func(m *mask) *reason { return &m.flows.onward },
	func(m *mask) *reason { return &m.flows.stepUp },
	func(m *mask) *reason { return &m.flows.reablement },
	func(m *mask) *reason { return &m.flows.placesUsed },
	func(m *mask) *reason { return &m.employed },
	func(m *mask) *reason { return &m.agencyUse },
}

// across hides a figure that any district hides.
func across(m *mask, districts []mask, pick func(*mask) *reason) {
	if *pick(m) != shown {
		return
	}
	all := make([]reason, len(districts))
	for i := range districts {
		all[i] = *pick(&districts[i])
	}
	*pick(m) = figure.HideTotal(all)
}

// own withholds each figure for its own sake.
func own(c *count, audience commonv1.Audience) mask {
	m := mask{
		regulated: ownSupply(&c.regulated, audience), outside: ownSupply(&c.outside, audience),
		flows:  ownFlows(&c.flows),
		office: ownSupply(&c.office, audience), officeFlows: ownFlows(&c.officeFlows),
		employed: ownPeople(c.employed.sum, c.employed.given()), agencyUse: ownPeople(c.agency.sum, c.agency.given()),
		zones: make([]zoneMask, len(c.zones)),
	}
	for k := range c.kinds {
		m.kinds[k] = ownSupply(&c.kinds[k], audience)
	}
	for i, a := range c.regulated.payers {
		m.payers[i] = ownPeople(a.sum, a.sum > 0) // Nobody at all is shown as 0.
	}
	for i, z := range c.zones {
		m.zones[i] = zoneMask{zone: z.zone.GetName(), supply: ownSupply(&z.regulated, audience), waiting: ownPeople(z.flows.waiting.people, z.flows.given())}
	}
	return m
}

func ownSupply(s *supply, audience commonv1.Audience) supplyMask {
	return supplyMask{
		delivered:    ownHours(&s.delivered, audience),
		commissioned: ownHours(&s.commissioned, audience),
		fill:         ownHours(&s.filled, audience),
		people:       ownPeople(s.people.sum, s.people.given()),
	}
}

// ownHours hides what too few branches contribute to. Commissioners see single branches
// anyway.
func ownHours(t *total, audience commonv1.Audience) reason {
	if t.given() && t.answers.Responding() < figure.FewContributors && audience < commonv1.Audience_AUDIENCE_COMMISSIONER {
		return few
	}
	return shown
}

func ownFlows(f *flows) flowsMask {
	c := f.cases
	return flowsMask{
		waiting:    ownPeople(f.waiting.people, f.given()),
		handedBack: ownPeople(f.handedBack.packages, f.given()),
		homeFirst:  ownPeople(c.homeFirst, f.casesGiven()),
		assessed:   ownPeople(c.assessed, f.casesGiven()),
		onward:     ownPeople(c.onward, f.casesGiven()),
		stepUp:     ownPeople(c.stepUp, f.casesGiven()),
		reablement: ownPeople(c.onward+c.stepUp, f.casesGiven()),
		placesUsed: ownPeople(c.placesUsed, f.casesGiven()),
	}
}

// ownPeople hides a small number of people. Where nobody gave a number, nothing is hidden:
// the figure says that it was not collected.
func ownPeople(people float64, given bool) reason {
	if given && whole(people) < figure.SmallNumber {
		return small
	}
	return shown
}
