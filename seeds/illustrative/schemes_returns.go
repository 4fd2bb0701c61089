package illustrative

import (
	housingv1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// schemeRecord is all that decides what a scheme returns from month to month.
type schemeRecord struct {
	scheme
	plan    *Plan
	tenures []tenureRecord
	// care is the hours of care contracted a week; 0 for none.
	care       int
	peopleBy   bool
	withCare   int // Of the residents, per thousand.
	careDemand walk
}

type tenureRecord struct {
	tenure                         housingv1.Tenure
	units, voids, outOfUse, queued int
	days                           int
	empty, queue                   walk
}

func (p *Plan) schemeRecord(of scheme) schemeRecord {
	s := newStream(p.Seed, "scheme record", of.entry.GetName())
	r := schemeRecord{scheme: of, plan: p, peopleBy: !s.chance(p.rates.DetailUnsaid)}
	voids, homes := p.rates.OtherVoids, 0
	if of.entry.GetKind() == housingv1.SchemeKind_SCHEME_KIND_EXTRA_CARE {
		voids = p.rates.ExtraCareVoids
	}
	for _, u := range of.entry.GetUnits() {
		r.tenures = append(r.tenures, p.tenureRecord(s, u, voids))
		homes += int(u.GetUnits())
	}
	const noise = 12
	r.careDemand = p.walkThrough(s, noise, 0, nil)
	// Own: hours a week to every ten homes, and who of the residents has care.
	switch of.entry.GetKind() {
	case housingv1.SchemeKind_SCHEME_KIND_EXTRA_CARE:
		r.care, r.withCare = homes*s.between(50, 90)/10, s.between(500, 700)
	case housingv1.SchemeKind_SCHEME_KIND_ENHANCED_SHELTERED:
		r.care, r.withCare = homes*s.between(15, 30)/10, s.between(250, 400)
	default:
		r.withCare = s.between(60, 180)
	}
	return r
}

func (p *Plan) tenureRecord(s *stream, u *housingv1.TenureUnits, voids int) tenureRecord {
	const noise = 14
	units := int(u.GetUnits())
	t := tenureRecord{tenure: u.GetTenure(), units: units, days: s.between(70, 160)}
	t.voids = s.ratio(units*voids*s.between(20, 180), 100_000)
	t.outOfUse = min(units/4, s.ratio(units*p.rates.UnitsOutOfUse*s.between(0, 200), 100_000))
	waiting := p.rates.OwnershipWaiting
	if u.GetTenure() == rent {
		waiting, t.days = p.rates.RentWaiting, s.between(28, 95)
	}
	t.queued = s.ratio(units*waiting*s.between(30, 170), 100_000)
	t.empty, t.queue = p.walkThrough(s, noise, 0, nil), p.walkThrough(s, 4*noise, 3*noise, nil)
	return t
}

// mostWaiting is the longest list that a return can state.
const mostWaiting = 5000

// returned makes the scheme's return of an entry of its diary, as it is sent; first is
// true for the first return of the day.
func (r schemeRecord) returned(e entry, first bool) *housingv1.SchemeReturn {
	s := newStream(r.plan.Seed, "scheme return", r.entry.GetName(), e.on.String())
	ret := &housingv1.SchemeReturn{HousingScheme: r.entry.GetName(), AsAt: e.on.String(), SourceId: returnsSource}
	occupied := 0
	for _, t := range r.tenures {
		row := t.in(r.plan, s, r.life, e.month)
		ret.Tenures = append(ret.Tenures, row)
		occupied += int(row.GetOccupied())
	}
	if r.care > 0 {
		used := min(r.care, r.careDemand.of(e.month, r.care*92/100, r.care, r.care))
		ret.OnSiteCare = &housingv1.OnSiteCareReturn{
			HoursContracted: float64(r.care), HoursUsed: float64(perMille(used, r.life.filled(e.month))),
		}
	}
	if r.peopleBy {
		// Own: about one home in four has two people in it.
		residents := int32(occupied * 5 / 4)
		withCare := int32(perMille(int(residents), r.withCare))
		ret.Residents, ret.ResidentsWithCare = &residents, &withCare
	}
	switch {
	case e.slip == outlier:
		r.spoil(s, ret)
	case e.slip == mistaken && first:
		first := ret.GetTenures()[0] // A nought too many, which no rule can see.
		first.NominationsWaiting = min(10*first.GetNominationsWaiting(), mostWaiting)
	}
	return ret
}

// in is a tenure's month.
func (t tenureRecord) in(p *Plan, s *stream, l life, month int) *housingv1.TenureReturn {
	usable := t.units - t.outOfUse
	voids := t.empty.of(month, t.voids, t.units, usable)
	// A scheme that fills or empties has homes that nobody lives in yet or any more.
	occupied := perMille(usable-voids, l.filled(month))
	voids = usable - occupied
	row := &housingv1.TenureReturn{
		Tenure: t.tenure, Units: int32(t.units), Occupied: int32(occupied), Voids: int32(voids),
		VoidsReserved:      int32(min(voids, s.ratio(voids*p.rates.VoidsReserved, 1000))),
		NominationsWaiting: int32(t.queue.of(month, t.queued, t.queued, 3*t.queued)),
	}
	if l.winding(month) {
		row.VoidsReserved, row.NominationsWaiting = row.GetVoids(), 0
	}
	if occupied > 0 {
		days := float64(t.days + s.around(6))
		row.ReferralToLetDays = &days
	}
	return row
}

// spoil makes one of the mistakes that the rules for mistakes find.
func (r schemeRecord) spoil(s *stream, ret *housingv1.SchemeReturn) {
	if care := ret.GetOnSiteCare(); care != nil && s.chance(500) { // A month's hours in the place of a week's.
		const always = 200
		care.HoursUsed = 5*care.GetHoursContracted() + always
		return
	}
	for _, row := range ret.GetTenures() { // The homes of a landlord in the place of a scheme's.
		row.Units = 4*row.GetUnits() + 20
	}
}
