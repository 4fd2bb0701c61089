package carehomes

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/booktest"
	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

const stroudCapacity = "districts/" + booktest.Stroud + "/careHomeCapacity"

func ofHome(id, asAt string, beds ...*carehomesv1.BedReturn) *carehomesv1.SubmitCareHomeReturnRequest {
	return &carehomesv1.SubmitCareHomeReturnRequest{
		Parent: prefix + id, CareHomeReturn: &carehomesv1.CareHomeReturn{AsAt: asAt, Beds: beds},
	}
}

func (d *desk) submit(t testing.TB, req *carehomesv1.SubmitCareHomeReturnRequest) int64 {
	t.Helper()
	return must(d.SubmitCareHomeReturn(d.ctx, req))(t).GetRevision()
}

func (d *desk) capacity(t testing.TB, asAt string) *carehomesv1.CareHomeCapacity {
	t.Helper()
	return must(d.GetDistrictCapacity(d.ctx, &carehomesv1.GetDistrictCapacityRequest{Name: stroudCapacity, AsAt: asAt}))(t).GetCapacity()
}

func TestReturnBecomesCapacity(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, home("1-1", "1-100", 40), home("1-2", "1-200", 20), home("1-3", "1-300", 20))
		revision := d.submit(t, ofHome("1-1", "2024-01-10", bed(generalNursing, 40, 30, 2, 5)))
		d.submit(t, ofHome("1-2", "2024-01-10", bed(generalNursing, 20, 20, 0, 0)))
		d.submit(t, ofHome("1-3", "2024-01-10", bed(generalNursing, 20, 10, 0, 10)))
		c := d.capacity(t, "2024-01-31")
		if c.GetRevision() < revision {
			t.Errorf("revision %d does not know commit %d", c.GetRevision(), revision)
		}
		want(t, "maximum", c.GetTotal().GetMaximum(), 80.0)
		want(t, "used", c.GetTotal().GetUsed(), 60.0)
		want(t, "admittable: what is reserved is not", c.GetTotal().GetAdmittable(), 15.0)
		want(t, "occupancy: sum over sum", c.GetTotal().GetOccupancy(), 75.0)
		want(t, "the day before, nothing was said", d.capacity(t, "2024-01-09").GetTotal().GetMaximum(), "not collected")
	})
}

func TestRequestIsKeptOnce(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, home("1-1", "1-100", 40))
		req := ofHome("1-1", "2024-01-10", bed(generalNursing, 40, 30, 0, 5))
		req.RequestId = "6f1b1c4e-1f5f-4a44-9d53-31e1b0f5a001"
		first := must(d.SubmitCareHomeReturn(d.ctx, proto.CloneOf(req)))(t)
		again := must(d.SubmitCareHomeReturn(d.ctx, proto.CloneOf(req)))(t)
		if diff := cmp.Diff(first, again, protocmp.Transform()); diff != "" {
			t.Errorf("answered otherwise than the first time\n%s", diff)
		}
		// The register changes so that the same return would be flagged today.
		d.register(t, home("1-1", "1-100", 10))
		if third := must(d.SubmitCareHomeReturn(d.ctx, proto.CloneOf(req)))(t); third.GetCareHomeReturn().GetName() != first.GetCareHomeReturn().GetName() {
			t.Errorf("after a change of the register it is %s", third.GetCareHomeReturn().GetName())
		}
		req.CareHomeReturn.Beds[0].Used = 31
		_, err := d.SubmitCareHomeReturn(d.ctx, req)
		if diff := cmp.Diff([]string{"request_id"}, faults(t, err, codes.InvalidArgument)); diff != "" {
			t.Errorf("used for something else (-want +got)\n%s", diff)
		}
		kept := must(d.ListCareHomeReturns(d.ctx, &carehomesv1.ListCareHomeReturnsRequest{Parent: "careHomes/1-1"}))(t)
		if len(kept.GetCareHomeReturns()) != 1 {
			t.Errorf("%d returns were kept", len(kept.GetCareHomeReturns()))
		}
	})
}

