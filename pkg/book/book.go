// Package book is what every market service is made of: a ledger of the market's own
// messages, with its answers cached and its revisions known.
//
// A market tells a Book what its messages mean (Market); the Book keeps the register and
// the returns, names every fault, answers repeated requests as the first time, and
// raises revisions. It holds no rule of any market.
package book

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/pkg/rules"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Market tells a Book what the messages of one market mean: P is a place on its
// register, R is what a place returns.
type Market[P, R proto.Message] interface {
	// Collection is the resource collection of its places, such as "careHomes".
	Collection() string
	// Entry gives the columns of a place: its bare id, provider, districts and point.
	Entry(P) ledger.Place
	// PlaceSource is the id of the place's source.
	PlaceSource(P) string
	// CheckPlace returns an errs.Invalid with every fault that the proto's own rules
	// cannot see.
	CheckPlace(P) error
	// StampPlace sets what only the book knows, or clears it when entry is zero.
	StampPlace(p P, entry ledger.Place)

	// Filing gives a return's columns: the bare id of its place and the day it speaks of.
	Filing(R) ledger.Return
	// ReturnSource is the id of the return's source; "" for the provider itself.
	ReturnSource(R) string
	// CheckReturn returns an errs.Invalid with every fault of a return of this place.
	CheckReturn(p P, r R, today period.Date) error
	// Flag marks a return that meets a rule for mistakes, and reports whether one does.
	Flag(p P, r R) bool
	// StampReturn sets what only the book knows, or clears it when filed is zero.
	StampReturn(r R, filed ledger.Return)
}

// Situated is a Market whose places are checked and filed by what stands in tables of its
// own: for each write of places it gives the Market that holds in it.
type Situated[P, R proto.Message] interface {
	Market[P, R]
	// In reads what the write needs, as it stands with what was written before.
	In(ctx context.Context, c *ledger.Commit) (Market[P, R], error)
}

// Book is one market's register and returns. It is safe for concurrent use.
type Book[P, R proto.Message] struct {
	market   Market[P, R]
	ledger   *ledger.Ledger
	checker  protovalidate.Validator
	now      func() time.Time
	notify   func(ctx context.Context, revision int64, districts []string)
	sources  atomic.Pointer[figure.Sources]
	newPlace func() P
	newFiled func() R
}

// Options are what a Book needs beside its store.
type Options struct {
	// Checker checks the rules that stand in the proto.
	Checker protovalidate.Validator
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Committed is told of every commit, after it is kept. It must not block.
	Committed func(ctx context.Context, revision int64, districts []string)
}

// New returns the book of a market over its ledger.
func New[P, R proto.Message](market Market[P, R], l *ledger.Ledger, o Options) *Book[P, R] {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Committed == nil {
		o.Committed = func(context.Context, int64, []string) {}
	}
	var p P
	var r R
	b := &Book[P, R]{
		market: market, ledger: l, checker: o.Checker, now: o.Now, notify: o.Committed,
		newPlace: func() P { return p.ProtoReflect().New().Interface().(P) },
		newFiled: func() R { return r.ProtoReflect().New().Interface().(R) },
	}
	b.sources.Store(&figure.Sources{})
	return b
}

// Ledger returns the ledger beneath.
func (b *Book[P, R]) Ledger() *ledger.Ledger { return b.ledger }

// Today is the day it is in England.
func (b *Book[P, R]) Today() period.Date { return period.Today(b.now()) }

// Sources returns every source the book knows, with the provider's own.
func (b *Book[P, R]) Sources(ctx context.Context) (figure.Sources, error) {
	return b.sourcesIn(ctx, b.ledger)
}

// shelf is where sources are kept: the ledger, or a View of it.
type shelf interface {
	Sources(ctx context.Context) (map[string][]byte, error)
}

func (b *Book[P, R]) sourcesIn(ctx context.Context, kept shelf) (figure.Sources, error) {
	stored, err := kept.Sources(ctx)
	if err != nil {
		return nil, err
	}
	known := figure.Sources{figure.Own().GetId(): figure.Own()}
	for id, payload := range stored {
		src := &commonv1.Source{}
		if err := proto.Unmarshal(payload, src); err != nil {
			return nil, fmt.Errorf("source %s: %w", id, err)
		}
		known[id] = src
	}
	b.sources.Store(&known)
	return known, nil
}

// source finds a source by its id, from memory where it can: sources never change.
func (b *Book[P, R]) source(ctx context.Context, kept shelf, id string) (*commonv1.Source, error) {
	if id == "" {
		return figure.Own(), nil
	}
	if src, ok := (*b.sources.Load())[id]; ok {
		return src, nil
	}
	known, err := b.sourcesIn(ctx, kept)
	if err != nil {
		return nil, err
	}
	return known[id], nil
}

// check joins the proto's own rules with the market's: every fault at once.
func (b *Book[P, R]) check(m proto.Message, sense func() error) error {
	var faults errs.Collector
	if err := faults.Merge("", rules.Check(b.checker, m)); err != nil {
		return err
	}
	if err := faults.Merge("", sense()); err != nil {
		return err
	}
	return faults.Err()
}

// keep is how a message is kept: the same message always gives the same bytes.
var keep = proto.MarshalOptions{Deterministic: true}

func decode[M proto.Message](m M, payload []byte) (M, error) {
	if err := proto.Unmarshal(payload, m); err != nil {
		return m, fmt.Errorf("a kept %s cannot be read: %w", m.ProtoReflect().Descriptor().Name(), err)
	}
	return m, nil
}

// Under returns err with its field violations below a field of the request; those of the
// request's own update_mask and request_id stand where they do.
func Under(field string, err error) error {
	var faults errs.Collector
	for _, v := range errs.Violations(err) {
		below := field
		if v.Field == "update_mask" || v.Field == "request_id" {
			below = ""
		}
		// A violation merges without an error.
		if err := faults.Merge(below, errs.Invalid(v)); err != nil {
			return err
		}
	}
	if faults.Len() == 0 {
		return err
	}
	return faults.Err()
}
