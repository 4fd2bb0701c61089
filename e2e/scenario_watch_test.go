package e2e_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/e2e/suite"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// A watch that is broken off and resumed after the last change it saw misses none.
func resumesWatch(t *testing.T, s *suite.Suite) {
	client := carehomesv1.NewCareHomesServiceClient(s.Of(suite.CareHomes).Dial(t))
	home := newHome(t, s, stroud, 50)
	seen := home.GetRevision()
	var want, got []int64
	next := int32(1)
	for range 3 {
		for range 4 {
			want = append(want, submit(t, s, home, bed(50, next, 0, 1)).GetRevision())
			next++
		}
		revisions := watch(t, client, seen, 4, func() {})
		got = append(got, revisions...)
		seen = got[len(got)-1]
	}
	// And one that comes while the watch waits.
	got = append(got, watch(t, client, seen, 1, func() {
		want = append(want, submit(t, s, home, bed(50, next, 0, 1)).GetRevision())
	})...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("revisions that the watch saw (-kept +seen):\n%s", diff)
	}
}

// watch takes so many changes of Stroud after a revision. Meanwhile runs once it waits.
func watch(t *testing.T, client carehomesv1.CareHomesServiceClient, after int64, changes int, meanwhile func()) []int64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	stream, err := client.WatchDistrict(ctx, &carehomesv1.WatchDistrictRequest{
		Name: "districts/" + stroud + "/careHomeCapacity", AfterRevision: after,
	})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	meanwhile()
	var seen []int64
	for range changes {
		change, err := stream.Recv()
		if err != nil {
			t.Fatalf("the watch after %d ended %s after its start: %v", after, time.Since(began), err)
		}
		seen = append(seen, change.GetChange().GetRevision())
	}
	return seen
}
