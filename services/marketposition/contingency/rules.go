package contingency

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/errs"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/failure"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// The assumptions that rules rest on where a caller does not give them.
const (
	maxMiles         = "failure-max-miles"
	ratingFloor      = "failure-rating-floor"
	acceptUnrated    = "failure-accept-unrated"
	substitutePrefix = "failure-substitute-"
	substituteFor    = "-for-"
)

// Given are the rules of a request; nil and zero where it gives none.
type Given struct {
	MaxMiles      *float64
	RatingFloor   commonv1.StandingRating
	AcceptUnrated *bool
	Substitutes   []*marketpositionv1.Substitute
}

// Rules are those applied, with the assumptions that they rest on.
type Rules struct {
	Applied     *marketpositionv1.FailureRules
	Assumptions []*marketpositionv1.Assumption
}

// NewRules are a request's rules, with the assumptions known of an area for what it leaves
// out. An errs.Invalid names what is wrong with the request; where neither the request nor
// an assumption says a rule, that is a failed precondition that names it.
func NewRules(area statement.Area, known []*marketpositionv1.Assumption, given Given) (Rules, error) {
	assumptions, err := statement.NewAssumptions(area, known, "", given.overrides(known))
	if err != nil {
		return Rules{}, err
	}
	if err := checkSubstitutes(given.Substitutes); err != nil {
		return Rules{}, err
	}
	rules := &marketpositionv1.FailureRules{Substitutes: given.Substitutes}
	var faults []string
	read := func(id string, given bool) float64 {
		value, known := assumptions.ForAll(id)
		if !known && !given {
			faults = append(faults, id)
		}
		return value.Central
	}
	rules.MaxMiles = read(maxMiles, given.MaxMiles != nil)
	rules.RatingFloor = ratingOf(read(ratingFloor, given.RatingFloor != 0))
	rules.AcceptUnrated = read(acceptUnrated, given.AcceptUnrated != nil) > 0
	given.apply(rules)
	if len(given.Substitutes) == 0 {
		rules.Substitutes = usual(assumptions, known)
	}
	if len(faults) > 0 {
		return Rules{}, errs.FailedPrecondition("ASSUMPTION_MISSING", fmt.Sprintf(
			"there is no assumption %s: load the seeds or give the rule in the request", strings.Join(faults, ", ")))
	}
	return Rules{Applied: rules, Assumptions: assumptions.Used()}, nil
}

// apply puts what the request gives in place of what was assumed.
func (g Given) apply(rules *marketpositionv1.FailureRules) {
	if g.MaxMiles != nil {
		rules.MaxMiles = *g.MaxMiles
	}
	if g.RatingFloor != 0 {
		rules.RatingFloor = g.RatingFloor
	}
	if g.AcceptUnrated != nil {
		rules.AcceptUnrated = *g.AcceptUnrated
	}
}

// overrides says which assumptions the request stands in for, so that the answer lists them
// as overridden.
func (g Given) overrides(known []*marketpositionv1.Assumption) []*marketpositionv1.AssumptionOverride {
	var all []*marketpositionv1.AssumptionOverride
	add := func(id string, value float64) {
		name := facts.Assumptions + "/" + id
		if slices.ContainsFunc(known, func(a *marketpositionv1.Assumption) bool { return a.GetName() == name }) {
			all = append(all, &marketpositionv1.AssumptionOverride{Assumption: name, Central: value, Because: "Given in the request"})
		}
	}
	if g.MaxMiles != nil {
		add(maxMiles, *g.MaxMiles)
	}
	if g.RatingFloor != 0 {
		add(ratingFloor, float64(failureRating(g.RatingFloor)))
	}
	if g.AcceptUnrated != nil {
		add(acceptUnrated, map[bool]float64{true: 1}[*g.AcceptUnrated])
	}
	return all
}

// usual are the substitutes that the assumptions allow: failure-substitute-{given}-for-{needed}
// above 0.
func usual(assumptions *statement.Assumptions, known []*marketpositionv1.Assumption) []*marketpositionv1.Substitute {
	var all []*marketpositionv1.Substitute
	seen := map[string]bool{}
	for _, one := range known {
		id := strings.TrimPrefix(one.GetName(), facts.Assumptions+"/")
		pair, isOne := strings.CutPrefix(id, substitutePrefix)
		given, needed, _ := strings.Cut(pair, substituteFor)
		if !isOne || seen[id] {
			continue
		}
		seen[id] = true
		if value, holds := assumptions.ForAll(id); holds && value.Central > 0 {
			all = append(all, &marketpositionv1.Substitute{Needed: kindOf(needed), Given: kindOf(given)})
		}
	}
	return all
}

// kindOf reads a kind as an assumption's id writes it.
func kindOf(id string) string { return strings.ToUpper(strings.ReplaceAll(id, "-", "_")) }

// ratings are CQC's, from the least that has one, as the assumption counts them from 1.
var ratings = [...]commonv1.StandingRating{
	commonv1.StandingRating_STANDING_RATING_INADEQUATE,
	commonv1.StandingRating_STANDING_RATING_REQUIRES_IMPROVEMENT,
	commonv1.StandingRating_STANDING_RATING_GOOD,
	commonv1.StandingRating_STANDING_RATING_OUTSTANDING,
}

func ratingOf(n float64) commonv1.StandingRating {
	return ratings[min(max(int(n)-1, 0), len(ratings)-1)]
}

// failureRating is a rating as the model counts it.
func failureRating(r commonv1.StandingRating) failure.Rating {
	switch r {
	case commonv1.StandingRating_STANDING_RATING_INADEQUATE:
		return failure.Inadequate
	case commonv1.StandingRating_STANDING_RATING_REQUIRES_IMPROVEMENT:
		return failure.RequiresImprovement
	case commonv1.StandingRating_STANDING_RATING_GOOD:
		return failure.Good
	case commonv1.StandingRating_STANDING_RATING_OUTSTANDING:
		return failure.Outstanding
	case commonv1.StandingRating_STANDING_RATING_NOT_RATED:
		return failure.NotRated
	default:
		return failure.Unrated
	}
}
