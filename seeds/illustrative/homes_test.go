package illustrative

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// anyHomes draws the planned numbers of a district's homes of a kind.
func anyHomes(t *rapid.T) counts {
	n := counts{"homes": rapid.IntRange(1, 30).Draw(t, "homes")}
	n["registered_beds"] = rapid.IntRange(n["homes"]*4, n["homes"]*90).Draw(t, "registered")
	n["maximum"] = rapid.IntRange(0, n["registered_beds"]).Draw(t, "maximum")
	n["used"] = rapid.IntRange(0, n["maximum"]).Draw(t, "used")
	n["admittable"] = rapid.IntRange(0, n["maximum"]-n["used"]).Draw(t, "admittable")
	return n
}

func TestHomeSizesAddUpToThePlan(t *testing.T) {
	p := countyPlan(t)
	rapid.Check(t, func(t *rapid.T) {
		planned := anyHomes(t)
		later := rapid.IntRange(0, 5).Draw(t, "later")
		sizes := p.homeSizes(anyStream(t), planned, planned["homes"]+later)
		if len(sizes) != planned["homes"]+later {
			t.Fatalf("%d sizes for %d homes", len(sizes), planned["homes"]+later)
		}
		dealt := counts{}
		for i, size := range sizes {
			if size["used"]+size["admittable"] > size["maximum"] || size["maximum"] > size["registered_beds"] {
				t.Fatalf("home %d is %v", i, size)
			}
			if i < planned["homes"] {
				for name, n := range size {
					dealt[name] += n
				}
			}
		}
		for _, name := range []string{"registered_beds", "maximum", "used", "admittable"} {
			if dealt[name] != planned[name] {
				t.Errorf("%d %s dealt of %d", dealt[name], name, planned[name])
			}
		}
	})
}

func TestBedsAddUpToTheHome(t *testing.T) {
	p := countyPlan(t)
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(careHomes.kinds).Draw(t, "kind")
		maximum := rapid.IntRange(0, 120).Draw(t, "maximum")
		used := rapid.IntRange(0, maximum).Draw(t, "used")
		size := counts{"maximum": maximum, "used": used, "admittable": rapid.IntRange(0, maximum-used).Draw(t, "admittable")}
		var got counts = map[string]int{}
		for _, b := range p.bedsOf(anyStream(t), kind, size) {
			if b.maximum == 0 || b.used+b.admittable > b.maximum || b.used < 0 || b.admittable < 0 {
				t.Fatalf("%s: %+v", b.kind, b)
			}
			got["maximum"] += b.maximum
			got["used"] += b.used
			got["admittable"] += b.admittable
		}
		for name, n := range size {
			if got[name] != n {
				t.Errorf("%d %s in its beds, %d in the home", got[name], name, n)
			}
		}
	})
}

// Among them the homes of a kind have every type of bed that it can have, and no other.
func TestMixesCoverEveryType(t *testing.T) {
	s, seen := newStream(4), map[string]map[carehomesv1.BedType]bool{}
	all := map[carehomesv1.BedType]bool{}
	for _, kind := range careHomes.kinds {
		seen[kind] = map[carehomesv1.BedType]bool{}
		for range 300 {
			for bedType := range mixOf(s, kind) {
				seen[kind][bedType], all[bedType] = true, true
			}
		}
	}
	if len(all) != lastBedType {
		t.Errorf("%d types of %d are met", len(all), lastBedType)
	}
	if seen[olderResidential][generalNursing] || seen[workingAge][learningNursing] || seen[workingAge][generalResidential] {
		t.Error("a home without nursing has nursing beds, or one for younger adults beds for older people")
	}
}

func TestServicesAndBands(t *testing.T) {
	s := newStream(8)
	dementia := []beds{{kind: dementiaResidential}}
	for range 50 {
		if got := servicesOf(s, olderResidential); !slices.Equal(got, []carehomesv1.CareHomeService{residentialService}) {
			t.Errorf("a residential home has %v", got)
		}
		if got := servicesOf(s, workingAgeNursing); got[0] != nursingService {
			t.Errorf("a nursing home has %v", got)
		}
		bands := bandsOf(s, olderResidential, dementia)
		if !slices.Contains(bands, bandDementia) || !slices.Contains(bands, bandOlder) || slices.Contains(bands, bandYounger) {
			t.Errorf("a dementia home serves %v", bands)
		}
		bands = bandsOf(s, workingAge, []beds{{kind: mentalResidential}})
		if !slices.Equal(bands, []carehomesv1.UserBand{bandMental, bandYounger}) {
			t.Errorf("a mental health home serves %v", bands)
		}
	}
}

