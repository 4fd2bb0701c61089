package book

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Submission is one return and the id by which a repetition is known.
type Submission[R proto.Message] struct {
	Return    R
	RequestID string
}

// SubmitOne keeps one return, or names all of its faults. It answers with the return as it
// was kept, the first time or now, and the revision to read it by.
func (b *Book[P, R]) SubmitOne(ctx context.Context, s Submission[R]) (R, int64, error) {
	var zero R
	var kept []ledger.Kept
	results, revision, err := b.batch(ctx, Batch{}, func(k *Bulk[P, R]) (results []*commonv1.RowResult, err error) {
		kept, results, err = k.submit(ctx, []Submission[R]{s})
		return results, err
	})
	if err != nil {
		return zero, 0, err
	}
	if faults := results[0].GetFaults(); len(faults) > 0 {
		var all errs.Collector
		for _, f := range faults {
			all.Add(f.GetField(), "%s", f.GetDescription())
		}
		return zero, 0, all.Err()
	}
	r, err := decode(b.newFiled(), kept[0].Return.Payload)
	if err != nil {
		return zero, 0, err
	}
	b.market.StampReturn(r, kept[0].Return)
	return r, max(revision, kept[0].Return.Revision), nil
}

// SubmitMany keeps returns in one commit, with a result for each.
func (b *Book[P, R]) SubmitMany(ctx context.Context, submissions []Submission[R], batch Batch) ([]*commonv1.RowResult, int64, error) {
	return b.batch(ctx, batch, func(k *Bulk[P, R]) ([]*commonv1.RowResult, error) { return k.Submit(ctx, submissions) })
}

// Submit keeps returns in their order, with a result for each; a faulty one is refused
// alone.
func (k *Bulk[P, R]) Submit(ctx context.Context, submissions []Submission[R]) ([]*commonv1.RowResult, error) {
	_, results, err := k.submit(ctx, submissions)
	return results, err
}

func (k *Bulk[P, R]) submit(ctx context.Context, submissions []Submission[R]) ([]ledger.Kept, []*commonv1.RowResult, error) {
	b := k.book
	results := make([]*commonv1.RowResult, len(submissions))
	kept := make([]ledger.Kept, len(submissions))
	faults, err := b.checkReturns(ctx, submissions, k.given)
	if err != nil {
		return nil, nil, err
	}
	for i := range results {
		results[i] = &commonv1.RowResult{Index: int32(i)}
		refuse(results[i], faults[i])
	}
	filed, at, err := k.file(ctx, submissions, results)
	if err != nil {
		return nil, nil, err
	}
	answers, err := k.commit.Submit(ctx, filed)
	if err != nil {
		return nil, nil, err
	}
	for j, a := range answers {
		if a.Outcome == ledger.Conflict && b.saysTheSame(a.Return, filed[j]) {
			a.Outcome = ledger.Unchanged
		}
		kept[at[j]] = a
		b.tell(results[at[j]], a)
	}
	return kept, results, nil
}

// saysTheSame reports whether a kept return is the one that came again, although it would
// be flagged otherwise today: flags follow the register, which may have changed since.
func (b *Book[P, R]) saysTheSame(kept, again ledger.Return) bool {
	if kept.Place != again.Place || kept.AsAt != again.AsAt {
		return false
	}
	was, err := decode(b.newFiled(), kept.Payload)
	if err != nil {
		return false
	}
	now, err := decode(b.newFiled(), again.Payload)
	if err != nil {
		return false
	}
	b.market.StampReturn(was, ledger.Return{})
	b.market.StampReturn(now, ledger.Return{})
	return proto.Equal(was, now)
}

func (b *Book[P, R]) tell(result *commonv1.RowResult, k ledger.Kept) {
	if k.Outcome == ledger.Conflict {
		refuse(result, errs.Invalid(errs.Violation{
			Field:       "request_id",
			Description: "was used before for another return: use a new one for each",
		}))
		return
	}
	result.Outcome = outcomes[k.Outcome]
	result.Name = ReturnName(b.market.Collection(), k.Return)
}

