package carehomes

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/wire"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// GetDistrictCapacity gives one district's capacity.
func (s *Server) GetDistrictCapacity(ctx context.Context, req *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.GetDistrictCapacityResponse, error) {
	encoded, err := s.desk.OfDistrict(ctx, req.GetName(), req,
		func(q Question, homes []Standing, sources figure.Sources) proto.Message {
			return &carehomesv1.GetDistrictCapacityResponse{Capacity: Capacity(q, homes, sources)}
		},
		func(note *commonv1.DataNote) proto.Message {
			return &carehomesv1.GetDistrictCapacityResponse{Capacity: noted(note)}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&carehomesv1.GetDistrictCapacityResponse{}, encoded), nil
}

func noted(note *commonv1.DataNote) *carehomesv1.CareHomeCapacity {
	return &carehomesv1.CareHomeCapacity{DataNotes: []*commonv1.DataNote{note}}
}

// ListDistrictCapacities gives all districts of an authority side by side, and added up.
func (s *Server) ListDistrictCapacities(ctx context.Context, req *carehomesv1.ListDistrictCapacitiesRequest) (*carehomesv1.ListDistrictCapacitiesResponse, error) {
	encoded, err := s.desk.OfAuthority(ctx, req.GetParent(), req,
		func(whole Question, districts []District, sources figure.Sources) proto.Message {
			each, sum := Sum(whole, districts, sources)
			return &carehomesv1.ListDistrictCapacitiesResponse{Capacities: each, Total: sum}
		},
		func(note *commonv1.DataNote) proto.Message {
			return &carehomesv1.ListDistrictCapacitiesResponse{Total: noted(note)}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&carehomesv1.ListDistrictCapacitiesResponse{}, encoded), nil
}

// ListDistrictCapacityHistory gives one district's capacity at the end of each step.
func (s *Server) ListDistrictCapacityHistory(ctx context.Context, req *carehomesv1.ListDistrictCapacityHistoryRequest) (*carehomesv1.ListDistrictCapacityHistoryResponse, error) {
	encoded, err := s.desk.History(ctx, req.GetName(), req,
		func(points []District, sources figure.Sources) proto.Message {
			res := &carehomesv1.ListDistrictCapacityHistoryResponse{}
			for _, p := range points {
				capacity := Capacity(p.Question, p.Places, nil)
				res.Capacities = append(res.Capacities, capacity)
			}
			res.Sources = sources.Cited(res)
			return res
		},
		func(note *commonv1.DataNote) proto.Message {
			return &carehomesv1.ListDistrictCapacityHistoryResponse{DataNotes: []*commonv1.DataNote{note}}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&carehomesv1.ListDistrictCapacityHistoryResponse{}, encoded), nil
}

// WatchDistrict sends every change of a district after a revision.
func (s *Server) WatchDistrict(req *carehomesv1.WatchDistrictRequest, stream carehomesv1.CareHomesService_WatchDistrictServer) error {
	district, err := s.desk.District(req.GetName())
	if err != nil {
		return err
	}
	return s.book.Watch(stream.Context(), s.tracker, district, req.GetAfterRevision(), func(c *commonv1.PlaceChange) error {
		return stream.Send(&carehomesv1.WatchDistrictResponse{Change: c})
	})
}

// FindVacancies finds homes with admittable beds of a type near a point, nearest first.
func (s *Server) FindVacancies(ctx context.Context, req *carehomesv1.FindVacanciesRequest) (*carehomesv1.FindVacanciesResponse, error) {
	if err := book.SinglePlaces(ctx); err != nil {
		return nil, err
	}
	day, err := book.Day("as_at", req.GetAsAt(), s.book.Today())
	if err != nil {
		return nil, err
	}
	from := geo.Point{Latitude: req.GetLatitude(), Longitude: req.GetLongitude()}
	var found []*carehomesv1.CareHomeVacancy
	err = s.book.Ledger().Read(ctx, 0, func(v *ledger.View) error {
		found = nil // A reading may be run again.
		near, err := s.book.Near(ctx, v, from, req.GetWithinMiles(), day.String())
		for _, n := range near {
			if vacancy := s.vacancy(n.Standing, req, day); vacancy != nil {
				vacancy.DistanceMiles = n.Miles
				found = append(found, vacancy)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.vacancies(ctx, found, req)
}
