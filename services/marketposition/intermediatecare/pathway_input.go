package intermediatecare

import (
	"fmt"

	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/pathway"
)

// pathwayInput reads a request for the model, and how many days lie between two that are
// told of. Its error names every fault.
func pathwayInput(req *marketpositionv1.SimulateIntermediateCarePathwayRequest) (in pathway.Input, step int, err error) {
	in = pathway.Input{Days: int(req.GetDays()), Replications: replications(req.Replications), Seed: req.GetSeed()}
	var faults errs.Collector
	step = dayStep(&faults, req.GetEveryDays(), in.Days, len(req.GetStages()))
	missing := map[string]bool{}
	for i, s := range req.GetStages() {
		in.Stages = append(in.Stages, stageOf(s))
		if field := fmt.Sprintf("stages[%d].places", i); s.Places == nil && !s.GetUnlimited() {
			faults.Add(field, "must be given, or unlimited")
			missing[field] = true
		}
	}
	for _, v := range errs.Violations(in.Validate()) {
		if !missing[v.Field] {
			faults.Add(v.Field, "%s", v.Description)
		}
	}
	return in, step, faults.Err()
}

func stageOf(s *marketpositionv1.CareStage) pathway.Stage {
	stage := pathway.Stage{
		Name: s.GetName(), Places: int(s.GetPlaces()), Unlimited: s.GetUnlimited(), TransfersQueue: s.GetTransfersQueue(),
		ArrivalsPerDay:  s.GetArrivalsPerDay(),
		InitialOccupied: int(s.GetInitialOccupied()), InitialWaiting: int(s.GetInitialWaiting()),
		Stay: staySpec(s.GetStay()), Remaining: remainingRule(s.GetRemaining()),
	}
	if s.QueueLimit != nil {
		limit := int(s.GetQueueLimit())
		stage.QueueLimit = &limit
	}
	for _, next := range s.GetNext() {
		stage.Next = append(stage.Next, pathway.Transfer{To: next.GetTo(), Probability: next.GetProbability()})
	}
	return stage
}
