package homecare

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// anyReturn draws a return with rows in the zones given and in none.
func anyReturn(t *rapid.T, zones ...string) *homecarev1.HomeCareReturn {
	r := &homecarev1.HomeCareReturn{}
	for _, id := range append(zones, "") {
		if !rapid.Bool().Draw(t, "row in "+id) {
			continue
		}
		name := ""
		if id != "" {
			name = "zones/" + id
		}
		z := &homecarev1.ZoneReturn{Zone: name, HoursSpare: optionalHours(t, "spare"), HoursDelivered: optionalHours(t, "delivered"), HoursCommissioned: optionalHours(t, "commissioned")}
		for payer := council; payer <= selfFunder; payer++ {
			if rapid.Bool().Draw(t, "payer") {
				z.People = append(z.People, paid(payer, rapid.Int32Range(0, 60).Draw(t, "people")))
			}
		}
		r.Zones = append(r.Zones, z)
		if n := rapid.Int32Range(0, 9).Draw(t, "waiting"); n > 0 {
			r.Waiting = append(r.Waiting, &homecarev1.WaitingPackages{Zone: name, Packages: n, People: n, Hours: float64(7 * n), WaitingSince: "2026-09-01"})
		}
		r.HandedBack = append(r.HandedBack, &homecarev1.PackagesHandedBack{Zone: name, Packages: rapid.Int32Range(0, 9).Draw(t, "handed back")})
		r.IntermediateCare = append(r.IntermediateCare, &homecarev1.IntermediateCareReturn{
			Zone: name, HomeFirstCases: rapid.Int32Range(0, 30).Draw(t, "home first"), OnwardToReablement: rapid.Int32Range(0, 30).Draw(t, "onward"),
			StepUpCases: rapid.Int32Range(0, 30).Draw(t, "step up"), Places: 40, PlacesUsed: rapid.Int32Range(0, 40).Draw(t, "used"),
		})
	}
	return r
}

func optionalHours(t *rapid.T, label string) *float64 {
	quarters := rapid.IntRange(-1, 4000).Draw(t, label)
	if quarters < 0 {
		return nil
	}
	hours := float64(quarters) / 4
	return &hours
}

// Zone by zone, and without one, a return is counted whole and once.
func TestPortionsAreTheWholeReturn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyReturn(t, "valleys", "vale", "city")
		all := portionOf(r, func(string) float64 { return 1 })
		parts := portionOf(r, withoutZone)
		var delivered, people, waits, cases float64
		add := func(p portion) {
			delivered += p.delivered.sum
			people += p.people.sum
			waits += p.waiting.packages
			cases += p.cases.homeFirst
		}
		add(parts)
		for _, id := range []string{"zones/valleys", "zones/vale", "zones/city"} {
			for _, share := range []float64{0.75, 0.25} {
				add(portionOf(r, func(zone string) float64 {
					if zone == id {
						return share
					}
					return 0
				}))
			}
		}
		for what, pair := range map[string][2]float64{
			"delivered": {delivered, all.delivered.sum}, "people": {people, all.people.sum},
			"waiting": {waits, all.waiting.packages}, "cases": {cases, all.cases.homeFirst},
		} {
			if math.Abs(pair[0]-pair[1]) > 1e-9 {
				t.Fatalf("%s: parts are %g, the whole is %g", what, pair[0], pair[1])
			}
		}
	})
}

func TestWhatWasNotReturnedIsNotZero(t *testing.T) {
	p := portionOf(zoneRows(&homecarev1.ZoneReturn{Zone: "zones/valleys", HoursSpare: new(float64)}), func(string) float64 { return 1 })
	if p.delivered.given || p.people.given || p.cases.given || p.bought.given {
		t.Errorf("given without a row: %+v", p)
	}
	if !p.spare.given || p.spare.sum != 0 || !p.answered {
		t.Errorf("no spare hours is an answer: %+v", p)
	}
}

func TestOldestWaitIsTheFirstDay(t *testing.T) {
	r := &homecarev1.HomeCareReturn{Waiting: []*homecarev1.WaitingPackages{
		{Zone: "zones/vale", Packages: 1, People: 1, Hours: 7, WaitingSince: "2026-09-20"},
		{Zone: "zones/vale", Packages: 1, People: 1, Hours: 7, WaitingSince: "2026-08-01"},
		{Zone: "zones/city", Packages: 1, People: 1, Hours: 7, WaitingSince: "2026-01-01"},
	}}
	p := portionOf(r, func(zone string) float64 {
		if zone == "zones/vale" {
			return 1
		}
		return 0
	})
	if got := p.waiting.oldest.String(); got != "2026-08-01" {
		t.Errorf("oldest %s", got)
	}
	p.waiting.add(waiting{people: 1}) // A wait without a day says nothing of the oldest.
	if got := p.waiting.oldest.String(); got != "2026-08-01" {
		t.Errorf("oldest after an empty one %s", got)
	}
}
