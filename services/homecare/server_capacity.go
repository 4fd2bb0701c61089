package homecare

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/wire"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// GetDistrictCapacity gives one district's capacity.
func (s *Server) GetDistrictCapacity(ctx context.Context, req *homecarev1.GetDistrictCapacityRequest) (*homecarev1.GetDistrictCapacityResponse, error) {
	var ref Reference
	encoded, err := s.reading(&ref).OfDistrict(ctx, req.GetName(), req,
		func(q book.Question, branches []Standing, sources figure.Sources) proto.Message {
			return &homecarev1.GetDistrictCapacityResponse{Capacity: Capacity(s.question(q, q.Area), ref, branches, sources)}
		},
		func(note *commonv1.DataNote) proto.Message {
			return &homecarev1.GetDistrictCapacityResponse{Capacity: noted(note)}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&homecarev1.GetDistrictCapacityResponse{}, encoded), nil
}

func noted(note *commonv1.DataNote) *homecarev1.HomeCareCapacity {
	return &homecarev1.HomeCareCapacity{DataNotes: []*commonv1.DataNote{note}}
}

// ListDistrictCapacities gives all districts of an authority side by side, and added up.
func (s *Server) ListDistrictCapacities(ctx context.Context, req *homecarev1.ListDistrictCapacitiesRequest) (*homecarev1.ListDistrictCapacitiesResponse, error) {
	var ref Reference
	encoded, err := s.reading(&ref).OfAuthority(ctx, req.GetParent(), req,
		func(whole book.Question, districts []book.District[*homecarev1.HomeCareBranch, *homecarev1.HomeCareReturn], sources figure.Sources) proto.Message {
			each, sum := s.sum(whole, districts, ref, sources)
			return &homecarev1.ListDistrictCapacitiesResponse{Capacities: each, Total: sum}
		},
		func(note *commonv1.DataNote) proto.Message {
			return &homecarev1.ListDistrictCapacitiesResponse{Total: noted(note)}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&homecarev1.ListDistrictCapacitiesResponse{}, encoded), nil
}

// ListDistrictCapacityHistory gives one district's capacity at the end of each step.
func (s *Server) ListDistrictCapacityHistory(ctx context.Context, req *homecarev1.ListDistrictCapacityHistoryRequest) (*homecarev1.ListDistrictCapacityHistoryResponse, error) {
	var ref Reference
	encoded, err := s.reading(&ref).History(ctx, req.GetName(), req,
		func(points []book.Point[*homecarev1.HomeCareBranch, *homecarev1.HomeCareReturn], sources figure.Sources) proto.Message {
			res := &homecarev1.ListDistrictCapacityHistoryResponse{}
			for _, p := range points {
				capacity := Capacity(s.question(p.Question, p.Question.Area), ref, p.Places, sources)
				capacity.Sources = nil // Once for all points.
				res.Capacities = append(res.Capacities, capacity)
			}
			res.Sources = sources.Cited(res)
			return res
		},
		func(note *commonv1.DataNote) proto.Message {
			return &homecarev1.ListDistrictCapacityHistoryResponse{DataNotes: []*commonv1.DataNote{note}}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&homecarev1.ListDistrictCapacityHistoryResponse{}, encoded), nil
}

// WatchDistrict sends every change of a district after a revision.
func (s *Server) WatchDistrict(req *homecarev1.WatchDistrictRequest, stream homecarev1.HomeCareService_WatchDistrictServer) error {
	district, err := s.desk.District(req.GetName())
	if err != nil {
		return err
	}
	return s.book.Watch(stream.Context(), s.tracker, district, req.GetAfterRevision(), func(c *commonv1.PlaceChange) error {
		return stream.Send(&homecarev1.WatchDistrictResponse{Change: c})
	})
}

// reading is the desk that reads, for each answer, what the market is read by: the zones of
// its districts, as the answer's View knows them.
func (s *Server) reading(into *Reference) marketDesk {
	d := s.desk
	d.Beside = func(ctx context.Context, v *ledger.View, districts []string) (err error) {
		into.Rules = s.rules
		into.Zones, err = zonesReaching(ctx, v.Queries(), v.Revision(), districts)
		return err
	}
	return d
}

// question tells the pure functions what is asked, and of which districts.
func (s *Server) question(q book.Question, districts ...string) Question {
	return Question{
		Name: q.Area + "/homeCareCapacity", Districts: districts, AsAt: q.AsAt,
		Audience: q.Audience, KnownAt: q.KnownAt, Revision: q.Revision,
	}
}

func (s *Server) sum(whole book.Question, districts []book.District[*homecarev1.HomeCareBranch, *homecarev1.HomeCareReturn], ref Reference, sources figure.Sources) ([]*homecarev1.HomeCareCapacity, *homecarev1.HomeCareCapacity) {
	questions, branches, names := make([]Question, len(districts)), make([][]Standing, len(districts)), make([]string, len(districts))
	for i, d := range districts {
		names[i], branches[i] = d.Question.Area, d.Places
		questions[i] = s.question(d.Question, d.Question.Area)
	}
	return Sum(s.question(whole, names...), questions, ref, branches, sources)
}
