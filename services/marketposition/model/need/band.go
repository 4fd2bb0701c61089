package need

import (
	"fmt"
	"math"
)

// AndOver ends a band that has no upper age.
const AndOver = math.MaxInt32

// AgeBand is a span of whole years of age, both ends within it.
type AgeBand struct {
	From, To int
}

// String is the band as statistics write it: "65-74", or "85+" for an open one.
func (b AgeBand) String() string {
	if b.To == AndOver {
		return fmt.Sprintf("%d+", b.From)
	}
	return fmt.Sprintf("%d-%d", b.From, b.To)
}

func (b AgeBand) sound() bool { return 0 <= b.From && b.From <= b.To }

func (b AgeBand) holds(other AgeBand) bool { return b.From <= other.From && other.To <= b.To }

func (b AgeBand) meets(other AgeBand) bool { return b.From <= other.To && other.From <= b.To }

func (b AgeBand) years() int { return b.To - b.From + 1 }
