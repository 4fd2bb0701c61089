package failure

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/check"
)

// mostMiles bounds how far people may be moved: no two places in Britain lie further apart.
const mostMiles = 1000

// mostCounted bounds the people and places of one kind in one service, and so keeps every sum exact.
const mostCounted = 100_000

// Validate names every fault of the input by its field, or returns nil.
func (in Input) Validate() error {
	faults := validate(in.Services, in.Rules)
	known := false
	for _, service := range in.Services {
		known = known || service.Provider == in.Provider
	}
	if !known {
		faults.Add("provider", "no service of provider %q is among the services", in.Provider)
	}
	return faults.Err()
}

func validate(services []Service, rules Rules) *errs.Collector {
	faults := new(errs.Collector)
	seen := make(map[string]int, len(services))
	for i, service := range services {
		field := fmt.Sprintf("services[%d]", i)
		if first, again := seen[service.ID]; again {
			faults.Add(field+".id", "%q stands already at services[%d]", service.ID, first)
		}
		seen[service.ID] = i
		service.check(faults, field)
	}
	check.Between(faults, "rules.max_miles", 0, mostMiles, rules.MaxMiles)
	checkRating(faults, "rules.rating_floor", rules.RatingFloor, Outstanding)
	for i, s := range rules.Substitutes {
		if s.Needed == "" || s.Given == "" {
			faults.Add(fmt.Sprintf("rules.substitutes[%d]", i), "names the kind needed and the kind given")
		}
	}
	return faults
}

func (s Service) check(faults *errs.Collector, field string) {
	if s.ID == "" {
		faults.Add(field+".id", "every service has an id")
	}
	if s.Provider == "" {
		faults.Add(field+".provider", "every service has a provider")
	}
	if !s.AtHome && (math.IsNaN(s.Location.Latitude+s.Location.Longitude) || s.Location.IsZero()) {
		faults.Add(field+".location", "distances need coordinates")
	}
	checkRating(faults, field+".rating", s.Rating, NotRated)
	checkCounts(faults, field+".people", s.People)
	checkCounts(faults, field+".admittable", s.Admittable)
}

func checkCounts(faults *errs.Collector, field string, counts map[Kind]int) {
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		if count := counts[kind]; count < 0 || count > mostCounted {
			faults.Add(fmt.Sprintf("%s[%s]", field, kind), "must lie between 0 and %d, not at %d", mostCounted, count)
		}
	}
}

func checkRating(faults *errs.Collector, field string, rating, most Rating) {
	if rating < Unrated || rating > most {
		faults.Add(field, "is not one of CQC's ratings: %d", int(rating))
	}
}
