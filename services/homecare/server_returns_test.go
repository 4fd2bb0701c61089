package homecare

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/booktest"
	"github.com/caremarket/caremarket/pkg/storetest"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

const stroudCapacity = stroud + "/homeCareCapacity"

func ofBranch(id, asAt string, rows ...*homecarev1.ZoneReturn) *homecarev1.SubmitHomeCareReturnRequest {
	return &homecarev1.SubmitHomeCareReturnRequest{
		Parent: prefix + id, HomeCareReturn: &homecarev1.HomeCareReturn{AsAt: asAt, Zones: rows},
	}
}

func (d *desk) submit(t testing.TB, req *homecarev1.SubmitHomeCareReturnRequest) int64 {
	t.Helper()
	return must(d.SubmitHomeCareReturn(d.ctx, req))(t).GetRevision()
}

func (d *desk) capacity(t testing.TB, asAt string) *homecarev1.HomeCareCapacity {
	t.Helper()
	return must(d.GetDistrictCapacity(d.ctx, &homecarev1.GetDistrictCapacityRequest{Name: stroudCapacity, AsAt: asAt}))(t).GetCapacity()
}

func TestReturnBecomesCapacity(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, branch("1-1", home, "valleys"), branch("1-2", home, "border"))
		revision := d.submit(t, ofBranch("1-1", "2024-01-10", row("valleys", 100, 120, 20)))
		d.submit(t, ofBranch("1-2", "2024-01-10", row("border", 80, 80, 40)))
		c := d.capacity(t, "2024-01-31")
		if c.GetRevision() < revision {
			t.Errorf("revision %d does not know commit %d", c.GetRevision(), revision)
		}
		// Three quarters of the border zone are Stroud's.
		if got := value(t, c.GetHours().GetSpare()); got != 50 {
			t.Errorf("spare hours %g, want 20 + 0.75 x 40", got)
		}
		if got := value(t, c.GetHours().GetDelivered()); got != 160 {
			t.Errorf("hours delivered %g, want 100 + 0.75 x 80", got)
		}
	})
}

func TestRequestIsKeptOnce(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, branch("1-1", home, "valleys"))
		req := ofBranch("1-1", "2024-01-10", row("valleys", 100, 120, 20))
		req.RequestId = "6f1b1c4e-1f5f-4a44-9d53-31e1b0f5a001"
		first := must(d.SubmitHomeCareReturn(d.ctx, proto.CloneOf(req)))(t)
		again := must(d.SubmitHomeCareReturn(d.ctx, proto.CloneOf(req)))(t)
		if diff := cmp.Diff(first, again, protocmp.Transform()); diff != "" {
			t.Errorf("answered otherwise than the first time\n%s", diff)
		}
		req.HomeCareReturn.AsAt = "2024-01-11"
		_, err := d.SubmitHomeCareReturn(d.ctx, req)
		if diff := cmp.Diff([]string{"request_id"}, refusal(t, err, codes.InvalidArgument)); diff != "" {
			t.Errorf("used for something else (-want +got)\n%s", diff)
		}
	})
}

func TestReturnNamesEveryFault(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, branch("1-1", home, "valleys"))
	for name, test := range map[string]struct {
		req  *homecarev1.SubmitHomeCareReturnRequest
		want []string
	}{
		"zones": {
			ofBranch("1-1", "2024-01-10", row("city", 1, 1, 1), row("atlantis", 1, 1, 1), &homecarev1.ZoneReturn{Zone: "zones/valleys"}),
			[]string{"home_care_return.zones[0].zone", "home_care_return.zones[1].zone", "home_care_return.zones[2]"},
		},
		"limits":            {ofBranch("1-1", "2024-01-10", row("valleys", -1, 1, 1)), []string{"home_care_return.zones[0].hours_delivered"}},
		"the future":        {ofBranch("1-1", "2999-01-10", row("valleys", 1, 1, 1)), []string{"home_care_return.as_at"}},
		"nothing said":      {ofBranch("1-1", "2024-01-10"), []string{"home_care_return.zones"}},
		"an unknown branch": {ofBranch("1-404", "2024-01-10", row("", 1, 1, 1)), []string{"home_care_return.name"}},
	} {
		_, err := d.SubmitHomeCareReturn(d.ctx, test.req)
		if diff := cmp.Diff(test.want, refusal(t, err, codes.InvalidArgument)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestBatchSubmitKeepsAllOrNothing(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, branch("1-1", home, "valleys"))
		ask := &homecarev1.BatchSubmitHomeCareReturnsRequest{AllOrNothing: true, Requests: []*homecarev1.SubmitHomeCareReturnRequest{
			ofBranch("1-1", "2024-01-10", row("valleys", 1, 1, 1)), ofBranch("1-1", "2024-01-11", row("city", 1, 1, 1)),
		}}
		before := d.capacity(t, "2024-01-31").GetRevision()
		must(d.BatchSubmitHomeCareReturns(d.ctx, proto.CloneOf(ask)))(t)
		if after := d.capacity(t, "2024-01-31").GetRevision(); after != before {
			t.Errorf("a batch that was not kept raised the revision to %d", after)
		}
		ask.AllOrNothing = false
		res := must(d.BatchSubmitHomeCareReturns(d.ctx, ask))(t).GetResults()
		if res[0].GetOutcome() != commonv1.RowOutcome_ROW_OUTCOME_CREATED || res[1].GetFaults()[0].GetField() != "zones[0].zone" {
			t.Errorf("results %v", res)
		}
	})
}

