package homecare

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// Zones is a list of home care zones: all of them, or those that reach into some districts.
// It never changes once made.
type Zones struct {
	ordered []*homecarev1.Zone
	byName  map[string]*homecarev1.Zone
}

// wholeWithin is how far a zone's shares may be from 1 together: shares are published
// with at least four decimals.
const wholeWithin = 1e-4

// NewZones makes the list. Its error names every zone that stands twice, has a district
// twice, or whose shares do not add up to 1. The zones must not be altered afterwards.
func NewZones(zones []*homecarev1.Zone) (*Zones, error) {
	z := &Zones{byName: make(map[string]*homecarev1.Zone, len(zones))}
	var faults []error
	for _, zone := range zones {
		if _, twice := z.byName[zone.GetName()]; twice {
			faults = append(faults, fmt.Errorf("%s stands twice", zone.GetName()))
			continue
		}
		if err := checkShares(zone); err != nil {
			faults = append(faults, err)
		}
		z.byName[zone.GetName()] = zone
		z.ordered = append(z.ordered, zone)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("zones: %w", err)
	}
	slices.SortFunc(z.ordered, func(a, b *homecarev1.Zone) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return z, nil
}

func checkShares(zone *homecarev1.Zone) error {
	whole := 0.0
	seen := map[string]bool{}
	for _, s := range zone.GetShares() {
		if seen[s.GetDistrict()] {
			return fmt.Errorf("%s has two shares in %s", zone.GetName(), s.GetDistrict())
		}
		if !(s.GetShare() > 0) {
			return fmt.Errorf("%s has a share of %g in %s: it must be above 0", zone.GetName(), s.GetShare(), s.GetDistrict())
		}
		seen[s.GetDistrict()] = true
		whole += s.GetShare()
	}
	if math.Abs(whole-1) > wholeWithin {
		return fmt.Errorf("%s has shares that add up to %g, not 1", zone.GetName(), whole)
	}
	return nil
}

// Get looks a zone up by its name, zones/{id}.
func (z *Zones) Get(name string) (*homecarev1.Zone, bool) {
	zone, ok := z.byName[name]
	return zone, ok
}

// All returns every zone in order of name.
func (z *Zones) All() []*homecarev1.Zone { return slices.Clone(z.ordered) }

// codesOf is districtsOf as bare codes.
func (z *Zones) codesOf(branch *homecarev1.HomeCareBranch) []string {
	codes := z.districtsOf(branch)
	for i, name := range codes {
		codes[i] = strings.TrimPrefix(name, "districts/")
	}
	return codes
}

// districtsOf returns, sorted and each once, the districts (districts/{code}) in which a
// branch counts: those its zones reach into, and its office's.
func (z *Zones) districtsOf(branch *homecarev1.HomeCareBranch) []string {
	districts := []string{branch.GetDistrict()}
	for _, name := range branch.GetZones() {
		for _, s := range z.byName[name].GetShares() {
			districts = append(districts, s.GetDistrict())
		}
	}
	slices.Sort(districts)
	return slices.Compact(districts)
}

// area is a set of districts, districts/{code}: one, or all of an authority.
type area map[string]bool

func areaOf(districts []string) area {
	a := make(area, len(districts))
	for _, d := range districts {
		a[d] = true
	}
	return a
}

// share is how much of a zone lies in an area, 0 to 1; nothing of an unknown zone does.
func (z *Zones) share(zone string, within area) float64 {
	share := 0.0
	for _, s := range z.byName[zone].GetShares() {
		if within[s.GetDistrict()] {
			share += s.GetShare()
		}
	}
	if share > 1-wholeWithin {
		return 1
	}
	return share
}

// within returns the zones that reach into an area, in order of name.
func (z *Zones) within(a area) []*homecarev1.Zone {
	var out []*homecarev1.Zone
	for _, zone := range z.ordered {
		if z.share(zone.GetName(), a) > 0 {
			out = append(out, zone)
		}
	}
	return out
}
