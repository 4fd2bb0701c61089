package illustrative

import (
	"testing"

	"pgregory.net/rapid"

	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

func employersIn(t *testing.T, p *Plan) []employer {
	t.Helper()
	d := districtOf(t, p, stroud)
	return p.employersOf(d, p.homesOf(d), p.branchesOf(d))
}

func TestEveryWorkplaceIsAnEmployer(t *testing.T) {
	p := countyPlan(t)
	d := districtOf(t, p, stroud)
	homes, branches := p.homesOf(d), p.branchesOf(d)
	employers := map[string]employer{}
	for _, e := range p.employersOf(d, homes, branches) {
		employers[e.entry.GetName()] = e
	}
	for _, h := range homes {
		e, ok := employers[employerName(h.entry.GetName())]
		if ok == h.entry.GetDormant() {
			t.Errorf("%s, dormant: %t, employs: %t", h.entry.GetName(), h.entry.GetDormant(), ok)
		}
		if ok && (e.entry.GetOpenedOn() != h.entry.GetRegisteredOn() || e.entry.GetClosedOn() != h.entry.GetDeregisteredOn() ||
			e.entry.GetProvider() != h.entry.GetProvider() || e.entry.GetPredecessor() != employerName(h.entry.GetPredecessor())) {
			t.Errorf("%v employs for %v", e.entry, h.entry)
		}
		nursing := e.entry.GetMainService() == workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITH_NURSING
		if ok && nursing != (e.staff[0] > 0) {
			t.Errorf("%s has %d nurses, nursing: %t", e.entry.GetName(), e.staff[0], nursing)
		}
	}
	for _, b := range branches {
		if _, ok := employers[employerName(b.entry.GetName())]; ok == b.entry.GetDormant() {
			t.Errorf("%s, dormant: %t, employs: %t", b.entry.GetName(), b.entry.GetDormant(), ok)
		}
	}
}

func TestEmployerName(t *testing.T) {
	for place, want := range map[string]string{
		"careHomes/1-910700008200017": "employers/1-910700008200017", "homeCareBranches/oc-x-y": "employers/oc-x-y", "": "",
	} {
		if got := employerName(place); got != want {
			t.Errorf("employerName(%q) = %q, want %q", place, got, want)
		}
	}
}

func TestStaffOfKeepsEverybody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := staffing{
			nurses: rapid.IntRange(0, 40).Draw(t, "nurses"), carers: rapid.IntRange(0, 200).Draw(t, "carers"),
			others: rapid.IntRange(0, 60).Draw(t, "others"),
		}
		staff := staffOf(f)
		if all := sum(staff[:]); all != f.nurses+f.carers+f.others+1 {
			t.Errorf("%v of %+v and a manager", staff, f)
		}
	})
}

func TestRolesAddUp(t *testing.T) {
	p := countyPlan(t)
	employers := employersIn(t, p)
	rapid.Check(t, func(t *rapid.T) {
		r := p.employerRecord(anyOf(t, employers))
		e := anyMonth(t, p, r.life)
		ret := r.returned(e, true)
		var employed, aged int32
		last := workforcev1.RoleGroup(0)
		for _, row := range ret.GetRoles() {
			staff := row.GetPermanent() + row.GetTemporary()
			employed += staff
			if row.GetRole() <= last || staff < 1 || row.GetAgency() >= staff && staff > 1 || row.GetPermanent() < 0 {
				t.Errorf("%v after %s", row, last)
			}
			last = row.GetRole()
			if row.GetZeroHours() > staff || row.GetInternationalRecruits() > row.GetStarters() || row.GetPayPerHour() < 10 || row.GetPayPerHour() > 40 {
				t.Errorf("%v", row)
			}
			if (row.Vacancies != nil) != r.detailBy {
				t.Errorf("%v, detail returned: %t", row, r.detailBy)
			}
		}
		for _, b := range ret.GetAgeBands() {
			aged += b.GetStaff()
		}
		if employed == 0 || (r.agesBy && aged != employed) {
			t.Errorf("%d employed, %d by age", employed, aged)
		}
		for _, c := range ret.GetTraining() {
			if c.GetStaff() > employed {
				t.Errorf("%v of %d", c, employed)
			}
		}
	})
}

func TestSlipsOfEmployers(t *testing.T) {
	p := countyPlan(t)
	employers := employersIn(t, p)
	rapid.Check(t, func(t *rapid.T) {
		r := p.employerRecord(anyOf(t, employers))
		e := anyMonth(t, p, r.life)
		right := r.returned(e, true)
		e.slip = mistaken
		if r.returned(e, false).String() != right.String() {
			t.Error("the correction is not what would have been said at once")
		}
		e.slip = outlier
		spoiled := r.returned(e, true)
		twice, tooMany := true, false
		var employed, leavers int32
		for _, row := range spoiled.GetRoles() {
			staff := row.GetPermanent() + row.GetTemporary()
			twice = twice && row.GetAgency() == staff
			tooMany = tooMany || row.GetAgency() > 1000
			employed, leavers = employed+staff, leavers+row.GetLeavers()
		}
		if !twice && !tooMany && float64(leavers) <= 9.95*float64(employed) {
			t.Errorf("no rule for mistakes finds %v", spoiled)
		}
	})
}

func TestRecordsGoDigitalAndStayIt(t *testing.T) {
	p := countyPlan(t)
	for _, of := range employersIn(t, p) {
		r, digital := p.employerRecord(of), false
		for month, w := range p.calendar.windows {
			ret := r.returned(entry{month: month, on: w.Opens}, true)
			if digital && !ret.GetDigitalSocialCareRecords() {
				t.Fatalf("%s goes back to paper in month %d", of.entry.GetName(), month)
			}
			digital = ret.GetDigitalSocialCareRecords()
		}
	}
}

func TestToldYieldsCorrections(t *testing.T) {
	p := threeYears()
	p.answering = map[string]answering{"clumsy": {mistake: 1000}}
	one := func(name string) teller[string] {
		return teller[string]{
			name: name, market: "clumsy", life: life{opensIn: -1, closesIn: -1, continues: -1}, idle: name == "idle",
			returned: func(_ entry, first bool) string { return map[bool]string{true: "wrong", false: "right"}[first] },
		}
	}
	ids, said := map[string]bool{}, []string{}
	for req := range told(&p, []string{"idle", "a"}, one, func(parent, id, ret string) [3]string { return [3]string{parent, id, ret} }) {
		if req[0] != "a" {
			t.Errorf("%s returns", req[0])
		}
		ids[req[1]], said = true, append(said, req[2])
	}
	// The first answer is always sound, so that something stands behind the next.
	if len(said) != 2*36-1 || len(ids) != len(said) {
		t.Fatalf("%d returns with %d ids, want 71", len(said), len(ids))
	}
	for i := 1; i < len(said); i += 2 {
		if said[i] != "wrong" || said[i+1] != "right" {
			t.Fatalf("returns %d and %d are %s and %s", i, i+1, said[i], said[i+1])
		}
	}
}
