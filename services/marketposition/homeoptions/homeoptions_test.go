package homeoptions_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/homeoptions"
	"github.com/caremarket/caremarket/services/marketposition/internal/answered"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

type request = marketpositionv1.AppraiseCareHomeOptionsRequest

func appraise(t testing.TB, req *request) *marketpositionv1.CareHomeAppraisal {
	t.Helper()
	plan, err := homeoptions.Prepare(answered.Of(t), req, nil, &errs.Collector{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := plan.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func exactly(id string, value float64) *marketpositionv1.AssumptionOverride {
	return &marketpositionv1.AssumptionOverride{Assumption: "assumptions/" + id, Central: value}
}

// certain is one home of 60 beds in Stroud, run by the council, with numbers to be worked by
// hand.
func certain() *request {
	return &request{
		Districts: []string{"districts/E07000082"}, Options: []string{"council-run"}, Draws: 20,
		Sizes: []*marketpositionv1.HomeSize{{Beds: 60, NursingShare: 0.5}},
		Overrides: []*marketpositionv1.AssumptionOverride{
			exactly("new-home-council-run-posts-per-bed", 1.25), exactly("new-home-council-run-capital-per-bed", 156_532.5),
			exactly("new-home-council-run-capital-charge", 0.05), exactly("new-home-council-run-fixed-cost-per-bed", 300),
			exactly("new-home-council-run-variable-cost-per-resident", 600), exactly("new-home-council-run-fee-per-resident", 1100),
			exactly("new-home-council-run-occupancy", 0.9), exactly("new-home-recruitable-share-of-starters", 0.5),
		},
	}
}

func TestOneHomeByHand(t *testing.T) {
	c := appraise(t, certain()).GetCandidates()[0]
	// A year has 365.2425 / 7 = 52.1775 weeks: 156,532.5 x 0.05 / 52.1775 = 150 pounds a week.
	for name, want := range map[*commonv1.Figure]float64{
		c.GetPostsNeeded():        60 * 1.25,
		c.GetCostPerBed():         150 + 300 + 600*0.9,
		c.GetBreakEvenOccupancy(): 100 * (150.0 + 300) / (1100 - 600),
		c.GetCanBreakEven():       100,
		c.GetFirst():              100,
		c.GetRegret():             0,
	} {
		if got := fixture.Value(t, name); math.Abs(got-want) > 0.001 {
			t.Errorf("%s is %v, want %v", name.GetFormula(), got, want)
		}
	}
	// In the fixture 740 posts of care homes are filled and 74 vacant in a district, whose supply
	// takes them all; 148 start in a year, and half of them could come here: 74 posts of 75.
	if got := fixture.Value(t, c.GetVacantPosts()); math.Abs(got-74) > 0.01 {
		t.Errorf("%v posts are vacant, want 74", got)
	}
	if got := fixture.Value(t, c.GetStaffedBeds()); math.Abs(got-74/1.25) > 0.01 {
		t.Errorf("%v beds can be staffed, want %v", got, 74/1.25)
	}
	if got := fixture.Value(t, c.GetPostsPerVacancy()); math.Abs(got-75.0/74) > 0.001 {
		t.Errorf("%v posts for each vacancy", got)
	}
}

func TestAResidentWhoCostsMoreThanTheFee(t *testing.T) {
	req := certain()
	req.Overrides[4] = exactly("new-home-council-run-variable-cost-per-resident", 1200)
	a := appraise(t, req)
	f := a.GetCandidates()[0].GetBreakEvenOccupancy()
	if why := f.GetNotEnoughData().GetWhy(); why != "a resident costs more than the fee" {
		t.Errorf("%v", f)
	}
	high := 1300.0
	req.Overrides[4] = &marketpositionv1.AssumptionOverride{Assumption: req.Overrides[4].GetAssumption(), Central: 600, High: &high}
	req.Draws = 500
	if f = appraise(t, req).GetCandidates()[0].GetBreakEvenOccupancy(); f.GetRange() != nil || !strings.Contains(f.GetFormula(), "no upper end") {
		t.Errorf("%v", f)
	}
	text, err := protojson.Marshal(a)
	if err != nil || strings.Contains(string(text), "Infinity") || strings.Contains(string(text), "NaN") {
		t.Errorf("%v: %s", err, text)
	}
}

func TestThreeWaysInSixDistricts(t *testing.T) {
	a := appraise(t, &request{Draws: 200})
	if len(a.GetCandidates()) != 18 || a.GetFirmness() == "" || !a.GetIllustrative() {
		t.Fatalf("%d candidates, %q", len(a.GetCandidates()), a.GetFirmness())
	}
	ways := map[string]int{}
	first, before := 0.0, 0.0
	for i, c := range a.GetCandidates() {
		ways[c.GetOption()]++
		first += fixture.Value(t, c.GetFirst())
		regret := fixture.Value(t, c.GetRegret())
		if c.GetRank() != int32(i+1) || regret < before {
			t.Errorf("candidate %d has rank %d and regret %v after %v", i, c.GetRank(), regret, before)
		}
		before = regret
	}
	if diff := cmp.Diff(map[string]int{"council-run": 6, "commissioned-provider": 6, "partnership": 6}, ways); diff != "" {
		t.Error(diff)
	}
	if first < 100-1e-6 {
		t.Errorf("somebody is first in %v%% of the draws", first)
	}
	known := map[string]bool{}
	for _, s := range a.GetSources() {
		known[s.GetId()] = true
	}
	figure.Each(a, func(path string, f *commonv1.Figure) {
		for _, id := range f.GetSourceIds() {
			if !known[id] {
				t.Errorf("%s rests on %s, which is not listed", path, id)
			}
		}
	})
	if diff := cmp.Diff(fixture.Encoded(t, a), fixture.Encoded(t, appraise(t, &request{Draws: 200}))); diff != "" {
		t.Error("asked again, the answer differs")
	}
}

func TestFaultsAreNamedByField(t *testing.T) {
	req := &request{
		Districts: []string{"districts/E06000016"}, Options: []string{"by-robots"},
		Overrides: []*marketpositionv1.AssumptionOverride{exactly("of-nothing", 1)},
	}
	_, err := homeoptions.Prepare(answered.Of(t), req, nil, &errs.Collector{})
	var got []string
	for _, v := range errs.Violations(err) {
		got = append(got, v.Field)
	}
	if diff := cmp.Diff([]string{"overrides[0].assumption", "options[0]", "districts[0]"}, got); diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := homeoptions.Prepare(answered.Of(t), &request{Year: 2090}, nil, &errs.Collector{}); len(errs.Violations(err)) != 1 {
		t.Errorf("%v", err)
	}
}

func TestAnAppraisalStopsWithItsCaller(t *testing.T) {
	plan, err := homeoptions.Prepare(answered.Of(t), &request{}, nil, &errs.Collector{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := plan.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if plan.Bytes() <= 0 {
		t.Errorf("%d bytes", plan.Bytes())
	}
}
