// Package reconcile checks published figures against arithmetic and against each other, by rules that a
// reader can follow: parts against wholes, growth against its ends, growth of parts against growth of the
// whole, the same thing said twice, ratios said in words, and what was published against what was counted.
//
// A published number is taken for what it can mean: 59% printed in whole per cent is anything from 58.5 to
// 59.5, "nearly four" whatever the caller says that "nearly" means. A rule works out the range that the
// other numbers imply, and the figures contradict each other only where no value lies in both ranges.
// Figures that were rounded from consistent ones are thus never called contradictory. Which figures belong
// together is data, as are the meanings of words.
package reconcile

import (
	"fmt"

	"github.com/caremarket/caremarket/pkg/errs"
)

// Input is figures as published, and how they hang together.
type Input struct {
	Claims    []Claim
	Meanings  []Meaning
	Relations []Relation
}

// Claim is a figure as published.
type Claim struct {
	ID    string
	Value float64
	// Unit is "%" for a percentage; any other unit is not shown.
	Unit string
	// Rounding is the step to which the figure was rounded: 1 for whole numbers, 0.1 for one decimal. 0
	// means exact, as a count is.
	Rounding float64
	// Qualifier is the word before it, such as "just over"; empty for none.
	Qualifier string
	// Source is the id of where it is published.
	Source string
}

// Meaning says what a qualifier allows: a value from (1 + Low) to (1 + High) times the number after it.
type Meaning struct {
	Qualifier string
	Low, High float64
}

// Relation is a rule that some claims must keep: one of [Sum], [Share], [Growth], [CombinedGrowth],
// [Same], [TimesInWords] and [Counted].
type Relation interface {
	// claims are the ids it speaks of.
	claims() []string
	// check notes what is wrong with the relation itself; every claim is there.
	check(faults *errs.Collector, field string, b book)
	// compare works out both ranges and says what it found.
	compare(b book) Check
}

// Check is what one relation came to.
type Check struct {
	// Rule is the relation's kind in words, Claims the ids it spoke of.
	Rule   string
	Claims []string
	// Implied is the range that follows from the other figures, Published that of the figure checked.
	Implied, Published Interval
	// Agrees is false where the ranges have no value in common.
	Agrees bool
	// Says puts it in a sentence.
	Says string
}

// Report has a check for each relation, in the order of the input.
type Report struct {
	Checks []Check
}

// Contradictions are the checks that do not agree.
func (r Report) Contradictions() []Check {
	var found []Check
	for _, check := range r.Checks {
		if !check.Agrees {
			found = append(found, check)
		}
	}
	return found
}

// Reconcile checks every relation, or names every fault of the input at once.
func Reconcile(in Input) (Report, error) {
	if err := in.Validate(); err != nil {
		return Report{}, err
	}
	b := in.book()
	var report Report
	for _, relation := range in.Relations {
		check := relation.compare(b)
		check.Claims = relation.claims()
		report.Checks = append(report.Checks, check)
	}
	return report, nil
}

// book finds claims and meanings by name.
type book struct {
	byID     map[string]Claim
	meanings map[string]Meaning
}

func (in Input) book() book {
	b := book{byID: make(map[string]Claim), meanings: make(map[string]Meaning)}
	for _, claim := range in.Claims {
		b.byID[claim.ID] = claim
	}
	for _, meaning := range in.Meanings {
		b.meanings[meaning.Qualifier] = meaning
	}
	return b
}

// Text is the claim as published, such as "just over 5,000" or "59%".
func (c Claim) Text() string {
	text := number(c.Value)
	if c.Unit == "%" {
		text += "%"
	}
	if c.Qualifier != "" {
		text = fmt.Sprintf("%s %s", c.Qualifier, text)
	}
	return text
}

// interval is what the claim can mean.
func (b book) interval(id string) Interval {
	claim := b.byID[id]
	return b.qualified(claim.Value, claim.Rounding, claim.Qualifier)
}

func (b book) qualified(value, rounding float64, qualifier string) Interval {
	low, high := value, value
	if meaning, known := b.meanings[qualifier]; known {
		low, high = value*(1+meaning.Low), value*(1+meaning.High)
	}
	return Interval{Low: min(low, high) - rounding/2, Central: value, High: max(low, high) + rounding/2}
}

// text is the claim as published.
func (b book) text(id string) string { return b.byID[id].Text() }
