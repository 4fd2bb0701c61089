package workforce

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/storetest"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

const sentTwice = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

func wantCode(t *testing.T, what string, err error, code codes.Code) {
	t.Helper()
	if got := status.Code(err); got != code {
		t.Errorf("%s: %s, want %s: %v", what, got, code, err)
	}
}

func TestFromReturnToCapacity(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		s := open(t, url, employer("1-1"))
		want(t, "before", s.capacity(t, audience.System, "").GetTotal().GetFilled(), "not collected")
		kept := s.submit(t, "2024-09-30", "", flows(row(careWorker, 917, 0, 40, 0), 83, 0, 0))
		after := s.capacity(t, audience.System, "")
		want(t, "after", after.GetTotal().GetVacancyRate(), 8.3)
		if after.GetRevision() != kept.GetRevision() || kept.GetEmployerReturn().GetName() == "" {
			t.Errorf("revision %d, kept %v", after.GetRevision(), kept)
		}
		// Flagged: kept, said, and the sound one before goes on standing.
		flagged := s.submit(t, "2024-10-01", "", flows(row(careWorker, 10, 0, 0, 0), 0, 0, 100))
		if diff := cmp.Diff([]workforcev1.ReturnFlag{workforcev1.ReturnFlag_RETURN_FLAG_TURNOVER_TOO_HIGH}, flagged.GetEmployerReturn().GetFlags()); diff != "" {
			t.Errorf("flags (-want +got)\n%s", diff)
		}
		still := s.capacity(t, audience.System, "")
		want(t, "still", still.GetTotal().GetFilled(), 957.0)
		if noteCounts(still)["FLAGGED_RETURNS"] != 1 {
			t.Errorf("notes %v", still.GetDataNotes())
		}
	})
}

func TestARepeatedRequestIsAnsweredAsTheFirstTime(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		s := open(t, url, employer("1-1"))
		first := s.submit(t, "2024-09-30", sentTwice, row(careWorker, 40, 0, 0, 0))
		again := s.submit(t, "2024-09-30", sentTwice, row(careWorker, 40, 0, 0, 0))
		if diff := cmp.Diff(first, again, protocmp.Transform()); diff != "" {
			t.Errorf("(-first +again)\n%s", diff)
		}
		_, err := s.client.SubmitEmployerReturn(t.Context(), &workforcev1.SubmitEmployerReturnRequest{
			Parent: prefix + "1-1", RequestId: sentTwice,
			EmployerReturn: &workforcev1.EmployerReturn{AsAt: "2024-09-30", Roles: []*workforcev1.RoleReturn{row(careWorker, 41, 0, 0, 0)}},
		})
		wantCode(t, "the same id for another return", err, codes.InvalidArgument)
		if n := len(s.returns(t, "1-1")); n != 1 {
			t.Errorf("%d returns are kept", n)
		}
	})
}

func TestWhatWasKnownThenStaysAsItWas(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		s := open(t, url, employer("1-1"))
		kept := s.submit(t, "2024-09-30", "", row(careWorker, 40, 0, 0, 0))
		then := kept.GetEmployerReturn().GetRecordedAt()
		before := s.capacityAt(t, audience.Public, "2024-10-15", then)
		s.submit(t, "2024-09-30", "", row(careWorker, 55, 6, 0, 0))
		s.submit(t, "2024-10-10", "", row(careWorker, 70, 0, 0, 0))
		moved := employer("1-1")
		moved.District = gloucester
		if _, err := s.client.UpdateEmployer(t.Context(), &workforcev1.UpdateEmployerRequest{Employer: moved}); err != nil {
			t.Fatal(err)
		}
		after := s.capacityAt(t, audience.Public, "2024-10-15", then)
		if encoded(t, before) != encoded(t, after) {
			t.Errorf("(-then +asked again)\n%s", cmp.Diff(before, after, protocmp.Transform()))
		}
		want(t, "now it works elsewhere", s.capacity(t, audience.System, "").GetEmployers(), 0.0)
		future := time.Now().Add(time.Hour)
		_, err := s.client.GetDistrictCapacity(t.Context(), &workforcev1.GetDistrictCapacityRequest{
			Name: stroud + "/workforceCapacity", AsAt: future.AddDate(0, 0, 2).Format(time.DateOnly),
		})
		wantCode(t, "a day to come", err, codes.InvalidArgument)
	})
}

