package workforce

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// Skills for Care, "The state of the adult social care sector and workforce in England",
// 2023/24: a vacancy rate of 8.3% and a turnover of 24.8%. Of 917 employed with 83
// vacancies the first is exact; of 1,000 employed of whom 248 left, the second.
func TestNationalRatesOf2023(t *testing.T) {
	vacant := row(careWorker, 900, 17, 400, 300)
	vacant.Vacancies = new(int32(83))
	left := row(careWorker, 600, 400, 250, 150)
	left.Leavers = new(int32(248))
	c := Capacity(ask(t, audience.Commissioner, stroud), []Standing{
		returned(employer("1-1"), "2026-10-12", vacant), returned(employer("1-2"), "2026-10-12", left),
	}, known)
	want(t, "vacancy rate, of those who return vacancies", c.GetTotal().GetVacancyRate(), 8.3)
	want(t, "turnover, of those who return leavers", c.GetTotal().GetTurnover(), 24.8)
	want(t, "vacancies", c.GetTotal().GetVacancies(), 83.0)
	want(t, "filled, with bank and agency", c.GetTotal().GetFilled(), 3017.0)
	coverage := &commonv1.Coverage{Responding: 1, Expected: 2}
	for what, f := range map[string]*commonv1.Figure{"vacancies": c.GetTotal().GetVacancyRate(), "turnover": c.GetTotal().GetTurnover()} {
		if diff := cmp.Diff(coverage, f.GetCoverage(), protocmp.Transform()); diff != "" {
			t.Errorf("coverage of %s (-want +got)\n%s", what, diff)
		}
	}
}

// The headline totals of the same report, 131,000 vacancies and 1,841,000 posts in all, are
// of another base than the rate: they give 7.1%, and no rate is made of them.
func TestHeadlineTotalsAreAnotherBase(t *testing.T) {
	const vacant, posts = 131_000, 1_841_000
	if got := math.Round(1000*float64(vacant)/posts) / 10; got != 7.1 {
		t.Fatalf("131,000 of 1,841,000 is %v%%", got)
	}
	// In proportion: 131 vacancies beside 1,710 filled posts, 1,841 posts in all, of which
	// 263 are bank and agency. The rate leaves those out.
	r := row(careWorker, 900, 547, 163, 100)
	r.Vacancies = new(int32(131))
	total := Capacity(ask(t, audience.Commissioner, stroud), []Standing{returned(employer("1-1"), "2026-10-12", r)}, known).GetTotal()
	want(t, "vacancy rate", total.GetVacancyRate(), 100*131.0/1578)
	if got := math.Round(10*say(total.GetVacancyRate()).(float64)) / 10; got != 8.3 {
		t.Errorf("vacancy rate %v%%; want 8.3%%", got)
	}
	want(t, "filled", total.GetFilled(), 1710.0)
}

func TestRatesAreSumOverSum(t *testing.T) {
	first := paid(flows(row(careWorker, 60, 0, 0, 0), 40, 30, 30), 12)
	first.SicknessDays, first.ZeroHours, first.InternationalRecruits = new(90.5), new(int32(30)), new(int32(8))
	second := paid(flows(row(careWorker, 20, 0, 9, 9), 0, 10, 10), 14)
	second.SicknessDays, second.ZeroHours, second.InternationalRecruits = new(9.5), new(int32(10)), new(int32(6))
	total := Capacity(ask(t, audience.Commissioner, stroud), []Standing{
		returned(employer("1-1"), "2026-10-12", first), returned(employer("1-2"), "2026-10-12", second),
		returned(employer("1-3"), "2026-10-12", paid(row(senior, 20, 0, 0, 0), 17)),
	}, known).GetTotal()
	want(t, "vacancy rate", total.GetVacancyRate(), 100*40.0/120)
	want(t, "turnover", total.GetTurnover(), 50.0)
	want(t, "sickness per employee", total.GetSicknessPerEmployee(), 1.3 /* 100 / 80 */)
	want(t, "zero hours", total.GetZeroHoursShare(), 50.0)
	want(t, "starters", total.GetStarters(), 40.0)
	want(t, "international recruits", total.GetInternationalRecruits(), 14.0)
	want(t, "mean pay, over staff", total.GetMeanPay(), (60*12+20*14+20*17)/100.0)
	want(t, "median pay, of employers", total.GetMedianPay(), 14.0)
}

