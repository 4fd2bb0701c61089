package book

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/ledger"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Batch says how many rows are kept together.
type Batch struct {
	// Sources that the rows may name, beside those already known.
	Sources []*commonv1.Source
	// AllOrNothing keeps no row when one is refused.
	AllOrNothing bool
}

// Upsert adds or replaces places in one commit, with a result for each. The revision is
// the newest commit after it.
func (b *Book[P, R]) Upsert(ctx context.Context, places []P, batch Batch) ([]*commonv1.RowResult, int64, error) {
	return b.batch(ctx, batch, func(k *Bulk[P, R]) ([]*commonv1.RowResult, error) { return k.Put(ctx, places) })
}

// Put adds or replaces places, with a result for each; a faulty one is refused alone.
func (k *Bulk[P, R]) Put(ctx context.Context, places []P) ([]*commonv1.RowResult, error) {
	b := k.book
	m, err := k.market(ctx)
	if err != nil {
		return nil, err
	}
	results := make([]*commonv1.RowResult, len(places))
	for i, p := range places {
		results[i] = &commonv1.RowResult{Index: int32(i)}
		var faults errs.Collector
		if err := faults.Merge("", b.checkPlace(ctx, m, p, k.given)); err != nil {
			return nil, err
		}
		id := m.Entry(p).ID
		if k.seen[id] {
			faults.Add("name", "%s stands twice in one batch", b.name(id))
		}
		if refuse(results[i], faults.Err()) {
			continue
		}
		k.seen[id] = true
		outcome, err := b.put(ctx, k.commit, m, p)
		if err != nil {
			return nil, err
		}
		results[i].Outcome, results[i].Name = outcomes[outcome], b.name(id)
	}
	return results, nil
}

var outcomes = map[ledger.Outcome]commonv1.RowOutcome{
	ledger.Created:   commonv1.RowOutcome_ROW_OUTCOME_CREATED,
	ledger.Updated:   commonv1.RowOutcome_ROW_OUTCOME_UPDATED,
	ledger.Unchanged: commonv1.RowOutcome_ROW_OUTCOME_UNCHANGED,
}

// in is the market as it stands in a write.
func (b *Book[P, R]) in(ctx context.Context, c *ledger.Commit) (Market[P, R], error) {
	if m, ok := b.market.(Situated[P, R]); ok {
		return m.In(ctx, c)
	}
	return b.market, nil
}

func (b *Book[P, R]) checkPlace(ctx context.Context, m Market[P, R], p P, given map[string]bool) error {
	m.StampPlace(p, ledger.Place{})
	var faults errs.Collector
	if err := faults.Merge("", b.check(p, func() error { return m.CheckPlace(p) })); err != nil {
		return err
	}
	if err := b.checkSource(ctx, &faults, m.PlaceSource(p), given); err != nil {
		return err
	}
	return faults.Err()
}

func (b *Book[P, R]) checkSource(ctx context.Context, faults *errs.Collector, id string, given map[string]bool) error {
	if id == "" || given[id] {
		return nil
	}
	src, err := b.source(ctx, b.ledger, id)
	if err == nil && src == nil {
		faults.Add("source_id", "%q is not a known source: send it along in sources", id)
	}
	return err
}

func (b *Book[P, R]) name(id string) string { return b.market.Collection() + "/" + id }

func (b *Book[P, R]) put(ctx context.Context, c *ledger.Commit, m Market[P, R], p P) (ledger.Outcome, error) {
	entry := m.Entry(p)
	payload, err := keep.Marshal(p)
	if err != nil {
		return 0, fmt.Errorf("keep %s: %w", entry.ID, err)
	}
	entry.Payload = payload
	return c.PutPlace(ctx, entry)
}

// Create adds a place that is not on the register yet.
func (b *Book[P, R]) Create(ctx context.Context, p P, sources []*commonv1.Source) (P, error) {
	id := b.market.Entry(p).ID
	_, err := b.commit(ctx, func(c *ledger.Commit) error {
		m, err := b.in(ctx, c)
		if err != nil {
			return err
		}
		if err := b.checkPlace(ctx, m, p, sourceIDs(sources)); err != nil {
			return err
		}
		if _, known, err := c.Place(ctx, id); err != nil || known {
			return firstOf(err, errs.AlreadyExists("place", id))
		}
		if err := putSources(ctx, c, sources); err != nil {
			return err
		}
		_, err = b.put(ctx, c, m, p)
		return err
	})
	if err != nil {
		return p, err
	}
	return b.Get(ctx, id)
}

