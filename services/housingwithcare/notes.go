package housingwithcare

import (
	"strconv"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// notes tell a reader what to keep in mind about a capacity.
func (r *renderer) notes() []*commonv1.DataNote {
	var out []*commonv1.DataNote
	note := func(code, text string, n int) {
		if n > 0 {
			out = append(out, &commonv1.DataNote{Code: code, Text: strconv.Itoa(n) + " " + text, Count: int32(n)})
		}
	}
	c := r.count
	returns := &c.groups[all][all].returns
	note("NO_RETURN", "open schemes have no return that counts; totals are of the others and not scaled up", returns.Expected()-returns.Responding())
	note("STALE_RETURNS", "counted returns are older than the latest closed reporting window", returns.Stale())
	note("FLAGGED_RETURNS", "schemes' newest return meets a rule for mistakes: it is kept, and the one before stands, where there is one", c.setAside)
	note("TENURES_PARTIAL", "returned schemes leave out a tenure that they have", c.partial)
	note("PLACEMENT_DOUBT", "schemes are placed in the district with doubt", c.doubtful)
	note("TENURE_SHORTAGE", "tenures have more people waiting than homes to offer while another has homes to spare: "+
		"the total sets them off, but one does not make up for the other", r.shortages())
	return out
}

// shortages counts the tenures short of homes beside one with homes to spare, as far as
// the reader sees both numbers.
func (r *renderer) shortages() int {
	short, spare := 0, false
	for t := 1; t < tenures; t++ {
		g, at := &r.count.groups[all][t], cell(all, t)
		if g.returns.Responding() == 0 || r.mask.waiting.hidden[at] != shown || r.mask.available(at) != shown {
			continue
		}
		if g.waiting > g.available() {
			short++
		}
		spare = spare || g.available() > g.waiting
	}
	if !spare {
		return 0
	}
	return short
}
