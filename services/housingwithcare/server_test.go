package housingwithcare

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"buf.build/go/protovalidate"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/rules"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// mine is a return by the landlord itself.
func mine(h *housingwithcarev1.HousingScheme, asAt string, rows ...*housingwithcarev1.TenureReturn) *housingwithcarev1.SchemeReturn {
	return schemeReturn(h, asAt, rows...)
}

func TestAReturnBecomesCapacity(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		h := scheme("mill-court", extraCare, built(rent, 40), built(shared, 12))
		enrol(t, s, h)
		kept := submit(t, s, mine(h, "2026-10-10", row(rent, 40, 36, 3, 2, 11)), "")
		if kept.GetSchemeReturn().GetName() == "" || kept.GetRevision() == 0 {
			t.Errorf("kept as %v", kept)
		}
		c := capacityOf(t, s, &housingwithcarev1.GetDistrictCapacityRequest{Name: stroud, AsAt: "2026-10-31", MinRevision: kept.GetRevision()})
		want(t, "units", c.GetTotal().GetUnits(), 40.0)
		want(t, "available", c.GetTotal().GetAvailable(), 1.0)
		if c.GetRevision() != kept.GetRevision() || c.GetName() != stroud {
			t.Errorf("%s at revision %d", c.GetName(), c.GetRevision())
		}
		want(t, "the other district", capacityOf(t, s, &housingwithcarev1.GetDistrictCapacityRequest{Name: cotswold, AsAt: "2026-10-31"}).GetSchemes(), 0.0)
		want(t, "a day before it", capacityOf(t, s, &housingwithcarev1.GetDistrictCapacityRequest{Name: stroud, AsAt: "2026-10-09"}).GetTotal().GetUnits(), "not collected")
	})
}

func TestFaultsAreNamedByField(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		h := scheme("mill-court", extraCare, built(rent, 40))
		enrol(t, s, h)
		_, err := s.SubmitSchemeReturn(t.Context(), &housingwithcarev1.SubmitSchemeReturnRequest{
			Parent: h.GetName(), SchemeReturn: mine(h, "2126-10-10", row(rent, 40, 41, 3, 4, -1)),
		})
		wantFields := []string{"scheme_return.tenures[0].nominations_waiting", "scheme_return.as_at", "scheme_return.tenures[0]", "scheme_return.tenures[0].voids_reserved"}
		if diff := cmp.Diff(wantFields, fields(err)); diff != "" || errs.Code(err) != codes.InvalidArgument {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		_, err = s.SubmitSchemeReturn(t.Context(), &housingwithcarev1.SubmitSchemeReturnRequest{
			Parent: prefix + "hs-elsewhere", SchemeReturn: mine(h, "2026-10-10", row(rent, 40, 1, 1, 0, 0)),
		})
		if diff := cmp.Diff([]string{"scheme_return.housing_scheme"}, fields(err)); diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		_, err = s.BatchSubmitSchemeReturns(t.Context(), &housingwithcarev1.BatchSubmitSchemeReturnsRequest{Requests: []*housingwithcarev1.SubmitSchemeReturnRequest{
			{Parent: h.GetName(), SchemeReturn: mine(h, "2026-10-10", row(rent, 40, 1, 1, 0, 0))},
			{Parent: prefix + "hs-elsewhere", SchemeReturn: mine(h, "2026-10-10", row(rent, 40, 1, 1, 0, 0))},
		}})
		if diff := cmp.Diff([]string{"requests[1].scheme_return.housing_scheme"}, fields(err)); diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		far := scheme("far", extraCare, built(rent, 40))
		far.District = "districts/E06000001"
		_, err = s.CreateHousingScheme(t.Context(), &housingwithcarev1.CreateHousingSchemeRequest{HousingScheme: far, Sources: []*commonv1.Source{register}})
		if diff := cmp.Diff([]string{"housing_scheme.district"}, fields(err)); diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
	})
}

