package marketposition

import (
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// aged is a message that speaks of people between two ages.
type aged interface {
	GetFromAge() int32
	GetToAge() int32
	GetOpen() bool
}

func ageBand(a aged) need.AgeBand {
	if a.GetOpen() {
		return need.AgeBand{From: int(a.GetFromAge()), To: need.AndOver}
	}
	return need.AgeBand{From: int(a.GetFromAge()), To: int(a.GetToAge())}
}

// from is the open band of an age and over.
func from(age int) need.AgeBand { return need.AgeBand{From: age, To: need.AndOver} }

// shownBands are the bands in which a statement shows people: children, working age by
// decade, and older people by five years, as need doubles and doubles again among them.
func shownBands() []need.AgeBand {
	return []need.AgeBand{
		{From: 0, To: 17},
		{From: 18, To: 24},
		{From: 25, To: 34},
		{From: 35, To: 44},
		{From: 45, To: 54},
		{From: 55, To: 64},
		{From: 65, To: 69},
		{From: 70, To: 74},
		{From: 75, To: 79},
		{From: 80, To: 84},
		{From: 85, To: 89},
		from(90),
	}
}

// within adds up the parts of a list of bands, in rising order, that make up a band; ok is
// false when they do not make it up exactly.
func within[A aged](parts []A, band need.AgeBand, people func(A) float64) (sum float64, ok bool) {
	next := band.From
	for _, part := range parts {
		b := ageBand(part)
		if b.From != next || b.To > band.To {
			continue
		}
		sum += people(part)
		if b.To == band.To {
			return sum, true
		}
		next = b.To + 1
	}
	return 0, false
}

// counted adds up the people of a population in a band, of one sex or of both together.
func counted(p *marketpositionv1.Population, sex marketpositionv1.Sex, band need.AgeBand) (people float64, ok bool) {
	var of []*marketpositionv1.AgeCount
	for _, c := range p.GetCounts() {
		if c.GetSex() == sex {
			of = append(of, c)
		}
	}
	return within(of, band, func(c *marketpositionv1.AgeCount) float64 { return float64(c.GetPeople()) })
}
