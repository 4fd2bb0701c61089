package geo

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// Boundaries are the outlines of districts as someone published them. They never
// change once read. Keep the GeoJSON they were read from to have them again.
type Boundaries struct {
	areas    []area
	property string
	unknown  []string
}

// area is one outline. A district may have several.
type area struct {
	district Code
	shape    orb.MultiPolygon
	bound    orb.Bound
}

// errNoDistrict says that a file has outlines of something else.
var errNoDistrict = errors.New("no property of its features holds the code of a district, such as E07000082")

// Property is the name of the GeoJSON property that the district codes stood in.
func (b *Boundaries) Property() string { return b.property }

// Districts returns the districts that have an outline, in code order.
func (b *Boundaries) Districts() []Code {
	codes := make([]Code, len(b.areas))
	for i, area := range b.areas {
		codes[i] = area.district
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// Unknown returns what stood in place of a code on the outlines that were passed
// over, in the order of the file: areas outside England, codes that no atlas has.
func (b *Boundaries) Unknown() []string { return slices.Clone(b.unknown) }

// containing returns the district whose outline p lies in or on. Where outlines
// meet, the lowest code has their common edge.
func (b *Boundaries) containing(p Point) (Code, bool) {
	at := p.orb()
	var found Code
	for _, area := range b.areas {
		if found != "" && area.district >= found || !area.bound.Contains(at) {
			continue
		}
		if planar.MultiPolygonContains(area.shape, at) {
			found = area.district
		}
	}
	return found, found != ""
}

// nearest returns the district whose outline comes closest to p, and how near,
// in kilometres, where one comes within the limit.
func (b *Boundaries) nearest(p Point, limit float64) (Code, float64, bool) {
	type candidate struct {
		district Code
		distance float64
	}
	best := candidate{distance: math.Inf(1)}
	reach := BoxAround(p, limit*1000/MetresPerMile)
	window := orb.Bound{Min: orb.Point{reach.West, reach.South}, Max: orb.Point{reach.East, reach.North}}
	for _, area := range b.areas {
		if !area.bound.Intersects(window) {
			continue
		}
		found := candidate{area.district, kilometresToEdge(area.shape, p)}
		if c := cmp.Or(cmp.Compare(found.distance, best.distance), cmp.Compare(found.district, best.district)); c < 0 {
			best = found
		}
	}
	return best.district, best.distance, best.distance <= limit
}

// kilometresToEdge measures on the plane that touches the earth at p, where a
// degree of longitude is as short as it is at that latitude. Over the few
// kilometres that matter here that is as good as the sphere.
func kilometresToEdge(shape orb.MultiPolygon, p Point) float64 {
	north := orb.EarthRadius / 1000 * math.Pi / 180
	east := north * math.Cos(p.Latitude*math.Pi/180)
	onPlane := func(v orb.Point) orb.Point {
		return orb.Point{(v.Lon() - p.Longitude) * east, (v.Lat() - p.Latitude) * north}
	}
	nearest := math.Inf(1)
	for _, polygon := range shape {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				d := planar.DistanceFromSegment(onPlane(ring[i-1]), onPlane(ring[i]), orb.Point{})
				nearest = min(nearest, d)
			}
		}
	}
	return nearest
}
