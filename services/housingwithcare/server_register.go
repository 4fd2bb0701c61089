package housingwithcare

import (
	"context"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// GetHousingScheme fetches one scheme.
func (s *Server) GetHousingScheme(ctx context.Context, req *housingwithcarev1.GetHousingSchemeRequest) (*housingwithcarev1.GetHousingSchemeResponse, error) {
	scheme, err := s.book.Get(ctx, strings.TrimPrefix(req.GetName(), prefix))
	if err != nil {
		return nil, err
	}
	return &housingwithcarev1.GetHousingSchemeResponse{HousingScheme: scheme}, nil
}

// ListHousingSchemes lists the register in order of id.
func (s *Server) ListHousingSchemes(ctx context.Context, req *housingwithcarev1.ListHousingSchemesRequest) (*housingwithcarev1.ListHousingSchemesResponse, error) {
	match, err := s.matcher(req)
	if err != nil {
		return nil, err
	}
	filter := ledger.Filter{District: req.GetDistrict(), Provider: req.GetProvider()}
	schemes, token, err := s.book.ListPlaces(ctx, req, filter, match)
	if err != nil {
		return nil, err
	}
	return &housingwithcarev1.ListHousingSchemesResponse{HousingSchemes: schemes, NextPageToken: token}, nil
}

// matcher is the part of a list's question that the store does not answer.
func (s *Server) matcher(req *housingwithcarev1.ListHousingSchemesRequest) (func(*housingwithcarev1.HousingScheme) bool, error) {
	today := s.book.Today().String()
	var within map[string]bool
	if req.GetAuthority() != "" {
		_, districts, err := s.desk.Authority(req.GetAuthority())
		if err != nil {
			return nil, err
		}
		within = make(map[string]bool, len(districts))
		for _, d := range districts {
			within["districts/"+d] = true
		}
	}
	if d := req.GetDistrict(); d != "" {
		if _, err := s.desk.District(d); err != nil {
			return nil, err
		}
	}
	title := strings.ToLower(req.GetTitle())
	return func(h *housingwithcarev1.HousingScheme) bool {
		return (req.GetIncludeClosed() || openOn(h, today)) &&
			(within == nil || within[h.GetDistrict()]) &&
			(req.GetKind() == 0 || h.GetKind() == req.GetKind()) &&
			(req.GetTenure() == 0 || unitsByTenure(h)[req.GetTenure()] > 0) &&
			(title == "" || strings.Contains(strings.ToLower(h.GetTitle()), title))
	}, nil
}

// CreateHousingScheme adds a scheme that is not on the register.
func (s *Server) CreateHousingScheme(ctx context.Context, req *housingwithcarev1.CreateHousingSchemeRequest) (*housingwithcarev1.CreateHousingSchemeResponse, error) {
	if err := s.checkDistrict("housing_scheme.district", req.GetHousingScheme()); err != nil {
		return nil, err
	}
	scheme, err := s.book.Create(ctx, req.GetHousingScheme(), req.GetSources())
	if err != nil {
		return nil, book.Under("housing_scheme", err)
	}
	return &housingwithcarev1.CreateHousingSchemeResponse{HousingScheme: scheme}, nil
}

// UpdateHousingScheme changes the fields that the mask names.
func (s *Server) UpdateHousingScheme(ctx context.Context, req *housingwithcarev1.UpdateHousingSchemeRequest) (*housingwithcarev1.UpdateHousingSchemeResponse, error) {
	id := strings.TrimPrefix(req.GetHousingScheme().GetName(), prefix)
	scheme, err := s.book.Update(ctx, id, func(stands *housingwithcarev1.HousingScheme) (*housingwithcarev1.HousingScheme, error) {
		changed, err := book.Named(stands, req.GetHousingScheme(), req.GetUpdateMask().GetPaths())
		if err != nil {
			return nil, err
		}
		return changed, s.checkDistrict("district", changed)
	})
	if err != nil {
		return nil, book.Under("housing_scheme", err)
	}
	return &housingwithcarev1.UpdateHousingSchemeResponse{HousingScheme: scheme}, nil
}

// BatchUpsertHousingSchemes adds or replaces many schemes.
func (s *Server) BatchUpsertHousingSchemes(ctx context.Context, req *housingwithcarev1.BatchUpsertHousingSchemesRequest) (*housingwithcarev1.BatchUpsertHousingSchemesResponse, error) {
	results, revision, err := s.book.Upsert(ctx, req.GetHousingSchemes(), book.Batch{Sources: req.GetSources(), AllOrNothing: req.GetAllOrNothing()})
	if err != nil {
		return nil, err
	}
	return &housingwithcarev1.BatchUpsertHousingSchemesResponse{Results: results, Revision: revision}, nil
}

// checkDistrict says whether the district a scheme is placed in exists.
func (s *Server) checkDistrict(field string, h *housingwithcarev1.HousingScheme) error {
	code := strings.TrimPrefix(h.GetDistrict(), "districts/")
	if _, ok := s.desk.Atlas.District(geo.Code(code)); !ok && code != "" {
		return errs.Invalid(errs.Violation{Field: field, Description: code + " is not a district of England today"})
	}
	return nil
}
