package housingwithcare

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

const (
	smallNumber = "HIDDEN_REASON_SMALL_NUMBER"
	hiddenToo   = "HIDDEN_REASON_SECONDARY"
	fewSchemes  = "HIDDEN_REASON_FEW_CONTRIBUTORS"
)

// three are three schemes of a kind that say the same.
func three(kind housingwithcarev1.SchemeKind, rows ...*housingwithcarev1.TenureReturn) []Standing {
	var out []Standing
	for i := range 3 {
		h := scheme(fmt.Sprint(kind.Number(), "-", i), kind)
		for _, r := range rows {
			h.Units = append(h.Units, built(r.GetTenure(), r.GetUnits()))
		}
		out = append(out, returned(h, "2026-10-10", rows...))
	}
	return out
}

func TestSmallCountsAreHiddenWithWhatGivesThemAway(t *testing.T) {
	schemes := three(extraCare, row(rent, 30, 20, 5, 1, 12), row(shared, 10, 1, 6, 2, 0), row(sale, 20, 10, 5, 0, 4))
	c := Capacity(asking(t, audience.Commissioner), schemes, known)
	use := byTenure(c.GetTenures(), shared)
	want(t, "3 occupied homes", use.GetOccupied(), smallNumber)
	want(t, "their voids", use.GetVoids(), smallNumber)
	want(t, "their void rate", use.GetVoidRate(), smallNumber)
	want(t, "those out of use", use.GetOutOfUse(), smallNumber)
	want(t, "nobody waiting", use.GetNominationsWaiting(), smallNumber)
	want(t, "their number", use.GetUnits(), 30.0)
	want(t, "what is on offer", use.GetAvailable(), 12.0)
	want(t, "the smallest other tenure", byTenure(c.GetTenures(), sale).GetOccupied(), hiddenToo)
	want(t, "the smallest other tenure's waiting", byTenure(c.GetTenures(), sale).GetNominationsWaiting(), hiddenToo)
	want(t, "the largest tenure", byTenure(c.GetTenures(), rent).GetOccupied(), 60.0)
	want(t, "the total", c.GetTotal().GetOccupied(), 93.0)
	want(t, "the same tenure of the only kind", byTenure(c.GetKinds()[0].GetTenures(), shared).GetOccupied(), smallNumber)
	want(t, "to the suite itself", byTenure(Capacity(asking(t, audience.System), schemes, known).GetTenures(), shared).GetOccupied(), 3.0)
}

func TestFewSchemesAreHiddenFromThePublic(t *testing.T) {
	schemes := three(extraCare, row(rent, 30, 20, 5, 1, 12))[:2]
	for i := range schemes {
		schemes[i].Return.OnSiteCare = &housingwithcarev1.OnSiteCareReturn{HoursContracted: 100, HoursUsed: 90}
		schemes[i].Return.Residents = new(int32(25))
	}
	for who, seen := range map[audience.Audience][5]any{
		audience.Public:       {fewSchemes, fewSchemes, fewSchemes, fewSchemes, fewSchemes},
		audience.Provider:     {fewSchemes, fewSchemes, fewSchemes, fewSchemes, fewSchemes},
		audience.Commissioner: {40.0, 8.0, 24.0, 180.0, 50.0},
	} {
		c := Capacity(asking(t, who), schemes, known)
		got := [5]any{
			say(c.GetTotal().GetOccupied()), say(c.GetTotal().GetAvailable()), say(c.GetTotal().GetNominationsWaiting()),
			say(c.GetOnSiteCare().GetHoursUsed()), say(c.GetResidents()),
		}
		if got != seen {
			t.Errorf("%s sees %v, want %v", audience.Name(who), got, seen)
		}
		want(t, "units", c.GetTotal().GetUnits(), 60.0)
	}
}

func TestAveragesNeedThreeSchemes(t *testing.T) {
	schemes := three(extraCare, row(rent, 30, 20, 5, 1, 12))
	for i, days := range []float64{10, 20, 60} {
		schemes[i].Return.Tenures = []*housingwithcarev1.TenureReturn{row(rent, 30, 20, 5, 1, 12)}
		schemes[i].Return.Tenures[0].ReferralToLetDays = &days
		schemes[i].Place.ServiceChargePerWeek = new(10 + days)
	}
	c := Capacity(asking(t, audience.Public), schemes, known)
	want(t, "days of three", c.GetMedianReferralToLet(), 20.0)
	want(t, "pounds of three", c.GetMeanServiceCharge(), 40.0)
	for who, seen := range map[audience.Audience][2]any{
		audience.Public: {fewSchemes, fewSchemes}, audience.Commissioner: {fewSchemes, fewSchemes}, audience.System: {15.0, 25.0},
	} {
		c := Capacity(asking(t, who), schemes[:2], known)
		if got := [2]any{say(c.GetMedianReferralToLet()), say(c.GetMeanServiceCharge())}; got != seen {
			t.Errorf("of two, %s sees %v, want %v", audience.Name(who), got, seen)
		}
	}
}

