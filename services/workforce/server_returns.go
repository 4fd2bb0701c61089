package workforce

import (
	"context"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// SubmitEmployerReturn keeps what an employer says of itself.
func (s *Server) SubmitEmployerReturn(ctx context.Context, req *workforcev1.SubmitEmployerReturnRequest) (*workforcev1.SubmitEmployerReturnResponse, error) {
	submission, err := submission(req)
	if err != nil {
		return nil, err
	}
	kept, revision, err := s.book.SubmitOne(ctx, submission)
	if err != nil {
		return nil, book.Under("employer_return", err)
	}
	return &workforcev1.SubmitEmployerReturnResponse{EmployerReturn: kept, Revision: revision}, nil
}

// submission reads a request; the parent says which employer, where the return does not.
func submission(req *workforcev1.SubmitEmployerReturnRequest) (book.Submission[*workforcev1.EmployerReturn], error) {
	r := req.GetEmployerReturn()
	if r == nil {
		r = &workforcev1.EmployerReturn{}
	}
	if r.GetEmployer() == "" {
		r.Employer = req.GetParent()
	}
	if r.GetEmployer() != req.GetParent() && req.GetParent() != "" {
		return book.Submission[*workforcev1.EmployerReturn]{}, errs.Invalid(errs.Violation{
			Field: "employer_return.employer", Description: "is another employer than the parent, " + req.GetParent(),
		})
	}
	return book.Submission[*workforcev1.EmployerReturn]{Return: r, RequestID: req.GetRequestId()}, nil
}

// BatchSubmitEmployerReturns keeps many returns in one commit.
func (s *Server) BatchSubmitEmployerReturns(ctx context.Context, req *workforcev1.BatchSubmitEmployerReturnsRequest) (*workforcev1.BatchSubmitEmployerReturnsResponse, error) {
	submissions, err := book.Submissions(req.GetRequests(), submission)
	if err != nil {
		return nil, err
	}
	results, revision, err := s.book.SubmitMany(ctx, submissions, book.Batch{Sources: req.GetSources(), AllOrNothing: req.GetAllOrNothing()})
	if err != nil {
		return nil, err
	}
	return &workforcev1.BatchSubmitEmployerReturnsResponse{Results: results, Revision: revision}, nil
}

// ListEmployerReturns lists one employer's returns, newest day first.
func (s *Server) ListEmployerReturns(ctx context.Context, req *workforcev1.ListEmployerReturnsRequest) (*workforcev1.ListEmployerReturnsResponse, error) {
	page, token, err := s.book.ListReturns(ctx, req)
	if err != nil {
		return nil, err
	}
	return &workforcev1.ListEmployerReturnsResponse{EmployerReturns: page, NextPageToken: token}, nil
}