func TestHomesStayWithinTheirBeds(t *testing.T) {
	p := countyPlan(t)
	homes := slices.DeleteFunc(p.homesOf(districtOf(t, p, stroud)), func(h home) bool { return h.entry.GetDormant() })
	rapid.Check(t, func(t *rapid.T) {
		r := p.record(anyOf(t, homes))
		e := anyMonth(t, p, r.life)
		for _, b := range r.returned(e, true).GetBeds() {
			if b.GetUsed() < 0 || b.GetAccepting() < 0 || b.GetReserved() < 0 || b.GetUsed()+b.GetAccepting()+b.GetReserved() > b.GetMaximum() {
				t.Errorf("%s in month %d: %v", r.entry.GetName(), e.month, b)
			}
			var paid int32
			for _, payer := range b.GetPayers() {
				paid += payer.GetUsed()
			}
			if r.payersBy && paid != b.GetUsed() {
				t.Errorf("%s in month %d: %d paid for of %d", r.entry.GetName(), e.month, paid, b.GetUsed())
			}
		}
	})
}

// In the counted month a home says what was dealt to it.
func TestHomesSayTheirShareInTheCountedMonth(t *testing.T) {
	p := countyPlan(t)
	for _, h := range p.homesOf(districtOf(t, p, gloucester)) {
		if !h.known {
			continue
		}
		e := entry{month: p.calendar.counted, on: p.calendar.windows[p.calendar.counted].Opens}
		for i, b := range p.record(h).returned(e, true).GetBeds() {
			dealt := h.beds[i]
			if int(b.GetMaximum()) != dealt.maximum || int(b.GetUsed()) != dealt.used || int(b.GetAccepting()) != dealt.admittable {
				t.Errorf("%s says %v, %+v was dealt", h.entry.GetName(), b, dealt)
			}
		}
	}
}

func TestAHomeThatClosesTakesNobodyIn(t *testing.T) {
	p := countyPlan(t)
	h := p.homesOf(districtOf(t, p, stroud))[0]
	h.life = life{opens: h.life.opens, closes: p.To, opensIn: -1, closesIn: 30, continues: -1, endsQuietly: true}
	r, before := p.record(h), int32(1<<20)
	for month := 26; month <= 30; month++ {
		var used, accepting int32
		for _, b := range r.returned(entry{month: month, on: p.calendar.windows[month].Opens}, true).GetBeds() {
			used, accepting = used+b.GetUsed(), accepting+b.GetAccepting()
		}
		if accepting != 0 || used > before {
			t.Errorf("month %d: %d residents after %d, %d beds open to admissions", month, used, before, accepting)
		}
		before = used
	}
}

func TestSlipsOfHomes(t *testing.T) {
	p := countyPlan(t)
	homes := slices.DeleteFunc(p.homesOf(districtOf(t, p, stroud)), func(h home) bool { return h.entry.GetDormant() })
	rapid.Check(t, func(t *rapid.T) {
		r := p.record(anyOf(t, homes))
		e := anyMonth(t, p, r.life)
		right := r.returned(e, true)
		e.slip = mistaken
		wrong, corrected := r.returned(e, true), r.returned(e, false)
		if corrected.String() != right.String() {
			t.Error("the correction is not what would have been said at once")
		}
		if right.GetBeds()[0].GetUsed() > 0 && wrong.String() == right.String() {
			t.Error("the mistake is none")
		}
		e.slip = outlier
		spoiled := r.returned(e, true)
		var maximum int32
		for _, b := range spoiled.GetBeds() {
			maximum += b.GetMaximum()
		}
		staff := spoiled.GetStaff()
		twice := staff != nil && staff.GetCareWorkersAgency() == staff.GetCareWorkersEmployed() && staff.GetNursesAgency() == staff.GetNursesEmployed()
		if maximum <= 2*r.entry.GetRegisteredBeds() && !twice && staff.GetCareWorkersEmployed() <= 1000 {
			t.Errorf("no rule for mistakes finds %v", spoiled)
		}
	})
}

func TestStaffingHasFewerAgencyStaff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyStream(t)
		f := staffing{
			nurses: rapid.IntRange(0, 40).Draw(t, "nurses"), carers: rapid.IntRange(0, 200).Draw(t, "carers"),
			others: rapid.IntRange(0, 60).Draw(t, "others"), agency: rapid.IntRange(0, 999).Draw(t, "agency"),
		}
		r := f.in(s)
		if r.GetCareWorkersAgency() >= r.GetCareWorkersEmployed() || r.GetNursesAgency() > r.GetNursesEmployed() {
			t.Errorf("%v", r)
		}
		b := ofBranch(r)
		if b.GetCareWorkersEmployed() != r.GetCareWorkersEmployed() || b.GetNursesAgency() != r.GetNursesAgency() ||
			b.GetNonCareWorkersEmployed() != r.GetNonCareWorkersEmployed() {
			t.Errorf("a branch says %v of %v", b, r)
		}
	})
}
