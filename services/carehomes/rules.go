package carehomes

import (
	"fmt"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/period"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// Rules are the thresholds beyond which a return is taken for a mistake: kept, flagged
// and not counted.
type Rules struct {
	// HeadcountLimit is the largest believable headcount of one home and staff group.
	HeadcountLimit int32
	// MaximumOverRegistered is how many times its registered beds a home can claim.
	MaximumOverRegistered float64
}

// DefaultRules are the published thresholds where there are some.
//
// Headcounts over 1,000: Skills for Care, validation of Capacity Tracker data. Twice the
// registered beds: own judgement, since a home may share rooms but not double itself; it
// finds figures typed twice or in the wrong column.
func DefaultRules() Rules { return Rules{HeadcountLimit: 1000, MaximumOverRegistered: 2} }

// CheckReturn names every way in which a return contradicts itself.
func (m market) CheckReturn(_ *carehomesv1.CareHome, r *carehomesv1.CareHomeReturn, _ period.Date) error {
	var faults errs.Collector
	seen := map[carehomesv1.BedType]int{}
	for i, b := range r.GetBeds() {
		field := fmt.Sprintf("beds[%d]", i)
		if first, twice := seen[b.GetBedType()]; twice {
			faults.Add(field+".bed_type", "%s stands in beds[%d] already: one row a bed type", b.GetBedType(), first)
		}
		seen[b.GetBedType()] = i
		if sum := b.GetUsed() + b.GetReserved() + b.GetAccepting(); sum > b.GetMaximum() {
			faults.Add(field, "used %d + reserved %d + accepting %d = %d, more than the maximum of %d",
				b.GetUsed(), b.GetReserved(), b.GetAccepting(), sum, b.GetMaximum())
		}
		checkPayers(&faults, field, b)
	}
	return faults.Err()
}

func checkPayers(faults *errs.Collector, field string, b *carehomesv1.BedReturn) {
	if len(b.GetPayers()) == 0 {
		return
	}
	type who struct {
		payer     carehomesv1.Payer
		authority string
	}
	seen := map[who]int{}
	var sum int32
	for j, p := range b.GetPayers() {
		at := fmt.Sprintf("%s.payers[%d]", field, j)
		key := who{p.GetPayer(), p.GetPlacingAuthority()}
		if first, twice := seen[key]; twice {
			faults.Add(at, "the same payer stands in payers[%d] already", first)
		}
		seen[key] = j
		sum += p.GetUsed()
		if p.GetPlacingAuthority() != "" && p.GetPayer() != carehomesv1.Payer_PAYER_ANOTHER_COUNCIL {
			faults.Add(at+".placing_authority", "only another council places from elsewhere, not %s", p.GetPayer())
		}
	}
	if sum != b.GetUsed() {
		faults.Add(field+".payers", "add up to %d, not to the %d beds used", sum, b.GetUsed())
	}
}

// Flag marks a return that meets a rule for mistakes.
func (m market) Flag(h *carehomesv1.CareHome, r *carehomesv1.CareHomeReturn) bool {
	r.Flags = nil
	if s := r.GetStaff(); s != nil {
		if agencyEqualsEmployed(s) {
			r.Flags = append(r.Flags, carehomesv1.ReturnFlag_RETURN_FLAG_AGENCY_EQUALS_EMPLOYED)
		}
		if m.tooMany(s) {
			r.Flags = append(r.Flags, carehomesv1.ReturnFlag_RETURN_FLAG_HEADCOUNT_TOO_LARGE)
		}
	}
	var maximum int32
	for _, b := range r.GetBeds() {
		maximum += b.GetMaximum()
	}
	if h.GetRegisteredBeds() > 0 && float64(maximum) > m.rules.MaximumOverRegistered*float64(h.GetRegisteredBeds()) {
		r.Flags = append(r.Flags, carehomesv1.ReturnFlag_RETURN_FLAG_MAXIMUM_ABOVE_REGISTERED)
	}
	return len(r.Flags) > 0
}

// agencyEqualsEmployed is Skills for Care's sign of a form filled in twice: the same
// headcounts, agency and employed, in all staff groups. Nobody at all is no such sign.
func agencyEqualsEmployed(s *carehomesv1.StaffReturn) bool {
	return s.GetNursesEmployed() == s.GetNursesAgency() &&
		s.GetCareWorkersEmployed() == s.GetCareWorkersAgency() &&
		s.GetNonCareWorkersEmployed() == s.GetNonCareWorkersAgency() &&
		s.GetNursesEmployed()+s.GetCareWorkersEmployed()+s.GetNonCareWorkersEmployed() > 0
}

func (m market) tooMany(s *carehomesv1.StaffReturn) bool {
	return max(s.GetNursesEmployed(), s.GetCareWorkersEmployed(), s.GetNonCareWorkersEmployed(),
		s.GetNursesAgency(), s.GetCareWorkersAgency(), s.GetNonCareWorkersAgency()) > m.rules.HeadcountLimit
}
