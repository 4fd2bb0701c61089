package pathway

import (
	"fmt"
	"math"

	"github.com/caremarket/caremarket/services/marketposition/model/random"
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// plan is a sound [Input] made ready to run. Workers share it and only read.
type plan struct {
	Input
	stages []stagePlan
}

type stagePlan struct {
	Stage
	lengths stay.Distribution
	// rates are the mean number from outside on each day.
	rates []float64
	// places and queueLimit are math.MaxInt where there is no limit.
	places, queueLimit int
	ways               []way
}

// way is a transfer: to a stage, for a uniform random number below a share.
type way struct {
	below float64
	to    int32
}

// none stands for no stage and no person.
const none int32 = -1

func (in Input) plan() (*plan, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	p := &plan{Input: in, stages: make([]stagePlan, len(in.Stages))}
	index := in.index()
	for i, stage := range in.Stages {
		lengths, err := stage.Stay.Distribution()
		if err != nil {
			return nil, fmt.Errorf("stay of stage %q: %w", stage.Name, err)
		}
		p.stages[i] = stagePlan{
			Stage: stage, lengths: lengths, rates: stage.ratesByDay(in.Days),
			places: stage.Places, queueLimit: math.MaxInt, ways: stage.ways(index),
		}
		if stage.Unlimited {
			p.stages[i].places = math.MaxInt
		}
		if stage.QueueLimit != nil {
			p.stages[i].queueLimit = *stage.QueueLimit
		}
	}
	return p, nil
}

// ratesByDay returns the mean number from outside on each day.
func (s Stage) ratesByDay(days int) []float64 {
	if len(s.ArrivalsPerDay) != 1 || days < 1 || days > replicate.MostDays {
		return s.ArrivalsPerDay
	}
	rates := make([]float64, days)
	for day := range rates {
		rates[day] = s.ArrivalsPerDay[0]
	}
	return rates
}

// ways returns the transfers with their probabilities added up. What misses 1 by rounding is made 1.
func (s Stage) ways(index map[string]int) []way {
	sum := 0.0
	ways := make([]way, len(s.Next))
	for i, next := range s.Next {
		sum += next.Probability
		ways[i] = way{below: sum, to: int32(index[next.To])}
	}
	if len(ways) > 0 && math.Abs(sum-1) <= sumTolerance {
		ways[len(ways)-1].below = 1
	}
	return ways
}

// route draws where somebody goes next; none when they leave the pathway.
func (s *stagePlan) route(stream *random.Stream) int32 {
	if len(s.ways) == 0 {
		return none
	}
	u := stream.Float64()
	for _, way := range s.ways {
		if u < way.below {
			return way.to
		}
	}
	return none
}