func TestHistoryEqualsTheDaysThemselves(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		s := open(t, url, employer("1-1"))
		for i, asAt := range []string{"2024-07-15", "2024-08-31", "2024-10-09"} {
			s.submit(t, asAt, "", row(careWorker, int32(20*(i+1)), 0, 0, 0))
		}
		res, err := s.client.ListDistrictCapacityHistory(as(t, audience.System), &workforcev1.ListDistrictCapacityHistoryRequest{
			Name: stroud + "/workforceCapacity", From: "2024-07-01", To: "2024-10-12",
		})
		if err != nil {
			t.Fatal(err)
		}
		var days []string
		for _, point := range res.GetCapacities() {
			days = append(days, point.GetAsAt())
			direct := s.capacity(t, audience.System, point.GetAsAt())
			direct.Sources = nil
			if diff := cmp.Diff(direct, point, protocmp.Transform()); diff != "" {
				t.Errorf("%s (-direct +history)\n%s", point.GetAsAt(), diff)
			}
		}
		if diff := cmp.Diff([]string{"2024-07-31", "2024-08-31", "2024-09-30", "2024-10-12"}, days); diff != "" {
			t.Errorf("days (-want +got)\n%s", diff)
		}
		if len(res.GetSources()) != 2 {
			t.Errorf("sources %v", res.GetSources())
		}
	})
}

func TestAnAuthorityIsItsDistricts(t *testing.T) {
	other := employer("1-2")
	other.District = gloucester
	s := open(t, storetest.SQLite(t), employer("1-1"), other)
	s.submit(t, "2024-09-30", "", row(careWorker, 40, 0, 0, 0))
	res, err := s.client.ListDistrictCapacities(as(t, audience.System), &workforcev1.ListDistrictCapacitiesRequest{Parent: county})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.GetCapacities()) != 2 || res.GetCapacities()[0].GetName() != gloucester+"/workforceCapacity" {
		t.Fatalf("capacities %v", res.GetCapacities())
	}
	if diff := cmp.Diff(s.capacity(t, audience.System, ""), res.GetCapacities()[1], protocmp.Transform()); diff != "" {
		t.Errorf("(-alone +beside)\n%s", diff)
	}
	want(t, "employers in all", res.GetTotal().GetEmployers(), 2.0)
	want(t, "filled in all", res.GetTotal().GetTotal().GetFilled(), 40.0)
}

func TestSingleEmployersAreForCommissioners(t *testing.T) {
	s := open(t, storetest.SQLite(t), employer("1-1"))
	for a, code := range map[audience.Audience]codes.Code{
		audience.Public: codes.PermissionDenied, audience.Provider: codes.PermissionDenied,
		audience.Commissioner: codes.OK, audience.System: codes.OK,
	} {
		_, err := s.client.ListEmployerReturns(as(t, a), &workforcev1.ListEmployerReturnsRequest{Parent: prefix + "1-1"})
		wantCode(t, audience.Name(a), err, code)
	}
}

func TestPaging(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		var all []*workforcev1.Employer
		for i := range 7 {
			all = append(all, employer(fmt.Sprintf("1-%d", i+1)))
		}
		all[3].MainService, all[3].OtherServices = nursing, []workforcev1.ServiceType{homeCare}
		all[5].MainService, all[5].District = nursing, gloucester
		all[6].ClosedOn = "2020-01-01"
		s := open(t, url, all...)
		list := func(req *workforcev1.ListEmployersRequest) (names []string) {
			t.Helper()
			for {
				res, err := s.client.ListEmployers(t.Context(), req)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range res.GetEmployers() {
					names = append(names, e.GetName()[len(prefix):])
				}
				if req.PageToken = res.GetNextPageToken(); req.PageToken == "" {
					return names
				}
			}
		}
		for name, c := range map[string]struct {
			req  *workforcev1.ListEmployersRequest
			want []string
		}{
			"in twos":      {&workforcev1.ListEmployersRequest{PageSize: 2}, []string{"1-1", "1-2", "1-3", "1-4", "1-5", "1-6"}},
			"with closed":  {&workforcev1.ListEmployersRequest{PageSize: 3, IncludeClosed: true}, []string{"1-1", "1-2", "1-3", "1-4", "1-5", "1-6", "1-7"}},
			"of a service": {&workforcev1.ListEmployersRequest{Service: nursing}, []string{"1-4", "1-6"}},
			"also of one":  {&workforcev1.ListEmployersRequest{Service: homeCare, PageSize: 4}, []string{"1-1", "1-2", "1-3", "1-4", "1-5"}},
			"of a place":   {&workforcev1.ListEmployersRequest{District: "E07000081"}, []string{"1-6"}},
			"of a county":  {&workforcev1.ListEmployersRequest{Authority: "E10000013", Title: "loyer 1-2"}, []string{"1-2"}},
			"of another":   {&workforcev1.ListEmployersRequest{Authority: "E06000016"}, nil},
			"of a group":   {&workforcev1.ListEmployersRequest{Provider: "1-3"}, []string{"1-3"}},
		} {
			if diff := cmp.Diff(c.want, list(c.req)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
		first, err := s.client.ListEmployers(t.Context(), &workforcev1.ListEmployersRequest{PageSize: 2})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.client.ListEmployers(t.Context(), &workforcev1.ListEmployersRequest{PageToken: first.GetNextPageToken(), Title: "x"})
		wantCode(t, "a token of another question", err, codes.InvalidArgument)
		_, err = s.client.ListEmployers(t.Context(), &workforcev1.ListEmployersRequest{District: "E07999999"})
		wantCode(t, "a district that is none", err, codes.NotFound)
	})
}

