package marketposition

import (
	"cmp"
	"context"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// monthsAhead is how far a workforce is followed when a request does not say.
const monthsAhead = 12

// ProjectWorkforce follows an authority's care staff month by month.
func (s *Server) ProjectWorkforce(ctx context.Context, req *marketpositionv1.ProjectWorkforceRequest) (*marketpositionv1.ProjectWorkforceResponse, error) {
	area, err := s.area(req.GetName())
	if err != nil {
		return nil, err
	}
	in, err := s.inputs(ctx, area, req)
	if err != nil {
		return nil, err
	}
	assumptions, err := statement.NewAssumptions(area, in.Known.Assumptions, "overrides", req.GetOverrides())
	if err != nil {
		return nil, err
	}
	projection, err := statement.ProjectWorkforce(in, assumptions, statement.WorkforceAsk{
		Months: int(cmp.Or(req.GetMonths(), monthsAhead)), Levers: req.GetLevers(), Teams: req.GetTeams(), Services: req.GetServices(),
	})
	return &marketpositionv1.ProjectWorkforceResponse{Projection: projection}, err
}