func TestARepeatedRequestChangesNothing(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		const id = "5f0c2a52-6a6c-4b4e-9a0b-0d1f7c7f1b11"
		h := scheme("mill-court", extraCare, built(rent, 40))
		enrol(t, s, h)
		first := submit(t, s, mine(h, "2026-10-10", row(rent, 40, 36, 3, 2, 11)), id)
		again := submit(t, s, mine(h, "2026-10-10", row(rent, 40, 36, 3, 2, 11)), id)
		if !proto.Equal(first.GetSchemeReturn(), again.GetSchemeReturn()) {
			t.Error(cmp.Diff(first, again, protocmp.Transform()))
		}
		_, err := s.SubmitSchemeReturn(t.Context(), &housingwithcarev1.SubmitSchemeReturnRequest{
			Parent: h.GetName(), SchemeReturn: mine(h, "2026-10-10", row(rent, 40, 30, 3, 2, 11)), RequestId: id,
		})
		if diff := cmp.Diff([]string{"request_id"}, fields(err)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		list, err := s.ListSchemeReturns(as(t, audience.Commissioner), &housingwithcarev1.ListSchemeReturnsRequest{Parent: h.GetName()})
		if err != nil || len(list.GetSchemeReturns()) != 1 {
			t.Errorf("%d returns, %v; want one", len(list.GetSchemeReturns()), err)
		}
	})
}

func TestAMomentAskedAgainIsTheSameToTheByte(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		h := scheme("mill-court", extraCare, built(rent, 40))
		enrol(t, s, h)
		kept := submit(t, s, mine(h, "2026-10-10", row(rent, 40, 36, 3, 2, 11)), "")
		ask := func() []byte {
			res, err := s.GetDistrictCapacity(as(t, audience.System), &housingwithcarev1.GetDistrictCapacityRequest{
				Name: stroud, AsAt: "2026-10-31", KnownAt: kept.GetSchemeReturn().GetRecordedAt(),
			})
			if err != nil {
				t.Fatal(err)
			}
			return encoded(t, res)
		}
		before := ask()
		submit(t, s, mine(h, "2026-10-10", row(rent, 40, 30, 9, 2, 11)), "")
		h.Title = "Another title"
		enrol(t, s, h, scheme("new-court", sheltered, built(rent, 20)))
		if !bytes.Equal(before, ask()) {
			t.Error("what was known at a moment has changed")
		}
		want(t, "now", capacityOf(t, s, &housingwithcarev1.GetDistrictCapacityRequest{Name: stroud, AsAt: "2026-10-31"}).GetTotal().GetVoids(), 9.0)
	})
}

func TestAFlaggedReturnIsKeptAndDoesNotStand(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		h := scheme("mill-court", extraCare, built(rent, 40))
		enrol(t, s, h)
		submit(t, s, mine(h, "2026-09-10", row(rent, 40, 36, 3, 2, 11)), "")
		res := submit(t, s, mine(h, "2026-10-10", row(rent, 400, 360, 30, 20, 110)), "")
		if diff := cmp.Diff([]housingwithcarev1.ReturnFlag{housingwithcarev1.ReturnFlag_RETURN_FLAG_UNITS_ABOVE_REGISTERED}, res.GetSchemeReturn().GetFlags()); diff != "" {
			t.Errorf("flags (-want +got)\n%s", diff)
		}
		c := capacityOf(t, s, &housingwithcarev1.GetDistrictCapacityRequest{Name: stroud, AsAt: "2026-10-31"})
		want(t, "the one before stands", c.GetTotal().GetUnits(), 40.0)
		if noteCounts(c)["FLAGGED_RETURNS"] != 1 {
			t.Error("no note says that a return is set aside")
		}
	})
}

