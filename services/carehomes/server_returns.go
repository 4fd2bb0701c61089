package carehomes

import (
	"context"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/paging"
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
	submissions := make([]book.Submission[*carehomesv1.CareHomeReturn], len(req.GetRequests()))
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
	return &carehomesv1.BatchSubmitCareHomeReturnsResponse{Results: results, Revision: revision}, nil
}

// ListCareHomeReturns lists one home's returns, newest day first.
func (s *Server) ListCareHomeReturns(ctx context.Context, req *carehomesv1.ListCareHomeReturnsRequest) (*carehomesv1.ListCareHomeReturnsResponse, error) {
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
	res := &carehomesv1.ListCareHomeReturnsResponse{CareHomeReturns: page}
	if next != (ledger.Cursor{}) {
		res.NextPageToken = paging.Token(req, next.AsAt+"/"+strconv.FormatInt(next.ID, 10))
	}
	return res, nil
}

func returnCursor(req *carehomesv1.ListCareHomeReturnsRequest) (ledger.Cursor, error) {
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
