package facts

import (
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// Aged is a message that speaks of people between two ages.
type Aged interface {
	// GetFromAge is the youngest.
	GetFromAge() int32
	// GetToAge is the oldest; it means nothing where there is none.
	GetToAge() int32
	// GetOpen is true where there is no oldest.
	GetOpen() bool
}

// AgeBand is the ages that a message speaks of.
func AgeBand(a Aged) need.AgeBand {
	if a.GetOpen() {
		return need.AgeBand{From: int(a.GetFromAge()), To: need.AndOver}
	}
	return need.AgeBand{From: int(a.GetFromAge()), To: int(a.GetToAge())}
}

// From is the open band of an age and over.
func From(age int) need.AgeBand { return need.AgeBand{From: age, To: need.AndOver} }

// LastAge is 0 for an open band.
func LastAge(b need.AgeBand) int32 {
	if b.To == need.AndOver {
		return 0
	}
	return int32(b.To)
}

// Within adds up the parts of a list of bands, in rising order, that make up a band; ok is
// false when they do not make it up exactly.
func Within[A Aged](parts []A, band need.AgeBand, people func(A) float64) (sum float64, ok bool) {
	next := band.From
	for _, part := range parts {
		b := AgeBand(part)
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

// Counted adds up the people of a population in a band, of one sex or of both together.
func Counted(p *marketpositionv1.Population, sex marketpositionv1.Sex, band need.AgeBand) (people float64, ok bool) {
	var of []*marketpositionv1.AgeCount
	for _, c := range p.GetCounts() {
		if c.GetSex() == sex {
			of = append(of, c)
		}
	}
	return Within(of, band, func(c *marketpositionv1.AgeCount) float64 { return float64(c.GetPeople()) })
}