func TestRolesServicesAndPeople(t *testing.T) {
	other := employer("1-2")
	other.MainService = nursing
	full := returned(employer("1-1"), "2026-10-12")
	full.Return = sound()
	half := returned(other, "2026-10-12", row(careWorker, 30, 0, 0, 0))
	half.Return.DsptStatus, half.Return.DigitalSocialCareRecords = workforcev1.DsptStatus_DSPT_STATUS_NOT_REGISTERED, new(false)
	c := Capacity(ask(t, audience.System, stroud), []Standing{full, half, silent(employer("1-3"))}, known)
	want(t, "employers", c.GetEmployers(), 3.0)
	want(t, "nurses", roleUse(c, nurse).GetPermanent(), 8.0)
	want(t, "care workers", roleUse(c, careWorker).GetPermanent(), 70.0)
	if roleUse(c, manager) != nil {
		t.Error("a role group that nobody has is listed")
	}
	if len(c.GetServices()) != 2 || c.GetServices()[0].GetService() != nursing {
		t.Fatalf("services %v", c.GetServices())
	}
	want(t, "employers of home care, the silent among them", c.GetServices()[1].GetEmployers(), 2.0)
	want(t, "staff of the nursing home", c.GetServices()[0].GetUse().GetFilled(), 30.0)
	want(t, "vacancies of the nursing home", c.GetServices()[0].GetUse().GetVacancies(), "not collected")
	want(t, "aged 35 to 44", c.GetAgeBands()[2].GetStaff(), 30.0)
	want(t, "share aged 35 to 44", c.GetAgeBands()[2].GetShare(), 60.0)
	want(t, "nobody aged 25 to 34", c.GetAgeBands()[1].GetStaff(), 0.0)
	want(t, "care certificate", c.GetTraining()[0].GetShare(), 100.0)
	want(t, "not registered", c.GetDspt()[0].GetEmployers(), 1.0)
	want(t, "standards met", c.GetDspt()[2].GetShare(), 50.0)
	want(t, "digital records", c.GetDigitalSocialCareRecordsShare(), 50.0)
	wantNotes := map[string]int32{"NO_RETURN": 1, "PARTLY_RETURNED": 1}
	if diff := cmp.Diff(wantNotes, noteCounts(c)); diff != "" {
		t.Errorf("notes (-want +got)\n%s", diff)
	}
}

func TestWhoIsCounted(t *testing.T) {
	closed, future, anew := employer("1-2"), employer("1-4"), employer("1-6")
	closed.ClosedOn, future.OpenedOn = "2026-10-30", "2026-11-01"
	anew.Predecessor, anew.OpenedOn = prefix+"1-2", today
	doubtful := employer("1-7")
	doubtful.Placement = &commonv1.Placement{Doubt: "its postcode spans two districts"}
	flagged := silent(doubtful)
	flagged.SetAside = true
	c := Capacity(ask(t, audience.System, stroud), []Standing{
		returned(employer("1-1"), "2026-08-10", row(careWorker, 10, 0, 0, 0)),
		returned(closed, "2026-10-10", row(careWorker, 7, 0, 0, 0)),
		returned(future, "2026-10-10", row(careWorker, 5, 0, 0, 0)),
		silent(anew), flagged,
	}, known)
	want(t, "open employers", c.GetEmployers(), 3.0)
	want(t, "permanent, the predecessor's among them", c.GetTotal().GetPermanent(), 17.0)
	wantNotes := map[string]int32{
		"NO_RETURN": 1, "STALE_RETURNS": 1, "FLAGGED_RETURNS": 1, "PREDECESSOR_RETURNS": 1, "PLACEMENT_DOUBT": 1, "PARTLY_RETURNED": 2,
	}
	if diff := cmp.Diff(wantNotes, noteCounts(c)); diff != "" {
		t.Errorf("notes (-want +got)\n%s", diff)
	}
	f := c.GetTotal().GetPermanent()
	if f.GetFreshness().GetStale() != 1 || f.GetFreshness().GetOldest() != "2026-08-10" || f.GetFreshness().GetNewest() != "2026-10-10" {
		t.Errorf("freshness = %v", f.GetFreshness())
	}
	if f.GetCoverage().GetResponding() != 2 || f.GetCoverage().GetExpected() != 3 {
		t.Errorf("coverage = %v", f.GetCoverage())
	}
}

