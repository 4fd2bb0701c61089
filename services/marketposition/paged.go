package marketposition

import (
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/paging"
)

// paged is a request for a page of what is worked out whole.
type paged interface {
	proto.Message
	GetPageSize() int32
	GetPageToken() string
}

// resume reads where a page begins, and puts the moment of the first page in place of
// knownAt: all pages are of one answer.
func resume(req paged, knownAt **timestamppb.Timestamp) (from int, err error) {
	after, err := paging.Cursor(req, req.GetPageToken())
	if err != nil || after == "" {
		return 0, err
	}
	var micros int64
	if _, err := fmt.Sscanf(after, "%d/%d", &micros, &from); err != nil || from < 0 || micros <= 0 {
		return 0, errs.Invalid(errs.Violation{Field: "page_token", Description: "is not one that this listing gave"})
	}
	*knownAt = book.Stamp(micros)
	return from, nil
}

// cut is the page that begins there, and the token to go on with.
func cut[T any](req paged, all []T, knownAt *timestamppb.Timestamp, from int) (page []T, next string) {
	from = min(from, len(all))
	to := min(from+paging.Size(req.GetPageSize()), len(all))
	if to < len(all) {
		next = paging.Token(req, fmt.Sprintf("%d/%d", knownAt.AsTime().UnixMicro(), to))
	}
	return all[from:to], next
}
