package main

import (
	"io/fs"
	"maps"
	"slices"
	"strconv"

	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// people counts the people of a group by single year of age.
type people map[group]map[int]int

// group is the people of a district, of one sex or, without one, of both.
type group struct{ district, sex string }

const (
	censusArea = "Lower Tier Local Authorities Code"
	censusAge  = "Age (101 categories) Code"
	// The table by sex ends at 90 and over.
	censusAgeBySex = "Age (91 categories) Code"
	censusSex      = "Sex (2 categories)"
	censusCount    = "Observation"
)

// censusPeople is a row of a census table: how many of one age in a group.
type censusPeople struct {
	group
	age, count int
}

func readCensus(faults *table.Faults, published fs.FS) []censusPeople {
	return table.Read(faults, published, "population/census2021_TS007_single_year_age_ltla.csv",
		[]string{censusArea, censusAge, censusCount}, func(row table.Row) censusPeople {
			return censusPeople{group{district: row.Required(censusArea)}, row.Count(censusAge), row.Count(censusCount)}
		})
}

func readCensusBySex(faults *table.Faults, published fs.FS) []censusPeople {
	return table.Read(faults, published, "population/census2021_TS009_sex_by_single_year_age_ltla.csv",
		[]string{censusArea, censusSex, censusAgeBySex, censusCount}, func(row table.Row) censusPeople {
			who := group{row.Required(censusArea), row.OneOf(censusSex, "Female", "Male")}
			return censusPeople{who, row.Count(censusAgeBySex), row.Count(censusCount)}
		})
}

// inPresentDistricts adds up the districts of the census, those of April 2021,
// into those of today.
func (g geography) inPresentDistricts(rows []censusPeople) people {
	counted := make(people)
	for _, row := range rows {
		district, known := g.present(row.district)
		if !known || !english(district) {
			continue
		}
		who := group{district, row.sex}
		if counted[who] == nil {
			counted[who] = make(map[int]int)
		}
		counted[who][row.age] += row.count
	}
	return counted
}

func (p people) in(who group, ages seeds.Ages) int {
	sum := 0
	for age, n := range p[who] {
		if ages.Holds(age) {
			sum += n
		}
	}
	return sum
}

func columns(first []string, bands []seeds.Ages) []string {
	for _, band := range bands {
		first = append(first, band.Column())
	}
	return first
}

func (p publications) population() *sheet {
	counted := p.inPresentDistricts(p.census)
	out := newSheet(columns([]string{"district", "name", "total"}, seeds.CensusBands())...)
	for _, d := range p.sortedTiers() {
		who := group{district: d.district}
		cells := []string{d.district, d.name, strconv.Itoa(counted.in(who, seeds.Ages{}))}
		for _, b := range seeds.CensusBands() {
			cells = append(cells, strconv.Itoa(counted.in(who, b)))
		}
		out.add(cells...)
	}
	return out
}

func (p publications) populationBySex() *sheet {
	counted := p.inPresentDistricts(p.censusBySex)
	out := newSheet(columns([]string{"district", "sex"}, seeds.OlderBands())...)
	for _, d := range p.sortedTiers() {
		for published, sex := range map[string]string{"Female": "female", "Male": "male"} {
			cells := []string{d.district, sex}
			for _, b := range seeds.OlderBands() {
				cells = append(cells, strconv.Itoa(counted.in(group{d.district, published}, b)))
			}
			out.add(cells...)
		}
	}
	slices.SortFunc((*out)[1:], slices.Compare[[]string])
	return out
}

// prevalence is a row of the dementia rates.
type prevalence struct{ ages, sex, rate, low, high string }

func readDementia(faults *table.Faults, published fs.FS) []prevalence {
	return table.Read(faults, published, "prevalence/cfas2_dementia_reference_rates.csv",
		[]string{"AgeBand", "Sex", "DementiaPrevalence", "DementiaPrevalence95Lower", "DementiaPrevalence95Upper"},
		func(row table.Row) prevalence {
			sexes := map[string]string{"Female": "female", "Male": "male"}
			sex := sexes[row.OneOf("Sex", slices.Sorted(maps.Keys(sexes))...)]
			return prevalence{
				row.Required("AgeBand"), sex, number(row.Number("DementiaPrevalence")),
				number(row.Number("DementiaPrevalence95Lower")), number(row.Number("DementiaPrevalence95Upper")),
			}
		})
}

func (p publications) dementiaRates() *sheet {
	out := newSheet("ages", "sex", "prevalence", "low_95", "high_95", "source")
	for _, d := range p.dementia {
		out.add(d.ages, d.sex, d.rate, d.low, d.high, "cfas-ii-dementia")
	}
	return out
}
