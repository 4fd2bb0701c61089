package housingwithcare

import (
	"context"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// SubmitSchemeReturn keeps what a scheme says of itself.
func (s *Server) SubmitSchemeReturn(ctx context.Context, req *housingwithcarev1.SubmitSchemeReturnRequest) (*housingwithcarev1.SubmitSchemeReturnResponse, error) {
	submission, err := submission(req)
	if err != nil {
		return nil, err
	}
	kept, revision, err := s.book.SubmitOne(ctx, submission)
	if err != nil {
		return nil, book.Under("scheme_return", err)
	}
	return &housingwithcarev1.SubmitSchemeReturnResponse{SchemeReturn: kept, Revision: revision}, nil
}

// submission reads a request; the parent says which scheme, where the return does not.
func submission(req *housingwithcarev1.SubmitSchemeReturnRequest) (book.Submission[*housingwithcarev1.SchemeReturn], error) {
	r := req.GetSchemeReturn()
	if r == nil {
		r = &housingwithcarev1.SchemeReturn{}
	}
	if r.GetHousingScheme() == "" {
		r.HousingScheme = req.GetParent()
	}
	if r.GetHousingScheme() != req.GetParent() && req.GetParent() != "" {
		return book.Submission[*housingwithcarev1.SchemeReturn]{}, errs.Invalid(errs.Violation{
			Field: "scheme_return.housing_scheme", Description: "is another scheme than the parent, " + req.GetParent(),
		})
	}
	return book.Submission[*housingwithcarev1.SchemeReturn]{Return: r, RequestID: req.GetRequestId()}, nil
}

// BatchSubmitSchemeReturns keeps many returns in one commit.
func (s *Server) BatchSubmitSchemeReturns(ctx context.Context, req *housingwithcarev1.BatchSubmitSchemeReturnsRequest) (*housingwithcarev1.BatchSubmitSchemeReturnsResponse, error) {
	submissions, err := book.Submissions(req.GetRequests(), submission)
	if err != nil {
		return nil, err
	}
	results, revision, err := s.book.SubmitMany(ctx, submissions, book.Batch{Sources: req.GetSources(), AllOrNothing: req.GetAllOrNothing()})
	if err != nil {
		return nil, err
	}
	return &housingwithcarev1.BatchSubmitSchemeReturnsResponse{Results: results, Revision: revision}, nil
}

// ListSchemeReturns lists one scheme's returns, newest day first.
func (s *Server) ListSchemeReturns(ctx context.Context, req *housingwithcarev1.ListSchemeReturnsRequest) (*housingwithcarev1.ListSchemeReturnsResponse, error) {
	page, token, err := s.book.ListReturns(ctx, req)
	if err != nil {
		return nil, err
	}
	return &housingwithcarev1.ListSchemeReturnsResponse{SchemeReturns: page, NextPageToken: token}, nil
}
