package pathway

import (
	"fmt"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/check"
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
)

// sumTolerance is how far probabilities may miss 1 by rounding.
const sumTolerance = 1e-9

// Validate returns an [errs.Invalid] error with every fault of the input, or nil.
func (in Input) Validate() error {
	var faults errs.Collector
	in.checkStages(&faults)
	work := replicate.Work{Days: in.Days, Replications: in.Replications}
	if faults.Len() == 0 {
		work.Series, work.People = 3*len(in.Stages), in.visits(&faults)
	}
	work.Check(&faults)
	return faults.Err()
}

// checkStages notes the faults of the stages and of how they hang together.
func (in Input) checkStages(faults *errs.Collector) {
	check.Whole(faults, "stages", 1, MostStages, len(in.Stages))
	if len(in.Stages) > MostStages {
		return
	}
	before := faults.Len()
	index := in.index()
	for i, stage := range in.Stages {
		field := fmt.Sprintf("stages[%d]", i)
		switch {
		case stage.Name == "":
			faults.Add(field+".name", "must be given")
		case index[stage.Name] != i:
			faults.Add(field+".name", "%q is the name of another stage", stage.Name)
		}
		stage.check(faults, field, in.Days)
		stage.checkNext(faults, field, index)
	}
	if faults.Len() == before {
		in.checkWaysOut(faults, index)
	}
}

// index returns the position of each stage by its name; of the first for a name given twice.
func (in Input) index() map[string]int {
	index := make(map[string]int, len(in.Stages))
	for i, stage := range in.Stages {
		if _, known := index[stage.Name]; !known {
			index[stage.Name] = i
		}
	}
	return index
}

// check notes the faults of a stage by itself.
func (s Stage) check(faults *errs.Collector, field string, days int) {
	if !s.Unlimited {
		check.Whole(faults, field+".places", 1, MostPlaces, s.Places)
	} else if s.Places != 0 {
		faults.Add(field+".unlimited", "stands instead of places: give one or the other")
	}
	most := replicate.MostPeopleAtOnce
	check.Whole(faults, field+".initial_occupied", 0, most, s.InitialOccupied)
	if s.QueueLimit != nil {
		check.Whole(faults, field+".queue_limit", 0, most, *s.QueueLimit)
		most = min(most, max(*s.QueueLimit, 0))
	}
	check.Whole(faults, field+".initial_waiting", 0, most, s.InitialWaiting)
	if n := len(s.ArrivalsPerDay); n > 1 && n != days {
		faults.Add(field+".arrivals_per_day", "must be one number for all days or one for each of the %d days, not %d", days, n)
	}
	for day, rate := range s.ArrivalsPerDay {
		check.AtLeast(faults, fmt.Sprintf("%s.arrivals_per_day[%d]", field, day), 0, rate)
	}
	_ = faults.Merge(field+".stay", s.Stay.Validate())
	_ = faults.Merge(field+".remaining", s.Remaining.Validate())
}

// checkNext notes the faults of where a stage's people go.
func (s Stage) checkNext(faults *errs.Collector, field string, index map[string]int) {
	sum, seen := 0.0, make(map[string]bool, len(s.Next))
	for i, next := range s.Next {
		at := fmt.Sprintf("%s.next[%d]", field, i)
		if _, known := index[next.To]; !known {
			faults.Add(at+".to", "%q is not a stage", next.To)
		}
		if seen[next.To] {
			faults.Add(at+".to", "%q stands twice", next.To)
		}
		seen[next.To] = true
		check.Between(faults, at+".probability", 0, 1, next.Probability)
		sum += next.Probability
	}
	if sum > 1+sumTolerance {
		faults.Add(field+".next", "the probabilities sum to %g, which is more than 1", sum)
	}
}

// checkWaysOut notes stages that nobody can leave for good: from each, some way must lead to a stage
// that people leave the pathway from.
func (in Input) checkWaysOut(faults *errs.Collector, index map[string]int) {
	leads := make([]bool, len(in.Stages))
	for changed := true; changed; {
		changed = false
		for i, stage := range in.Stages {
			if leads[i] {
				continue
			}
			onward := 0.0
			for _, next := range stage.Next {
				onward += next.Probability
				leads[i] = leads[i] || next.Probability > 0 && leads[index[next.To]]
			}
			leads[i] = leads[i] || onward < 1-sumTolerance
			changed = changed || leads[i]
		}
	}
	for i, out := range leads {
		if !out {
			faults.Add(fmt.Sprintf("stages[%d].next", i), "nobody who comes to %q ever leaves the pathway", in.Stages[i].Name)
		}
	}
}

// visits returns how many visits to stages are expected in one replication.
func (in Input) visits(faults *errs.Collector) float64 {
	come := make([]float64, len(in.Stages))
	for i, stage := range in.Stages {
		come[i] = float64(stage.InitialOccupied + stage.InitialWaiting)
		for _, rate := range stage.ratesByDay(in.Days) {
			come[i] += rate
		}
	}
	visits, err := in.solve(come)
	if err != nil {
		faults.Add("stages", "%s", err)
		return 0
	}
	total := 0.0
	for _, v := range visits {
		total += v
	}
	return total
}
