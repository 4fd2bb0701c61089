package options_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/options"
)

var approximately = cmpopts.EquateApprox(1e-9, 1e-9)

func sure(value float64) assume.Assumption { return assume.Certain(value, "invented") }

func between(low, central, high float64) assume.Assumption {
	return assume.Between(low, central, high, "invented")
}

// market has 40 people more for home care and 30 more for residential care than there are places.
func market() interaction.Input {
	in := interaction.Input{
		Need: assume.Exactly(1000), Shares: interaction.BySetting{0.5, 0.1, 0.3, 0.1},
		Capacity: [interaction.Count]assume.Range{assume.Exactly(460), assume.Exactly(100), assume.Exactly(270), assume.Exactly(100)},
	}
	in.Overflow[interaction.HomeCare][interaction.Residential] = sure(0.5)
	return in
}

func councilRun() options.Option {
	return options.Option{
		ID: "council-run", PostsPerBed: sure(1.25), CapitalPerBed: sure(100_000), CapitalCharge: sure(0.06),
		FixedPerBed: sure(500), VariablePerResident: sure(300), FeePerResident: sure(1100), Occupancy: sure(0.9),
	}
}

func input() options.Input {
	return options.Input{
		Options:   []options.Option{councilRun()},
		Districts: []options.District{{ID: "E07000082", Market: market(), VacantPosts: 50, Recruitable: sure(37.5)}},
		Sizes:     []options.Size{{Beds: 40, NursingShare: 0}},
		Values:    options.Values{NeedMet: sure(400), AvoidablePlacement: sure(100)},
		Draws:     100, Seed: 1, Within: 0.9,
	}
}

