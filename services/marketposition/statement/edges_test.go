package statement

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// A market of which no place returned its numbers serves nobody knows how many: not nobody.
func TestMarketsThatNobodyReturned(t *testing.T) {
	silent := func(f *commonv1.Figure) { f.Coverage = &commonv1.Coverage{Expected: 12} }
	for name, test := range map[string]struct {
		spoil func(Answers)
		of    kind
	}{
		"home care":    {func(a Answers) { silent(a.HomeCare.Total.GetHours().GetDelivered()) }, atHome},
		"extra care":   {func(a Answers) { silent(a.HousingWithCare.Total.GetTotal().GetUnits()) }, toOwn},
		"nursing care": {func(a Answers) { silent(a.CareHomes.Total.GetTotal().GetUsed()) }, nursing},
	} {
		in := inputs(t, district(t, fixture.Stroud))
		test.spoil(in.Answers)
		g := gapOf(t, Compose(in), test.of)
		for _, f := range []*commonv1.Figure{g.GetSupply(), g.GetGap()} {
			if why := f.GetNotEnoughData().GetWhy(); why != "no place has returned its numbers" {
				t.Errorf("%s: %v", name, f)
			}
		}
	}
}

// Each market away in turn: what rests on it cannot be said, all else reads as it did.
func TestAMarketThatIsAwayTakesOnlyItsOwn(t *testing.T) {
	const away = "it did not answer in time"
	before := Compose(inputs(t, district(t, fixture.Stroud)))
	for name, test := range map[string]struct {
		spoil func(*Answers)
		own   []kind
	}{
		"CARE_HOMES": {func(a *Answers) { a.CareHomes = Answer[*carehomesv1.CareHomeCapacity]{State: Unavailable(away)} }, []kind{residential, nursing}},
		"HOME_CARE":  {func(a *Answers) { a.HomeCare = Answer[*homecarev1.HomeCareCapacity]{State: Unavailable(away)} }, []kind{atHome}},
		"WORKFORCE":  {func(a *Answers) { a.Workforce = Answer[*workforcev1.WorkforceCapacity]{State: Unavailable(away)} }, nil},
		"HOUSING_WITH_CARE": {
			func(a *Answers) {
				a.HousingWithCare = Answer[*housingwithcarev1.HousingWithCareCapacity]{State: Unavailable(away)}
			},
			[]kind{forRent, toOwn, sheltered, {setting: marketpositionv1.Setting_SETTING_ENHANCED_SHELTERED}},
		},
	} {
		in := inputs(t, district(t, fixture.Stroud))
		test.spoil(&in.Answers)
		p := Compose(in)
		for i, g := range p.GetGaps() {
			gone := g.GetGap().GetNotEnoughData() != nil
			if own := slices.Contains(test.own, kind{g.GetSetting(), g.GetTenure()}); own != gone || !own && !proto.Equal(g, before.GetGaps()[i]) {
				t.Errorf("without %s: %v", name, g)
			}
		}
		noted := slices.ContainsFunc(p.GetDataNotes(), func(n *commonv1.DataNote) bool {
			return n.GetCode() == name+"_AWAY" && strings.Contains(n.GetText(), away)
		})
		if !noted || p.GetComplete() {
			t.Errorf("without %s, the notes say %v", name, p.GetDataNotes())
		}
	}
}

func TestAnEarlierAnswerIsToldAsSuch(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	in.Answers.HomeCare.State = &marketpositionv1.SectionState{
		Availability: marketpositionv1.Availability_AVAILABILITY_STALE, Reason: "it did not answer in time",
	}
	p := Compose(in)
	var codes []string
	for _, n := range p.GetDataNotes() {
		if strings.HasPrefix(n.GetCode(), "HOME_CARE") {
			codes = append(codes, n.GetCode())
		}
	}
	if diff := cmp.Diff([]string{"HOME_CARE_STALE", "HOME_CARE_COVERAGE"}, codes); diff != "" || p.GetComplete() {
		t.Errorf("complete: %t; %s", p.GetComplete(), diff)
	}
	near(t, "people at home", valueOf(gapOf(t, p, atHome).GetSupply()), 550)
}

