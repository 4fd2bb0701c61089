package ledger_test

import (
	"testing"
	"time"

	"github.com/caremarket/caremarket/pkg/ledger"
)

func eachTouched(t *testing.T, l *ledger.Ledger) {
	touches := func(at int64) (all map[string]int64) {
		t.Helper()
		all = map[string]int64{}
		read(t, l, at, func(v *ledger.View) error {
			each, err := v.EachTouched(t.Context())
			for _, touch := range each {
				all[touch.District] = touch.Revision
				if _, recorded, err := v.Touched(t.Context(), touch.District); err != nil || recorded != touch.RecordedAt {
					t.Errorf("%s was touched at %d, not %d (%v)", touch.District, recorded, touch.RecordedAt, err)
				}
			}
			return err
		})
		return all
	}
	want(t, touches(0), map[string]int64{})
	put(t, l, home("a", "D1"))
	put(t, l, home("b", "D2"))
	now := time.Now().UnixMicro()
	before := map[string]int64{"D1": 1, "D2": 2}
	want(t, touches(now), before)
	submit(t, l, ret("a", "2026-01-10", "x"))
	put(t, l, home("c", "D3"))
	want(t, touches(0), map[string]int64{"D1": 3, "D2": 2, "D3": 4})
	want(t, touches(now), before)
}
