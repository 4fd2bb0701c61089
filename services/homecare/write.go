package homecare

import (
	"math"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// writer makes figures of what was counted for a day.
type writer struct {
	asAt string
	day  period.Date
	// nobodySays is why a figure that no return gives is not collected.
	nobodySays string
}

const (
	formulaFill   = "100 x sum(hours delivered) / sum(hours commissioned), over those that return both"
	formulaShared = "sum over zones of the return x the zone's share in the area"
)

// basis joins those who ought to answer with those who did.
func basis(asAt string, expected, answers *figure.Tally) figure.Basis {
	var t figure.Tally
	t.Add(expected)
	t.Add(answers)
	return t.Basis(asAt)
}

// whole rounds people and packages, of which a zone's share can leave a fraction.
func whole(n float64) int { return int(math.Round(n)) }

// hundredths rounds hours, so that a sum shows no traces of its floating point.
func hundredths(hours float64) float64 { return math.Round(100*hours) / 100 }

// register counts what the register holds, which is complete by its nature.
func (w writer) register(expected *figure.Tally, n int, unit commonv1.Unit) *commonv1.Figure {
	b := expected.Basis(w.asAt)
	b.Coverage, b.Freshness = nil, nil
	return b.Count(n, unit)
}

// figure writes a number, unless it is hidden or nobody gave it.
func (w writer) figure(b figure.Basis, n float64, unit commonv1.Unit, hidden reason) *commonv1.Figure {
	switch {
	case b.Coverage.GetResponding() == 0:
		return b.NotCollected(w.nobodySays, unit)
	case hidden != shown:
		return b.Hidden(hidden, unit)
	}
	return b.Of(n, unit)
}

func (w writer) total(expected *figure.Tally, t *total, hidden reason) *commonv1.Figure {
	f := w.figure(basis(w.asAt, expected, &t.answers), hundredths(t.sum), commonv1.Unit_UNIT_HOURS_PER_WEEK, hidden)
	return figure.With(f, formulaShared)
}

func (w writer) people(expected *figure.Tally, t *total, hidden reason) *commonv1.Figure {
	return w.figure(basis(w.asAt, expected, &t.answers), float64(whole(t.sum)), commonv1.Unit_UNIT_PEOPLE, hidden)
}

func (w writer) hours(s *supply, hidden supplyMask) *homecarev1.HoursUse {
	return &homecarev1.HoursUse{
		Delivered:    w.total(&s.expected, &s.delivered, hidden.delivered),
		Commissioned: w.total(&s.expected, &s.commissioned, hidden.commissioned),
		Spare:        w.total(&s.expected, &s.spare, shown),
		// Beside one of its parts, the fill would give the other away.
		Fill: w.fill(s, first(hidden.fill, hidden.delivered, hidden.commissioned)),
	}
}

func (w writer) fill(s *supply, hidden reason) *commonv1.Figure {
	b := basis(w.asAt, &s.expected, &s.filled.answers)
	if !s.filled.given() || hidden != shown {
		return figure.With(w.figure(b, 0, commonv1.Unit_UNIT_PERCENT, hidden), formulaFill)
	}
	return b.Ratio(s.filled.sum, s.bought.sum, formulaFill)
}

// payers writes everybody who pays. All rest on the returns that say who does.
func (w writer) payers(s *supply, hidden [payerCount]reason) []*homecarev1.PayerUse {
	b := basis(w.asAt, &s.expected, &s.people.answers)
	var out []*homecarev1.PayerUse
	for p := 1; p < payerCount; p++ {
		out = append(out, &homecarev1.PayerUse{
			Payer:  homecarev1.Payer(p),
			People: w.figure(b, float64(whole(s.payers[p].sum)), commonv1.Unit_UNIT_PEOPLE, hidden[p]),
		})
	}
	return out
}

func (w writer) supply(kind homecarev1.SupplyKind, s *supply, hidden supplyMask) *homecarev1.SupplyUse {
	return &homecarev1.SupplyUse{
		Kind:     kind,
		Services: w.register(&s.expected, s.branches, commonv1.Unit_UNIT_SERVICES),
		Hours:    w.hours(s, hidden),
		People:   w.people(&s.expected, &s.people, hidden.people),
	}
}

func (w writer) zone(z *zoneCount, hidden zoneMask) *homecarev1.ZoneUse {
	return &homecarev1.ZoneUse{
		Zone: z.zone.GetName(), Title: z.zone.GetTitle(), Share: z.share,
		Branches: w.register(&z.regulated.expected, z.regulated.branches, commonv1.Unit_UNIT_BRANCHES),
		Hours:    w.hours(&z.regulated, hidden.supply),
		People:   w.people(&z.regulated.expected, &z.regulated.people, hidden.supply.people),
		Waiting:  w.waiting(&z.flows, hidden.waiting),
	}
}
