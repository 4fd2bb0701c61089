package carehomes

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/booktest"
	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

func withoutCache(d *desk) *book.Answers { return book.NewAnswers(d.Tracker, nil) }

func TestMinRevisionIsReachedOrRefused(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, home("1-1", "1-100", 40))
	revision := d.submit(t, ofHome("1-1", "2024-01-10", bed(generalNursing, 40, 30, 2, 5)))
	ask := &carehomesv1.GetDistrictCapacityRequest{Name: stroudCapacity, AsAt: "2024-01-31", MinRevision: revision}
	if got := must(d.GetDistrictCapacity(d.ctx, ask))(t).GetCapacity().GetRevision(); got < revision {
		t.Errorf("revision %d was asked for and %d given", revision, got)
	}
	ask.MinRevision = revision + 1
	_, err := d.GetDistrictCapacity(d.ctx, ask)
	if status.Code(err) != codes.Aborted {
		t.Errorf("a revision that never was has %v", err)
	}
}

func TestHistoryEqualsDirectReads(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, home("1-1", "1-100", 40), home("1-2", "1-200", 20), home("1-3", "1-300", 20))
		for i, used := range []int32{30, 31, 32} {
			d.submit(t, ofHome("1-1", fmt.Sprintf("2024-%02d-10", i+1), bed(generalNursing, 40, used, 0, 2)))
		}
		d.submit(t, ofHome("1-2", "2024-02-15", bed(generalNursing, 20, 10, 0, 1)))
		d.submit(t, ofHome("1-3", "2024-02-29", bed(generalNursing, 200, 10, 0, 1))) // flagged
		for step, from := range map[commonv1.HistoryStep]string{
			commonv1.HistoryStep_HISTORY_STEP_MONTH: "2023-12-01", commonv1.HistoryStep_HISTORY_STEP_DAY: "2024-02-27",
		} {
			history := must(d.ListDistrictCapacityHistory(d.ctx, &carehomesv1.ListDistrictCapacityHistoryRequest{
				Name: stroudCapacity, From: from, To: "2024-03-20", Step: step,
			}))(t)
			if n := len(history.GetCapacities()); n < 4 {
				t.Fatalf("%s: %d points", step, n)
			}
			for _, point := range history.GetCapacities() {
				direct := d.capacity(t, point.GetAsAt())
				direct.Sources = nil // A history lists them once.
				if diff := cmp.Diff(direct, point, protocmp.Transform()); diff != "" {
					t.Errorf("%s %s (-direct +history)\n%s", step, point.GetAsAt(), diff)
				}
			}
			if len(history.GetSources()) == 0 {
				t.Errorf("%s: no sources", step)
			}
		}
	})
}

func TestAuthorityAddsUpItsDistricts(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		city := home("1-4", "1-400", 60)
		city.District = "districts/" + booktest.Gloucester
		d.register(t, home("1-1", "1-100", 40), city)
		d.submit(t, ofHome("1-1", "2024-01-10", bed(generalNursing, 40, 30, 0, 5)))
		d.submit(t, ofHome("1-4", "2024-01-10", bed(generalNursing, 60, 50, 0, 5)))
		res := must(d.ListDistrictCapacities(d.ctx, &carehomesv1.ListDistrictCapacitiesRequest{Parent: "authorities/" + booktest.County, AsAt: "2024-01-31"}))(t)
		if len(res.GetCapacities()) != 2 {
			t.Fatalf("%d districts", len(res.GetCapacities()))
		}
		want(t, "registered beds of all", res.GetTotal().GetRegisteredBeds(), 100.0)
		if diff := cmp.Diff(d.capacity(t, "2024-01-31"), res.GetCapacities()[1], protocmp.Transform()); diff != "" {
			t.Errorf("Stroud alone and side by side (-alone +beside)\n%s", diff)
		}
	})
}

func vacanciesNear(latitude, longitude, miles float64) *carehomesv1.FindVacanciesRequest {
	return &carehomesv1.FindVacanciesRequest{
		BedType: dementiaNursing, Latitude: latitude, Longitude: longitude, WithinMiles: miles, AsAt: "2024-01-31",
	}
}

