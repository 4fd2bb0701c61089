package workforce

import (
	"math"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

const (
	unitPosts     = commonv1.Unit_UNIT_POSTS
	unitPeople    = commonv1.Unit_UNIT_PEOPLE
	unitEmployers = commonv1.Unit_UNIT_EMPLOYERS
	unitPercent   = commonv1.Unit_UNIT_PERCENT
	unitDays      = commonv1.Unit_UNIT_DAYS
	unitPay       = commonv1.Unit_UNIT_POUNDS_PER_HOUR
)

// The formulas are Skills for Care's. The two rates have different denominators, and
// neither counts bank or agency.
const (
	formulaFilled      = "permanent + temporary + bank + agency"
	formulaVacancyRate = "100 x vacancies / (permanent + temporary + vacancies)"
	formulaTurnover    = "100 x leavers in 12 months / (permanent + temporary)"
	formulaSickness    = "days lost in 12 months / (permanent + temporary)"
	formulaZeroHours   = "100 x on zero-hours contracts / (permanent + temporary)"
	formulaMeanPay     = "sum(pay x staff) / sum(staff), of permanent and temporary staff"
	formulaMedianPay   = "median of the employers' own mean pay"
)

// notSaid is why there is no figure.
const notSaid = "no return that counts says it"

// view is a group of posts as an audience sees it.
type view struct {
	*posts
	group group
	mask  mask
	asAt  string
}

// use shows the state of a group of posts.
func (v view) use() *workforcev1.PostUse {
	return &workforcev1.PostUse{
		Permanent:             v.count(permanent, unitPosts),
		Temporary:             v.count(temporary, unitPosts),
		Bank:                  v.count(bank, unitPosts),
		Agency:                v.count(agency, unitPosts),
		Filled:                figure.With(v.count(filled, unitPosts), formulaFilled),
		Vacancies:             v.count(vacancies, unitPosts),
		VacancyRate:           v.vacancyRate(),
		Starters:              v.count(starters, unitPeople),
		Leavers:               v.count(leavers, unitPeople),
		Turnover:              v.rate(leavers, turnoverBase, formulaTurnover),
		SicknessPerEmployee:   v.sickness(),
		ZeroHoursShare:        v.rate(zeroHours, zeroHoursBase, formulaZeroHours),
		MeanPay:               v.pay(formulaMeanPay, func() float64 { return meanPay(v.items[pay]) }),
		MedianPay:             v.pay(formulaMedianPay, func() float64 { return figure.Median(v.pays) }),
		InternationalRecruits: v.count(recruits, unitPeople),
	}
}

// basis is that of a quantity: an employer that leaves it out of a row did not answer.
func (v view) basis(q quantity) figure.Basis {
	b := v.answers.Basis(v.asAt)
	b.Coverage = &commonv1.Coverage{
		Responding: int32(v.answers.Responding() - v.items[q].silent), Expected: int32(v.answers.Expected()),
	}
	return b
}

// figure is hidden where any of the cells that it rests on is, or that it would give away.
func (v view) figure(q quantity, unit commonv1.Unit, value func(figure.Basis) *commonv1.Figure, also ...quantity) *commonv1.Figure {
	b := v.basis(q)
	if v.answers.Responding() == 0 || v.items[q].from == 0 && v.employers > 0 {
		return b.NotCollected(notSaid, unit)
	}
	hidden := v.mask[cellOf(v.group, q)]
	for _, base := range also {
		hidden = first(hidden, v.mask[cellOf(v.group, base)])
	}
	if hidden != shown {
		return b.Hidden(hidden, unit)
	}
	// Who answers in part is in the sum and not among those who answered, which may leave
	// none: there is a value all the same.
	coverage := b.Coverage
	b.Coverage = nil
	f := value(b)
	f.Coverage = coverage
	return f
}

func (v view) count(q quantity, unit commonv1.Unit) *commonv1.Figure {
	return v.figure(q, unit, func(b figure.Basis) *commonv1.Figure { return b.Count(v.items[q].sum, unit) })
}

func (v view) vacancyRate() *commonv1.Figure {
	n := v.items[vacancies]
	return figure.With(v.figure(vacancies, unitPercent, func(b figure.Basis) *commonv1.Figure {
		return b.Ratio(float64(n.sum), float64(n.of+n.sum), formulaVacancyRate)
	}, vacancyBase), formulaVacancyRate)
}

func (v view) rate(q, base quantity, formula string) *commonv1.Figure {
	return figure.With(v.figure(q, unitPercent, func(b figure.Basis) *commonv1.Figure {
		return b.Ratio(float64(v.items[q].sum), float64(v.items[q].of), formula)
	}, base), formula)
}

func (v view) sickness() *commonv1.Figure {
	n := v.items[sickness]
	return figure.With(v.figure(sickness, unitDays, func(b figure.Basis) *commonv1.Figure {
		if n.of == 0 {
			return b.NotEnough("nobody is employed", unitDays)
		}
		return b.Of(rounded(float64(n.sum)/hundredths/float64(n.of), 1), unitDays)
	}), formulaSickness)
}

func (v view) pay(formula string, value func() float64) *commonv1.Figure {
	return figure.With(v.figure(pay, unitPay, func(b figure.Basis) *commonv1.Figure {
		if len(v.pays) == 0 {
			return b.NotEnough("nobody is employed", unitPay)
		}
		return b.Of(rounded(value(), 2), unitPay)
	}), formula)
}

// rounded is a mean to some decimal places. In full it would give away how many staff it is
// of, which may be hidden: only one small denominator makes 4.818181… days.
func rounded(mean float64, places int) float64 {
	scale := math.Pow10(places)
	return math.Round(mean*scale) / scale
}
