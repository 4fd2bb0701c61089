package geo_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/geo"
)

func anywhere(t *rapid.T, name string) geo.Point {
	return geo.Point{
		Latitude:  rapid.Float64Range(49, 61.5).Draw(t, name+" latitude"),
		Longitude: rapid.Float64Range(-9, 2.5).Draw(t, name+" longitude"),
	}
}

func TestWhatIsWithinReachIsInACellNearBy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		miles := rapid.Float64Range(0, 100).Draw(t, "miles")
		from := anywhere(t, "from")
		// Half of the points are drawn close by, or few would be within reach.
		to := anywhere(t, "to")
		if box := geo.BoxAround(from, miles); rapid.Bool().Draw(t, "close by") {
			to.Latitude = rapid.Float64Range(box.South, box.North).Draw(t, "close latitude")
			to.Longitude = rapid.Float64Range(box.West, box.East).Draw(t, "close longitude")
		}
		if from.Miles(to) > miles || to.Latitude > 61.5 {
			return
		}
		grid := geo.NewGrid(miles)
		if !slices.Contains(grid.CellOf(from).Around(), grid.CellOf(to)) {
			t.Fatalf("%v is %.3f miles from %v and in a cell farther off", to, from.Miles(to), from)
		}
	})
}

func TestAPointIsInTheBoxOfItsCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grid := geo.NewGrid(rapid.Float64Range(0, 100).Draw(t, "miles"))
		p := anywhere(t, "point")
		if box := grid.Box(grid.CellOf(p)); !box.Contains(p) {
			t.Fatalf("%v is not in %v, the box of its cell", p, box)
		}
	})
}

func TestACellHasEightNeighbours(t *testing.T) {
	around := geo.Cell{Row: 3, Column: -1}.Around()
	if len(around) != 9 || !slices.Contains(around, geo.Cell{Row: 2, Column: -2}) || !slices.Contains(around, geo.Cell{Row: 4, Column: 0}) {
		t.Errorf("around 3, -1 are %v", around)
	}
}
