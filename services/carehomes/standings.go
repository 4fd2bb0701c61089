package carehomes

import (
	"context"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/period"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Found is a home that a question for standings found.
type Found = book.Found[*carehomesv1.CareHome, *carehomesv1.CareHomeReturn]

// ListStandings lists the homes of a provider or an authority and those within reach.
func (s *Server) ListStandings(ctx context.Context, req *carehomesv1.ListStandingsRequest) (*carehomesv1.ListStandingsResponse, error) {
	page, err := s.desk.Standings(ctx, req, book.Within(req.GetWithinMiles()), sayStanding)
	if err != nil {
		return nil, err
	}
	return &carehomesv1.ListStandingsResponse{
		Standings: page.Standings, NextPageToken: page.Next, Revision: page.Revision, Sources: page.Sources,
	}, nil
}

// sayStanding says whom an open home serves and whom it would admit, by bed type. The
// return that stands is the one that a capacity counts; a reserved bed is in neither.
func sayStanding(f Found, find func(string) *Standing, day period.Date) *commonv1.Standing {
	h := f.Place
	if !openOn(h, day.String()) {
		return nil
	}
	s, _ := continued(f.Standing, find)
	said := &commonv1.Standing{
		Title: h.GetTitle(), Provider: h.GetProvider(), ProviderTitle: h.GetProviderTitle(),
		District: h.GetDistrict(), Rating: book.Rated(h.GetRating()), Registered: h.GetRegisteredBeds(),
	}
	book.SayReturn(said, s, day)
	for _, b := range s.Return.GetBeds() {
		said.Kinds = append(said.Kinds, &commonv1.StandingKind{
			Kind: book.Word(b.GetBedType()), Asked: f.Asked,
			People: new(b.GetUsed()), Admittable: new(b.GetAccepting()),
		})
	}
	return said
}

// continued gives a home that never returned anything the return of the home that it
// continues under a new registration, where that is at hand.
func continued(s Standing, find func(name string) *Standing) (Standing, bool) {
	if s.Returned {
		return s, false
	}
	before := find(s.Place.GetPredecessor())
	if before == nil || !before.Returned {
		return s, false
	}
	s.Returned, s.Return, s.AsAt, s.Source = true, before.Return, before.AsAt, before.Source
	return s, true
}