func TestFlaggedReturnIsKeptAndNotCounted(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, branch("1-1", home, "valleys"))
		d.submit(t, ofBranch("1-1", "2024-01-10", row("valleys", 100, 120, 20)))
		d.submit(t, ofBranch("1-1", "2024-01-20", row("valleys", 100, 120, 9000)))
		c := d.capacity(t, "2024-01-31")
		if got := value(t, c.GetHours().GetSpare()); got != 20 {
			t.Errorf("spare hours %g: the return before does not stand", got)
		}
		if noteCount(c, "FLAGGED_RETURNS") != 1 {
			t.Errorf("it is not said: %v", c.GetDataNotes())
		}
		kept := must(d.ListHomeCareReturns(d.ctx, &homecarev1.ListHomeCareReturnsRequest{Parent: prefix + "1-1"}))(t).GetHomeCareReturns()
		if len(kept) != 2 || len(kept[0].GetFlags()) != 1 {
			t.Errorf("kept are %v", kept)
		}
	})
}

func TestMomentReadsTheSameForEver(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, branch("1-1", home, "valleys"), branch("1-2", home, "border"))
		d.submit(t, ofBranch("1-1", "2024-01-10", row("valleys", 100, 120, 20)))
		ask := &homecarev1.GetDistrictCapacityRequest{Name: stroudCapacity, AsAt: "2024-01-31", KnownAt: timestamppb.New(time.Now())}
		read := func() string {
			t.Helper()
			encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(must(d.GetDistrictCapacity(d.ctx, ask))(t))
			if err != nil {
				t.Fatal(err)
			}
			return string(encoded)
		}
		first := read()
		d.submit(t, ofBranch("1-1", "2024-01-10", row("valleys", 1, 1, 1)))
		d.submit(t, ofBranch("1-2", "2024-01-12", row("border", 1, 1, 1)))
		d.register(t, branch("1-2", home, "city"), branch("1-3", home, "vale"))
		if read() != first {
			t.Error("from the cache, it reads otherwise")
		}
		d.server.desk.Answers = book.NewAnswers(d.Tracker, nil)
		if read() != first {
			t.Error("worked out again, it reads otherwise")
		}
	})
}

func TestSinglePlacesAreForCommissioners(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, branch("1-1", home, "valleys"))
	for _, who := range []audience.Audience{audience.Public, audience.Provider} {
		ctx := audience.With(t.Context(), who)
		_, err := d.ListHomeCareReturns(ctx, &homecarev1.ListHomeCareReturnsRequest{Parent: prefix + "1-1"})
		if status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s lists returns: %v", who, err)
		}
		_, err = d.FindSpareHours(ctx, &homecarev1.FindSpareHoursRequest{Zone: "valleys"})
		if status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s finds spare hours: %v", who, err)
		}
	}
}

func TestSpareHoursAreOfTheZone(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, branch("1-1", home, "valleys", "border"), branch("1-2", home, "border"), branch("1-3", reablement, "border"), branch("1-4", home, "border"))
		d.submit(t, ofBranch("1-1", "2024-01-10", row("valleys", 100, 100, 90), row("border", 100, 100, 10)))
		d.submit(t, ofBranch("1-2", "2024-01-10", row("border", 100, 100, 30)))
		d.submit(t, ofBranch("1-3", "2024-01-10", row("border", 100, 100, 20)))
		d.submit(t, ofBranch("1-4", "2024-01-10", row("", 100, 100, 99))) // in no zone
		for name, test := range map[string]struct {
			ask  *homecarev1.FindSpareHoursRequest
			want []float64
		}{
			"the most first":      {&homecarev1.FindSpareHoursRequest{Zone: "border"}, []float64{30, 20, 10}},
			"at least 15":         {&homecarev1.FindSpareHoursRequest{Zone: "border", Hours: 15}, []float64{30, 20}},
			"of a kind":           {&homecarev1.FindSpareHoursRequest{Zone: "border", Kind: reablement}, []float64{20}},
			"the first":           {&homecarev1.FindSpareHoursRequest{Zone: "border", PageSize: 1}, []float64{30}},
			"where nobody serves": {&homecarev1.FindSpareHoursRequest{Zone: "city"}, nil},
		} {
			test.ask.AsAt = "2024-01-31"
			var got []float64
			for _, s := range must(d.FindSpareHours(d.ctx, test.ask))(t).GetSpareHours() {
				got = append(got, value(t, s.GetSpare()))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
		_, err := d.FindSpareHours(d.ctx, &homecarev1.FindSpareHoursRequest{Zone: "atlantis"})
		if status.Code(err) != codes.NotFound {
			t.Errorf("a zone that is not there has %v", err)
		}
	})
}

