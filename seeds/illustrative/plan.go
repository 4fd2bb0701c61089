package illustrative

import (
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// Plan says what a market shall be like. It holds no place yet: Generate makes them.
// It is not altered once read, so any number of goroutines may use it.
type Plan struct {
	// Seed chooses one of the many markets that fit the plan.
	Seed uint64
	// From and To are the first days of the first and the last month of returns.
	From, To period.Date
	// Counted is the first day of the month whose totals the plan states.
	Counted period.Date
	// Districts are in order of code.
	Districts []District
	// Zones are the home care zones, in order of name.
	Zones []*homecarev1.Zone
	// Sources are those that places, returns and zones name.
	Sources []*commonv1.Source

	calendar  calendar
	rates     rates
	answering map[string]answering
	seasons   seasons
	supplies  []supplyKind
	employers []employerKind
	// reach lists the zones that reach into a district, council those of an authority,
	// in order of name.
	reach, council map[geo.Code][]ground
}

// District is the market of one district, as planned.
type District struct {
	Code      geo.Code
	Name      string
	Authority geo.Code
	// AuthorityName is the council's.
	AuthorityName string
	// Aged65 and Aged75 are the people of that age and over at the census of 2021.
	Aged65, Aged75 int

	centre centre
	// counts holds the numbers of each sheet by kind.
	counts map[*sheet]map[string]counts
	// neighbours are the other councils nearest by, the nearest first.
	neighbours []geo.Code
	// runsIntermediateCare is true for the one district of a council where its Home
	// First has its office.
	runsIntermediateCare bool
	// councilAged75 are all people of that age in the council's districts.
	councilAged75 int
}

// Total is what a district's plan states, such as "used" of "older_nursing" homes in
// "care_homes"; 0 for what it does not state.
func (d District) Total(file, kind, column string) int {
	for s, kinds := range d.counts {
		if s.name == file {
			return kinds[kind][column]
		}
	}
	return 0
}
