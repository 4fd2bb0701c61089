// Package figure builds the numbers a user may quote. A figure is a value or says
// which kind of nothing it is, and carries its unit, sources, coverage and freshness.
package figure

import (
	"slices"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Basis is what a group of figures rests on. The zero Basis is a figure of nothing in
// particular; figures share the slices and messages of their Basis, so none of them
// may be altered afterwards.
type Basis struct {
	// SourceIDs names the message's sources, sorted.
	SourceIDs []string
	// AsAt is the day spoken of, or a published period as printed.
	AsAt         string
	Coverage     *commonv1.Coverage
	Freshness    *commonv1.Freshness
	Illustrative bool
}

// Unanswered reports whether places were expected to answer and none did. No number comes
// of that, 0 least of all.
func (b Basis) Unanswered() bool {
	return b.Coverage.GetExpected() > 0 && b.Coverage.GetResponding() == 0
}

// Of returns a figure with a value, or not collected when nobody answered.
func (b Basis) Of(value float64, unit commonv1.Unit) *commonv1.Figure {
	if b.Unanswered() {
		return b.NotCollected("no return that counts says it", unit)
	}
	f := b.blank(unit)
	f.State = &commonv1.Figure_Value{Value: value}
	return f
}

// Count returns a figure of a whole number.
func (b Basis) Count(n int, unit commonv1.Unit) *commonv1.Figure {
	return b.Of(float64(n), unit)
}

// Ranged returns a figure with a value and the range that its inputs give it.
func (b Basis) Ranged(low, value, high float64, unit commonv1.Unit, meaning string) *commonv1.Figure {
	f := b.Of(value, unit)
	if _, ok := Value(f); ok {
		f.Range = &commonv1.Range{Low: low, High: high, Meaning: meaning}
	}
	return f
}

// Hidden returns a figure that is withheld.
func (b Basis) Hidden(reason commonv1.HiddenReason, unit commonv1.Unit) *commonv1.Figure {
	f := b.blank(unit)
	f.State = &commonv1.Figure_Hidden{Hidden: &commonv1.Hidden{Reason: reason}}
	return f
}

// NotCollected returns a figure that nobody collects, and why.
func (b Basis) NotCollected(why string, unit commonv1.Unit) *commonv1.Figure {
	f := b.blank(unit)
	f.State = &commonv1.Figure_NotCollected{NotCollected: &commonv1.NotCollected{Why: why}}
	return f
}

// NotEnough returns a figure that cannot be said from the data there is, and why.
func (b Basis) NotEnough(why string, unit commonv1.Unit) *commonv1.Figure {
	f := b.blank(unit)
	f.State = &commonv1.Figure_NotEnoughData{NotEnoughData: &commonv1.NotEnoughData{Why: why}}
	return f
}

func (b Basis) blank(unit commonv1.Unit) *commonv1.Figure {
	return &commonv1.Figure{
		Unit: unit, SourceIds: b.SourceIDs, AsAt: b.AsAt,
		Coverage: b.Coverage, Freshness: b.Freshness, Illustrative: b.Illustrative,
	}
}

// With states the formula of a figure and returns it.
func With(f *commonv1.Figure, formula string) *commonv1.Figure {
	f.Formula = formula
	return f
}

// Ratio returns 100 × part / whole in percent, or not enough data when there is no
// whole to divide by; not collected when nobody answered.
func (b Basis) Ratio(part, whole float64, formula string) *commonv1.Figure {
	if whole == 0 && !b.Unanswered() {
		return With(b.NotEnough("nothing to divide by", commonv1.Unit_UNIT_PERCENT), formula)
	}
	return With(b.Of(100*part/whole, commonv1.Unit_UNIT_PERCENT), formula)
}

// Value returns a figure's value; ok is false when it has none.
func Value(f *commonv1.Figure) (value float64, ok bool) {
	v, ok := f.GetState().(*commonv1.Figure_Value)
	if !ok {
		return 0, false
	}
	return v.Value, true
}

// IsHidden reports whether a figure is withheld.
func IsHidden(f *commonv1.Figure) bool { return f.GetHidden() != nil }

// Join returns the Basis of a figure made from others: all their sources, the
// illustrative mark of any, and the coverage and freshness of the first that has them.
func Join(asAt string, parts ...*commonv1.Figure) Basis {
	b := Basis{AsAt: asAt}
	var ids []string
	for _, p := range parts {
		ids = append(ids, p.GetSourceIds()...)
		b.Illustrative = b.Illustrative || p.GetIllustrative()
		if b.Coverage == nil {
			b.Coverage = p.GetCoverage()
		}
		if b.Freshness == nil {
			b.Freshness = p.GetFreshness()
		}
	}
	slices.Sort(ids)
	b.SourceIDs = slices.Compact(ids)
	return b
}

// Pool returns the Basis of a figure added up from others that speak of different places:
// all their sources, the illustrative mark of any, their coverages added up, and the ages
// of all their answers.
func Pool(asAt string, parts ...*commonv1.Figure) Basis {
	b := Join(asAt, parts...)
	b.Coverage, b.Freshness = nil, nil
	for _, p := range parts {
		if c := p.GetCoverage(); c != nil {
			b.Coverage = &commonv1.Coverage{
				Responding: b.Coverage.GetResponding() + c.GetResponding(),
				Expected:   b.Coverage.GetExpected() + c.GetExpected(),
			}
		}
		if f := p.GetFreshness(); f != nil {
			b.Freshness = older(b.Freshness, f)
		}
	}
	return b
}

func older(a, b *commonv1.Freshness) *commonv1.Freshness {
	if a == nil {
		return b
	}
	return &commonv1.Freshness{
		Newest: max(a.GetNewest(), b.GetNewest()), Oldest: min(a.GetOldest(), b.GetOldest()), Stale: a.GetStale() + b.GetStale(),
	}
}