func TestHistoryEqualsDirectReads(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, branch("1-1", home, "valleys"), branch("1-2", home, "border"))
		for i, day := range []string{"2024-01-10", "2024-02-10", "2024-03-10"} {
			d.submit(t, ofBranch("1-1", day, row("valleys", 100, 120, float64(20+i))))
		}
		d.submit(t, ofBranch("1-2", "2024-02-20", row("border", 10, 10, 9000))) // flagged
		history := must(d.ListDistrictCapacityHistory(d.ctx, &homecarev1.ListDistrictCapacityHistoryRequest{
			Name: stroudCapacity, From: "2023-12-01", To: "2024-03-20",
		}))(t)
		if len(history.GetCapacities()) != 4 {
			t.Fatalf("%d points", len(history.GetCapacities()))
		}
		for _, point := range history.GetCapacities() {
			direct := d.capacity(t, point.GetAsAt())
			direct.Sources = nil // A history lists them once.
			if diff := cmp.Diff(direct, point, protocmp.Transform()); diff != "" {
				t.Errorf("%s (-direct +history)\n%s", point.GetAsAt(), diff)
			}
		}
	})
}

func TestMinRevisionIsReachedOrRefused(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, branch("1-1", home, "valleys"))
	revision := d.submit(t, ofBranch("1-1", "2024-01-10", row("valleys", 100, 120, 20)))
	ask := &homecarev1.GetDistrictCapacityRequest{Name: stroudCapacity, MinRevision: revision}
	if got := must(d.GetDistrictCapacity(d.ctx, ask))(t).GetCapacity().GetRevision(); got < revision {
		t.Errorf("revision %d was asked for and %d given", revision, got)
	}
	ask.MinRevision = revision + 1
	if _, err := d.GetDistrictCapacity(d.ctx, ask); status.Code(err) != codes.Aborted {
		t.Errorf("a revision that never was has %v", err)
	}
}

func TestWatchTellsBothDistrictsOfAZone(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, branch("1-1", home, "border"))
		d.submit(t, ofBranch("1-1", "2024-01-10", row("border", 100, 120, 20)))
		for _, district := range []string{booktest.Stroud, booktest.Gloucester} {
			stream := must(d.WatchDistrict(d.ctx, &homecarev1.WatchDistrictRequest{Name: "districts/" + district + "/homeCareCapacity"}))(t)
			for _, kind := range []commonv1.ChangeKind{
				commonv1.ChangeKind_CHANGE_KIND_REFERENCE, commonv1.ChangeKind_CHANGE_KIND_REGISTER, commonv1.ChangeKind_CHANGE_KIND_RETURN,
			} {
				if got := must(stream.Recv())(t).GetChange(); got.GetKind() != kind {
					t.Errorf("%s: %v comes, want %s", district, got, kind)
				}
			}
		}
	})
}

func TestStoreAway(t *testing.T) {
	cluster := storetest.PostgresCluster(t)
	d := open(t, cluster.Database(t))
	d.register(t, branch("1-1", home, "valleys"))
	d.submit(t, ofBranch("1-1", "2024-01-10", row("valleys", 100, 120, 20)))
	before := d.capacity(t, "2024-01-31")

	cluster.Stop(t)
	d.Tracker.Doubt() // As its follower finds.
	stale := d.capacity(t, "2024-01-31")
	if notes := stale.GetDataNotes(); len(notes) == 0 || notes[len(notes)-1].GetCode() != "STORE_AWAY" {
		t.Errorf("the answer does not say that it may be out of date: %v", notes)
	}
	_, err := d.SubmitHomeCareReturn(d.ctx, ofBranch("1-1", "2024-01-11", row("valleys", 100, 120, 21)))
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
}
