// Package queueing sizes a service in closed form: Erlang's formulas for a service in its steady state,
// their inverse (how many places for a target), and the mean number present when arrivals vary in time
// and places do not run out.
//
// Arrivals are Poisson. Erlang B holds for any distribution of stays. Erlang C and what follows from it
// (the queue, the wait) hold for exponential stays; package simulate answers for other shapes, for
// arrivals and places that change by day, and for a start away from the steady state.
//
// # Ranges
//
// Any input may be an [assume.Range]. Every measure of a given number of places grows with arrivals, stay and
// the scarcity of places, so its range is had by evaluating it at two ends: the low end takes few
// arrivals, short stays and many places, the high end many arrivals, long stays and few places, and no
// mixture of the inputs lies outside. The places needed for a target grow the same way, with the
// tightest target at the high end.
package queueing

import (
	"fmt"
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/check"
)

// MostPlaces is the largest number of places that is evaluated or searched.
const MostPlaces = 100_000

// ErlangB returns the share of arrivals that find every place taken when those people are turned away,
// for an offered load (arrivals in a mean stay) on this many places. It returns a [errs.Invalid] error for a load
// that is negative or not a number, and for places outside 0 to [MostPlaces].
//
// Source: Erlang 1917; by the recursion B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)), which has no
// factorials to overflow and adds only positive numbers.
func ErlangB(places int, load float64) (float64, error) {
	if err := checkLoad(places, load); err != nil {
		return 0, err
	}
	return erlangB(places, load), nil
}

// ErlangC returns the share of arrivals that must wait when everybody waits for a place. It returns a
// [errs.Invalid] error as [ErlangB] does, and for a load that is not below the places: that queue would grow
// without limit.
//
// Source: Erlang 1917; C = n B / (n - a (1 - B)).
func ErlangC(places int, load float64) (float64, error) {
	if err := checkLoad(places, load); err != nil {
		return 0, err
	}
	if load >= float64(places) {
		var faults errs.Collector
		faults.Add("places", "%s", overloaded(places, load))
		return 0, faults.Err()
	}
	return erlangC(places, load, erlangB(places, load)), nil
}

func checkLoad(places int, load float64) error {
	var faults errs.Collector
	check.Whole(&faults, "places", 0, MostPlaces, places)
	check.AtLeast(&faults, "offered_load", 0, load)
	return faults.Err()
}

func overloaded(places int, load float64) string {
	return fmt.Sprintf("%d places cannot carry an offered load of %.6g: the load must be below the places, "+
		"or the queue grows without limit", places, load)
}

func erlangB(places int, load float64) float64 {
	b := 1.0
	for n := 1; n <= places; n++ {
		b = nextB(n, load, b)
	}
	return b
}

// nextB returns B(n) from B(n-1).
func nextB(n int, load, b float64) float64 { return load * b / (float64(n) + load*b) }

func erlangC(places int, load, b float64) float64 {
	n := float64(places)
	return n * b / (n - load*(1-b))
}

// Performance is how one number of places does under one load.
type Performance struct {
	ArrivalsPerDay float64
	MeanStayDays   float64
	Places         int
	// OfferedLoad is arrivals times mean stay: the places that would be in use on average if none were
	// ever short.
	OfferedLoad float64
	// ErlangB is the share turned away, were nobody to wait.
	ErlangB float64
	// Queue is how waiting goes, when everybody waits. It is nil when the load is not below the places,
	// which only a target on blocking allows.
	Queue *Queue
}

// Queue is the steady state of a service where everybody waits for a place, first come first served.
type Queue struct {
	// ErlangC is the share of arrivals that wait at all.
	ErlangC float64
	// MeanLength is the mean number waiting: Lq = C a / (n - a).
	MeanLength float64
	// MeanWaitDays is the mean wait of all arrivals, those who do not wait included: Wq = Lq / arrivals.
	MeanWaitDays float64
	// ProbabilityOfLongerWait is the share waiting longer than the wait asked about:
	// P(W > t) = C exp(-(n - a) t / stay).
	ProbabilityOfLongerWait float64
	// Utilisation is the share of places in use: a / n.
	Utilisation float64
}

// load is one demand on a service.
type load struct {
	arrivals, stay, waitDays float64
}

func (l load) offered() float64 { return l.arrivals * l.stay }

// performance evaluates places whose Erlang B is known.
func (l load) performance(places int, b float64) Performance {
	p := Performance{
		ArrivalsPerDay: l.arrivals, MeanStayDays: l.stay, Places: places,
		OfferedLoad: l.offered(), ErlangB: b,
	}
	if l.offered() < float64(places) {
		q := l.queue(places, b)
		p.Queue = &q
	}
	return p
}

// queue evaluates places above the load.
func (l load) queue(places int, b float64) Queue {
	n, a := float64(places), l.offered()
	c := erlangC(places, a, b)
	length := c * a / (n - a)
	return Queue{
		ErlangC:                 c,
		MeanLength:              length,
		MeanWaitDays:            length / l.arrivals,
		ProbabilityOfLongerWait: c * math.Exp(-(n-a)*l.waitDays/l.stay),
		Utilisation:             a / n,
	}
}
