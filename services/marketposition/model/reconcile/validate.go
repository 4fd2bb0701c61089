package reconcile

import (
	"fmt"
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
)

// Validate names every fault of the input by its field, or returns nil.
func (in Input) Validate() error {
	var faults errs.Collector
	in.checkMeanings(&faults)
	in.checkClaims(&faults)
	b := in.book()
	for i, relation := range in.Relations {
		field := fmt.Sprintf("relations[%d]", i)
		if relation == nil {
			faults.Add(field, "says nothing")
			continue
		}
		complete := true
		for _, id := range relation.claims() {
			if _, known := b.byID[id]; !known {
				faults.Add(field, "speaks of claim %q, which is not there", id)
				complete = false
			}
		}
		if complete {
			relation.check(&faults, field, b)
		}
	}
	return faults.Err()
}

func (in Input) checkMeanings(faults *errs.Collector) {
	seen := make(map[string]bool)
	for i, meaning := range in.Meanings {
		field := fmt.Sprintf("meanings[%d]", i)
		if meaning.Qualifier == "" || seen[meaning.Qualifier] {
			faults.Add(field+".qualifier", "must be a word or words that no other meaning has, not %q", meaning.Qualifier)
		}
		seen[meaning.Qualifier] = true
		if !(meaning.Low > -1 && meaning.Low <= meaning.High && !math.IsInf(meaning.High, 1)) {
			faults.Add(field, "must allow from above -1 to a number no lower, not %v to %v", meaning.Low, meaning.High)
		}
	}
}

func (in Input) checkClaims(faults *errs.Collector) {
	b := in.book()
	seen := make(map[string]int)
	for i, claim := range in.Claims {
		field := fmt.Sprintf("claims[%d]", i)
		if first, again := seen[claim.ID]; again {
			faults.Add(field+".id", "%q stands already at claims[%d]", claim.ID, first)
		}
		seen[claim.ID] = i
		if claim.Source == "" {
			faults.Add(field+".source", "every figure names its source")
		}
		if math.IsNaN(claim.Value) || math.IsInf(claim.Value, 0) {
			faults.Add(field+".value", "must be a number, not %v", claim.Value)
		}
		if !(claim.Rounding >= 0) || math.IsInf(claim.Rounding, 1) {
			faults.Add(field+".rounding", "must be the step it was rounded to, or 0, not %v", claim.Rounding)
		}
		if _, known := b.meanings[claim.Qualifier]; claim.Qualifier != "" && !known {
			faults.Add(field+".qualifier", "the meanings do not say what %q allows", claim.Qualifier)
		}
	}
}

// checkPositive notes a claim that may be nought or less where it is divided by.
func checkPositive(faults *errs.Collector, field string, b book, id string) {
	if b.interval(id).Low <= 0 {
		faults.Add(field, "%q must surely be above 0 to be compared with, not %s", id, b.text(id))
	}
}
