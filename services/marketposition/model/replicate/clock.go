// Package replicate is what the simulations share: a clock in whole milliseconds, an agenda of what
// happens next, the running of seeded replications by several workers, and the summing up of what they
// saw.
//
// The same request gives the same answer to the byte whatever the number of workers, because a
// replication depends on its number alone, and because workers add up only whole numbers, whose sum
// does not depend on the order.
package replicate

// Instant is a moment or a length of time in milliseconds, counted from the start of a simulation.
type Instant int64

const (
	// Hour is the length of an hour.
	Hour Instant = 3_600_000
	// Day is the length of a day.
	Day = 24 * Hour
	// Never is later than anything that is simulated, and can be added to any moment of it.
	Never Instant = 1 << 60
)

// FromDays returns the instant nearest to a number of days, which must not be negative; Never for one
// that is not before it.
func FromDays(days float64) Instant {
	ms := days * float64(Day)
	if !(ms < float64(Never)) {
		return Never
	}
	return Instant(ms + 0.5)
}

// Days returns the instant in days.
func (i Instant) Days() float64 { return float64(i) / float64(Day) }
