package illustrative

import (
	"hash/fnv"
	"math/bits"
	"math/rand/v2"
)

// stream is a sequence of random numbers that belongs to one thing: the same seed and
// names give the same numbers, whatever else is drawn and in which order.
//
// The numbers are PCG's, which does not change between releases of Go; what is made
// of them is made here, in whole numbers, so that it does not change either.
type stream struct{ source rand.PCG }

func newStream(seed uint64, names ...string) *stream {
	hash := fnv.New64a()
	for _, name := range names {
		// A hash takes any bytes: it has no error to give.
		_, _ = hash.Write([]byte(name))
		_, _ = hash.Write([]byte{0})
	}
	s := &stream{}
	s.source.Seed(seed, hash.Sum64())
	return s
}

// below draws from 0 to n-1, and 0 where n is 0 or less.
func (s *stream) below(n int) int {
	if n <= 0 {
		return 0
	}
	high, _ := bits.Mul64(s.source.Uint64(), uint64(n))
	return int(high)
}

// between draws from low to high, both included.
func (s *stream) between(low, high int) int { return low + s.below(high-low+1) }

// chance is true so many times in a thousand.
func (s *stream) chance(perMille int) bool { return s.below(1000) < perMille }

// around draws from -spread to spread, most often near 0.
func (s *stream) around(spread int) int {
	return (s.between(-spread, spread) + s.between(-spread, spread)) / 2
}

// ratio rounds a/b up or down at random, so that the mean of many is a/b. A and b are
// 0 or more.
func (s *stream) ratio(a, b int) int {
	whole := a / b
	if s.below(b) < a%b {
		whole++
	}
	return whole
}

// pick draws an index, each as often as its weight says.
func (s *stream) pick(weights ...int) int {
	at := s.below(sum(weights))
	for i, w := range weights {
		if at < w {
			return i
		}
		at -= w
	}
	return 0
}

// weights draws n numbers from low to high, both included.
func (s *stream) weights(n, low, high int) []int {
	drawn := make([]int, n)
	for i := range drawn {
		drawn[i] = s.between(low, high)
	}
	return drawn
}

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}
