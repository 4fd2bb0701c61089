package workforce

import (
	"testing"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/goldentest"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// The whole answer for one district, as the public has it. Rewrite it with -update and read
// the difference.
func TestGoldenCapacity(t *testing.T) {
	home := employer("1-2")
	home.MainService = nursing
	full := returned(home, "2026-10-12")
	full.Return = sound()
	all := []Standing{
		full,
		returned(employer("1-3"), "2026-10-12", paid(flows(row(careWorker, 25, 4, 6, 0), 5, 9, 8), 12.1), paid(row(manager, 1, 0, 0, 0), 19)),
		returned(employer("1-4"), "2026-07-31", paid(flows(row(careWorker, 31, 0, 2, 7), 2, 11, 12), 11.9), row(senior, 6, 1, 0, 0)),
		returned(employer("em-five"), "2026-10-09", paid(row(careWorker, 12, 3, 0, 2), 13.25)),
		silent(employer("1-6")),
	}
	all[1].Return.DsptStatus, all[1].Return.DigitalSocialCareRecords = workforcev1.DsptStatus_DSPT_STATUS_APPROACHING_STANDARDS, new(false)
	goldentest.Check(t, "capacity", Capacity(ask(t, audience.Public, stroud), all, known))
}
