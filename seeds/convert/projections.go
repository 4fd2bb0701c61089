package main

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// projected is how many older people an area is projected to have in a year, in
// the order of projectedBands. An area is a district or a council, or two of
// which the publisher gives only the sum.
type projected struct {
	area   string
	year   int
	people [3]int
}

func projectedBands() [3]string { return [3]string{"65-74", "75-84", "85+"} }

func readProjections(faults *table.Faults, published fs.FS) []projected {
	return table.Read(faults, published, "population/ons_snpp2012based_lad_65_74_75_84_85plus_2014_2037.csv",
		[]string{"ONSLACode", "Year", "PopAge6574", "PopAge7584", "PopAge85pl"}, func(row table.Row) projected {
			year := row.Count("Year")
			if year < seeds.ProjectedFrom || year > seeds.ProjectedTo {
				row.Fault("Year", "%d is not from %d to %d", year, seeds.ProjectedFrom, seeds.ProjectedTo)
			}
			return projected{
				row.Required("ONSLACode"), year,
				[3]int{row.Count("PopAge6574"), row.Count("PopAge7584"), row.Count("PopAge85pl")},
			}
		})
}

// area puts the codes of an area in order with a space between, as seeds do; the
// publishers of these years put an oblique.
func area(published string) string {
	codes := strings.Split(published, "/")
	slices.Sort(codes)
	return strings.Join(codes, " ")
}

// district reports whether a code is of a district: a unitary, a shire district,
// a metropolitan or a London borough.
func district(code string) bool { return len(code) > 2 && code[:2] == "E0" && code[2] >= '6' }

// presentArea turns an area of districts into one of present districts.
func (g geography) presentArea(published string) (string, bool) {
	codes := strings.Split(published, "/")
	for i, code := range codes {
		now, known := g.present(code)
		if !known || !district(code) {
			return "", false
		}
		codes[i] = now
	}
	return area(strings.Join(codes, "/")), true
}

// projectionRows adds the projections up into present districts.
func (p publications) projectionRows() *sheet {
	type row struct {
		districts string
		band      int
	}
	people := make(map[row]map[int]int)
	for _, given := range p.projections {
		districts, ok := p.presentArea(given.area)
		if !ok {
			continue
		}
		for band, n := range given.people {
			key := row{districts, band}
			if people[key] == nil {
				people[key] = make(map[int]int)
			}
			people[key][given.year] += n
		}
	}
	header := []string{"districts", "ages"}
	for year := seeds.ProjectedFrom; year <= seeds.ProjectedTo; year++ {
		header = append(header, strconv.Itoa(year))
	}
	out := newSheet(header...)
	for _, key := range slices.SortedFunc(maps.Keys(people), func(a, b row) int {
		return strings.Compare(fmt.Sprint(a.districts, a.band), fmt.Sprint(b.districts, b.band))
	}) {
		cells := []string{key.districts, projectedBands()[key.band]}
		for year := seeds.ProjectedFrom; year <= seeds.ProjectedTo; year++ {
			cells = append(cells, strconv.Itoa(people[key][year]))
		}
		out.add(cells...)
	}
	return out
}
