package intermediatecare

import (
	"github.com/caremarket/caremarket/pkg/errs"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Bounds of an answer: a day of one series of stages takes about 600 bytes of JSON.
const (
	usualRows = 1_000
	mostRows  = 4_000
)

// dayStep is how many days lie between two that are told of: as asked, or as many as keep
// an answer of so many stages to its usual size. It notes what cannot be.
func dayStep(faults *errs.Collector, asked int32, days, stages int) int {
	all := days * max(stages, 1)
	if asked == 0 {
		return max(1, (all+usualRows-1)/usualRows)
	}
	step := int(asked)
	switch rows := all / max(step, 1); {
	case step < 0 || step > days:
		faults.Add("every_days", "must lie between 1 and the %d days, not at %d", days, step)
	case rows > mostRows:
		faults.Add("every_days", "every %d of %d days of %d stages would be %d days in one answer; the most is %d",
			step, days, max(stages, 1), rows, mostRows)
	}
	return step
}

// told gives the positions of the days that are told of: the last, and every step before.
func told(days, step int) []int {
	var positions []int
	for day := (days - 1) % step; day < days; day += step {
		positions = append(positions, day)
	}
	return positions
}

// thinned tells of days that are left out.
func thinned(step int) []*commonv1.DataNote {
	if step == 1 {
		return nil
	}
	return []*commonv1.DataNote{note("DAYS_LEFT_OUT", "one day in %d is told of, so that the answer stays small: ask for others with every_days", step)}
}
