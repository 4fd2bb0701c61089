// Package placements says who places whom where: it puts what the care home market says as
// the model takes it (package flows), and what the model finds as figures. It is pure.
//
// It reads only figures as the market shows them to a reader. Where one is hidden it goes on
// with the ends between which the reader could tell it to lie, so nothing that it makes can
// show more than the market did.
package placements

import (
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// span is where a count of people lies, as far as a reader can tell who sees only what is
// shown: so a range made of spans gives nothing away.
type span struct {
	least, most int
	// open is true when nothing shown bounds it from above; most then means nothing.
	open bool
}

// exactly is the span of a count that is shown.
func exactly(n int) span { return span{least: n, most: n} }

// spanOf is where a figure's count lies. A hidden one is no more than any of the figures
// that it is part of; one that was never counted adds nobody.
func spanOf(f *commonv1.Figure, partOf ...*commonv1.Figure) span {
	if n, ok := figure.Value(f); ok {
		return exactly(int(n))
	}
	hidden := f.GetHidden()
	if hidden == nil {
		return span{}
	}
	if hidden.GetReason() == commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER {
		return span{most: figure.SmallNumber - 1}
	}
	s := span{open: true}
	for _, whole := range partOf {
		if n, ok := figure.Value(whole); ok && (s.open || int(n) < s.most) {
			s = span{most: int(n)}
		}
	}
	return s
}

func (s span) plus(o span) span {
	return span{least: s.least + o.least, most: s.most + o.most, open: s.open || o.open}
}

// minus is what is left of s, of which o is part.
func (s span) minus(o span) span {
	left := span{least: max(0, s.least-o.most), most: max(0, s.most-o.least), open: s.open}
	if o.open {
		left.least = 0
	}
	return left
}

// within is s where that is known to be part of o as well.
func (s span) within(o span) span {
	s.least = max(s.least, o.least)
	if !o.open && (s.open || o.most < s.most) {
		s.most, s.open = o.most, false
	}
	if !s.open {
		s.least = min(s.least, s.most) // Numbers that contradict each other: the fewer stand.
	}
	return s
}

const meaningSpan = "what the numbers that are shown leave open"

// figure is the count as a figure: its value where a reader can tell it, else hidden, with
// the range that can be told.
func (s span) figure(b figure.Basis, unit commonv1.Unit, formula string) *commonv1.Figure {
	return ranged(b, unit, formula, float64(s.least), float64(s.most), s.open)
}

func ranged(b figure.Basis, unit commonv1.Unit, formula string, low, high float64, open bool) *commonv1.Figure {
	if !open && low == high {
		return figure.With(b.Of(low, unit), formula)
	}
	f := figure.With(b.Hidden(commonv1.HiddenReason_HIDDEN_REASON_SECONDARY, unit), formula)
	if !open {
		f.Range = &commonv1.Range{Low: low, High: high, Meaning: meaningSpan}
	}
	return f
}
