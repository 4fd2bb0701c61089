package homecare

import (
	"github.com/caremarket/caremarket/pkg/figure"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// total is one measure added up over branches, with those who gave it.
type total struct {
	sum     float64
	answers figure.Tally
}

func (t *total) add(a amount, from answer) {
	if !a.given {
		return
	}
	t.sum += a.sum
	from.heard(&t.answers)
}

func (t *total) given() bool { return t.answers.Responding() > 0 }

// supply is the hours and people of a group of branches: all that CQC regulates, a kind,
// a zone.
type supply struct {
	// branches are the group's; expected is that they ought to answer.
	branches int
	expected figure.Tally

	delivered, commissioned, spare total
	// filled and bought are delivered and commissioned over the rows that give both.
	filled, bought total
	people         total
	payers         [payerCount]amount
}

// count adds a branch and its portion.
func (s *supply) count(m member, p portion) {
	s.branches++
	s.expected.Expect(1)
	s.expected.Rest(m.PlaceSource)
	s.delivered.add(p.delivered, m.answer)
	s.commissioned.add(p.commissioned, m.answer)
	s.spare.add(p.spare, m.answer)
	s.filled.add(p.filled, m.answer)
	s.bought.add(p.bought, m.answer)
	s.people.add(p.people, m.answer)
	for i, a := range p.payers {
		if a.given {
			s.payers[i].add(a.sum, 1)
		}
	}
}

// flows is what waits, was handed back and came through intermediate care.
type flows struct {
	// Whoever answers at all has said what waits and what was handed back.
	expected, answers figure.Tally
	waiting           waiting
	handedBack        handedBack

	// Intermediate care is asked of those that give it.
	casesExpected, casesAnswers figure.Tally
	cases                       cases
}

// count adds a branch and its portion.
func (f *flows) count(m member, p portion) {
	f.expected.Expect(1)
	f.expected.Rest(m.PlaceSource)
	if p.answered {
		m.answer.heard(&f.answers)
		f.waiting.add(p.waiting)
		f.handedBack.packages += p.handedBack.packages
		f.handedBack.hours += p.handedBack.hours
	}
	if !p.cases.given && m.Place.GetKind() != homecarev1.SupplyKind_SUPPLY_KIND_INTERMEDIATE_CARE {
		return
	}
	f.casesExpected.Expect(1)
	f.casesExpected.Rest(m.PlaceSource)
	if p.cases.given {
		m.answer.heard(&f.casesAnswers)
		f.cases.add(p.cases)
	}
}

func (f *flows) given() bool { return f.answers.Responding() > 0 }

func (f *flows) casesGiven() bool { return f.casesAnswers.Responding() > 0 }
