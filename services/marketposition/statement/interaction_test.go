package statement

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
)

func assumptionsOf(t testing.TB, in Inputs, overrides ...*marketpositionv1.AssumptionOverride) *Assumptions {
	t.Helper()
	a, err := NewAssumptions(in.Area, in.Known.Assumptions, "overrides", overrides)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func assessed(t testing.TB, in Inputs, year int, instead map[geo.Code]Instead, overrides ...*marketpositionv1.AssumptionOverride) *marketpositionv1.InteractionAssessment {
	t.Helper()
	out, err := AssessInteraction(in, assumptionsOf(t, in, overrides...), year, instead)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func overriding(from, to interaction.Setting, central float64) *marketpositionv1.AssumptionOverride {
	return &marketpositionv1.AssumptionOverride{Assumption: "assumptions/" + Overflow(from, to), Central: central}
}

// alone is every overflow share at nought but one.
func alone(from, to interaction.Setting, share float64) []*marketpositionv1.AssumptionOverride {
	var all []*marketpositionv1.AssumptionOverride
	for _, s := range settings() {
		for _, other := range settings() {
			switch {
			case s == from && other == to:
				all = append(all, overriding(s, other, share))
			case s != other:
				all = append(all, overriding(s, other, 0))
			}
		}
	}
	return all
}

// worked is a market to be worked by hand: of 1,000 people 600 want home care, which serves
// 500; of the 100 whom it turns away 40 go into residential care, where 450 places stand
// for 400 who want it.
func worked() Instead {
	need := assume.Exactly(1000)
	return Instead{
		Need: &need, Shares: &interaction.BySetting{0.6, 0, 0.4, 0},
		Capacity: map[interaction.Setting]assume.Range{
			interaction.HomeCare: assume.Exactly(500), interaction.ExtraCare: {}, interaction.Residential: assume.Exactly(450), interaction.Nursing: {},
		},
	}
}

func TestAnInteractionWorkedByHand(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	out := assessed(t, in, 0, map[geo.Code]Instead{fixture.Stroud: worked()}, alone(interaction.HomeCare, interaction.Residential, 0.4)...)
	got := out.GetDistricts()[0]
	for what, pair := range map[string][2]float64{
		"need":             {valueOf(got.GetNeed()), 1000},
		"unmet":            {valueOf(got.GetUnmet()), 60},
		"in care homes":    {valueOf(got.GetInCareHomes()), 440},
		"wanted community": {valueOf(got.GetWantedCommunity()), 40},
		"avoidable":        {valueOf(got.GetAvoidable()), 40},
		// 500 people served by 6,000 hours: an hour serves 1/12 of a person, and two in five of them would be in a home.
		"an hour serves":             {valueOf(got.GetWorth()[0].GetServes()), 1.0 / 12},
		"an hour, fewer unmet":       {valueOf(got.GetWorth()[0].GetFewerUnmet()), 0.6 / 12},
		"an hour, fewer in homes":    {valueOf(got.GetWorth()[0].GetFewerInCareHomes()), 0.4 / 12},
		"a worker serves at home":    {valueOf(got.GetWorth()[1].GetServes()), 2},
		"a worker, fewer in homes":   {valueOf(got.GetWorth()[1].GetFewerInCareHomes()), 0.8},
		"a worker serves in a home":  {valueOf(got.GetWorth()[5].GetServes()), 1},
		"a bed, when beds are empty": {valueOf(got.GetWorth()[4].GetFewerUnmet()), 0},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-6 {
			t.Errorf("%s: %v, want %v", what, pair[0], pair[1])
		}
	}
	flows := map[[2]marketpositionv1.Setting]float64{}
	for _, f := range got.GetFlows() {
		if v := valueOf(f.GetPeople()); v > 0 {
			flows[[2]marketpositionv1.Setting{f.GetWanted(), f.GetGot()}] = v
		}
	}
	const home, residential = marketpositionv1.Setting_SETTING_HOME_CARE, marketpositionv1.Setting_SETTING_RESIDENTIAL
	if diff := cmp.Diff(map[[2]marketpositionv1.Setting]float64{{home, home}: 500, {home, residential}: 40, {residential, residential}: 400}, flows); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(got.GetPlain(), "Of 1000 people who need a place in 2026, 60 find none. Of 440 in care homes, 40 wanted home care or extra care; with places without limit there, care homes would hold 40 fewer.") ||
		!strings.Contains(got.GetPlain(), "A hundred more hours of home care a week mean about 5 people fewer without a place and 3 fewer in care homes.") {
		t.Error(got.GetPlain())
	}
	if !strings.Contains(strings.Join(got.GetUnmet().GetSourceIds(), " "), GivenByCaller().GetId()) {
		t.Error("the outcome does not name what the caller gave")
	}
	overridden := 0
	for _, a := range out.GetAssumptions() {
		if a.GetOverridden() {
			overridden++
		}
	}
	if overridden != 12 || len(out.GetAssumptions()) != 15 {
		t.Errorf("%d of %d assumptions are marked as given", overridden, len(out.GetAssumptions()))
	}
}

// What goes in by itself: the rates, the live capacities, and the census of Stroud.
func TestMarketsOfStroud(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	all, err := MarketsOf(in, assumptionsOf(t, in), 2035, nil)
	if err != nil {
		t.Fatal(err)
	}
	m := all[0]
	home := (in2035Aged65 + in2035Aged75 + in2035Aged85) * 37.25 / 1000
	extra := (in2035Aged75 + in2035Aged85) * 45 / 1000 * 0.7
	residential := in2035Aged65*5.45/1000 + in2035Aged75*19.91/1000 + in2035Aged85*93.64/1000
	nursing := in2035Aged65*2.8/1000 + in2035Aged75*10.64/1000 + in2035Aged85*36.65/1000
	near(t, "need", m.Input.Need.Central, home+residential+nursing)
	near(t, "wanted at home", valueOf(m.Wanted[interaction.HomeCare]), home-extra)
	near(t, "wanted in extra care", valueOf(m.Wanted[interaction.ExtraCare]), extra)
	near(t, "wanted in residential care", valueOf(m.Wanted[interaction.Residential]), residential)
	near(t, "wanted in nursing care", valueOf(m.Wanted[interaction.Nursing]), nursing)
	// 500 served and 600 hours spare at 12 hours each; 370 homes in use with 0.7 people each.
	near(t, "capacity at home", valueOf(m.Capacity[interaction.HomeCare]), 550)
	near(t, "capacity in extra care", valueOf(m.Capacity[interaction.ExtraCare]), 370*0.7)
	near(t, "a bed serves", valueOf(m.Serves[interaction.Nursing]), 0.968)
	for s, f := range m.Capacity {
		if f.GetUnit() != commonv1.Unit_UNIT_PEOPLE || m.Withheld != nil {
			t.Errorf("%s: %v, withheld %v", interaction.Setting(s), f, m.Withheld)
		}
	}
	if err := m.Input.Validate(); err != nil {
		t.Error(err)
	}
	if _, err := MarketsOf(in, assumptionsOf(t, in), 2040, nil); len(errs.Violations(err)) != 1 {
		t.Errorf("of 2040: %v", err)
	}
}

// Whoever is not in a home is somewhere: placed and unmet are the need, whatever goes in,
// and every value lies in its range.
func TestEverybodyEndsSomewhere(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	rapid.Check(t, func(t *rapid.T) {
		given := func(name string, most float64) assume.Range {
			low := rapid.Float64Range(0, most).Draw(t, name)
			return assume.Range{Low: low, Central: low * 1.1, High: low * 1.5}
		}
		need := given("need", 5000)
		instead := Instead{Need: &need, Capacity: map[interaction.Setting]assume.Range{}}
		for _, s := range settings() {
			instead.Capacity[s] = given(s.String(), 2000)
		}
		assumptions, err := NewAssumptions(in.Area, in.Known.Assumptions, "overrides", nil)
		if err != nil {
			t.Fatal(err)
		}
		out, err := AssessInteraction(in, assumptions, 2030, map[geo.Code]Instead{fixture.Stroud: instead})
		if err != nil {
			t.Fatal(err)
		}
		got := out.GetDistricts()[0]
		sum := valueOf(got.GetUnmet())
		for _, s := range got.GetSettings() {
			sum += valueOf(s.GetPlaced())
			if valueOf(s.GetPlaced()) > valueOf(s.GetCapacity())+1e-6 {
				t.Errorf("%v holds %v and can serve %v", s.GetSetting(), valueOf(s.GetPlaced()), valueOf(s.GetCapacity()))
			}
		}
		if math.Abs(sum-valueOf(got.GetNeed())) > 1e-5 {
			t.Errorf("%v of %v people end somewhere", sum, valueOf(got.GetNeed()))
		}
		figure.Each(got, func(path string, f *commonv1.Figure) {
			if r := f.GetRange(); r != nil && (r.GetLow() > valueOf(f)+1e-9 || r.GetHigh() < valueOf(f)-1e-9) {
				t.Errorf("%s lies outside its range: %v", path, f)
			}
		})
	})
}

func TestWhatIsHiddenHidesTheOutcome(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	homes := in.Answers.CareHomes.Total
	homes.GetBedTypes()[0].GetUse().Used = figure.Basis{}.Hidden(commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER, commonv1.Unit_UNIT_PEOPLE)
	got := assessed(t, in, 0, nil).GetDistricts()[0]
	for _, f := range []*commonv1.Figure{got.GetUnmet(), got.GetInCareHomes(), got.GetWantedCommunity(), got.GetAvoidable(), got.GetSettings()[0].GetPlaced(), got.GetSettings()[3].GetCapacity()} {
		if !figure.IsHidden(f) {
			t.Errorf("%v is not hidden", f)
		}
	}
	if len(got.GetFlows()) != 0 || len(got.GetWorth()) != 0 || !strings.Contains(got.GetPlain(), "cannot be said: it rests on a figure that is hidden") {
		t.Errorf("%v", got)
	}
	if _, ok := figure.Value(got.GetNeed()); !ok {
		t.Error("the need is hidden too")
	}
	// With a capacity of the caller's own nothing rests on what is hidden.
	got = assessed(t, in, 0, map[geo.Code]Instead{fixture.Stroud: {Capacity: map[interaction.Setting]assume.Range{interaction.Nursing: assume.Exactly(300)}}}).GetDistricts()[0]
	if _, ok := figure.Value(got.GetUnmet()); !ok {
		t.Errorf("with nursing care given: %v", got.GetUnmet())
	}
}

func TestWithoutWhatItNeeds(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(*Inputs)
		why   string
	}{
		"a market": {func(in *Inputs) {
			in.Answers.HomeCare = Answer[*homecarev1.HomeCareCapacity]{State: Unavailable("it is away")}
		}, "the market that gives it did not answer"},
		"assumptions": {func(in *Inputs) { in.Known.Assumptions = nil }, "nothing is assumed of"},
		"rates":       {func(in *Inputs) { in.Known.NeedRates = nil }, "no rate of need for home care"},
	} {
		in := inputs(t, district(t, fixture.Stroud))
		test.spoil(&in)
		got := assessed(t, in, 0, nil).GetDistricts()[0]
		if why := got.GetUnmet().GetNotEnoughData().GetWhy(); !strings.Contains(why, test.why) {
			t.Errorf("without %s: %q", name, why)
		}
	}
	in := inputs(t, district(t, fixture.Stroud))
	in.Known.Populations = nil
	if _, err := AssessInteraction(in, assumptionsOf(t, in), 0, nil); errs.Reason(err) != "NO_POPULATION" {
		t.Errorf("without people: %v", err)
	}
	if p := Compose(in); p.GetInteraction().GetUnmet().GetNotEnoughData() == nil {
		t.Errorf("a statement without people says of the interaction: %v", p.GetInteraction())
	}
}

func TestSharesThatLeadNowhere(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	_, err := AssessInteraction(in, assumptionsOf(t, in, overriding(interaction.HomeCare, interaction.Residential, 0.95)), 0, nil)
	if violations := errs.Violations(err); len(violations) == 0 || violations[0].Field != "overflow[home care]" {
		t.Errorf("overflow of more than all: %v", err)
	}
}

func TestAnAuthoritysDistrictsSideBySide(t *testing.T) {
	in := inputs(t, authority(t, fixture.Gloucestershire))
	for i, home := range in.Answers.HomeCare.Each {
		b := fixture.BasisOf(home.GetSources()[0], 10, 12)
		home.GetHours().Delivered = b.Of(6000+float64(i)*500, commonv1.Unit_UNIT_HOURS_PER_WEEK)
	}
	out := assessed(t, in, 2026, nil)
	var names []string
	for _, d := range out.GetDistricts() {
		names = append(names, d.GetDistrict())
	}
	if diff := cmp.Diff(in.Area.Codes(), trimmed(names)); diff != "" {
		t.Error(diff)
	}
	one := assessed(t, func() Inputs {
		alone := in
		alone.Area, alone.Answers = in.Area.one(in.Area.districtOf(string(fixture.Stroud))), in.Answers.Of(string(fixture.Stroud))
		return alone
	}(), 2026, nil).GetDistricts()[0]
	for _, d := range out.GetDistricts() {
		if d.GetDistrict() == one.GetDistrict() && d.GetPlain() != one.GetPlain() {
			t.Errorf("alone Stroud reads %q, among the others %q", one.GetPlain(), d.GetPlain())
		}
	}
	history := out.GetHistory()
	if len(history.GetDistricts()) != len(names) || !strings.Contains(history.GetPlain(), "Over 6 districts") || !strings.Contains(history.GetPlain(), "95% interval") {
		t.Errorf("history: %v", history)
	}
	if r := history.GetSlope().GetRange(); r.GetLow() > valueOf(history.GetSlope()) || r.GetHigh() < valueOf(history.GetSlope()) {
		t.Errorf("slope: %v", history.GetSlope())
	}
	// 700 older residents less 700/740 of the 50 from elsewhere; 28,230 people of 65 and over in Stroud.
	for _, d := range history.GetDistricts() {
		if d.GetTitle() == "Stroud" {
			near(t, "placements in Stroud", valueOf(d.GetPlacements()), 1000*700*(1-50/740.0)/28230)
		}
	}
	if diff := cmp.Diff(facts.Cited(out), fixture.IDsOf(out.GetSources())); diff != "" {
		t.Errorf("(-cited +listed)\n%s", diff)
	}
}

func trimmed(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = strings.TrimPrefix(name, facts.DistrictPrefix)
	}
	return out
}

