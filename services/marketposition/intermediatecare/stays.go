package intermediatecare

import (
	"fmt"
	"math"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// staySpec reads a stay for the models, which check it.
func staySpec(s *marketpositionv1.Stay) stay.Spec {
	shape := map[marketpositionv1.StayShape]stay.Shape{
		marketpositionv1.StayShape_STAY_SHAPE_LOG_NORMAL:  stay.LogNormal,
		marketpositionv1.StayShape_STAY_SHAPE_EXPONENTIAL: stay.Exponential,
		marketpositionv1.StayShape_STAY_SHAPE_GAMMA:       stay.Gamma,
		marketpositionv1.StayShape_STAY_SHAPE_FIXED:       stay.Fixed,
		marketpositionv1.StayShape_STAY_SHAPE_EMPIRICAL:   stay.Empirical,
	}[s.GetShape()]
	if shape == "" && len(s.GetObservedDays()) > 0 {
		shape = stay.Empirical
	}
	return stay.Spec{
		Shape: shape, MeanDays: s.GetMeanDays(), MedianDays: s.GetMedianDays(), SDDays: s.GetSdDays(), ObservedDays: s.GetObservedDays(),
	}
}

func remainingRule(r marketpositionv1.RemainingStay) stay.Remaining {
	if r == marketpositionv1.RemainingStay_REMAINING_STAY_EQUILIBRIUM {
		return stay.Equilibrium
	}
	return stay.Uniform
}

// stayText says a sound spec in words.
func stayText(s stay.Spec) string {
	switch s.Shape {
	case stay.Exponential:
		return fmt.Sprintf("exponential with a mean of %s days", number(s.MeanDays))
	case stay.Fixed:
		return fmt.Sprintf("%s days for everybody", number(s.MeanDays))
	case stay.Gamma:
		return fmt.Sprintf("gamma with a mean of %s and a standard deviation of %s days", number(s.MeanDays), number(s.SDDays))
	case stay.Empirical:
		return fmt.Sprintf("%d observed stays, each as likely as the others", len(s.ObservedDays))
	}
	if s.SDDays != 0 {
		return fmt.Sprintf("log-normal with a mean of %s and a standard deviation of %s days", number(s.MeanDays), number(s.SDDays))
	}
	return fmt.Sprintf("log-normal with a mean of %s and a median of %s days", number(s.MeanDays), number(s.MedianDays))
}

// staySteps show how the numbers of a sound log-normal spec become its parameters.
func staySteps(s stay.Spec) []string {
	if s.Shape != "" && s.Shape != stay.LogNormal {
		return nil
	}
	if s.SDDays != 0 {
		variance := math.Log(1 + s.SDDays*s.SDDays/s.MeanDays/s.MeanDays)
		return []string{
			fmt.Sprintf("stay: sigma² = ln(1 + sd² / mean²) = %s, sigma = %s", number(variance), number(math.Sqrt(variance))),
			fmt.Sprintf("stay: mu = ln(mean) - sigma² / 2 = %s", number(math.Log(s.MeanDays)-variance/2)),
		}
	}
	return []string{
		fmt.Sprintf("stay: mu = ln(median) = ln(%s) = %s", number(s.MedianDays), number(math.Log(s.MedianDays))),
		fmt.Sprintf("stay: sigma = sqrt(2 (ln mean - mu)) = sqrt(2 × (%s - %s)) = %s", number(math.Log(s.MeanDays)),
			number(math.Log(s.MedianDays)), number(math.Sqrt(2*math.Log(s.MeanDays/s.MedianDays)))),
	}
}

// remainingText says what is assumed of those who are there at the start.
func remainingText(r stay.Remaining) string {
	if r == stay.Equilibrium {
		return "Those there at the start were met at a random moment of their stay, long stays more often, as in a service that has run for long."
	}
	return "Those there at the start stay on for a time between one day and a whole new stay, each time as likely."
}

// meanStay is the mean of a sound spec.
func meanStay(s stay.Spec) (float64, error) {
	d, err := s.Distribution()
	if err != nil {
		return 0, err
	}
	return d.Mean(), nil
}
