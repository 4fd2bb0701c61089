package marketposition

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/caremarket/caremarket/pkg/errs"
)

const (
	// runBytes is about how much memory all long runs of this process may take together.
	runBytes = 256 << 20
	// runWait is how long one waits for others to end.
	runWait = 3 * time.Second
)

// runs bounds the long runs of models by the memory that they take together.
type runs struct{ room *semaphore.Weighted }

func newRuns() runs { return runs{semaphore.NewWeighted(runBytes)} }

// take waits for room for a run of so many bytes; release gives it back. A run that could
// never have room is a fault of the field that makes it large.
func (r runs) take(ctx context.Context, bytes int64, field string) (release func(), err error) {
	if bytes > runBytes {
		return nil, errs.Invalid(errs.Violation{Field: field, Description: fmt.Sprintf(
			"with so many districts and years it takes %d MiB, more than the %d there are: draw less often or look less far", bytes>>20, runBytes>>20)})
	}
	waiting, cancel := context.WithTimeout(ctx, runWait)
	defer cancel()
	if err := r.room.Acquire(waiting, bytes); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, errs.ResourceExhausted("BUSY", "as many models are running as may at a time: try again", runWait)
	}
	return func() { r.room.Release(bytes) }, nil
}
