package marketposition

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/services/marketposition/facts"

	"github.com/caremarket/caremarket/pkg/intake"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// The kinds of file with projections that are known: ONS's own, a row for each age and a
// column for each year, and its 2012-based edition as others reshaped it, older people
// only, a row for each year.
var (
	layoutSNPP = intake.Layout{
		Name: "ONS subnational population projections", Columns: []string{"AREA_CODE", "AREA_NAME", "COMPONENT", "SEX", "AGE_GROUP"},
	}
	layoutSNPP2012 = intake.Layout{
		Name: "ONS 2012-based projections of older people", Columns: []string{"ONSLACode", "Year", "PopAge6574", "PopAge7584", "PopAge85pl"},
	}
)

// ImportProjections reads a projection of people by age and keeps it, district by
// district, as one edition. Single years of age are kept in groups of five years, which is
// as fine as the growth of any of them can be told. Former districts are added up into
// those that replaced them. Whole or, with Partial, without the areas whose rows are
// faulty; imported twice it changes nothing.
func (s *Server) ImportProjections(ctx context.Context, source intake.Source, edition Edition, o intake.Options) (intake.Report, error) {
	rows, err := intake.Open(source, layoutSNPP, layoutSNPP2012)
	if err != nil {
		return intake.Report{}, err
	}
	in := projectionImport{
		server: s, edition: edition, rejects: intake.NewRejects(o.Rejects), tables: map[string]*projectionTable{},
		years: yearColumns(rows.Header),
	}
	facts, err := in.read(ctx, rows, o)
	if err := errors.Join(err, rows.Close()); err != nil {
		return in.report, err
	}
	kept, err := s.Load(ctx, facts)
	return in.report.With(kept), err
}

// read takes every row and gives what there is to keep.
func (in *projectionImport) read(ctx context.Context, rows *intake.Rows, o intake.Options) (*marketpositionv1.Facts, error) {
	take := in.takeAge
	if rows.Layout.Name == layoutSNPP2012.Name {
		take, in.first = in.takeYear, 2012
	} else if len(in.years) == 0 {
		return nil, errNoYears
	}
	for row, err := range rows.All(ctx, o.Progress) {
		if err != nil {
			return nil, err
		}
		in.report.Rows++
		take(row)
	}
	facts := in.facts()
	return facts, in.rejects.End(&in.report, o.Partial)
}

var errNoYears = errors.New("the file has no column of a year")

// yearColumn is a column with the people of one year.
type yearColumn struct {
	name string
	year int
}

// yearColumns are the columns whose names are years.
func yearColumns(header []string) []yearColumn {
	var years []yearColumn
	for _, name := range header {
		if year, err := strconv.Atoi(name); err == nil && isYear(year) {
			years = append(years, yearColumn{name, year})
		}
	}
	return years
}

// isYear tells a year that statistics can speak of from other numbers.
func isYear(n int) bool { return 1900 <= n && n < 2200 }

// projectionImport is one file on its way in.
type projectionImport struct {
	server  *Server
	edition Edition
	rejects *intake.Rejects
	report  intake.Report
	years   []yearColumn
	// first is the year from which the projection looks ahead.
	first int
	// tables are by the file's own codes.
	tables map[string]*projectionTable
}

// projectionTable is the people of an area by age and year, by sex as the file has it.
type projectionTable struct {
	districts []string
	firstRow  int
	faulty    bool
	people    map[projectedCell]float64
}

type projectedCell struct {
	sex  string
	band need.AgeBand
	year int
}

// table finds the area of a row; nil when it is of no concern, or its code is faulty.
func (in *projectionImport) table(row *intake.Row, column string) *projectionTable {
	codes := row.Required(column)
	if codes == "" {
		return nil
	}
	districts, ok, err := in.server.presentTogether(codes)
	if err != nil {
		row.Fault(column, "%v", err)
		return nil
	}
	if !ok {
		in.report.Skipped++
		return nil
	}
	if in.tables[codes] == nil {
		in.tables[codes] = &projectionTable{districts: districts, firstRow: row.Number(), people: map[projectedCell]float64{}}
	}
	return in.tables[codes]
}

