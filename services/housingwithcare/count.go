package housingwithcare

import (
	"slices"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

const (
	kinds   = int(housingwithcarev1.SchemeKind_SCHEME_KIND_RETIREMENT) + 1
	tenures = int(housingwithcarev1.Tenure_TENURE_OUTRIGHT_SALE) + 1
	// all is the row of all kinds and the column of all tenures: the enums' own unspecified.
	all = 0
)

// homes is the state of a group of homes, and of the people who wait for one.
type homes struct{ units, occupied, voids, reserved, waiting int }

func (h *homes) add(o homes) {
	h.units += o.units
	h.occupied += o.occupied
	h.voids += o.voids
	h.reserved += o.reserved
	h.waiting += o.waiting
}

func (h *homes) available() int { return h.voids - h.reserved }

func (h *homes) outOfUse() int { return h.units - h.occupied - h.voids }

// group is the schemes of a kind that have homes of a tenure.
type group struct {
	homes

	schemes int
	returns figure.Tally
}

// care is what schemes return of the care they give on site.
type care struct {
	schemes          int
	contracted, used []float64
}

// people sums a count of people over the schemes that return it.
type people struct{ n, schemes int }

func (p *people) add(n *int32) {
	if n != nil {
		p.n += int(*n)
		p.schemes++
	}
}

// count is a district added up, before anything is hidden.
type count struct {
	groups              [kinds][tenures]group
	built, hubs         int
	landlords           map[string]int
	charges             []float64
	daysToLet           []float64
	care                care
	residents, withCare people
	setAside, doubtful  int
	partial             int
	register            figure.Tally
}

func newCount() *count { return &count{landlords: map[string]int{}} }

// tally adds up the schemes of a district that are open on a day.
func tally(day period.Date, schemes []Standing) *count {
	c := newCount()
	for i := range schemes {
		if openOn(schemes[i].Place, day.String()) {
			c.addScheme(day, &schemes[i])
		}
	}
	return c
}

func (c *count) addScheme(day period.Date, s *Standing) {
	h := s.Place
	c.register.Rest(s.PlaceSource)
	built := 0
	for _, u := range h.GetUnits() {
		built += int(u.GetUnits())
	}
	c.built += built
	c.landlords[landlord(h)] += built
	if h.HubRadiusMiles != nil {
		c.hubs++
	}
	if h.ServiceChargePerWeek != nil {
		c.charges = append(c.charges, h.GetServiceChargePerWeek())
	}
	if h.GetPlacement().GetDoubt() != "" {
		c.doubtful++
	}
	if s.SetAside {
		c.setAside++
	}
	c.addToGroups(day, s)
	if s.Returned {
		c.addReturn(s.Return)
	}
}

// landlord is who decides over a scheme: the brand where there is one, else the landlord.
func landlord(h *housingwithcarev1.HousingScheme) string {
	if h.GetBrand() != "" {
		return "brand/" + h.GetBrand()
	}
	return h.GetProvider()
}

// addToGroups counts a scheme once in each group that it belongs to: its kind's and that
// of all kinds, in each of its tenures and in that of all tenures.
func (c *count) addToGroups(day period.Date, s *Standing) {
	var has, returned [tenures]bool
	var said [tenures]homes
	has[all], returned[all] = true, s.Returned
	for _, u := range s.Place.GetUnits() {
		has[u.GetTenure()] = true
	}
	for _, t := range s.Return.GetTenures() {
		row := homes{
			units: int(t.GetUnits()), occupied: int(t.GetOccupied()), voids: int(t.GetVoids()),
			reserved: int(t.GetVoidsReserved()), waiting: int(t.GetNominationsWaiting()),
		}
		has[t.GetTenure()], returned[t.GetTenure()] = true, true
		said[t.GetTenure()].add(row)
		said[all].add(row)
	}
	on, err := period.Parse(s.AsAt)
	stale := err == nil && period.Stale(on, day)
	for t := range tenures {
		if !has[t] {
			continue
		}
		for _, k := range []int{all, int(s.Place.GetKind())} {
			g := &c.groups[k][t]
			g.schemes++
			g.returns.Expect(1)
			g.returns.Rest(s.PlaceSource)
			if returned[t] {
				g.returns.Answer(s.AsAt, stale, s.Source)
				g.add(said[t])
			}
		}
	}
	if s.Returned && has != returned {
		c.partial++
	}
}

func (c *count) addReturn(r *housingwithcarev1.SchemeReturn) {
	var days []float64
	for _, t := range r.GetTenures() {
		if t.ReferralToLetDays != nil {
			days = append(days, t.GetReferralToLetDays())
		}
	}
	if len(days) > 0 {
		c.daysToLet = append(c.daysToLet, sum(days)/float64(len(days)))
	}
	if o := r.GetOnSiteCare(); o != nil {
		c.care.schemes++
		c.care.contracted = append(c.care.contracted, o.GetHoursContracted())
		c.care.used = append(c.care.used, o.GetHoursUsed())
	}
	c.residents.add(r.Residents)
	c.withCare.add(r.ResidentsWithCare)
}

// add adds another district's count: an authority is the sum of its districts.
func (c *count) add(o *count) {
	for k := range c.groups {
		for t := range c.groups[k] {
			to, from := &c.groups[k][t], &o.groups[k][t]
			to.add(from.homes)
			to.schemes += from.schemes
			to.returns.Add(&from.returns)
		}
	}
	c.built += o.built
	c.hubs += o.hubs
	for l, n := range o.landlords {
		c.landlords[l] += n
	}
	c.charges = append(c.charges, o.charges...)
	c.daysToLet = append(c.daysToLet, o.daysToLet...)
	c.care.schemes += o.care.schemes
	c.care.contracted = append(c.care.contracted, o.care.contracted...)
	c.care.used = append(c.care.used, o.care.used...)
	c.residents.n, c.residents.schemes = c.residents.n+o.residents.n, c.residents.schemes+o.residents.schemes
	c.withCare.n, c.withCare.schemes = c.withCare.n+o.withCare.n, c.withCare.schemes+o.withCare.schemes
	c.setAside += o.setAside
	c.doubtful += o.doubtful
	c.partial += o.partial
	c.register.Add(&o.register)
}

// sum adds up from the smallest, so that it does not depend on the order of the schemes.
func sum(values []float64) float64 {
	var total float64
	for _, v := range slices.Sorted(slices.Values(values)) {
		total += v
	}
	return total
}
