package workforce

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// anyRow draws a sound role group, some of it not returned.
func anyRow(t *rapid.T, role workforcev1.RoleGroup) *workforcev1.RoleReturn {
	some := func(name string, most int32) *int32 {
		if rapid.IntRange(0, 4).Draw(t, name+" left out") == 0 {
			return nil
		}
		return new(rapid.Int32Range(0, most).Draw(t, name))
	}
	number := func(name string) int32 { return max(0, rapid.Int32Range(-6, 14).Draw(t, name)) }
	r := row(role, number("permanent"), number("temporary"), number("bank"), number("agency"))
	r.Vacancies, r.Starters, r.Leavers = some("vacancies", 9), some("starters", 9), some("leavers", 9)
	r.ZeroHours = some("zero hours", r.Permanent+r.Temporary)
	if r.Starters != nil {
		r.InternationalRecruits = some("recruits", r.GetStarters())
	}
	if r.Permanent+r.Temporary > 0 {
		r.PayPerHour = new(rapid.Float64Range(11.44, 30).Draw(t, "pay"))
		r.SicknessDays = new(rapid.Float64Range(0, 300).Draw(t, "sickness"))
	}
	return r
}

// anyReturn draws a sound return, with ages and training when they are given.
func anyReturn(t *rapid.T) *workforcev1.EmployerReturn {
	r := &workforcev1.EmployerReturn{}
	staff := int32(0)
	for _, role := range []workforcev1.RoleGroup{nurse, careWorker, senior} {
		if rapid.IntRange(0, 2).Draw(t, role.String()) > 0 {
			r.Roles = append(r.Roles, anyRow(t, role))
			staff += r.Roles[len(r.Roles)-1].GetPermanent() + r.Roles[len(r.Roles)-1].GetTemporary()
		}
	}
	if staff > 0 && rapid.IntRange(0, 3).Draw(t, "ages") > 0 {
		young := rapid.Int32Range(0, staff).Draw(t, "young")
		old := rapid.Int32Range(0, staff-young).Draw(t, "old")
		r.AgeBands = []*workforcev1.AgeBandCount{
			ageBand(workforcev1.AgeBand_AGE_BAND_UNDER_25, young), ageBand(workforcev1.AgeBand_AGE_BAND_65_PLUS, old),
			ageBand(workforcev1.AgeBand_AGE_BAND_35_TO_44, staff-young-old),
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "training") > 0 {
		r.Training = []*workforcev1.TrainingCount{trainedIn(workforcev1.Training_TRAINING_DEMENTIA, rapid.Int32Range(0, staff).Draw(t, "trained"))}
	}
	return r
}

// anyDistrict draws employers of one district.
func anyDistrict(t *rapid.T, label string) []Standing {
	out := make([]Standing, rapid.IntRange(0, 7).Draw(t, label+" employers"))
	for i := range out {
		e := employer(fmt.Sprintf("em-%s-%d", label, i))
		e.MainService = rapid.SampledFrom([]workforcev1.ServiceType{homeCare, nursing, councils}).Draw(t, "service")
		r := anyReturn(t)
		if len(r.GetRoles()) == 0 {
			out[i] = silent(e)
			continue
		}
		out[i] = returned(e, rapid.SampledFrom([]string{"2026-10-10", "2026-07-01"}).Draw(t, "day"))
		r.Employer, r.AsAt = e.GetName(), out[i].AsAt
		out[i].Return = r
	}
	return out
}

func anyAuthority(t *rapid.T, ask Question) []District {
	var parts []District
	for _, label := range []string{"a", "b", "c"} {
		parts = append(parts, District{Question: ask, Places: anyDistrict(t, label)})
	}
	return parts
}

func TestDrawnReturnsAreSound(t *testing.T) {
	m := market{rules: DefaultRules()}
	now := day(t, today)
	rapid.Check(t, func(t *rapid.T) {
		r := anyReturn(t)
		for _, role := range r.GetRoles() {
			if role.GetLeavers() > 0 && role.GetPermanent()+role.GetTemporary() == 0 {
				role.Leavers = nil
			}
			role.SicknessDays = nil
		}
		if err := m.CheckReturn(employer("1-1"), r, now); err != nil {
			t.Fatal(err)
		}
	})
}

// A capacity is a function of what it is given: not of its order, and it leaves it as it
// was.
func TestCapacityIsPure(t *testing.T) {
	q := ask(t, audience.Public, stroud)
	rapid.Check(t, func(t *rapid.T) {
		all := anyDistrict(t, "x")
		before := make([]proto.Message, len(all))
		for i, s := range all {
			before[i] = proto.Clone(s.Return)
		}
		one := Capacity(q, all, known)
		backwards := slices.Clone(all)
		slices.Reverse(backwards)
		other := Capacity(q, backwards, known)
		if diff := cmp.Diff(one, other, protocmp.Transform()); diff != "" {
			t.Fatalf("another order, another answer:\n%s", diff)
		}
		for i, s := range all {
			if !proto.Equal(before[i], s.Return) {
				t.Fatalf("return %d was altered", i)
			}
		}
	})
}

// A district reads the same alone as beside its neighbours.
func TestADistrictReadsTheSameAlone(t *testing.T) {
	q := ask(t, audience.Public, stroud)
	rapid.Check(t, func(t *rapid.T) {
		parts := anyAuthority(t, q)
		each, _ := Sum(q, parts, known)
		for i, part := range parts {
			if diff := cmp.Diff(Capacity(q, part.Places, known), each[i], protocmp.Transform()); diff != "" {
				t.Fatalf("(-alone +beside)\n%s", diff)
			}
		}
	})
}

// The suite's own services see everything; and then all breakdowns add up to their totals,
// and a whole is the sum of its districts.
func TestSystemSeesAllAndItAddsUp(t *testing.T) {
	q := ask(t, audience.System, stroud)
	rapid.Check(t, func(t *rapid.T) {
		each, whole := Sum(q, anyAuthority(t, q), known)
		for _, c := range append(slices.Clone(each), whole) {
			figure.Each(c, func(path string, f *commonv1.Figure) {
				if figure.IsHidden(f) {
					t.Fatalf("%s is hidden", path)
				}
			})
			checkSums(t, c)
		}
		for name, pick := range countsOfPosts {
			sum := 0.0
			for _, c := range each {
				sum += number(pick(c.GetTotal()))
			}
			if got := number(pick(whole.GetTotal())); got != sum {
				t.Fatalf("%s: %g in all, %g in the districts", name, got, sum)
			}
		}
	})
}

// countsOfPosts are the counts of a group that add up over role groups, services and
// districts.
var countsOfPosts = map[string]func(*workforcev1.PostUse) *commonv1.Figure{
	"permanent": (*workforcev1.PostUse).GetPermanent, "temporary": (*workforcev1.PostUse).GetTemporary,
	"bank": (*workforcev1.PostUse).GetBank, "agency": (*workforcev1.PostUse).GetAgency, "filled": (*workforcev1.PostUse).GetFilled,
	"vacancies": (*workforcev1.PostUse).GetVacancies, "starters": (*workforcev1.PostUse).GetStarters,
	"leavers": (*workforcev1.PostUse).GetLeavers, "recruits": (*workforcev1.PostUse).GetInternationalRecruits,
}

// number is a figure's value, 0 where it has none.
func number(f *commonv1.Figure) float64 {
	v, _ := figure.Value(f)
	return v
}

func checkSums(t *rapid.T, c *workforcev1.WorkforceCapacity) {
	use := c.GetTotal()
	if sum := number(use.GetPermanent()) + number(use.GetTemporary()) + number(use.GetBank()) + number(use.GetAgency()); sum != number(use.GetFilled()) {
		t.Fatalf("the contracts add up to %g of %g", sum, number(use.GetFilled()))
	}
	for name, pick := range countsOfPosts {
		roles, services := 0.0, 0.0
		for _, r := range c.GetRoles() {
			roles += number(pick(r.GetUse()))
		}
		for _, s := range c.GetServices() {
			services += number(pick(s.GetUse()))
		}
		if total := number(pick(use)); roles != total || services != total {
			t.Fatalf("%s: %g in role groups and %g in services, of %g", name, roles, services, total)
		}
	}
	if rate := number(use.GetTurnover()); rate < 0 {
		t.Fatalf("turnover %g", rate)
	}
	for _, f := range []*commonv1.Figure{use.GetVacancyRate(), use.GetZeroHoursShare(), c.GetDigitalSocialCareRecordsShare()} {
		if v := number(f); v < 0 || v > 100 {
			t.Fatalf("a share of %g%%", v)
		}
	}
}
