package carehomes

import (
	"context"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/ledger"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// GetCareHome fetches one home.
func (s *Server) GetCareHome(ctx context.Context, req *carehomesv1.GetCareHomeRequest) (*carehomesv1.GetCareHomeResponse, error) {
	home, err := s.book.Get(ctx, strings.TrimPrefix(req.GetName(), prefix))
	if err != nil {
		return nil, err
	}
	return &carehomesv1.GetCareHomeResponse{CareHome: home}, nil
}

// ListCareHomes lists the register in order of id.
func (s *Server) ListCareHomes(ctx context.Context, req *carehomesv1.ListCareHomesRequest) (*carehomesv1.ListCareHomesResponse, error) {
	match, err := s.matcher(req)
	if err != nil {
		return nil, err
	}
	filter := ledger.Filter{District: req.GetDistrict(), Provider: req.GetProvider()}
	homes, token, err := s.book.ListPlaces(ctx, req, filter, match)
	if err != nil {
		return nil, err
	}
	return &carehomesv1.ListCareHomesResponse{CareHomes: homes, NextPageToken: token}, nil
}

// matcher is the part of a list's question that the store does not answer.
func (s *Server) matcher(req *carehomesv1.ListCareHomesRequest) (func(*carehomesv1.CareHome) bool, error) {
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
	return func(h *carehomesv1.CareHome) bool {
		return (req.GetIncludeClosed() || openOn(h, today)) &&
			(within == nil || within[h.GetDistrict()]) &&
			(req.GetService() == 0 || slices.Contains(h.GetServices(), req.GetService())) &&
			(req.GetRating() == 0 || h.GetRating() == req.GetRating()) &&
			(title == "" || strings.Contains(strings.ToLower(h.GetTitle()), title))
	}, nil
}

// CreateCareHome adds a home that is not on the register.
func (s *Server) CreateCareHome(ctx context.Context, req *carehomesv1.CreateCareHomeRequest) (*carehomesv1.CreateCareHomeResponse, error) {
	home, err := s.book.Create(ctx, req.GetCareHome(), req.GetSources())
	if err != nil {
		return nil, book.Under("care_home", err)
	}
	return &carehomesv1.CreateCareHomeResponse{CareHome: home}, nil
}

// UpdateCareHome changes the fields that the mask names.
func (s *Server) UpdateCareHome(ctx context.Context, req *carehomesv1.UpdateCareHomeRequest) (*carehomesv1.UpdateCareHomeResponse, error) {
	id := strings.TrimPrefix(req.GetCareHome().GetName(), prefix)
	home, err := s.book.Update(ctx, id, func(stands *carehomesv1.CareHome) (*carehomesv1.CareHome, error) {
		return book.Named(stands, req.GetCareHome(), req.GetUpdateMask().GetPaths())
	})
	if err != nil {
		return nil, book.Under("care_home", err)
	}
	return &carehomesv1.UpdateCareHomeResponse{CareHome: home}, nil
}

// BatchUpsertCareHomes adds or replaces many homes.
func (s *Server) BatchUpsertCareHomes(ctx context.Context, req *carehomesv1.BatchUpsertCareHomesRequest) (*carehomesv1.BatchUpsertCareHomesResponse, error) {
	results, revision, err := s.book.Upsert(ctx, req.GetCareHomes(), book.Batch{Sources: req.GetSources(), AllOrNothing: req.GetAllOrNothing()})
	if err != nil {
		return nil, err
	}
	return &carehomesv1.BatchUpsertCareHomesResponse{Results: results, Revision: revision}, nil
}
