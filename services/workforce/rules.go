package workforce

import (
	"fmt"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/period"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// Rules are the thresholds beyond which a return is taken for a mistake: it is kept and
// flagged, and none of it is counted.
//
// Skills for Care rejects such a return from its statistics. Here that means the same, and
// not that the employer is turned away: what it said stays on record and can be asked
// about, and its last sound return goes on standing.
type Rules struct {
	// HeadcountLimit is the largest believable headcount of one employer, role group and
	// contract.
	HeadcountLimit int
	// TurnoverLimit is the largest believable ratio of the leavers in 12 months to the
	// permanent and temporary staff.
	TurnoverLimit float64
}

// DefaultRules are Skills for Care's thresholds, from its validation of returns to the
// Adult Social Care Workforce Data Set: headcounts over 1,000 and a turnover over 9.95.
func DefaultRules() Rules { return Rules{HeadcountLimit: 1000, TurnoverLimit: 9.95} }

// daysOfYear bounds what one person can be sick in 12 months.
const daysOfYear = 366

// CheckReturn names every way in which a return contradicts itself.
func (market) CheckReturn(_ *workforcev1.Employer, r *workforcev1.EmployerReturn, _ period.Date) error {
	var faults errs.Collector
	seen := map[workforcev1.RoleGroup]int{}
	staff := 0
	for i, role := range r.GetRoles() {
		field := at("roles", i)
		if first, twice := seen[role.GetRole()]; twice {
			faults.Add(field+".role", "%s stands in roles[%d] already: one row a role group", role.GetRole(), first)
		}
		seen[role.GetRole()] = i
		checkRole(&faults, field, role)
		staff += staffOf(role)
	}
	checkAges(&faults, r.GetAgeBands(), staff)
	checkTraining(&faults, r.GetTraining(), staff)
	return faults.Err()
}

// staffOf is the denominator of turnover and of all shares: neither bank nor agency.
func staffOf(role *workforcev1.RoleReturn) int {
	return int(role.GetPermanent()) + int(role.GetTemporary())
}

func checkRole(faults *errs.Collector, field string, role *workforcev1.RoleReturn) {
	staff := staffOf(role)
	if n := int(role.GetZeroHours()); n > staff {
		faults.Add(field+".zero_hours", "%d are more than the %d permanent and temporary staff", n, staff)
	}
	if role.Starters != nil && role.GetInternationalRecruits() > role.GetStarters() {
		faults.Add(field+".international_recruits", "%d are more than the %d starters", role.GetInternationalRecruits(), role.GetStarters())
	}
	if role.PayPerHour != nil && staff == 0 {
		faults.Add(field+".pay_per_hour", "is of permanent and temporary staff, and there are none")
	}
	if people := staff + int(role.GetLeavers()); role.Leavers != nil && role.GetSicknessDays() > float64(people)*daysOfYear {
		faults.Add(field+".sickness_days", "%g are more than a year for each of the %d who worked here", role.GetSicknessDays(), people)
	}
}

func checkAges(faults *errs.Collector, bands []*workforcev1.AgeBandCount, staff int) {
	if len(bands) == 0 {
		return
	}
	seen := map[workforcev1.AgeBand]int{}
	sum := 0
	for i, band := range bands {
		if first, twice := seen[band.GetAgeBand()]; twice {
			faults.Add(at("age_bands", i)+".age_band", "%s stands in age_bands[%d] already", band.GetAgeBand(), first)
		}
		seen[band.GetAgeBand()] = i
		sum += int(band.GetStaff())
	}
	if sum != staff {
		faults.Add("age_bands", "the ages add up to %d, not to the %d permanent and temporary staff", sum, staff)
	}
}

func checkTraining(faults *errs.Collector, trained []*workforcev1.TrainingCount, staff int) {
	seen := map[workforcev1.Training]int{}
	for i, t := range trained {
		if first, twice := seen[t.GetTraining()]; twice {
			faults.Add(at("training", i)+".training", "%s stands in training[%d] already", t.GetTraining(), first)
		}
		seen[t.GetTraining()] = i
		if int(t.GetStaff()) > staff {
			faults.Add(at("training", i)+".staff", "%d are more than the %d permanent and temporary staff", t.GetStaff(), staff)
		}
	}
}

func at(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

// Flag marks a return that meets a rule for mistakes.
func (m market) Flag(_ *workforcev1.Employer, r *workforcev1.EmployerReturn) bool {
	r.Flags = nil
	if agencyEqualsEmployed(r) {
		r.Flags = append(r.Flags, workforcev1.ReturnFlag_RETURN_FLAG_AGENCY_EQUALS_EMPLOYED)
	}
	if m.tooMany(r) {
		r.Flags = append(r.Flags, workforcev1.ReturnFlag_RETURN_FLAG_HEADCOUNT_TOO_LARGE)
	}
	if m.leftTooOften(r) {
		r.Flags = append(r.Flags, workforcev1.ReturnFlag_RETURN_FLAG_TURNOVER_TOO_HIGH)
	}
	return len(r.Flags) > 0
}

// agencyEqualsEmployed is Skills for Care's sign of a form filled in twice: the same
// headcounts, agency and employed, in all staff groups. Nobody at all is no such sign.
func agencyEqualsEmployed(r *workforcev1.EmployerReturn) bool {
	people := 0
	for _, role := range r.GetRoles() {
		if int(role.GetAgency()) != staffOf(role) {
			return false
		}
		people += staffOf(role)
	}
	return people > 0
}

func (m market) tooMany(r *workforcev1.EmployerReturn) bool {
	for _, role := range r.GetRoles() {
		if int(max(role.GetPermanent(), role.GetTemporary(), role.GetBank(), role.GetAgency())) > m.rules.HeadcountLimit {
			return true
		}
	}
	return false
}

// leftTooOften looks at each role group and at all of them together, so that a slip in a
// small group shows, and one spread over groups. Where all have left there is no ratio.
func (m market) leftTooOften(r *workforcev1.EmployerReturn) bool {
	allLeavers, allStaff := 0, 0
	for _, role := range r.GetRoles() {
		if role.Leavers == nil {
			continue
		}
		leavers, staff := int(role.GetLeavers()), staffOf(role)
		if m.overLimit(leavers, staff) {
			return true
		}
		allLeavers, allStaff = allLeavers+leavers, allStaff+staff
	}
	return m.overLimit(allLeavers, allStaff)
}

func (m market) overLimit(leavers, staff int) bool {
	return staff > 0 && float64(leavers)/float64(staff) > m.rules.TurnoverLimit
}
