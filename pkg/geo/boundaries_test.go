package geo_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/geo"
)

// square is a GeoJSON ring, with its south-west corner at the given degrees and
// sides of the given length in degrees.
func square(west, south, side float64) string {
	east, north := west+side, south+side
	return fmt.Sprintf("[[%[1]v,%[2]v],[%[3]v,%[2]v],[%[3]v,%[4]v],[%[1]v,%[4]v],[%[1]v,%[2]v]]", west, south, east, north)
}

func feature(properties, geometry string) string {
	return fmt.Sprintf(`{"type":"Feature","properties":%s,"geometry":%s}`, properties, geometry)
}

func polygon(rings ...string) string {
	return fmt.Sprintf(`{"type":"Polygon","coordinates":[%s]}`, strings.Join(rings, ","))
}

func collection(features ...string) []byte {
	return []byte(`{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`)
}

// sideBySide has East Shire east of West Shire along the meridian 1 west, the
// unitary far off in two parts, the first with a lake.
func sideBySide() []byte {
	return collection(
		feature(`{"LAD24CD":"E07000002","LAD24NM":"West Shire"}`, polygon(square(-2, 52, 1))),
		feature(`{"LAD24CD":"E07000001","LAD24NM":"East Shire"}`, polygon(square(-1, 52, 1))),
		feature(`{"LAD24CD":"E06000001","LAD24NM":"Unitary"}`, fmt.Sprintf(`{"type":"MultiPolygon","coordinates":[[%s,%s],[%s]]}`,
			square(-3, 54, 1), square(-2.75, 54.25, 0.5), square(-1, 54, 1))),
	)
}

func boundariesOf(t testing.TB, data []byte) *geo.Boundaries {
	t.Helper()
	boundaries, err := geo.ParseBoundaries(data, atlasOf(t, miniature(), today))
	if err != nil {
		t.Fatal(err)
	}
	return boundaries
}

func TestParseBoundaries(t *testing.T) {
	boundaries := boundariesOf(t, sideBySide())
	if got := boundaries.Property(); got != "LAD24CD" {
		t.Errorf("codes were found in %q", got)
	}
	if diff := cmp.Diff([]geo.Code{unitary, eastShire, westShire}, boundaries.Districts()); diff != "" {
		t.Error(diff)
	}
	if got := boundaries.Unknown(); len(got) != 0 {
		t.Errorf("passed over %v", got)
	}
}

func TestTheCodePropertyIsFoundByLooking(t *testing.T) {
	shape := polygon(square(-2, 52, 1))
	tests := []struct {
		name     string
		data     []byte
		property string
		unknown  []string
	}{
		{"by any name, among other codes", collection(
			feature(`{"id":7,"ctyua":"E10000001","ward":"E05000001","lad":"E07000001"}`, shape)), "lad", nil},
		{"the one that most features have", collection(
			feature(`{"a":"E07000001"}`, shape),
			feature(`{"b":"E07000001"}`, shape),
			feature(`{"b":"E07000002"}`, shape)), "b", []string{"feature 1, which has no code"}},
		{"the first by name among equals", collection(
			feature(`{"b":"E07000001","a":"E07000001"}`, shape)), "a", nil},
		{"a former district's code", collection(
			feature(`{"lad":"E07000091"}`, shape)), "lad", nil},
		{"areas of other countries passed over", collection(
			feature(`{"lad":"W06000001"}`, shape),
			feature(`{"lad":"E07000092"}`, shape),
			feature(`{"lad":"E07000001"}`, shape),
			feature(`{"lad":null}`, shape)), "lad", []string{"W06000001", "E07000092", "feature 4, which has no code"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			boundaries := boundariesOf(t, test.data)
			if got := boundaries.Property(); got != test.property {
				t.Errorf("codes were found in %q, want %q", got, test.property)
			}
			if diff := cmp.Diff(test.unknown, boundaries.Unknown()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseBoundariesRefuses(t *testing.T) {
	named := func(geometry string) []byte { return collection(feature(`{"lad":"E07000001"}`, geometry)) }
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"no JSON", []byte("code,name"), "not GeoJSON"},
		{"another type", []byte(`{"type":"Feature"}`), `of type "Feature"`},
		{"a topology", []byte(`{"type":"Topology","objects":{}}`), `of type "Topology"`},
		{"no features", collection(), "no property of its features holds the code"},
		{"no district", collection(feature(`{"lad":"W06000001"}`, polygon(square(-2, 52, 1)))), "no property of its features holds the code"},
		{"no geometry", named("null"), "feature 1 (E07000001): it has no geometry"},
		{"a point", named(`{"type":"Point","coordinates":[-2,52]}`), `its geometry is a "Point"`},
		{"no polygon", named(`{"type":"MultiPolygon","coordinates":[]}`), "it has no polygon"},
		{"no ring", named(`{"type":"Polygon","coordinates":[]}`), "a polygon has no ring"},
		{"a line", named(polygon("[[-2,52],[-1,52],[-2,52]]")), "a ring is not closed"},
		{"an open ring", named(polygon("[[-2,52],[-1,52],[-1,53],[-2,53]]")), "a ring is not closed"},
		{"wrong depth", named(`{"type":"Polygon","coordinates":[[-2,52]]}`), "its coordinates cannot be read"},
		{"no coordinates", named(`{"type":"Polygon"}`), "its coordinates cannot be read"},
		{"national grid metres", named(polygon(square(383000, 218000, 1000))), "EPSG:4326"},
		{"latitude first", named(polygon(square(52, -2, 1))), "EPSG:4326"},
		{"half a position", named(polygon("[[-2],[-1],[-1],[-2]]")), "EPSG:4326"},
		{"too large", make([]byte, geo.MaxBoundaryBytes+1), "over the limit"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := geo.ParseBoundaries(test.data, atlasOf(t, miniature(), today))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want it to say %q", err, test.want)
			}
		})
	}
}

func TestParseBoundariesNamesEveryFault(t *testing.T) {
	data := collection(feature(`{"lad":"E07000001"}`, "null"), feature(`{"lad":"E07000002"}`, "null"))
	_, err := geo.ParseBoundaries(data, atlasOf(t, miniature(), today))
	if err == nil || strings.Count(err.Error(), "it has no geometry") != 2 {
		t.Errorf("error = %v, want both features named", err)
	}
}

func TestPlaceByBoundary(t *testing.T) {
	locator := geo.NewLocator(atlasOf(t, miniature(), today), boundariesOf(t, sideBySide()))
	tests := []struct {
		name                string
		longitude, latitude float64
		want                geo.Code
	}{
		{"inside", -1.5, 52.5, westShire},
		{"on the common edge: the lower code", -1, 52.5, eastShire},
		{"on a corner", -2, 52, westShire},
		{"the unitary's first part", -2.9, 54.1, unitary},
		{"its second part", -0.5, 54.5, unitary},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := locator.Place(geo.Point{Latitude: test.latitude, Longitude: test.longitude}, "")
			want := geo.Placement{District: test.want, Method: geo.ByBoundary, Share: 1}
			if err != nil || got != want {
				t.Errorf("placed %+v, %v, want %+v", got, err, want)
			}
		})
	}
}