// takeAge reads a row of one age, with a column for each year.
func (in *projectionImport) takeAge(row *intake.Row) {
	if component := row.Text("COMPONENT"); component != "" && !strings.EqualFold(component, "population") {
		in.report.Skipped++
		return
	}
	table := in.table(row, "AREA_CODE")
	if table == nil && !row.Faulty() {
		return
	}
	sex := row.OneOf("SEX", "persons", "males", "females")
	band, all, err := parseAges(row.Required("AGE_GROUP"))
	if err != nil && row.Text("AGE_GROUP") != "" {
		row.Fault("AGE_GROUP", "%v", err)
	}
	for _, column := range in.years {
		people := row.Float(column.name)
		if !all && !row.Faulty() {
			table.set(row, projectedCell{sex, band, column.year}, people)
		}
	}
	in.settle(row, table)
}

// takeYear reads a row of one year, with a column for each age group.
func (in *projectionImport) takeYear(row *intake.Row) {
	table := in.table(row, "ONSLACode")
	if table == nil && !row.Faulty() {
		return
	}
	year := row.Count("Year")
	if !row.Faulty() && !isYear(year) {
		row.Fault("Year", "%d is not a year", year)
	}
	for _, group := range []ageColumn{
		{"PopAge6574", need.AgeBand{From: 65, To: 74}}, {"PopAge7584", need.AgeBand{From: 75, To: 84}}, {"PopAge85pl", facts.From(85)},
	} {
		people := row.Float(group.name)
		if !row.Faulty() {
			table.set(row, projectedCell{"persons", group.band, year}, people)
		}
	}
	in.settle(row, table)
}

// set keeps a count that was not given before.
func (t *projectionTable) set(row *intake.Row, cell projectedCell, people float64) {
	if _, twice := t.people[cell]; twice {
		row.Fault("", "ages %s in %d stand in an earlier row too", cell.band, cell.year)
	}
	if people < 0 {
		row.Fault("", "ages %s in %d: %v is no number of people", cell.band, cell.year, people)
	}
	t.people[cell] = people
}

func (in *projectionImport) settle(row *intake.Row, table *projectionTable) {
	if !row.Faulty() {
		return
	}
	if table != nil {
		table.faulty = true
	}
	in.rejects.Add(row)
}

// facts are the projections of the areas that are whole; the others are rejected.
func (in *projectionImport) facts() *marketpositionv1.Facts {
	facts := &marketpositionv1.Facts{}
	for _, table := range in.merged() {
		if table.faulty {
			continue
		}
		groups, why := table.groups()
		if why != "" {
			in.rejects.Refuse(table.firstRow, "", strings.Join(table.districts, ", ")+": "+why)
			continue
		}
		base := cmp.Or(in.edition.BaseYear, in.first, int(groups[0].GetYears()[0].GetYear()))
		if len(facts.GetSources()) == 0 {
			facts.Sources = append(facts.Sources, in.source(base))
		}
		facts.Projections = append(facts.Projections, &marketpositionv1.Projection{
			Districts: table.districts, SourceId: facts.GetSources()[0].GetId(), BaseYear: int32(base), Groups: groups,
		})
	}
	return facts
}

// merged adds up former districts into those that replaced them, in order of code.
func (in *projectionImport) merged() []*projectionTable {
	now := map[string]*projectionTable{}
	made := 0
	for _, codes := range slices.Sorted(maps.Keys(in.tables)) {
		table := in.tables[codes]
		key := strings.Join(table.districts, "/")
		if now[key] == nil {
			now[key] = table
			continue
		}
		made++
		now[key].faulty = now[key].faulty || table.faulty
		for cell, people := range table.people {
			now[key].people[cell] += people
		}
	}
	if made > 0 {
		in.report.Notes = append(in.report.Notes, fmt.Sprintf("%d former districts are added to others into those that replaced them", made))
	}
	var out []*projectionTable
	for _, key := range slices.Sorted(maps.Keys(now)) {
		out = append(out, now[key])
	}
	return out
}

func (in *projectionImport) source(base int) *commonv1.Source {
	if in.edition.Source != nil {
		return in.edition.Source
	}
	return &commonv1.Source{
		Id: fmt.Sprintf("ons-snpp-%d", base), Kind: commonv1.SourceKind_SOURCE_KIND_OFFICIAL_STATISTIC,
		Title: "Subnational population projections for England", Publisher: "Office for National Statistics",
		Edition: fmt.Sprintf("%d-based", base), AsAt: fmt.Sprintf("mid-%d", base),
		Url:     "https://www.ons.gov.uk/peoplepopulationandcommunity/populationandmigration/populationprojections",
		Licence: "Open Government Licence v3.0",
	}
}
