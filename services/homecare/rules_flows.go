package homecare

import (
	"fmt"

	"github.com/caremarket/caremarket/pkg/period"
)

func (c *checker) waiting() {
	type key struct{ zone, since string }
	first := map[key]int{}
	for i, row := range c.ret.GetWaiting() {
		at := fmt.Sprintf("waiting[%d]", i)
		c.zone(at+".zone", row.GetZone())
		k := key{row.GetZone(), row.GetWaitingSince()}
		if before, twice := first[k]; twice {
			c.faults.Add(at, "the same zone and day stand in waiting[%d]: add them up", before)
		} else {
			first[k] = i
		}
		if row.GetPeople() > row.GetPackages() {
			c.faults.Add(at+".people", "%d people cannot wait for %d packages: a package is one person's", row.GetPeople(), row.GetPackages())
		}
		c.waitingSince(at+".waiting_since", row.GetWaitingSince())
	}
}

func (c *checker) waitingSince(field, text string) {
	since, err := period.Parse(text)
	if err != nil {
		c.faults.Add(field, "%s", err.Error())
		return
	}
	if !c.asAt.IsZero() && since.After(c.asAt) {
		c.faults.Add(field, "%s is after the day of the return, %s", since, c.asAt)
	}
}

func (c *checker) handedBack() {
	first := map[string]int{}
	for i, row := range c.ret.GetHandedBack() {
		at := fmt.Sprintf("handed_back[%d]", i)
		c.zone(at+".zone", row.GetZone())
		if before, twice := first[row.GetZone()]; twice {
			c.faults.Add(at+".zone", "%s", twiceWithoutOr(row.GetZone(), fmt.Sprintf("handed_back[%d]", before)))
		} else {
			first[row.GetZone()] = i
		}
		if (row.GetPackages() == 0) != (row.GetHours() == 0) {
			c.faults.Add(at+".hours", "%d packages and %g hours do not go together", row.GetPackages(), row.GetHours())
		}
	}
}

func (c *checker) intermediateCare() {
	first := map[string]int{}
	for i, row := range c.ret.GetIntermediateCare() {
		at := fmt.Sprintf("intermediate_care[%d]", i)
		c.zone(at+".zone", row.GetZone())
		if before, twice := first[row.GetZone()]; twice {
			c.faults.Add(at+".zone", "%s", twiceWithoutOr(row.GetZone(), fmt.Sprintf("intermediate_care[%d]", before)))
		} else {
			first[row.GetZone()] = i
		}
		if row.GetAssessedWithin_48Hours() > row.GetHomeFirstCases() {
			c.faults.Add(at+".assessed_within_48_hours", "%d were assessed of %d who came into Home First", row.GetAssessedWithin_48Hours(), row.GetHomeFirstCases())
		}
		if row.GetPlacesUsed() > row.GetPlaces() {
			c.faults.Add(at+".places_used", "%d places are used of %d", row.GetPlacesUsed(), row.GetPlaces())
		}
	}
	if whole, ok := first[""]; ok && len(first) > 1 {
		c.faults.Add(fmt.Sprintf("intermediate_care[%d].zone", whole), "a row for the whole branch beside rows for its zones would count twice")
	}
}