// TestEverywhereInsideIsPlaced draws points of the two neighbours and a strip
// about them, where the answer is plain arithmetic.
func TestEverywhereInsideIsPlaced(t *testing.T) {
	locator := geo.NewLocator(atlasOf(t, miniature(), today), boundariesOf(t, sideBySide()), geo.NearestWithin(0))
	rapid.Check(t, func(t *rapid.T) {
		at := geo.Point{
			Latitude:  rapid.Float64Range(51.9, 53.1).Draw(t, "latitude"),
			Longitude: rapid.Float64Range(-2.1, 0.1).Draw(t, "longitude"),
		}
		placement, err := locator.Place(at, "")
		within := at.Latitude >= 52 && at.Latitude <= 53 && at.Longitude >= -2 && at.Longitude <= 0
		if within != (err == nil) {
			t.Fatalf("%v placed %+v, %v", at, placement, err)
		}
		want := westShire
		if at.Longitude >= -1 {
			want = eastShire
		}
		if within && placement.District != want {
			t.Fatalf("%v placed in %s, want %s", at, placement.District, want)
		}
	})
}

func FuzzParseBoundaries(f *testing.F) {
	f.Add(sideBySide())
	f.Add(collection(feature(`{"lad":"E07000001"}`, polygon(square(-2, 52, 1), square(-1.75, 52.25, 0.5)))))
	f.Add(collection(feature(`{"lad":"E07000001"}`, `{"type":"MultiPolygon","coordinates":[[[]]]}`)))
	f.Add([]byte(`{"type":"FeatureCollection","features":[null,{}]}`))
	atlas := atlasOf(f, miniature(), today)
	f.Fuzz(func(t *testing.T, data []byte) {
		boundaries, err := geo.ParseBoundaries(data, atlas)
		if err != nil {
			return
		}
		if len(boundaries.Districts()) == 0 || boundaries.Property() == "" {
			t.Errorf("took a file with %v by %q", boundaries.Districts(), boundaries.Property())
		}
		locator := geo.NewLocator(atlas, boundaries)
		for _, at := range []geo.Point{{Latitude: 52.5, Longitude: -1.5}, {Latitude: 52, Longitude: -2}, {}} {
			placement, err := locator.Place(at, "")
			var unplaceable *geo.UnplaceableError
			if err != nil && !errors.As(err, &unplaceable) || err == nil && placement.District == "" {
				t.Errorf("%v placed %+v, %v", at, placement, err)
			}
		}
	})
}
