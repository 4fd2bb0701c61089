package marketposition

import (
	"context"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/homeoptions"
)

// AppraiseCareHomeOptions judges new care homes in an authority.
func (s *Server) AppraiseCareHomeOptions(ctx context.Context, req *marketpositionv1.AppraiseCareHomeOptionsRequest) (*marketpositionv1.AppraiseCareHomeOptionsResponse, error) {
	area, err := s.area(req.GetName())
	if err != nil {
		return nil, err
	}
	in, err := s.inputs(audience.With(ctx, audience.Public), area, req)
	if err != nil {
		return nil, err
	}
	var faults errs.Collector
	plan, err := homeoptions.Prepare(in, req, insteadOfEach(&faults, "markets", area, req.GetMarkets()), &faults)
	if err != nil {
		return nil, err
	}
	release, err := s.runs.take(ctx, plan.Bytes(), "draws")
	if err != nil {
		return nil, err
	}
	defer release()
	appraisal, err := plan.Run(ctx)
	return &marketpositionv1.AppraiseCareHomeOptionsResponse{Appraisal: appraisal}, err
}
