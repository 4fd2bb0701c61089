package homecare

import (
	"fmt"
	"strconv"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// notes tell a reader what to keep in mind.
func notes(c *count, rules Rules) []*commonv1.DataNote {
	var out []*commonv1.DataNote
	note := func(code, text string, n int) {
		if n > 0 {
			out = append(out, &commonv1.DataNote{Code: code, Text: strconv.Itoa(n) + " " + text, Count: int32(n)})
		}
	}
	note("NO_RETURN", "open branches and services have no return that counts for this area; totals are of the others and not scaled up", c.unheard)
	note("STALE_RETURNS", "counted returns are older than the latest closed reporting window", c.stale)
	note("FLAGGED_RETURNS", "branches' newest return meets a rule for mistakes: it is kept, and the one before stands, where there is one", c.setAside)
	note("PREDECESSOR_RETURNS", "branches were registered anew and have not returned since: the return of the branch they continue stands", c.continued)
	note("HEAD_OFFICE_ONLY", "branches that serve this area return for their office only: their hours are in no zone", c.officeOnly)
	note("ZONES_UNRECORDED", "branches with an office here have no zone on record: what they give cannot be placed", c.zonesUnrecorded)
	note("ZONES_APPORTIONED", "zones lie in this area in part: their returns count by that share, and rounded parts may not add up", c.apportioned())
	if share, groups := c.spare.largestShare(), len(c.spare.byGroup); groups > largestGroups && share >= rules.SpareConcentrated.Value {
		out = append(out, &commonv1.DataNote{
			Code: "SPARE_HOURS_CONCENTRATED", Count: largestGroups,
			Text: fmt.Sprintf("%d of %d provider groups report %.0f%% of the spare hours: ask them before relying on it", largestGroups, groups, share),
		})
	}
	return out
}

// apportioned is how many of the zones lie in the area in part.
func (c *count) apportioned() int {
	n := 0
	for _, z := range c.zones {
		if z.share < 1 {
			n++
		}
	}
	return n
}
