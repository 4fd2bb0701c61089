package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/book"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/seeds/illustrative"
)

type seedCommand struct {
	storeFlags
	marketFlags
}

// Run loads what is not there yet. Run again, it changes nothing.
func (c seedCommand) Run(ctx context.Context, o output) error {
	return withStores(ctx, c.storeFlags, o, func(s *suite) error { return s.seed(ctx, o.out, c.Illustrative) })
}

// plan reads the plan of an illustrative market; nil for none.
func plan(name string) (*illustrative.Plan, error) {
	read := illustrative.County
	switch name {
	case "none":
		return nil, nil
	case "england":
		read = illustrative.England
	}
	found, err := read(illustrative.Files(), seeds.Files())
	return &found, err
}

// seedIfEmpty seeds embedded stores that hold nothing yet, so that a first start has
// something to show. A shared store is seeded by hand.
func (s *suite) seedIfEmpty(ctx context.Context, o output) error {
	if s.settings.Store != "" {
		return nil
	}
	for _, name := range serviceNames {
		r, ok := s.rooms[name]
		if !ok || r.tracker.Global() > 0 {
			return nil
		}
	}
	return s.seed(ctx, o.out, s.settings.Illustrative)
}

// seed loads facts and the illustrative market, each service's part as one write.
func (s *suite) seed(ctx context.Context, w io.Writer, name string) error {
	began := time.Now()
	if s.books.position != nil {
		if err := s.seedFacts(ctx); err != nil {
			return err
		}
	}
	planned, err := plan(name)
	if err != nil || planned == nil {
		return err
	}
	market, err := planned.Generate()
	if err != nil {
		return err
	}
	if err := s.seedMarkets(ctx, market); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "Seeded in %.1f s: published facts with their sources, and an ILLUSTRATIVE market (%d care homes, %d home care services, %d housing schemes, %d employers). It is made up: no home, branch, scheme or employer in it exists.\n",
		time.Since(began).Seconds(), len(market.CareHomes), len(market.Branches), len(market.Schemes), len(market.Employers))
	return err
}

func (s *suite) seedFacts(ctx context.Context) error {
	facts, err := seeds.Facts(seeds.Files())
	if err != nil {
		return err
	}
	if _, err := s.books.position.Load(ctx, facts); err != nil {
		return fmt.Errorf("seed facts: %w", err)
	}
	return nil
}

func (s *suite) seedMarkets(ctx context.Context, m *illustrative.Market) error {
	if b := s.books.careHomes; b != nil {
		if err := load(ctx, b, m.Sources, m.CareHomes, m.CareHomeReturns()); err != nil {
			return fmt.Errorf("seed care homes: %w", err)
		}
	}
	if server := s.books.homeCare; server != nil {
		if _, err := server.LoadZones(ctx, m.Zones, m.Sources); err != nil {
			return fmt.Errorf("seed home care's zones: %w", err)
		}
		if err := load(ctx, server.Book(), m.Sources, m.Branches, m.BranchReturns()); err != nil {
			return fmt.Errorf("seed home care: %w", err)
		}
	}
	if b := s.books.housing; b != nil {
		if err := load(ctx, b, m.Sources, m.Schemes, m.SchemeReturns()); err != nil {
			return fmt.Errorf("seed housing with care: %w", err)
		}
	}
	if b := s.books.workforce; b != nil {
		if err := load(ctx, b, m.Sources, m.Employers, m.EmployerReturns()); err != nil {
			return fmt.Errorf("seed workforce: %w", err)
		}
	}
	return nil
}

// request is a submission as the protos of all markets have it.
type request[R proto.Message] interface {
	GetRequestId() string
}

// loadStride is how many rows are checked and written at a time.
const loadStride = 2000

// load writes a market's places and returns as one.
func load[P, R proto.Message, Q request[R]](ctx context.Context, b *book.Book[P, R], sources []*commonv1.Source, places []P, returns iter.Seq[Q]) error {
	_, err := b.Bulk(ctx, sources, func(k *book.Bulk[P, R]) error {
		for from := 0; from < len(places); from += loadStride {
			results, err := k.Put(ctx, places[from:min(from+loadStride, len(places))])
			if err := firstRefused(results, err); err != nil {
				return err
			}
		}
		part := make([]book.Submission[R], 0, loadStride)
		flush := func() error {
			results, err := k.Submit(ctx, part)
			part = part[:0]
			return firstRefused(results, err)
		}
		for q := range returns {
			part = append(part, book.Submission[R]{Return: returnOf[R](q), RequestID: q.GetRequestId()})
			if len(part) == loadStride {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		return flush()
	})
	return err
}

// returnOf finds the return in a submission: its one field of that type.
func returnOf[R proto.Message](q any) (r R) {
	m := q.(proto.Message).ProtoReflect() //nolint:forcetypeassert // submissions are messages
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		if fd := fields.Get(i); fd.Message() != nil {
			if found, ok := m.Get(fd).Message().Interface().(R); ok {
				return found
			}
		}
	}
	return r
}

// firstRefused is the first fault of a batch that should have none.
func firstRefused(results []*commonv1.RowResult, err error) error {
	if err != nil {
		return err
	}
	for _, r := range results {
		if r.GetOutcome() == commonv1.RowOutcome_ROW_OUTCOME_REFUSED {
			return fmt.Errorf("row %d is refused: %v", r.GetIndex(), r.GetFaults())
		}
	}
	return nil
}
