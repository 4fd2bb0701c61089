package workforce

import (
	"context"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/paging"
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
	submissions := make([]book.Submission[*workforcev1.EmployerReturn], len(req.GetRequests()))
	var faults errs.Collector
	for i, one := range req.GetRequests() {
		var err error
		if submissions[i], err = submission(one); err != nil {
			if err := faults.Merge("requests["+strconv.Itoa(i)+"]", err); err != nil {
				return nil, err
			}
		}
	}
	if err := faults.Err(); err != nil {
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
	if err := book.SinglePlaces(ctx); err != nil {
		return nil, err
	}
	cursor, err := returnCursor(req)
	if err != nil {
		return nil, err
	}
	knownAt, err := book.Moment(req.GetKnownAt())
	if err != nil {
		return nil, err
	}
	page, next, err := s.book.Returns(ctx, strings.TrimPrefix(req.GetParent(), prefix), knownAt, cursor, paging.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	res := &workforcev1.ListEmployerReturnsResponse{EmployerReturns: page}
	if next != (ledger.Cursor{}) {
		res.NextPageToken = paging.Token(req, next.AsAt+"/"+strconv.FormatInt(next.ID, 10))
	}
	return res, nil
}

func returnCursor(req *workforcev1.ListEmployerReturnsRequest) (ledger.Cursor, error) {
	text, err := paging.Cursor(req, req.GetPageToken())
	if err != nil || text == "" {
		return ledger.Cursor{}, err
	}
	day, id, _ := strings.Cut(text, "/")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return ledger.Cursor{}, errs.Invalid(errs.Violation{Field: "page_token", Description: "is not one that this listing gave"})
	}
	return ledger.Cursor{AsAt: day, ID: n}, nil
}
