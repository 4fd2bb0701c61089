package illustrative

import (
	"cmp"
	"fmt"
	"slices"

	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// branch is a home care branch, or a service outside CQC, with what its returns are
// made from.
type branch struct {
	entry *homecarev1.HomeCareBranch
	// market is the row of answers.csv that it answers by.
	market string
	known  bool
	life   life
	stream string
	// hours are its weekly hours in the counted month.
	hours hours
	// waiting are the people who wait for it to start.
	waiting int
	// officeOnly returns for the branch as a whole, never by zone.
	officeOnly bool
	// weights say how its hours fall on its zones, in their order.
	weights []int
	// placing is another council that it serves people of.
	placing string
	// cases is the intermediate care that it gives; nil for none.
	cases *caseload
}

type hours struct{ delivered, commissioned, spare int }

// largeGroupCount is how many large groups of home care branches a council has, each
// with a brand of its own.
const largeGroupCount = 4

// branchesOf makes a district's branches: of the large groups, the others, and the
// council's intermediate care where its office is here.
func (p *Plan) branchesOf(d District) []branch {
	var all []branch
	for _, kind := range homeCare.kinds {
		all = append(all, p.branchesOfKind(d, kind, len(all))...)
	}
	if d.runsIntermediateCare {
		all = append(all, p.intermediateCare(d, len(all)+1))
	}
	return all
}

func (p *Plan) branchesOfKind(d District, kind string, from int) []branch {
	planned := d.counts[homeCare][kind]
	n := planned["branches"]
	s := newStream(p.Seed, homeCare.name, string(d.Code), kind)
	rate := turnover{closing: p.rates.BranchesClosing, opening: p.rates.BranchesOpening, reregistering: p.rates.BranchesReregistering}
	if kind == largeBranches {
		rate = turnover{} // The large groups stay what they are, so that they can be followed.
	}
	lives := p.lives(s, n, rate)
	sizes := branchSizes(s, planned, len(lives))
	branches := make([]branch, 0, len(lives)+1)
	for i, l := range lives {
		number := from + i + 1
		if l.continues >= 0 {
			branches = append(branches, p.branchSuccessor(branches[l.continues], d, l, number))
			continue
		}
		b := p.newBranch(d, l, number, sizes[i], i < n)
		if kind == largeBranches {
			b.join(largeGroup(d, i%largeGroupCount))
		}
		branches = append(branches, b)
	}
	for range s.ratio(n*p.rates.BranchesDormant, 1000) {
		dormant := p.newBranch(d, p.longOpen(s), from+len(branches)+1, counts{}, false)
		dormant.entry.Dormant = true
		branches = append(branches, dormant)
	}
	return branches
}

// branchSizes deals the planned totals to the planned branches, and gives those that
// open later a size like theirs. Spare hours stay below what a rule for mistakes takes
// for one: twice the hours delivered.
func branchSizes(s *stream, planned counts, n int) []counts {
	known := planned["branches"]
	sizes := make([]counts, known, n)
	if known == 0 {
		return sizes
	}
	delivered := deal(planned["hours_delivered"], s.weights(known, 30, 170), nil)
	commissioned := deal(planned["hours_commissioned"], scattered(s, delivered, 70, 130), nil)
	credible := make([]int, known)
	for i := range credible {
		credible[i] = delivered[i] * 3 / 2
	}
	spare := deal(planned["hours_spare"], scattered(s, delivered, 20, 180), credible)
	officeOnly := deal(planned["office_only"], s.weights(known, 1, 100), equal(known))
	waiting := deal(planned["people_waiting"], scattered(s, delivered, 20, 180), nil)
	moveSpare(spare, officeOnly, credible)
	for i := range sizes {
		sizes[i] = counts{
			"hours_delivered": delivered[i], "hours_commissioned": commissioned[i], "hours_spare": spare[i],
			"office_only": officeOnly[i], "people_waiting": waiting[i],
		}
	}
	for len(sizes) < n {
		sizes = append(sizes, sizes[s.below(known)])
	}
	return sizes
}

// moveSpare deals the spare hours of branches that return for their office only among
// the others: nobody could say where they are.
func moveSpare(spare, officeOnly, credible []int) {
	moved, room := 0, make([]int, len(spare))
	for i := range spare {
		if officeOnly[i] > 0 {
			moved, spare[i] = moved+spare[i], 0
			continue
		}
		room[i] = credible[i] - spare[i]
	}
	for i, n := range deal(moved, room, room) {
		spare[i] += n
	}
}

func (p *Plan) newBranch(d District, l life, number int, size counts, known bool) branch {
	id := placeID(branchIDs, d.Code, number)
	s := newStream(p.Seed, "branch", id)
	b := branch{
		market: homeCare.name, known: known, life: l, stream: id,
		hours:   hours{size["hours_delivered"], size["hours_commissioned"], size["hours_spare"]},
		waiting: size["people_waiting"], officeOnly: size["office_only"] > 0,
	}
	b.entry = &homecarev1.HomeCareBranch{
		Name: "homeCareBranches/" + id, Title: fmt.Sprintf("Illustrative Home Care %03d, %s", number, d.Name),
		Kind:     homecarev1.SupplyKind_SUPPLY_KIND_HOME_CARE,
		District: "districts/" + string(d.Code), Placement: stated(),
		Address:   fmt.Sprintf("%d Illustration Road, %s", number, d.Name),
		UserBands: homeCareBands(s), SourceId: registerSource,
	}
	b.join(local(s, branchProviderIDs, "Home Care", d, d.Total(homeCare.name, otherBranches, "branches")))
	if s.chance(p.rates.BranchesInGroups) {
		b.join(group(s))
	}
	b.entry.Latitude, b.entry.Longitude = d.centre.point(s)
	b.entry.RegisteredOn, b.entry.DeregisteredOn = l.opens.String(), l.closes.String()
	b.entry.Rating = homecarev1.Rating_RATING_NO_PUBLISHED_RATING
	if rating, on := p.rate(s, l); on != "" {
		b.entry.Rating, b.entry.RatingDate = homecarev1.Rating(rating), on
	}
	b.serve(s, p.reach[d.Code], p.council[d.Authority])
	if len(d.neighbours) > 0 {
		b.placing = "authorities/" + string(d.neighbours[0])
	}
	return b
}

func (b *branch) join(who provider) {
	b.entry.Provider, b.entry.ProviderTitle, b.entry.Brand = who.id, who.title, who.brand
}

// largeGroup is one of a council's large groups of branches.
func largeGroup(d District, n int) provider {
	title := fmt.Sprintf("Illustrative Large Home Care %d, %s", n+1, d.AuthorityName)
	const numbers = 90_000
	return provider{id: "providers/" + placeID(groupIDs, d.Authority, numbers+n+1), title: title, brand: title}
}

// serve draws the zones of a branch: most of those that reach into its district, and
// now and then one farther off. Its hours fall on them about as the people of the
// district do.
func (b *branch) serve(s *stream, near, council []ground) {
	served := []ground{pickGround(s, near)}
	for _, g := range near {
		if s.chance(600) {
			served = append(served, g)
		}
	}
	if s.chance(150) {
		afar := pickGround(s, council)
		afar.people /= 4
		served = append(served, afar)
	}
	slices.SortStableFunc(served, func(a, b ground) int { return cmp.Compare(a.zone, b.zone) })
	served = slices.CompactFunc(served, func(a, b ground) bool { return a.zone == b.zone })
	for _, g := range served {
		b.entry.Zones = append(b.entry.Zones, g.zone)
		b.weights = append(b.weights, (g.people+1)*s.between(40, 160))
	}
}

func homeCareBands(s *stream) []homecarev1.UserBand {
	bands := []homecarev1.UserBand{homecarev1.UserBand_USER_BAND_DEMENTIA, homecarev1.UserBand_USER_BAND_OLDER_PEOPLE}
	if s.chance(600) {
		bands = append(bands, homecarev1.UserBand_USER_BAND_PHYSICAL_DISABILITY)
	}
	if s.chance(300) {
		bands = append(bands, homecarev1.UserBand_USER_BAND_LEARNING_DISABILITY_OR_AUTISM, homecarev1.UserBand_USER_BAND_YOUNGER_ADULTS)
	}
	return bands
}

// branchSuccessor is the same branch under a new registration and another provider.
func (p *Plan) branchSuccessor(of branch, d District, l life, number int) branch {
	next := p.newBranch(d, l, number, counts{}, false)
	next.stream, next.hours, next.waiting, next.officeOnly = of.stream, of.hours, of.waiting, of.officeOnly
	if next.entry.GetProvider() == of.entry.GetProvider() {
		next.join(buyer(branchProviderIDs, "Home Care", d, number))
	}
	next.entry.Title, next.entry.Address = of.entry.GetTitle(), of.entry.GetAddress()
	next.entry.Latitude, next.entry.Longitude = of.entry.Latitude, of.entry.Longitude
	next.entry.UserBands = slices.Clone(of.entry.GetUserBands())
	next.entry.Zones, next.weights = slices.Clone(of.entry.GetZones()), of.weights
	next.entry.Predecessor = of.entry.GetName()
	return next
}
