package housingwithcare

import (
	"fmt"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/period"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// Threshold is a limit that can differ by place, with what it rests on.
type Threshold struct {
	Value  float64
	Source string
}

// Rules are the thresholds beyond which a return is taken for a mistake: kept, flagged
// and not counted.
type Rules struct {
	// UnitsOverRegistered is how many times its registered homes of a tenure a scheme can
	// return.
	UnitsOverRegistered Threshold
	// HoursUsedOverContracted is how many times the hours contracted can be given on site.
	HoursUsedOverContracted Threshold
}

// DefaultRules are the thresholds where a place sets none of its own. No publisher has any
// for schemes.
func DefaultRules() Rules {
	return Rules{
		UnitsOverRegistered: Threshold{1.5, "own judgement: homes move between tenures, as when a shared owner buys the rest, " +
			"but a tenure does not grow by half unseen; it finds homes typed into the wrong row"},
		HoursUsedOverContracted: Threshold{1.5, "own judgement: a week can run over its contract; it finds a month's hours, 4.3 weeks, " +
			"typed as a week's"},
	}
}

// CheckReturn names every way in which a return contradicts itself or its scheme. Signs
// and limits are for the proto's own rules, and whether its day lies in the future for
// the book.
func (m market) CheckReturn(h *housingwithcarev1.HousingScheme, r *housingwithcarev1.SchemeReturn, _ period.Date) error {
	var faults errs.Collector
	registered := unitsByTenure(h)
	seen := map[housingwithcarev1.Tenure]int{}
	for i, t := range r.GetTenures() {
		field := fmt.Sprintf("tenures[%d]", i)
		if first, twice := seen[t.GetTenure()]; twice {
			faults.Add(field+".tenure", "%s stands in tenures[%d] already: one row a tenure", t.GetTenure(), first)
		} else {
			seen[t.GetTenure()] = i
		}
		if registered[t.GetTenure()] == 0 {
			faults.Add(field+".tenure", "the scheme has no homes of %s on the register: add them there first", t.GetTenure())
		}
		// In 64 bits: a row that breaks the proto's limits is checked as well.
		if sum := int64(t.GetOccupied()) + int64(t.GetVoids()); sum > int64(t.GetUnits()) {
			faults.Add(field, "occupied %d + voids %d = %d, more than the %d units", t.GetOccupied(), t.GetVoids(), sum, t.GetUnits())
		}
		if t.GetVoidsReserved() > t.GetVoids() {
			faults.Add(field+".voids_reserved", "%d are reserved, more than the %d voids", t.GetVoidsReserved(), t.GetVoids())
		}
	}
	if r.Residents != nil && r.GetResidentsWithCare() > r.GetResidents() {
		faults.Add("residents_with_care", "%d have care, more than the %d residents", r.GetResidentsWithCare(), r.GetResidents())
	}
	return faults.Err()
}

// Flag marks a return that meets a rule for mistakes.
func (m market) Flag(h *housingwithcarev1.HousingScheme, r *housingwithcarev1.SchemeReturn) bool {
	r.Flags = nil
	if m.rules.tooManyUnits(h, r) {
		r.Flags = append(r.Flags, housingwithcarev1.ReturnFlag_RETURN_FLAG_UNITS_ABOVE_REGISTERED)
	}
	if m.rules.tooManyHours(r.GetOnSiteCare()) {
		r.Flags = append(r.Flags, housingwithcarev1.ReturnFlag_RETURN_FLAG_HOURS_USED_IMPLAUSIBLE)
	}
	return len(r.Flags) > 0
}

func (rules Rules) tooManyUnits(h *housingwithcarev1.HousingScheme, r *housingwithcarev1.SchemeReturn) bool {
	registered := unitsByTenure(h)
	for _, t := range r.GetTenures() {
		if float64(t.GetUnits()) > rules.UnitsOverRegistered.Value*float64(registered[t.GetTenure()]) {
			return true
		}
	}
	return false
}

// tooManyHours compares the hours used with those contracted. Where none are, tenants
// arrange their own care, and there is nothing to compare with.
func (rules Rules) tooManyHours(c *housingwithcarev1.OnSiteCareReturn) bool {
	return c.GetHoursContracted() > 0 && c.GetHoursUsed() > rules.HoursUsedOverContracted.Value*c.GetHoursContracted()
}

func unitsByTenure(h *housingwithcarev1.HousingScheme) map[housingwithcarev1.Tenure]int32 {
	units := make(map[housingwithcarev1.Tenure]int32, len(h.GetUnits()))
	for _, u := range h.GetUnits() {
		units[u.GetTenure()] += u.GetUnits()
	}
	return units
}
