package marketposition

import (
	"cmp"
	"context"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/placements"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// GetPlacementFlows says whom an authority's care homes take in and where else its own
// residents are, at the end of each step.
func (s *Server) GetPlacementFlows(ctx context.Context, req *marketpositionv1.GetPlacementFlowsRequest) (*marketpositionv1.GetPlacementFlowsResponse, error) {
	code, _, _ := strings.Cut(strings.TrimPrefix(req.GetName(), facts.AuthorityPrefix), "/")
	area, err := s.authority(code)
	if err != nil {
		return nil, err
	}
	if s.clients.CareHomes == nil {
		return nil, errs.Unavailable("CARE_HOMES_AWAY", "the care home market is not served here", time.Second)
	}
	res, err := s.clients.CareHomes.ListPlacements(ctx, &carehomesv1.ListPlacementsRequest{
		Parent: area.Name, From: req.GetFrom(), To: req.GetTo(), Step: req.GetStep(), KnownAt: req.GetKnownAt(), MinRevision: req.GetMinRevision(),
	})
	if err != nil {
		return nil, err
	}
	elsewhere := res.GetPlacements()
	// The districts as they were known with it, so that the two fit together.
	homes, sources, err := s.homesOverTime(ctx, area, req, elsewhere)
	if err != nil {
		return nil, err
	}
	out := &marketpositionv1.PlacementFlows{
		Name: req.GetName(), Title: area.Title, KnownAt: elsewhere.GetKnownAt(), DataNotes: elsewhere.GetDataNotes(),
	}
	for i, point := range elsewhere.GetPoints() {
		placed := placements.Placed{AsAt: point.GetAsAt(), Elsewhere: point}
		for n, d := range area.Districts {
			placed.Homes, placed.Titles = append(placed.Homes, homes[n][i]), append(placed.Titles, d.Name)
		}
		period, err := placements.OfAuthority(placements.Authority{Code: code, Title: area.Title}, placed, s.titles)
		if err != nil {
			return nil, errs.Internal("PLACEMENTS_CONTRADICT", err)
		}
		out.Periods = append(out.Periods, period)
	}
	for _, source := range elsewhere.GetSources() {
		sources[source.GetId()] = source
	}
	out.Sources = sources.Cited(out)
	for _, source := range out.GetSources() {
		out.Illustrative = out.Illustrative || source.GetKind() == commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE
	}
	return &marketpositionv1.GetPlacementFlowsResponse{PlacementFlows: out}, nil
}

// homesOverTime is each district's care home capacity on the days of some placements, and
// the sources of all.
func (s *Server) homesOverTime(ctx context.Context, area statement.Area, req *marketpositionv1.GetPlacementFlowsRequest, elsewhere *carehomesv1.Placements) ([][]*carehomesv1.CareHomeCapacity, figure.Sources, error) {
	points := elsewhere.GetPoints()
	to := points[len(points)-1].GetAsAt()
	from := cmp.Or(req.GetFrom(), to)
	answers := make([]*carehomesv1.ListDistrictCapacityHistoryResponse, len(area.Districts))
	all, ctx := errgroup.WithContext(ctx)
	for i, d := range area.Districts {
		all.Go(func() (err error) {
			answers[i], err = s.clients.CareHomes.ListDistrictCapacityHistory(ctx, &carehomesv1.ListDistrictCapacityHistoryRequest{
				Name: facts.DistrictPrefix + string(d.Code) + "/careHomeCapacity", From: from, To: to, Step: req.GetStep(), KnownAt: elsewhere.GetKnownAt(),
			})
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return nil, nil, err
	}
	sources := figure.Sources{}
	homes := make([][]*carehomesv1.CareHomeCapacity, len(answers))
	for i, a := range answers {
		if homes[i] = a.GetCapacities(); len(homes[i]) != len(points) {
			return nil, nil, errs.Internal("STEPS_DIFFER", nil)
		}
		for _, source := range a.GetSources() {
			sources[source.GetId()] = source
		}
	}
	return homes, sources, nil
}
