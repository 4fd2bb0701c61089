package illustrative

import (
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/seeds"
)

var loaded = sync.OnceValues(func() (Plan, error) { return County(Files(), seeds.Files()) })

func countyPlan(t testing.TB) *Plan {
	t.Helper()
	plan, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return &plan
}

func districtOf(t testing.TB, p *Plan, code geo.Code) District {
	t.Helper()
	for _, d := range p.Districts {
		if d.Code == code {
			return d
		}
	}
	t.Fatalf("%s is not planned", code)
	return District{}
}

const stroud, gloucester = geo.Code("E07000082"), geo.Code("E07000081")

// anyStream draws a stream of its own for each case.
func anyStream(t *rapid.T) *stream { return newStream(rapid.Uint64().Draw(t, "seed"), "case") }

// anyMonth draws a month in which a place can answer, with the day its window opens on;
// the last where there is none.
func anyMonth(t *rapid.T, p *Plan, l life) entry {
	months := []int{}
	for month, w := range p.calendar.windows {
		if l.openIn(w) {
			months = append(months, month)
		}
	}
	if len(months) == 0 {
		months = []int{p.calendar.months() - 1}
	}
	month := rapid.SampledFrom(months).Draw(t, "month")
	return entry{month: month, on: p.calendar.windows[month].Opens}
}

// anyOf draws one of several places.
func anyOf[P any](t *rapid.T, places []P) P {
	return places[rapid.IntRange(0, len(places)-1).Draw(t, "place")]
}
