package intermediatecare

import (
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/simulate"
)

// defaultReplications give the mean of a day to a twentieth of its spread between
// replications (1 / sqrt 400).
const defaultReplications = 400

// simulateInput reads a request for the model, and how many days lie between two that are
// told of. Its error names every fault.
func simulateInput(req *marketpositionv1.SimulateIntermediateCareRequest) (in simulate.Input, step int, err error) {
	in = simulate.Input{
		Days: int(req.GetDays()), ArrivalsPerDay: req.GetArrivalsPerDay(),
		Places: int(req.GetPlaces()), Unlimited: req.GetUnlimited(), Policy: policyOf(req.GetPolicy()),
		InitialOccupied: int(req.GetInitialOccupied()), InitialWaiting: int(req.GetInitialWaiting()),
		Stay: staySpec(req.GetStay()), Remaining: remainingRule(req.GetRemaining()),
		Replications: replications(req.Replications), Seed: req.GetSeed(),
		CostPerPlaceDay: req.GetCostPerPlaceDay(), CostPerWaitingDay: req.GetCostPerWaitingDay(),
		WaitTargetDays: req.GetMaxWaitHours() / hoursPerDay,
	}
	var faults errs.Collector
	step = dayStep(&faults, req.GetEveryDays(), in.Days, 1)
	if req.Places == nil && !in.Unlimited && len(in.Policy.PlacesByDay) == 0 {
		faults.Add("places", "must be given, or unlimited, or policy.places_by_day")
	}
	for _, v := range errs.Violations(in.Validate()) {
		if v.Field == "wait_target_days" {
			v.Field, v.Description = "max_wait_hours", "must lie between 0 and ten years"
		}
		faults.Add(v.Field, "%s", v.Description)
	}
	return in, step, faults.Err()
}

const hoursPerDay = 24

func replications(asked *int32) int {
	if asked == nil {
		return defaultReplications
	}
	return int(*asked)
}

func policyOf(p *marketpositionv1.PlacesPolicy) simulate.Policy {
	policy := simulate.Policy{SurgePlaces: int(p.GetSurgePlaces()), SurgeWhenWaiting: int(p.GetSurgeWhenWaiting())}
	for _, places := range p.GetPlacesByDay() {
		policy.PlacesByDay = append(policy.PlacesByDay, int(places))
	}
	return policy
}

// mean is that of the numbers, or of one number for all days; 0 for none.
func mean(all []float64) float64 {
	sum := 0.0
	for _, x := range all {
		sum += x
	}
	return sum / math.Max(1, float64(len(all)))
}
