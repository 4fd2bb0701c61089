package book

import (
	"cmp"
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
)

// Found is a place that a question found.
type Found[P, R proto.Message] struct {
	Standing[P, R]
	// ID is the place's, and Point where it stands; nil when unknown.
	ID    string
	Point *geo.Point
	// Asked is true for what the question asks about, false for what lies within reach.
	Asked bool
}

// Reach reads the places within reach of those asked about. It may give those again.
type Reach func(ctx context.Context, v *ledger.View, asked []ledger.Standing, asAt string) ([]ledger.Standing, error)

// Within reaches so many miles, in a straight line, from any of the places asked about.
// Each part of the map is read once, however many of them stand there; one without a
// position reaches nowhere.
func Within(miles float64) Reach {
	return func(ctx context.Context, v *ledger.View, asked []ledger.Standing, asAt string) ([]ledger.Standing, error) {
		grid := geo.NewGrid(miles)
		from := map[geo.Cell][]geo.Point{}
		var cells []geo.Cell
		for _, s := range asked {
			if s.Place.Point == nil {
				continue
			}
			cell := grid.CellOf(*s.Place.Point)
			from[cell] = append(from[cell], *s.Place.Point)
			cells = append(cells, cell.Around()...)
		}
		slices.SortFunc(cells, func(a, b geo.Cell) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column)) })
		var near []ledger.Standing
		for _, cell := range slices.Compact(cells) {
			read, err := v.InBox(ctx, grid.Box(cell), asAt)
			if err != nil {
				return nil, err
			}
			for _, s := range read {
				if within(miles, *s.Place.Point, grid.CellOf(*s.Place.Point), from) {
					near = append(near, s)
				}
			}
		}
		return near, nil
	}
}

func within(miles float64, at geo.Point, cell geo.Cell, from map[geo.Cell][]geo.Point) bool {
	for _, c := range cell.Around() {
		if slices.ContainsFunc(from[c], func(p geo.Point) bool { return p.Miles(at) <= miles }) {
			return true
		}
	}
	return false
}
