package marketposition

import (
	"context"
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/facts"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/ledger"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// Load keeps facts in one commit, all of them or none, and reports how many are new,
// changed and as before. An errs.Invalid names every fault of every fact. A source that
// is known keeps the text it has, so its facts can be loaded again by whoever has another
// wording of it.
func (s *Server) Load(ctx context.Context, f *marketpositionv1.Facts) (intake.Report, error) {
	all := facts.Of(f)
	if err := s.check(ctx, f, all); err != nil {
		return intake.Report{}, err
	}
	return s.keep(ctx, f.GetSources(), all)
}

func (s *Server) keep(ctx context.Context, sources []*commonv1.Source, all []facts.Fact) (report intake.Report, err error) {
	stored, err := s.sources(ctx)
	if err != nil {
		return report, err
	}
	receipt, err := s.commit(ctx, func(c *ledger.Commit) error {
		report = intake.Report{} // A commit may be run again.
		if err := putSources(ctx, c, stored, sources); err != nil {
			return err
		}
		for _, f := range all {
			outcome, err := s.put(ctx, c, f)
			if err != nil {
				return err
			}
			switch outcome {
			case ledger.Created:
				report.Created++
			case ledger.Updated:
				report.Updated++
			default:
				report.Unchanged++
			}
		}
		return nil
	})
	report.Revision = receipt.Revision
	return report, err
}

func (s *Server) put(ctx context.Context, c *ledger.Commit, f facts.Fact) (ledger.Outcome, error) {
	entry, err := f.Entry(facts.DistrictsOf(s.atlas, f.Areas))
	if err != nil {
		return 0, err
	}
	return c.PutPlace(ctx, entry)
}

// commit runs a write and tells of it once it is kept.
func (s *Server) commit(ctx context.Context, fn func(*ledger.Commit) error) (ledger.Receipt, error) {
	receipt, err := s.ledger.Commit(ctx, fn)
	if err == nil && receipt.RecordedAt != 0 {
		s.committed(ctx, receipt.Revision, receipt.Districts)
	}
	return receipt, err
}

func putSources(ctx context.Context, c *ledger.Commit, stored figure.Sources, sources []*commonv1.Source) error {
	for _, source := range sources {
		if _, known := stored[source.GetId()]; known {
			continue
		}
		payload, err := facts.Encoding.Marshal(source)
		if err != nil {
			return fmt.Errorf("keep source %s: %w", source.GetId(), err)
		}
		if err := c.PutSource(ctx, source.GetId(), payload); err != nil {
			return err
		}
	}
	return nil
}

// sources reads every source there is.
func (s *Server) sources(ctx context.Context) (figure.Sources, error) {
	stored, err := s.ledger.Sources(ctx)
	if err != nil {
		return nil, err
	}
	all := make(figure.Sources, len(stored))
	for id, payload := range stored {
		source := &commonv1.Source{}
		if err := proto.Unmarshal(payload, source); err != nil {
			return nil, fmt.Errorf("source %s: %w", id, err)
		}
		all[id] = source
	}
	return all, nil
}

// check names every fault of the facts.
func (s *Server) check(ctx context.Context, f *marketpositionv1.Facts, all []facts.Fact) error {
	sources, err := s.sources(ctx)
	if err != nil {
		return err
	}
	var faults errs.Collector
	for i, source := range f.GetSources() {
		if err := faults.Merge(fmt.Sprintf("sources[%d]", i), s.checkShape(source)); err != nil {
			return err
		}
		sources[source.GetId()] = source
	}
	seen := map[string]string{}
	for _, one := range all {
		if err := s.checkFact(&faults, one, sources); err != nil {
			return err
		}
		if first, twice := seen[one.ID]; twice {
			faults.Add(one.Field, "is the same fact as %s, %s", first, one.ID)
		}
		seen[one.ID] = one.Field
	}
	return faults.Err()
}
