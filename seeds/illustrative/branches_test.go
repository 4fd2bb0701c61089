package illustrative

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

func TestBranchSizesAddUpToThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "branches")
		planned := counts{"branches": n, "hours_delivered": rapid.IntRange(n*40, n*900).Draw(t, "delivered")}
		planned["hours_commissioned"] = rapid.IntRange(0, planned["hours_delivered"]).Draw(t, "commissioned")
		planned["hours_spare"] = rapid.IntRange(0, planned["hours_delivered"]/2).Draw(t, "spare")
		planned["office_only"] = rapid.IntRange(0, n/4).Draw(t, "office only")
		planned["people_waiting"] = rapid.IntRange(0, 5*n).Draw(t, "waiting")
		dealt := counts{}
		sizes := branchSizes(anyStream(t), planned, n+2)
		if len(sizes) != n+2 {
			t.Fatalf("%d sizes for %d branches", len(sizes), n+2)
		}
		for _, size := range sizes[:n] {
			for name, hours := range size {
				dealt[name] += hours
			}
			if size["office_only"] > 1 || (size["office_only"] == 1 && size["hours_spare"] > 0) {
				t.Errorf("an office-only branch is dealt %v", size)
			}
			if size["hours_spare"] > 2*size["hours_delivered"] {
				t.Errorf("the spare hours of %v are not credible", size)
			}
		}
		delete(planned, "branches")
		for name, want := range planned {
			if dealt[name] != want {
				t.Errorf("%d %s dealt of %d", dealt[name], name, want)
			}
		}
	})
}

func TestMoveSpareLosesNothing(t *testing.T) {
	spare, credible := []int{10, 20, 30, 40}, []int{100, 100, 100, 41}
	moveSpare(spare, []int{0, 1, 0, 0}, credible)
	if sum(spare) != 100 || spare[1] != 0 || spare[3] > 41 {
		t.Errorf("spare hours %v", spare)
	}
}

func operating(all []branch) []branch {
	return slices.DeleteFunc(all, func(b branch) bool { return b.entry.GetDormant() || b.cases != nil })
}

func TestBranchesServeZonesOfTheirCouncil(t *testing.T) {
	p := countyPlan(t)
	for _, d := range p.Districts {
		council := map[string]bool{}
		for _, g := range p.council[d.Authority] {
			council[g.zone] = true
		}
		near := map[string]bool{}
		for _, g := range p.reach[d.Code] {
			near[g.zone] = true
		}
		for _, b := range operating(p.branchesOf(d)) {
			zones := b.entry.GetZones()
			if len(zones) == 0 || len(zones) != len(b.weights) || !slices.IsSorted(zones) || len(slices.Compact(slices.Clone(zones))) != len(zones) {
				t.Fatalf("%s serves %v by %v", b.entry.GetName(), zones, b.weights)
			}
			served := false
			for _, z := range zones {
				served = served || near[z]
				if !council[z] {
					t.Errorf("%s serves %s of another council", b.entry.GetName(), z)
				}
			}
			if !served {
				t.Errorf("%s serves nobody near its office: %v", b.entry.GetName(), zones)
			}
		}
	}
}

// Hours fall on zones about as people do, so a district's branches work mostly there.
func TestHoursFallWherePeopleLive(t *testing.T) {
	p := countyPlan(t)
	d := districtOf(t, p, gloucester)
	hours := map[string]int{}
	for _, b := range operating(p.branchesOf(d)) {
		for i, n := range split(b.hours.delivered, b.weights...) {
			hours[b.entry.GetZones()[i]] += n
		}
	}
	east, brockworth := hours["zones/illustrative-gloucester-east"], hours["zones/illustrative-brockworth-and-churchdown"]
	if east < 2*brockworth {
		t.Errorf("%d hours in the east of the city, %d in a zone that it has a small part of", east, brockworth)
	}
}

func TestBranchRowsAddUpToTheBranch(t *testing.T) {
	p := countyPlan(t)
	branches := operating(p.branchesOf(districtOf(t, p, stroud)))
	rapid.Check(t, func(t *rapid.T) {
		r := p.branchRecord(anyOf(t, branches))
		e := anyMonth(t, p, r.life)
		want := r.hoursIn(e.month)
		ret := r.returned(e, true)
		var got hours
		for _, z := range ret.GetZones() {
			got.delivered += int(z.GetHoursDelivered())
			got.commissioned += int(z.GetHoursCommissioned())
			got.spare += int(z.GetHoursSpare())
			if r.officeOnly != (z.GetZone() == "") || (r.officeOnly && z.HoursSpare != nil) {
				t.Errorf("%s, for its office only: %t, says %v", r.entry.GetName(), r.officeOnly, z)
			}
			if r.combined && slices.ContainsFunc(z.GetPeople(), func(by *homecarev1.PeopleByPayer) bool {
				return by.GetPayer() == homecarev1.Payer_PAYER_THIS_COUNCIL || by.GetPayer() == homecarev1.Payer_PAYER_NHS
			}) {
				t.Errorf("%s does not tell council and NHS apart, and says %v", r.entry.GetName(), z)
			}
		}
		if r.officeOnly {
			want.spare = 0
		}
		if got != want {
			t.Errorf("%s in month %d: rows of %+v, want %+v", r.entry.GetName(), e.month, got, want)
		}
		if want.spare > 2*want.delivered {
			t.Errorf("%s in month %d: %d spare hours to %d delivered", r.entry.GetName(), e.month, want.spare, want.delivered)
		}
	})
}

