package homecare

import (
	"context"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// SubmitHomeCareReturn keeps what a branch says of itself.
func (s *Server) SubmitHomeCareReturn(ctx context.Context, req *homecarev1.SubmitHomeCareReturnRequest) (*homecarev1.SubmitHomeCareReturnResponse, error) {
	submission, err := submission(req)
	if err != nil {
		return nil, err
	}
	kept, revision, err := s.book.SubmitOne(ctx, submission)
	if err != nil {
		return nil, book.Under("home_care_return", err)
	}
	return &homecarev1.SubmitHomeCareReturnResponse{HomeCareReturn: kept, Revision: revision}, nil
}

// submission reads a request; the parent says which branch, where the return does not.
func submission(req *homecarev1.SubmitHomeCareReturnRequest) (book.Submission[*homecarev1.HomeCareReturn], error) {
	r := req.GetHomeCareReturn()
	if r == nil {
		r = &homecarev1.HomeCareReturn{}
	}
	if r.GetHomeCareBranch() == "" {
		r.HomeCareBranch = req.GetParent()
	}
	if r.GetHomeCareBranch() != req.GetParent() && req.GetParent() != "" {
		return book.Submission[*homecarev1.HomeCareReturn]{}, errs.Invalid(errs.Violation{
			Field: "home_care_return.home_care_branch", Description: "is another branch than the parent, " + req.GetParent(),
		})
	}
	return book.Submission[*homecarev1.HomeCareReturn]{Return: r, RequestID: req.GetRequestId()}, nil
}

// BatchSubmitHomeCareReturns keeps many returns in one commit.
func (s *Server) BatchSubmitHomeCareReturns(ctx context.Context, req *homecarev1.BatchSubmitHomeCareReturnsRequest) (*homecarev1.BatchSubmitHomeCareReturnsResponse, error) {
	submissions, err := book.Submissions(req.GetRequests(), submission)
	if err != nil {
		return nil, err
	}
	results, revision, err := s.book.SubmitMany(ctx, submissions, book.Batch{Sources: req.GetSources(), AllOrNothing: req.GetAllOrNothing()})
	if err != nil {
		return nil, err
	}
	return &homecarev1.BatchSubmitHomeCareReturnsResponse{Results: results, Revision: revision}, nil
}

// ListHomeCareReturns lists one branch's returns, newest day first.
func (s *Server) ListHomeCareReturns(ctx context.Context, req *homecarev1.ListHomeCareReturnsRequest) (*homecarev1.ListHomeCareReturnsResponse, error) {
	page, token, err := s.book.ListReturns(ctx, req)
	if err != nil {
		return nil, err
	}
	return &homecarev1.ListHomeCareReturnsResponse{HomeCareReturns: page, NextPageToken: token}, nil
}
