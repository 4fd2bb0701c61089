// Package random gives the models their chance: streams of random numbers that depend on nothing but
// the key they were opened with, and Poisson arrivals drawn from such a stream.
//
// There is no global source. Two streams of different keys are independent, so a replication draws the
// same numbers whichever worker runs it and whatever ran before, and two runs that differ in the number
// of places alone meet the same people (common random numbers).
package random

import (
	"encoding/binary"
	"math/rand/v2"
)

// Use keeps apart what the numbers of a stream are for.
type Use uint64

// The uses that the simulations know.
const (
	Arrivals  Use = iota + 1 // when people come
	Stays                    // how long they stay
	Remaining                // how long those already there still stay
	Routing                  // where they go next
)

// Key names a stream. Streams of equal keys are equal; any difference makes them independent.
type Key struct {
	Seed        uint64
	Replication uint64
	Stage       uint64
	Use         Use
}

// For returns the key with another use.
func (k Key) For(use Use) Key {
	k.Use = use
	return k
}

// Stream is a source of random numbers, for one goroutine at a time. Make it with [NewStream].
type Stream struct {
	*rand.Rand
	source rand.ChaCha8
}

// NewStream opens the stream of the key.
func NewStream(key Key) *Stream {
	s := new(Stream)
	s.Rand = rand.New(&s.source)
	s.Open(key)
	return s
}

// Open starts the stream of another key in the memory of s.
//
// The key is written out as the 256-bit key of ChaCha8 (math/rand/v2), whose streams are independent by
// the design of the cipher: no mixing of seeds is needed.
func (s *Stream) Open(key Key) {
	var bits [32]byte
	for i, word := range [...]uint64{key.Seed, key.Replication, key.Stage, uint64(key.Use)} {
		binary.LittleEndian.PutUint64(bits[8*i:], word)
	}
	s.source.Seed(bits)
}
