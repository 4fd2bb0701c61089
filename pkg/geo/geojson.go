package geo

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// MaxBoundaryBytes is the largest GeoJSON file that is read: ONS's districts of
// the United Kingdom generalised to 20 metres fit, the full-resolution ones, which
// nothing here needs, do not.
const MaxBoundaryBytes = 64 << 20

// featureCollection is the part of GeoJSON (RFC 7946) that outlines come in. It
// is decoded here and not by the orb library's geojson package, which would bring
// a database driver with it.
type featureCollection struct {
	Type     string    `json:"type"`
	Features []feature `json:"features"`
}

type feature struct {
	Properties map[string]any `json:"properties"`
	Geometry   *struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
}

// ParseBoundaries reads a GeoJSON FeatureCollection of polygons in longitude and
// latitude. The property with the districts' codes is found by looking: it is the
// one that most often holds the code of a district in the atlas. Codes of former
// districts count where one district took their place. Outlines of other areas
// are passed over and told by Unknown; the error names every outline that is of a
// district and cannot be used.
func ParseBoundaries(data []byte, atlas *Atlas) (*Boundaries, error) {
	if len(data) > MaxBoundaryBytes {
		return nil, fmt.Errorf("boundaries: the file has %d bytes, over the limit of %d: use a more generalised edition",
			len(data), MaxBoundaryBytes)
	}
	var collection featureCollection
	if err := json.Unmarshal(data, &collection); err != nil {
		return nil, fmt.Errorf("boundaries: not GeoJSON: %w", err)
	}
	if collection.Type != "FeatureCollection" {
		return nil, fmt.Errorf("boundaries: a GeoJSON FeatureCollection is needed, this is of type %q", collection.Type)
	}
	property := codeProperty(collection.Features, atlas)
	if property == "" {
		return nil, fmt.Errorf("boundaries: %w", errNoDistrict)
	}
	boundaries := &Boundaries{property: property}
	var faults []error
	for i, feature := range collection.Features {
		code, known := districtIn(feature.Properties[property], atlas)
		if !known {
			boundaries.unknown = append(boundaries.unknown, label(feature.Properties[property], i))
			continue
		}
		shape, err := feature.shape()
		if err != nil {
			faults = append(faults, fmt.Errorf("boundaries: feature %d (%s): %w", i+1, code, err))
			continue
		}
		boundaries.areas = append(boundaries.areas, area{district: code, shape: shape, bound: shape.Bound()})
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return boundaries, nil
}

// codeProperty returns the property that most often names a district, the first
// by name among equals, or "" where none does.
func codeProperty(features []feature, atlas *Atlas) string {
	named := make(map[string]int)
	for _, feature := range features {
		for property, value := range feature.Properties {
			if _, known := districtIn(value, atlas); known {
				named[property]++
			}
		}
	}
	best := ""
	for property, n := range named {
		if n > named[best] || n == named[best] && property < best {
			best = property
		}
	}
	return best
}

// districtIn reads a property's value as the code of a district, or of a former
// one that one district replaced.
func districtIn(value any, atlas *Atlas) (Code, bool) {
	text, isText := value.(string)
	if !isText {
		return "", false
	}
	districts := atlas.Successors(Code(text))
	if len(districts) != 1 {
		return "", false
	}
	return districts[0], true
}

// label names a feature by what it has in place of a district's code.
func label(value any, index int) string {
	if text, isText := value.(string); isText && text != "" {
		return text
	}
	return fmt.Sprintf("feature %d, which has no code", index+1)
}

func (f feature) shape() (orb.MultiPolygon, error) {
	if f.Geometry == nil {
		return nil, errors.New("it has no geometry")
	}
	var shape orb.MultiPolygon
	var err error
	switch f.Geometry.Type {
	case "Polygon":
		shape = make(orb.MultiPolygon, 1)
		err = json.Unmarshal(f.Geometry.Coordinates, &shape[0])
	case "MultiPolygon":
		err = json.Unmarshal(f.Geometry.Coordinates, &shape)
	default:
		return nil, fmt.Errorf("its geometry is a %q: a Polygon or MultiPolygon is needed", f.Geometry.Type)
	}
	if err != nil {
		return nil, fmt.Errorf("its coordinates cannot be read: %w", err)
	}
	return shape, checkShape(shape)
}

// minRing is the fewest positions a closed ring can have (RFC 7946, 3.1.6).
const minRing = 4

func checkShape(shape orb.MultiPolygon) error {
	if len(shape) == 0 {
		return errors.New("it has no polygon")
	}
	for _, polygon := range shape {
		if len(polygon) == 0 {
			return errors.New("a polygon has no ring")
		}
		for _, ring := range polygon {
			if len(ring) < minRing || !ring.Closed() {
				return errors.New("a ring is not closed: its last position must repeat its first")
			}
			if i := slices.IndexFunc(ring, outsideUnitedKingdom); i >= 0 {
				return fmt.Errorf("position %v is not in the United Kingdom: longitude and latitude in degrees (EPSG:4326) are needed", ring[i])
			}
		}
	}
	return nil
}

func outsideUnitedKingdom(v orb.Point) bool {
	return !unitedKingdom.Contains(Point{Latitude: v.Lat(), Longitude: v.Lon()})
}