func TestReturnNamesEveryFault(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, home("1-1", "1-100", 40))
	bad := bed(generalNursing, 10, 8, 2, 1)
	bad.Payers = []*carehomesv1.UsedByPayer{
		{Payer: carehomesv1.Payer_PAYER_NHS, Used: 3, PlacingAuthority: "authorities/E10000018"},
		{Payer: carehomesv1.Payer_PAYER_NHS, Used: 3, PlacingAuthority: "authorities/E10000018"},
	}
	for name, test := range map[string]struct {
		req  *carehomesv1.SubmitCareHomeReturnRequest
		want []string
	}{
		"sums and payers": {ofHome("1-1", "2024-01-10", bad), []string{
			"care_home_return.beds[0]", "care_home_return.beds[0].payers[0].placing_authority", "care_home_return.beds[0].payers[1]",
			"care_home_return.beds[0].payers[1].placing_authority", "care_home_return.beds[0].payers",
		}},
		"a bed type twice": {
			ofHome("1-1", "2024-01-10", bed(generalNursing, 1, 0, 0, 0), bed(generalNursing, 1, 0, 0, 0)),
			[]string{"care_home_return.beds[1].bed_type"},
		},
		"a day that is none": {ofHome("1-1", "2024-02-30", bed(generalNursing, 1, 0, 0, 0)), []string{"care_home_return.as_at"}},
		"the future":         {ofHome("1-1", "2999-01-01", bed(generalNursing, 1, 0, 0, 0)), []string{"care_home_return.as_at"}},
		"nothing said":       {ofHome("1-1", "2024-01-10"), []string{"care_home_return.beds"}},
		"an unknown home":    {ofHome("1-404", "2024-01-10", bed(generalNursing, 1, 0, 0, 0)), []string{"care_home_return.name"}},
		"an unknown source": {&carehomesv1.SubmitCareHomeReturnRequest{Parent: "careHomes/1-1", CareHomeReturn: &carehomesv1.CareHomeReturn{
			AsAt: "2024-01-10", SourceId: "unheard-of", Beds: []*carehomesv1.BedReturn{bed(generalNursing, 1, 0, 0, 0)},
		}}, []string{"care_home_return.source_id"}},
		"another home": {&carehomesv1.SubmitCareHomeReturnRequest{Parent: "careHomes/1-1", CareHomeReturn: &carehomesv1.CareHomeReturn{
			CareHome: "careHomes/1-2", AsAt: "2024-01-10", Beds: []*carehomesv1.BedReturn{bed(generalNursing, 1, 0, 0, 0)},
		}}, []string{"care_home_return.care_home"}},
	} {
		_, err := d.SubmitCareHomeReturn(d.ctx, test.req)
		if diff := cmp.Diff(test.want, faults(t, err, codes.InvalidArgument)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestBatchSubmitKeepsAllOrNothing(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, home("1-1", "1-100", 40))
		ask := &carehomesv1.BatchSubmitCareHomeReturnsRequest{AllOrNothing: true, Requests: []*carehomesv1.SubmitCareHomeReturnRequest{
			ofHome("1-1", "2024-01-10", bed(generalNursing, 40, 30, 0, 5)),
			ofHome("1-1", "2024-01-11", bed(generalNursing, 40, 41, 0, 5)),
		}}
		before := d.capacity(t, "2024-01-31").GetRevision()
		for i, r := range must(d.BatchSubmitCareHomeReturns(d.ctx, proto.CloneOf(ask)))(t).GetResults() {
			if r.GetOutcome() != commonv1.RowOutcome_ROW_OUTCOME_REFUSED || len(r.GetFaults()) == 0 {
				t.Errorf("row %d: %v", i, r)
			}
		}
		if after := d.capacity(t, "2024-01-31").GetRevision(); after != before {
			t.Errorf("a batch that was not kept raised the revision to %d", after)
		}
		ask.AllOrNothing = false
		res := must(d.BatchSubmitCareHomeReturns(d.ctx, ask))(t).GetResults()
		if res[0].GetOutcome() != commonv1.RowOutcome_ROW_OUTCOME_CREATED || res[1].GetFaults()[0].GetField() != "beds[0]" {
			t.Errorf("results %v", res)
		}
	})
}

