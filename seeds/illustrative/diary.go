package illustrative

import (
	"github.com/caremarket/caremarket/pkg/period"
)

// entry is one month in which a place answers.
type entry struct {
	month int
	on    period.Date
	slip  slip
}

// slip is what is wrong with an answer.
type slip int

const (
	sound slip = iota
	// outlier is a mistake that a rule for mistakes finds: the return is kept and not
	// counted.
	outlier
	// mistaken is one that no rule finds: the place sends the right numbers the same day.
	mistaken
)

// diary draws the months in which a place answers, and how. Known is true for a place
// that the plan's totals speak of: it answers soundly in the month they are of.
func (p *Plan) diary(s *stream, market string, l life, known bool) []entry {
	rate, c := p.answering[market], p.calendar
	if never := s.chance(rate.never); never && !known {
		return nil
	}
	entries := make([]entry, 0, c.months())
	silentUntil := 0
	for month, window := range c.windows {
		// Every month draws alike, so that one place's life does not shift its days.
		begins, missed, day := s.chance(rate.silenceBegins), s.chance(rate.missed), p.answerDay(s, month, rate)
		slipped := slip(s.pick(1000-rate.outlier-rate.mistake, rate.outlier, rate.mistake))
		if begins {
			silentUntil = month + s.between(rate.silenceMonths/2, rate.silenceMonths*3/2)
		}
		if !l.openIn(window) {
			continue
		}
		if known && month == c.counted {
			entries = append(entries, entry{month: month, on: earlier(day, window.Closes)})
			continue
		}
		if missed || month < silentUntil {
			continue
		}
		if len(entries) == 0 {
			slipped = sound // Nothing stands behind a first return that is not counted.
		}
		entries = append(entries, entry{month: month, on: day, slip: slipped})
	}
	return entries
}

// answerDay draws a day of the month's window, or one of the days after it.
func (p *Plan) answerDay(s *stream, month int, rate answering) period.Date {
	window := p.calendar.windows[month]
	day := window.Opens.AddDays(s.below(window.Closes.DaysSince(window.Opens) + 1))
	if late := window.Closes.AddDays(s.between(1, 5)); s.chance(rate.late) {
		return late
	}
	return day
}

func earlier(a, b period.Date) period.Date {
	if b.Before(a) {
		return b
	}
	return a
}
