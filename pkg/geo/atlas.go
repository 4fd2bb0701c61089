package geo

import (
	"cmp"
	"maps"
	"slices"

	"github.com/caremarket/caremarket/pkg/period"
)

// Atlas is England's geography as it stands on one day. It never changes once
// made, so any number of goroutines may use it.
type Atlas struct {
	day         period.Date
	regions     map[Code]Region
	authorities map[Code]Authority
	districts   map[Code]District
	ordered     []District
	successors  map[Code][]Code
	outcodes    map[string][]OutcodeShare
}

// OutcodeShare is how much of an outward code lies in a district.
type OutcodeShare struct {
	District  Code
	Postcodes int
	// Share is of the outward code's English postcodes, above 0 and up to 1.
	Share float64
}

// NewAtlas makes the atlas of one day out of dated tables, leaving out what had
// ended or not begun. Its error names every fault in the tables.
func NewAtlas(tables Tables, day period.Date) (*Atlas, error) {
	atlas := &Atlas{day: day}
	var faults faults
	atlas.regions = keyed(&faults, "region", inForce(tables.Regions, day),
		func(r Region) (Code, string) { return r.Code, r.Name })
	atlas.authorities = keyed(&faults, "authority", inForce(tables.Authorities, day),
		func(a Authority) (Code, string) { return a.Code, a.Name })
	atlas.districts = keyed(&faults, "district", inForce(tables.Districts, day),
		func(d District) (Code, string) { return d.Code, d.Name })
	atlas.ordered = slices.SortedFunc(maps.Values(atlas.districts),
		func(a, b District) int { return cmp.Compare(a.Code, b.Code) })
	atlas.checkParents(&faults)
	atlas.successors = successions(&faults, atlas.districts, tables.Successions, day)
	atlas.outcodes = shares(&faults, atlas.Successors, tables.Outcodes)
	if err := faults.err(); err != nil {
		return nil, err
	}
	return atlas, nil
}

// Day returns the day whose geography this is.
func (a *Atlas) Day() period.Date { return a.day }

// District looks up a district by its present code.
func (a *Atlas) District(code Code) (District, bool) {
	district, ok := a.districts[code]
	return district, ok
}

// Authority looks up a council with adult social care duties.
func (a *Atlas) Authority(code Code) (Authority, bool) {
	authority, ok := a.authorities[code]
	return authority, ok
}

// Region looks up a region.
func (a *Atlas) Region(code Code) (Region, bool) {
	region, ok := a.regions[code]
	return region, ok
}

// Districts returns every district in code order.
func (a *Atlas) Districts() []District { return slices.Clone(a.ordered) }

// Authorities returns every council in code order.
func (a *Atlas) Authorities() []Authority {
	return slices.SortedFunc(maps.Values(a.authorities),
		func(x, y Authority) int { return cmp.Compare(x.Code, y.Code) })
}

// Regions returns every region in code order.
func (a *Atlas) Regions() []Region {
	return slices.SortedFunc(maps.Values(a.regions),
		func(x, y Region) int { return cmp.Compare(x.Code, y.Code) })
}

// DistrictsOf returns, in code order, the districts that make up an authority, a
// region or England, or the district itself. An unknown code has none.
func (a *Atlas) DistrictsOf(code Code) []District {
	var within []District
	for _, d := range a.ordered {
		if code == England || d.Code == code || d.Authority == code || d.Region == code {
			within = append(within, d)
		}
	}
	return within
}

// AuthorityOf returns the council whose adult social care serves a district.
func (a *Atlas) AuthorityOf(district Code) (Authority, bool) {
	d, ok := a.districts[district]
	if !ok {
		return Authority{}, false
	}
	return a.Authority(d.Authority)
}

// Successors returns the districts that a district's code stands for on the
// atlas's day, in code order: itself while it exists, what took its place where
// it was merged, divided or given a new code, nothing where it is unknown.
func (a *Atlas) Successors(code Code) []Code {
	if _, ok := a.districts[code]; ok {
		return []Code{code}
	}
	return slices.Clone(a.successors[code])
}

// Outcode returns the districts that an outward code such as GL2 reaches into,
// the largest share first. An unknown one reaches into none.
func (a *Atlas) Outcode(outcode string) []OutcodeShare {
	return slices.Clone(a.outcodes[outcode])
}
