package revision

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/caremarket/caremarket/pkg/errs"
)

func TestAStopInOrderIsNoWarning(t *testing.T) {
	for name, test := range map[string]struct {
		ended error
		want  slog.Level
	}{
		"stopped": {errs.Unavailable(errs.ReasonStopping, "this process is stopping", 0), slog.LevelInfo},
		"away":    {errs.Unavailable("AWAY", "gone", 0), slog.LevelWarn},
		"broken":  {errors.New("connection reset"), slog.LevelWarn},
	} {
		// As it comes over gRPC.
		if got := levelOf(fmt.Errorf("follow carehomes: %w", errs.Status(test.ended).Err())); got != test.want {
			t.Errorf("%s: logged at %s, want %s", name, got, test.want)
		}
	}
}
