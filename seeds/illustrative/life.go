package illustrative

import (
	"github.com/caremarket/caremarket/pkg/period"
)

// life is the time that a place is on the register.
type life struct {
	// opens and closes are its first and last day; a zero closes is still open.
	opens, closes period.Date
	// opensIn and closesIn are the months of these days, -1 for before the plan's and
	// after: the places that a plan's totals speak of are open all the way through.
	opensIn, closesIn int
	// continues is the index of the place that this one is a new registration of, or -1.
	continues int
	// endsQuietly is true where people move out and nobody in before it closes.
	endsQuietly bool
}

// turnover is how often places close, open and change hands, per thousand a year.
type turnover struct{ closing, opening, reregistering int }

const monthsOfYear = 12

// lives draws the lives of n places that are open from the start and of those that
// follow them or open later. The first n are the places planned.
func (p *Plan) lives(s *stream, n int, rate turnover) []life {
	c := p.calendar
	all := make([]life, 0, n+n/8)
	for range n {
		all = append(all, p.longOpen(s))
	}
	for month := c.changesFrom; month < c.months(); month++ {
		for i := range all {
			if all[i].closesIn >= 0 || all[i].opensIn >= 0 {
				continue // What opened within the plan stays.
			}
			switch day := c.dayIn(s, month); {
			case s.below(1000*monthsOfYear) < rate.closing:
				all[i].closes, all[i].closesIn, all[i].endsQuietly = day, month, true
			case s.below(1000*monthsOfYear) < rate.reregistering:
				all[i].closes, all[i].closesIn = day.AddDays(-1), month
				all = append(all, life{opens: day, opensIn: month, closesIn: -1, continues: i})
			}
		}
		for range s.ratio(n*rate.opening, 1000*monthsOfYear) {
			all = append(all, life{opens: c.dayIn(s, month), opensIn: month, closesIn: -1, continues: -1})
		}
	}
	return all
}

// longOpen is the life of a place registered long before the plan begins.
func (p *Plan) longOpen(s *stream) life {
	const years = 12
	return life{opens: p.From.AddDays(-s.between(60, years*365)), opensIn: -1, closesIn: -1, continues: -1}
}

// openIn reports whether the place can answer in a month's window.
func (l life) openIn(w period.Window) bool {
	return !l.opens.After(w.Opens) && (l.closes.IsZero() || !l.closes.Before(w.Closes))
}

// clearing is how many months a home that closes takes to empty.
const clearing = 5

// filled is how full a place is in a month against its own usual, per thousand: less
// in its first year, and before it closes for good.
func (l life) filled(month int) int {
	const start, monthly = 150, 75
	full := 1000
	if l.opensIn >= 0 && l.continues < 0 {
		full = min(full, start+monthly*(month-l.opensIn))
	}
	if l.endsQuietly {
		full = min(full, 1000/clearing*(l.closesIn-month+1))
	}
	return max(full, 0)
}

// winding reports whether a place is about to close and takes nobody in any more.
func (l life) winding(month int) bool { return l.endsQuietly && l.closesIn-month < clearing }
