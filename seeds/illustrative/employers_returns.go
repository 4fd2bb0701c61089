package illustrative

import (
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// employerRecord is all that decides what an employer returns from month to month.
type employerRecord struct {
	employer
	plan *Plan
	size walk
	// vacant and leaving are its own rates, per thousand.
	vacant, leaving, zeroHours int
	// pay is pence an hour above or below what care workers usually get.
	pay        int
	detailBy   bool
	agesBy     bool
	trainingBy bool
	dspt       workforcev1.DsptStatus
	// digitalFrom is the month in which it takes up digital records, -1 where it will
	// not say.
	digitalFrom int
}

func (p *Plan) employerRecord(of employer) employerRecord {
	s := newStream(p.Seed, "employer record", of.stream)
	const noise, rise = 6, 8
	r := employerRecord{employer: of, plan: p, size: p.walkThrough(s, noise, rise, nil)}
	// The spread is our own; the means are published.
	r.vacant = p.rates.Vacancies * s.between(20, 180) / 100
	r.leaving = p.rates.Turnover * s.between(30, 170) / 100
	r.zeroHours = p.rates.ZeroHours / 2
	if of.entry.GetMainService() == workforcev1.ServiceType_SERVICE_TYPE_HOME_CARE {
		r.zeroHours = p.rates.ZeroHours * 2
	}
	r.pay = s.around(60)
	r.detailBy, r.agesBy, r.trainingBy = !s.chance(p.rates.DetailUnsaid), s.chance(700), s.chance(650)
	r.dspt = workforcev1.DsptStatus(s.pick(60, 140, 120, 640, 40))
	r.digitalFrom = s.between(-p.calendar.months(), p.calendar.months())
	if s.chance(p.rates.DetailUnsaid) {
		r.digitalFrom = p.calendar.months() + 1
	}
	return r
}

// returned makes the employer's return of an entry of its diary, as it is sent; first
// is true for the first return of the day.
func (r employerRecord) returned(e entry, first bool) *workforcev1.EmployerReturn {
	s := newStream(r.plan.Seed, "employer return", r.entry.GetName(), e.on.String())
	ret := &workforcev1.EmployerReturn{Employer: r.entry.GetName(), AsAt: e.on.String(), SourceId: returnsSource, DsptStatus: r.dspt}
	employed := 0
	for i, n := range r.staff {
		now := perMille(r.size.of(e.month, n, n, 2*n), r.life.filled(e.month))
		if i == 1 {
			now = max(1, now) // Somebody is left to lock up.
		}
		if now > 0 {
			ret.Roles = append(ret.Roles, r.role(s, i, now, e.month))
			employed += now
		}
	}
	if r.agesBy {
		ret.AgeBands = ages(employed)
	}
	if r.trainingBy {
		ret.Training = trained(s, employed)
	}
	if r.digitalFrom <= r.plan.calendar.months() {
		digital := e.month >= r.digitalFrom
		ret.DigitalSocialCareRecords = &digital
	}
	switch {
	case e.slip == outlier:
		spoilEmployer(s, ret)
	case e.slip == mistaken && first:
		mistypeEmployer(ret)
	}
	return ret
}

// rolePay is what a role is paid, in percent of a care worker: own.
var rolePay = [len(roles)]int{185, 100, 108, 160, 98}

func (r employerRecord) role(s *stream, at, employed, month int) *workforcev1.RoleReturn {
	rates := &r.plan.rates
	temporary := min(employed-1, s.ratio(employed*rates.Temporary, 1000))
	row := &workforcev1.RoleReturn{
		Role: roles[at], Permanent: int32(employed - temporary), Temporary: int32(temporary),
		Bank: int32(s.ratio(employed*rates.Bank, 1000)), Agency: int32(min(employed/2, s.ratio(employed*rates.Agency, 1000))),
	}
	pence := (rates.PayPence + rates.PayRisePence*month/monthsOfYear + r.pay) * rolePay[at] / 100
	pay := float64(pence) / 100
	row.PayPerHour = &pay
	if !r.detailBy {
		return row
	}
	leavers := s.ratio(employed*r.leaving, 1000)
	starters := leavers + s.ratio(employed, 100)
	row.Vacancies = whole(s.ratio(employed*r.vacant, 1000-r.vacant))
	row.Leavers, row.Starters = whole(leavers), whole(starters)
	row.InternationalRecruits = whole(s.ratio(starters*rates.FromAbroad, 1000))
	row.ZeroHours = whole(min(employed, s.ratio(employed*r.zeroHours, 1000)))
	sickness := float64(s.ratio(employed*rates.SicknessDays*s.between(60, 140), 1000))
	row.SicknessDays = &sickness
	return row
}

func whole(n int) *int32 {
	count := int32(n)
	return &count
}

// ages splits staff by age, youngest first; the shares are our own.
func ages(employed int) []*workforcev1.AgeBandCount {
	var rows []*workforcev1.AgeBandCount
	for i, n := range split(employed, 9, 20, 22, 21, 21, 7) {
		rows = append(rows, &workforcev1.AgeBandCount{AgeBand: workforcev1.AgeBand(i + 1), Staff: int32(n)})
	}
	return rows
}

// trained draws how many hold each training; the shares are our own.
func trained(s *stream, employed int) []*workforcev1.TrainingCount {
	var rows []*workforcev1.TrainingCount
	for i, share := range []int{420, 480, 150, 180, 260} {
		n := min(employed, perMille(employed, share*s.between(85, 115)/100))
		rows = append(rows, &workforcev1.TrainingCount{Training: workforcev1.Training(i + 1), Staff: int32(n)})
	}
	return rows
}

// spoilEmployer makes one of the mistakes that the rules for mistakes find.
func spoilEmployer(s *stream, ret *workforcev1.EmployerReturn) {
	kind := s.below(3)
	for _, row := range ret.GetRoles() {
		switch kind {
		case 0: // The form filled in twice.
			row.Bank, row.Agency = 0, row.GetPermanent()+row.GetTemporary()
		case 1: // A group's staff in the place of a workplace's.
			row.Agency += 1001
		case 2: // Everybody who ever left.
			leavers := 11 * (row.GetPermanent() + row.GetTemporary())
			row.Leavers = &leavers
		}
	}
}

// mistypeEmployer counts the vacancies, or else the agency staff, a second time: a
// slip that no rule can see.
func mistypeEmployer(ret *workforcev1.EmployerReturn) {
	for _, row := range ret.GetRoles() {
		if row.Vacancies != nil {
			*row.Vacancies *= 2
		} else {
			row.Bank += row.GetAgency()
		}
	}
}
