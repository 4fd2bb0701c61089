package marketposition

import (
	"context"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// GetNeed works out the need of a district or an authority in a year.
func (s *Server) GetNeed(ctx context.Context, req *marketpositionv1.GetNeedRequest) (*marketpositionv1.GetNeedResponse, error) {
	need, err := s.need(ctx, req.GetName(), req, int(req.GetYear()), nil)
	return &marketpositionv1.GetNeedResponse{Need: need}, err
}

// AssessNeed does the same with rates of the caller's own.
func (s *Server) AssessNeed(ctx context.Context, req *marketpositionv1.AssessNeedRequest) (*marketpositionv1.AssessNeedResponse, error) {
	need, err := s.need(ctx, req.GetName(), req, int(req.GetYear()), req.GetRates())
	return &marketpositionv1.AssessNeedResponse{Need: need}, err
}

func (s *Server) need(ctx context.Context, name string, req ofMoment, year int, rates []*marketpositionv1.NeedRateOverride) (*marketpositionv1.NeedAssessment, error) {
	area, err := s.area(name)
	if err != nil {
		return nil, err
	}
	q, err := s.asked(area, req)
	if err != nil {
		return nil, err
	}
	in, err := s.gatherFacts(ctx, area, q)
	if err != nil {
		return nil, err
	}
	return statement.AssessNeed(in, year, rates)
}