func TestIllustrativeIsSaid(t *testing.T) {
	s := returned(employer("1-1"), "2026-10-10", row(careWorker, 10, 0, 0, 0))
	s.Source = madeUp
	c := Capacity(ask(t, audience.System, stroud), []Standing{s}, known)
	if !c.GetIllustrative() || !c.GetTotal().GetPermanent().GetIllustrative() {
		t.Error("a capacity that rests on something made up does not say so")
	}
	if c.GetEmployers().GetIllustrative() {
		t.Error("the register is real, and is said to be made up")
	}
	var ids []string
	for _, src := range c.GetSources() {
		ids = append(ids, src.GetId())
	}
	if diff := cmp.Diff([]string{"made-up", "register"}, ids); diff != "" {
		t.Errorf("sources (-want +got)\n%s", diff)
	}
}

func TestNothingIsNotZero(t *testing.T) {
	c := Capacity(ask(t, audience.Commissioner, stroud), []Standing{silent(employer("1-1"))}, known)
	want(t, "employers", c.GetEmployers(), 1.0)
	want(t, "filled", c.GetTotal().GetFilled(), "not collected")
	want(t, "turnover", c.GetTotal().GetTurnover(), "not collected")
	want(t, "digital records", c.GetDigitalSocialCareRecordsShare(), "not collected")
	if len(c.GetAgeBands())+len(c.GetTraining())+len(c.GetDspt()) != 0 {
		t.Error("there are ages, training or standings, and nobody returned any")
	}
	// All have left: there is somebody to count, and nothing to divide by.
	gone := flows(row(careWorker, 0, 0, 4, 0), 0, 0, 9)
	gone.SicknessDays = new(3.0)
	c = Capacity(ask(t, audience.System, stroud), []Standing{returned(employer("1-1"), "2026-10-10", gone)}, known)
	for what, f := range map[string]*commonv1.Figure{
		"turnover": c.GetTotal().GetTurnover(), "vacancy rate": c.GetTotal().GetVacancyRate(), "sickness": c.GetTotal().GetSicknessPerEmployee(),
	} {
		want(t, what, f, "not enough data")
	}
	want(t, "pay", c.GetTotal().GetMeanPay(), "not collected")
}

func TestEveryFigureHasItsUnitAndSources(t *testing.T) {
	s := returned(employer("1-1"), "2026-10-12")
	s.Return = sound()
	n := 0
	figure.Each(Capacity(ask(t, audience.System, stroud), []Standing{s}, known), func(path string, f *commonv1.Figure) {
		n++
		if f.GetUnit() == commonv1.Unit_UNIT_UNSPECIFIED || len(f.GetSourceIds()) == 0 || f.GetState() == nil || f.GetAsAt() != today {
			t.Errorf("%s: %v", path, f)
		}
	})
	if n < 70 {
		t.Errorf("only %d figures", n)
	}
}

// Nobody returned: every figure says so, with who was expected, and none is 0 or hidden.
func TestNobodyReturned(t *testing.T) {
	for _, who := range []audience.Audience{audience.Public, audience.Provider, audience.Commissioner, audience.System} {
		n := 0
		figure.Each(Capacity(ask(t, who, stroud), []Standing{silent(employer("1-1")), silent(employer("1-2"))}, known), func(path string, f *commonv1.Figure) {
			if f.GetCoverage().GetExpected() == 0 {
				return // Of the register.
			}
			n++
			if _, ok := figure.Value(f); ok || figure.IsHidden(f) || f.GetCoverage().GetResponding() != 0 {
				t.Errorf("%s: %v", path, f)
			}
		})
		if n == 0 {
			t.Error("no figure says who was expected")
		}
	}
}
