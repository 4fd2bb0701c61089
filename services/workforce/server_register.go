package workforce

import (
	"context"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// GetEmployer fetches one employer.
func (s *Server) GetEmployer(ctx context.Context, req *workforcev1.GetEmployerRequest) (*workforcev1.GetEmployerResponse, error) {
	employer, err := s.book.Get(ctx, strings.TrimPrefix(req.GetName(), prefix))
	if err != nil {
		return nil, err
	}
	return &workforcev1.GetEmployerResponse{Employer: employer}, nil
}

// ListEmployers lists the register in order of id.
func (s *Server) ListEmployers(ctx context.Context, req *workforcev1.ListEmployersRequest) (*workforcev1.ListEmployersResponse, error) {
	match, err := s.matcher(req)
	if err != nil {
		return nil, err
	}
	filter := ledger.Filter{District: req.GetDistrict(), Provider: req.GetProvider()}
	employers, token, err := s.book.ListPlaces(ctx, req, filter, match)
	if err != nil {
		return nil, err
	}
	return &workforcev1.ListEmployersResponse{Employers: employers, NextPageToken: token}, nil
}

// matcher is the part of a list's question that the store does not answer.
func (s *Server) matcher(req *workforcev1.ListEmployersRequest) (func(*workforcev1.Employer) bool, error) {
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
	return func(e *workforcev1.Employer) bool {
		return (req.GetIncludeClosed() || openOn(e, today)) &&
			(within == nil || within[e.GetDistrict()]) &&
			(req.GetService() == 0 || provides(e, req.GetService())) &&
			(title == "" || strings.Contains(strings.ToLower(e.GetTitle()), title))
	}, nil
}

// provides reports whether a service is an employer's main one or one of the others.
func provides(e *workforcev1.Employer, service workforcev1.ServiceType) bool {
	return e.GetMainService() == service || slices.Contains(e.GetOtherServices(), service)
}

// CreateEmployer adds an employer that is not on the register.
func (s *Server) CreateEmployer(ctx context.Context, req *workforcev1.CreateEmployerRequest) (*workforcev1.CreateEmployerResponse, error) {
	if err := s.checkDistrict("employer.district", req.GetEmployer()); err != nil {
		return nil, err
	}
	employer, err := s.book.Create(ctx, req.GetEmployer(), req.GetSources())
	if err != nil {
		return nil, book.Under("employer", err)
	}
	return &workforcev1.CreateEmployerResponse{Employer: employer}, nil
}

// UpdateEmployer changes the fields that the mask names.
func (s *Server) UpdateEmployer(ctx context.Context, req *workforcev1.UpdateEmployerRequest) (*workforcev1.UpdateEmployerResponse, error) {
	id := strings.TrimPrefix(req.GetEmployer().GetName(), prefix)
	employer, err := s.book.Update(ctx, id, func(stands *workforcev1.Employer) (*workforcev1.Employer, error) {
		changed, err := book.Named(stands, req.GetEmployer(), req.GetUpdateMask().GetPaths())
		if err != nil {
			return nil, err
		}
		return changed, s.checkDistrict("district", changed)
	})
	if err != nil {
		return nil, book.Under("employer", err)
	}
	return &workforcev1.UpdateEmployerResponse{Employer: employer}, nil
}

// BatchUpsertEmployers adds or replaces many employers.
func (s *Server) BatchUpsertEmployers(ctx context.Context, req *workforcev1.BatchUpsertEmployersRequest) (*workforcev1.BatchUpsertEmployersResponse, error) {
	results, revision, err := s.book.Upsert(ctx, req.GetEmployers(), book.Batch{Sources: req.GetSources(), AllOrNothing: req.GetAllOrNothing()})
	if err != nil {
		return nil, err
	}
	return &workforcev1.BatchUpsertEmployersResponse{Results: results, Revision: revision}, nil
}

// checkDistrict says whether the district an employer is placed in exists.
func (s *Server) checkDistrict(field string, e *workforcev1.Employer) error {
	code := strings.TrimPrefix(e.GetDistrict(), "districts/")
	if _, ok := s.desk.Atlas.District(geo.Code(code)); !ok && code != "" {
		return errs.Invalid(errs.Violation{Field: field, Description: code + " is not a district of England today"})
	}
	return nil
}