func appraise(t testing.TB, in options.Input) []options.Appraisal {
	t.Helper()
	result, err := options.Appraise(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return result.Appraisals
}

// 40 beds take 50 posts; 37.5 can be filled, so 30 beds open and 27 fill. Before, of the 320 who come to 270
// residential places (300 of their own and half of the 40 who find home care full), 50 are turned away;
// 27 fewer now. The residential places go to those who come in equal measure.
func TestAppraisalWorkedByHand(t *testing.T) {
	got := appraise(t, input())[0]
	capital := 100_000 * 0.06 / (365.2425 / 7)
	half := assume.Exactly(1.0)
	before, after := 270.0, 297.0 // placed in residential care
	want := options.Appraisal{
		Option: "council-run", District: "E07000082", Size: options.Size{Beds: 40},
		Posts: assume.Exactly(50), PostsPerVacancy: &half, StaffedBeds: assume.Exactly(30),
		CostPerBed:   assume.Exactly(capital + 500 + 300*0.9),
		BreakEven:    assume.Exactly((capital + 500) / (1100 - 300)),
		CanBreakEven: 1,
		FewerUnmet:   assume.Exactly(27),
		// With home care for all, 300 want the 270 or 297 places and none comes from elsewhere.
		MoreAvoidable: assume.Exactly(0),
		More:          [interaction.Count]assume.Range{interaction.Residential: assume.Exactly(after - before)},
		NetBenefit:    assume.Exactly(400*27 - ((capital+500)*40 + (300-1100)*27)),
		Pays:          1, First: 1,
	}
	if diff := cmp.Diff(want, got, approximately); diff != "" {
		t.Error(diff)
	}
}

func TestMoreBedsCanDrawPeopleIntoCareHomes(t *testing.T) {
	in := input()
	in.Districts[0].Recruitable = sure(1000)
	in.Sizes[0].Beds = 100 // 90 filled at most: 360 places for the 320 who come
	got := appraise(t, in)[0]
	if math.Abs(got.MoreAvoidable.Central-20) > 1e-9 || math.Abs(got.FewerUnmet.Central-50) > 1e-9 {
		t.Errorf("%v more avoidable placements, %v fewer unmet, want 20 and 50", got.MoreAvoidable.Central, got.FewerUnmet.Central)
	}
	cost := (100_000*0.06/(365.2425/7)+500)*100 + (300-1100)*50
	if want := 400*50 - 100*20 - cost; math.Abs(got.NetBenefit.Central-want) > 1e-6 {
		t.Errorf("net benefit %v, want %v", got.NetBenefit.Central, want)
	}
}

func TestAFeeBelowTheCostOfAResidentNeverBreaksEven(t *testing.T) {
	in := input()
	in.Options[0].FeePerResident = between(200, 280, 300)
	got := appraise(t, in)[0]
	if !math.IsInf(got.BreakEven.Central, 1) || got.CanBreakEven != 0 {
		t.Errorf("break-even at %+v, in %v of draws", got.BreakEven, got.CanBreakEven)
	}
}

func TestTheBestComesFirstAndLosesNothing(t *testing.T) {
	in := input()
	dear := councilRun()
	dear.ID, dear.FixedPerBed = "partnership", sure(501)
	in.Options = []options.Option{dear, councilRun()}
	got := appraise(t, in)
	if got[0].Option != "council-run" || got[0].First != 1 || got[0].Regret != 0 {
		t.Errorf("first %+v", got[0])
	}
	if math.Abs(got[1].Regret-40) > 1e-9 || got[1].First != 0 {
		t.Errorf("a pound a bed dearer over 40 beds is regretted by %v, want 40", got[1].Regret)
	}
}

func TestFirmnessFallsAsCandidatesDrawNear(t *testing.T) {
	firmness := func(difference float64) float64 {
		in := input()
		in.Draws = 2000
		a, b := councilRun(), councilRun()
		a.FixedPerBed = between(400, 500, 600)
		b.ID, b.FixedPerBed = "provider", between(400+difference, 500+difference, 600+difference)
		in.Options = []options.Option{a, b}
		return appraise(t, in)[0].First
	}
	near, far := firmness(1), firmness(150)
	if near > 0.6 || far < 0.95 {
		t.Errorf("first in %v of draws when alike, %v when far apart", near, far)
	}
}

// anyInput draws two options, two districts and two sizes with ranges.
func anyInput(t *rapid.T) options.Input {
	spread := func(name string, low, high float64) assume.Assumption {
		a := rapid.Float64Range(low, high).Draw(t, name)
		b := rapid.Float64Range(a, high).Draw(t, name)
		return assume.Between(a, b, rapid.Float64Range(b, high).Draw(t, name), "drawn")
	}
	in := options.Input{
		Values: options.Values{NeedMet: spread("need met", 0, 1000), AvoidablePlacement: spread("avoidable", 0, 500)},
		Draws:  rapid.IntRange(1, 50).Draw(t, "draws"), Seed: rapid.Uint64().Draw(t, "seed"), Within: 0.8,
		Sizes: []options.Size{{Beds: 30, NursingShare: 0.5}, {Beds: rapid.IntRange(1, 120).Draw(t, "beds"), NursingShare: rapid.Float64Range(0, 1).Draw(t, "nursing")}},
	}
	for _, id := range []string{"council-run", "provider"} {
		in.Options = append(in.Options, options.Option{
			ID: id, PostsPerBed: spread("posts", 0.5, 2), CapitalPerBed: spread("capital", 0, 2e5), CapitalCharge: spread("charge", 0, 0.2),
			FixedPerBed: spread("fixed", 0, 900), VariablePerResident: spread("variable", 0, 600), FeePerResident: spread("fee", 0, 1500),
			Occupancy: spread("occupancy", 0.5, 1),
		})
	}
	for _, id := range []string{"E07000078", "E07000079"} {
		district := options.District{ID: id, Market: market(), VacantPosts: rapid.Float64Range(0, 99).Draw(t, "vacant"), Recruitable: spread("recruitable", 0, 200)}
		district.Market.Need = spread("need", 500, 2000).Range
		district.Market.Overflow[interaction.HomeCare][interaction.Residential] = spread("overflow", 0, 1)
		in.Districts = append(in.Districts, district)
	}
	return in
}

func TestAppraisalsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		result, err := options.Appraise(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Appraisals) != 8 {
			t.Fatalf("%d appraisals of 8 candidates", len(result.Appraisals))
		}
		first, last := 0.0, 0.0
		for _, a := range result.Appraisals {
			if a.FewerUnmet.Low < -1e-9 || a.StaffedBeds.High > float64(a.Size.Beds)+1e-9 {
				t.Fatalf("a home that does harm or grows: %+v", a)
			}
			if a.Regret < last-1e-9 || a.Regret < 0 {
				t.Fatalf("regret %v after %v", a.Regret, last)
			}
			if (a.PostsPerVacancy == nil) == (vacancies(in, a.District) > 0) {
				t.Fatalf("posts per vacancy %v with %v vacancies", a.PostsPerVacancy, vacancies(in, a.District))
			}
			last = a.Regret
			first += a.First
		}
		if first < 1-1e-9 { // ties are first together
			t.Fatalf("the shares of first places sum to %v", first)
		}
	})
}

func vacancies(in options.Input, district string) float64 {
	for _, d := range in.Districts {
		if d.ID == district {
			return d.VacantPosts
		}
	}
	return math.NaN()
}

func TestSameSeedSameAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		first, err := options.Appraise(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		second, err := options.Appraise(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAHomeThatNobodyCanStaffIsPaidForAndHelpsNobody(t *testing.T) {
	in := input()
	in.Districts[0].Recruitable = sure(0)
	got := appraise(t, in)[0]
	want := -40 * (100_000*0.06/(365.2425/7) + 500)
	if got.FewerUnmet != (assume.Range{}) || got.Pays != 0 || math.Abs(got.NetBenefit.Central-want) > 1e-9 {
		t.Errorf("%+v fewer unmet, net benefit %v, want none and %v", got.FewerUnmet, got.NetBenefit.Central, want)
	}
}

func TestNursingBedsServeNursing(t *testing.T) {
	in := input()
	in.Districts[0].Market.Capacity[interaction.Nursing] = assume.Exactly(60)
	in.Sizes[0].NursingShare = 1
	more := appraise(t, in)[0].More
	if math.Abs(more[interaction.Nursing].Central-27) > 1e-9 || more[interaction.Residential] != (assume.Range{}) {
		t.Errorf("%+v more in nursing, %+v in residential care, want 27 and none", more[interaction.Nursing], more[interaction.Residential])
	}
}

// One bed more is worth here what package interaction says that a bed is worth.
func TestABedIsWorthWhatTheMarketSays(t *testing.T) {
	in := input()
	in.Sizes[0] = options.Size{Beds: 1}
	in.Options[0].Occupancy = sure(1)
	in.Districts[0].Market.Units[interaction.Residential].People = sure(1)
	market, err := interaction.Assess(in.Districts[0].Market)
	if err != nil {
		t.Fatal(err)
	}
	bed, home := market.Worth[interaction.Residential].Unit, appraise(t, in)[0]
	if math.Abs(bed.FewerUnmet.Central-home.FewerUnmet.Central) > 1e-9 {
		t.Errorf("a bed leaves %v fewer unmet, a home of one bed %v", bed.FewerUnmet.Central, home.FewerUnmet.Central)
	}
	if math.Abs(bed.FewerInCareHomes.Central+home.More[interaction.Residential].Central) > 1e-9 {
		t.Errorf("a bed has %v fewer in care homes, a home of one bed %v more", bed.FewerInCareHomes.Central, home.More[interaction.Residential].Central)
	}
}

// With one cost uncertain, the break-even's ends are those of that cost's triangle.
func TestBreakEvenFollowsTheOneUncertainCost(t *testing.T) {
	in := input()
	in.Draws = 20_000
	fixed := between(300, 500, 900)
	in.Options[0].FixedPerBed = fixed
	at := func(u float64) float64 { return (100_000*0.06/(365.2425/7) + fixed.At(u)) / 800 }
	got := appraise(t, in)[0]
	want := assume.Range{Low: at(0.05), Central: (100_000*0.06/(365.2425/7) + 500) / 800, High: at(0.95)}
	if diff := cmp.Diff(want, got.BreakEven, cmpopts.EquateApprox(0, 0.01)); diff != "" {
		t.Error(diff)
	}
	// It is 1 or less where the fixed cost is 800 less the capital charge, 684.99, or less: all but
	// (900 - 684.99)^2 / (600 x 400) of the triangle.
	over := 900 - (800 - 100_000*0.06/(365.2425/7))
	if want := 1 - over*over/(600*400); math.Abs(got.CanBreakEven-want) > 0.01 {
		t.Errorf("it can break even in %v of draws, want %v", got.CanBreakEven, want)
	}
}

func TestAppraiseStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := options.Appraise(ctx, input()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestValidateNamesTheFaultyField(t *testing.T) {
	cases := map[string]struct {
		spoil func(*options.Input)
		want  []string
	}{
		"sound":            {func(*options.Input) {}, nil},
		"no draws":         {func(in *options.Input) { in.Draws = 0 }, []string{"draws"}},
		"a billion draws":  {func(in *options.Input) { in.Draws = 1e9 }, []string{"draws", "draws"}},
		"nothing":          {func(in *options.Input) { in.Sizes = nil }, []string{"options"}},
		"within all":       {func(in *options.Input) { in.Within = 1 }, []string{"within"}},
		"beds and nursing": {func(in *options.Input) { in.Sizes[0] = options.Size{NursingShare: 2} }, []string{"sizes[0].beds", "sizes[0].nursing_share"}},
		"no ids":           {func(in *options.Input) { in.Options[0].ID, in.Districts[0].ID = "", "" }, []string{"options[0].id", "districts[0].id"}},
		"posts for nothing": {
			func(in *options.Input) { in.Options[0].PostsPerBed = sure(0) }, []string{"options[0].posts_per_bed"},
		},
		"occupancy and source": {
			func(in *options.Input) { in.Options[0].Occupancy = assume.Certain(1.1, "") },
			[]string{"options[0].occupancy", "options[0].occupancy.source"},
		},
		"a market that does not add up": {
			func(in *options.Input) { in.Districts[0].Market.Shares[0] = 0 }, []string{"districts[0].market.shares"},
		},
		"values": {func(in *options.Input) { in.Values = options.Values{} }, []string{"values.need_met.source", "values.avoidable_placement.source"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := input()
			c.spoil(&in)
			_, err := options.Appraise(t.Context(), in)
			var fields []string
			for _, v := range errs.Violations(err) {
				fields = append(fields, v.Field)
			}
			if diff := cmp.Diff(c.want, fields); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// BenchmarkAppraise has three options in six districts at three sizes, a thousand draws.
func BenchmarkAppraise(b *testing.B) {
	in := input()
	in.Options = append(in.Options, councilRun(), councilRun())
	in.Sizes = append(in.Sizes, options.Size{Beds: 60}, options.Size{Beds: 80, NursingShare: 0.5})
	for range 5 {
		in.Districts = append(in.Districts, in.Districts[0])
	}
	in.Draws = 1000
	b.ReportAllocs()
	for b.Loop() {
		if _, err := options.Appraise(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
}
