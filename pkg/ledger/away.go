package ledger

import (
	"time"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/sqldb"
)

// awayRetryAfter is the hint given when the store does not answer.
const awayRetryAfter = time.Second

// away makes UNAVAILABLE of an error that says that the store does not answer for now, by
// which a cache knows to give its last answer and a caller to try again. Any other error,
// and nil, is returned as it is.
func away(err error) error {
	if !sqldb.IsUnavailable(err) {
		return err
	}
	return errs.Unavailable("STORE_AWAY", "the store does not answer", awayRetryAfter).Because(err)
}
