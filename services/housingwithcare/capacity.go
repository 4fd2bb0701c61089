package housingwithcare

import (
	"maps"
	"slices"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// Question is what a capacity answers.
type Question = book.Question

// Capacity is a district's capacity: a pure function of its schemes with the returns that
// stand. Sources are those the schemes name.
func Capacity(q Question, schemes []Standing, sources figure.Sources) *housingwithcarev1.HousingWithCareCapacity {
	c := tally(q.AsAt, schemes)
	return render(q, c, hide(c, q.Audience), sources)
}

// Sum gives the capacity of each district and, as an answer to whole, of all as one.
func Sum(whole Question, parts []District, sources figure.Sources) (each []*housingwithcarev1.HousingWithCareCapacity, sum *housingwithcarev1.HousingWithCareCapacity) {
	total := newCount()
	masks := make([]*mask, len(parts))
	for i, part := range parts {
		c := tally(part.Question.AsAt, part.Places)
		masks[i] = hide(c, part.Question.Audience)
		each = append(each, render(part.Question, c, masks[i], sources))
		total.add(c)
	}
	return each, render(whole, total, hideSum(total, masks, whole.Audience), sources)
}

const (
	unitHomes   = commonv1.Unit_UNIT_HOUSING_UNITS
	unitSchemes = commonv1.Unit_UNIT_SCHEMES
	unitHours   = commonv1.Unit_UNIT_HOURS_PER_WEEK
)

func render(q Question, c *count, m *mask, sources figure.Sources) *housingwithcarev1.HousingWithCareCapacity {
	r := renderer{count: c, mask: m, asAt: q.AsAt.String()}
	r.register = c.register.Basis(r.asAt)
	r.register.Coverage = nil // A register is complete by its nature.
	whole := c.groups[all][all].returns.Basis(r.asAt)
	capacity := &housingwithcarev1.HousingWithCareCapacity{
		Name: q.Area + "/housingWithCareCapacity", AsAt: r.asAt, KnownAt: q.KnownAt, Revision: q.Revision,
		Schemes:               r.schemes(all, all),
		RegisteredUnits:       r.register.Count(c.built, unitHomes),
		Total:                 r.use(all, all),
		Tenures:               r.tenures(all),
		MedianReferralToLet:   r.referralToLet(whole),
		OnSiteCare:            r.onSiteCare(whole),
		MeanServiceCharge:     r.serviceCharge(),
		Residents:             r.people(whole, c.residents, m.residents),
		ResidentsWithCare:     r.people(whole, c.withCare, m.withCare),
		Hubs:                  r.register.Count(c.hubs, unitSchemes),
		LandlordConcentration: figure.Concentration(r.register, slices.Collect(maps.Values(c.landlords))),
		Illustrative:          r.register.Illustrative || whole.Illustrative,
	}
	for k := 1; k < kinds; k++ {
		if c.groups[k][all].schemes > 0 {
			capacity.Kinds = append(capacity.Kinds, &housingwithcarev1.KindUse{
				Kind: housingwithcarev1.SchemeKind(k), Schemes: r.schemes(k, all), Use: r.use(k, all), Tenures: r.tenures(k),
			})
		}
	}
	capacity.DataNotes = r.notes()
	capacity.Sources = sources.Cited(capacity)
	return capacity
}

// renderer shows a count through a mask.
type renderer struct {
	count    *count
	mask     *mask
	asAt     string
	register figure.Basis
}

func (r *renderer) schemes(kind, tenure int) *commonv1.Figure {
	return r.register.Count(r.count.groups[kind][tenure].schemes, unitSchemes)
}

// tenures shows the tenures of a kind each by itself: they are never set off.
func (r *renderer) tenures(kind int) []*housingwithcarev1.TenureUse {
	var out []*housingwithcarev1.TenureUse
	for t := 1; t < tenures; t++ {
		if r.count.groups[kind][t].schemes > 0 {
			out = append(out, &housingwithcarev1.TenureUse{
				Tenure: housingwithcarev1.Tenure(t), Schemes: r.schemes(kind, t), Use: r.use(kind, t),
			})
		}
	}
	return out
}

const (
	formulaVoidRate  = "100 x sum(voids) / sum(units)"
	formulaAvailable = "sum(voids) - sum(voids reserved)"
	formulaOutOfUse  = "sum(units) - sum(occupied) - sum(voids)"
)

// use shows the state of a group of homes. What would give away a hidden count of
// occupied homes by subtraction is hidden with it.
func (r *renderer) use(kind, tenure int) *housingwithcarev1.UnitUse {
	g, at := &r.count.groups[kind][tenure], cell(kind, tenure)
	b := g.returns.Basis(r.asAt)
	hidden := r.mask.occupied.hidden[at]
	of := func(n int, hidden reason) *commonv1.Figure {
		if hidden != shown {
			return b.Hidden(hidden, unitHomes)
		}
		return b.Count(n, unitHomes)
	}
	use := &housingwithcarev1.UnitUse{
		Units:              b.Count(g.units, unitHomes),
		Occupied:           of(g.occupied, hidden),
		Voids:              of(g.voids, hidden),
		VoidRate:           b.Ratio(float64(g.voids), float64(g.units), formulaVoidRate),
		OutOfUse:           figure.With(of(g.outOfUse(), hidden), formulaOutOfUse),
		NominationsWaiting: b.People(g.waiting, r.mask.waiting.hidden[at]),
	}
	if hidden != shown {
		use.VoidRate = figure.With(b.Hidden(hidden, commonv1.Unit_UNIT_PERCENT), formulaVoidRate)
	}
	use.Available = figure.With(of(g.available(), r.mask.available(at)), formulaAvailable)
	return use
}

// available says why the homes to offer are withheld: not for the people who live in the
// others, whose number they do not tell, but where they would tell a single scheme's.
func (m *mask) available(at int) reason {
	if m.seesSingle {
		return shown
	}
	return m.occupied.hidden[at]
}

// people shows a count of people that not every scheme returns.
func (r *renderer) people(b figure.Basis, p people, hidden reason) *commonv1.Figure {
	b.Coverage = r.coverage(p.schemes)
	if p.schemes == 0 {
		return b.NotCollected("no return that counts says it", commonv1.Unit_UNIT_PEOPLE)
	}
	return b.People(p.n, hidden)
}

// coverage is so many of the open schemes.
func (r *renderer) coverage(responding int) *commonv1.Coverage {
	return &commonv1.Coverage{Responding: int32(responding), Expected: int32(r.count.groups[all][all].schemes)}
}

func (r *renderer) referralToLet(b figure.Basis) *commonv1.Figure {
	const formula = "median of the schemes' own means over their tenures"
	days := r.count.daysToLet
	b.Coverage = r.coverage(len(days))
	if len(days) == 0 {
		return figure.With(b.NotEnough("no return that counts tells of a let", commonv1.Unit_UNIT_DAYS), formula)
	}
	if r.mask.toLet != shown {
		return figure.With(b.Hidden(r.mask.toLet, commonv1.Unit_UNIT_DAYS), formula)
	}
	return figure.With(b.Of(figure.Median(days), commonv1.Unit_UNIT_DAYS), formula)
}

func (r *renderer) serviceCharge() *commonv1.Figure {
	const formula = "sum over schemes of the charge for a typical home / schemes"
	b, charges := r.register, r.count.charges
	b.Coverage = r.coverage(len(charges))
	if len(charges) == 0 {
		return figure.With(b.NotEnough("no scheme's service charge is known", commonv1.Unit_UNIT_POUNDS_PER_WEEK), formula)
	}
	if r.mask.charge != shown {
		return figure.With(b.Hidden(r.mask.charge, commonv1.Unit_UNIT_POUNDS_PER_WEEK), formula)
	}
	return figure.With(b.Of(sum(charges)/float64(len(charges)), commonv1.Unit_UNIT_POUNDS_PER_WEEK), formula)
}

func (r *renderer) onSiteCare(b figure.Basis) *housingwithcarev1.OnSiteCareUse {
	const (
		formula = "100 x sum(hours used) / sum(hours contracted)"
		nobody  = "no return that counts says anything of care on site"
	)
	c := r.count.care
	b.Coverage = r.coverage(c.schemes)
	use := &housingwithcarev1.OnSiteCareUse{Schemes: b.Count(c.schemes, unitSchemes)}
	contracted, used := sum(c.contracted), sum(c.used)
	switch {
	case c.schemes == 0:
		use.HoursContracted, use.HoursUsed = b.NotCollected(nobody, unitHours), b.NotCollected(nobody, unitHours)
		use.ShareUsed = b.NotCollected(nobody, commonv1.Unit_UNIT_PERCENT)
	case r.mask.care != shown:
		use.HoursContracted, use.HoursUsed = b.Hidden(r.mask.care, unitHours), b.Hidden(r.mask.care, unitHours)
		use.ShareUsed = b.Hidden(r.mask.care, commonv1.Unit_UNIT_PERCENT)
	default:
		use.HoursContracted, use.HoursUsed = b.Of(contracted, unitHours), b.Of(used, unitHours)
		use.ShareUsed = b.Ratio(used, contracted, formula)
	}
	use.ShareUsed = figure.With(use.ShareUsed, formula)
	return use
}
