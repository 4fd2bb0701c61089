package marketposition

import (
	"context"
	"errors"
	"strings"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/statement"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/paging"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// ListAuthorities lists England's councils with social care duties, in order of code.
func (s *Server) ListAuthorities(_ context.Context, req *marketpositionv1.ListAuthoritiesRequest) (*marketpositionv1.ListAuthoritiesResponse, error) {
	after, err := paging.Cursor(req, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	res := &marketpositionv1.ListAuthoritiesResponse{}
	limit := paging.Size(req.GetPageSize())
	for _, a := range s.atlas.Authorities() {
		if string(a.Code) <= after {
			continue
		}
		if len(res.GetAuthorities()) == limit {
			last := strings.TrimPrefix(res.GetAuthorities()[limit-1].GetName(), facts.AuthorityPrefix)
			res.NextPageToken = paging.Token(req, last)
			break
		}
		res.Authorities = append(res.Authorities, s.authorityMessage(a))
	}
	return res, nil
}

// GetAuthority fetches one.
func (s *Server) GetAuthority(_ context.Context, req *marketpositionv1.GetAuthorityRequest) (*marketpositionv1.GetAuthorityResponse, error) {
	area, err := s.authority(strings.TrimPrefix(req.GetName(), facts.AuthorityPrefix))
	if err != nil {
		return nil, err
	}
	return &marketpositionv1.GetAuthorityResponse{Authority: s.authorityMessage(area.Authority)}, nil
}

func (s *Server) authorityMessage(a geo.Authority) *marketpositionv1.Authority {
	out := &marketpositionv1.Authority{
		Name: facts.AuthorityPrefix + string(a.Code), Title: a.Name, Region: "regions/" + string(a.Region),
	}
	for _, d := range s.atlas.DistrictsOf(a.Code) {
		out.Districts = append(out.Districts, facts.DistrictPrefix+string(d.Code))
	}
	return out
}

// ListDistricts lists an authority's districts, in order of code.
func (s *Server) ListDistricts(ctx context.Context, req *marketpositionv1.ListDistrictsRequest) (*marketpositionv1.ListDistrictsResponse, error) {
	area, err := s.authority(strings.TrimPrefix(req.GetParent(), facts.AuthorityPrefix))
	if err != nil {
		return nil, err
	}
	sources, err := s.sources(ctx)
	if err != nil {
		return nil, err
	}
	res := &marketpositionv1.ListDistrictsResponse{}
	for _, d := range area.Districts {
		res.Districts = append(res.Districts, s.districtMessage(d, sources))
	}
	res.Sources = sources.Cited(res)
	return res, nil
}

// GetDistrict fetches one. An old code is answered with the district that replaced it.
func (s *Server) GetDistrict(ctx context.Context, req *marketpositionv1.GetDistrictRequest) (*marketpositionv1.GetDistrictResponse, error) {
	area, err := s.district(strings.TrimPrefix(req.GetName(), facts.DistrictPrefix))
	if err != nil {
		return nil, err
	}
	sources, err := s.sources(ctx)
	if err != nil {
		return nil, err
	}
	d := s.districtMessage(area.Districts[0], sources)
	d.Sources = sources.Cited(d)
	return &marketpositionv1.GetDistrictResponse{District: d}, nil
}

func (s *Server) districtMessage(d geo.District, sources figure.Sources) *marketpositionv1.District {
	authority, _ := s.atlas.AuthorityOf(d.Code)
	region, _ := s.atlas.Region(d.Region)
	out := &marketpositionv1.District{
		Name: facts.DistrictPrefix + string(d.Code), Title: d.Name,
		Authority: facts.AuthorityPrefix + string(authority.Code), AuthorityTitle: authority.Name,
		Region: "regions/" + string(region.Code), RegionTitle: region.Name,
		ValidFrom: d.From.String(), ValidTo: d.To.String(),
	}
	for _, code := range s.atlas.Predecessors(d.Code) {
		out.Predecessors = append(out.Predecessors, string(code))
	}
	basis := figure.Basis{}
	for _, source := range sources.Named(s.areaFrom...) {
		basis.SourceIDs = append(basis.SourceIDs, source.GetId())
	}
	out.Area = basis.Of(d.Hectares, commonv1.Unit_UNIT_HECTARES)
	return out
}

// GetPopulation gives a district's people by age, as known now.
func (s *Server) GetPopulation(ctx context.Context, req *marketpositionv1.GetPopulationRequest) (*marketpositionv1.GetPopulationResponse, error) {
	code, _, _ := strings.Cut(strings.TrimPrefix(req.GetName(), facts.DistrictPrefix), "/")
	area, err := s.district(code)
	if err != nil {
		return nil, err
	}
	in := statement.Inputs{Area: area, AsAt: s.today().String()}
	if in.Sources, err = s.sources(ctx); err != nil {
		return nil, err
	}
	err = s.ledger.Read(ctx, 0, func(v *ledger.View) (err error) {
		in.Known, err = facts.Read(ctx, v, area.Codes()...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &marketpositionv1.GetPopulationResponse{People: statement.People(in)}, nil
}

// LocateDistrict finds the district of a point or a postcode, with its doubt.
func (s *Server) LocateDistrict(ctx context.Context, req *marketpositionv1.LocateDistrictRequest) (*marketpositionv1.LocateDistrictResponse, error) {
	locator, err := s.Locator(ctx)
	if err != nil {
		return nil, err
	}
	at := geo.Point{Latitude: req.GetLatitude(), Longitude: req.GetLongitude()}
	placed, err := locator.Place(at, req.GetPostcode())
	if unplaceable, ok := errors.AsType[*geo.UnplaceableError](err); ok {
		return nil, errs.FailedPrecondition("UNPLACEABLE", unplaceable.Error())
	}
	if err != nil {
		return nil, err
	}
	return &marketpositionv1.LocateDistrictResponse{
		District:  facts.DistrictPrefix + string(placed.District),
		Placement: &commonv1.Placement{Method: placementMethods[placed.Method], Doubt: placed.Doubt},
	}, nil
}
