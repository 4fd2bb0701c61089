package failure

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/caremarket/caremarket/pkg/geo"
)

// market is the services in order of id, and the rules made quick to ask.
type market struct {
	services []Service
	rules    Rules
	// given are the kinds that will do for a kind, itself first.
	given map[Kind][]Kind
}

func newMarket(services []Service, rules Rules) *market {
	m := &market{services: slices.Clone(services), rules: rules, given: make(map[Kind][]Kind)}
	slices.SortFunc(m.services, func(a, b Service) int { return cmp.Compare(a.ID, b.ID) })
	for _, service := range m.services {
		for kind := range service.People {
			m.given[kind] = []Kind{kind}
		}
	}
	for _, s := range rules.Substitutes {
		if kinds, needed := m.given[s.Needed]; needed && !slices.Contains(kinds, s.Given) {
			m.given[s.Needed] = append(kinds, s.Given)
		}
	}
	return m
}

// group is the people of one service who need one kind.
type group struct {
	from   *Service
	needed Kind
	people int
}

// groups are the provider's people, in order of service and kind.
func (m *market) groups(provider string) []group {
	var groups []group
	for i := range m.services {
		service := &m.services[i]
		if service.Provider != provider {
			continue
		}
		for _, kind := range slices.Sorted(maps.Keys(service.People)) {
			if people := service.People[kind]; people > 0 {
				groups = append(groups, group{service, kind, people})
			}
		}
	}
	return groups
}

// place is what one service would admit of one kind.
type place struct {
	at   *Service
	kind Kind
	free int
}

// places are what all other providers would admit, in order of service and kind.
func (m *market) places(provider string) []place {
	var places []place
	for i := range m.services {
		service := &m.services[i]
		if service.Provider == provider {
			continue
		}
		for _, kind := range slices.Sorted(maps.Keys(service.Admittable)) {
			if free := service.Admittable[kind]; free > 0 {
				places = append(places, place{service, kind, free})
			}
		}
	}
	return places
}

// ratedWellEnough reports whether people may be moved to the service.
func (r Rules) ratedWellEnough(service *Service) bool {
	switch service.Rating {
	case Unrated:
		return r.AcceptUnrated
	case NotRated:
		return true
	}
	return service.Rating >= r.RatingFloor
}

// milesPerDegree is less than a degree of latitude, 69.17 miles on the sphere of [geo.Point.Kilometres]
// (6,378.137 km x pi / 180), so that a difference of latitude alone can rule a place out.
const milesPerDegree = 69

// miles is how far people are moved in thousandths of a mile, if it is no more than the rules allow.
func (r Rules) miles(from, to *Service) (thousandths int32, near bool) {
	if from.AtHome || to.AtHome {
		return 0, from.AtHome && to.AtHome
	}
	return r.between(from.Location, to.Location)
}

func (r Rules) between(from, to geo.Point) (thousandths int32, near bool) {
	if math.Abs(from.Latitude-to.Latitude)*milesPerDegree > r.MaxMiles+0.001 {
		return 0, false
	}
	thousandths = int32(math.Round(1000 * from.Miles(to)))
	return thousandths, float64(thousandths) <= 1000*r.MaxMiles
}
