package carehomes

import (
	"context"
	"fmt"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// maxPlacementPoints bounds one answer: each point reads the homes of all England once,
// three years by month and the day itself.
const maxPlacementPoints = 37

// ListPlacements says where the residents are whom an authority placed. They may be in any
// home of England, so every district is asked; its part is kept by its own revision.
func (s *Server) ListPlacements(ctx context.Context, req *carehomesv1.ListPlacementsRequest) (*carehomesv1.ListPlacementsResponse, error) {
	authority, _, err := s.desk.Authority(req.GetParent())
	if err != nil {
		return nil, err
	}
	days, err := book.Steps(req.GetFrom(), req.GetTo(), req.GetStep(), s.book.Today())
	if err != nil {
		return nil, err
	}
	if len(days) > maxPlacementPoints {
		return nil, errs.Invalid(errs.Violation{
			Field: "from", Description: fmt.Sprintf("placements have at most %d points: ask for less, or by year", maxPlacementPoints),
		})
	}
	knownAt, err := book.Moment(req.GetKnownAt())
	if err != nil {
		return nil, err
	}
	england, err := s.desk.Everywhere(ctx, knownAt, req.GetMinRevision())
	if err != nil {
		return nil, err
	}
	out := &carehomesv1.Placements{
		Name: req.GetParent() + "/careHomePlacements", KnownAt: england.KnownAt, Revision: england.Revision,
	}
	for _, day := range days {
		parts, err := book.EveryDistrict(ctx, s.desk, england, day, "Origins", origins)
		if err != nil {
			return nil, err
		}
		out.Points = append(out.Points, placements(s.desk.Atlas, authority, day, parts))
	}
	out.DataNotes = notAllEngland(s.desk.Atlas, authority, england.Districts())
	out.Sources = england.Sources.Cited(out)
	for _, source := range out.GetSources() {
		out.Illustrative = out.Illustrative || source.GetKind() == commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE
	}
	return &carehomesv1.ListPlacementsResponse{Placements: out}, nil
}
