package housingwithcare

import (
	"context"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// Found is a scheme that a question for standings found.
type Found = book.Found[*housingwithcarev1.HousingScheme, *housingwithcarev1.SchemeReturn]

// ListStandings lists the schemes of a landlord or an authority and those within reach.
func (s *Server) ListStandings(ctx context.Context, req *housingwithcarev1.ListStandingsRequest) (*housingwithcarev1.ListStandingsResponse, error) {
	page, err := s.desk.Standings(ctx, req, book.Within(req.GetWithinMiles()), sayStanding)
	if err != nil {
		return nil, err
	}
	return &housingwithcarev1.ListStandingsResponse{
		Standings: page.Standings, NextPageToken: page.Next, Revision: page.Revision, Sources: page.Sources,
	}, nil
}

// sayStanding says how many homes of an open scheme are lived in and how many it could
// offer, by kind of scheme and tenure, such as "EXTRA_CARE_AFFORDABLE_RENT". Voids that
// are reserved are in neither.
func sayStanding(f Found, _ func(string) *Standing, day period.Date) *commonv1.Standing {
	h := f.Place
	if !openOn(h, day.String()) {
		return nil
	}
	said := &commonv1.Standing{
		Title: h.GetTitle(), Provider: h.GetProvider(), ProviderTitle: h.GetProviderTitle(),
		District: h.GetDistrict(), Rating: commonv1.StandingRating_STANDING_RATING_NOT_RATED,
	}
	for _, u := range h.GetUnits() {
		said.Registered += u.GetUnits()
	}
	book.SayReturn(said, f.Standing, day)
	for _, row := range f.Return.GetTenures() {
		said.Kinds = append(said.Kinds, &commonv1.StandingKind{
			Kind: book.Word(h.GetKind()) + "_" + book.Word(row.GetTenure()), Asked: f.Asked,
			People: new(row.GetOccupied()), Admittable: new(row.GetVoids() - row.GetVoidsReserved()),
		})
	}
	return said
}