func TestReturnsArePagedNewestDayFirst(t *testing.T) {
	s := open(t, storetest.SQLite(t), employer("1-1"))
	for _, asAt := range []string{"2024-07-31", "2024-09-30", "2024-08-31", "2024-09-30"} {
		s.submit(t, asAt, "", row(careWorker, 40, 0, 0, 0))
	}
	req := &workforcev1.ListEmployerReturnsRequest{Parent: prefix + "1-1", PageSize: 3}
	var days []string
	for range 2 {
		res, err := s.client.ListEmployerReturns(as(t, audience.Commissioner), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range res.GetEmployerReturns() {
			days = append(days, r.GetAsAt())
		}
		req.PageToken = res.GetNextPageToken()
	}
	if diff := cmp.Diff([]string{"2024-09-30", "2024-09-30", "2024-08-31", "2024-07-31"}, days); diff != "" || req.GetPageToken() != "" {
		t.Errorf("token %q (-want +got)\n%s", req.GetPageToken(), diff)
	}
}

func TestUpdateMask(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		was := employer("1-1")
		was.Brand, was.Address = "A group", "1 High Street"
		s := open(t, url, was)
		change := &workforcev1.Employer{Name: was.GetName(), Title: "New title", District: gloucester}
		res, err := s.client.UpdateEmployer(t.Context(), &workforcev1.UpdateEmployerRequest{
			Employer: change, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"title", "brand"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		want := proto.CloneOf(was)
		want.Title, want.Brand = "New title", ""
		if diff := cmp.Diff(want, res.GetEmployer(), protocmp.Transform(), protocmp.IgnoreFields(want, "revision", "recorded_at")); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		for name, c := range map[string]struct {
			req  *workforcev1.UpdateEmployerRequest
			code codes.Code
		}{
			"a field that is none":    {&workforcev1.UpdateEmployerRequest{Employer: change, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"beds"}}}, codes.InvalidArgument},
			"a district that is none": {&workforcev1.UpdateEmployerRequest{Employer: &workforcev1.Employer{Name: was.GetName(), District: "districts/E07999999"}}, codes.InvalidArgument},
			"nobody":                  {&workforcev1.UpdateEmployerRequest{Employer: &workforcev1.Employer{Name: prefix + "1-9"}}, codes.NotFound},
		} {
			_, err := s.client.UpdateEmployer(t.Context(), c.req)
			wantCode(t, name, err, c.code)
		}
		got, err := s.client.GetEmployer(t.Context(), &workforcev1.GetEmployerRequest{Name: was.GetName()})
		if err != nil || got.GetEmployer().GetTitle() != "New title" {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestCreateEmployer(t *testing.T) {
	s := open(t, storetest.SQLite(t))
	create := func(change func(*workforcev1.Employer)) error {
		e := employer("em-new-one")
		change(e)
		_, err := s.client.CreateEmployer(t.Context(), &workforcev1.CreateEmployerRequest{Employer: e, Sources: []*commonv1.Source{register}})
		return err
	}
	wantCode(t, "in no district", create(func(e *workforcev1.Employer) { e.District = "districts/E07999999" }), codes.InvalidArgument)
	wantCode(t, "of no source", create(func(e *workforcev1.Employer) { e.SourceId = "hearsay" }), codes.InvalidArgument)
	wantCode(t, "sound", create(func(*workforcev1.Employer) {}), codes.OK)
	wantCode(t, "again", create(func(*workforcev1.Employer) {}), codes.AlreadyExists)
	_, err := s.client.GetEmployer(t.Context(), &workforcev1.GetEmployerRequest{Name: prefix + "em-nobody"})
	wantCode(t, "nobody", err, codes.NotFound)
}

func TestBatches(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		s := open(t, url, employer("1-1"))
		one := func(parent, asAt string, staff, zeroHours int32) *workforcev1.SubmitEmployerReturnRequest {
			r := row(careWorker, staff, 0, 0, 0)
			r.ZeroHours = new(zeroHours)
			return &workforcev1.SubmitEmployerReturnRequest{Parent: prefix + parent, EmployerReturn: &workforcev1.EmployerReturn{AsAt: asAt, Roles: []*workforcev1.RoleReturn{r}}}
		}
		requests := []*workforcev1.SubmitEmployerReturnRequest{one("1-1", "2024-09-30", 9, 9), one("1-1", "2024-10-01", 9, 10), one("1-9", "2024-10-01", 9, 9)}
		for _, whole := range []bool{true, false} {
			res, err := s.client.BatchSubmitEmployerReturns(t.Context(), &workforcev1.BatchSubmitEmployerReturnsRequest{Requests: requests, AllOrNothing: whole})
			if err != nil {
				t.Fatal(err)
			}
			var outcomes []commonv1.RowOutcome
			for _, r := range res.GetResults() {
				outcomes = append(outcomes, r.GetOutcome())
			}
			want := []commonv1.RowOutcome{commonv1.RowOutcome_ROW_OUTCOME_CREATED, commonv1.RowOutcome_ROW_OUTCOME_REFUSED, commonv1.RowOutcome_ROW_OUTCOME_REFUSED}
			if whole {
				want[0] = commonv1.RowOutcome_ROW_OUTCOME_REFUSED
			}
			if diff := cmp.Diff(want, outcomes); diff != "" {
				t.Errorf("all or nothing %t (-want +got)\n%s", whole, diff)
			}
			if field := res.GetResults()[1].GetFaults()[0].GetField(); field != "roles[0].zero_hours" {
				t.Errorf("the fault is of %q", field)
			}
		}
		if n := len(s.returns(t, "1-1")); n != 1 {
			t.Errorf("%d returns are kept", n)
		}
		astray := one("1-1", "2024-09-30", 9, 9)
		astray.EmployerReturn.Employer = prefix + "1-2"
		_, err := s.client.BatchSubmitEmployerReturns(t.Context(), &workforcev1.BatchSubmitEmployerReturnsRequest{Requests: []*workforcev1.SubmitEmployerReturnRequest{astray}})
		wantCode(t, "another employer than the parent", err, codes.InvalidArgument)
	})
}

// A watch begins where it is told to, gives what comes, and resumed loses nothing.
func TestWatchResumes(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		s := open(t, url, employer("1-1"))
		s.submit(t, "2024-09-30", "", row(careWorker, 40, 0, 0, 0))
		watch := func(after int64, n int) (seen []string, last int64) {
			t.Helper()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			stream, err := s.client.WatchDistrict(ctx, &workforcev1.WatchDistrictRequest{Name: stroud + "/workforceCapacity", AfterRevision: after})
			if err != nil {
				t.Fatal(err)
			}
			for range n {
				res, err := stream.Recv()
				if err != nil {
					t.Fatal(err)
				}
				c := res.GetChange()
				seen, last = append(seen, c.GetPlace()+" "+c.GetAsAt()), c.GetRevision()
			}
			cancel()
			for err == nil {
				_, err = stream.Recv()
			}
			if status.Code(err) != codes.Canceled && !errors.Is(err, context.Canceled) {
				t.Errorf("the watch ends with %v", err)
			}
			return seen, last
		}
		first, last := watch(0, 2)
		if diff := cmp.Diff([]string{"employers/1-1 ", "employers/1-1 2024-09-30"}, first); diff != "" {
			t.Errorf("from the first (-want +got)\n%s", diff)
		}
		s.submit(t, "2024-10-01", "", row(careWorker, 41, 0, 0, 0))
		s.submit(t, "2024-10-02", "", row(careWorker, 42, 0, 0, 0))
		resumed, _ := watch(last, 2)
		if diff := cmp.Diff([]string{"employers/1-1 2024-10-01", "employers/1-1 2024-10-02"}, resumed); diff != "" {
			t.Errorf("resumed (-want +got)\n%s", diff)
		}
	})
}
