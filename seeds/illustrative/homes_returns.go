package illustrative

import (
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// homeRecord is all that decides what a home returns from month to month.
type homeRecord struct {
	home
	plan *Plan
	// occupancy is how its occupancy goes.
	occupancy walk
	// willing is the share of its vacancies that it opens to admissions, per thousand.
	willing walk
	// payers are the weights of this council, another council, the NHS and self-funders.
	payers   [4]int
	payersBy bool
	staffBy  bool
	staff    staffing
}

// record draws how a home's numbers go; a home and the one it continues have the same.
func (p *Plan) record(h home) homeRecord {
	s := newStream(p.Seed, "home record", h.stream)
	r := homeRecord{home: h, plan: p}
	r.occupancy = p.walkThrough(s, p.rates.OccupancyNoise, p.rates.OccupancyRise, &p.seasons.occupancy)
	const willingnessNoise = 60
	r.willing = p.walkThrough(s, willingnessNoise, 0, nil)
	r.payers = p.payersOf(s, h.kind)
	r.payersBy, r.staffBy = !s.chance(p.rates.PayersUnsaid), !s.chance(p.rates.StaffUnsaid)
	r.staff = homeStaff(s, h)
	return r
}

// payersOf draws a home's payers about those of its kind.
func (p *Plan) payersOf(s *stream, kind string) [4]int {
	self, nhs, elsewhere := p.rates.OlderSelfFunded, p.rates.OlderNHS, p.rates.OlderElsewhere
	if kind == workingAge || kind == workingAgeNursing {
		self, nhs, elsewhere = p.rates.YoungerSelfFunded, p.rates.YoungerNHS, p.rates.YoungerElsewhere
	}
	council := 1000 - self - nhs - elsewhere
	drawn := scattered(s, []int{council, elsewhere, nhs, self}, 40, 160)
	return [4]int(drawn)
}

// returned makes the home's return of an entry of its diary, as it is sent; first is
// true for the first return of the day.
func (r homeRecord) returned(e entry, first bool) *carehomesv1.CareHomeReturn {
	s := newStream(r.plan.Seed, "home return", r.entry.GetName(), e.on.String())
	ret := &carehomesv1.CareHomeReturn{
		CareHome: r.entry.GetName(), AsAt: e.on.String(), SourceId: returnsSource,
		Beds: make([]*carehomesv1.BedReturn, len(r.beds)),
	}
	stopped := s.chance(r.plan.rates.AdmissionsStopped) || r.life.winding(e.month)
	for i, b := range r.beds {
		ret.Beds[i] = r.bedsIn(s, b, e.month, stopped)
	}
	if r.staffBy {
		ret.Staff = r.staff.in(s)
	}
	switch {
	case e.slip == outlier:
		spoil(s, ret, r.entry.GetRegisteredBeds())
	case e.slip == mistaken && first:
		mistype(ret)
	}
	if r.payersBy {
		for _, b := range ret.GetBeds() {
			b.Payers = r.payersIn(int(b.GetUsed()))
		}
	}
	return ret
}

func (r homeRecord) bedsIn(s *stream, b beds, month int, stopped bool) *carehomesv1.BedReturn {
	used, admittable := b.used, b.admittable
	if drift := s.between(-1, 1); month != r.plan.calendar.counted {
		used = r.occupancy.of(month, b.used+drift, b.maximum, b.maximum)
		used = perMille(used, r.life.filled(month))
		vacant := b.maximum - used
		share := 1000
		if b.maximum > b.used {
			share = 1000 * b.admittable / (b.maximum - b.used)
		}
		admittable = perMille(vacant, max(0, min(1000, share+r.willing[month])))
		if stopped {
			admittable = 0
		}
	}
	closed := b.maximum - used - admittable
	return &carehomesv1.BedReturn{
		BedType: b.kind, Maximum: int32(b.maximum), Used: int32(used), Accepting: int32(admittable),
		Reserved: int32(s.ratio(closed*r.plan.rates.ReservedVacancies, 1000)),
	}
}

// payersIn splits residents by payer; those of other councils by council.
func (r homeRecord) payersIn(used int) []*carehomesv1.UsedByPayer {
	if used == 0 {
		return nil
	}
	shares := split(used, r.payers[:]...)
	var rows []*carehomesv1.UsedByPayer
	add := func(payer carehomesv1.Payer, placing string, n int) {
		if n > 0 {
			rows = append(rows, &carehomesv1.UsedByPayer{Payer: payer, PlacingAuthority: placing, Used: int32(n)})
		}
	}
	add(carehomesv1.Payer_PAYER_THIS_COUNCIL, "", shares[0])
	if len(r.placing) == 0 {
		add(carehomesv1.Payer_PAYER_ANOTHER_COUNCIL, "", shares[1])
	} else {
		for i, n := range split(shares[1], equal(len(r.placing))...) {
			add(carehomesv1.Payer_PAYER_ANOTHER_COUNCIL, r.placing[i], n)
		}
	}
	add(carehomesv1.Payer_PAYER_NHS, "", shares[2])
	add(carehomesv1.Payer_PAYER_SELF_FUNDER, "", shares[3])
	return rows
}

// spoil makes one of the mistakes that the rules for mistakes find.
func spoil(s *stream, ret *carehomesv1.CareHomeReturn, registered int32) {
	staff := ret.GetStaff()
	switch n := s.below(3); {
	case n == 0 && staff != nil: // The form filled in twice.
		staff.NursesAgency, staff.CareWorkersAgency = staff.GetNursesEmployed(), staff.GetCareWorkersEmployed()
		staff.NonCareWorkersAgency = staff.GetNonCareWorkersEmployed()
	case n == 1 && staff != nil: // Hours in the place of heads.
		const headcountLimit = 1000
		staff.CareWorkersEmployed = headcountLimit + 37*staff.GetCareWorkersEmployed()
	default: // The home's beds typed in each row, and twice.
		for _, b := range ret.GetBeds() {
			b.Maximum = 2*registered + b.GetMaximum()
		}
	}
}

// mistype halves the residents of the first row: a slip that no rule can see.
func mistype(ret *carehomesv1.CareHomeReturn) {
	first := ret.GetBeds()[0]
	first.Used /= 2
}
