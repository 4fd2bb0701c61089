package carehomes

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/storetest"
)

// While the store is away, what was read before is read with a note, and nothing is
// written; when it is back, everything is as before.
func TestStoreAway(t *testing.T) {
	cluster := storetest.PostgresCluster(t)
	d := open(t, cluster.Database(t))
	d.register(t, home("1-1", "1-100", 40))
	d.submit(t, ofHome("1-1", "2024-01-10", bed(generalNursing, 40, 30, 0, 5)))
	before := d.capacity(t, "2024-01-31")

	cluster.Stop(t)
	d.Tracker.Doubt() // As its follower finds.
	stale := d.capacity(t, "2024-01-31")
	if !hasNote(stale.GetDataNotes(), "STORE_AWAY") {
		t.Errorf("the answer does not say that it may be out of date: %v", stale.GetDataNotes())
	}
	want(t, "maximum", stale.GetTotal().GetMaximum(), 40.0)
	_, err := d.SubmitCareHomeReturn(d.ctx, ofHome("1-1", "2024-01-11", bed(generalNursing, 40, 31, 0, 5)))
	if status.Code(err) != codes.Unavailable {
		t.Errorf("a write has %v", err)
	}

	cluster.Start(t)
	if err := d.Follower.Poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := d.capacity(t, "2024-01-31"); !proto.Equal(before, after) {
		t.Errorf("it was %v and is %v", before, after)
	}
	d.submit(t, ofHome("1-1", "2024-01-11", bed(generalNursing, 40, 31, 0, 5)))
	want(t, "used, as written since", d.capacity(t, "2024-01-31").GetTotal().GetUsed(), 31.0)
}
