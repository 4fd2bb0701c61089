// Package options appraises new care homes: each way of operating one, in each district, at each size.
//
// A home adds the beds that can be staffed, times the share of them that can be filled, to the district's
// residential and nursing capacity; package interaction says what that does to those without a place and to
// placements elsewhere. In pounds a week
//
//	cost per bed       = capital per bed x capital charge / weeks in a year + fixed per bed + variable x occupancy
//	break-even         = (capital charge + fixed, per bed) / (fee - variable, per resident)
//	net benefit        = worth of a need met x fewer unmet - worth of an avoidable placement x more of these
//	                     - (fixed and capital cost of all beds + (variable - fee) x residents)
//
// What a need met and an avoidable placement are worth are assumptions of whoever asks, like all others. Every
// assumption is drawn from its triangular distribution, independently of the others, but alike for all that
// share it: an operating option costs the same wherever it stands, and overflow between settings goes the
// same way in all districts. Candidates are ranked by their regret: what is lost, on average over the
// draws, by choosing this one where another turns out best.
package options

import (
	"context"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
)

// Input is the candidates and what they are judged by.
type Input struct {
	Options   []Option
	Districts []District
	Sizes     []Size
	Values    Values
	// Draws is how many times the assumptions are drawn; the same Seed draws the same.
	Draws int
	Seed  uint64
	// Within is the share of draws that the ranges of the answer hold, such as 0.9: an equal share lies
	// beyond either end.
	Within float64
}

// Option is a way of operating a home, such as council-run, or with a provider commissioned to staff it.
type Option struct {
	ID string
	// PostsPerBed are the posts that one bed takes.
	PostsPerBed assume.Assumption
	// CapitalPerBed in pounds, and the share of it that is charged each year.
	CapitalPerBed, CapitalCharge assume.Assumption
	// FixedPerBed is paid for each bed, filled or not; VariablePerResident and FeePerResident for each
	// person in one. Pounds a week.
	FixedPerBed, VariablePerResident, FeePerResident assume.Assumption
	// Occupancy is the share of staffed beds that can be filled.
	Occupancy assume.Assumption
}

// District is where a home may stand.
type District struct {
	ID     string
	Market interaction.Input
	// VacantPosts are those that the district's employers cannot fill now; Recruitable are posts that a new
	// home could fill.
	VacantPosts float64
	Recruitable assume.Assumption
}

// Size is how large a home is.
type Size struct {
	Beds int
	// NursingShare is the share of beds with nursing; the rest are residential.
	NursingShare float64
}

// Values are what changes are worth, in pounds a week for one person.
type Values struct {
	NeedMet, AvoidablePlacement assume.Assumption
}

// Result is the candidates, best first.
type Result struct {
	Appraisals []Appraisal
}

// Appraisal is what one home would take and do. Each range has at its centre the value at all central
// assumptions, and at its ends those that hold the share of draws asked for.
type Appraisal struct {
	Option, District string
	Size             Size
	// Posts needed; PostsPerVacancy sets them against the district's vacant posts, if it has any.
	Posts           assume.Range
	PostsPerVacancy *assume.Range
	StaffedBeds     assume.Range
	// CostPerBed in pounds a week.
	CostPerBed assume.Range
	// BreakEven is the share of beds to be filled for the fees to pay for all; +Inf where a resident costs
	// more than the fee. CanBreakEven is the share of draws in which that is 1 or less.
	BreakEven    assume.Range
	CanBreakEven float64
	// FewerUnmet and MoreAvoidable count people; so does More, by setting: those in the home's own, and
	// placements elsewhere.
	FewerUnmet, MoreAvoidable assume.Range
	More                      [interaction.Count]assume.Range
	// NetBenefit in pounds a week. Pays is the share of draws in which it is above nought.
	NetBenefit assume.Range
	Pays       float64
	// First is the share of draws in which no candidate is better; Regret is pounds a week.
	First, Regret float64
}

// Appraise judges every candidate, or names every fault of the input at once. The same input gives the
// same answer. It stops with the context's error when that ends.
func Appraise(ctx context.Context, in Input) (Result, error) {
	if err := in.Validate(); err != nil {
		return Result{}, err
	}
	candidates := in.candidates()
	central := in.judge(candidates, in.central())
	drawn, err := in.drawAll(ctx, candidates)
	if err != nil {
		return Result{}, err
	}
	return Result{Appraisals: in.rank(candidates, central, drawn)}, nil
}

// candidate points to one option, district and size.
type candidate struct{ option, district, size int }

func (in Input) candidates() []candidate {
	var all []candidate
	for o := range in.Options {
		for d := range in.Districts {
			for s := range in.Sizes {
				all = append(all, candidate{o, d, s})
			}
		}
	}
	return all
}
