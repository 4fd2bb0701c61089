package marketposition

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// populationLayout is a kind of file with people in it, and where it says what.
type populationLayout struct {
	intake.Layout
	// code, sex, age and people are columns; sex and age may be missing.
	code, sex, age, people string
	// date is the column of the year, empty where every row is of one day.
	date string
	// ages are the columns with people of one age, in files that have them.
	ages []ageColumn
	// source and asAt are the edition, where it is known beforehand.
	source *commonv1.Source
	asAt   string
	// addSexes makes up everyone together of the two sexes.
	addSexes bool
}

// censusDay is the day of the Census of England and Wales 2021.
const censusDay = "2021-03-21"

func censusSource(id, title string) *commonv1.Source {
	return &commonv1.Source{
		Id: id, Kind: commonv1.SourceKind_SOURCE_KIND_OFFICIAL_STATISTIC, Title: title,
		Publisher: "Office for National Statistics", Edition: "Census 2021", AsAt: "21 March 2021",
		Url: "https://www.nomisweb.co.uk/sources/census_2021", Licence: "Open Government Licence v3.0",
	}
}

// populationLayouts are the kinds of file that are known, the most particular first.
func populationLayouts() []populationLayout {
	const code, everyone, observation = "Lower tier local authorities Code", "Age (101 categories)", "Observation"
	const sex, older = "Sex (2 categories)", "Age (91 categories)"
	all := []populationLayout{
		{
			Layout: intake.Layout{Name: "Census 2021 TS009", Columns: []string{code, sex, older, observation}},
			code:   code, sex: sex, age: older, people: observation, asAt: censusDay,
			source: censusSource("ons-census-2021-ts009", "Census 2021, TS009: sex by single year of age"),
		},
		{
			Layout: intake.Layout{Name: "Census 2021 TS007", Columns: []string{code, everyone, observation}},
			code:   code, age: everyone, people: observation, asAt: censusDay,
			source: censusSource("ons-census-2021-ts007", "Census 2021, TS007: age by single year"),
		},
	}
	for _, age := range []string{"C_AGE_NAME", "AGE_NAME", "AGE"} {
		all = append(all, populationLayout{
			Layout: intake.Layout{Name: "ONS estimates in the Nomis layout, ages in " + age, Columns: []string{"GEOGRAPHY_CODE", age, "OBS_VALUE"}},
			code:   "GEOGRAPHY_CODE", age: age, people: "OBS_VALUE", date: "DATE", addSexes: true,
		})
	}
	return append(all, populationLayout{
		Layout: intake.Layout{Name: "ONS estimates in the Nomis layout, a column for each age", Columns: []string{"GEOGRAPHY_CODE", "GEOGRAPHY_NAME"}},
		code:   "GEOGRAPHY_CODE", date: "DATE", addSexes: true,
	})
}

// openPopulation finds out what kind of file it is.
func openPopulation(source intake.Source, edition Edition) (*intake.Rows, populationLayout, error) {
	layouts := populationLayouts()
	known := make([]intake.Layout, len(layouts))
	for i, l := range layouts {
		known[i] = l.Layout
	}
	rows, err := intake.Open(source, known...)
	if err != nil {
		return nil, populationLayout{}, err
	}
	layout := layouts[slices.IndexFunc(layouts, func(l populationLayout) bool { return l.Name == rows.Layout.Name })]
	if edition.Source != nil {
		layout.source = edition.Source
	}
	if edition.AsAt != "" {
		layout.asAt = edition.AsAt
	}
	for _, column := range []string{"C_SEX_NAME", "SEX_NAME", "GENDER_NAME"} {
		if layout.sex == "" && rows.Has(column) {
			layout.sex = column
		}
	}
	if layout.age == "" {
		layout.ages = ageColumns(rows.Header)
	}
	switch {
	case layout.age == "" && len(layout.ages) == 0:
		err = fmt.Errorf("%s has neither a column of ages nor columns for ages", source.Name)
	case layout.asAt == "" && !rows.Has(layout.date):
		err = fmt.Errorf("%s does not say in a column %s of which year it is: say which day it speaks of", source.Name, layout.date)
	default:
		return rows, layout, nil
	}
	_ = rows.Close() // The error above is what matters.
	return nil, layout, err
}

// ageColumn is a column with the people of one age band.
type ageColumn struct {
	name string
	band need.AgeBand
}

// ageColumns are the columns whose names are ages.
func ageColumns(header []string) []ageColumn {
	var ages []ageColumn
	for _, name := range header {
		if band, all, err := parseAges(name); err == nil && !all {
			ages = append(ages, ageColumn{name, band})
		}
	}
	return ages
}

// isShare reports whether a row gives people as a share and not as a number.
func (l populationLayout) isShare(row *intake.Row) bool {
	return strings.Contains(strings.ToLower(row.Text("MEASURES_NAME")), "percent")
}

// day is the day that a row speaks of: the edition's, or the middle of the year it names.
func (l populationLayout) day(row *intake.Row) string {
	if l.asAt != "" {
		return l.asAt
	}
	text := row.Required(l.date)
	year, err := strconv.Atoi(text)
	if err != nil || !isYear(year) {
		if text != "" {
			row.Fault(l.date, "%q is not a year", text)
		}
		return ""
	}
	return period.NewDate(year, 6, 30).String() // ONS's mid-year estimates are of 30 June.
}

func (l populationLayout) sexOf(row *intake.Row) marketpositionv1.Sex {
	if l.sex == "" {
		return bothSexes
	}
	switch strings.ToLower(row.Required(l.sex)) {
	case "female", "females", "women":
		return women
	case "male", "males", "men":
		return men
	case "total", "persons", "all persons", "":
	default:
		row.Fault(l.sex, "%q is neither female, male nor total", row.Text(l.sex))
	}
	return bothSexes
}

// agedPeople are the people of one age band.
type agedPeople struct {
	band   need.AgeBand
	people int
}

// counts are the people of a row by age; none where it is of all ages together.
func (l populationLayout) counts(row *intake.Row) []agedPeople {
	var out []agedPeople
	for _, column := range l.ages {
		out = append(out, agedPeople{column.band, row.Count(column.name)})
	}
	if l.age == "" {
		return out
	}
	people := row.Count(l.people)
	text := row.Required(l.age)
	if text == "" {
		return nil
	}
	band, all, err := parseAges(text)
	if err != nil {
		row.Fault(l.age, "%v", err)
	}
	if all || err != nil {
		return nil
	}
	return []agedPeople{{band, people}}
}

// edition is the source that a day's people rest on.
func (l populationLayout) edition(asAt string) *commonv1.Source {
	if l.source != nil {
		return l.source
	}
	year := asAt[:4]
	return &commonv1.Source{
		Id: "ons-mid-year-estimates-" + year, Kind: commonv1.SourceKind_SOURCE_KIND_OFFICIAL_STATISTIC,
		Title: "Population estimates, mid-" + year, Publisher: "Office for National Statistics", Edition: "mid-" + year, AsAt: asAt,
		Url: "https://www.nomisweb.co.uk", Licence: "Open Government Licence v3.0",
	}
}