// Growth is told ten years on and to the end of the projection: once where they are the same.
func TestGrowthToTheEndOfAShortProjection(t *testing.T) {
	for last, want := range map[int32][]int32{2030: {2030}, 2031: {2031}, 2032: {2031, 2032}} {
		in := inputs(t, district(t, fixture.Stroud))
		for i, p := range in.Known.Projections {
			p = cloned(p)
			for _, g := range p.GetGroups() {
				g.Years = slices.DeleteFunc(g.GetYears(), func(y *marketpositionv1.ProjectedPeople) bool { return y.GetYear() > last })
			}
			in.Known.Projections[i] = p
		}
		var got []int32
		for _, g := range Compose(in).GetPeople().GetGrowth() {
			if g.GetAgeGroup() == "65+" {
				got = append(got, g.GetToYear())
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("to %d: %s", last, diff)
		}
	}
}

// A lever on pay cannot take more leavers away than there are.
func TestPayAtTheEnds(t *testing.T) {
	points := assume.Between(0.1, 0.3, 0.5, "told")
	for _, test := range []struct {
		percent, turnover float64
		want              assume.Range
	}{
		{10, 0, assume.Exactly(1)}, {0, 0.2, assume.Exactly(1)}, {100, 0.2, assume.Range{Low: 0, Central: 0, High: 0.5}},
	} {
		if got := paid(points, test.percent, test.turnover); got.Range != test.want {
			t.Errorf("%v%% on a turnover of %v: %v", test.percent, test.turnover, got.Range)
		}
	}
}

// The route that closed was for care workers: nobody else's recruits stop.
func TestWhoseRouteIsClosed(t *testing.T) {
	closing := &marketpositionv1.WorkforceLever{What: &marketpositionv1.WorkforceLever_OverseasRecruitmentClosed{OverseasRecruitmentClosed: true}}
	for key, want := range map[teamKey]bool{
		{service: residentialHomes}: true, {role: workforcev1.RoleGroup_ROLE_GROUP_CARE_WORKER}: true,
		{role: workforcev1.RoleGroup_ROLE_GROUP_SENIOR_CARE_WORKER}: true, {role: workforcev1.RoleGroup_ROLE_GROUP_REGISTERED_NURSE}: false,
	} {
		if got := actsOn(closing, key); got != want {
			t.Errorf("%v: %t", key, got)
		}
	}
}

// Nursing care needs its nurses as well: with half of them it runs half of its beds.
func TestNursingCareIsHeldUpByItsNurses(t *testing.T) {
	staff, nurses, none := 300.0, 26.0, 0.0
	ask := WorkforceAsk{Months: 1, Services: needing(nursingHomes, 286), Teams: []*marketpositionv1.TeamOverride{
		{Service: nursingHomes, Filled: &staff, Cover: &none, Posts: &staff},
		{Role: workforcev1.RoleGroup_ROLE_GROUP_REGISTERED_NURSE, Filled: &nurses, Cover: &none, Posts: &nurses},
	}}
	s := serviceOf(t, projected(t, ask), nursingHomes)
	// 286 beds are open today, by 26 nurses.
	near(t, "nurses for a bed", valueOf(s.GetNursesPerUnit()), 26/286.0)
	near(t, "staff for a bed", valueOf(s.GetPostsPerUnit()), 300/286.0)
	leaving := 12.0 * 26
	ask.Teams[1].TurnoverPercent = &marketpositionv1.ValueRange{Low: leaving, Central: leaving, High: leaving}
	ask.Teams[1].Starters = &marketpositionv1.ValueRange{}
	without := serviceOf(t, projected(t, ask), nursingHomes)
	if valueOf(without.GetStaffed()) >= valueOf(s.GetStaffed()) {
		t.Errorf("%v beds are staffed with nurses leaving, %v with none", valueOf(without.GetStaffed()), valueOf(s.GetStaffed()))
	}
}

func TestNamesWithoutAnArea(t *testing.T) {
	if got := areaOf(&homecarev1.HomeCareCapacity{Name: "homeCareCapacity"}); got != "" {
		t.Errorf("%q", got)
	}
	if got := areaOf(&homecarev1.HomeCareCapacity{Name: "districts/E07000082/homeCareCapacity"}); got != "districts/E07000082" {
		t.Errorf("%q", got)
	}
}
