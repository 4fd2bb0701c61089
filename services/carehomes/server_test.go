package carehomes

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/booktest"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// desk is a served market and a commissioner who asks it.
type desk struct {
	*booktest.Stack
	carehomesv1.CareHomesServiceClient
	server *Server
	ctx    context.Context
}

func open(t testing.TB, url string) *desk {
	t.Helper()
	return openIn(t, url, booktest.Atlas(t))
}

func openIn(t testing.TB, url string, atlas *geo.Atlas) *desk {
	t.Helper()
	stack := booktest.Open(t, Service, url)
	server := New(Config{
		Ledger: stack.Ledger, Atlas: atlas, Checker: stack.Checker, Tracker: stack.Tracker,
		Committed: stack.Committed, Cache: stack.Cache, Rules: DefaultRules(),
	})
	conn := stack.Serve(t, func(s grpc.ServiceRegistrar) { carehomesv1.RegisterCareHomesServiceServer(s, server) })
	return &desk{
		Stack: stack, CareHomesServiceClient: carehomesv1.NewCareHomesServiceClient(conn), server: server,
		ctx: audience.With(t.Context(), audience.Commissioner),
	}
}

// onEngines runs a test against a market over each engine.
func onEngines(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	storetest.Engines(t, func(t *testing.T, url string) { test(t, open(t, url)) })
}

// must returns what a call answered, or ends the test.
func must[M any](answer M, err error) func(t testing.TB) M {
	return func(t testing.TB) M {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
}

// faults are the fields that a refused call names.
func faults(t testing.TB, err error, code codes.Code) []string {
	t.Helper()
	if status.Code(err) != code {
		t.Fatalf("the call has %v, want %s", err, code)
	}
	var fields []string
	for _, detail := range status.Convert(err).Details() {
		if bad, ok := detail.(*errdetails.BadRequest); ok {
			for _, v := range bad.GetFieldViolations() {
				fields = append(fields, v.GetField())
			}
		}
	}
	return fields
}

func (d *desk) register(t testing.TB, homes ...*carehomesv1.CareHome) {
	t.Helper()
	res := must(d.BatchUpsertCareHomes(d.ctx, &carehomesv1.BatchUpsertCareHomesRequest{
		CareHomes: homes, Sources: []*commonv1.Source{register}, AllOrNothing: true,
	}))(t)
	for _, r := range res.GetResults() {
		if r.GetOutcome() == commonv1.RowOutcome_ROW_OUTCOME_REFUSED {
			t.Fatalf("refused: %v", r)
		}
	}
}

// at stands a home somewhere.
func at(h *carehomesv1.CareHome, district string, latitude, longitude float64) *carehomesv1.CareHome {
	h.District, h.Latitude, h.Longitude = "districts/"+district, &latitude, &longitude
	return h
}

func TestRegister(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		h := home("1-1", "1-100", 40)
		created := must(d.CreateCareHome(d.ctx, &carehomesv1.CreateCareHomeRequest{CareHome: h, Sources: []*commonv1.Source{register}}))(t).GetCareHome()
		if created.GetRevision() == 0 || created.GetRecordedAt() == nil {
			t.Errorf("a created home has no revision: %v", created)
		}
		_, err := d.CreateCareHome(d.ctx, &carehomesv1.CreateCareHomeRequest{CareHome: h})
		if status.Code(err) != codes.AlreadyExists {
			t.Errorf("created again, it has %v", err)
		}
		changed := must(d.UpdateCareHome(d.ctx, &carehomesv1.UpdateCareHomeRequest{
			CareHome:   &carehomesv1.CareHome{Name: h.GetName(), Title: "Renamed", RegisteredBeds: 1, Brand: "ignored"},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"title"}},
		}))(t).GetCareHome()
		if changed.GetTitle() != "Renamed" || changed.GetRegisteredBeds() != 40 || changed.GetBrand() != "" {
			t.Errorf("more or less than the mask was changed: %v", changed)
		}
		got := must(d.GetCareHome(d.ctx, &carehomesv1.GetCareHomeRequest{Name: h.GetName()}))(t).GetCareHome()
		if got.GetTitle() != "Renamed" || got.GetRevision() <= created.GetRevision() {
			t.Errorf("it reads %v", got)
		}
		_, err = d.GetCareHome(d.ctx, &carehomesv1.GetCareHomeRequest{Name: "careHomes/1-404"})
		if status.Code(err) != codes.NotFound {
			t.Errorf("a home that is not there has %v", err)
		}
	})
}

