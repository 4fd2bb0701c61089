package book

import (
	"context"
	"errors"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/ledger"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Bulk is a write of any number of rows, all kept together or none: an import. It is fed
// a part at a time, so that the whole need not be in memory.
type Bulk[P, R proto.Message] struct {
	book   *Book[P, R]
	commit *ledger.Commit
	given  map[string]bool
	seen   map[string]bool
	// standing is the market as it stands in this write; nil until a place is put.
	standing Market[P, R]
}

// Commit is the write beneath, for what a market keeps in tables of its own. Places that
// were put before are filed as the market stood then.
func (k *Bulk[P, R]) Commit() *ledger.Commit { return k.commit }

// market is the market as it stands in this write.
func (k *Bulk[P, R]) market(ctx context.Context) (Market[P, R], error) {
	if k.standing == nil {
		m, err := k.book.in(ctx, k.commit)
		if err != nil {
			return nil, err
		}
		k.standing = m
	}
	return k.standing, nil
}

// Bulk runs fn as one write, with sources that its rows may name. When fn fails nothing is
// kept. The revision is the newest commit after it.
func (b *Book[P, R]) Bulk(ctx context.Context, sources []*commonv1.Source, fn func(*Bulk[P, R]) error) (int64, error) {
	receipt, err := b.commit(ctx, func(c *ledger.Commit) error {
		if err := putSources(ctx, c, sources); err != nil {
			return err
		}
		return fn(&Bulk[P, R]{book: b, commit: c, given: sourceIDs(sources), seen: map[string]bool{}})
	})
	return receipt.Revision, err
}

// Places reads those of the ids that are on the register, with what this write has put.
func (k *Bulk[P, R]) Places(ctx context.Context, ids ...string) (map[string]P, error) {
	entries, err := k.commit.Places(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]P, len(entries))
	for id, entry := range entries {
		if out[id], err = decode(k.book.newPlace(), entry.Payload); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// errWithheld rolls back a batch of which nothing shall be kept.
var errWithheld = errors.New("batch withheld")

// batch runs fn as one write, unless rows are refused and all or none were asked for.
func (b *Book[P, R]) batch(ctx context.Context, batch Batch, fn func(*Bulk[P, R]) ([]*commonv1.RowResult, error)) ([]*commonv1.RowResult, int64, error) {
	var results []*commonv1.RowResult
	revision, err := b.Bulk(ctx, batch.Sources, func(k *Bulk[P, R]) (err error) {
		if results, err = fn(k); err == nil && batch.AllOrNothing && anyRefused(results) {
			err = errWithheld
		}
		return err
	})
	switch {
	case errors.Is(err, errWithheld):
		return withhold(results), 0, nil
	case err != nil:
		return nil, 0, err
	}
	return results, revision, nil
}
