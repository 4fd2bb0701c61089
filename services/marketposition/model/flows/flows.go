// Package flows shows who places whom where: how many people of each placing council live in the homes
// of each authority, what an authority takes in and sends out, and how much of its capacity that uses.
//
// Only what a return names is counted. People whose placing council is not named (self-funders, NHS
// placements, a council that the home did not state) stay visible as of unknown origin: they are in
// every total, and never taken for local people.
//
//	residents = own + imported + unknown
//	net import = imported - exported
//
// Over all authorities of the input imports are exports, so the net imports of one period sum to nought.
package flows

import (
	"cmp"
	"slices"
)

// Unknown is the origin of people whose placing council is not named.
const Unknown = ""

// Input is placements and the beds they are set against.
type Input struct {
	Placements []Placement
	Capacity   []Capacity
}

// Placement is people that one council placed in the homes of one district. Rows of the same period,
// origin and district add up.
type Placement struct {
	// Period is a date or span as an ISO 8601 text; periods are ordered as texts.
	Period string
	// Origin is the code of the placing council, or Unknown.
	Origin string
	// District and Authority are where the homes are.
	District, Authority string
	People              int
}

// Capacity is the beds of a district in a period. Rows of the same period and district add up.
type Capacity struct {
	Period, District, Authority string
	Beds                        int
}

// Result is one Period after the other.
type Result struct {
	Periods []Period
}

// Period is the flows at one time.
type Period struct {
	Period string
	// Cells is the matrix of origin and destination authority, without empty cells, ordered by both;
	// unknown origins come first.
	Cells []Cell
	// Authorities has every authority that is an origin or has homes or beds; Districts those with homes
	// or beds.
	Authorities []Authority
	Districts   []District
}

// Cell is the people that the origin placed in the homes of the destination.
type Cell struct {
	Origin, Destination string
	People              int
}

// Residents counts the people in an area's homes by who placed them.
type Residents struct {
	// Own were placed by the area's own authority, Imported by others, Unknown by nobody knows whom.
	Own, Imported, Unknown int
	Beds                   int
}

// All is everyone in the area's homes.
func (r Residents) All() int { return r.Own + r.Imported + r.Unknown }

// ImportedShare is the share of beds in use by other councils. It is not known where beds are not.
func (r Residents) ImportedShare() (share float64, known bool) {
	if r.Beds <= 0 {
		return 0, false
	}
	return float64(r.Imported) / float64(r.Beds), true
}

// Authority is what one council's area takes in and sends out.
type Authority struct {
	Code string
	Residents
	// Exported are the people whom the authority placed in the homes of others.
	Exported int
}

// NetImport is how many more people come in than go out.
func (a Authority) NetImport() int { return a.Imported - a.Exported }

// District is what one district's homes take in. What it sends out is not known: councils place, not
// districts.
type District struct {
	Code, Authority string
	Residents
}

// Assess adds placements up by period, or names every fault of the input at once.
func Assess(in Input) (Result, error) {
	if err := in.Validate(); err != nil {
		return Result{}, err
	}
	tallies := make(map[string]*tally)
	at := func(period string) *tally {
		if tallies[period] == nil {
			tallies[period] = newTally()
		}
		return tallies[period]
	}
	for _, p := range in.Placements {
		at(p.Period).place(p)
	}
	for _, c := range in.Capacity {
		t := at(c.Period)
		t.authority(c.Authority).Beds += c.Beds
		t.district(c.District, c.Authority).Beds += c.Beds
	}
	var result Result
	for period, t := range tallies {
		result.Periods = append(result.Periods, t.period(period))
	}
	slices.SortFunc(result.Periods, func(a, b Period) int { return cmp.Compare(a.Period, b.Period) })
	return result, nil
}