func TestReturnsAreListedByPage(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, home("1-1", "1-100", 40))
		var days []string
		for i := 1; i <= 7; i++ {
			day := fmt.Sprintf("2024-01-%02d", i)
			d.submit(t, ofHome("1-1", day, bed(generalNursing, 40, 30, 0, 5)))
			days = append([]string{day}, days...)
		}
		var got []string
		req := &carehomesv1.ListCareHomeReturnsRequest{Parent: "careHomes/1-1", PageSize: 3}
		for pages := 0; pages == 0 || req.PageToken != ""; pages++ {
			page := must(d.ListCareHomeReturns(d.ctx, req))(t)
			for _, r := range page.GetCareHomeReturns() {
				got = append(got, r.GetAsAt())
			}
			req.PageToken = page.GetNextPageToken()
		}
		if diff := cmp.Diff(days, got); diff != "" {
			t.Errorf("newest first (-want +got)\n%s", diff)
		}
	})
}

func TestFlaggedReturnIsKeptAndNotCounted(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, home("1-1", "1-100", 40))
		d.submit(t, ofHome("1-1", "2024-01-10", bed(generalNursing, 40, 30, 0, 5)))
		d.submit(t, ofHome("1-1", "2024-01-20", bed(generalNursing, 400, 300, 0, 50)))
		c := d.capacity(t, "2024-01-31")
		want(t, "maximum: the one before stands", c.GetTotal().GetMaximum(), 40.0)
		if !hasNote(c.GetDataNotes(), "FLAGGED_RETURNS") {
			t.Errorf("it is not said: %v", c.GetDataNotes())
		}
		kept := must(d.ListCareHomeReturns(d.ctx, &carehomesv1.ListCareHomeReturnsRequest{Parent: "careHomes/1-1"}))(t).GetCareHomeReturns()
		if len(kept) != 2 || len(kept[0].GetFlags()) != 1 {
			t.Errorf("kept are %v", kept)
		}
	})
}

func hasNote(notes []*commonv1.DataNote, code string) bool {
	for _, n := range notes {
		if n.GetCode() == code {
			return true
		}
	}
	return false
}

func TestMomentReadsTheSameForEver(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, home("1-1", "1-100", 40), home("1-2", "1-200", 20))
		d.submit(t, ofHome("1-1", "2024-01-10", bed(generalNursing, 40, 30, 2, 5)))
		moment := timestamppb.New(time.Now())
		ask := &carehomesv1.GetDistrictCapacityRequest{Name: stroudCapacity, AsAt: "2024-01-31", KnownAt: moment}
		read := func() []byte {
			t.Helper()
			encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(must(d.GetDistrictCapacity(d.ctx, ask))(t))
			if err != nil {
				t.Fatal(err)
			}
			return encoded
		}
		first := read()
		d.submit(t, ofHome("1-1", "2024-01-10", bed(generalNursing, 40, 11, 2, 5)))
		d.submit(t, ofHome("1-2", "2024-01-12", bed(generalNursing, 20, 20, 0, 0)))
		moved, renamed := home("1-2", "1-300", 99), home("1-1", "1-100", 1)
		moved.District = "districts/" + booktest.Gloucester
		d.register(t, moved, renamed)
		if string(read()) != string(first) {
			t.Error("from the cache, it reads otherwise")
		}
		d.server.desk.Answers = withoutCache(d)
		if string(read()) != string(first) {
			t.Error("worked out again, it reads otherwise")
		}
		ask.KnownAt = timestamppb.New(time.Now().Add(time.Hour))
		_, err := d.GetDistrictCapacity(d.ctx, ask)
		if diff := cmp.Diff([]string{"known_at"}, faults(t, err, codes.InvalidArgument)); diff != "" {
			t.Errorf("the future (-want +got)\n%s", diff)
		}
	})
}

func TestSinglePlacesAreForCommissioners(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, home("1-1", "1-100", 40))
	for _, who := range []audience.Audience{audience.Public, audience.Provider} {
		ctx := audience.With(t.Context(), who)
		_, err := d.ListCareHomeReturns(ctx, &carehomesv1.ListCareHomeReturnsRequest{Parent: "careHomes/1-1"})
		if status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s lists returns: %v", who, err)
		}
		_, err = d.FindVacancies(ctx, vacanciesNear(51.7, -2.2, 10))
		if status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s finds vacancies: %v", who, err)
		}
		if _, err = d.GetDistrictCapacity(ctx, &carehomesv1.GetDistrictCapacityRequest{Name: stroudCapacity}); err != nil {
			t.Errorf("%s reads a district: %v", who, err)
		}
	}
}
