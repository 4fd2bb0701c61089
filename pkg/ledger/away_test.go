package ledger_test

import (
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/storetest"
)

// Callers go by the code: a cache gives its last answer only when the store is away.
func TestAStoreThatIsAwayIsUnavailable(t *testing.T) {
	cluster := storetest.PostgresCluster(t)
	l := open(t, cluster.Database(t))
	put(t, l, home("a", "D1"))
	cluster.Stop(t)
	calls := map[string]func() error{
		"Read": func() error {
			return l.Read(t.Context(), 0, func(v *ledger.View) error {
				_, err := v.InDistrict(t.Context(), "D1", "2026-01-01")
				return err
			})
		},
		"Read of a moment": func() error { return l.Read(t.Context(), 1, func(*ledger.View) error { return nil }) },
		"Commit":           func() error { _, err := l.Commit(t.Context(), func(*ledger.Commit) error { return nil }); return err },
		"Sources":          func() error { _, err := l.Sources(t.Context()); return err },
		"Revisions":        func() error { _, _, err := l.Revisions(t.Context(), 0); return err },
		"Changes":          func() error { _, err := l.Changes(t.Context(), "D1", 0, 10); return err },
		"StoreID":          func() error { _, err := l.StoreID(t.Context()); return err },
	}
	for name, call := range calls {
		if err := call(); errs.Code(err) != codes.Unavailable || errs.Reason(err) != "STORE_AWAY" {
			t.Errorf("%s has %v", name, err)
		}
	}
	cluster.Start(t)
	for name, call := range calls {
		if err := call(); err != nil {
			t.Errorf("%s, with the store back, has %v", name, err)
		}
	}
}