func TestRegisterNamesFaultsByField(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, home("1-1", "1-100", 40))
	broken := home("1-2", "1-100", 40)
	broken.Title, broken.RegisteredBeds, broken.RatingDate, broken.SourceId = "", -1, "2024-02-31", "unheard-of"
	_, err := d.CreateCareHome(d.ctx, &carehomesv1.CreateCareHomeRequest{CareHome: broken})
	// Either rules name a field once.
	want := []string{"care_home.title", "care_home.registered_beds", "care_home.rating_date", "care_home.source_id"}
	got := faults(t, err, codes.InvalidArgument)
	for _, field := range want[:2] {
		if !slices.Contains(got, field) {
			t.Errorf("%s is not named: %v", field, got)
		}
	}
	broken.Title, broken.RegisteredBeds = "Home", 1
	_, err = d.CreateCareHome(d.ctx, &carehomesv1.CreateCareHomeRequest{CareHome: broken})
	if diff := cmp.Diff(want[2:], faults(t, err, codes.InvalidArgument)); diff != "" {
		t.Errorf("faults (-want +got)\n%s", diff)
	}
	elsewhere := home("1-3", "1-100", 40)
	elsewhere.District = "districts/E07000999"
	_, err = d.CreateCareHome(d.ctx, &carehomesv1.CreateCareHomeRequest{CareHome: elsewhere})
	if diff := cmp.Diff([]string{"care_home.district"}, faults(t, err, codes.InvalidArgument)); diff != "" {
		t.Errorf("a district that is not there (-want +got)\n%s", diff)
	}
	_, err = d.UpdateCareHome(d.ctx, &carehomesv1.UpdateCareHomeRequest{
		CareHome: home("1-1", "1-100", 40), UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"colour"}},
	})
	if diff := cmp.Diff([]string{"update_mask"}, faults(t, err, codes.InvalidArgument)); diff != "" {
		t.Errorf("a mask of nothing (-want +got)\n%s", diff)
	}
}

func TestListFiltersAndPages(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		closed, dormant := home("1-3", "1-100", 10), home("1-4", "1-100", 10)
		closed.RegisteredOn, closed.DeregisteredOn, dormant.Dormant = "2020-01-01", "2023-01-01", true
		far := home("1-5", "1-200", 10)
		far.District, far.Rating = "districts/E06000017", carehomesv1.Rating_RATING_INADEQUATE
		far.Services = []carehomesv1.CareHomeService{carehomesv1.CareHomeService_CARE_HOME_SERVICE_NURSING}
		far.Title = "The Larches"
		near := home("1-2", "1-200", 10)
		near.District = "districts/" + booktest.Gloucester
		d.register(t, home("1-1", "1-100", 10), near, closed, dormant, far)
		for name, test := range map[string]struct {
			ask  *carehomesv1.ListCareHomesRequest
			want []string
		}{
			"all that are open": {&carehomesv1.ListCareHomesRequest{}, []string{"1-1", "1-2", "1-5"}},
			"closed too":        {&carehomesv1.ListCareHomesRequest{IncludeClosed: true}, []string{"1-1", "1-2", "1-3", "1-4", "1-5"}},
			"of a district":     {&carehomesv1.ListCareHomesRequest{District: booktest.Stroud}, []string{"1-1"}},
			"of an authority":   {&carehomesv1.ListCareHomesRequest{Authority: booktest.County}, []string{"1-1", "1-2"}},
			"of a provider":     {&carehomesv1.ListCareHomesRequest{Provider: "1-200"}, []string{"1-2", "1-5"}},
			"of a service":      {&carehomesv1.ListCareHomesRequest{Service: carehomesv1.CareHomeService_CARE_HOME_SERVICE_NURSING}, []string{"1-5"}},
			"of a rating":       {&carehomesv1.ListCareHomesRequest{Rating: carehomesv1.Rating_RATING_GOOD}, []string{"1-1", "1-2"}},
			"by part of a name": {&carehomesv1.ListCareHomesRequest{Title: "lARCH"}, []string{"1-5"}},
		} {
			for _, size := range []int32{0, 1, 2} {
				test.ask.PageSize = size
				if diff := cmp.Diff(test.want, d.list(t, test.ask)); diff != "" {
					t.Errorf("%s, %d a page (-want +got)\n%s", name, size, diff)
				}
			}
		}
		_, err := d.ListCareHomes(d.ctx, &carehomesv1.ListCareHomesRequest{District: "E07000999"})
		if status.Code(err) != codes.NotFound {
			t.Errorf("a district that is not there has %v", err)
		}
	})
}

