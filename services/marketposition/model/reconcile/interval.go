package reconcile

import (
	"math"
	"strings"

	"github.com/dustin/go-humanize"
)

// Interval is a range of values with the one at its middle, as printed or worked out.
type Interval struct {
	Low, Central, High float64
}

// slack allows for the rounding of sums and quotients, in shares of the numbers compared.
const slack = 1e-9

// meets reports whether a value lies in both.
func (i Interval) meets(other Interval) bool {
	allowed := slack * (1 + math.Abs(i.Low) + math.Abs(other.High))
	return i.Low <= other.High+allowed && other.Low <= i.High+allowed
}

// over divides by an interval above nought.
func (i Interval) over(other Interval) Interval {
	quotient := Interval{Low: math.Inf(1), Central: i.Central / other.Central, High: math.Inf(-1)}
	for _, top := range [...]float64{i.Low, i.High} {
		for _, bottom := range [...]float64{other.Low, other.High} {
			quotient.Low, quotient.High = min(quotient.Low, top/bottom), max(quotient.High, top/bottom)
		}
	}
	return quotient
}

// times multiplies by a factor above nought.
func (i Interval) times(factor float64) Interval {
	return Interval{Low: factor * i.Low, Central: factor * i.Central, High: factor * i.High}
}

// percentMore turns a ratio into growth in per cent.
func (i Interval) percentMore() Interval {
	return Interval{Low: i.Low - 1, Central: i.Central - 1, High: i.High - 1}.times(100)
}

// number prints a value with thousands separated, and no more decimals than it has.
func number(value float64) string { return humanize.Commaf(value) }

// rounded prints a value that was worked out, to one decimal.
func rounded(value float64) string { return number(math.Round(10*value) / 10) }

// signed prints growth in per cent to one decimal, with its sign.
func signed(percent float64) string {
	text := rounded(percent) + "%"
	if strings.HasPrefix(text, "-") {
		return text
	}
	return "+" + text
}

// verdict ends a sentence with what was published.
func verdict(agrees bool, published string) string {
	if agrees {
		return "as published: " + published
	}
	return "not " + published
}
