package homecare

import (
	"fmt"

	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// measures are what a zone's row may say.
var measures = []struct {
	field string
	given func(*homecarev1.ZoneReturn) bool
}{
	{"hours_delivered", func(z *homecarev1.ZoneReturn) bool { return z.HoursDelivered != nil }},
	{"hours_commissioned", func(z *homecarev1.ZoneReturn) bool { return z.HoursCommissioned != nil }},
	{"hours_spare", func(z *homecarev1.ZoneReturn) bool { return z.HoursSpare != nil }},
	{"people", func(z *homecarev1.ZoneReturn) bool { return len(z.GetPeople()) > 0 }},
}

func (c *checker) zoneRows() {
	first := map[string]int{}
	for i, row := range c.ret.GetZones() {
		at := fmt.Sprintf("zones[%d]", i)
		c.zone(at+".zone", row.GetZone())
		if before, twice := first[row.GetZone()]; twice {
			c.faults.Add(at+".zone", "%s", twiceWithoutOr(row.GetZone(), fmt.Sprintf("zones[%d]", before)))
		} else {
			first[row.GetZone()] = i
		}
		if !saysAnything(row) {
			c.faults.Add(at, "says nothing: give hours or people, 0 where there are none")
		}
		c.payers(at, row.GetPeople())
	}
	c.countedTwice(first)
}

func saysAnything(row *homecarev1.ZoneReturn) bool {
	for _, m := range measures {
		if m.given(row) {
			return true
		}
	}
	return false
}

// countedTwice refuses a figure of the whole branch beside its parts.
func (c *checker) countedTwice(first map[string]int) {
	whole, ok := first[""]
	if !ok {
		return
	}
	for _, m := range measures {
		if !m.given(c.ret.GetZones()[whole]) {
			continue
		}
		for i, row := range c.ret.GetZones() {
			if row.GetZone() != "" && m.given(row) {
				c.faults.Add(fmt.Sprintf("zones[%d].%s", whole, m.field),
					"is given for the whole branch and for zones[%d] too: it would count twice", i)
				break
			}
		}
	}
}

func (c *checker) payers(at string, people []*homecarev1.PeopleByPayer) {
	type key struct {
		payer     homecarev1.Payer
		authority string
	}
	first := map[key]int{}
	seen := map[homecarev1.Payer]bool{}
	for i, p := range people {
		field := fmt.Sprintf("%s.people[%d]", at, i)
		k := key{p.GetPayer(), p.GetPlacingAuthority()}
		if before, twice := first[k]; twice {
			c.faults.Add(field, "the same payer stands in %s.people[%d]", at, before)
		} else {
			first[k] = i
		}
		seen[p.GetPayer()] = true
		other := p.GetPayer() == homecarev1.Payer_PAYER_ANOTHER_COUNCIL
		switch {
		case other && p.GetPlacingAuthority() == "":
			c.faults.Add(field+".placing_authority", "name the other council")
		case !other && p.GetPlacingAuthority() != "":
			c.faults.Add(field+".placing_authority", "is for people whom another council pays for")
		}
	}
	if seen[homecarev1.Payer_PAYER_COUNCIL_OR_NHS] && (seen[homecarev1.Payer_PAYER_THIS_COUNCIL] ||
		seen[homecarev1.Payer_PAYER_ANOTHER_COUNCIL] || seen[homecarev1.Payer_PAYER_NHS]) {
		c.faults.Add(at+".people", "council and NHS are given together and apart: people would count twice")
	}
}

// twiceWithoutOr words the fault of a second row for a zone or for the whole branch.
func twiceWithoutOr(zone, before string) string {
	if zone == "" {
		return "a row without a zone stands in " + before + " already"
	}
	return zone + " stands in " + before + " already"
}
