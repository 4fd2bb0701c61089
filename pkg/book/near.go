package book

import (
	"cmp"
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
)

// Nearby is a place with its distance from a point, in a straight line.
type Nearby[P, R proto.Message] struct {
	Standing[P, R]
	Miles float64
}

// Near reads the places within so many miles of a point, nearest first, with the returns
// that stand on a day. Places without a position are not found.
func (b *Book[P, R]) Near(ctx context.Context, v *ledger.View, from geo.Point, miles float64, asAt string) ([]Nearby[P, R], error) {
	read, err := v.InBox(ctx, geo.BoxAround(from, miles), asAt)
	if err != nil {
		return nil, err
	}
	var out []Nearby[P, R]
	for _, s := range read {
		distance := from.Miles(*s.Place.Point)
		if distance > miles {
			continue
		}
		one, err := b.standing(ctx, v, s)
		if err != nil {
			return nil, err
		}
		out = append(out, Nearby[P, R]{Standing: one, Miles: distance})
	}
	slices.SortStableFunc(out, func(a, b Nearby[P, R]) int { return cmp.Compare(a.Miles, b.Miles) })
	return out, nil
}
