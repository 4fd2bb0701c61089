package homecare

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/booktest"
	"github.com/caremarket/caremarket/pkg/storetest"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// desk is a served market and a commissioner who asks it.
type desk struct {
	*booktest.Stack
	homecarev1.HomeCareServiceClient
	server *Server
	ctx    context.Context
}

func open(t testing.TB, url string) *desk {
	t.Helper()
	stack := booktest.OpenWith(t, Service, url, Migrations())
	ref := reference(t)
	server := New(Config{
		Ledger: stack.Ledger, Atlas: booktest.Atlas(t), Checker: stack.Checker, Tracker: stack.Tracker,
		Committed: stack.Committed, Cache: stack.Cache, Rules: ref.Rules,
	})
	if _, err := server.LoadZones(t.Context(), ref.Zones.All(), []*commonv1.Source{zoned}); err != nil {
		t.Fatal(err)
	}
	conn := stack.Serve(t, func(s grpc.ServiceRegistrar) { homecarev1.RegisterHomeCareServiceServer(s, server) })
	return &desk{
		Stack: stack, HomeCareServiceClient: homecarev1.NewHomeCareServiceClient(conn), server: server,
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

// refusal is the fields that a refused call names.
func refusal(t testing.TB, err error, code codes.Code) []string {
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

func (d *desk) register(t testing.TB, branches ...*homecarev1.HomeCareBranch) {
	t.Helper()
	res := must(d.BatchUpsertHomeCareBranches(d.ctx, &homecarev1.BatchUpsertHomeCareBranchesRequest{
		HomeCareBranches: branches, Sources: []*commonv1.Source{onCQC, zoned}, AllOrNothing: true,
	}))(t)
	for _, r := range res.GetResults() {
		if r.GetOutcome() == commonv1.RowOutcome_ROW_OUTCOME_REFUSED {
			t.Fatalf("refused: %v", r)
		}
	}
}

func TestRegister(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		b := branch("1-1", home, "valleys")
		created := must(d.CreateHomeCareBranch(d.ctx, &homecarev1.CreateHomeCareBranchRequest{
			HomeCareBranch: b, Sources: []*commonv1.Source{onCQC},
		}))(t).GetHomeCareBranch()
		if created.GetRevision() == 0 || created.GetRecordedAt() == nil {
			t.Errorf("a created branch has no revision: %v", created)
		}
		_, err := d.CreateHomeCareBranch(d.ctx, &homecarev1.CreateHomeCareBranchRequest{HomeCareBranch: b})
		if status.Code(err) != codes.AlreadyExists {
			t.Errorf("created again, it has %v", err)
		}
		changed := must(d.UpdateHomeCareBranch(d.ctx, &homecarev1.UpdateHomeCareBranchRequest{
			HomeCareBranch: &homecarev1.HomeCareBranch{Name: b.GetName(), Zones: []string{"zones/city"}, Title: "ignored"},
			UpdateMask:     &fieldmaskpb.FieldMask{Paths: []string{"zones"}},
		}))(t).GetHomeCareBranch()
		if diff := cmp.Diff([]string{"zones/city"}, changed.GetZones()); diff != "" || changed.GetTitle() != "1-1" {
			t.Errorf("changed to %v", changed)
		}
		got := must(d.GetHomeCareBranch(d.ctx, &homecarev1.GetHomeCareBranchRequest{Name: b.GetName()}))(t).GetHomeCareBranch()
		if got.GetRevision() <= created.GetRevision() {
			t.Errorf("it reads %v", got)
		}
		_, err = d.UpdateHomeCareBranch(d.ctx, &homecarev1.UpdateHomeCareBranchRequest{
			HomeCareBranch: &homecarev1.HomeCareBranch{Name: b.GetName(), Zones: []string{"zones/atlantis"}, District: "districts/E07000999"},
		})
		if diff := cmp.Diff([]string{"home_care_branch.zones[0]", "home_care_branch.district"}, refusal(t, err, codes.InvalidArgument)); diff != "" {
			t.Errorf("faults (-want +got)\n%s", diff)
		}
		_, err = d.UpdateHomeCareBranch(d.ctx, &homecarev1.UpdateHomeCareBranchRequest{
			HomeCareBranch: b, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"colour"}},
		})
		if diff := cmp.Diff([]string{"update_mask"}, refusal(t, err, codes.InvalidArgument)); diff != "" {
			t.Errorf("a mask of nothing (-want +got)\n%s", diff)
		}
	})
}

