package carehomes

import (
	"context"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// SubmitCareHomeReturn keeps what a home says of itself.
func (s *Server) SubmitCareHomeReturn(ctx context.Context, req *carehomesv1.SubmitCareHomeReturnRequest) (*carehomesv1.SubmitCareHomeReturnResponse, error) {
	submission, err := submission(req)
	if err != nil {
		return nil, err
	}
	kept, revision, err := s.book.SubmitOne(ctx, submission)
	if err != nil {
		return nil, book.Under("care_home_return", err)
	}
	return &carehomesv1.SubmitCareHomeReturnResponse{CareHomeReturn: kept, Revision: revision}, nil
}

// submission reads a request; the parent says which home, where the return does not.
func submission(req *carehomesv1.SubmitCareHomeReturnRequest) (book.Submission[*carehomesv1.CareHomeReturn], error) {
	r := req.GetCareHomeReturn()
	if r == nil {
		r = &carehomesv1.CareHomeReturn{}
	}
	if r.GetCareHome() == "" {
		r.CareHome = req.GetParent()
	}
	if r.GetCareHome() != req.GetParent() && req.GetParent() != "" {
		return book.Submission[*carehomesv1.CareHomeReturn]{}, errs.Invalid(errs.Violation{
			Field: "care_home_return.care_home", Description: "is another home than the parent, " + req.GetParent(),
		})
	}
	return book.Submission[*carehomesv1.CareHomeReturn]{Return: r, RequestID: req.GetRequestId()}, nil
}

// BatchSubmitCareHomeReturns keeps many returns in one commit.
func (s *Server) BatchSubmitCareHomeReturns(ctx context.Context, req *carehomesv1.BatchSubmitCareHomeReturnsRequest) (*carehomesv1.BatchSubmitCareHomeReturnsResponse, error) {
	submissions, err := book.Submissions(req.GetRequests(), submission)
	if err != nil {
		return nil, err
	}
	results, revision, err := s.book.SubmitMany(ctx, submissions, book.Batch{Sources: req.GetSources(), AllOrNothing: req.GetAllOrNothing()})
	if err != nil {
		return nil, err
	}
	return &carehomesv1.BatchSubmitCareHomeReturnsResponse{Results: results, Revision: revision}, nil
}

// ListCareHomeReturns lists one home's returns, newest day first.
func (s *Server) ListCareHomeReturns(ctx context.Context, req *carehomesv1.ListCareHomeReturnsRequest) (*carehomesv1.ListCareHomeReturnsResponse, error) {
	page, token, err := s.book.ListReturns(ctx, req)
	if err != nil {
		return nil, err
	}
	return &carehomesv1.ListCareHomeReturnsResponse{CareHomeReturns: page, NextPageToken: token}, nil
}
