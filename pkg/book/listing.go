package book

import (
	"context"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/paging"
)

// Listing is a request for one page, as the protos of all markets have it.
type Listing interface {
	proto.Message
	// GetPageSize is how many to give at most; 0 for the default.
	GetPageSize() int32
	// GetPageToken is where to go on; "" for the beginning.
	GetPageToken() string
}

// ReturnsListing is a request for a page of one place's returns.
type ReturnsListing interface {
	Listing
	// GetParent is the place's name.
	GetParent() string
	// GetKnownAt is the moment whose knowledge is asked for; nil for now.
	GetKnownAt() *timestamppb.Timestamp
}

// ListPlaces reads the page of the register that a request asks for: places in order of id that
// match. The token goes on from it, "" at the end.
func (b *Book[P, R]) ListPlaces(ctx context.Context, req Listing, f ledger.Filter, match func(P) bool) (page []P, token string, err error) {
	after, err := paging.Cursor(req, req.GetPageToken())
	if err != nil {
		return nil, "", err
	}
	page, next, err := b.Page(ctx, f, match, after, paging.Size(req.GetPageSize()))
	if err != nil || next == "" {
		return page, "", err
	}
	return page, paging.Token(req, next), nil
}

// ListReturns reads the page of a place's returns that a request asks for, newest day first, for
// whoever may see single places. The token goes on from it, "" at the end.
func (b *Book[P, R]) ListReturns(ctx context.Context, req ReturnsListing) (page []R, token string, err error) {
	if err := SinglePlaces(ctx); err != nil {
		return nil, "", err
	}
	after, err := returnCursor(req)
	if err != nil {
		return nil, "", err
	}
	knownAt, err := Moment(req.GetKnownAt())
	if err != nil {
		return nil, "", err
	}
	id := strings.TrimPrefix(req.GetParent(), b.market.Collection()+"/")
	page, next, err := b.Returns(ctx, id, knownAt, after, paging.Size(req.GetPageSize()))
	if err != nil || next == (ledger.Cursor{}) {
		return page, "", err
	}
	return page, paging.Token(req, next.AsAt+"/"+strconv.FormatInt(next.ID, 10)), nil
}

func returnCursor(req Listing) (ledger.Cursor, error) {
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

// Submissions reads every request of a batch, or names the faults of all by "requests[i]".
func Submissions[Q any, R proto.Message](requests []Q, read func(Q) (Submission[R], error)) ([]Submission[R], error) {
	all := make([]Submission[R], len(requests))
	var faults errs.Collector
	for i, one := range requests {
		var err error
		if all[i], err = read(one); err != nil {
			if err := faults.Merge(Part("requests", i), err); err != nil {
				return nil, err
			}
		}
	}
	return all, faults.Err()
}
