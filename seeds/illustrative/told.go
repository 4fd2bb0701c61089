package illustrative

import "iter"

// teller is a place of any market, ready to tell what it returns.
type teller[R any] struct {
	// name is the place's own, market the row of answers.csv that it answers by.
	name, market string
	life         life
	// known is true for a place that the plan's totals speak of, idle for one that does
	// not operate.
	known, idle bool
	// returned makes the return of an entry; first is true for the first of the day.
	returned func(e entry, first bool) R
}

// told yields the requests that file what places return: one an entry of their
// diaries, two where a place corrects itself the same day.
func told[P, R, Q any](p *Plan, places []P, teller func(P) teller[R], request func(parent, id string, ret R) Q) iter.Seq[Q] {
	return func(yield func(Q) bool) {
		for _, place := range places {
			t := teller(place)
			if t.idle {
				continue
			}
			for _, e := range p.diary(newStream(p.Seed, "diary", t.name), t.market, t.life, t.known) {
				if !yield(request(t.name, p.requestID(t.name, e, 1), t.returned(e, true))) {
					return
				}
				if e.slip == mistaken && !yield(request(t.name, p.requestID(t.name, e, 2), t.returned(e, false))) {
					return
				}
			}
		}
	}
}
