package homecare

import (
	"context"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/intake"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

type bulk = book.Bulk[*homecarev1.HomeCareBranch, *homecarev1.HomeCareReturn]

// ImportZones keeps the zones of a file, each of which cites the source. Zones that are not
// in it stay as they were, and branches count from then on where their zones reach now. The
// file is taken whole or, in part, without the zones that have a faulty row.
func (s *Server) ImportZones(ctx context.Context, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error) {
	file := book.File{Source: src, Edition: source, Options: opts}
	return s.book.ImportRows(ctx, file, []intake.Layout{zoneLayout()}, func(k *bulk, rows *intake.Rows, run *book.Reading) error {
		in := zoneImport{server: s, bulk: k, run: run, source: source.GetId(), first: map[string]int{}}
		for row, err := range rows.All(ctx, opts.Progress) {
			if err != nil {
				return err
			}
			run.Report.Rows++
			if err := in.add(ctx, row.Clone()); err != nil {
				return err
			}
		}
		if err := in.keep(ctx); err != nil || run.Report.Created+run.Report.Updated == 0 {
			return err
		}
		return refile(ctx, k.Commit())
	})
}

// zoneImport is a file of zones on its way in.
type zoneImport struct {
	server *Server
	bulk   *bulk
	run    *book.Reading
	source string
	// id and rows are the zone that is being read.
	id   string
	rows []*intake.Row
	// first is the first row of every zone so far.
	first map[string]int
}

// add takes a row, of the zone before it or of another.
func (in *zoneImport) add(ctx context.Context, row *intake.Row) error {
	id := row.Required("zone")
	if len(in.rows) == 0 || id != in.id {
		if err := in.keep(ctx); err != nil {
			return err
		}
		in.id, in.rows = id, nil
		if first, before := in.first[id]; before && id != "" {
			row.Fault("zone", "stands on row %d too, with others between: put the rows of a zone together", first)
		} else {
			in.first[id] = row.Number()
		}
	}
	in.rows = append(in.rows, row)
	return nil
}

// keep keeps the zone that was read, or rejects all of its rows.
func (in *zoneImport) keep(ctx context.Context) error {
	if len(in.rows) == 0 {
		return nil
	}
	zone := zoneFrom(in.rows, in.source)
	if !in.faulty() {
		err := in.server.putZone(ctx, in.bulk, zone, in.run)
		for _, fault := range errs.Violations(err) {
			row, column := zoneCell(fault.Field)
			in.rows[min(row, len(in.rows)-1)].Fault(column, "%s", fault.Description)
		}
		if err != nil && !in.faulty() {
			return err
		}
	}
	if in.faulty() {
		for _, row := range in.rows {
			if !row.Faulty() {
				row.Fault("", "another row of this zone is rejected")
			}
			in.run.Rejects.Add(row)
		}
	}
	return nil
}

func (in *zoneImport) faulty() bool {
	for _, row := range in.rows {
		if row.Faulty() {
			return true
		}
	}
	return false
}
