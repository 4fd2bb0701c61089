package workforce

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// of gives three employers with the same return, enough for anybody to read.
func of(district string, rows ...*workforcev1.RoleReturn) []Standing {
	var out []Standing
	for _, id := range []string{"1-1", "1-2", "1-3"} {
		e := employer(id)
		e.District = district
		out = append(out, returned(e, "2026-10-12", rows...))
	}
	return out
}

func TestSmallNumbersOfPeople(t *testing.T) {
	all := of(stroud, flows(row(careWorker, 30, 10, 8, 1), 1, 1, 1), row(senior, 9, 3, 4, 2))
	c := Capacity(ask(t, audience.Commissioner, stroud), all, known)
	carers := roleUse(c, careWorker)
	want(t, "3 from an agency", carers.GetAgency(), small)
	want(t, "the smallest other contract", carers.GetBank(), secondary)
	want(t, "permanent", carers.GetPermanent(), 90.0)
	want(t, "seniors from an agency, or the 3 could be had", roleUse(c, senior).GetAgency(), secondary)
	want(t, "3 starters", carers.GetStarters(), small)
	want(t, "3 vacant posts are nobody", carers.GetVacancies(), 3.0)
	want(t, "3 leavers", carers.GetLeavers(), small)
	want(t, "the turnover that gives them away", carers.GetTurnover(), small)
	want(t, "the vacancy rate", carers.GetVacancyRate(), 100*3.0/123)
	system := Capacity(ask(t, audience.System, stroud), all, known)
	want(t, "to the suite itself", roleUse(system, careWorker).GetAgency(), 3.0)
}

func TestNobodyIsNotASmallNumber(t *testing.T) {
	c := Capacity(ask(t, audience.Public, stroud), of(stroud, row(careWorker, 30, 0, 0, 9)), known)
	want(t, "temporary", c.GetTotal().GetTemporary(), 0.0)
	want(t, "permanent", c.GetTotal().GetPermanent(), 90.0)
}

func TestFewEmployersAreHiddenFromThePublic(t *testing.T) {
	three := of(stroud, flows(row(careWorker, 30, 10, 0, 9), 6, 12, 10))
	for name, c := range map[string]struct {
		audience  audience.Audience
		employers []Standing
		want      any
	}{
		"two, public":       {audience.Public, three[:2], few},
		"two, provider":     {audience.Provider, three[:2], few},
		"two, commissioner": {audience.Commissioner, three[:2], 25.0},
		"three, public":     {audience.Public, three, 25.0},
	} {
		total := Capacity(ask(t, c.audience, stroud), c.employers, known).GetTotal()
		want(t, name, total.GetTurnover(), c.want)
		want(t, name+": vacancies", total.GetVacancies() /* of the same employers */, map[bool]any{true: few, false: float64(6 * len(c.employers))}[c.want == any(few)])
	}
}

// Pay is sensitive whoever reads: a commissioner buys from these employers.
func TestPayNeedsThreeEmployers(t *testing.T) {
	three := of(stroud, paid(row(careWorker, 30, 0, 0, 0), 12.5))
	for name, c := range map[string]struct {
		audience  audience.Audience
		employers []Standing
		want      any
	}{
		"two, public":         {audience.Public, three[:2], few},
		"two, commissioner":   {audience.Commissioner, three[:2], few},
		"two, system":         {audience.System, three[:2], 12.5},
		"three, public":       {audience.Public, three, 12.5},
		"three, commissioner": {audience.Commissioner, three, 12.5},
	} {
		total := Capacity(ask(t, c.audience, stroud), c.employers, known).GetTotal()
		want(t, name+", mean", total.GetMeanPay(), c.want)
		want(t, name+", median", total.GetMedianPay(), c.want)
	}
}

// The mean of one role group could be had from that of all and that of the other.
func TestPayOfARoleGroupIsNotHadFromTheRest(t *testing.T) {
	all := of(stroud, paid(row(careWorker, 30, 0, 0, 0), 12.5))
	all[0].Return.Roles = append(slices.Clone(all[0].Return.GetRoles()), paid(row(nurse, 10, 0, 0, 0), 21))
	c := Capacity(ask(t, audience.Commissioner, stroud), all, known)
	want(t, "nurses' pay", roleUse(c, nurse).GetMeanPay(), few)
	want(t, "care workers' pay beside that of all", roleUse(c, careWorker).GetMeanPay(), secondary)
	if figure.IsHidden(c.GetTotal().GetMeanPay()) {
		t.Error("the pay of all need not be hidden")
	}
}

// 53 days over 15 people are 3.5333…, which only 15 and its multiples make. Staff may be
// hidden where such means are not.
func TestMeansDoNotTellHowManyTheyAreOf(t *testing.T) {
	carers := paid(row(careWorker, 7, 0, 0, 0), 13.13)
	carers.SicknessDays = new(53.0)
	others := paid(row(careWorker, 4, 0, 0, 0), 12.5)
	others.SicknessDays = new(0.0)
	all := append(of(stroud, others)[:2], of(stroud, carers)[2:]...)
	total := Capacity(ask(t, audience.Commissioner, stroud), all, known).GetTotal()
	want(t, "sickness per employee", total.GetSicknessPerEmployee(), 3.5 /* 53 / 15 = 3.5333 */)
	want(t, "mean pay", total.GetMeanPay(), 12.79 /* (7 x 13.13 + 8 x 12.50) / 15 = 12.794 */)
}