func TestVacanciesAreAdmittableAndNear(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		closed := at(home("1-6", "1-100", 40), booktest.Stroud, 51.745, -2.216)
		closed.Dormant = true
		d.register(t,
			at(home("1-1", "1-100", 40), booktest.Stroud, 51.760, -2.216),     // 1 mile off
			at(home("1-2", "1-100", 40), booktest.Stroud, 51.747, -2.216),     // next door
			at(home("1-3", "1-100", 40), booktest.Stroud, 51.745, -2.216),     // all reserved
			at(home("1-4", "1-100", 40), booktest.Gloucester, 51.865, -2.238), // 8 miles off
			home("1-5", "1-100", 40), // nobody knows where
			closed,
		)
		for _, id := range []string{"1-1", "1-2", "1-4", "1-5", "1-6"} {
			d.submit(t, ofHome(id, "2024-01-10", bed(dementiaNursing, 40, 30, 5, 5), bed(generalNursing, 10, 0, 0, 10)))
		}
		d.submit(t, ofHome("1-3", "2024-01-10", bed(dementiaNursing, 40, 30, 10, 0)))
		for name, test := range map[string]struct {
			miles float64
			beds  int32
			size  int32
			want  []string
		}{
			"two miles":               {2, 0, 0, []string{"1-2", "1-1"}},
			"ten miles":               {10, 0, 0, []string{"1-2", "1-1", "1-4"}},
			"the nearest":             {10, 0, 1, []string{"1-2"}},
			"more than anybody takes": {10, 6, 0, nil},
		} {
			req := vacanciesNear(51.745, -2.216, test.miles)
			req.Beds, req.PageSize = test.beds, test.size
			var got []string
			for _, v := range must(d.FindVacancies(d.ctx, req))(t).GetVacancies() {
				got = append(got, v.GetCareHome().GetName()[len(prefix):])
				want(t, "admittable beds", v.GetAdmittable(), 5.0)
				if v.GetDistanceMiles() > test.miles {
					t.Errorf("%s: %s is %g miles off", name, v.GetCareHome().GetName(), v.GetDistanceMiles())
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
	})
}

func TestWatchResumesAndLosesNone(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, home("1-1", "1-100", 40))
		ctx, cancel := context.WithTimeout(d.ctx, time.Minute)
		defer cancel()
		stream := must(d.WatchDistrict(ctx, &carehomesv1.WatchDistrictRequest{Name: stroudCapacity}))(t)
		if c := must(stream.Recv())(t).GetChange(); c.GetKind() != commonv1.ChangeKind_CHANGE_KIND_REGISTER || c.GetPlace() != "careHomes/1-1" {
			t.Errorf("first comes %v", c)
		}
		d.submit(t, ofHome("1-1", "2024-01-01", bed(generalNursing, 40, 30, 0, 5)))
		last := must(stream.Recv())(t).GetChange()
		if last.GetKind() != commonv1.ChangeKind_CHANGE_KIND_RETURN || last.GetAsAt() != "2024-01-01" {
			t.Errorf("then %v", last)
		}
		cancel()
		// More than one reading of the store holds, while nobody watches.
		var days []string
		for i := range 3 {
			batch := &carehomesv1.BatchSubmitCareHomeReturnsRequest{}
			for j := range 150 {
				day := time.Date(2022, 1, 1+150*i+j, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
				days = append(days, day)
				batch.Requests = append(batch.Requests, ofHome("1-1", day, bed(generalNursing, 40, 30, 0, 5)))
			}
			must(d.BatchSubmitCareHomeReturns(d.ctx, batch))(t)
		}
		ctx, cancel = context.WithTimeout(d.ctx, time.Minute)
		defer cancel()
		stream = must(d.WatchDistrict(ctx, &carehomesv1.WatchDistrictRequest{Name: stroudCapacity, AfterRevision: last.GetRevision()}))(t)
		var got []string
		for range days {
			got = append(got, must(stream.Recv())(t).GetChange().GetAsAt())
		}
		if diff := cmp.Diff(days, got); diff != "" {
			t.Errorf("resumed (-want +got)\n%s", diff)
		}
	})
}