// list follows the pages of a listing to their end.
func (d *desk) list(t testing.TB, req *carehomesv1.ListCareHomesRequest) []string {
	t.Helper()
	var ids []string
	req.PageToken = ""
	for {
		page := must(d.ListCareHomes(d.ctx, req))(t)
		for _, h := range page.GetCareHomes() {
			ids = append(ids, h.GetName()[len(prefix):])
		}
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return ids
		}
		if len(ids) > 100 {
			t.Fatal("the pages never end")
		}
	}
}

func TestPageTokenIsOfItsQuestion(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, home("1-1", "1-100", 10), home("1-2", "1-100", 10))
	page := must(d.ListCareHomes(d.ctx, &carehomesv1.ListCareHomesRequest{PageSize: 1}))(t)
	_, err := d.ListCareHomes(d.ctx, &carehomesv1.ListCareHomesRequest{PageSize: 1, Title: "else", PageToken: page.GetNextPageToken()})
	if diff := cmp.Diff([]string{"page_token"}, faults(t, err, codes.InvalidArgument)); diff != "" {
		t.Errorf("a token of another question (-want +got)\n%s", diff)
	}
}

func TestBatchUpsertKeepsAllOrNothing(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		broken := home("1-2", "1-100", -1)
		ask := &carehomesv1.BatchUpsertCareHomesRequest{
			CareHomes: []*carehomesv1.CareHome{home("1-1", "1-100", 10), broken, home("1-1", "1-100", 20)},
			Sources:   []*commonv1.Source{register}, AllOrNothing: true,
		}
		res := must(d.BatchUpsertCareHomes(d.ctx, ask))(t)
		for i, r := range res.GetResults() {
			if r.GetOutcome() != commonv1.RowOutcome_ROW_OUTCOME_REFUSED || len(r.GetFaults()) == 0 {
				t.Errorf("row %d: %v", i, r)
			}
		}
		if got := d.list(t, &carehomesv1.ListCareHomesRequest{}); len(got) != 0 {
			t.Errorf("kept all the same: %v", got)
		}
		ask.AllOrNothing = false
		var outcomes []string
		for _, r := range must(d.BatchUpsertCareHomes(d.ctx, ask))(t).GetResults() {
			field := ""
			if len(r.GetFaults()) > 0 {
				field = " " + r.GetFaults()[0].GetField()
			}
			outcomes = append(outcomes, fmt.Sprint(r.GetIndex(), " ", r.GetOutcome(), field))
		}
		want := []string{"0 ROW_OUTCOME_CREATED", "1 ROW_OUTCOME_REFUSED registered_beds", "2 ROW_OUTCOME_REFUSED name"}
		if diff := cmp.Diff(want, outcomes); diff != "" {
			t.Errorf("results (-want +got)\n%s", diff)
		}
	})
}
