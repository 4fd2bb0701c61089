package book

import (
	"context"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
)

// SinglePlaces refuses whoever may not see what a single place returned: the public, and
// providers, since none may learn a competitor's numbers.
func SinglePlaces(ctx context.Context) error {
	if audience.From(ctx) < audience.Commissioner {
		return errs.PermissionDenied("SINGLE_PLACES", "the numbers of single places are for commissioners")
	}
	return nil
}
