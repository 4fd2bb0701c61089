// Package need works out how many people of a district will need which kind of care:
//
//	people(year, age) = census people(age) x projected(year, age) / projected(base year, age)
//	need(year, setting, client group) = sum over age of people(year, age) x rate(setting, age, client group)
//
// The rates stay constant over the years, as in Gloucestershire's own method: what changes is the
// population. A projection is used for its growth only, never for its level, so an older edition can
// stand on a newer census. Between the years that an edition gives, people are read off the straight
// line; before its first and after its last year there is no answer, rather than a guess.
//
// Ranges: a need's low is the sum of people x low rate over all ages, its high the sum of people x high
// rate: all rates low together or high together. That is the widest the sum can be.
package need

import (
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// Input is what need rests on, for one district and one year.
type Input struct {
	Population Population
	Year       int
	Rates      []Rate
}

// Rate says how many of so many people of an age band and client group need a setting.
type Rate struct {
	Setting     string
	Band        AgeBand
	ClientGroup string
	// People in need among Per people of the band.
	People assume.Assumption
	// Per is the denominator that the source states: 1, 100, 1,000 or 100,000 people.
	Per float64
}

// PerPerson is the rate as a share of the people of its band.
func (r Rate) PerPerson() assume.Range { return r.People.Scale(1 / r.Per) }

// Result is the need of one district in one year.
type Result struct {
	Year int
	// People by the age bands of the base, with the growth that brought them there.
	People []Projected
	// Rows has one row for each rate, in the order of the rates.
	Rows []Row
	// Totals add up the rows, each in the order in which its keys first appear.
	BySetting, ByBand, ByClientGroup []Total
	All                              assume.Range
}

// Row is the need that one rate gives rise to.
type Row struct {
	Setting     string
	Band        AgeBand
	ClientGroup string
	People      float64
	Need        assume.Range
	Source      string
}

// Total is the need of all rows with one key.
type Total struct {
	Key  string
	Need assume.Range
}

// Assess returns the need of one district in one year, or every fault of the input at once.
func Assess(in Input) (Result, error) {
	if err := in.Validate(); err != nil {
		return Result{}, err
	}
	result := Result{Year: in.Year, People: in.Population.at(in.Year)}
	for _, rate := range in.Rates {
		people := Within(result.People, rate.Band)
		result.Rows = append(result.Rows, Row{
			Setting: rate.Setting, Band: rate.Band, ClientGroup: rate.ClientGroup,
			People: people, Need: rate.PerPerson().Scale(people), Source: rate.People.Source,
		})
	}
	result.BySetting = total(result.Rows, func(r Row) string { return r.Setting })
	result.ByBand = total(result.Rows, func(r Row) string { return r.Band.String() })
	result.ByClientGroup = total(result.Rows, func(r Row) string { return r.ClientGroup })
	for _, row := range result.Rows {
		result.All = result.All.Add(row.Need)
	}
	return result, nil
}

func total(rows []Row, key func(Row) string) []Total {
	var totals []Total
	place := make(map[string]int)
	for _, row := range rows {
		at, seen := place[key(row)]
		if !seen {
			at = len(totals)
			place[key(row)] = at
			totals = append(totals, Total{Key: key(row)})
		}
		totals[at].Need = totals[at].Need.Add(row.Need)
	}
	return totals
}
