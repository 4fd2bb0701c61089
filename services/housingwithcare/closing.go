package housingwithcare

import (
	"cmp"
	"math"
	"slices"
)

// A reader who is shown some sums of a table can work out others by adding and
// subtracting: exactly those that are linear combinations of the sums shown. A sum is
// written as a vector with a place for each thing added up.

// reader knows the sums that it was shown and all that follows from them. The zero reader
// knows nothing. Its rows are in echelon form.
type reader struct {
	rows   [][]float64
	pivots []int
}

// almostZero is far below any coefficient that sums of ones can leave.
const almostZero = 1e-9

// rest returns what remains of a sum when all that the reader knows is taken from it.
func (r *reader) rest(v []float64) []float64 {
	v = slices.Clone(v)
	for i, row := range r.rows {
		factor := v[r.pivots[i]]
		if math.Abs(factor) < almostZero {
			continue
		}
		for j := range v {
			v[j] -= factor * row[j]
		}
	}
	return v
}

// knows reports whether a sum can be worked out.
func (r *reader) knows(v []float64) bool { return pivot(r.rest(v)) < 0 }

// learn shows the reader a sum.
func (r *reader) learn(v []float64) {
	v = r.rest(v)
	at := pivot(v)
	if at < 0 {
		return
	}
	by := v[at]
	for j := range v {
		v[j] /= by
	}
	r.rows, r.pivots = append(r.rows, v), append(r.pivots, at)
}

func pivot(v []float64) int {
	return slices.IndexFunc(v, func(x float64) bool { return math.Abs(x) >= almostZero })
}

// cells is how many groups of homes an area has, those of all kinds and of all tenures
// included. A group's place is kind x tenures + tenure.
const cells = kinds * tenures

func cell(kind, tenure int) int { return kind*tenures + tenure }

// table is one count of an area by group, with what is hidden of it and why.
type table struct {
	counts [cells]int
	// exists is false where nothing can be counted: such a 0 is known to everybody.
	exists [cells]bool
	hidden [cells]reason
	// telling is true of a group that gives away all groups within it when it is shown: a
	// sum of nothing has no parts but nothing.
	telling [cells]bool
}

// vectors writes each group as the sum of its smallest groups in one area of several.
func (t *table) vectors(area, areas int) [cells][]float64 {
	var out [cells][]float64
	for c := range cells {
		out[c] = make([]float64, areas*cells)
		for part := range cells {
			smallest := part/tenures != all && part%tenures != all
			if smallest && t.exists[part] && within(part, c) {
				out[c][area*cells+part] = 1
			}
		}
	}
	return out
}

// within reports whether a group is part of another, or the same.
func within(part, whole int) bool {
	kind, tenure := whole/tenures, whole%tenures
	return (kind == all || kind == part/tenures) && (tenure == all || tenure == part%tenures)
}

// secret is a hidden sum and the group that it is of.
type secret struct {
	cell   int
	vector []float64
}

func (t *table) secrets(vectors [cells][]float64) []secret {
	var out []secret
	for c := range cells {
		if t.hidden[c] != shown && pivot(vectors[c]) >= 0 {
			out = append(out, secret{c, vectors[c]})
		}
	}
	return out
}

// close hides more of a table until none of its hidden groups, nor any other secret, can
// be worked out from what is still shown of it.
func (t *table) close(vectors [cells][]float64, others []secret) {
	for {
		give := t.give(append(slices.Clone(others), t.secrets(vectors)...), vectors)
		if give < 0 {
			return
		}
		t.hidden[give] = secondary
	}
}

// give chooses the next group to hide for the sake of the secrets; -1 when all are safe.
func (t *table) give(secrets []secret, vectors [cells][]float64) int {
	for c := range cells {
		tells := func(s secret) bool { return within(s.cell, c) }
		if t.telling[c] && t.canHide(c, vectors) && slices.ContainsFunc(secrets, tells) {
			return c
		}
	}
	r := t.readerWithout(-1, vectors)
	for _, s := range secrets {
		if r.knows(s.vector) {
			return t.giveFor(s, vectors)
		}
	}
	return -1
}

// giveFor chooses the group to hide for the sake of a secret that can be worked out: the
// first candidate that alone makes the difference, else the first beside it, else the first.
func (t *table) giveFor(s secret, vectors [cells][]float64) int {
	candidates := t.candidates(vectors)
	for _, c := range candidates {
		if r := t.readerWithout(c, vectors); !r.knows(s.vector) {
			return c
		}
	}
	for _, c := range candidates {
		if c/tenures == s.cell/tenures || c%tenures == s.cell%tenures {
			return c
		}
	}
	if len(candidates) == 0 {
		return -1
	}
	return candidates[0]
}

// readerWithout is who is shown all of the table that is not hidden, but for one group.
func (t *table) readerWithout(left int, vectors [cells][]float64) *reader {
	r := &reader{}
	for c := range cells {
		if c != left && t.hidden[c] == shown {
			r.learn(vectors[c])
		}
	}
	return r
}

// canHide reports whether a group is shown, and would be unknown if it were not: what the
// districts say already cannot be hidden of their sum.
func (t *table) canHide(c int, vectors [cells][]float64) bool {
	return t.exists[c] && t.hidden[c] == shown && pivot(vectors[c]) >= 0
}

// candidates are the groups that can be hidden: those of one kind and tenure first, which
// tell a reader least, then their sums, and the smallest first among each.
func (t *table) candidates(vectors [cells][]float64) []int {
	var out []int
	for c := range cells {
		if t.canHide(c, vectors) {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int {
		return cmp.Or(cmp.Compare(breadth(a), breadth(b)), cmp.Compare(t.counts[a], t.counts[b]))
	})
	return out
}

// breadth is over how many of kind and tenure a group is a sum.
func breadth(c int) int {
	sums := 0
	if c/tenures == all {
		sums++
	}
	if c%tenures == all {
		sums++
	}
	return sums
}

// closeAlone hides what gives away a hidden group of the table itself.
func (t *table) closeAlone() { t.close(t.vectors(0, 1), nil) }

// closeBeside hides what gives away a hidden group of the table, which is the sum of
// parts, or of one of the parts, when all stand side by side.
func (t *table) closeBeside(parts []*table) {
	var known reader
	var hidden []secret
	var sums [cells][]float64
	for area, part := range parts {
		vectors := part.vectors(area, len(parts))
		hidden = append(hidden, part.secrets(vectors)...)
		for c, v := range vectors {
			if part.hidden[c] == shown {
				known.learn(v)
			}
			sums[c] = plus(sums[c], v)
		}
	}
	// What the parts say is known: only what lies beyond it can still be given away.
	for c := range sums {
		sums[c] = known.rest(sums[c])
	}
	for i := range hidden {
		hidden[i].vector = known.rest(hidden[i].vector)
	}
	t.close(sums, hidden)
}

func plus(a, b []float64) []float64 {
	if a == nil {
		return slices.Clone(b)
	}
	for i := range a {
		a[i] += b[i]
	}
	return a
}