func TestDistrictsAddUpToTheirAuthority(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		a, b := scheme("a-court", extraCare, built(rent, 40)), scheme("b-court", extraCare, built(rent, 30))
		b.District = "districts/E07000079"
		enrol(t, s, a, b)
		submit(t, s, mine(a, "2026-10-10", row(rent, 40, 36, 3, 2, 11)), "")
		submit(t, s, mine(b, "2026-10-10", row(rent, 30, 20, 10, 0, 6)), "")
		got, err := s.ListDistrictCapacities(as(t, audience.System), &housingwithcarev1.ListDistrictCapacitiesRequest{Parent: "authorities/E10000013", AsAt: "2026-10-31"})
		res := read(t, &housingwithcarev1.ListDistrictCapacitiesResponse{}, got, err)
		if len(res.GetCapacities()) != 2 || res.GetCapacities()[0].GetName() != cotswold {
			t.Fatalf("districts %v", res.GetCapacities())
		}
		want(t, "voids of both", res.GetTotal().GetTotal().GetVoids(), 13.0)
		direct := capacityOf(t, s, &housingwithcarev1.GetDistrictCapacityRequest{Name: stroud, AsAt: "2026-10-31"})
		if !proto.Equal(direct, res.GetCapacities()[1]) {
			t.Error(cmp.Diff(direct, res.GetCapacities()[1], protocmp.Transform()))
		}
	})
}

func TestHistoryIsWhatIsAskedDirectly(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		h := scheme("mill-court", extraCare, built(rent, 40))
		h.OpenedOn = "2026-08-20"
		enrol(t, s, h)
		for i, day := range []string{"2026-08-25", "2026-09-10", "2026-10-12"} {
			submit(t, s, mine(h, day, row(rent, 40, 36-int32(i), 3, 2, 11)), "")
		}
		got, err := s.ListDistrictCapacityHistory(as(t, audience.System), &housingwithcarev1.ListDistrictCapacityHistoryRequest{Name: stroud, From: "2026-07-01", To: "2026-10-20"})
		history := read(t, &housingwithcarev1.ListDistrictCapacityHistoryResponse{}, got, err)
		var days []string
		for _, point := range history.GetCapacities() {
			days = append(days, point.GetAsAt())
			direct := capacityOf(t, s, &housingwithcarev1.GetDistrictCapacityRequest{Name: stroud, AsAt: point.GetAsAt()})
			direct.Sources = nil // A history lists them once.
			if !proto.Equal(direct, point) {
				t.Errorf("%s (-direct +history)\n%s", point.GetAsAt(), cmp.Diff(direct, point, protocmp.Transform()))
			}
		}
		if diff := cmp.Diff([]string{"2026-07-31", "2026-08-31", "2026-09-30", "2026-10-20"}, days); diff != "" {
			t.Errorf("days (-want +got)\n%s", diff)
		}
		if len(history.GetSources()) != 2 {
			t.Errorf("sources %v", history.GetSources())
		}
	})
}

func TestTheRegisterIsListedInPages(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		var all []*housingwithcarev1.HousingScheme
		for i := range 7 {
			h := scheme(fmt.Sprintf("court-%d", i), sheltered, built(rent, 10))
			if i%2 == 1 {
				h.Kind, h.Units = extraCare, []*housingwithcarev1.TenureUnits{built(sale, 10)}
			}
			all = append(all, h)
		}
		all[6].ClosedOn = "2026-01-01"
		enrol(t, s, all...)
		list := func(req *housingwithcarev1.ListHousingSchemesRequest) (names []string) {
			for {
				res, err := s.ListHousingSchemes(t.Context(), req)
				if err != nil {
					t.Fatal(err)
				}
				for _, h := range res.GetHousingSchemes() {
					names = append(names, h.GetTitle()[len("Scheme court-"):])
				}
				if req.PageToken = res.GetNextPageToken(); req.GetPageToken() == "" {
					return names
				}
			}
		}
		for name, c := range map[string]struct {
			req  *housingwithcarev1.ListHousingSchemesRequest
			want []string
		}{
			"open":      {&housingwithcarev1.ListHousingSchemesRequest{PageSize: 2}, []string{"0", "1", "2", "3", "4", "5"}},
			"all":       {&housingwithcarev1.ListHousingSchemesRequest{PageSize: 3, IncludeClosed: true}, []string{"0", "1", "2", "3", "4", "5", "6"}},
			"kind":      {&housingwithcarev1.ListHousingSchemesRequest{PageSize: 2, Kind: extraCare}, []string{"1", "3", "5"}},
			"tenure":    {&housingwithcarev1.ListHousingSchemesRequest{Tenure: rent}, []string{"0", "2", "4"}},
			"title":     {&housingwithcarev1.ListHousingSchemesRequest{Title: "COURT-4"}, []string{"4"}},
			"landlord":  {&housingwithcarev1.ListHousingSchemesRequest{Provider: "ll-court-3"}, []string{"3"}},
			"district":  {&housingwithcarev1.ListHousingSchemesRequest{District: "E07000079"}, nil},
			"authority": {&housingwithcarev1.ListHousingSchemesRequest{Authority: "E10000013", PageSize: 5}, []string{"0", "1", "2", "3", "4", "5"}},
		} {
			if diff := cmp.Diff(c.want, list(c.req)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
		if _, err := s.ListHousingSchemes(t.Context(), &housingwithcarev1.ListHousingSchemesRequest{Authority: "E10000099"}); errs.Code(err) != codes.NotFound {
			t.Errorf("an authority that is none: %v", err)
		}
	})
}

