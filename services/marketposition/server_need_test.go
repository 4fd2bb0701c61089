package marketposition

import (
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

// fieldsOf are the fields that an error names.
func fieldsOf(err error) []string {
	var fields []string
	for _, v := range errs.Violations(err) {
		fields = append(fields, v.Field)
	}
	return fields
}

func TestNeedOfAYear(t *testing.T) {
	s := loaded(t)
	ctx := t.Context()
	got, err := s.GetNeed(ctx, &marketpositionv1.GetNeedRequest{Name: "districts/E07000082/need", Year: 2035})
	if err != nil {
		t.Fatal(err)
	}
	same, err := s.AssessNeed(ctx, &marketpositionv1.AssessNeedRequest{Name: "districts/E07000082", Year: 2035, KnownAt: got.GetNeed().GetKnownAt()})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fixture.Encoded(t, got.GetNeed()), fixture.Encoded(t, same.GetNeed())); diff != "" {
		t.Error("the same question has another answer when it may bring its own rates")
	}
	of, err := s.GetNeed(ctx, &marketpositionv1.GetNeedRequest{Name: "authorities/E10000013/need", Year: 2035})
	if err != nil {
		t.Fatal(err)
	}
	if len(of.GetNeed().GetDistricts()) != 6 || of.GetNeed().GetTotal().GetArea() != "authorities/E10000013" {
		t.Errorf("of the authority: %d districts, total of %s", len(of.GetNeed().GetDistricts()), of.GetNeed().GetTotal().GetArea())
	}
	for name, test := range map[string]struct {
		ask  *marketpositionv1.GetNeedRequest
		code codes.Code
	}{
		"a year too late":  {&marketpositionv1.GetNeedRequest{Name: "districts/E07000082/need", Year: 2038}, codes.InvalidArgument},
		"no such district": {&marketpositionv1.GetNeedRequest{Name: "districts/E09000099/need"}, codes.NotFound},
		"no such council":  {&marketpositionv1.GetNeedRequest{Name: "authorities/E09000099/need"}, codes.NotFound},
		"no such day":      {&marketpositionv1.GetNeedRequest{Name: "districts/E07000082/need", AsAt: "2026-02-30"}, codes.InvalidArgument},
	} {
		if _, err := s.GetNeed(ctx, test.ask); errs.Code(err) != test.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What was known at a moment stays the answer to what was known then.
func TestNeedAsItWasKnown(t *testing.T) {
	s := loaded(t)
	before, err := s.GetNeed(t.Context(), &marketpositionv1.GetNeedRequest{Name: "districts/E07000082/need", Year: 2035})
	if err != nil {
		t.Fatal(err)
	}
	f := fixture.Facts(t)
	for _, rate := range f.GetNeedRates() {
		rate.Central, rate.High = rate.GetHigh(), rate.GetHigh()
	}
	if _, err := s.Load(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	then, err := s.GetNeed(t.Context(), &marketpositionv1.GetNeedRequest{Name: "districts/E07000082/need", Year: 2035, KnownAt: before.GetNeed().GetKnownAt()})
	if err != nil {
		t.Fatal(err)
	}
	now, err := s.GetNeed(t.Context(), &marketpositionv1.GetNeedRequest{Name: "districts/E07000082/need", Year: 2035})
	if err != nil {
		t.Fatal(err)
	}
	first := func(r *marketpositionv1.GetNeedResponse) float64 {
		return fixture.Value(t, r.GetNeed().GetTotal().GetSettings()[0].GetNeed())
	}
	if first(then) != first(before) || first(now) <= first(before) {
		t.Errorf("before %v, as known then %v, now %v", first(before), first(then), first(now))
	}
}

func TestInteractionOverTheServer(t *testing.T) {
	s := loaded(t)
	ctx := t.Context()
	of, err := s.AssessInteraction(ctx, &marketpositionv1.AssessInteractionRequest{Name: "districts/E07000082"})
	if err != nil {
		t.Fatal(err)
	}
	if got := of.GetAssessment(); len(got.GetDistricts()) != 1 || !got.GetComplete() || !got.GetIllustrative() || got.GetHistory() != nil || len(got.GetAssumptions()) != 15 {
		t.Errorf("of a district: %v", got)
	}
	in, err := s.AssessAuthorityInteraction(ctx, &marketpositionv1.AssessAuthorityInteractionRequest{Name: "authorities/E10000013", Year: 2035})
	if err != nil {
		t.Fatal(err)
	}
	if got := in.GetAssessment(); len(got.GetDistricts()) != 6 || got.GetHistory() == nil || got.GetDistricts()[0].GetYear() != 2035 {
		t.Errorf("of an authority: %v", got)
	}
}

// What a request brings of its own reaches the model, for a district alone and among others.
func TestInteractionWithInputsOfTheCallersOwn(t *testing.T) {
	s := loaded(t)
	exactly := func(n float64) *marketpositionv1.PeopleRange {
		return &marketpositionv1.PeopleRange{Low: n, Central: n, High: n}
	}
	const home, extra, residential, nursing = marketpositionv1.Setting_SETTING_HOME_CARE, marketpositionv1.Setting_SETTING_EXTRA_CARE,
		marketpositionv1.Setting_SETTING_RESIDENTIAL, marketpositionv1.Setting_SETTING_NURSING
	shares := []*marketpositionv1.DesiredShare{{Setting: home, Share: 0.6}, {Setting: residential, Share: 0.4}}
	capacities := []*marketpositionv1.ServedCapacity{
		{Setting: home, People: exactly(500)}, {Setting: extra, People: exactly(0)}, {Setting: residential, People: exactly(450)}, {Setting: nursing, People: exactly(0)},
	}
	var overflow []*marketpositionv1.OverflowShare
	for _, from := range []marketpositionv1.Setting{home, extra, residential, nursing} {
		for _, to := range []marketpositionv1.Setting{home, extra, residential, nursing} {
			if from != to {
				overflow = append(overflow, &marketpositionv1.OverflowShare{From: from, To: to})
			}
		}
	}
	overflow[1].Low, overflow[1].Central, overflow[1].High = 0.4, 0.4, 0.4 // home care to residential care
	alone, err := s.AssessInteraction(t.Context(), &marketpositionv1.AssessInteractionRequest{
		Name: "districts/E07000082", Need: exactly(1000), Shares: shares, Capacities: capacities, Overflow: overflow,
	})
	if err != nil {
		t.Fatal(err)
	}
	among, err := s.AssessAuthorityInteraction(t.Context(), &marketpositionv1.AssessAuthorityInteractionRequest{
		Name: "authorities/E10000013", Overflow: overflow,
		Districts: []*marketpositionv1.DistrictMarket{{District: "districts/E07000082", Need: exactly(1000), Shares: shares, Capacities: capacities}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string]*marketpositionv1.Interaction{
		"alone": alone.GetAssessment().GetDistricts()[0], "among others": among.GetAssessment().GetDistricts()[4],
	} {
		if got.GetTitle() != "Stroud" || fixture.Value(t, got.GetUnmet()) != 60 || fixture.Value(t, got.GetInCareHomes()) != 440 || fixture.Value(t, got.GetAvoidable()) != 40 {
			t.Errorf("%s: %s", what, got.GetPlain())
		}
	}
}

func TestInteractionNamesEveryFault(t *testing.T) {
	s := loaded(t)
	const home = marketpositionv1.Setting_SETTING_HOME_CARE
	share := &marketpositionv1.DesiredShare{Setting: home, Share: 0.3}
	capacity := &marketpositionv1.ServedCapacity{Setting: home, People: &marketpositionv1.PeopleRange{}}
	overflow := &marketpositionv1.OverflowShare{From: home, To: marketpositionv1.Setting_SETTING_NURSING}
	_, err := s.AssessAuthorityInteraction(t.Context(), &marketpositionv1.AssessAuthorityInteractionRequest{
		Name: "authorities/E10000013",
		Districts: []*marketpositionv1.DistrictMarket{
			{District: "districts/E06000016"},
			{District: "districts/E07000082", Shares: []*marketpositionv1.DesiredShare{share, share}, Capacities: []*marketpositionv1.ServedCapacity{capacity, capacity}},
			{District: "districts/E07000082"},
		},
		Overflow: []*marketpositionv1.OverflowShare{overflow, overflow},
	})
	want := []string{
		"districts[0].district", "districts[1].shares[1].setting", "districts[1].shares", "districts[1].capacities[1].setting", "districts[2].district", "overflow[1]",
	}
	if diff := cmp.Diff(want, fieldsOf(err)); diff != "" {
		t.Error(diff)
	}
	_, err = s.AssessInteraction(t.Context(), &marketpositionv1.AssessInteractionRequest{
		Name: "districts/E07000082", Overrides: []*marketpositionv1.AssumptionOverride{{Assumption: "assumptions/nobodys", Central: 1}},
	})
	if diff := cmp.Diff([]string{"overrides[0].assumption"}, fieldsOf(err)); diff != "" {
		t.Error(diff)
	}
}

// What the protos forbid is refused before it is looked at.
func TestModelRequestsAreChecked(t *testing.T) {
	s := loaded(t)
	conn := serve(t, func(r grpc.ServiceRegistrar) {
		marketpositionv1.RegisterNeedServiceServer(r, s.Server)
		marketpositionv1.RegisterInteractionServiceServer(r, s.Server)
	})
	needs, interactions := marketpositionv1.NewNeedServiceClient(conn), marketpositionv1.NewInteractionServiceClient(conn)
	ctx := t.Context()
	need := func(req *marketpositionv1.AssessNeedRequest) error {
		_, err := needs.AssessNeed(ctx, req)
		return err
	}
	interaction := func(req *marketpositionv1.AssessInteractionRequest) error {
		req.Name = "districts/E07000082"
		_, err := interactions.AssessInteraction(ctx, req)
		return err
	}
	low := 2.0
	for name, err := range map[string]error{
		"a year of antiquity":  need(&marketpositionv1.AssessNeedRequest{Name: "districts/E07000082", Year: 100}),
		"a name too long":      need(&marketpositionv1.AssessNeedRequest{Name: "districts/E07000082/need"}),
		"a rate upside down":   need(&marketpositionv1.AssessNeedRequest{Name: "districts/E07000082", Rates: []*marketpositionv1.NeedRateOverride{{NeedRate: "needRates/a", Low: &low, Central: 1}}}),
		"a range upside down":  interaction(&marketpositionv1.AssessInteractionRequest{Need: &marketpositionv1.PeopleRange{Low: 2, Central: 1, High: 3}}),
		"a share above one":    interaction(&marketpositionv1.AssessInteractionRequest{Shares: []*marketpositionv1.DesiredShare{{Setting: marketpositionv1.Setting_SETTING_NURSING, Share: 2}}}),
		"a setting left out":   interaction(&marketpositionv1.AssessInteractionRequest{Shares: []*marketpositionv1.DesiredShare{{Setting: marketpositionv1.Setting_SETTING_SHELTERED, Share: 1}}}),
		"a capacity of nobody": interaction(&marketpositionv1.AssessInteractionRequest{Capacities: []*marketpositionv1.ServedCapacity{{Setting: marketpositionv1.Setting_SETTING_NURSING}}}),
		"overflow to itself":   interaction(&marketpositionv1.AssessInteractionRequest{Overflow: []*marketpositionv1.OverflowShare{{From: marketpositionv1.Setting_SETTING_NURSING, To: marketpositionv1.Setting_SETTING_NURSING}}}),
	} {
		if errs.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
}
