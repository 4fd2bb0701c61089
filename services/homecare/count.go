package homecare

import (
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// kindCount is one more than the last kind of supply, so that kinds index an array.
const kindCount = int(homecarev1.SupplyKind_SUPPLY_KIND_CARER_EMERGENCY_COVER) + 1

// count is an area added up, before anything is hidden.
type count struct {
	area area
	day  period.Date
	// whole is true for an authority: what was returned without a zone counts there.
	whole bool

	regulated, outside supply // registered with CQC, and not
	kinds              [kindCount]supply
	flows              flows // of every kind
	zones              []*zoneCount

	office      supply // returned without a zone
	officeFlows flows

	offices          int // regulated branches with their office here
	staffExpected    figure.Tally
	employed, agency total

	spare concentration

	// How many branches a data note speaks of.
	unheard, stale, setAside, continued, officeOnly, zonesUnrecorded int
}

// zoneCount is the part of a zone that lies in the area.
type zoneCount struct {
	zone      *homecarev1.Zone
	share     float64
	regulated supply
	flows     flows
}

// tally adds up the branches that serve the area or have their office there and are open
// on the day. A branch that stands in the list twice counts once.
func tally(q Question, ref Reference, whole bool, branches []Standing, sources figure.Sources) *count {
	c := &count{area: areaOf(q.Districts), day: q.AsAt, whole: whole, spare: concentration{byGroup: map[string]float64{}}}
	for _, zone := range ref.Zones.within(c.area) {
		c.addZone(zone, ref.Zones.share(zone.GetName(), c.area), sources[zone.GetSourceId()])
	}
	byName := make(map[string]*Standing, len(branches))
	for i := range branches {
		byName[branches[i].Place.GetName()] = &branches[i]
	}
	counted := make(map[string]bool, len(branches))
	for _, s := range branches {
		name := s.Place.GetName()
		if counted[name] || !openOn(s.Place, q.AsAt.String()) {
			continue
		}
		counted[name] = true
		s, continues := continued(s, func(name string) *Standing { return byName[name] })
		c.addBranch(s, continues)
	}
	return c
}

// addZone begins the count of a zone. Every figure of the area rests on its zones' shares.
func (c *count) addZone(zone *homecarev1.Zone, share float64, source *commonv1.Source) {
	z := &zoneCount{zone: zone, share: share}
	for _, t := range []*figure.Tally{
		&z.regulated.expected, &z.flows.expected, &z.flows.casesExpected,
		&c.regulated.expected, &c.outside.expected, &c.flows.expected, &c.flows.casesExpected, &c.spare.expected,
	} {
		t.Rest(source)
	}
	for i := range c.kinds {
		c.kinds[i].expected.Rest(source)
	}
	c.zones = append(c.zones, z)
}

func (c *count) addBranch(s Standing, continues bool) {
	m := c.member(s)
	if len(m.serves) == 0 && !m.hasOffice {
		return
	}
	c.addToZones(m)
	if m.hasOffice {
		c.addToOffice(m)
	}
	c.addSpare(m)
	c.doubt(m, continues)
}

// addToZones counts a branch in the zones that it serves.
func (c *count) addToZones(m member) {
	if len(m.serves) == 0 {
		return
	}
	kind := m.Place.GetKind()
	side := &c.outside
	if regulated(kind) {
		side = &c.regulated
	}
	side.count(m, m.here)
	c.kinds[kindIndex(kind)].count(m, m.here)
	c.flows.count(m, m.here)
	for _, z := range m.serves {
		part := portionOf(m.Return, func(zone string) float64 {
			if zone == z.zone.GetName() {
				return z.share
			}
			return 0
		})
		if regulated(kind) {
			z.regulated.count(m, part)
		}
		z.flows.count(m, part)
	}
}

// kindIndex puts a kind that is not known here with the unspecified.
func kindIndex(kind homecarev1.SupplyKind) int {
	if i := int(kind); i >= 0 && i < kindCount {
		return i
	}
	return 0
}

// addToOffice counts what belongs where a branch's office stands: the office, its staff,
// and for an authority what it returns without a zone.
func (c *count) addToOffice(m member) {
	if regulated(m.Place.GetKind()) {
		c.offices++
		c.staffExpected.Expect(1)
		c.staffExpected.Rest(m.PlaceSource)
		if s := m.Return.GetStaff(); s != nil {
			c.employed.add(amount{sum: float64(employed(s)), given: true}, m.answer)
			c.agency.add(amount{sum: float64(agency(s)), given: true}, m.answer)
		}
	}
	if c.whole && m.nowhere.answered {
		c.office.count(m, m.nowhere)
		c.officeFlows.count(m, m.nowhere)
	}
}

// doubt counts the branches that a reader should be told of.
func (c *count) doubt(m member, continues bool) {
	heard := m.here.answered || (c.whole && m.hasOffice && m.nowhere.answered)
	tick := func(n *int, holds bool) {
		if holds {
			*n++
		}
	}
	tick(&c.unheard, len(m.serves) > 0 && !m.here.answered)
	tick(&c.stale, heard && m.answer.stale)
	tick(&c.setAside, m.SetAside)
	tick(&c.continued, heard && continues)
	tick(&c.officeOnly, len(m.serves) > 0 && m.nowhere.answered && !m.here.answered)
	tick(&c.zonesUnrecorded, m.hasOffice && len(m.Place.GetZones()) == 0)
}
