package marketposition

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/caremarket/caremarket/pkg/intake"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

const (
	bothSexes = marketpositionv1.Sex_SEX_UNSPECIFIED
	women     = marketpositionv1.Sex_SEX_FEMALE
	men       = marketpositionv1.Sex_SEX_MALE
)

// populationTable counts the people of a district on a day, by sex and age.
type populationTable struct {
	// district is the present one; empty when the code is no district's.
	district string
	firstRow int
	// faulty when one of its rows was rejected, so that it is not whole.
	faulty bool
	people map[marketpositionv1.Sex]map[need.AgeBand]int
}

func newPopulationTable(district string, firstRow int) *populationTable {
	return &populationTable{district: district, firstRow: firstRow, people: map[marketpositionv1.Sex]map[need.AgeBand]int{}}
}

// take adds the people of a row, each age of a sex once.
func (t *populationTable) take(row *intake.Row, layout populationLayout) {
	sex := layout.sexOf(row)
	for _, one := range layout.counts(row) {
		if _, twice := t.people[sex][one.band]; twice {
			row.Fault(layout.age, "ages %s stand in an earlier row too", one.band)
			continue
		}
		t.add(sex, one.band, one.people)
	}
}

func (t *populationTable) add(sex marketpositionv1.Sex, band need.AgeBand, people int) {
	if t.people[sex] == nil {
		t.people[sex] = map[need.AgeBand]int{}
	}
	t.people[sex][band] += people
}

// join adds another district's people.
func (t *populationTable) join(o *populationTable) {
	t.firstRow, t.faulty = min(t.firstRow, o.firstRow), t.faulty || o.faulty
	for sex, ages := range o.people {
		for band, people := range ages {
			t.add(sex, band, people)
		}
	}
}

// counts are the finest bands of each sex, whole or not at all. With addSexes, everyone
// together is added up where the table does not say it.
func (t *populationTable) counts(addSexes bool) (out []*marketpositionv1.AgeCount, why string) {
	if (t.people[women] == nil) != (t.people[men] == nil) {
		return nil, "only one sex is counted"
	}
	if addSexes && t.people[bothSexes] == nil {
		for _, sex := range []marketpositionv1.Sex{women, men} {
			for band, people := range t.people[sex] {
				t.add(bothSexes, band, people)
			}
		}
	}
	for _, sex := range []marketpositionv1.Sex{bothSexes, women, men} {
		if t.people[sex] == nil {
			continue
		}
		bands, why := finest(slices.Collect(maps.Keys(t.people[sex])))
		if why != "" {
			return nil, why
		}
		for _, band := range bands {
			if t.people[sex][band] > math.MaxInt32 {
				return nil, fmt.Sprintf("ages %s have more people than there can be", band)
			}
			out = append(out, ageCount(band, sex, t.people[sex][band]))
		}
	}
	if len(out) == 0 {
		return nil, "there is no age"
	}
	return out, ""
}

func ageCount(band need.AgeBand, sex marketpositionv1.Sex, people int) *marketpositionv1.AgeCount {
	count := &marketpositionv1.AgeCount{FromAge: int32(band.From), ToAge: facts.LastAge(band), Sex: sex, People: int32(people)}
	count.Open = band.To == need.AndOver
	return count
}
