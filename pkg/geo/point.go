package geo

import (
	"fmt"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"
)

// MetresPerMile is the international mile, exactly.
const MetresPerMile = 1609.344

// Point is a place on the map in degrees of WGS 84 (EPSG:4326). The zero Point,
// in the sea off west Africa, stands for "no coordinates".
type Point struct {
	Latitude, Longitude float64
}

// IsZero reports whether no coordinates were given.
func (p Point) IsZero() bool { return p == Point{} }

// String writes latitude and longitude, as in 51.7450, -2.2160.
func (p Point) String() string { return fmt.Sprintf("%.4f, %.4f", p.Latitude, p.Longitude) }

// Kilometres returns the great-circle distance to q in kilometres, by the
// haversine formula on a sphere of 6,378.137 km. In England that is within 0.3%
// of the distance on the ellipsoid, and it is not the distance by road.
func (p Point) Kilometres(q Point) float64 {
	return orbgeo.DistanceHaversine(p.orb(), q.orb()) / 1000
}

// Miles is Kilometres in miles.
func (p Point) Miles(q Point) float64 {
	return orbgeo.DistanceHaversine(p.orb(), q.orb()) / MetresPerMile
}

// Box is a range of latitude and longitude, both ends included.
type Box struct {
	South, West, North, East float64
}

// BoxAround returns the smallest box that surely holds every point within so
// many miles of p: what a store searches before distances are measured.
func BoxAround(p Point, miles float64) Box {
	// A hair over, so that rounding never leaves out a point on the circle.
	const margin = 1.001
	bound := orbgeo.NewBoundAroundPoint(p.orb(), miles*MetresPerMile*margin)
	return Box{South: bound.Min.Lat(), West: bound.Min.Lon(), North: bound.Max.Lat(), East: bound.Max.Lon()}
}

// Contains reports whether the point lies in the box or on its edge.
func (b Box) Contains(p Point) bool {
	return p.Latitude >= b.South && p.Latitude <= b.North && p.Longitude >= b.West && p.Longitude <= b.East
}

func (p Point) orb() orb.Point { return orb.Point{p.Longitude, p.Latitude} }

// unitedKingdom bounds every area that has a GSS code, with a little sea about
// it. What lies outside is a mistake: latitude and longitude exchanged, or metres
// of the national grid taken for degrees.
var unitedKingdom = Box{South: 49, West: -9, North: 61.5, East: 2.5}
