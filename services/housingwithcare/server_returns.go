package housingwithcare

import (
	"context"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/paging"
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
	submissions := make([]book.Submission[*housingwithcarev1.SchemeReturn], len(req.GetRequests()))
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
	return &housingwithcarev1.BatchSubmitSchemeReturnsResponse{Results: results, Revision: revision}, nil
}

// ListSchemeReturns lists one scheme's returns, newest day first.
func (s *Server) ListSchemeReturns(ctx context.Context, req *housingwithcarev1.ListSchemeReturnsRequest) (*housingwithcarev1.ListSchemeReturnsResponse, error) {
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
	res := &housingwithcarev1.ListSchemeReturnsResponse{SchemeReturns: page}
	if next != (ledger.Cursor{}) {
		res.NextPageToken = paging.Token(req, next.AsAt+"/"+strconv.FormatInt(next.ID, 10))
	}
	return res, nil
}

func returnCursor(req *housingwithcarev1.ListSchemeReturnsRequest) (ledger.Cursor, error) {
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
