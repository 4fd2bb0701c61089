package simulate

import (
	"math"

	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// plan is a sound [Input] made ready to run. Workers share it and only read.
type plan struct {
	Input
	stays      stay.Distribution
	arrivals   []float64
	waitTarget replicate.Instant
}

func (in Input) plan() (*plan, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	stays, err := in.Stay.Distribution()
	if err != nil {
		return nil, err
	}
	return &plan{
		Input: in, stays: stays, arrivals: in.rates(), waitTarget: replicate.FromDays(in.WaitTargetDays),
	}, nil
}

// rates returns the mean number of arrivals of each day.
func (in Input) rates() []float64 {
	if len(in.ArrivalsPerDay) != 1 || in.Days < 1 || in.Days > replicate.MostDays {
		return in.ArrivalsPerDay
	}
	rates := make([]float64, in.Days)
	for day := range rates {
		rates[day] = in.ArrivalsPerDay[0]
	}
	return rates
}

// placesOn returns the places open on a day (from 0) at whose start so many wait.
func (p *plan) placesOn(day, waiting int) int {
	if p.Unlimited {
		return math.MaxInt
	}
	places := p.Places
	if len(p.Policy.PlacesByDay) > 0 {
		places = p.Policy.PlacesByDay[day]
	}
	if waiting >= p.Policy.SurgeWhenWaiting {
		places += p.Policy.SurgePlaces
	}
	return places
}