func TestThoseWithoutCareCannotBeHadBySubtraction(t *testing.T) {
	for name, c := range map[string]struct {
		residents, withCare int32
		want                [2]any
	}{
		"plenty of both":     {60, 30, [2]any{60.0, 30.0}},
		"six without":        {60, 54, [2]any{60.0, 54.0}},
		"five without":       {60, 55, [2]any{60.0, hiddenToo}},
		"five with":          {60, 5, [2]any{60.0, smallNumber}},
		"few people":         {5, 3, [2]any{smallNumber, smallNumber}},
		"nobody without any": {60, 60, [2]any{60.0, hiddenToo}},
	} {
		t.Run(name, func(t *testing.T) {
			schemes := three(extraCare, row(rent, 30, 20, 5, 1, 12))
			schemes[0].Return.Residents, schemes[0].Return.ResidentsWithCare = &c.residents, &c.withCare
			got := Capacity(asking(t, audience.Commissioner), schemes, known)
			if got := [2]any{say(got.GetResidents()), say(got.GetResidentsWithCare())}; got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestASumHidesWhatOneDistrictHides(t *testing.T) {
	q := asking(t, audience.Commissioner)
	plenty := three(extraCare, row(rent, 30, 20, 5, 1, 12), row(shared, 20, 10, 5, 0, 6), row(sale, 20, 11, 5, 0, 7))
	scarce := three(extraCare, row(rent, 30, 20, 5, 1, 12), row(shared, 20, 1, 5, 0, 6), row(sale, 20, 11, 5, 0, 7))
	each, sum := Sum(q, []District{{Question: q, Places: plenty}, {Question: q, Places: scarce}, {Question: q, Places: plenty}}, known)
	want(t, "one district", byTenure(each[1].GetTenures(), shared).GetOccupied(), smallNumber)
	want(t, "the authority", byTenure(sum.GetTenures(), shared).GetOccupied(), hiddenToo)
	want(t, "to rent, shown everywhere", byTenure(sum.GetTenures(), rent).GetOccupied(), 180.0)
	alone := Capacity(q, scarce, known)
	if got, want := say(byTenure(alone.GetTenures(), shared).GetOccupied()), say(byTenure(each[1].GetTenures(), shared).GetOccupied()); got != want {
		t.Errorf("alone %v, side by side %v: a district must read the same", got, want)
	}
}

func TestAMeanOverAreasDoesNotTellOfFew(t *testing.T) {
	q := asking(t, audience.Public)
	priced := func(n int) District {
		d := District{Question: q, Places: three(extraCare, row(rent, 30, 20, 5, 1, 12))}
		for i := range n {
			d.Places[i].Place.ServiceChargePerWeek = new(50.0)
		}
		return d
	}
	for name, c := range map[string]struct {
		parts []District
		want  any
	}{
		"all have enough":               {[]District{priced(3), priced(3)}, 50.0},
		"one has none":                  {[]District{priced(3), priced(0)}, 50.0},
		"one has too few":               {[]District{priced(3), priced(2)}, hiddenToo},
		"two have too few together":     {[]District{priced(3), priced(1), priced(1)}, hiddenToo},
		"two have enough between them":  {[]District{priced(3), priced(2), priced(1)}, 50.0},
		"too few in the authority also": {[]District{priced(1), priced(1)}, fewSchemes},
	} {
		t.Run(name, func(t *testing.T) {
			_, sum := Sum(q, c.parts, known)
			want(t, "mean", sum.GetMeanServiceCharge(), c.want)
		})
	}
}

// puzzler solves a system of linear equations, in whole numbers modulo a prime. It is the
// adversary of these tests, and shares nothing with the code it tests.
type puzzler struct {
	index map[string]int
	rows  []map[int]int64
}

const prime = 1_000_000_007

func power(x, n int64) int64 {
	out := int64(1)
	for ; n > 0; n, x = n/2, x*x%prime {
		if n%2 == 1 {
			out = out * x % prime
		}
	}
	return out
}

func (p *puzzler) reduce(names []string) map[int]int64 {
	v := map[int]int64{}
	for _, name := range names {
		if _, ok := p.index[name]; !ok {
			p.index[name] = len(p.index)
		}
		v[p.index[name]]++
	}
	for _, row := range p.rows {
		// Each row's leading entry is kept under -1.
		lead := int(row[-1])
		factor := v[lead]
		if factor == 0 {
			continue
		}
		for at, x := range row {
			if at < 0 {
				continue
			}
			if v[at] = (v[at] + (prime-factor)*x) % prime; v[at] == 0 {
				delete(v, at)
			}
		}
	}
	return v
}

func (p *puzzler) told(names []string) {
	v := p.reduce(names)
	for lead, x := range v {
		inverse := power(x, prime-2)
		for at := range v {
			v[at] = v[at] * inverse % prime
		}
		v[-1] = int64(lead)
		p.rows = append(p.rows, v)
		return
	}
}

func (p *puzzler) solves(names []string) bool { return len(p.reduce(names)) == 0 }

// sumOf names the unknowns that a figure adds up.
type sumOf struct {
	what   string
	figure *commonv1.Figure
	names  []string
}

// published lists every figure of homes in an answer for some areas, as sums of unknowns:
// one for each area, kind, tenure and state of a home.
func published(areas []int, at []*housingwithcarev1.HousingWithCareCapacity, whole *housingwithcarev1.HousingWithCareCapacity, within func(area, kind, tenure int) bool) []sumOf {
	var out []sumOf
	use := func(u *housingwithcarev1.UnitUse, areas []int, kind, tenure int) {
		names := func(states ...string) (names []string) {
			for _, a := range areas {
				for k := 1; k < kinds; k++ {
					for t := 1; t < tenures; t++ {
						if (kind == 0 || kind == k) && (tenure == 0 || tenure == t) && within(a, k, t) {
							for _, s := range states {
								names = append(names, fmt.Sprint(a, "/", k, "/", t, "/", s))
							}
						}
					}
				}
			}
			return names
		}
		label := fmt.Sprint(areas, " kind ", kind, " tenure ", tenure, " ")
		out = append(out,
			sumOf{label + "units", u.GetUnits(), names("occupied", "voids", "out")},
			sumOf{label + "occupied", u.GetOccupied(), names("occupied")},
			sumOf{label + "voids", u.GetVoids(), names("voids")},
			sumOf{label + "out of use", u.GetOutOfUse(), names("out")},
			sumOf{label + "void rate", u.GetVoidRate(), names("voids")},
			sumOf{label + "available", u.GetAvailable(), names("available")},
			sumOf{label + "waiting", u.GetNominationsWaiting(), names("waiting")})
	}
	all := func(c *housingwithcarev1.HousingWithCareCapacity, areas []int) {
		use(c.GetTotal(), areas, 0, 0)
		for _, t := range c.GetTenures() {
			use(t.GetUse(), areas, 0, int(t.GetTenure()))
		}
		for _, k := range c.GetKinds() {
			use(k.GetUse(), areas, int(k.GetKind()), 0)
			for _, t := range k.GetTenures() {
				use(t.GetUse(), areas, int(k.GetKind()), int(t.GetTenure()))
			}
		}
	}
	for i, c := range at {
		all(c, areas[i:i+1])
	}
	if whole != nil {
		all(whole, areas)
	}
	return out
}

// mustNotSolve fails when a hidden figure follows from those shown.
func mustNotSolve(t *rapid.T, sums []sumOf) {
	p := &puzzler{index: map[string]int{}}
	for _, s := range sums {
		v, ok := figure.Value(s.figure)
		if !ok {
			continue
		}
		p.told(s.names)
		if v == 0 {
			// Counts are not negative: where a sum is 0, so is each of its parts.
			for _, name := range s.names {
				p.told([]string{name})
			}
		}
	}
	for _, s := range sums {
		// Homes out of use are hidden for the sake of the occupied only.
		if figure.IsHidden(s.figure) && !strings.HasSuffix(s.what, "out of use") && p.solves(s.names) {
			t.Fatalf("%s, hidden (%v), can be worked out", s.what, say(s.figure))
		}
	}
}

func TestNothingHiddenCanBeWorkedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := asking(t, rapid.SampledFrom([]audience.Audience{audience.Public, audience.Commissioner}).Draw(t, "audience"))
		var parts []District
		exists := map[string]bool{}
		for a := range rapid.IntRange(1, 3).Draw(t, "districts") {
			places := randomSchemes(t, strconv.Itoa(a))
			for _, s := range places {
				for _, r := range s.Return.GetTenures() {
					exists[fmt.Sprint(a, s.Place.GetKind().Number(), r.GetTenure().Number())] = true
				}
			}
			parts = append(parts, District{Question: q, Places: places})
		}
		each, sum := Sum(q, parts, known)
		within := func(area, kind, tenure int) bool {
			return exists[fmt.Sprint(area, housingwithcarev1.SchemeKind(kind).Number(), housingwithcarev1.Tenure(tenure).Number())]
		}
		mustNotSolve(t, published([]int{0, 1, 2}[:len(each)], each, sum, within))
		for _, c := range append(each, sum) {
			noSmallNumbers(t, c)
		}
		across := func(what string, of func(*housingwithcarev1.HousingWithCareCapacity) *commonv1.Figure) {
			hidden := 0
			for _, c := range each {
				if figure.IsHidden(of(c)) {
					hidden++
				}
			}
			if hidden == 1 && !figure.IsHidden(of(sum)) {
				t.Fatalf("%s of one district can be had from the authority's", what)
			}
		}
		across("residents", (*housingwithcarev1.HousingWithCareCapacity).GetResidents)
		across("residents with care", (*housingwithcarev1.HousingWithCareCapacity).GetResidentsWithCare)
		across("hours used", func(c *housingwithcarev1.HousingWithCareCapacity) *commonv1.Figure {
			return c.GetOnSiteCare().GetHoursUsed()
		})
		across("service charge", (*housingwithcarev1.HousingWithCareCapacity).GetMeanServiceCharge)
	})
}

func noSmallNumbers(t *rapid.T, c *housingwithcarev1.HousingWithCareCapacity) {
	for _, s := range published([]int{0}, []*housingwithcarev1.HousingWithCareCapacity{c}, nil, func(int, int, int) bool { return false }) {
		v, ok := figure.Value(s.figure)
		if ok && v < figure.SmallNumber && s.figure.GetUnit() == commonv1.Unit_UNIT_PEOPLE && s.figure.GetCoverage().GetResponding() > 0 {
			t.Fatalf("%s shows %v", s.what, v)
		}
	}
	for _, k := range c.GetKinds() {
		for _, u := range k.GetTenures() {
			if v, ok := figure.Value(u.GetUse().GetOccupied()); ok && v < figure.SmallNumber && u.GetUse().GetUnits().GetValue() > 0 {
				t.Fatalf("%v %v shows %v occupied homes", k.GetKind(), u.GetTenure(), v)
			}
		}
	}
	residents, all := figure.Value(c.GetResidents())
	withCare, some := figure.Value(c.GetResidentsWithCare())
	if all && residents < figure.SmallNumber || some && withCare < figure.SmallNumber || all && some && residents-withCare < figure.SmallNumber {
		t.Fatalf("%v residents, %v with care, are shown", residents, withCare)
	}
}

func TestTheSuiteSeesAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := asking(t, audience.System)
		each, sum := Sum(q, []District{{Question: q, Places: randomSchemes(t, "a")}, {Question: q, Places: randomSchemes(t, "b")}}, known)
		for _, c := range append(each, sum) {
			figure.Each(c, func(path string, f *commonv1.Figure) {
				if figure.IsHidden(f) {
					t.Fatalf("%s of %s is hidden from the suite's own services", path, c.GetName())
				}
			})
		}
	})
}

// A commissioner sees no less than the public.
func TestMoreIsShownToMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schemes := randomSchemes(t, "x")
		seen := map[string]bool{}
		figure.Each(Capacity(asking(t, audience.Public), schemes, known), func(path string, f *commonv1.Figure) { seen[path] = !figure.IsHidden(f) })
		figure.Each(Capacity(asking(t, audience.Commissioner), schemes, known), func(path string, f *commonv1.Figure) {
			if seen[path] && figure.IsHidden(f) && f.GetHidden().GetReason() != secondary {
				t.Fatalf("%s is shown to the public and hidden from a commissioner", path)
			}
		})
	})
}
