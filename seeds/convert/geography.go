package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/seeds/internal/table"
)

// geography is what ONS's lookups and measurements say of districts.
type geography struct {
	tiers    []tier
	regionOf map[string]region
	hectares map[string]float64
	history  []codes
	counts   []count
}

// tier is a district under its council.
type tier struct{ district, name, authority, authorityName string }

type region struct{ code, name string }

// codes are what one piece of land was called in each year of the lookup.
type codes struct{ code, name []string }

type count struct {
	outcode, district string
	postcodes         int
}

// The years the lookup of district codes covers.
const (
	firstYear = 2016
	lastYear  = 2024
)

// The ids, in sources.csv, of what the geography rests on.
const (
	tierSource    = "ons-ltla23-utla23"
	regionSource  = "ons-ltla23-region23"
	historySource = "ons-ltla-history"
)

func readGeography(faults *table.Faults, published fs.FS) geography {
	g := geography{regionOf: make(map[string]region), hectares: make(map[string]float64)}
	g.tiers = table.Read(faults, published, "geography/LTLA23_UTLA23_EW.csv",
		[]string{"LTLA23CD", "LTLA23NM", "UTLA23CD", "UTLA23NM"}, func(row table.Row) tier {
			return tier{row.Required("LTLA23CD"), row.Required("LTLA23NM"), row.Required("UTLA23CD"), row.Required("UTLA23NM")}
		})
	g.tiers = slices.DeleteFunc(g.tiers, func(t tier) bool { return !english(t.district) })
	table.Read(faults, published, "geography/geographr_lookup_ltla23_region23.csv",
		[]string{"ltla23_code", "region23_code", "region23_name"}, func(row table.Row) struct{} {
			g.regionOf[row.Required("ltla23_code")] = region{row.Required("region23_code"), row.Required("region23_name")}
			return struct{}{}
		})
	table.Read(faults, published, "geography/SAM_LAD_DEC_2023_UK.csv",
		[]string{"LAD23CD", "AREALHECT"}, func(row table.Row) struct{} {
			g.hectares[row.Required("LAD23CD")] = row.Number("AREALHECT")
			return struct{}{}
		})
	g.history = readHistory(faults, published)
	g.counts = table.Read(faults, published, "geography/derived_outcode_to_ltla24_postcode_counts.csv",
		[]string{"outcode", "ltla24_code", "postcodes"}, func(row table.Row) count {
			return count{row.Required("outcode"), row.Required("ltla24_code"), row.Count("postcodes")}
		})
	return g
}

func readHistory(faults *table.Faults, published fs.FS) []codes {
	var columns []string
	for year := firstYear; year <= lastYear; year++ {
		columns = append(columns, column(year, "code"), column(year, "name"))
	}
	return table.Read(faults, published, "geography/geographr_lookup_ltla_ltla.csv", columns, func(row table.Row) codes {
		var land codes
		for year := firstYear; year <= lastYear; year++ {
			land.code = append(land.code, row.Required(column(year, "code")))
			land.name = append(land.name, row.Required(column(year, "name")))
		}
		return land
	})
}

func column(year int, what string) string { return fmt.Sprintf("ltla%d_%s", year%100, what) }

func english(code string) bool { return strings.HasPrefix(code, "E") }

// began returns the day a code was first used, or "" where the lookup's first
// year has it already. Every change in the lookup took effect on 1 April.
func (g geography) began(code string) string {
	year := lastYear + 1
	for _, land := range g.history {
		if i := slices.Index(land.code, code); i >= 0 {
			year = min(year, firstYear+i)
		}
	}
	if year == firstYear || year > lastYear {
		return ""
	}
	return firstOfApril(year)
}

// present returns the district that a district's code stands for now. No English
// district was divided in the years the lookup covers, so there is at most one.
func (g geography) present(code string) (string, bool) {
	for _, earlier := range earlierChanges() {
		if earlier.from == code {
			return earlier.to, true
		}
	}
	for _, land := range g.history {
		if slices.Contains(land.code, code) {
			return land.code[len(land.code)-1], true
		}
	}
	return "", false
}

// districtsOf returns the present districts under a present council.
func (g geography) districtsOf(authority string) []string {
	var within []string
	for _, t := range g.tiers {
		if t.authority == authority {
			within = append(within, t.district)
		}
	}
	slices.Sort(within)
	return within
}

func firstOfApril(year int) string { return fmt.Sprintf("%d-04-01", year) }

func (g geography) regions() *sheet {
	names := make(map[string]string)
	for _, region := range g.regionOf {
		names[region.code] = region.name
	}
	out := newSheet("code", "name", "valid_from", "valid_to", "source")
	for _, code := range slices.Sorted(maps.Keys(names)) {
		out.add(code, names[code], "", "", regionSource)
	}
	return out
}

func (g geography) authorities() *sheet {
	out := newSheet("code", "name", "region_code", "valid_from", "valid_to", "source")
	seen := make(map[string]bool)
	for _, t := range slices.SortedFunc(slices.Values(g.tiers), func(a, b tier) int { return cmp.Compare(a.authority, b.authority) }) {
		if !seen[t.authority] {
			seen[t.authority] = true
			out.add(t.authority, t.authorityName, g.regionOf[t.district].code, g.began(t.authority), "", tierSource)
		}
	}
	return out
}

// sortedTiers returns every district, in code order.
func (g geography) sortedTiers() []tier {
	return slices.SortedFunc(slices.Values(g.tiers), func(a, b tier) int { return cmp.Compare(a.district, b.district) })
}

func (g geography) districts() *sheet {
	out := newSheet("code", "name", "authority_code", "region_code", "area_hectares", "valid_from", "valid_to", "source")
	for _, t := range g.sortedTiers() {
		out.add(t.district, t.name, t.authority, g.regionOf[t.district].code, number(g.hectares[t.district]),
			g.began(t.district), "", tierSource)
	}
	return out
}

// predecessors lists each change of code in the lookup, and the four that were
// made before it begins (see earlierChanges).
func (g geography) predecessors() *sheet {
	changes := make(map[change]bool)
	for _, land := range g.history {
		for i := 1; i < len(land.code); i++ {
			if land.code[i] != land.code[i-1] && english(land.code[i-1]) {
				changes[change{land.code[i-1], land.name[i-1], land.code[i], firstOfApril(firstYear + i), historySource}] = true
			}
		}
	}
	for _, earlier := range earlierChanges() {
		changes[earlier] = true
	}
	out := newSheet("code", "name", "successor_code", "from", "source")
	for _, c := range slices.SortedFunc(maps.Keys(changes), func(a, b change) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	}) {
		out.add(c.from, c.name, c.to, c.on, c.source)
	}
	return out
}

type change struct{ from, name, to, on, source string }

// earlierChanges are the codes that older publications carried over here still
// use, and that the lookup is too young to know. Each was a change of boundary
// small enough for the district to keep its name.
func earlierChanges() []change {
	const source = "ons-code-history"
	return []change{
		{"E06000048", "Northumberland", "E06000057", "2013-04-01", source},
		{"E07000097", "East Hertfordshire", "E07000242", "2013-04-01", source},
		{"E07000101", "Stevenage", "E07000243", "2013-04-01", source},
		{"E08000020", "Gateshead", "E08000037", "2013-04-01", source},
	}
}

func (g geography) outcodes() *sheet {
	out := newSheet("outcode", "district", "postcodes")
	for _, c := range g.counts {
		out.add(c.outcode, c.district, strconv.Itoa(c.postcodes))
	}
	return out
}