func TestListFiltersAndPages(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		dormant, far := branch("1-3", home, "valleys"), branch("1-4", reablement)
		dormant.Dormant, far.District, far.Rating = true, "districts/E06000017", homecarev1.Rating_RATING_GOOD
		d.register(t, branch("1-1", home, "valleys"), branch("1-2", home, "city"), dormant, far, branch("oc-one", micro, "vale"))
		for name, test := range map[string]struct {
			ask  *homecarev1.ListHomeCareBranchesRequest
			want []string
		}{
			"all that are open": {&homecarev1.ListHomeCareBranchesRequest{}, []string{"1-1", "1-2", "1-4", "oc-one"}},
			"closed too":        {&homecarev1.ListHomeCareBranchesRequest{IncludeClosed: true}, []string{"1-1", "1-2", "1-3", "1-4", "oc-one"}},
			// By its zone, although its office is in Stroud.
			"of a district":     {&homecarev1.ListHomeCareBranchesRequest{District: booktest.Gloucester}, []string{"1-2"}},
			"of an authority":   {&homecarev1.ListHomeCareBranchesRequest{Authority: booktest.County}, []string{"1-1", "1-2", "oc-one"}},
			"of a zone":         {&homecarev1.ListHomeCareBranchesRequest{Zone: "vale"}, []string{"oc-one"}},
			"of a kind":         {&homecarev1.ListHomeCareBranchesRequest{Kind: reablement}, []string{"1-4"}},
			"of a rating":       {&homecarev1.ListHomeCareBranchesRequest{Rating: homecarev1.Rating_RATING_GOOD}, []string{"1-4"}},
			"of a provider":     {&homecarev1.ListHomeCareBranchesRequest{Provider: "1-2"}, []string{"1-2"}},
			"by part of a name": {&homecarev1.ListHomeCareBranchesRequest{Title: "OC-"}, []string{"oc-one"}},
		} {
			for _, size := range []int32{0, 1, 2} {
				test.ask.PageSize = size
				if diff := cmp.Diff(test.want, d.list(t, test.ask)); diff != "" {
					t.Errorf("%s, %d a page (-want +got)\n%s", name, size, diff)
				}
			}
		}
	})
}

// list follows the pages of a listing to their end.
func (d *desk) list(t testing.TB, req *homecarev1.ListHomeCareBranchesRequest) []string {
	t.Helper()
	var ids []string
	req.PageToken = ""
	for {
		page := must(d.ListHomeCareBranches(d.ctx, req))(t)
		for _, b := range page.GetHomeCareBranches() {
			ids = append(ids, b.GetName()[len(prefix):])
		}
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return ids
		}
		if len(ids) > 100 {
			t.Fatal("the pages never end")
		}
	}
}

func TestBatchUpsertKeepsAllOrNothing(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		ask := &homecarev1.BatchUpsertHomeCareBranchesRequest{
			HomeCareBranches: []*homecarev1.HomeCareBranch{branch("1-1", home), branch("1-2", micro)},
			Sources:          []*commonv1.Source{onCQC}, AllOrNothing: true,
		}
		for i, r := range must(d.BatchUpsertHomeCareBranches(d.ctx, ask))(t).GetResults() {
			if r.GetOutcome() != commonv1.RowOutcome_ROW_OUTCOME_REFUSED || len(r.GetFaults()) == 0 {
				t.Errorf("row %d: %v", i, r)
			}
		}
		ask.AllOrNothing = false
		must(d.BatchUpsertHomeCareBranches(d.ctx, ask))(t)
		if diff := cmp.Diff([]string{"1-1"}, d.list(t, &homecarev1.ListHomeCareBranchesRequest{})); diff != "" {
			t.Errorf("kept (-want +got)\n%s", diff)
		}
	})
}

func TestZonesAreListedByAuthority(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, branch("1-1", home))
	var got []string
	req := &homecarev1.ListZonesRequest{Authority: booktest.County, PageSize: 3}
	for pages := 0; pages == 0 || req.PageToken != ""; pages++ {
		page := must(d.ListZones(d.ctx, req))(t)
		for _, z := range page.GetZones() {
			got = append(got, z.GetName())
		}
		if len(page.GetSources()) != 1 {
			t.Errorf("sources %v", page.GetSources())
		}
		req.PageToken = page.GetNextPageToken()
	}
	if diff := cmp.Diff([]string{"zones/border", "zones/city", "zones/vale", "zones/valleys"}, got); diff != "" {
		t.Errorf("zones (-want +got)\n%s", diff)
	}
}
