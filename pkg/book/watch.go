package book

import (
	"context"

	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/revision"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// watchStride is how many changes one reading of a watch asks for at the least.
const watchStride = 200

// Watch sends every change of a district after a revision, in the order they were kept,
// then each new one, until ctx ends or send fails. Resumed after the revision of the
// last change that was sent, it loses none and repeats at most those of that commit.
func (b *Book[P, R]) Watch(ctx context.Context, tracker *revision.Tracker, district string, after int64, send func(*commonv1.PlaceChange) error) error {
	for {
		changes, err := b.ledger.Changes(ctx, district, after, watchStride)
		if err != nil {
			return err
		}
		for _, c := range changes {
			if err := send(b.change(c)); err != nil {
				return err
			}
			after = c.Revision
		}
		if len(changes) > 0 {
			continue
		}
		if _, err := tracker.Wait(ctx, district, after); err != nil {
			return err
		}
	}
}

func (b *Book[P, R]) change(c ledger.Change) *commonv1.PlaceChange {
	change := &commonv1.PlaceChange{
		Revision: c.Revision, Kind: commonv1.ChangeKind_CHANGE_KIND_REGISTER, AsAt: c.AsAt, RecordedAt: Stamp(c.RecordedAt),
	}
	switch {
	case c.Place == "":
		change.Kind = commonv1.ChangeKind_CHANGE_KIND_REFERENCE
		return change
	case c.AsAt != "":
		change.Kind = commonv1.ChangeKind_CHANGE_KIND_RETURN
	}
	change.Place = b.name(c.Place)
	return change
}
