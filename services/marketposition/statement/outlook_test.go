package statement

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// looking are the inputs of Gloucestershire with staff in home care and care homes: of each
// service's employees a tenth more posts vacant, a fifth leaving and a quarter starting in
// twelve months; and what is assumed of the years.
func looking(t testing.TB) Inputs {
	t.Helper()
	in := inputs(t, authority(t, fixture.Gloucestershire))
	for _, staff := range in.Answers.Workforce.Each {
		for _, s := range staff.GetServices() {
			use := s.GetUse()
			filled := use.GetPermanent().GetValue() + use.GetTemporary().GetValue()
			b := fixture.BasisOf(fixture.Provided, 1, 1)
			use.Vacancies, use.Leavers, use.Starters = b.Of(filled/10, unitPosts), b.Of(filled/5, unitPeople), b.Of(filled/4, unitPeople)
		}
	}
	for _, id := range []string{turnoverOfYears, startersOfYears} {
		a := assumption(id, "E92000001", 1)
		a.Low, a.High = 0.5, 2
		in.Known.Assumptions = append(in.Known.Assumptions, a)
	}
	return in
}

func outlook(t testing.TB, in Inputs, year int) *Outlook {
	t.Helper()
	o, err := OutlookOf(in, assumptionsOf(t, in), year, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func prospectOf(t testing.TB, o *Outlook, code geo.Code) Prospect {
	t.Helper()
	for _, p := range o.Districts {
		if p.District.Code == code {
			return p
		}
	}
	t.Fatalf("%s is left out: %v", code, o.LeftOut)
	return Prospect{}
}

// What the years begin with is what the statement says: the outlook's rates give, setting by
// setting, the people whom the markets say want it.
func TestRatesOfTheOutlookGiveTheNeedOfTheMarkets(t *testing.T) {
	for _, year := range []int{2026, 2035} {
		o := outlook(t, looking(t), year)
		if len(o.Districts) != 6 || o.Year != year {
			t.Fatalf("%d districts in %d", len(o.Districts), o.Year)
		}
		for _, p := range o.Districts {
			result, err := need.Assess(need.Input{Population: p.Population, Year: year, Rates: o.Rates})
			if err != nil {
				t.Fatal(err)
			}
			sum := map[string]float64{}
			for _, row := range result.Rows {
				sum[row.Setting] += row.Need.Central
			}
			for _, s := range settings() {
				near(t, p.District.Name+", "+s.String(), sum[s.String()], valueOf(p.Wanted[s]))
			}
		}
	}
}

// A district of the fixture serves 550 people at home with 250 posts, and 776 - 50 x 700 / 740
// in homes with 740: so many for each post, in every year. It turns over a fifth of them.
func TestStaffOfTheOutlookByHand(t *testing.T) {
	o := outlook(t, looking(t), 0)
	inHomes := 776 - 50*700.0/740
	p := prospectOf(t, o, fixture.Stroud)
	for _, test := range []struct {
		of                                         interaction.Setting
		perPost, turnover, starters, filled, posts float64
	}{
		{interaction.HomeCare, 550.0 / 250, 0.2, 0.25 / 12 / 1.1, 250, 275},
		{interaction.Residential, inHomes / 740, 0.2, 0.25 / 12 / 1.1, (490 - 50*440.0/740) / inHomes * 740, (490 - 50*440.0/740) / inHomes * 814},
		{interaction.Nursing, inHomes / 740, 0.2, 0.25 / 12 / 1.1, (286 - 50*260.0/740) / inHomes * 740, (286 - 50*260.0/740) / inHomes * 814},
	} {
		s := o.Staffing[test.of]
		near(t, test.of.String()+" for a post", s.PeoplePerPost.Central, test.perPost)
		near(t, test.of.String()+" turnover", s.Turnover.Central, test.turnover)
		near(t, test.of.String()+" least turnover", s.Turnover.Low, test.turnover/2)
		near(t, test.of.String()+" starters", s.Starters.Central, test.starters)
		near(t, test.of.String()+" most starters", s.Starters.High, 2*test.starters)
		near(t, test.of.String()+" filled", p.Teams[test.of].Filled, test.filled)
		near(t, test.of.String()+" posts", p.Teams[test.of].Posts, test.posts)
		near(t, test.of.String()+" served by all", p.Teams[test.of].Filled*s.PeoplePerPost.Central, p.Input.Capacity[test.of].Central)
	}
	// Home care's doubt is in its posts, that of homes in their places.
	if got, homes := o.Staffing[interaction.HomeCare].PeoplePerPost, o.Staffing[interaction.Nursing].PeoplePerPost; got.Low >= got.Central || homes.Low != homes.High {
		t.Errorf("people for a post: %v at home, %v in homes", got, homes)
	}
}

// Extra care has no staff in the fixture. Home care needs no building: only when its staff are
// not known either is it held to what it serves now.
func TestStaffThatAreNotKnownSetNoLimit(t *testing.T) {
	in := looking(t)
	o := outlook(t, in, 0)
	p := prospectOf(t, o, fixture.Stroud)
	if o.StaffUnknown[interaction.ExtraCare] == "" || o.StaffUnknown[interaction.HomeCare] != "" || !math.IsInf(p.Places[interaction.HomeCare].Central, 1) {
		t.Errorf("unknown: %q; places %v", o.StaffUnknown, p.Places)
	}
	if team := p.Teams[interaction.ExtraCare]; team.Filled != plenty || team.Posts != plenty {
		t.Errorf("extra care has %v", team)
	}
	near(t, "extra care", p.Places[interaction.ExtraCare].Central, 370*0.7)

	nothing := func(change func(*workforcev1.PostUse)) func(*Inputs) {
		return func(in *Inputs) {
			for _, staff := range in.Answers.Workforce.Each {
				change(staff.GetServices()[0].GetUse())
			}
		}
	}
	b := fixture.BasisOf(fixture.Provided, 1, 1)
	for name, test := range map[string]struct {
		spoil func(*Inputs)
		why   string
	}{
		"away": {func(in *Inputs) {
			in.Answers.Workforce = Answer[*workforcev1.WorkforceCapacity]{State: Unavailable("it is away")}
		}, "not given"},
		"hidden":          {nothing(func(u *workforcev1.PostUse) { hide(u.Leavers, commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER) }), "figures of it are hidden"},
		"nobody":          {nothing(func(u *workforcev1.PostUse) { u.Permanent, u.Temporary = b.Of(0, unitPosts), b.Of(0, unitPosts) }), "nobody returned any staff"},
		"not collected":   {nothing(func(u *workforcev1.PostUse) { u.Vacancies = b.NotCollected("vacancies are not asked for", unitPosts) }), "vacancies are not asked for"},
		"nothing assumed": {func(in *Inputs) { in.Known.Assumptions = in.Known.Assumptions[:len(in.Known.Assumptions)-1] }, "nothing is assumed of turnover"},
	} {
		in := looking(t)
		test.spoil(&in)
		o := outlook(t, in, 0)
		p := prospectOf(t, o, fixture.Stroud)
		if !strings.Contains(o.StaffUnknown[interaction.HomeCare], test.why) {
			t.Errorf("%s: %q", name, o.StaffUnknown[interaction.HomeCare])
		}
		if p.Places[interaction.HomeCare].Range != p.Input.Capacity[interaction.HomeCare] || p.Teams[interaction.HomeCare].Filled != plenty {
			t.Errorf("%s: home care has %v places and %v", name, p.Places[interaction.HomeCare], p.Teams[interaction.HomeCare])
		}
	}
}

// One district that hides its staff has those of the others: as many for each whom it serves.
func TestADistrictThatHidesItsStaffTakesTheOthers(t *testing.T) {
	in := looking(t)
	hide(in.Answers.Workforce.Each[4].GetServices()[0].GetUse().GetPermanent(), commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER)
	o := outlook(t, in, 0)
	near(t, "for a post", o.Staffing[interaction.HomeCare].PeoplePerPost.Central, 2.2)
	near(t, "in Stroud", prospectOf(t, o, fixture.Stroud).Teams[interaction.HomeCare].Filled, 250)
}

func TestNobodyServedByTheStaffThereAre(t *testing.T) {
	in := looking(t)
	none := map[geo.Code]Instead{}
	for _, code := range codesOf(in.Area) {
		none[code] = Instead{Capacity: map[interaction.Setting]assume.Range{interaction.HomeCare: {}}}
	}
	o, err := OutlookOf(in, assumptionsOf(t, in), 0, none)
	if err != nil || o.StaffUnknown[interaction.HomeCare] != "it serves nobody" {
		t.Errorf("%v, %v", err, o)
	}
}

// Beds that are closed today are room for tomorrow, if they are shown.
func TestClosedBedsAreRoom(t *testing.T) {
	in := looking(t)
	b := fixture.BasisOf(fixture.Provided, 1, 1)
	for _, use := range in.Answers.CareHomes.Each[4].GetBedTypes() {
		use.GetUse().NonAdmittable = b.Of(map[carehomesv1.BedType]float64{
			carehomesv1.BedType_BED_TYPE_GENERAL_RESIDENTIAL: 6, carehomesv1.BedType_BED_TYPE_DEMENTIA_RESIDENTIAL: 4,
			carehomesv1.BedType_BED_TYPE_GENERAL_NURSING: 10, carehomesv1.BedType_BED_TYPE_YOUNG_PHYSICALLY_DISABLED: 5,
		}[use.GetBedType()], commonv1.Unit_UNIT_BEDS)
		if use.GetBedType() == carehomesv1.BedType_BED_TYPE_GENERAL_NURSING {
			hide(use.GetUse().GetNonAdmittable(), commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER)
		}
	}
	p := prospectOf(t, outlook(t, in, 0), fixture.Stroud)
	for s, more := range map[interaction.Setting]float64{interaction.Residential: 10, interaction.Nursing: 0} {
		for what, pair := range map[string][2]float64{
			"low": {p.Places[s].Low, p.Input.Capacity[s].Low}, "central": {p.Places[s].Central, p.Input.Capacity[s].Central}, "high": {p.Places[s].High, p.Input.Capacity[s].High},
		} {
			near(t, s.String()+", "+what, pair[0], pair[1]+more)
		}
	}
}

func TestDistrictsThatAreLeftOut(t *testing.T) {
	b := fixture.BasisOf(fixture.Provided, 1, 1)
	for name, test := range map[string]struct {
		spoil func(*Inputs)
		why   string
	}{
		"hidden": {func(in *Inputs) {
			hide(in.Answers.HomeCare.Each[4].GetPeople(), commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER)
		}, "figures of it are hidden"},
		"not collected": {func(in *Inputs) { in.Answers.HomeCare.Each[4].People = b.NotCollected("nobody says", unitPeople) }, "nobody says"},
		"silent":        {func(in *Inputs) { in.Answers.HousingWithCare.Each = in.Answers.HousingWithCare.Each[:4] }, "the market that gives it did not answer"},
		"other rates": {func(in *Inputs) {
			for _, r := range in.Known.NeedRates {
				if r.GetSetting() == marketpositionv1.Setting_SETTING_NURSING && clientOf(r) == olderPeople {
					own := cloned(r)
					own.Name, own.Areas, own.Central = own.GetName()+"-own", []string{string(fixture.Stroud)}, own.GetLow()
					in.Known.NeedRates = append(in.Known.NeedRates, own)
				}
			}
		}, "its rates of need are not those of the other districts"},
		"other overflow": {func(in *Inputs) {
			in.Known.Assumptions = append(in.Known.Assumptions, assumption(Overflow(interaction.HomeCare, interaction.Residential), string(fixture.Stroud), 0.01))
		}, "what is assumed of its overflow is not what is assumed of the other districts"},
	} {
		in := looking(t)
		test.spoil(&in)
		var got []string
		o := outlook(t, in, 0)
		for _, out := range o.LeftOut {
			got = append(got, out.GetDistrictTitle()+": "+out.GetWhy())
		}
		if len(got) == 0 || got[0] != "Stroud: "+test.why || len(o.Districts)+len(got) != 6 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestWhenNoDistrictCanBeReckonedWith(t *testing.T) {
	in := looking(t)
	in.Answers.CareHomes = Answer[*carehomesv1.CareHomeCapacity]{State: Unavailable("it is away")}
	_, err := OutlookOf(in, assumptionsOf(t, in), 0, nil)
	if errs.Reason(err) != "NOT_ENOUGH_DATA" || !strings.Contains(err.Error(), "the market that gives it did not answer") {
		t.Errorf("%v", err)
	}
	in = looking(t)
	if _, err := OutlookOf(in, assumptionsOf(t, in), 2090, nil); len(errs.Violations(err)) != 1 {
		t.Errorf("of 2090: %v", err)
	}
}

// A market of which nobody needs anything has no shares to divide it by.
func TestNobodyNeedsCare(t *testing.T) {
	in := looking(t)
	for i, r := range in.Known.NeedRates {
		r = cloned(r)
		r.Low, r.Central, r.High = 0, 0, 0
		in.Known.NeedRates[i] = r
	}
	out := assessed(t, in, 0, nil)
	for _, d := range out.GetDistricts() {
		if got := fixture.Value(t, d.GetNeed()); got != 0 {
			t.Errorf("%v people need care", got)
		}
		if why := d.GetUnmet().GetNotEnoughData().GetWhy(); why != "nobody needs care" || !strings.Contains(d.GetPlain(), why) {
			t.Errorf("%q: %s", why, d.GetPlain())
		}
	}
	if _, err := OutlookOf(in, assumptionsOf(t, in), 0, nil); err == nil || !strings.Contains(err.Error(), "nobody needs care") {
		t.Errorf("%v", err)
	}
}

// Those of the extra care rate whom home care's counts already are taken off it, age by age:
// of 40 in 1,000 from 65 on, 45 x 0.5 of those from 75 on.
func TestHomeCareApartFromExtraCare(t *testing.T) {
	rate := func(from, to int, low, central, high float64) need.Rate {
		return need.Rate{Band: need.AgeBand{From: from, To: to}, Per: 1000, People: assume.Between(low, central, high, "told")}
	}
	home, extra := []need.Rate{rate(65, need.AndOver, 20, 40, 60)}, []need.Rate{rate(75, 84, 30, 45, 50), rate(85, need.AndOver, 30, 100, 120)}
	want := []need.Rate{rate(65, 74, 20, 40, 60), rate(75, 84, 20*17.5/40, 17.5, 60*17.5/40), rate(85, need.AndOver, 0, 0, 0)}
	if diff := cmp.Diff(want, apart(home, extra, 0.5), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(home, apart(home, nil, 0.5)); diff != "" {
		t.Errorf("without extra care: %s", diff)
	}
	if got := apart([]need.Rate{rate(65, 74, 0, 0, 5)}, extra, 1); len(got) != 0 {
		t.Errorf("of a rate of nought %v is left", got)
	}
}

// However a band is cut, its parts follow each other, fill it, and no rate begins or ends inside one.
func TestCutBandsFillTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		band := func(label string) need.AgeBand {
			from := rapid.IntRange(0, 95).Draw(t, label)
			if rapid.Bool().Draw(t, label+" open") {
				return need.AgeBand{From: from, To: need.AndOver}
			}
			return need.AgeBand{From: from, To: from + rapid.IntRange(0, 30).Draw(t, label)}
		}
		whole := band("whole")
		var at []need.Rate
		for range rapid.IntRange(0, 4).Draw(t, "rates") {
			at = append(at, need.Rate{Band: band("rate")})
		}
		parts := cut(whole, at)
		next := whole.From
		for i, p := range parts {
			if p.From != next || p.To < p.From {
				t.Fatalf("%v is cut into %v", whole, parts)
			}
			for _, r := range at {
				inside, beside := r.Band.From <= p.From && p.To <= r.Band.To, p.To < r.Band.From || r.Band.To < p.From
				if !inside && !beside {
					t.Fatalf("%v lies across %v", r.Band, p)
				}
			}
			if i == len(parts)-1 {
				if p.To != whole.To {
					t.Fatalf("%v is cut into %v", whole, parts)
				}
				return
			}
			next = p.To + 1
		}
		t.Fatalf("%v is cut into nothing", whole)
	})
}

// From 100 in 2021, half way from 90 in 2020 to 110 in 2022, to 130 in 2024.
func TestGrowthTimesAFactor(t *testing.T) {
	s := need.Series{Edition: "e", Band: need.AgeBand{From: 65, To: 74}, Points: []need.Point{{Year: 2020, People: 90}, {Year: 2022, People: 110}, {Year: 2024, People: 130}}}
	for factor, want := range map[float64][]float64{0: {100, 100, 100}, 1: {90, 110, 130}, 2: {80, 120, 160}, 11: {0, 210, 430}} {
		var got []float64
		out := times(s, 2021, factor)
		for _, p := range out.Points {
			got = append(got, p.People)
		}
		if diff := cmp.Diff(want, got); diff != "" || out.Band != s.Band || out.Edition != s.Edition {
			t.Errorf("times %v: %s", factor, diff)
		}
	}
	if s.Points[0].People != 90 {
		t.Error("the projection itself was altered")
	}
}

func TestOtherPopulationsOfADistrict(t *testing.T) {
	in := looking(t)
	other := cloned(in.Known.Projections[0])
	for _, p := range in.Known.Projections {
		if concerns(p.GetDistricts(), string(fixture.Stroud)) {
			other = cloned(p)
		}
	}
	other.SourceId, other.BaseYear = "ons-other", other.GetBaseYear()-1
	for _, g := range other.GetGroups() {
		for _, y := range g.GetYears() {
			if y.GetYear() > 2021 {
				y.People *= 2
			}
		}
	}
	in.Known.Projections = append(in.Known.Projections, other)
	o := outlook(t, in, 0)
	old := func(p need.Population) float64 {
		people, err := need.Project(p, 2035)
		if err != nil {
			t.Fatal(err)
		}
		return need.Within(people, need.AgeBand{From: 65, To: need.AndOver})
	}
	usual, ok := o.PopulationOf(fixture.Stroud, "", 1)
	another, also := o.PopulationOf(fixture.Stroud, "ons-other", 1)
	if !ok || !also {
		t.Fatal("a projection of Stroud is not found")
	}
	near(t, "in use", old(usual), in2035Aged65+in2035Aged75+in2035Aged85)
	near(t, "twice as many", old(another), 2*old(usual))
	for _, ask := range []struct {
		district   geo.Code
		projection string
	}{{fixture.Rutland, ""}, {fixture.Stroud, "hearsay"}, {fixture.Tewkesbury, "ons-other"}} {
		if _, ok := o.PopulationOf(ask.district, ask.projection, 1); ok {
			t.Errorf("%v has a population", ask)
		}
	}
}

// What the outlook rests on is named: returns, census, projection and every assumption.
func TestTheOutlookNamesWhatItRestsOn(t *testing.T) {
	in := looking(t)
	o := outlook(t, in, 0)
	for _, id := range []string{"provider-return", "illustrative-market", "ons-snpp-2012"} {
		if !strings.Contains(strings.Join(o.Basis.SourceIDs, " "), id) {
			t.Errorf("%v does not name %s", o.Basis.SourceIDs, id)
		}
	}
	if !o.Basis.Illustrative || o.Basis.AsAt != in.AsAt {
		t.Errorf("%+v", o.Basis)
	}
	for _, f := range o.staffFigures {
		if _, ok := figure.Value(f); !ok {
			t.Errorf("it rests on %v", f)
		}
	}
}
