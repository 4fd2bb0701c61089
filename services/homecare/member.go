package homecare

import (
	"slices"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// member is a branch as an area sees it.
type member struct {
	Standing
	answer    answer
	hasOffice bool
	// serves are the area's zones that it serves.
	serves []*zoneCount
	// here is the part of its return that lies in the area, nowhere what has no zone.
	here, nowhere portion
}

// answer is what a figure needs to know of a return that it counts.
type answer struct {
	asAt   string
	stale  bool
	source *commonv1.Source
}

func (a answer) heard(in *figure.Tally) { in.Answer(a.asAt, a.stale, a.source) }

func (c *count) member(s Standing) member {
	m := member{Standing: s, hasOffice: c.area[s.Place.GetDistrict()]}
	for _, z := range c.zones {
		if slices.Contains(s.Place.GetZones(), z.zone.GetName()) {
			m.serves = append(m.serves, z)
		}
	}
	if !s.Returned {
		return m
	}
	said, err := period.Parse(s.AsAt)
	m.answer = answer{asAt: s.AsAt, stale: err == nil && period.Stale(said, c.day), source: s.Source}
	m.here = portionOf(s.Return, m.share)
	m.nowhere = portionOf(s.Return, withoutZone)
	return m
}

// share asks for the zones that the branch serves in the area.
func (m member) share(zone string) float64 {
	for _, z := range m.serves {
		if z.zone.GetName() == zone {
			return z.share
		}
	}
	return 0
}

// withoutZone asks for the rows of the whole branch.
func withoutZone(zone string) float64 {
	if zone == "" {
		return 1
	}
	return 0
}
