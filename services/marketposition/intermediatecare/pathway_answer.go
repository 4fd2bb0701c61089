package intermediatecare

import (
	"fmt"
	"strings"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/pathway"
)

// pathwayAnswer writes what a sound input led to.
func pathwayAnswer(in pathway.Input, out pathway.Output, step int) (*marketpositionv1.SimulateIntermediateCarePathwayResponse, error) {
	loads, err := pathway.Traffic(in)
	if err != nil {
		return nil, fmt.Errorf("loads of the stages: %w", err)
	}
	basis, err := pathwayBasis(in, loads)
	if err != nil {
		return nil, err
	}
	n := float64(in.Replications)
	answer := &marketpositionv1.SimulateIntermediateCarePathwayResponse{
		TimeInSystem: spread(out.TimeInSystem), Completed: float64(out.Completed) / n, Swaps: float64(out.Swaps) / n,
		Flow: &marketpositionv1.SimulatedPathwayFlow{
			Initial: float64(out.Flow.Initial) / n, Arrived: float64(out.Flow.Arrived) / n, TurnedAway: float64(out.Flow.TurnedAway) / n,
			Left: float64(out.Flow.Left) / n, Present: float64(out.Flow.Present) / n, Waiting: float64(out.Flow.Waiting) / n,
		},
		Basis: basis, DataNotes: pathwayNotes(in, out, loads, step),
	}
	for i, stage := range out.Stages {
		answer.Stages = append(answer.Stages, stageAnswer(in, in.Stages[i], stage, loads[i], step))
	}
	return answer, nil
}

func stageAnswer(in pathway.Input, asked pathway.Stage, out pathway.StageOutput, load pathway.Load, step int) *marketpositionv1.SimulatedStage {
	days := float64(in.Days)
	s := &marketpositionv1.SimulatedStage{
		Name: out.Name, MeanOccupied: out.OccupiedDays / days, MeanBlocked: out.BlockedDays / days, MeanWaiting: out.WaitingDays / days,
		OccupiedDays: out.OccupiedDays, BlockedDays: out.BlockedDays, WaitingDays: out.WaitingDays, ThroughputPerDay: out.ThroughputPerDay,
		UncappedArrivalsPerDay: load.ArrivalsPerDay, OfferedLoad: load.OfferedLoad, Flow: stageFlow(out.Flow, float64(in.Replications)),
	}
	if !asked.Unlimited {
		used := s.GetMeanOccupied() / float64(asked.Places)
		s.Utilisation = &used
	}
	for _, position := range told(len(out.Days), step) {
		d := out.Days[position]
		s.Days = append(s.Days, &marketpositionv1.SimulatedStageDay{
			Day: int32(d.Day), Waiting: spread(d.Waiting), Occupied: spread(d.Occupied), Blocked: spread(d.Blocked),
		})
	}
	return s
}

func stageFlow(f pathway.StageFlow, n float64) *marketpositionv1.SimulatedStageFlow {
	return &marketpositionv1.SimulatedStageFlow{
		InitialOccupied: float64(f.InitialOccupied) / n, InitialWaiting: float64(f.InitialWaiting) / n,
		Arrived: float64(f.Arrived) / n, TurnedAway: float64(f.TurnedAway) / n,
		PassedIn: float64(f.PassedIn) / n, PassedOn: float64(f.PassedOn) / n,
		Left: float64(f.Left) / n, Present: float64(f.Present) / n, Waiting: float64(f.Waiting) / n,
	}
}

func pathwayBasis(in pathway.Input, loads []pathway.Load) (*marketpositionv1.Basis, error) {
	b := &marketpositionv1.Basis{
		Inputs: []string{fmt.Sprintf("%d days, %d replications, seed %d", in.Days, in.Replications, in.Seed)},
		Assumptions: []string{
			"People come one by one and at random (Poisson); nobody who waits gives up; first come, first served.",
			"A place that falls free is filled at once.",
			"Where a person goes next is drawn by the given probabilities, whatever came before.",
		},
		Methods: []*marketpositionv1.Method{simulation(), blocking(), traffic()},
	}
	for i, s := range in.Stages {
		days, err := meanStay(s.Stay)
		if err != nil {
			return nil, fmt.Errorf("mean stay of %s: %w", s.Name, err)
		}
		b.Inputs = append(b.Inputs, stageText(s))
		if s.InitialOccupied > 0 {
			b.Assumptions = append(b.Assumptions, s.Name+": "+remainingText(s.Remaining))
		}
		b.Steps = append(b.Steps, arrivalsStep(in, loads, i), fmt.Sprintf("%s: %s a day × %s days = %s places in use, were no stage ever full",
			s.Name, number(loads[i].ArrivalsPerDay), number(days), number(loads[i].OfferedLoad)))
	}
	return b, nil
}

func stageText(s pathway.Stage) string {
	text := fmt.Sprintf("%s: %d places", s.Name, s.Places)
	if s.Unlimited {
		text = s.Name + ": unlimited places"
	}
	if s.QueueLimit != nil {
		text += fmt.Sprintf(", at most %d in the queue", *s.QueueLimit)
	}
	if s.TransfersQueue {
		text += ", which people of other stages join too"
	}
	if len(s.ArrivalsPerDay) > 0 {
		text += fmt.Sprintf("; %s a day from outside", rateText(s.ArrivalsPerDay))
	}
	text += fmt.Sprintf("; at the start %d in places, %d waiting; stay: %s", s.InitialOccupied, s.InitialWaiting, stayText(s.Stay))
	for _, next := range s.Next {
		text += fmt.Sprintf("; %s go on to %s", number(next.Probability), next.To)
	}
	return text
}

// arrivalsStep writes the traffic equation of a stage.
func arrivalsStep(in pathway.Input, loads []pathway.Load, stage int) string {
	name := in.Stages[stage].Name
	terms := []string{number(mean(in.Stages[stage].ArrivalsPerDay)) + " from outside"}
	for i, from := range in.Stages {
		for _, next := range from.Next {
			if next.To == name {
				terms = append(terms, fmt.Sprintf("%s × %s of %s", number(next.Probability), number(loads[i].ArrivalsPerDay), from.Name))
			}
		}
	}
	return fmt.Sprintf("%s: %s = %s a day", name, strings.Join(terms, " + "), number(loads[stage].ArrivalsPerDay))
}

func pathwayNotes(in pathway.Input, out pathway.Output, loads []pathway.Load, step int) []*commonv1.DataNote {
	var notes []*commonv1.DataNote
	for i, s := range in.Stages {
		if !s.Unlimited && loads[i].OfferedLoad >= float64(s.Places) {
			notes = append(notes, note("OVERLOADED", "%s has %d places for an offered load of %s: it fills up, and then the stages before it",
				s.Name, s.Places, number(loads[i].OfferedLoad)))
		}
	}
	if left := out.Flow.Present + out.Flow.Waiting; left > 0 {
		notes = append(notes, note("STILL_ON_THE_PATHWAY", "%s people are still on the pathway at the end, on average: their time is not in time_in_system, "+
			"which is too short where the pathway fills up", trimmed(float64(left)/float64(in.Replications), 1)))
	}
	if out.Swaps > 0 {
		notes = append(notes, note("SWAPS", "stages that blocked each other in a circle swapped their people %s times, on average",
			trimmed(float64(out.Swaps)/float64(in.Replications), 2)))
	}
	return append(notes, thinned(step)...)
}
