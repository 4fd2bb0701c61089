package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/errs"
)

// Sum says that a whole is its parts added up, less those to be taken off.
type Sum struct {
	Whole     string
	Add, Less []string
}

func (s Sum) claims() []string { return slices.Concat([]string{s.Whole}, s.Add, s.Less) }

func (s Sum) check(faults *errs.Collector, field string, _ book) {
	if len(s.Add) == 0 {
		faults.Add(field+".add", "a sum has parts")
	}
}

func (s Sum) compare(b book) Check {
	var implied Interval
	var sum strings.Builder
	for i, id := range s.Add {
		part := b.interval(id)
		implied = Interval{implied.Low + part.Low, implied.Central + part.Central, implied.High + part.High}
		if i > 0 {
			sum.WriteString(" + ")
		}
		sum.WriteString(b.text(id))
	}
	for _, id := range s.Less {
		part := b.interval(id)
		implied = Interval{implied.Low - part.High, implied.Central - part.Central, implied.High - part.Low}
		sum.WriteString(" - " + b.text(id))
	}
	whole := b.interval(s.Whole)
	agrees := implied.meets(whole)
	return Check{
		Rule: "parts and whole", Implied: implied, Published: whole, Agrees: agrees,
		Says: fmt.Sprintf("%s = %s, %s", &sum, rounded(implied.Central), verdict(agrees, b.text(s.Whole))),
	}
}

// Share says that the claimed percentage is the part of the whole.
type Share struct {
	Part, Whole, Claimed string
}

func (s Share) claims() []string { return []string{s.Part, s.Whole, s.Claimed} }

func (s Share) check(faults *errs.Collector, field string, b book) {
	checkPositive(faults, field+".whole", b, s.Whole)
}

func (s Share) compare(b book) Check {
	implied := b.interval(s.Part).over(b.interval(s.Whole)).times(100)
	published := b.interval(s.Claimed)
	agrees := implied.meets(published)
	return Check{
		Rule: "part as a share of the whole", Implied: implied, Published: published, Agrees: agrees,
		Says: fmt.Sprintf("%s of %s is %s%%, %s", b.text(s.Part), b.text(s.Whole), rounded(implied.Central), verdict(agrees, b.text(s.Claimed))),
	}
}

// Growth says that the claimed percentage is the growth from one figure to another.
type Growth struct {
	From, To, Claimed string
}

func (g Growth) claims() []string { return []string{g.From, g.To, g.Claimed} }

func (g Growth) check(faults *errs.Collector, field string, b book) {
	checkPositive(faults, field+".from", b, g.From)
}

func (g Growth) compare(b book) Check {
	implied := b.interval(g.To).over(b.interval(g.From)).percentMore()
	published := b.interval(g.Claimed)
	agrees := implied.meets(published)
	return Check{
		Rule: "growth and its ends", Implied: implied, Published: published, Agrees: agrees,
		Says: fmt.Sprintf("%s to %s is %s, %s", b.text(g.From), b.text(g.To), signed(implied.Central), verdict(agrees, b.text(g.Claimed))),
	}
}

// Same says that all claims are the same thing.
type Same struct {
	Claims []string
}

func (s Same) claims() []string { return s.Claims }

func (s Same) check(faults *errs.Collector, field string, _ book) {
	if len(s.Claims) < 2 {
		faults.Add(field+".claims", "the same thing is said at least twice")
	}
}

// compare sets the first claim against the claim furthest from it; ranges on a line have a value in common
// when every two of them have.
func (s Same) compare(b book) Check {
	check := Check{Rule: "the same thing said twice", Agrees: true, Published: b.interval(s.Claims[0]), Implied: b.interval(s.Claims[1])}
	texts := make([]string, len(s.Claims))
	for i, id := range s.Claims {
		texts[i] = b.text(id)
		for _, other := range s.Claims[:i] {
			if check.Agrees && !b.interval(id).meets(b.interval(other)) {
				check.Agrees, check.Published, check.Implied = false, b.interval(other), b.interval(id)
			}
		}
	}
	said := "which can be one value"
	if !check.Agrees {
		said = "which no one value can be"
	}
	check.Says = fmt.Sprintf("said as %s, %s", strings.Join(texts, " and as "), said)
	return check
}
