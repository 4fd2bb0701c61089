package geo_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/geo"
)

func anyPoint(t *rapid.T, label string) geo.Point {
	return geo.Point{
		Latitude:  rapid.Float64Range(49.8, 60.9).Draw(t, label+" latitude"),
		Longitude: rapid.Float64Range(-8.7, 1.8).Draw(t, label+" longitude"),
	}
}

// Distances between cathedrals, measured on the WGS 84 ellipsoid by Vincenty's
// formula.
func TestKnownDistances(t *testing.T) {
	gloucester := geo.Point{Latitude: 51.8675, Longitude: -2.2466}
	leicester := geo.Point{Latitude: 52.6347, Longitude: -1.1372}
	tests := []struct {
		name       string
		a, b       geo.Point
		kilometres float64
	}{
		{"Gloucester to Leicester", gloucester, leicester, 114.137},
		{"a degree of latitude at 52 north", geo.Point{Latitude: 51.5}, geo.Point{Latitude: 52.5}, 111.267},
		{"nowhere", gloucester, gloucester, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.a.Kilometres(test.b)
			if math.Abs(got-test.kilometres) > 0.003*test.kilometres {
				t.Errorf("%.3f km, want %.3f within 0.3%%", got, test.kilometres)
			}
			if miles := test.a.Miles(test.b); math.Abs(miles*1.609344-got) > 1e-9 {
				t.Errorf("%.3f miles is not %.3f km", miles, got)
			}
		})
	}
}

func TestDistanceIsAMetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyPoint(t, "a"), anyPoint(t, "b"), anyPoint(t, "c")
		const rounding = 1e-6
		if math.Abs(a.Kilometres(b)-b.Kilometres(a)) > rounding {
			t.Fatal("it matters which way one goes")
		}
		if a.Kilometres(c) > a.Kilometres(b)+b.Kilometres(c)+rounding {
			t.Fatal("a way round is shorter")
		}
	})
}

func TestBoxAroundLeavesOutNothingNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		centre := anyPoint(t, "centre")
		miles := rapid.Float64Range(0.1, 100).Draw(t, "miles")
		other := geo.Point{
			Latitude:  centre.Latitude + rapid.Float64Range(-2, 2).Draw(t, "north"),
			Longitude: centre.Longitude + rapid.Float64Range(-4, 4).Draw(t, "east"),
		}
		box := geo.BoxAround(centre, miles)
		if centre.Miles(other) <= miles && !box.Contains(other) {
			t.Fatalf("%v is %.3f miles from %v and outside %+v", other, centre.Miles(other), centre, box)
		}
		if corner := (geo.Point{Latitude: box.North, Longitude: box.West}); centre.Miles(corner) > 1.6*miles {
			t.Fatalf("the box reaches %.1f miles, for a search of %.1f", centre.Miles(corner), miles)
		}
	})
}

func TestOutcodeOfPostcode(t *testing.T) {
	tests := map[string]string{
		"GL2 4AB": "GL2", "gl24ab": "GL2", " GL2  4AB ": "GL2", "GL2": "GL2", "GL24": "GL24",
		"GL24 4AB": "GL24", "EC1A 1BB": "EC1A", "W1A 0AX": "W1A", "M1 1AE": "M1", "B33 8TH": "B33",
		"": "", "GL": "", "GL2 4A": "", "GL2 4ABC": "", "2GL 4AB": "", "Gloucester": "", "GL２ 4AB": "",
	}
	for postcode, want := range tests {
		if got := geo.Outcode(postcode); got != want {
			t.Errorf("Outcode(%q) = %q, want %q", postcode, got, want)
		}
	}
}

func FuzzOutcode(f *testing.F) {
	for _, seed := range []string{"GL2 4AB", "EC1A1BB", "W1A", "", "GL２ 4AB"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, postcode string) {
		if outcode := geo.Outcode(postcode); outcode != "" && geo.Outcode(outcode) != outcode {
			t.Errorf("Outcode(%q) = %q, which is not its own outward code", postcode, outcode)
		}
	})
}
