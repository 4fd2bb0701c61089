package housingwithcare

import (
	"cmp"
	"context"
	"slices"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// defaultVoids is how many schemes a search answers with when it does not say.
const defaultVoids = 20

// offer is what a scheme has to offer of a tenure; nil when too little. Voids reserved or
// offered to somebody are never part of it.
func offer(s Standing, req *housingwithcarev1.FindVoidsRequest, day period.Date) *housingwithcarev1.SchemeVoids {
	if !s.Returned || !openOn(s.Place, day.String()) || (req.GetKind() != 0 && s.Place.GetKind() != req.GetKind()) {
		return nil
	}
	for _, row := range s.Return.GetTenures() {
		available := row.GetVoids() - row.GetVoidsReserved()
		if row.GetTenure() != req.GetTenure() || available < max(1, req.GetUnits()) {
			continue
		}
		var t figure.Tally
		t.Expect(1)
		said, err := period.Parse(s.AsAt)
		t.Answer(s.AsAt, err == nil && period.Stale(said, day), s.Source)
		return &housingwithcarev1.SchemeVoids{
			HousingScheme: s.Place, Tenure: row.GetTenure(),
			Available: figure.With(t.Basis(s.AsAt).Count(int(available), unitHomes), formulaAvailable),
		}
	}
	return nil
}

// offers reads what schemes have to offer where it is asked for.
func (s *Server) offers(ctx context.Context, v *ledger.View, req *housingwithcarev1.FindVoidsRequest, day period.Date) (found []*housingwithcarev1.SchemeVoids, err error) {
	if req.GetDistrict() != "" {
		there, err := s.book.InDistrict(ctx, v, req.GetDistrict(), day.String())
		for _, scheme := range there {
			if one := offer(scheme, req, day); one != nil {
				found = append(found, one)
			}
		}
		slices.SortStableFunc(found, func(a, b *housingwithcarev1.SchemeVoids) int {
			return cmp.Compare(b.GetAvailable().GetValue(), a.GetAvailable().GetValue())
		})
		return found, err
	}
	from := geo.Point{Latitude: req.GetLatitude(), Longitude: req.GetLongitude()}
	near, err := s.book.Near(ctx, v, from, req.GetWithinMiles(), day.String())
	for _, n := range near {
		if one := offer(n.Standing, req, day); one != nil {
			one.DistanceMiles = n.Miles
			found = append(found, one)
		}
	}
	return found, err
}

func (s *Server) voids(ctx context.Context, found []*housingwithcarev1.SchemeVoids, req *housingwithcarev1.FindVoidsRequest) (*housingwithcarev1.FindVoidsResponse, error) {
	limit := defaultVoids
	if req.GetPageSize() > 0 {
		limit = int(req.GetPageSize())
	}
	sources, err := s.book.Sources(ctx)
	if err != nil {
		return nil, err
	}
	res := &housingwithcarev1.FindVoidsResponse{Voids: found[:min(limit, len(found))]}
	res.Sources = sources.Cited(res)
	return res, nil
}
