package housingwithcare

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/wire"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// GetDistrictCapacity gives one district's capacity.
func (s *Server) GetDistrictCapacity(ctx context.Context, req *housingwithcarev1.GetDistrictCapacityRequest) (*housingwithcarev1.GetDistrictCapacityResponse, error) {
	encoded, err := s.desk.OfDistrict(ctx, req.GetName(), req,
		func(q Question, schemes []Standing, sources figure.Sources) proto.Message {
			return &housingwithcarev1.GetDistrictCapacityResponse{Capacity: Capacity(q, schemes, sources)}
		},
		func(note *commonv1.DataNote) proto.Message {
			return &housingwithcarev1.GetDistrictCapacityResponse{Capacity: noted(note)}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&housingwithcarev1.GetDistrictCapacityResponse{}, encoded), nil
}

func noted(note *commonv1.DataNote) *housingwithcarev1.HousingWithCareCapacity {
	return &housingwithcarev1.HousingWithCareCapacity{DataNotes: []*commonv1.DataNote{note}}
}

// ListDistrictCapacities gives all districts of an authority side by side, and added up.
func (s *Server) ListDistrictCapacities(ctx context.Context, req *housingwithcarev1.ListDistrictCapacitiesRequest) (*housingwithcarev1.ListDistrictCapacitiesResponse, error) {
	encoded, err := s.desk.OfAuthority(ctx, req.GetParent(), req,
		func(whole Question, districts []District, sources figure.Sources) proto.Message {
			each, sum := Sum(whole, districts, sources)
			return &housingwithcarev1.ListDistrictCapacitiesResponse{Capacities: each, Total: sum}
		},
		func(note *commonv1.DataNote) proto.Message {
			return &housingwithcarev1.ListDistrictCapacitiesResponse{Total: noted(note)}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&housingwithcarev1.ListDistrictCapacitiesResponse{}, encoded), nil
}

// ListDistrictCapacityHistory gives one district's capacity at the end of each step.
func (s *Server) ListDistrictCapacityHistory(ctx context.Context, req *housingwithcarev1.ListDistrictCapacityHistoryRequest) (*housingwithcarev1.ListDistrictCapacityHistoryResponse, error) {
	encoded, err := s.desk.History(ctx, req.GetName(), req,
		func(points []District, sources figure.Sources) proto.Message {
			res := &housingwithcarev1.ListDistrictCapacityHistoryResponse{}
			for _, p := range points {
				capacity := Capacity(p.Question, p.Places, nil)
				res.Capacities = append(res.Capacities, capacity)
			}
			res.Sources = sources.Cited(res)
			return res
		},
		func(note *commonv1.DataNote) proto.Message {
			return &housingwithcarev1.ListDistrictCapacityHistoryResponse{DataNotes: []*commonv1.DataNote{note}}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&housingwithcarev1.ListDistrictCapacityHistoryResponse{}, encoded), nil
}

// WatchDistrict sends every change of a district after a revision.
func (s *Server) WatchDistrict(req *housingwithcarev1.WatchDistrictRequest, stream housingwithcarev1.HousingWithCareService_WatchDistrictServer) error {
	district, err := s.desk.District(req.GetName())
	if err != nil {
		return err
	}
	return s.book.Watch(stream.Context(), s.tracker, district, req.GetAfterRevision(), func(c *commonv1.PlaceChange) error {
		return stream.Send(&housingwithcarev1.WatchDistrictResponse{Change: c})
	})
}

// FindVoids finds schemes with homes to offer of a tenure: near a point, nearest first, or in
// a district, those with the most first.
func (s *Server) FindVoids(ctx context.Context, req *housingwithcarev1.FindVoidsRequest) (*housingwithcarev1.FindVoidsResponse, error) {
	if err := book.SinglePlaces(ctx); err != nil {
		return nil, err
	}
	day, err := book.Day("as_at", req.GetAsAt(), s.book.Today())
	if err != nil {
		return nil, err
	}
	if req.GetDistrict() != "" {
		if _, err := s.desk.District(req.GetDistrict()); err != nil {
			return nil, err
		}
	}
	var found []*housingwithcarev1.SchemeVoids
	err = s.book.Ledger().Read(ctx, 0, func(v *ledger.View) (err error) {
		found, err = s.offers(ctx, v, req, day)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.voids(ctx, found, req)
}
