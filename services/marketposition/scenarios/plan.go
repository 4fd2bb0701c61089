// Package scenarios turns what a commissioner asks of the years ahead into the model's input
// (package model/scenario) and what the model finds into figures. It is pure: the same inputs
// and definition give the same bytes.
package scenarios

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/scenario"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// What a definition has where it leaves it out.
const (
	defaultDraws  = 400
	defaultSeed   = 1
	defaultWithin = 0.9
	defaultYears  = 10
	reportEvery   = 5
)

// field is where a definition stands in its request.
const field = "definition"

// Plan is a definition ready to run on some inputs.
type Plan struct {
	// Definition has every default filled in.
	Definition *marketpositionv1.ScenarioDefinition

	inputs      statement.Inputs
	instead     map[geo.Code]statement.Instead
	outlook     *statement.Outlook
	assumptions *statement.Assumptions
	model       scenario.Input
	conversions []*marketpositionv1.LeverConversion
	given       bool
}

// Prepare makes a plan of a definition and of what it puts in the place of districts' live
// data. An errs.Invalid names every fault of it by its field, with those found before.
func Prepare(in statement.Inputs, asked *marketpositionv1.ScenarioDefinition, instead map[geo.Code]statement.Instead, faults *errs.Collector) (*Plan, error) {
	p := &Plan{Definition: proto.CloneOf(asked), inputs: in, instead: instead}
	d := p.Definition
	d.AsAt, d.KnownAt = in.AsAt, book.Stamp(in.KnownAt)
	d.Draws, d.Seed, d.Within = cmp.Or(d.Draws, defaultDraws), cmp.Or(d.Seed, defaultSeed), cmp.Or(d.Within, defaultWithin)
	p.given = len(d.GetLevers())+len(d.GetOverrides())+len(d.GetDistricts()) > 0

	if err := p.look(faults); err != nil {
		return nil, err
	}
	p.years(faults)
	p.model = scenario.Input{
		FirstYear: int(d.GetFirstYear()), LastYear: int(d.GetLastYear()), Rates: p.outlook.Rates, Overflow: p.outlook.Overflow,
		Staffing: p.outlook.Staffing, Draws: int(d.GetDraws()), Seed: uint64(d.GetSeed()), Within: d.GetWithin(),
	}
	for _, one := range p.outlook.Districts {
		p.model.Districts = append(p.model.Districts, scenario.District{
			ID: one.District.Name, Population: one.Population, Places: one.Places, Teams: one.Teams,
		})
	}
	for i, lever := range d.GetLevers() {
		p.pull(faults, fmt.Sprintf("%s.levers[%d]", field, i), lever)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if err := p.model.Validate(); err != nil {
		return nil, book.Under(field, err)
	}
	return p, nil
}

// look gathers what the districts bring, with the overrides and from the first year on. A
// fault of either is noted, and the look taken without it.
func (p *Plan) look(faults *errs.Collector) (err error) {
	d, in := p.Definition, p.inputs
	p.assumptions, err = statement.NewAssumptions(in.Area, in.Known.Assumptions, field+".overrides", d.GetOverrides())
	if err != nil {
		if err := faults.Merge("", err); err != nil {
			return err
		}
		if p.assumptions, err = statement.NewAssumptions(in.Area, in.Known.Assumptions, "", nil); err != nil {
			return err
		}
	}
	p.outlook, err = statement.OutlookOf(in, p.assumptions, int(d.GetFirstYear()), p.instead)
	if len(errs.Violations(err)) == 0 {
		return err
	}
	for _, v := range errs.Violations(err) {
		faults.Add(field+".first_year", "%s", v.Description)
	}
	p.outlook, err = statement.OutlookOf(in, p.assumptions, 0, p.instead)
	return err
}

// years fills in the years and notes those that cannot be.
func (p *Plan) years(faults *errs.Collector) {
	d, last := p.Definition, int32(p.outlook.LastYear)
	d.FirstYear = int32(p.outlook.Year)
	d.LastYear = cmp.Or(d.LastYear, min(d.FirstYear+defaultYears, last))
	if d.LastYear < d.FirstYear || d.LastYear > last {
		faults.Add(field+".last_year", "must be a year from %d to %d, the last that every projection covers: not %d", d.FirstYear, last, d.LastYear)
		d.LastYear = last
	}
	for i, year := range d.GetReportYears() {
		if year < d.FirstYear || year > d.LastYear {
			faults.Add(fmt.Sprintf("%s.report_years[%d]", field, i), "must be a year from %d to %d, not %d", d.FirstYear, d.LastYear, year)
		}
	}
	if len(d.ReportYears) == 0 {
		for year := d.FirstYear; year < d.LastYear; year += reportEvery {
			d.ReportYears = append(d.ReportYears, year)
		}
		d.ReportYears = append(d.ReportYears, d.LastYear)
	}
	slices.Sort(d.ReportYears)
}

// bytesEach is what one figure of one draw takes in memory.
const bytesEach = 8

// Bytes is about how much memory a run takes.
func (p *Plan) Bytes() int64 {
	years := p.model.LastYear - p.model.FirstYear + 1
	return int64(len(p.model.Districts)+1) * int64(years) * 2 * int64(scenario.Figures) * int64(p.model.Draws) * bytesEach
}

// Run works the plan out, with so many workers (0 for one to each processor). It stops with
// the context's error when that ends.
func (p *Plan) Run(ctx context.Context, workers int) (*marketpositionv1.ScenarioResults, error) {
	result, err := scenario.Run(ctx, p.model, workers)
	if err != nil {
		return nil, err
	}
	return p.results(result), nil
}

const people = commonv1.Unit_UNIT_PEOPLE
