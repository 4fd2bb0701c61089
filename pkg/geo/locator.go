package geo

import (
	"fmt"
	"math"
)

// DefaultNearestWithin is how far outside every outline, in kilometres, a place
// may lie and still be taken by the nearest district. ONS's coarsest outlines are
// generalised to 500 metres, so a place by the water can fall well outside them;
// four times that leaves room for coarser ones, and what is farther off is more
// likely a wrong coordinate.
const DefaultNearestWithin = 2.0

// Method is how a place was put in its district.
type Method string

// The methods, the surest first.
const (
	// ByBoundary: the coordinates lie within the district's outline.
	ByBoundary Method = "boundary"
	// ByNearest: the coordinates lie outside every outline, this one's being nearest.
	ByNearest Method = "nearest"
	// ByOutcode: the district has the most postcodes of the outward code.
	ByOutcode Method = "outcode"
)

// Placement is the district that a place was put in, and how surely.
type Placement struct {
	District Code
	Method   Method
	// Share is 1 by coordinates; by outward code it is the share of that code's
	// postcodes which lie in the district.
	Share float64
	// Doubt says in a sentence what may be wrong. It is empty where nothing is.
	Doubt string
}

// UnplaceableError says why a place could not be put in any district.
type UnplaceableError struct {
	Reason string
}

func (e *UnplaceableError) Error() string { return "no district found: " + e.Reason }

// Locator puts places in their districts. Any number of goroutines may use it.
type Locator struct {
	atlas         *Atlas
	boundaries    *Boundaries
	nearestWithin float64
}

// LocatorOption changes how a Locator works.
type LocatorOption func(*Locator)

// NearestWithin sets how many kilometres outside every outline a place may lie,
// instead of DefaultNearestWithin. Zero leaves it to the postcode.
func NearestWithin(kilometres float64) LocatorOption {
	return func(l *Locator) { l.nearestWithin = kilometres }
}

// NewLocator makes a locator. Without boundaries (nil) it goes by postcode alone.
func NewLocator(atlas *Atlas, boundaries *Boundaries, options ...LocatorOption) *Locator {
	if boundaries == nil {
		boundaries = &Boundaries{}
	}
	locator := &Locator{atlas: atlas, boundaries: boundaries, nearestWithin: DefaultNearestWithin}
	for _, option := range options {
		option(locator)
	}
	return locator
}

// Place finds the district of a place by its coordinates where boundaries are at
// hand, else by the outward code of its postcode. Either may be missing: a zero
// Point, an empty postcode. The error is an *UnplaceableError.
func (l *Locator) Place(at Point, postcode string) (Placement, error) {
	outcode := Outcode(postcode)
	reach := l.atlas.Outcode(outcode)
	doubt := ""
	if len(l.boundaries.areas) > 0 {
		placement, found := l.byCoordinates(at, outcode, reach)
		if found {
			return placement, nil
		}
		doubt = l.whyNotByCoordinates(at)
	}
	if len(reach) == 0 {
		return Placement{}, l.unplaceable(at, postcode)
	}
	placement := Placement{District: reach[0].District, Method: ByOutcode, Share: reach[0].Share, Doubt: doubt}
	if len(reach) > 1 {
		placement.Doubt = sentences(doubt, fmt.Sprintf("%s is %s %s", outcode, percent(reach[0].Share), l.name(reach[0].District)))
	}
	return placement, nil
}

// byCoordinates places by outline. The nearest outline is taken only where the
// postcode does not speak against it.
func (l *Locator) byCoordinates(at Point, outcode string, reach []OutcodeShare) (Placement, bool) {
	if at.IsZero() || !unitedKingdom.Contains(at) {
		return Placement{}, false
	}
	if district, found := l.boundaries.containing(at); found {
		placement := Placement{District: district, Method: ByBoundary, Share: 1}
		if !reaches(reach, district) {
			placement.Doubt = fmt.Sprintf("%s has no postcode in %s, where its coordinates are", outcode, l.name(district))
		}
		return placement, true
	}
	district, distance, found := l.boundaries.nearest(at, l.nearestWithin)
	if !found || !reaches(reach, district) {
		return Placement{}, false
	}
	doubt := fmt.Sprintf("outside every boundary, %.0f m from %s, the nearest", distance*1000, l.name(district))
	return Placement{District: district, Method: ByNearest, Share: 1, Doubt: doubt}, true
}

// reaches reports whether an outward code has postcodes in the district. An
// unknown outward code is no evidence, so it reaches everywhere.
func reaches(reach []OutcodeShare, district Code) bool {
	for _, share := range reach {
		if share.District == district {
			return true
		}
	}
	return len(reach) == 0
}

func (l *Locator) whyNotByCoordinates(at Point) string {
	switch {
	case at.IsZero():
		return "no coordinates"
	case !unitedKingdom.Contains(at):
		return fmt.Sprintf("its coordinates %v are not in the United Kingdom", at)
	default:
		return fmt.Sprintf("its coordinates %v are in no boundary", at)
	}
}

func (l *Locator) unplaceable(at Point, postcode string) error {
	why := fmt.Sprintf("its postcode %q is in no district of England", postcode)
	if postcode == "" {
		why = "it has no postcode"
	}
	if len(l.boundaries.areas) == 0 {
		return &UnplaceableError{Reason: sentences(why, "no boundaries were imported to place it by coordinates")}
	}
	return &UnplaceableError{Reason: sentences(l.whyNotByCoordinates(at), why)}
}

func (l *Locator) name(district Code) string {
	d, _ := l.atlas.District(district)
	return d.Name
}

func sentences(first, second string) string {
	if first == "" {
		return second
	}
	return first + "; " + second
}

// percent writes a share without ever rounding a part up to the whole.
func percent(share float64) string {
	return fmt.Sprintf("%.0f%%", math.Min(math.Round(share*100), 99))
}
