package contingency

import (
	"cmp"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/failure"
)

// inZone joins a service's or a kind's name with the zone that it is of: home care is
// assigned zone by zone.
const inZone = " in "

func join(name, zone string) string {
	if zone == "" {
		return name
	}
	return name + inZone + zone
}

func split(joined string) (name, zone string) {
	name, zone, _ = strings.Cut(joined, inZone)
	return name, zone
}

// left is a service, or one kind of it, that cannot be counted.
type left struct {
	standing *commonv1.Standing
	reason   marketpositionv1.LeftOutReason
	kind     *commonv1.StandingKind // nil for the whole service
	why      string
}

// board is a market as the model sees it.
type board struct {
	market   Market
	services []failure.Service
	left     []left
	at       map[string]*commonv1.Standing
	given    []failure.Substitute
	rules    *marketpositionv1.FailureRules
}

// newBoard lays a market out for the model: services it can count, and what it cannot.
func newBoard(m Market, rules *marketpositionv1.FailureRules) *board {
	b := &board{market: m, rules: rules, at: make(map[string]*commonv1.Standing, len(m.Standings))}
	for _, s := range m.Standings {
		b.at[s.GetName()] = s
		switch {
		case !s.GetReturned():
			b.leaveOut(s, nil, marketpositionv1.LeftOutReason_LEFT_OUT_REASON_NO_RETURN)
		case m.Kind == marketpositionv1.Market_MARKET_HOME_CARE:
			b.addBranch(s)
		case s.Latitude == nil:
			b.leaveOut(s, nil, marketpositionv1.LeftOutReason_LEFT_OUT_REASON_NO_COORDINATES)
		default:
			b.addPlace(s)
		}
	}
	b.given = b.substitutes()
	return b
}

func (b *board) leaveOut(s *commonv1.Standing, kind *commonv1.StandingKind, reason marketpositionv1.LeftOutReason) {
	b.left = append(b.left, left{standing: s, reason: reason, kind: kind, why: kind.GetDerivation()})
}

// runs is who runs a service. Where the register does not say, the service stands alone.
func runs(s *commonv1.Standing) string { return cmp.Or(s.GetProvider(), s.GetName()) }

// addPlace adds a home or a scheme.
func (b *board) addPlace(s *commonv1.Standing) {
	service := failure.Service{
		ID: s.GetName(), Provider: runs(s), District: s.GetDistrict(), Rating: failureRating(s.GetRating()),
		Location: geo.Point{Latitude: s.GetLatitude(), Longitude: s.GetLongitude()},
		People:   map[failure.Kind]int{}, Admittable: map[failure.Kind]int{},
	}
	for _, k := range s.GetKinds() {
		kind := failure.Kind(k.GetKind())
		if k.GetAsked() {
			service.People[kind] += int(k.GetPeople())
		}
		service.Admittable[kind] += int(k.GetAdmittable())
	}
	b.services = append(b.services, service)
}

// addBranch adds a branch, each of its zones by itself.
func (b *board) addBranch(s *commonv1.Standing) {
	for _, zone := range zonesOf(s) {
		service := failure.Service{
			ID: join(s.GetName(), zone), Provider: runs(s), District: zone, Rating: failureRating(s.GetRating()),
			AtHome: true, People: map[failure.Kind]int{}, Admittable: map[failure.Kind]int{},
		}
		for _, k := range s.GetKinds() {
			if k.GetZone() != zone {
				continue
			}
			kind := failure.Kind(join(k.GetKind(), zone))
			if k.GetAsked() && k.People != nil {
				service.People[kind] += int(k.GetPeople())
			}
			service.Admittable[kind] += int(k.GetAdmittable())
			if k.GetAsked() && k.People == nil || k.Admittable == nil {
				b.leaveOut(s, k, marketpositionv1.LeftOutReason_LEFT_OUT_REASON_NOT_SAID)
			}
		}
		b.services = append(b.services, service)
	}
	for _, k := range s.GetKinds() {
		if k.GetZone() == "" {
			b.leaveOut(s, k, marketpositionv1.LeftOutReason_LEFT_OUT_REASON_NO_ZONE)
		}
	}
}

// zonesOf are the zones that a branch's return speaks of, each once.
func zonesOf(s *commonv1.Standing) []string {
	var zones []string
	for _, k := range s.GetKinds() {
		if k.GetZone() != "" {
			zones = append(zones, k.GetZone())
		}
	}
	slices.Sort(zones)
	return slices.Compact(zones)
}

// substitutes are the rules' as the model takes them; home care's hold in each zone.
func (b *board) substitutes() []failure.Substitute {
	zones := map[string]bool{}
	for _, s := range b.services {
		_, zone := split(s.ID)
		zones[zone] = true
	}
	var all []failure.Substitute
	for _, pair := range b.rules.GetSubstitutes() {
		for zone := range zones {
			all = append(all, failure.Substitute{
				Needed: failure.Kind(join(pair.GetNeeded(), zone)), Given: failure.Kind(join(pair.GetGiven(), zone)),
			})
		}
	}
	// Of a kind's substitutes the order decides ties.
	slices.SortStableFunc(all, func(a, b failure.Substitute) int {
		return cmp.Or(cmp.Compare(a.Needed, b.Needed), cmp.Compare(a.Given, b.Given))
	})
	return all
}

// modelRules are the rules as the model takes them.
func (b *board) modelRules() failure.Rules {
	return failure.Rules{
		MaxMiles: b.rules.GetMaxMiles(), RatingFloor: failureRating(b.rules.GetRatingFloor()),
		AcceptUnrated: b.rules.GetAcceptUnrated(), Substitutes: b.given,
	}
}

// of are the standings of a provider that are asked about.
func (b *board) of(provider string) []*commonv1.Standing {
	var own []*commonv1.Standing
	for _, s := range b.market.Standings {
		if runs(s) == provider && s.GetAsked() {
			own = append(own, s)
		}
	}
	return own
}

// others are the standings of everybody else.
func (b *board) others(provider string) []*commonv1.Standing {
	return slices.DeleteFunc(slices.Clone(b.market.Standings), func(s *commonv1.Standing) bool { return runs(s) == provider })
}
