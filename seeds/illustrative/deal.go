package illustrative

import (
	"cmp"
	"slices"
)

// deal shares a total out by weight in whole numbers, by largest remainder, equal
// remainders to the first. Where limits are given none gets more than its own, and
// what it cannot take goes to the others by their weights; a total above all limits
// together is dealt up to them. Where every weight is 0 all weigh the same.
func deal(total int, weights, limits []int) []int {
	shares := make([]int, len(weights))
	if sum(weights) == 0 {
		weights = equal(len(weights))
	}
	for left := total; left > 0; {
		open := openShares(shares, weights, limits)
		if len(open) == 0 {
			break
		}
		dealt := dealRound(left, open, shares, weights, limits)
		if dealt == 0 {
			dealt = dealRest(left, open, shares)
		}
		left -= dealt
	}
	return shares
}

func equal(n int) []int {
	ones := make([]int, n)
	for i := range ones {
		ones[i] = 1
	}
	return ones
}

// openShares lists those that can take more. One without weight takes part only when
// no other is left.
func openShares(shares, weights, limits []int) []int {
	var open, weightless []int
	for i := range shares {
		switch {
		case limits != nil && shares[i] >= limits[i]:
		case weights[i] > 0:
			open = append(open, i)
		case limits != nil:
			weightless = append(weightless, i)
		}
	}
	if len(open) == 0 {
		return weightless
	}
	return open
}

// dealRound gives each its part rounded down, within its limit, and the units that
// are over one by one to the largest remainders. Where a limit was met it stops
// before those units: the next round deals them among the others.
func dealRound(total int, open, shares, weights, limits []int) int {
	whole := int64(0)
	for _, i := range open {
		whole += int64(weights[i])
	}
	if whole == 0 {
		return 0
	}
	type remainder struct{ of, rest int64 }
	var rests []remainder
	dealt, met := 0, false
	for _, i := range open {
		exact := int64(total) * int64(weights[i])
		part := int(exact / whole)
		if limits != nil && shares[i]+part >= limits[i] {
			part, met = limits[i]-shares[i], true
		}
		shares[i] += part
		dealt += part
		rests = append(rests, remainder{int64(i), exact % whole})
	}
	if met {
		return dealt
	}
	slices.SortStableFunc(rests, func(a, b remainder) int { return cmp.Compare(b.rest, a.rest) })
	for _, r := range rests[:total-dealt] {
		shares[r.of]++
		dealt++
	}
	return dealt
}

// dealRest gives one unit each to the first, where weights no longer decide.
func dealRest(total int, open, shares []int) int {
	n := min(total, len(open))
	for _, i := range open[:n] {
		shares[i]++
	}
	return n
}
