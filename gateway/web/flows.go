package web

import (
	"slices"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// placed shows who placed the residents of the care homes and, for an authority, where else
// its own are.
func (c citations) placed(b *marketpositionv1.PlacementBalance) section {
	s := section{ID: "placements", Title: "Placements across borders"}
	if b == nil {
		return s
	}
	s.Tables = c.tables(s.ID, slices.Concat(
		filled(ownGrid("Who placed the residents", b.ProtoReflect())),
		gridsOfList("Residents by the council that placed them", reflected(b.GetOrigins())),
		gridsOfList("Own residents in the homes of others", reflected(b.GetDestinations())),
	))
	return s
}

// staffed shows where the workforce stands after some months, and the care that it can run.
func (c citations) staffed(p *marketpositionv1.WorkforceProjection) section {
	s := section{ID: "workforce-ahead", Title: "The workforce in twelve months"}
	if p == nil {
		return s
	}
	s.Said = "Staff by service and by role are the same people seen from two sides. The range is between the fewest and the most staff that the turnover of past years would leave."
	s.Tables = c.tables(s.ID, slices.Concat(
		gridsOfList("Care that the staff can run", reflected(p.GetServices())),
		gridsOfList("Staff", reflected(p.GetTeams())),
	))
	return s
}
