package illustrative

import (
	"fmt"
	"slices"

	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// home is a care home with what its returns are made from.
type home struct {
	entry *carehomesv1.CareHome
	kind  string
	// known is true for the homes that the plan's totals speak of.
	known bool
	life  life
	// stream names the home and those it continues: their numbers go on.
	stream string
	beds   []beds
	// placing are the other councils that place people here.
	placing []string
}

// beds are a home's beds of one type in the counted month.
type beds struct {
	kind                      carehomesv1.BedType
	maximum, used, admittable int
}

// homesOf makes a district's homes, kind by kind.
func (p *Plan) homesOf(d District) []home {
	var all []home
	for _, kind := range careHomes.kinds {
		all = append(all, p.homesOfKind(d, kind, len(all))...)
	}
	return all
}

func (p *Plan) homesOfKind(d District, kind string, from int) []home {
	planned := d.counts[careHomes][kind]
	n := planned["homes"]
	s := newStream(p.Seed, careHomes.name, string(d.Code), kind)
	lives := p.lives(s, n, turnover{
		closing: p.rates.HomesClosing, opening: p.rates.HomesOpening, reregistering: p.rates.HomesReregistering,
	})
	sizes := p.homeSizes(s, planned, len(lives))
	homes := make([]home, 0, len(lives)+1)
	for i, l := range lives {
		if l.continues >= 0 {
			homes = append(homes, p.successor(homes[l.continues], d, l, from+i+1))
			continue
		}
		homes = append(homes, p.newHome(d, kind, l, from+i+1, sizes[i], i < n))
	}
	for range s.ratio(n*p.rates.HomesDormant, 1000) {
		dormant := p.newHome(d, kind, p.longOpen(s), from+len(homes)+1, counts{"registered_beds": s.between(4, 20)}, false)
		dormant.entry.Dormant = true
		homes = append(homes, dormant)
	}
	return homes
}

// homeSizes deals the planned totals to the planned homes, and gives those that open
// later a size like theirs.
func (p *Plan) homeSizes(s *stream, planned counts, n int) []counts {
	known := planned["homes"]
	sizes := make([]counts, known, n)
	if known == 0 {
		return sizes
	}
	registered := deal(planned["registered_beds"], s.weights(known, 45, 165), nil)
	maximum := deal(planned["maximum"], scattered(s, registered, 92, 100), registered)
	used := deal(planned["used"], scattered(s, maximum, 86, 104), maximum)
	vacant := make([]int, known)
	for i := range vacant {
		vacant[i] = maximum[i] - used[i]
	}
	admittable := deal(planned["admittable"], scattered(s, vacant, 40, 100), vacant)
	for i := range sizes {
		sizes[i] = counts{"registered_beds": registered[i], "maximum": maximum[i], "used": used[i], "admittable": admittable[i]}
	}
	for len(sizes) < n {
		sizes = append(sizes, sizes[s.below(known)])
	}
	return sizes
}

func (p *Plan) newHome(d District, kind string, l life, number int, size counts, known bool) home {
	id := placeID(homeIDs, d.Code, number)
	s := newStream(p.Seed, "home", id)
	h := home{kind: kind, known: known, life: l, stream: id, beds: p.bedsOf(s, kind, size)}
	h.entry = &carehomesv1.CareHome{
		Name: "careHomes/" + id, Title: fmt.Sprintf("Illustrative Home %03d, %s", number, d.Name),
		District: "districts/" + string(d.Code), Placement: stated(),
		Address:        fmt.Sprintf("%d Illustration Street, %s", number, d.Name),
		RegisteredBeds: int32(size["registered_beds"]),
		Services:       servicesOf(s, kind), UserBands: bandsOf(s, kind, h.beds),
		SourceId: registerSource,
	}
	h.join(local(s, homeProviderIDs, "Care Home", d, d.Total(careHomes.name, kind, "homes")))
	if s.chance(p.rates.HomesInGroups) {
		h.join(group(s))
	}
	h.entry.Latitude, h.entry.Longitude = d.centre.point(s)
	h.entry.RegisteredOn, h.entry.DeregisteredOn = l.opens.String(), l.closes.String()
	if rating, on := p.rate(s, l); on != "" {
		h.entry.Rating, h.entry.RatingDate = carehomesv1.Rating(rating), on
	} else {
		h.entry.Rating = carehomesv1.Rating_RATING_NO_PUBLISHED_RATING
	}
	for _, at := range []int{s.pick(8, 5, 3, 2), s.pick(8, 5, 3, 2)} {
		if at < len(d.neighbours) {
			h.placing = append(h.placing, "authorities/"+string(d.neighbours[at]))
		}
	}
	h.placing = slices.Compact(h.placing)
	return h
}

func (h *home) join(who provider) {
	h.entry.Provider, h.entry.ProviderTitle, h.entry.Brand = who.id, who.title, who.brand
}

// successor is the same home under a new registration and another provider.
func (p *Plan) successor(of home, d District, l life, number int) home {
	next := p.newHome(d, of.kind, l, number, counts{}, false)
	next.stream, next.beds, next.placing = of.stream, of.beds, of.placing
	if next.entry.GetProvider() == of.entry.GetProvider() {
		next.join(buyer(homeProviderIDs, "Care Home", d, number))
	}
	next.entry.Title, next.entry.Address = of.entry.GetTitle(), of.entry.GetAddress()
	next.entry.Latitude, next.entry.Longitude = of.entry.Latitude, of.entry.Longitude
	next.entry.RegisteredBeds = of.entry.GetRegisteredBeds()
	next.entry.Services = slices.Clone(of.entry.GetServices())
	next.entry.UserBands = slices.Clone(of.entry.GetUserBands())
	next.entry.Predecessor = of.entry.GetName()
	return next
}
