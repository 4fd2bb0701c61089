package homecare

import (
	"testing"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/goldentest"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// The whole answer for one district, as a reader has it. Rewrite it with -update and read
// the difference.
func TestGoldenCapacity(t *testing.T) {
	office := returned(branch("1-4", home, "vale"), zoneRows(&homecarev1.ZoneReturn{HoursSpare: new(900.0)}))
	all := []Standing{
		returned(branch("1-1", home, "valleys", "border"), sound()),
		returned(branch("1-2", home, "vale", "valleys"), zoneRows(
			row("vale", 310.25, 300, 12, paid(council, 31), paid(selfFunder, 7)),
			row("valleys", 90, 120, 0, paid(council, 8), paid(homecarev1.Payer_PAYER_DIRECT_PAYMENT, 2)),
		)),
		returned(branch("1-3", home, "vale"), zoneRows(row("vale", 55.5, 60, 4.5, paid(council, 6)))),
		office,
		unreturned(branch("1-5", reablement, "vale")),
		returned(branch("oc-micro", micro, "border"), zoneRows(row("border", 16, 0, 8, paid(selfFunder, 8)))),
	}
	goldentest.Check(t, "capacity", Capacity(ask(t, audience.Public, stroud), reference(t), all, known))
}
