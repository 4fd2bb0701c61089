package book

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/intake"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// File is a table to import, and how.
type File struct {
	Source intake.Source
	// Edition is the source that its rows cite. Another edition of the same publication
	// has another id.
	Edition *commonv1.Source
	Options intake.Options
}

// Row is what one row of a file comes to.
type Row[P proto.Message] struct {
	// Skip is true when the row is of no concern to the market.
	Skip  bool
	Place P
}

// Register says how the rows of a file become places of the register.
type Register[P, R proto.Message] interface {
	// Layout says by which columns the file is known.
	Layout() intake.Layout
	// Read makes a place of a row, noting on the row what is wrong with it. An error is
	// no fault of the row.
	Read(ctx context.Context, k *Bulk[P, R], row *intake.Row) (Row[P], error)
	// Column is the column that a field of the place was read from.
	Column(field string) string
}

// ImportPlaces puts the places of a file on the register in one write: all of them, or
// none unless the file is taken in part.
func (b *Book[P, R]) ImportPlaces(ctx context.Context, f File, register Register[P, R]) (intake.Report, error) {
	return b.ImportRows(ctx, f, []intake.Layout{register.Layout()}, func(k *Bulk[P, R], rows *intake.Rows, run *Reading) error {
		for row, err := range rows.All(ctx, f.Options.Progress) {
			if err != nil {
				return err
			}
			run.Report.Rows++
			if err := putRow(ctx, k, register, row, run); err != nil {
				return err
			}
		}
		return nil
	})
}

func putRow[P, R proto.Message](ctx context.Context, k *Bulk[P, R], register Register[P, R], row *intake.Row, run *Reading) error {
	read, err := register.Read(ctx, k, row)
	switch {
	case err != nil:
		return err
	case row.Faulty():
		run.Rejects.Add(row)
		return nil
	case read.Skip:
		run.Report.Skipped++
		return nil
	}
	results, err := k.Put(ctx, []P{read.Place})
	if err != nil {
		return err
	}
	for _, fault := range results[0].GetFaults() {
		row.Fault(register.Column(fault.GetField()), "%s", fault.GetDescription())
	}
	if row.Faulty() {
		run.Rejects.Add(row)
	} else {
		run.Count(results[0].GetOutcome())
	}
	return nil
}

// Reading is one run over a file. Its write may be run again, so that nothing of it is
// told before the end.
type Reading struct {
	Report  intake.Report
	Rejects *intake.Rejects
	written bytes.Buffer
}

// Count counts what became of one thing that was kept.
func (r *Reading) Count(outcome commonv1.RowOutcome) {
	switch outcome {
	case commonv1.RowOutcome_ROW_OUTCOME_CREATED:
		r.Report.Created++
	case commonv1.RowOutcome_ROW_OUTCOME_UPDATED:
		r.Report.Updated++
	default:
		r.Report.Unchanged++
	}
}

// ImportRows runs take over the rows of a file as one write, and says what came of it: all
// that take wrote is kept, or nothing where it rejected rows and the file is not taken in
// part.
func (b *Book[P, R]) ImportRows(ctx context.Context, f File, layouts []intake.Layout, take func(*Bulk[P, R], *intake.Rows, *Reading) error) (intake.Report, error) {
	run := &Reading{}
	revision, err := b.Bulk(ctx, []*commonv1.Source{f.Edition}, func(k *Bulk[P, R]) (err error) {
		run = &Reading{}
		run.Rejects = intake.NewRejects(&run.written)
		rows, err := intake.Open(f.Source, layouts...)
		if err != nil {
			// Of the file, not of the store: the sentence is for whoever sent it.
			return errs.Invalid(errs.Violation{Description: err.Error()})
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		if err := take(k, rows, run); err != nil {
			return err
		}
		return run.Rejects.Verdict(f.Options.Partial)
	})
	if run.Rejects != nil {
		run.Report.Rejected, run.Report.RejectedFirst = run.Rejects.Count, run.Rejects.First
	}
	if err != nil {
		run.Report.Created, run.Report.Updated, run.Report.Unchanged = 0, 0, 0
	}
	run.Report.Revision = revision
	if f.Options.Rejects != nil && run.written.Len() > 0 {
		if _, failed := f.Options.Rejects.Write(run.written.Bytes()); failed != nil {
			err = errors.Join(err, fmt.Errorf("write the rejected rows: %w", failed))
		}
	}
	return run.Report, err
}
