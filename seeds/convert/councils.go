package main

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// council is one council of 2014, as it was then, and what was counted there. A
// count that was not published is empty.
type council struct {
	area, name string
	counts     []string
}

var fundedColumns = []string{"65_74_Nursing", "75_84_Nursing", "85_pl_Nursing", "65_74_Res", "75_84_Res", "85_pl_Res"}

func readFunded(faults *table.Faults, published fs.FS) []council {
	const file = "prevalence/hscic_la_funded_care_home_residents_by_age_2014.csv"
	return readCouncils(faults, published, file, fundedColumns...)
}

func readBeds(faults *table.Faults, published fs.FS) []council {
	const file = "cqc/cqc_care_home_beds_by_council_2014.csv"
	return readCouncils(faults, published, file, "CQC.HSCA.LocationID.Count", "CQC.HSCA.CareHomeBeds.Sum")
}

func readCouncils(faults *table.Faults, published fs.FS, file string, counted ...string) []council {
	return table.Read(faults, published, file, append([]string{"ONS.LA.Code", "ONS.LA.Name"}, counted...),
		func(row table.Row) council {
			c := council{area: row.Required("ONS.LA.Code"), name: row.Required("ONS.LA.Name")}
			for _, column := range counted {
				if row.Text(column) == "NA" {
					c.counts = append(c.counts, "")
					continue
				}
				c.counts = append(c.counts, strconv.Itoa(row.Count(column)))
			}
			return c
		})
}

// dissolvedCounties are the county councils of 2014 that are no more, with the
// districts that cover their ground now. Dorset's Christchurch went to
// Bournemouth, Christchurch and Poole, which has its rate from the other two.
func dissolvedCounties() map[string][]string {
	return map[string][]string{
		"E10000002": {"E06000060"},              // Buckinghamshire
		"E10000006": {"E06000063", "E06000064"}, // Cumbria
		"E10000009": {"E06000059"},              // Dorset
		"E10000021": {"E06000061", "E06000062"}, // Northamptonshire
		"E10000023": {"E06000065"},              // North Yorkshire
		"E10000027": {"E06000066"},              // Somerset
	}
}

// districtsNow returns the present districts on the ground of a council of 2014.
func (g geography) districtsNow(council string) string {
	var districts []string
	for code := range strings.SplitSeq(council, "/") {
		now, known := g.present(code)
		switch {
		case dissolvedCounties()[code] != nil:
			districts = append(districts, dissolvedCounties()[code]...)
		case known:
			districts = append(districts, now)
		default:
			districts = append(districts, g.districtsOf(code)...)
		}
	}
	slices.Sort(districts)
	return strings.Join(districts, " ")
}

// fundedResidents sets beside each council's residents the people it had of the
// same ages in the same year, so that a rate can be had.
func (p publications) fundedResidents() *sheet {
	out := newSheet("council", "name", "districts",
		"nursing_65_74", "nursing_75_84", "nursing_85_plus",
		"residential_65_74", "residential_75_84", "residential_85_plus",
		"people_65_74", "people_75_84", "people_85_plus")
	for _, c := range p.funded {
		cells := append([]string{area(c.area), c.name, p.districtsNow(c.area)}, c.counts...)
		out.add(append(cells, p.olderPeople(c.area, seeds.ProjectedFrom)...)...)
	}
	slices.SortFunc((*out)[1:], slices.Compare[[]string])
	return out
}

func (p publications) olderPeople(published string, year int) []string {
	cells := make([]string, 3)
	for _, given := range p.projections {
		if given.year == year && area(given.area) == area(published) {
			for band, n := range given.people {
				cells[band] = strconv.Itoa(n)
			}
		}
	}
	return cells
}

func (p publications) careHomeBeds() *sheet {
	out := newSheet("council", "name", "districts", "homes", "beds")
	for _, c := range p.beds {
		out.add(append([]string{area(c.area), c.name, p.districtsNow(c.area)}, c.counts...)...)
	}
	slices.SortFunc((*out)[1:], slices.Compare[[]string])
	return out
}
