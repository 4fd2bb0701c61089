package marketposition

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/caremarket/caremarket/pkg/intake"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// Edition says which edition of a statistic a file holds, where the file does not.
type Edition struct {
	// Source is kept under its id unless that id is known; nil for what the file says.
	Source *commonv1.Source
	// AsAt is the ISO day that a population speaks of; empty for what the file says.
	AsAt string
	// BaseYear is the year from which a projection looks ahead; 0 for what the file says.
	BaseYear int
}

// ImportPopulation reads people by age and keeps them as the population of each district
// in the file's edition: Census 2021 tables TS007 and TS009, and ONS's estimates as Nomis
// gives them, with ages in rows or in columns. Former districts are added up into those
// that replaced them. The file is taken whole or, with Partial, without the districts
// whose rows are faulty; imported twice it changes nothing.
func (s *Server) ImportPopulation(ctx context.Context, source intake.Source, edition Edition, o intake.Options) (intake.Report, error) {
	rows, layout, err := openPopulation(source, edition)
	if err != nil {
		return intake.Report{}, err
	}
	in := populationImport{server: s, layout: layout, rejects: intake.NewRejects(o.Rejects), tables: map[populationKey]*populationTable{}}
	facts, err := in.read(ctx, rows, o)
	if err := errors.Join(err, rows.Close()); err != nil {
		return in.report, err
	}
	kept, err := s.Load(ctx, facts)
	return in.report.With(kept), err
}

// populationImport is one file on its way in.
type populationImport struct {
	server  *Server
	layout  populationLayout
	rejects *intake.Rejects
	report  intake.Report
	tables  map[populationKey]*populationTable
}

// populationKey is a district by the file's own code on a day.
type populationKey struct{ asAt, code string }

// read takes every row and gives what there is to keep.
func (in *populationImport) read(ctx context.Context, rows *intake.Rows, o intake.Options) (*marketpositionv1.Facts, error) {
	for row, err := range rows.All(ctx, o.Progress) {
		if err != nil {
			return nil, err
		}
		in.report.Rows++
		in.take(row)
	}
	facts := in.facts()
	return facts, in.rejects.End(&in.report, o.Partial)
}

// take reads one row: people of one age, or of every age that has a column.
func (in *populationImport) take(row *intake.Row) {
	code := row.Code(in.layout.code)
	district, ok := "", true
	if code != "" {
		var err error
		if district, ok, err = in.server.present(code); err != nil {
			row.Fault(in.layout.code, "%v", err)
		}
	}
	if !row.Faulty() && (!ok || in.layout.isShare(row)) {
		in.report.Skipped++
		return
	}
	key := populationKey{in.layout.day(row), string(code)}
	if in.tables[key] == nil {
		in.tables[key] = newPopulationTable(district, row.Number())
	}
	in.tables[key].take(row, in.layout)
	if row.Faulty() {
		in.tables[key].faulty = true
		in.rejects.Add(row)
	}
}

// facts are the populations of the districts that are whole; the others are rejected.
func (in *populationImport) facts() *marketpositionv1.Facts {
	merged := in.merged()
	facts := &marketpositionv1.Facts{}
	sources := map[string]bool{}
	for _, key := range slices.SortedFunc(maps.Keys(merged), func(a, b populationKey) int {
		return cmp.Or(cmp.Compare(a.asAt, b.asAt), cmp.Compare(a.code, b.code))
	}) {
		table := merged[key]
		if table.faulty || key.asAt == "" {
			continue
		}
		counts, why := table.counts(in.layout.addSexes)
		if why != "" {
			in.rejects.Refuse(table.firstRow, in.layout.code, fmt.Sprintf("%s on %s: %s", key.code, key.asAt, why))
			continue
		}
		source := in.layout.edition(key.asAt)
		if !sources[source.GetId()] {
			sources[source.GetId()] = true
			facts.Sources = append(facts.Sources, source)
		}
		facts.Populations = append(facts.Populations, &marketpositionv1.Population{
			District: key.code, SourceId: source.GetId(), AsAt: key.asAt, Counts: counts,
		})
	}
	return facts
}

// merged adds up former districts into those that replaced them.
func (in *populationImport) merged() map[populationKey]*populationTable {
	merged := map[populationKey]*populationTable{}
	made := map[string]bool{}
	for key, table := range in.tables {
		now := populationKey{key.asAt, table.district}
		if table.district == "" {
			continue // Its rows are rejected.
		}
		if key.code != now.code {
			made[now.code] = true
		}
		if merged[now] == nil {
			merged[now] = newPopulationTable(now.code, table.firstRow)
		}
		merged[now].join(table)
	}
	if len(made) > 0 {
		in.report.Notes = append(in.report.Notes, fmt.Sprintf("%d districts are added up from districts that they replaced", len(made)))
	}
	return merged
}