func TestAgesAndTraining(t *testing.T) {
	all := of(stroud, row(careWorker, 50, 0, 0, 0))
	for _, s := range all {
		s.Return.AgeBands = []*workforcev1.AgeBandCount{
			ageBand(workforcev1.AgeBand_AGE_BAND_UNDER_25, 1), ageBand(workforcev1.AgeBand_AGE_BAND_25_TO_34, 9), ageBand(workforcev1.AgeBand_AGE_BAND_65_PLUS, 40),
		}
		s.Return.Training = []*workforcev1.TrainingCount{
			trainedIn(workforcev1.Training_TRAINING_DEMENTIA, 1), trainedIn(workforcev1.Training_TRAINING_DIGITAL, 25),
		}
	}
	c := Capacity(ask(t, audience.Commissioner, stroud), all, known)
	for i, w := range []any{small, secondary, 0.0, 0.0, 0.0, 120.0} {
		want(t, c.GetAgeBands()[i].GetAgeBand().String(), c.GetAgeBands()[i].GetStaff(), w)
	}
	want(t, "the share of a few", c.GetAgeBands()[0].GetShare(), small)
	want(t, "the share of those aged 65 and over", c.GetAgeBands()[5].GetShare(), 80.0)
	want(t, "3 trained in dementia", c.GetTraining()[1].GetStaff(), small)
	want(t, "their share", c.GetTraining()[1].GetShare(), small)
	want(t, "digital", c.GetTraining()[4].GetShare(), 50.0)
}

func TestAHiddenDistrictHidesTheTotal(t *testing.T) {
	for _, c := range []struct {
		name             string
		stroud, glos     int32
		wantS, wantG, of any
	}{
		{"none hidden", 40, 60, 120.0, 180.0, 300.0},
		{"one hidden", 1, 60, small, 180.0, secondary},
		{"both hidden, the sum is large enough", 1, 1, small, small, secondary},
	} {
		parts := []District{
			{Question: ask(t, audience.Public, gloucester), Places: of(gloucester, row(careWorker, c.glos, 0, 0, 0))},
			{Question: ask(t, audience.Public, stroud), Places: of(stroud, row(careWorker, c.stroud, 0, 0, 0))},
		}
		each, whole := Sum(ask(t, audience.Public, county), parts, known)
		want(t, c.name+": Gloucester", each[0].GetTotal().GetPermanent(), c.wantG)
		want(t, c.name+": Stroud", each[1].GetTotal().GetPermanent(), c.wantS)
		want(t, c.name+": the county", whole.GetTotal().GetPermanent(), c.of)
	}
}

// Whatever is returned, nobody but the suite itself sees a small number of people.
func TestNoSmallNumberIsShown(t *testing.T) {
	asks := map[audience.Audience]Question{}
	for _, a := range []audience.Audience{audience.Public, audience.Provider, audience.Commissioner} {
		asks[a] = ask(t, a, stroud)
	}
	rapid.Check(t, func(t *rapid.T) {
		q := asks[rapid.SampledFrom([]audience.Audience{audience.Public, audience.Provider, audience.Commissioner}).Draw(t, "audience")]
		each, whole := Sum(q, anyAuthority(t, q), known)
		for _, c := range append(slices.Clone(each), whole) {
			check := func(what string, f *commonv1.Figure) {
				if v, ok := figure.Value(f); ok && v > 0 && v < figure.SmallNumber {
					t.Fatalf("%s shows %g", what, v)
				}
			}
			for _, u := range usesOf(c) {
				for name, pick := range countsOfPosts {
					if name != "vacancies" {
						check(u.name+" "+name, pick(u.use))
					}
				}
			}
			for _, a := range c.GetAgeBands() {
				check("ages", a.GetStaff())
			}
			for _, tr := range c.GetTraining() {
				check("training", tr.GetStaff())
			}
		}
	})
}

// Whatever is returned, nothing that is hidden can be worked out: not within a district,
// nor from a county with all of its districts.
func TestNothingHiddenCanBeWorkedOut(t *testing.T) {
	asks := map[audience.Audience]Question{
		audience.Public: ask(t, audience.Public, stroud), audience.Commissioner: ask(t, audience.Commissioner, stroud),
	}
	rapid.Check(t, func(t *rapid.T) {
		q := asks[rapid.SampledFrom([]audience.Audience{audience.Public, audience.Commissioner}).Draw(t, "audience")]
		each, whole := Sum(q, anyAuthority(t, q), known)
		if found := readerOf(each, whole).workOut(); len(found) > 0 {
			t.Fatalf("a reader can work out %v", found)
		}
	})
}

// And the reader of these tests does work out what is carelessly hidden.
func TestTheReaderIsNoFool(t *testing.T) {
	q := ask(t, audience.Commissioner, stroud)
	c := Capacity(q, of(stroud, flows(row(careWorker, 30, 10, 8, 7), 3, 9, 8), flows(row(senior, 20, 5, 6, 7), 3, 9, 8)), known)
	if found := readerOf([]*workforcev1.WorkforceCapacity{c}, c).workOut(); len(found) > 0 {
		t.Fatalf("all is shown, and the reader finds %v", found)
	}
	hidden := &commonv1.Figure{State: &commonv1.Figure_Hidden{Hidden: &commonv1.Hidden{Reason: small}}}
	carers := roleUse(c, careWorker)
	carers.Permanent, carers.Bank = hidden, hidden
	if found := readerOf([]*workforcev1.WorkforceCapacity{c}, c).workOut(); len(found) == 0 {
		t.Fatal("permanent follows from the turnover or the seniors, and is not found")
	}
}
