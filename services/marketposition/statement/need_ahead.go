package statement

import (
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// stride is how many years lie between those whose need a statement tells ahead.
const stride = 5

// needsAhead works out the need of the coming years: each fifth, and the last that the
// projections cover. Without a projection there is nothing to tell.
func (c *composer) needsAhead(all []Residents) []*marketpositionv1.NeedAhead {
	first, last, ok := c.covered(all)
	if !ok || first == last {
		return nil
	}
	var out []*marketpositionv1.NeedAhead
	for _, k := range kinds() {
		for _, year := range yearsAhead(c.day.Year(), last) {
			out = append(out, &marketpositionv1.NeedAhead{
				Setting: k.setting, Tenure: k.tenure, Year: int32(year), Need: c.needIn(k, all, year),
			})
		}
	}
	return out
}

// yearsAhead are the years after now that can be divided by the stride, and the last.
func yearsAhead(now, last int) []int {
	var years []int
	for year := now - now%stride + stride; year < last; year += stride {
		years = append(years, year)
	}
	if last > now {
		years = append(years, last)
	}
	return years
}

// covered is the years whose need can be worked out for all districts; ok is false when
// somebody has no population.
func (c *composer) covered(all []Residents) (first, last int, ok bool) {
	for i, r := range all {
		begins, ends, known := c.coveredOf(r)
		if !known {
			return 0, 0, false
		}
		if i == 0 {
			first, last = begins, ends
		}
		first, last = max(first, begins), min(last, ends)
	}
	return first, last, len(all) > 0 && first <= last
}
