package geo_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/geo"
)

func TestPlaceNearest(t *testing.T) {
	atlas := atlasOf(t, miniature(), today)
	boundaries := boundariesOf(t, sideBySide())
	// A hundredth of a degree is 1.1 km north-south and, at 52 north, 0.69 km east-west.
	southOfWest := geo.Point{Latitude: 51.99, Longitude: -1.5}
	tests := []struct {
		name     string
		at       geo.Point
		postcode string
		options  []geo.LocatorOption
		want     geo.Placement
	}{
		{"just outside", southOfWest, "", nil, geo.Placement{
			District: westShire, Method: geo.ByNearest, Share: 1,
			Doubt: "outside every boundary, 1113 m from West Shire, the nearest",
		}},
		{"just outside, by its corner", geo.Point{Latitude: 52.5, Longitude: 0.01}, "", nil, geo.Placement{
			District: eastShire, Method: geo.ByNearest, Share: 1,
			Doubt: "outside every boundary, 678 m from East Shire, the nearest",
		}},
		{"in the lake", geo.Point{Latitude: 54.26, Longitude: -2.5}, "BB1 1AA", nil, geo.Placement{
			District: unitary, Method: geo.ByNearest, Share: 1,
			Doubt: "outside every boundary, 1113 m from Unitary, the nearest",
		}},
		{"on the lake's shore", geo.Point{Latitude: 54.5, Longitude: -2.75}, "", nil, geo.Placement{
			District: unitary, Method: geo.ByNearest, Share: 1,
			Doubt: "outside every boundary, 0 m from Unitary, the nearest",
		}},
		{"its postcode agrees", southOfWest, "AA1 1AA", nil, geo.Placement{
			District: westShire, Method: geo.ByNearest, Share: 1,
			Doubt: "outside every boundary, 1113 m from West Shire, the nearest",
		}},
		{"its postcode speaks against it", southOfWest, "BB1 1AA", nil, geo.Placement{
			District: unitary, Method: geo.ByOutcode, Share: 1,
			Doubt: "its coordinates 51.9900, -1.5000 are in no boundary",
		}},
		{"farther than the limit", geo.Point{Latitude: 51.98, Longitude: -1.5}, "AA1 1AA", nil, geo.Placement{
			District: eastShire, Method: geo.ByOutcode, Share: 0.75,
			Doubt: "its coordinates 51.9800, -1.5000 are in no boundary; AA1 is 75% East Shire",
		}},
		{
			"a wider limit",
			geo.Point{Latitude: 51.98, Longitude: -1.5},
			"AA1 1AA",
			[]geo.LocatorOption{geo.NearestWithin(3)},
			geo.Placement{
				District: westShire, Method: geo.ByNearest, Share: 1,
				Doubt: "outside every boundary, 2226 m from West Shire, the nearest",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := geo.NewLocator(atlas, boundaries, test.options...).Place(test.at, test.postcode)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPlaceByOutcode(t *testing.T) {
	atlas := atlasOf(t, miniature(), today)
	tests := []struct {
		name       string
		boundaries *geo.Boundaries
		at         geo.Point
		postcode   string
		want       geo.Placement
	}{
		{"a shared one, without boundaries", nil, geo.Point{Latitude: 52.5, Longitude: -1.5}, "AA1 1AA", geo.Placement{
			District: eastShire, Method: geo.ByOutcode, Share: 0.75, Doubt: "AA1 is 75% East Shire",
		}},
		{"one that lies in one district", nil, geo.Point{}, "bb11aa", geo.Placement{
			District: unitary, Method: geo.ByOutcode, Share: 1,
		}},
		{"coordinates missing", boundariesOf(t, sideBySide()), geo.Point{}, "BB1 1AA", geo.Placement{
			District: unitary, Method: geo.ByOutcode, Share: 1, Doubt: "no coordinates",
		}},
		{"coordinates exchanged", boundariesOf(t, sideBySide()), geo.Point{Latitude: -1.5, Longitude: 52.5}, "BB1 1AA", geo.Placement{
			District: unitary, Method: geo.ByOutcode, Share: 1,
			Doubt: "its coordinates -1.5000, 52.5000 are not in the United Kingdom",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := geo.NewLocator(atlas, test.boundaries).Place(test.at, test.postcode)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAPartIsNeverRoundedToTheWhole(t *testing.T) {
	tables := miniature()
	tables.Outcodes = []geo.OutcodeCount{
		{Outcode: "AA1", District: eastShire, Postcodes: 999}, {Outcode: "AA1", District: westShire, Postcodes: 1},
	}
	placement, err := geo.NewLocator(atlasOf(t, tables, today), nil).Place(geo.Point{}, "AA1")
	if err != nil || placement.Doubt != "AA1 is 99% East Shire" {
		t.Errorf("doubt = %q, %v", placement.Doubt, err)
	}
}

func TestAPostcodeAgainstTheBoundaryIsDoubted(t *testing.T) {
	locator := geo.NewLocator(atlasOf(t, miniature(), today), boundariesOf(t, sideBySide()))
	at := geo.Point{Latitude: 52.5, Longitude: -1.5}
	want := geo.Placement{
		District: westShire, Method: geo.ByBoundary, Share: 1,
		Doubt: "BB1 has no postcode in West Shire, where its coordinates are",
	}
	if got, err := locator.Place(at, "BB1 1AA"); err != nil || got != want {
		t.Errorf("placed %+v, %v", got, err)
	}
	want.Doubt = ""
	for _, silent := range []string{"AA1 1AA", "ZZ1 1AA", "not a postcode"} {
		if got, err := locator.Place(at, silent); err != nil || got != want {
			t.Errorf("with %q placed %+v, %v", silent, got, err)
		}
	}
}

func TestUnplaceable(t *testing.T) {
	atlas := atlasOf(t, miniature(), today)
	boundaries := boundariesOf(t, sideBySide())
	tests := []struct {
		name       string
		boundaries *geo.Boundaries
		at         geo.Point
		postcode   string
		want       string
	}{
		{"nothing known", boundaries, geo.Point{}, "", "no coordinates; it has no postcode"},
		{"an unknown postcode", boundaries, geo.Point{}, "ZZ9 9ZZ", `no coordinates; its postcode "ZZ9 9ZZ" is in no district of England`},
		{"in the sea", boundaries, geo.Point{Latitude: 50, Longitude: -5}, "", "its coordinates 50.0000, -5.0000 are in no boundary"},
		{"abroad", boundaries, geo.Point{Latitude: 48.9, Longitude: 2.35}, "75001", "are not in the United Kingdom"},
		{"not a number", boundaries, geo.Point{Latitude: math.NaN(), Longitude: -2}, "", "are not in the United Kingdom"},
		{"no boundaries", nil, geo.Point{Latitude: 52.5, Longitude: -1.5}, "", "no boundaries were imported"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			placement, err := geo.NewLocator(atlas, test.boundaries).Place(test.at, test.postcode)
			var unplaceable *geo.UnplaceableError
			if !errors.As(err, &unplaceable) {
				t.Fatalf("placed %+v, %v", placement, err)
			}
			if !strings.Contains(unplaceable.Reason, test.want) || !strings.Contains(err.Error(), unplaceable.Reason) {
				t.Errorf("error = %v, want it to say %q", err, test.want)
			}
		})
	}
}