// Update changes a place of the register: change is given what stands and returns what
// shall. It is checked whole.
func (b *Book[P, R]) Update(ctx context.Context, id string, change func(P) (P, error)) (P, error) {
	var zero P
	_, err := b.commit(ctx, func(c *ledger.Commit) error {
		was, known, err := c.Place(ctx, id)
		if err != nil {
			return err
		}
		if !known {
			return errs.NotFound("place", id)
		}
		p, err := decode(b.newPlace(), was.Payload)
		if err != nil {
			return err
		}
		if p, err = change(p); err != nil {
			return err
		}
		m, err := b.in(ctx, c)
		if err != nil {
			return err
		}
		if err := b.checkPlace(ctx, m, p, nil); err != nil {
			return err
		}
		_, err = b.put(ctx, c, m, p)
		return err
	})
	if err != nil {
		return zero, err
	}
	return b.Get(ctx, id)
}

// Get reads one place as it stands.
func (b *Book[P, R]) Get(ctx context.Context, id string) (p P, err error) {
	err = b.ledger.Read(ctx, 0, func(v *ledger.View) error {
		entry, err := v.Place(ctx, id)
		if err != nil {
			return err
		}
		p, err = b.place(entry)
		return err
	})
	return p, err
}

func (b *Book[P, R]) place(entry ledger.Place) (P, error) {
	p, err := decode(b.newPlace(), entry.Payload)
	if err == nil {
		b.market.StampPlace(p, entry)
	}
	return p, err
}

// commit runs a write and tells of it once it is kept.
func (b *Book[P, R]) commit(ctx context.Context, fn func(*ledger.Commit) error) (ledger.Receipt, error) {
	receipt, err := b.ledger.Commit(ctx, fn)
	if err == nil && receipt.RecordedAt != 0 {
		b.notify(ctx, receipt.Revision, receipt.Districts)
	}
	return receipt, err
}

func putSources(ctx context.Context, c *ledger.Commit, sources []*commonv1.Source) error {
	for _, src := range sources {
		payload, err := keep.Marshal(src)
		if err != nil {
			return fmt.Errorf("keep source %s: %w", src.GetId(), err)
		}
		if err := c.PutSource(ctx, src.GetId(), payload); err != nil {
			return err
		}
	}
	return nil
}

func sourceIDs(sources []*commonv1.Source) map[string]bool {
	ids := make(map[string]bool, len(sources))
	for _, s := range sources {
		ids[s.GetId()] = true
	}
	return ids
}

// refuse marks a row that has faults, and reports whether it has.
func refuse(result *commonv1.RowResult, err error) bool {
	if err == nil {
		return false
	}
	result.Outcome = commonv1.RowOutcome_ROW_OUTCOME_REFUSED
	for _, v := range errs.Violations(err) {
		result.Faults = append(result.Faults, &commonv1.Fault{Field: v.Field, Description: v.Description})
	}
	return true
}

func anyRefused(results []*commonv1.RowResult) bool {
	for _, r := range results {
		if r.Outcome == commonv1.RowOutcome_ROW_OUTCOME_REFUSED {
			return true
		}
	}
	return false
}

// withhold marks the sound rows of a batch that was not kept because others are faulty.
func withhold(results []*commonv1.RowResult) []*commonv1.RowResult {
	for _, r := range results {
		if r.Outcome != commonv1.RowOutcome_ROW_OUTCOME_REFUSED {
			r.Name = ""
			refuse(r, errs.Invalid(errs.Violation{Description: "sound, but not kept: other rows of the batch are refused"}))
		}
	}
	return results
}

func firstOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// Page reads up to limit places in order of id that match, beginning after an id. Next
// is the id to go on from, "" at the end.
func (b *Book[P, R]) Page(ctx context.Context, f ledger.Filter, match func(P) bool, after string, limit int) (page []P, next string, err error) {
	const stride = 500
	err = b.ledger.Read(ctx, 0, func(v *ledger.View) error {
		for {
			entries, err := v.List(ctx, f, after, stride)
			if err != nil {
				return err
			}
			for _, entry := range entries {
				p, err := b.place(entry)
				if err != nil {
					return err
				}
				if !match(p) {
					continue
				}
				if len(page) == limit {
					next = b.market.Entry(page[limit-1]).ID
					return nil
				}
				page = append(page, p)
			}
			if len(entries) < stride {
				return nil
			}
			after = entries[len(entries)-1].ID
		}
	})
	return page, next, err
}

// Named returns a copy of changed in which the fields of mask are from changes; with an
// empty mask, all fields that changes has set.
func Named[M proto.Message](stands, changes M, mask []string) (M, error) {
	out := proto.CloneOf(stands)
	fields := out.ProtoReflect().Descriptor().Fields()
	var faults errs.Collector
	if len(mask) == 0 {
		changes.ProtoReflect().Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
			out.ProtoReflect().Set(fd, v)
			return true
		})
		return out, nil
	}
	for _, path := range mask {
		fd := fields.ByTextName(path)
		if fd == nil {
			faults.Add("update_mask", "%q is not a field", path)
			continue
		}
		if changes.ProtoReflect().Has(fd) {
			out.ProtoReflect().Set(fd, changes.ProtoReflect().Get(fd))
		} else {
			out.ProtoReflect().Clear(fd)
		}
	}
	return out, faults.Err()
}