func TestReturnsAreListedInPages(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		h := scheme("mill-court", extraCare, built(rent, 40))
		enrol(t, s, h)
		days := []string{"2026-10-10", "2026-09-10", "2026-08-10", "2026-07-10", "2026-06-10"}
		for _, day := range days {
			submit(t, s, mine(h, day, row(rent, 40, 36, 3, 2, 11)), "")
		}
		req := &housingwithcarev1.ListSchemeReturnsRequest{Parent: h.GetName(), PageSize: 2}
		var got []string
		for {
			res, err := s.ListSchemeReturns(as(t, audience.Commissioner), req)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range res.GetSchemeReturns() {
				got = append(got, r.GetAsAt())
			}
			if req.PageToken = res.GetNextPageToken(); req.GetPageToken() == "" {
				break
			}
		}
		if diff := cmp.Diff(days, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func TestOnlyNamedFieldsChange(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		h := scheme("mill-court", extraCare, built(rent, 40))
		h.ServiceChargePerWeek = new(50.0)
		made, err := s.CreateHousingScheme(t.Context(), &housingwithcarev1.CreateHousingSchemeRequest{HousingScheme: h, Sources: []*commonv1.Source{register}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.CreateHousingScheme(t.Context(), &housingwithcarev1.CreateHousingSchemeRequest{HousingScheme: h}); errs.Code(err) != codes.AlreadyExists {
			t.Errorf("made twice: %v", err)
		}
		res, err := s.UpdateHousingScheme(t.Context(), &housingwithcarev1.UpdateHousingSchemeRequest{
			HousingScheme: &housingwithcarev1.HousingScheme{Name: h.GetName(), Title: "New title", Brand: "Not named"},
			UpdateMask:    &fieldmaskpb.FieldMask{Paths: []string{"title", "service_charge_per_week"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		changed := proto.CloneOf(made.GetHousingScheme())
		changed.Title, changed.ServiceChargePerWeek = "New title", nil
		changed.Revision, changed.RecordedAt = res.GetHousingScheme().GetRevision(), res.GetHousingScheme().GetRecordedAt()
		if diff := cmp.Diff(changed, res.GetHousingScheme(), protocmp.Transform()); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		got, err := s.GetHousingScheme(t.Context(), &housingwithcarev1.GetHousingSchemeRequest{Name: h.GetName()})
		if err != nil || !proto.Equal(got.GetHousingScheme(), res.GetHousingScheme()) {
			t.Errorf("reads %v, %v", got, err)
		}
		_, err = s.UpdateHousingScheme(t.Context(), &housingwithcarev1.UpdateHousingSchemeRequest{
			HousingScheme: &housingwithcarev1.HousingScheme{Name: h.GetName(), District: "districts/E06000001"},
			UpdateMask:    &fieldmaskpb.FieldMask{Paths: []string{"district"}},
		})
		if diff := cmp.Diff([]string{"housing_scheme.district"}, fields(err)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func TestFindVoidsNeverOffersWhatIsReserved(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		at := func(id string, longitude float64, kind housingwithcarev1.SchemeKind) *housingwithcarev1.HousingScheme {
			h := scheme(id, kind, built(rent, 40), built(sale, 10))
			h.Latitude, h.Longitude = new(51.7), &longitude
			return h
		}
		near, taken, far, beyond := at("near", -2.20, extraCare), at("taken", -2.21, extraCare), at("far", -2.30, sheltered), at("beyond", -3.5, extraCare)
		closed, nowhere := at("closed", -2.2, extraCare), scheme("nowhere", extraCare, built(rent, 40))
		closed.ClosedOn = "2026-10-20"
		enrol(t, s, near, taken, far, beyond, closed, nowhere)
		for _, h := range []*housingwithcarev1.HousingScheme{near, beyond, closed, nowhere} {
			submit(t, s, mine(h, "2026-10-10", row(rent, 40, 30, 5, 2, 11)), "")
		}
		submit(t, s, mine(taken, "2026-10-10", row(rent, 40, 30, 5, 5, 11), row(sale, 10, 5, 5, 0, 0)), "")
		submit(t, s, mine(far, "2026-10-10", row(rent, 40, 30, 9, 1, 11)), "")
		find := func(change func(*housingwithcarev1.FindVoidsRequest)) map[string]any {
			req := &housingwithcarev1.FindVoidsRequest{Tenure: rent, Latitude: 51.7, Longitude: -2.2, WithinMiles: 10, AsAt: "2026-10-31"}
			change(req)
			res, err := s.FindVoids(as(t, audience.Commissioner), req)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]any{}
			if !slices.IsSortedFunc(res.GetVoids(), func(a, b *housingwithcarev1.SchemeVoids) int {
				return int(1000 * (a.GetDistanceMiles() - b.GetDistanceMiles()))
			}) {
				t.Error("not nearest first")
			}
			for _, v := range res.GetVoids() {
				out[v.GetHousingScheme().GetTitle()[len("Scheme "):]] = say(v.GetAvailable())
			}
			return out
		}
		for name, c := range map[string]struct {
			change func(*housingwithcarev1.FindVoidsRequest)
			want   map[string]any
		}{
			"to rent":        {func(*housingwithcarev1.FindVoidsRequest) {}, map[string]any{"near": 3.0, "far": 8.0}},
			"to buy":         {func(r *housingwithcarev1.FindVoidsRequest) { r.Tenure = sale }, map[string]any{"taken": 5.0}},
			"of a kind":      {func(r *housingwithcarev1.FindVoidsRequest) { r.Kind = sheltered }, map[string]any{"far": 8.0}},
			"three at least": {func(r *housingwithcarev1.FindVoidsRequest) { r.Units = 4 }, map[string]any{"far": 8.0}},
			"nearest only":   {func(r *housingwithcarev1.FindVoidsRequest) { r.PageSize = 1 }, map[string]any{"near": 3.0}},
			"close by":       {func(r *housingwithcarev1.FindVoidsRequest) { r.WithinMiles = 1 }, map[string]any{"near": 3.0}},
			"earlier":        {func(r *housingwithcarev1.FindVoidsRequest) { r.AsAt = "2026-10-15" }, map[string]any{"near": 3.0, "far": 8.0, "closed": 3.0}},
			"in a district": {func(r *housingwithcarev1.FindVoidsRequest) {
				r.Latitude, r.Longitude, r.WithinMiles, r.District = 0, 0, 0, "E07000082"
			}, map[string]any{"near": 3.0, "far": 8.0, "beyond": 3.0, "nowhere": 3.0}},
			"the most in a district": {func(r *housingwithcarev1.FindVoidsRequest) {
				r.Latitude, r.Longitude, r.WithinMiles, r.District, r.PageSize = 0, 0, 0, "E07000082", 1
			}, map[string]any{"far": 8.0}},
			"before any": {func(r *housingwithcarev1.FindVoidsRequest) { r.AsAt = "2026-10-01" }, map[string]any{}},
		} {
			if diff := cmp.Diff(c.want, find(c.change)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
	})
}

func TestSingleSchemesAreForCommissioners(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		for _, who := range []audience.Audience{audience.Public, audience.Provider} {
			_, listed := s.ListSchemeReturns(as(t, who), &housingwithcarev1.ListSchemeReturnsRequest{Parent: prefix + "hs-mill-court"})
			_, found := s.FindVoids(as(t, who), &housingwithcarev1.FindVoidsRequest{Tenure: rent, Latitude: 51.7, Longitude: -2.2, WithinMiles: 10})
			if errs.Code(listed) != codes.PermissionDenied || errs.Code(found) != codes.PermissionDenied {
				t.Errorf("%s: %v, %v", audience.Name(who), listed, found)
			}
		}
	})
}

func TestFindVoidsAsksWhere(t *testing.T) {
	checker, err := protovalidate.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		ask  *housingwithcarev1.FindVoidsRequest
		fine bool
	}{
		"near a point":        {&housingwithcarev1.FindVoidsRequest{Latitude: 51.7, Longitude: -2.2, WithinMiles: 10}, true},
		"on the meridian":     {&housingwithcarev1.FindVoidsRequest{Latitude: 51.48, WithinMiles: 10}, true},
		"in a district":       {&housingwithcarev1.FindVoidsRequest{District: "E07000082"}, true},
		"nowhere":             {&housingwithcarev1.FindVoidsRequest{}, false},
		"how far is not said": {&housingwithcarev1.FindVoidsRequest{Latitude: 51.7, Longitude: -2.2}, false},
		"both":                {&housingwithcarev1.FindVoidsRequest{District: "E07000082", Latitude: 51.7, Longitude: -2.2, WithinMiles: 10}, false},
		"abroad":              {&housingwithcarev1.FindVoidsRequest{Latitude: 48.8, Longitude: 2.3, WithinMiles: 10}, false},
	} {
		c.ask.Tenure = rent
		if err := rules.Check(checker, c.ask); (err == nil) != c.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// changes is a stream that ends when it has what it waits for.
type changes struct {
	grpc.ServerStream
	ctx  context.Context
	got  chan *commonv1.PlaceChange
	left int
}

var errEnough = errors.New("enough")

func (c *changes) Context() context.Context { return c.ctx }

func (c *changes) Send(res *housingwithcarev1.WatchDistrictResponse) error {
	c.got <- res.GetChange()
	if c.left--; c.left == 0 {
		return errEnough
	}
	return nil
}

func TestAWatchResumesAndLosesNothing(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		h := scheme("mill-court", extraCare, built(rent, 40))
		enrol(t, s, h)
		watch := func(after int64, n int) *changes {
			stream := &changes{ctx: t.Context(), got: make(chan *commonv1.PlaceChange, n), left: n}
			err := s.WatchDistrict(&housingwithcarev1.WatchDistrictRequest{Name: stroud, AfterRevision: after}, stream)
			if !errors.Is(err, errEnough) {
				t.Errorf("the watch ends with %v", err)
			}
			return stream
		}
		first := <-watch(0, 1).got
		if first.GetKind() != commonv1.ChangeKind_CHANGE_KIND_REGISTER || first.GetPlace() != h.GetName() {
			t.Errorf("first change %v", first)
		}
		live := make(chan *changes)
		go func() { live <- watch(first.GetRevision(), 2) }()
		submit(t, s, mine(h, "2026-09-10", row(rent, 40, 36, 3, 2, 11)), "")
		submit(t, s, mine(h, "2026-10-10", row(rent, 40, 36, 3, 2, 11)), "")
		stream := <-live
		for _, day := range []string{"2026-09-10", "2026-10-10"} {
			if c := <-stream.got; c.GetAsAt() != day || c.GetKind() != commonv1.ChangeKind_CHANGE_KIND_RETURN {
				t.Errorf("change %v, want the return of %s", c, day)
			}
		}
		if err := s.WatchDistrict(&housingwithcarev1.WatchDistrictRequest{Name: "districts/E06000001/x"}, &changes{ctx: t.Context()}); errs.Code(err) != codes.NotFound {
			t.Errorf("a district that is none: %v", err)
		}
	})
}
