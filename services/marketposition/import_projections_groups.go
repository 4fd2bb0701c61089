package marketposition

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/caremarket/caremarket/services/marketposition/facts"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// groupYears is how many years of age a group that is made up of single ones has, and
// lastGroup the age at which the open one begins.
const (
	groupYears = 5
	lastGroup  = 90
)

// groups are the age groups of an area year by year, everyone of an age together; why says
// what is missing.
func (t *projectionTable) groups() (out []*marketpositionv1.ProjectedGroup, why string) {
	people, why := t.persons()
	if why != "" {
		return nil, why
	}
	bands := map[need.AgeBand]map[int]float64{}
	// In one order, so that the sums are the same to the last digit each time.
	for _, cell := range slices.SortedFunc(maps.Keys(people), projectedCell.compare) {
		band := grouped(cell.band)
		if bands[band] == nil {
			bands[band] = map[int]float64{}
		}
		bands[band][cell.year] += people[cell]
	}
	kept, why := finest(slices.Collect(maps.Keys(bands)))
	if why != "" {
		return nil, why
	}
	for _, band := range kept {
		group := &marketpositionv1.ProjectedGroup{FromAge: int32(band.From), ToAge: facts.LastAge(band), Open: band.To == need.AndOver}
		for _, year := range slices.Sorted(maps.Keys(bands[band])) {
			group.Years = append(group.Years, &marketpositionv1.ProjectedPeople{Year: int32(year), People: bands[band][year]})
		}
		out = append(out, group)
	}
	for _, group := range out {
		if len(group.GetYears()) != len(out[0].GetYears()) {
			return nil, fmt.Sprintf("ages %s do not have the same years as ages %s", facts.AgeBand(group), facts.AgeBand(out[0]))
		}
	}
	return out, ""
}

func (c projectedCell) compare(o projectedCell) int {
	return cmp.Or(cmp.Compare(c.year, o.year), cmp.Compare(c.band.From, o.band.From), cmp.Compare(c.band.To, o.band.To))
}

// persons are the people of both sexes together: as the file says, else added up.
func (t *projectionTable) persons() (map[projectedCell]float64, string) {
	bySex := map[string]map[projectedCell]float64{}
	for cell, n := range t.people {
		if bySex[cell.sex] == nil {
			bySex[cell.sex] = map[projectedCell]float64{}
		}
		bySex[cell.sex][projectedCell{band: cell.band, year: cell.year}] = n
	}
	if all := bySex["persons"]; all != nil {
		return all, ""
	}
	if len(bySex["males"]) != len(bySex["females"]) || len(bySex["males"]) == 0 {
		return nil, "people are not projected for both sexes"
	}
	sum := bySex["males"]
	for cell, n := range bySex["females"] {
		sum[cell] += n
	}
	return sum, ""
}

// grouped is the group of five years that a single year of age is put in; a band that is
// wider stays as it is.
func grouped(band need.AgeBand) need.AgeBand {
	switch {
	case band.From >= lastGroup:
		return facts.From(lastGroup)
	case band.From != band.To:
		return band
	default:
		first := band.From - band.From%groupYears
		return need.AgeBand{From: first, To: first + groupYears - 1}
	}
}
