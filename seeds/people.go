package seeds

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// Ages is a span of years of age, both included. A To of 0 is open: 90 and over.
type Ages struct {
	From, To int
}

// String writes the span as "65-69" or "90+".
func (a Ages) String() string {
	if a.To == 0 {
		return fmt.Sprintf("%d+", a.From)
	}
	return fmt.Sprintf("%d-%d", a.From, a.To)
}

// AgeCount is how many people there are of some ages.
type AgeCount struct {
	Ages
	People int
}

// Population is a district's people at the census of 2021.
type Population struct {
	District geo.Code
	Total    int
	// ByAge holds every age once, the youngest first.
	ByAge []AgeCount
}

// AtLeast counts the people of the bands that begin at the given age or later:
// exact where a band begins there.
func (p Population) AtLeast(age int) int {
	people := 0
	for _, band := range p.ByAge {
		if band.From >= age {
			people += band.People
		}
	}
	return people
}

// PopulationBySex is the people of one sex aged 65 and over at the same census.
type PopulationBySex struct {
	District geo.Code
	// Sex is female or male.
	Sex   string
	ByAge []AgeCount
}

// DementiaRate is the share of people of an age and sex who have dementia, 0 to
// 1, between its 95% confidence limits.
type DementiaRate struct {
	Ages
	Sex                string
	Low, Central, High float64
	SourceID           string
}

// Projection is the people of some ages that an area is projected to have. It
// speaks of districts together where the publisher gives only their sum.
type Projection struct {
	Districts []geo.Code
	Ages
	// People by year, mid-2014 to mid-2037, each to the nearest 100.
	People map[int]int
}

// The years of the projections.
const (
	ProjectedFrom = 2014
	ProjectedTo   = 2037
)

// OlderBands are the bands in which older people are counted: five years each,
// as the need of care doubles and doubles again among them.
func OlderBands() []Ages {
	return []Ages{{65, 69}, {70, 74}, {75, 79}, {80, 84}, {85, 89}, {90, 0}}
}

// CensusBands are the bands in which everyone is counted: children, working age
// by decade, and OlderBands.
func CensusBands() []Ages {
	return append([]Ages{{0, 17}, {18, 24}, {25, 34}, {35, 44}, {45, 54}, {55, 64}}, OlderBands()...)
}

// Holds reports whether someone of that age is within the span.
func (a Ages) Holds(age int) bool { return age >= a.From && (a.To == 0 || age <= a.To) }

// Column is the heading of the span in a file: age_65_69 or age_90_plus.
func (a Ages) Column() string {
	if a.To == 0 {
		return fmt.Sprintf("age_%d_plus", a.From)
	}
	return fmt.Sprintf("age_%d_%d", a.From, a.To)
}

func headings(first []string, bands []Ages) []string {
	for _, band := range bands {
		first = append(first, band.Column())
	}
	return first
}

func counts(row table.Row, bands []Ages) []AgeCount {
	var counted []AgeCount
	for _, band := range bands {
		counted = append(counted, AgeCount{Ages: band, People: row.Count(band.Column())})
	}
	return counted
}

func readPopulation(faults *table.Faults, fsys fs.FS) []Population {
	columns := headings([]string{"district", "name", "total"}, CensusBands())
	return table.Read(faults, fsys, "england/population_2021.csv", columns, func(row table.Row) Population {
		people := Population{District: row.Code("district"), Total: row.Count("total"), ByAge: counts(row, CensusBands())}
		if sum := people.AtLeast(0); sum != people.Total {
			row.Fault("total", "it is %d, and the ages add up to %d", people.Total, sum)
		}
		return people
	})
}

func readPopulationBySex(faults *table.Faults, fsys fs.FS) []PopulationBySex {
	columns := headings([]string{"district", "sex"}, OlderBands())
	return table.Read(faults, fsys, "england/population_2021_by_sex.csv", columns, func(row table.Row) PopulationBySex {
		return PopulationBySex{District: row.Code("district"), Sex: sex(row), ByAge: counts(row, OlderBands())}
	})
}

func sex(row table.Row) string { return row.OneOf("sex", "female", "male") }

func readDementia(faults *table.Faults, fsys fs.FS, sources sources) []DementiaRate {
	columns := []string{"ages", "sex", "prevalence", "low_95", "high_95", "source"}
	return table.Read(faults, fsys, "england/dementia_prevalence.csv", columns, func(row table.Row) DementiaRate {
		rate := DementiaRate{
			Ages: ages(row), Sex: sex(row),
			Low: row.Number("low_95"), Central: row.Number("prevalence"), High: row.Number("high_95"),
			SourceID: sources.of(row),
		}
		if rate.Low < 0 || rate.Low > rate.Central || rate.Central > rate.High || rate.High > 1 {
			row.Fault("prevalence", "%v is not between its limits %v and %v, within 0 and 1", rate.Central, rate.Low, rate.High)
		}
		return rate
	})
}

// ages reads a span of ages written as 65-69 or 90+.
func ages(row table.Row) Ages {
	text := row.Required("ages")
	first, last, closed := strings.Cut(strings.TrimSuffix(text, "+"), "-")
	var span Ages
	var err error
	if span.From, err = strconv.Atoi(first); err == nil && closed {
		span.To, err = strconv.Atoi(last)
	}
	if err != nil || span.String() != text || closed && span.To < span.From {
		row.Fault("ages", "%q is not a span of ages such as 65-69 or 90+", text)
	}
	return span
}

func readProjections(faults *table.Faults, fsys fs.FS) []Projection {
	columns := []string{"districts", "ages"}
	for year := ProjectedFrom; year <= ProjectedTo; year++ {
		columns = append(columns, strconv.Itoa(year))
	}
	return table.Read(faults, fsys, "england/projections_2012_based.csv", columns, func(row table.Row) Projection {
		projection := Projection{Districts: row.Codes("districts"), Ages: ages(row), People: make(map[int]int)}
		for year := ProjectedFrom; year <= ProjectedTo; year++ {
			projection.People[year] = row.Count(strconv.Itoa(year))
		}
		return projection
	})
}