// checkReturns checks what can be checked without the register, on all processors, since
// the rules of a large batch are most of its work.
func (b *Book[P, R]) checkReturns(ctx context.Context, submissions []Submission[R], given map[string]bool) ([]error, error) {
	faults := make([]error, len(submissions))
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(submissions))
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(submissions); i += workers {
				r := submissions[i].Return
				b.market.StampReturn(r, ledger.Return{})
				faults[i] = b.check(r, func() error { return nil })
			}
		})
	}
	wg.Wait()
	for i, s := range submissions {
		var all errs.Collector
		if err := all.Merge("", faults[i]); err != nil {
			return nil, err
		}
		if err := b.checkSource(ctx, &all, b.market.ReturnSource(s.Return), given); err != nil {
			return nil, err
		}
		faults[i] = all.Err()
	}
	return faults, nil
}

// file makes ledger returns of the sound submissions; at[j] is the row of the j-th.
func (k *Bulk[P, R]) file(ctx context.Context, submissions []Submission[R], results []*commonv1.RowResult) (filed []ledger.Return, at []int, err error) {
	b := k.book
	places, err := k.placesOf(ctx, submissions)
	if err != nil {
		return nil, nil, err
	}
	today := b.Today()
	for i, s := range submissions {
		row := b.market.Filing(s.Return)
		p, known := places[row.Place]
		faults := b.sense(p, known, s.Return, today)
		if len(errs.Violations(faults)) == 0 && faults != nil {
			return nil, nil, faults
		}
		refuse(results[i], faults)
		if results[i].Outcome == commonv1.RowOutcome_ROW_OUTCOME_REFUSED {
			continue
		}
		row.RequestID, row.Flagged = s.RequestID, b.market.Flag(p, s.Return)
		if row.Payload, err = keep.Marshal(s.Return); err != nil {
			return nil, nil, fmt.Errorf("keep a return: %w", err)
		}
		filed, at = append(filed, row), append(at, i)
	}
	return filed, at, nil
}

// sense checks a return against the place it speaks of.
func (b *Book[P, R]) sense(p P, known bool, r R, today period.Date) error {
	var faults errs.Collector
	filing := b.market.Filing(r)
	if day, err := period.Parse(filing.AsAt); err != nil {
		faults.Add("as_at", "%s", err)
	} else if day.After(today) {
		faults.Add("as_at", "%s lies in the future: today is %s", day, today)
	}
	if !known {
		faults.Add("name", "%s is not on the register", b.name(filing.Place))
		return faults.Err()
	}
	if err := faults.Merge("", b.market.CheckReturn(p, r, today)); err != nil {
		return err
	}
	return faults.Err()
}

func (k *Bulk[P, R]) placesOf(ctx context.Context, submissions []Submission[R]) (map[string]P, error) {
	ids := make([]string, len(submissions))
	for i, s := range submissions {
		ids[i] = k.book.market.Filing(s.Return).Place
	}
	slices.Sort(ids)
	return k.Places(ctx, slices.Compact(ids)...)
}

// Returns reads up to limit of a place's returns, newest day first, as known at a moment
// (microseconds since 1970; 0 for now). Next is zero at the end.
func (b *Book[P, R]) Returns(ctx context.Context, id string, knownAt int64, after ledger.Cursor, limit int) (page []R, next ledger.Cursor, err error) {
	err = b.ledger.Read(ctx, knownAt, func(v *ledger.View) error {
		if _, err := v.Place(ctx, id); err != nil {
			return err
		}
		filed, err := v.Returns(ctx, id, after, limit+1)
		if err != nil {
			return err
		}
		if len(filed) > limit {
			filed = filed[:limit]
			next = ledger.Cursor{AsAt: filed[limit-1].AsAt, ID: filed[limit-1].ID}
		}
		for _, f := range filed {
			r, err := decode(b.newFiled(), f.Payload)
			if err != nil {
				return err
			}
			b.market.StampReturn(r, f)
			page = append(page, r)
		}
		return nil
	})
	return page, next, err
}

// ReturnName is the resource name of a kept return.
func ReturnName(collection string, filed ledger.Return) string {
	return fmt.Sprintf("%s/%s/returns/%d", collection, filed.Place, filed.ID)
}
