package workforce

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/wire"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// GetDistrictCapacity gives one district's capacity.
func (s *Server) GetDistrictCapacity(ctx context.Context, req *workforcev1.GetDistrictCapacityRequest) (*workforcev1.GetDistrictCapacityResponse, error) {
	encoded, err := s.desk.OfDistrict(ctx, req.GetName(), req,
		func(q Question, employers []Standing, sources figure.Sources) proto.Message {
			return &workforcev1.GetDistrictCapacityResponse{Capacity: Capacity(q, employers, sources)}
		},
		func(note *commonv1.DataNote) proto.Message {
			return &workforcev1.GetDistrictCapacityResponse{Capacity: noted(note)}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&workforcev1.GetDistrictCapacityResponse{}, encoded), nil
}

func noted(note *commonv1.DataNote) *workforcev1.WorkforceCapacity {
	return &workforcev1.WorkforceCapacity{DataNotes: []*commonv1.DataNote{note}}
}

// ListDistrictCapacities gives all districts of an authority side by side, and added up.
func (s *Server) ListDistrictCapacities(ctx context.Context, req *workforcev1.ListDistrictCapacitiesRequest) (*workforcev1.ListDistrictCapacitiesResponse, error) {
	encoded, err := s.desk.OfAuthority(ctx, req.GetParent(), req,
		func(whole Question, districts []District, sources figure.Sources) proto.Message {
			each, sum := Sum(whole, districts, sources)
			return &workforcev1.ListDistrictCapacitiesResponse{Capacities: each, Total: sum}
		},
		func(note *commonv1.DataNote) proto.Message {
			return &workforcev1.ListDistrictCapacitiesResponse{Total: noted(note)}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&workforcev1.ListDistrictCapacitiesResponse{}, encoded), nil
}

// ListDistrictCapacityHistory gives one district's capacity at the end of each step.
func (s *Server) ListDistrictCapacityHistory(ctx context.Context, req *workforcev1.ListDistrictCapacityHistoryRequest) (*workforcev1.ListDistrictCapacityHistoryResponse, error) {
	encoded, err := s.desk.History(ctx, req.GetName(), req,
		func(points []District, sources figure.Sources) proto.Message {
			res := &workforcev1.ListDistrictCapacityHistoryResponse{}
			for _, p := range points {
				res.Capacities = append(res.Capacities, Capacity(p.Question, p.Places, nil))
			}
			res.Sources = sources.Cited(res)
			return res
		},
		func(note *commonv1.DataNote) proto.Message {
			return &workforcev1.ListDistrictCapacityHistoryResponse{DataNotes: []*commonv1.DataNote{note}}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&workforcev1.ListDistrictCapacityHistoryResponse{}, encoded), nil
}

// WatchDistrict sends every change of a district after a revision.
func (s *Server) WatchDistrict(req *workforcev1.WatchDistrictRequest, stream workforcev1.WorkforceService_WatchDistrictServer) error {
	district, err := s.desk.District(req.GetName())
	if err != nil {
		return err
	}
	return s.book.Watch(stream.Context(), s.tracker, district, req.GetAfterRevision(), func(c *commonv1.PlaceChange) error {
		return stream.Send(&workforcev1.WatchDistrictResponse{Change: c})
	})
}
