package bench

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// row is one line of the table.
type row struct {
	what string
	// ours and beside are what was measured, in words.
	ours, beside string
	// ratio is ours to beside, or what stands in its place.
	ratio float64
	// unit names ratio as a metric of the benchmark.
	unit string
	// target is what ratio should be: at least, or at most when most is true.
	target float64
	most   bool
}

func (r row) met() string {
	switch {
	case r.target == 0:
		return ""
	case r.most && r.ratio <= r.target, !r.most && r.ratio >= r.target:
		return "met"
	default:
		return "MISSED"
	}
}

func (r row) wanted() string {
	switch {
	case r.target == 0:
		return ""
	case r.most:
		return fmt.Sprintf("at most %g", r.target)
	default:
		return fmt.Sprintf("at least %g", r.target)
	}
}

func write(w io.Writer, rows []row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "\n\nmeasured\tours\tbeside\tratio\ttarget\t")
	for _, r := range rows {
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", r.what, r.ours, r.beside, significant(r.ratio), r.wanted(), r.met())
	}
	_, _ = fmt.Fprintln(t)
	return t.Flush()
}

// significant writes a number as closely as anybody should read it.
func significant(v float64) string {
	if v >= 100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// inTurns measures ours and what stands beside it, in turns, and returns the median of each
// and of their ratio, round by round: what slows the machine down for a while slows both.
func inTurns(rounds int, ours, beside func() time.Duration) (oursTook, besideTook time.Duration, ratio float64) {
	var a, b []time.Duration
	var ratios []float64
	for round := range rounds {
		var mine, other time.Duration
		if round%2 == 0 {
			mine, other = ours(), beside()
		} else {
			other, mine = beside(), ours()
		}
		a, b, ratios = append(a, mine), append(b, other), append(ratios, mine.Seconds()/other.Seconds())
	}
	return median(a), median(b), median(ratios)
}

func median[N int64 | float64 | time.Duration](all []N) N {
	slices.Sort(all)
	return all[len(all)/2]
}

func perSecond(n int, took time.Duration) string {
	return fmt.Sprintf("%.0f/s", float64(n)/took.Seconds())
}