func TestWhoWaitsIsSaidOnce(t *testing.T) {
	p := countyPlan(t)
	branches := operating(p.branchesOf(districtOf(t, p, "E07000079")))
	rapid.Check(t, func(t *rapid.T) {
		r := p.branchRecord(anyOf(t, branches))
		e := anyMonth(t, p, r.life)
		e.month, e.on = p.calendar.counted, p.calendar.windows[p.calendar.counted].Opens
		waiting, last := 0, e.on.String()
		for _, w := range r.returned(e, true).GetWaiting() {
			waiting += int(w.GetPeople())
			if w.GetWaitingSince() >= last || w.GetPeople() > w.GetPackages() || w.GetHours() <= 0 {
				t.Errorf("%v after %s", w, last)
			}
			last = w.GetWaitingSince()
		}
		if waiting != r.waiting {
			t.Errorf("%d people wait in the counted month, want %d", waiting, r.waiting)
		}
	})
}

func TestSlipsOfBranches(t *testing.T) {
	p := countyPlan(t)
	branches := operating(p.branchesOf(districtOf(t, p, stroud)))
	rapid.Check(t, func(t *rapid.T) {
		r := p.branchRecord(anyOf(t, branches))
		e := anyMonth(t, p, r.life)
		right := r.returned(e, true)
		e.slip = mistaken
		if r.returned(e, false).String() != right.String() {
			t.Error("the correction is not what would have been said at once")
		}
		e.slip = outlier
		spoiled := r.returned(e, true)
		spare, delivered := 0.0, 0.0
		for _, z := range spoiled.GetZones() {
			spare, delivered = spare+z.GetHoursSpare(), delivered+z.GetHoursDelivered()
		}
		staff := spoiled.GetStaff()
		twice := staff != nil && staff.GetCareWorkersAgency() == staff.GetCareWorkersEmployed()
		tooMany := staff.GetCareWorkersEmployed() > 1000
		tooMuch := spare > 200 && spare > 2*delivered
		// Who returns neither staff nor spare hours has nothing to be found by.
		if nothing := staff == nil && r.officeOnly; !twice && !tooMany && !tooMuch && !nothing {
			t.Errorf("no rule for mistakes finds %v", spoiled)
		}
	})
}

func TestLargeGroupsAreFour(t *testing.T) {
	p := countyPlan(t)
	groups := map[string]map[string]bool{}
	for _, d := range p.Districts {
		for _, b := range p.branchesOf(d) {
			if strings.HasPrefix(b.entry.GetBrand(), "Illustrative Large") {
				if groups[d.AuthorityName] == nil {
					groups[d.AuthorityName] = map[string]bool{}
				}
				groups[d.AuthorityName][b.entry.GetProvider()+b.entry.GetBrand()] = true
			}
		}
	}
	if len(groups) != 1 || len(groups["Gloucestershire"]) != largeGroupCount {
		t.Errorf("large groups %v, want four in Gloucestershire", groups)
	}
}

func TestCaseloads(t *testing.T) {
	p := countyPlan(t)
	if got, want := *p.caseloadOf(districtOf(t, p, stroud)), (caseload{100, 125, 60, 70}); got != want {
		t.Errorf("Gloucestershire's caseload is %+v, want %+v", got, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := p.caseloadOf(District{councilAged75: rapid.IntRange(0, 300_000).Draw(t, "aged 75 and over")})
		zones := make([]string, rapid.IntRange(1, 30).Draw(t, "zones"))
		people := make([]int, len(zones))
		for i := range people {
			people[i] = rapid.IntRange(0, 12_000).Draw(t, "people")
		}
		var homeFirst, reablement int
		for _, row := range c.in(p, anyStream(t), zones, people) {
			homeFirst += int(row.GetHomeFirstCases())
			reablement += int(row.GetOnwardToReablement() + row.GetStepUpCases())
			if row.GetAssessedWithin_48Hours() > row.GetHomeFirstCases() || row.GetOnwardToReablement() > row.GetHomeFirstCases() ||
				row.GetPlacesUsed() > row.GetPlaces() || row.GetStepUpCases() < 0 {
				t.Errorf("%v", row)
			}
		}
		if homeFirst < c.homeFirstLow || homeFirst > c.homeFirstHigh || reablement < c.reablementLow {
			t.Errorf("%d into Home First, %d in reablement; the caseload is %+v", homeFirst, reablement, *c)
		}
	})
}

func TestEveryCouncilHasOneIntermediateCareService(t *testing.T) {
	p := countyPlan(t)
	services := map[string]int{}
	for _, d := range p.Districts {
		for _, b := range p.branchesOf(d) {
			if b.cases != nil {
				services[d.AuthorityName]++
				if len(b.entry.GetZones()) != len(p.council[d.Authority]) {
					t.Errorf("%s serves %d zones of %d", b.entry.GetTitle(), len(b.entry.GetZones()), len(p.council[d.Authority]))
				}
			}
		}
	}
	for _, council := range []string{"Gloucestershire", "Leicestershire", "Leicester", "Rutland"} {
		if services[council] != 1 {
			t.Errorf("%s has %d intermediate care services", council, services[council])
		}
	}
}

func TestSupplyIsOutsideCQC(t *testing.T) {
	p := countyPlan(t)
	kinds := map[homecarev1.SupplyKind]int{}
	for _, d := range p.Districts {
		for _, b := range p.supplyOf(d) {
			kinds[b.entry.GetKind()]++
			if !strings.HasPrefix(b.entry.GetName(), "homeCareBranches/oc-") || len(b.entry.GetZones()) != 1 || b.known {
				t.Errorf("%v", b.entry)
			}
		}
	}
	if len(kinds) != len(p.supplies) || kinds[homecarev1.SupplyKind_SUPPLY_KIND_HOME_CARE] > 0 {
		t.Errorf("kinds %v, want each of the %d of supply.csv", kinds, len(p.supplies))
	}
}
