package replicate

import (
	"math"
	"slices"
)

// Distribution sums up a number over the replications, or over people.
type Distribution struct {
	Mean float64
	// StandardError is that of the mean, from the spread between replications; 0 when there is one, and
	// for distributions over people, who are not independent of each other.
	StandardError float64
	// P5 is the smallest value that at least 5% do not exceed, and so on.
	P5, P25, P50, P75, P95 float64
}

// Summarise returns the distribution of the values, which it sorts. There must be at least one.
func Summarise[T int32 | float64](values []T) Distribution {
	slices.Sort(values)
	n := float64(len(values))
	sum := 0.0
	for _, v := range values {
		sum += float64(v)
	}
	d := Distribution{Mean: sum / n}
	if len(values) > 1 {
		squares := 0.0
		for _, v := range values {
			squares += (float64(v) - d.Mean) * (float64(v) - d.Mean)
		}
		d.StandardError = math.Sqrt(squares / (n - 1) / n)
	}
	for _, q := range d.quantiles() {
		*q.value = float64(values[rank(q.percent, int64(len(values)))-1])
	}
	return d
}

// quantile is one quantile of a distribution and where its value stands.
type quantile struct {
	percent int64
	value   *float64
}

// quantiles returns the quantiles, lowest first.
func (d *Distribution) quantiles() [5]quantile {
	return [...]quantile{{5, &d.P5}, {25, &d.P25}, {50, &d.P50}, {75, &d.P75}, {95, &d.P95}}
}

// rank returns the position, counted from 1, of the quantile of a percentage among n sorted values: the
// first at which at least that percentage is reached.
func rank(percent, n int64) int64 { return (percent*n + 99) / 100 }

// Census holds a count for every day and replication, such as the people waiting at the end of the day.
// Replications may write at the same time: the counts of one stand side by side, apart from those of
// others, so that workers do not take each other's cache lines.
type Census struct {
	days, replications int
	counts             []int32
}

// NewCensus returns a census without people.
func NewCensus(days, replications int) Census {
	return Census{days: days, replications: replications, counts: make([]int32, days*replications)}
}

// Note writes a count.
func (c Census) Note(day, replication, count int) {
	c.counts[replication*c.days+day] = int32(count)
}

// Summarise sums up a day, in room that it overwrites, for as many counts as there are replications.
func (c Census) Summarise(day int, room []int32) Distribution {
	for replication := range c.replications {
		room[replication] = c.counts[replication*c.days+day]
	}
	return Summarise(room[:c.replications])
}
