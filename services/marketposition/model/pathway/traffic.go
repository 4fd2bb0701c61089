package pathway

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/caremarket/caremarket/pkg/errs"
)

// Load is what comes to a stage when no stage ever holds anybody up.
type Load struct {
	Stage string
	// ArrivalsPerDay are those from outside and from other stages together, as a mean over the days.
	ArrivalsPerDay float64
	// OfferedLoad is the mean number of places in use: arrivals times mean stay.
	OfferedLoad float64
}

// Traffic returns the loads of the stages, in their order, from the traffic equations: what comes to a
// stage is what comes from outside and each stage's share of what comes to the others,
// (I - P') load = arrivals (Jackson 1957, "Networks of waiting lines", Operations Research 5). It returns
// an [errs.Invalid] error with the faults of the stages; it does not look at the replications.
func Traffic(in Input) ([]Load, error) {
	var faults errs.Collector
	in.checkStages(&faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	come := make([]float64, len(in.Stages))
	for i, stage := range in.Stages {
		for _, rate := range stage.ArrivalsPerDay {
			come[i] += rate / float64(len(stage.ArrivalsPerDay))
		}
	}
	arrivals, err := in.solve(come)
	if err != nil {
		faults.Add("stages", "%s", err)
		return nil, faults.Err()
	}
	loads := make([]Load, len(in.Stages))
	for i, stage := range in.Stages {
		stays, err := stage.Stay.Distribution()
		if err != nil {
			return nil, fmt.Errorf("stay of stage %q: %w", stage.Name, err)
		}
		loads[i] = Load{Stage: stage.Name, ArrivalsPerDay: arrivals[i], OfferedLoad: arrivals[i] * stays.Mean()}
	}
	return loads, nil
}

// solve returns how many come to each stage in all when so many come from outside.
func (in Input) solve(come []float64) ([]float64, error) {
	n, index := len(in.Stages), in.index()
	equations := mat.NewDense(n, n, nil)
	for i, stage := range in.Stages {
		equations.Set(i, i, equations.At(i, i)+1)
		for _, next := range stage.Next {
			to := index[next.To]
			equations.Set(to, i, equations.At(to, i)-next.Probability)
		}
	}
	var all mat.VecDense
	if err := all.SolveVec(equations, mat.NewVecDense(n, come)); err != nil {
		return nil, errors.New("people go round so long before they leave that what comes to a stage cannot be said")
	}
	return all.RawVector().Data, nil
}
