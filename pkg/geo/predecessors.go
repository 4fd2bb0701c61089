package geo

import "slices"

// Predecessors returns the former codes that stand for a district on the atlas's day, in
// code order: those of districts that it replaced, or was made from in part. A district
// that never changed has none.
func (a *Atlas) Predecessors(district Code) []Code {
	var former []Code
	for code, now := range a.successors {
		if slices.Contains(now, district) {
			former = append(former, code)
		}
	}
	slices.Sort(former)
	return former
}
