package book

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/ledger"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Standing is a place with the return that stands for it on a day.
type Standing[P, R proto.Message] struct {
	Place P
	// PlaceSource is where its entry comes from.
	PlaceSource *commonv1.Source
	// Returned is false when no return counts; Return is then empty.
	Returned bool
	Return   R
	// AsAt is the day the return speaks of.
	AsAt string
	// Source is where the return comes from.
	Source *commonv1.Source
	// SetAside is true when the newest return is flagged and so does not stand.
	SetAside bool
}

// Standings decodes what a View of the ledger read.
func (b *Book[P, R]) Standings(ctx context.Context, v *ledger.View, read []ledger.Standing) ([]Standing[P, R], error) {
	out := make([]Standing[P, R], len(read))
	for i, s := range read {
		one, err := b.standing(ctx, v, s)
		if err != nil {
			return nil, err
		}
		out[i] = one
	}
	return out, nil
}

func (b *Book[P, R]) standing(ctx context.Context, v *ledger.View, s ledger.Standing) (out Standing[P, R], err error) {
	out.SetAside = s.SetAside
	if out.Place, err = b.place(s.Place); err != nil {
		return out, err
	}
	if out.PlaceSource, err = b.source(ctx, v, b.market.PlaceSource(out.Place)); err != nil {
		return out, err
	}
	out.Return = b.newFiled()
	if s.Return == nil {
		return out, nil
	}
	if out.Return, err = decode(out.Return, s.Return.Payload); err != nil {
		return out, err
	}
	b.market.StampReturn(out.Return, *s.Return)
	out.Returned, out.AsAt = true, s.Return.AsAt
	out.Source, err = b.source(ctx, v, b.market.ReturnSource(out.Return))
	return out, err
}

// InDistrict reads the places that count in a district with the returns that stand on a
// day, on one View of the ledger.
func (b *Book[P, R]) InDistrict(ctx context.Context, v *ledger.View, district, asAt string) ([]Standing[P, R], error) {
	read, err := v.InDistrict(ctx, district, asAt)
	if err != nil {
		return nil, err
	}
	return b.Standings(ctx, v, read)
}
