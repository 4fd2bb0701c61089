package replicate

import "github.com/caremarket/caremarket/pkg/errs"

// Bounds of a simulation. Together they bound its memory (a count takes 4 bytes, a person at most 48)
// and its work (about ten million people a second on one core), and keep every sum of milliseconds in
// 64 bits.
const (
	// MostDays is ten years.
	MostDays         = 3660
	MostReplications = 100_000
	// MostCounts is the largest number of counts: series × days × replications.
	MostCounts = 20_000_000
	// MostPeople is the largest number of people expected in all replications, counted once for each
	// stage they come to.
	MostPeople = 20_000_000
	// MostPeopleAtOnce is the largest number of people expected in one replication.
	MostPeopleAtOnce = 1_000_000
)

// Work is the size of a simulation.
type Work struct {
	Days, Replications int
	// Series is how many counts are kept for each day and replication.
	Series int
	// People is how many are expected in a replication.
	People float64
}

// Check notes a fault for each bound that the work exceeds.
func (w Work) Check(faults *errs.Collector) {
	outside := false
	if w.Days < 1 || w.Days > MostDays {
		faults.Add("days", "must lie between 1 and %d (ten years), not at %d", MostDays, w.Days)
		outside = true
	}
	if w.Replications < 1 || w.Replications > MostReplications {
		faults.Add("replications", "must lie between 1 and %d, not at %d: the standard error falls with the square root "+
			"of the replications, and the work grows with them", MostReplications, w.Replications)
		outside = true
	}
	if outside {
		return
	}
	if counts := w.Series * w.Days * w.Replications; counts > MostCounts {
		faults.Add("replications", "%d series × %d days × %d replications are %d counts to keep; the most is %d: "+
			"ask for fewer replications or fewer days", w.Series, w.Days, w.Replications, counts, MostCounts)
	}
	if w.People > MostPeopleAtOnce {
		faults.Add("days", "%.6g people are expected in the %d days; the most is %d: ask for fewer days or fewer arrivals",
			w.People, w.Days, MostPeopleAtOnce)
	}
	if all := w.People * float64(w.Replications); all > MostPeople {
		faults.Add("replications", "%.6g people are expected in each of %d replications, %.6g in all; the most is %d: "+
			"ask for fewer replications or fewer days", w.People, w.Replications, all, MostPeople)
	}
}
