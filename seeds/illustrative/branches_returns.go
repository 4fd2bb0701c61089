package illustrative

import (
	"github.com/caremarket/caremarket/pkg/period"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// branchRecord is all that decides what a branch returns from month to month.
type branchRecord struct {
	branch
	plan *Plan
	// delivered, commissioned and spare are how its hours go, queue how those who wait do.
	delivered, commissioned, spare, queue walk
	// payers are the weights of this council, another council, the NHS, direct payments
	// and self-funders; combined branches do not tell the council and the NHS apart.
	payers   []int
	combined bool
	peopleBy bool
	staffBy  bool
	staff    staffing
}

func (p *Plan) branchRecord(b branch) branchRecord {
	s := newStream(p.Seed, "branch record", b.stream)
	r := branchRecord{branch: b, plan: p}
	season := &p.seasons.hours
	r.delivered = p.walkThrough(s, p.rates.HoursNoise, p.rates.HoursRise, season)
	r.commissioned = p.walkThrough(s, p.rates.HoursNoise, p.rates.HoursRise, season)
	r.spare = p.walkThrough(s, p.rates.SpareNoise, 0, nil)
	r.queue = p.walkThrough(s, p.rates.SpareNoise, 0, season)
	self, nhs, direct, elsewhere := p.rates.HomeCareSelfFunded, p.rates.HomeCareNHS, p.rates.HomeCareDirect, p.rates.HomeCareElsewhere
	r.payers = scattered(s, []int{1000 - self - nhs - direct - elsewhere, elsewhere, nhs, direct, self}, 40, 160)
	r.combined, r.peopleBy = s.chance(p.rates.PayersCombined), !s.chance(p.rates.PayersUnsaid)
	r.staffBy = !s.chance(p.rates.StaffUnsaid)
	// Own: a care worker gives about 18 hours a week, a tenth of the staff give none.
	const weekly = 18
	carers := max(2, b.hours.delivered*s.between(85, 115)/(100*weekly))
	if b.cases != nil {
		carers = max(2, 2*b.cases.reablementHigh) // Own: two to each case a week.
	}
	r.staff = staffing{carers: carers, others: 1 + carers/10, agency: s.between(0, 90)}
	return r
}

// returned makes the branch's return of an entry of its diary, as it is sent; first is
// true for the first return of the day.
func (r branchRecord) returned(e entry, first bool) *homecarev1.HomeCareReturn {
	s := newStream(r.plan.Seed, "branch return", r.entry.GetName(), e.on.String())
	ret := &homecarev1.HomeCareReturn{HomeCareBranch: r.entry.GetName(), AsAt: e.on.String(), SourceId: returnsSource}
	if r.staffBy {
		ret.Staff = ofBranch(r.staff.in(s))
	}
	if r.cases != nil {
		ret.IntermediateCare = r.cases.in(r.plan, s, r.entry.GetZones(), r.weights)
		return ret
	}
	h := r.hoursIn(e.month)
	switch {
	case e.slip == outlier:
		h.spare = r.spoil(s, ret, h)
	case e.slip == mistaken && first:
		h.delivered /= 2 // A slip that no rule can see.
		h.spare = min(h.spare, h.delivered)
	}
	ret.Zones = r.zonesIn(h)
	r.flowsIn(s, ret, e)
	return ret
}

// hoursIn are the branch's hours of a month. Spare hours stay credible.
func (r branchRecord) hoursIn(month int) hours {
	const grown, credible = 3, 2
	full := r.life.filled(month)
	h := hours{
		delivered:    perMille(r.delivered.of(month, r.hours.delivered, r.hours.delivered, grown*r.hours.delivered), full),
		commissioned: perMille(r.commissioned.of(month, r.hours.commissioned, r.hours.commissioned, grown*r.hours.commissioned), full),
	}
	h.spare = r.hours.spare
	if month != r.plan.calendar.counted {
		h.spare = r.spare.of(month, r.hours.spare, r.hours.spare, credible*h.delivered)
	}
	if r.life.winding(month) {
		h.spare = 0
	}
	return h
}

// zonesIn puts the hours in the branch's zones, or in none.
func (r branchRecord) zonesIn(h hours) []*homecarev1.ZoneReturn {
	people := h.delivered * 10 / r.plan.rates.HoursPerPerson
	if r.officeOnly {
		row := &homecarev1.ZoneReturn{HoursDelivered: weekly(h.delivered), HoursCommissioned: weekly(h.commissioned)}
		row.People = r.peopleIn(people)
		return []*homecarev1.ZoneReturn{row}
	}
	zones := r.entry.GetZones()
	delivered, commissioned := split(h.delivered, r.weights...), split(h.commissioned, r.weights...)
	spare, served := split(h.spare, r.weights...), split(people, r.weights...)
	rows := make([]*homecarev1.ZoneReturn, len(zones))
	for i, zone := range zones {
		rows[i] = &homecarev1.ZoneReturn{
			Zone: zone, HoursDelivered: weekly(delivered[i]), HoursCommissioned: weekly(commissioned[i]),
			HoursSpare: weekly(spare[i]), People: r.peopleIn(served[i]),
		}
	}
	return rows
}

func weekly(hours int) *float64 {
	h := float64(hours)
	return &h
}

// peopleIn splits people by who pays.
func (r branchRecord) peopleIn(n int) []*homecarev1.PeopleByPayer {
	if !r.peopleBy || n == 0 {
		return nil
	}
	shares := split(n, r.payers...)
	payers := []homecarev1.Payer{
		homecarev1.Payer_PAYER_THIS_COUNCIL, homecarev1.Payer_PAYER_ANOTHER_COUNCIL, homecarev1.Payer_PAYER_NHS,
		homecarev1.Payer_PAYER_DIRECT_PAYMENT, homecarev1.Payer_PAYER_SELF_FUNDER,
	}
	if r.combined || r.placing == "" {
		// As Capacity Tracker asks: a council or the NHS, and the others.
		shares[0], shares[1], shares[2] = shares[0]+shares[1]+shares[2], 0, 0
		payers[0] = homecarev1.Payer_PAYER_COUNCIL_OR_NHS
	}
	var rows []*homecarev1.PeopleByPayer
	for i, payer := range payers {
		if shares[i] == 0 {
			continue
		}
		row := &homecarev1.PeopleByPayer{Payer: payer, People: int32(shares[i])}
		if payer == homecarev1.Payer_PAYER_ANOTHER_COUNCIL {
			row.PlacingAuthority = r.placing
		}
		rows = append(rows, row)
	}
	return rows
}

// flowsIn adds the packages that wait and those that were handed back.
func (r branchRecord) flowsIn(s *stream, ret *homecarev1.HomeCareReturn, e entry) {
	waiting := r.queue.of(e.month, r.waiting, r.waiting, 3*r.waiting)
	if e.month != r.plan.calendar.counted {
		waiting = max(0, waiting+s.between(-1, 1))
	}
	const batches = 3
	for since := e.on; waiting > 0; {
		people := min(waiting, 1+s.below((waiting+batches-1)/batches+1))
		since = since.AddDays(-s.between(2, 24))
		ret.Waiting = append(ret.Waiting, r.waitingRow(s, people, since))
		waiting -= people
	}
	if s.chance(r.plan.rates.HandedBack) && !r.life.winding(e.month) {
		packages := s.between(1, 3)
		ret.HandedBack = append(ret.HandedBack, &homecarev1.PackagesHandedBack{
			Zone: r.anyZone(s), Packages: int32(packages), Hours: float64(packages * s.between(7, 16)),
		})
	}
}

func (r branchRecord) waitingRow(s *stream, people int, since period.Date) *homecarev1.WaitingPackages {
	packages := people
	if s.chance(80) {
		packages++ // Somebody waits for two.
	}
	return &homecarev1.WaitingPackages{
		Zone: r.anyZone(s), Packages: int32(packages), People: int32(people),
		Hours: float64(packages * s.between(7, 16)), WaitingSince: since.String(),
	}
}

func (r branchRecord) anyZone(s *stream) string {
	if r.officeOnly {
		return ""
	}
	return r.entry.GetZones()[s.pick(r.weights...)]
}

// spoil makes one of the mistakes that the rules for mistakes find, and returns the
// spare hours that go with it.
func (r branchRecord) spoil(s *stream, ret *homecarev1.HomeCareReturn, h hours) int {
	staff := ret.GetStaff()
	switch n := s.below(3); {
	case staff != nil && (n == 0 || r.officeOnly): // The form filled in twice.
		staff.NursesAgency, staff.CareWorkersAgency = staff.GetNursesEmployed(), staff.GetCareWorkersEmployed()
		staff.NonCareWorkersAgency = staff.GetNonCareWorkersEmployed()
	case staff != nil && n == 1: // Hours in the place of heads.
		const headcountLimit = 1000
		staff.CareWorkersEmployed = headcountLimit + 22*staff.GetCareWorkersEmployed()
	default: // The spare hours of a quarter in the place of a week's.
		const weeks, always = 13, 201
		return weeks*h.spare + 3*h.delivered + always
	}
	return h.spare
}