func TestTooFewDistrictsSayNothing(t *testing.T) {
	in := inputs(t, authority(t, fixture.Gloucestershire))
	in.Area.Districts = in.Area.Districts[:2]
	history := assessed(t, in, 0, nil).GetHistory()
	if history.GetSlope().GetNotEnoughData() == nil || !strings.Contains(history.GetPlain(), "at least three districts") {
		t.Errorf("two districts: %v", history)
	}
}

func TestSettingsByName(t *testing.T) {
	for _, s := range settings() {
		if back, ok := ModelSetting(WireSetting(s)); !ok || back != s {
			t.Errorf("%s becomes %v, %t", s, back, ok)
		}
	}
	if _, ok := ModelSetting(marketpositionv1.Setting_SETTING_SHELTERED); ok {
		t.Error("sheltered housing is in the model")
	}
}

// A signal's evidence tells of those in care homes for lack of community care, where the
// setting is one of the four.
func TestSignalsTellOfThePressure(t *testing.T) {
	p := Compose(inputs(t, district(t, fixture.Stroud)))
	for _, s := range p.GetSignals() {
		_, acts := ModelSetting(s.GetSetting())
		if told := strings.Contains(s.GetBecause(), "wanted home care or extra care"); told != acts {
			t.Errorf("%v: %s", s.GetSetting(), s.GetBecause())
		}
	}
	if p := ComposeAuthority(inputs(t, authority(t, fixture.Gloucestershire))); p.GetTotal().GetInteraction() != nil || p.GetDistricts()[0].GetInteraction() == nil {
		t.Error("interaction is of districts, and of no authority")
	}
}
