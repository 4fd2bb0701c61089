package homecare

import (
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// Threshold is a limit that can differ by place, with what it rests on.
type Threshold struct {
	Value  float64
	Source string
}

// Rules are the thresholds beyond which a return is taken for a mistake (kept, flagged and
// not counted), or a figure for a doubtful one.
type Rules struct {
	// HeadcountLimit is the largest believable headcount of one branch and staff group.
	HeadcountLimit Threshold
	// SpareOverDelivered is how many times its hours delivered a branch's spare hours may
	// be.
	SpareOverDelivered Threshold
	// SpareAlways is how many spare hours a week are believed whatever is delivered, so
	// that a new branch is not flagged.
	SpareAlways Threshold
	// SpareConcentrated is the share of all spare hours, in percent, from which a note
	// says that they rest on the four provider groups that report most.
	SpareConcentrated Threshold
}

// DefaultRules are the published thresholds where there are some.
func DefaultRules() Rules {
	return Rules{
		HeadcountLimit: Threshold{1000, "Skills for Care, validation of Capacity Tracker data: headcounts over 1,000"},
		SpareOverDelivered: Threshold{2, "own judgement: a branch can grow, but does not hold staff for twice the hours that it " +
			"delivers; it finds monthly hours typed as weekly"},
		SpareAlways: Threshold{200, "own judgement: about six full-time care workers, whom a new branch may have before its first package"},
		SpareConcentrated: Threshold{50, "own judgement, after Gloucestershire's market position statement of 2024, which doubts 15,000 " +
			"reported spare hours because 8,000 (53%) are from four providers"},
	}
}

// Flag marks a return that meets a rule for mistakes.
func (m market) Flag(_ *homecarev1.HomeCareBranch, r *homecarev1.HomeCareReturn) bool {
	r.Flags = nil
	if s := r.GetStaff(); s != nil {
		if agencyEqualsEmployed(s) {
			r.Flags = append(r.Flags, homecarev1.ReturnFlag_RETURN_FLAG_AGENCY_EQUALS_EMPLOYED)
		}
		if m.rules.tooMany(s) {
			r.Flags = append(r.Flags, homecarev1.ReturnFlag_RETURN_FLAG_HEADCOUNT_TOO_LARGE)
		}
	}
	if m.rules.tooMuchSpare(r) {
		r.Flags = append(r.Flags, homecarev1.ReturnFlag_RETURN_FLAG_SPARE_HOURS_IMPLAUSIBLE)
	}
	return len(r.Flags) > 0
}

// agencyEqualsEmployed is Skills for Care's sign of a form filled in twice: the same
// headcounts, agency and employed, in all staff groups. Nobody at all is no such sign.
func agencyEqualsEmployed(s *homecarev1.StaffReturn) bool {
	return employed(s) > 0 &&
		s.GetNursesEmployed() == s.GetNursesAgency() &&
		s.GetCareWorkersEmployed() == s.GetCareWorkersAgency() &&
		s.GetNonCareWorkersEmployed() == s.GetNonCareWorkersAgency()
}

// The sums are of 64 bits: the proto sets a headcount no limit but its type's.
func employed(s *homecarev1.StaffReturn) int64 {
	return int64(s.GetNursesEmployed()) + int64(s.GetCareWorkersEmployed()) + int64(s.GetNonCareWorkersEmployed())
}

func agency(s *homecarev1.StaffReturn) int64 {
	return int64(s.GetNursesAgency()) + int64(s.GetCareWorkersAgency()) + int64(s.GetNonCareWorkersAgency())
}

func (r Rules) tooMany(s *homecarev1.StaffReturn) bool {
	return float64(max(s.GetNursesEmployed(), s.GetCareWorkersEmployed(), s.GetNonCareWorkersEmployed(),
		s.GetNursesAgency(), s.GetCareWorkersAgency(), s.GetNonCareWorkersAgency())) > r.HeadcountLimit.Value
}

// tooMuchSpare compares spare hours with hours delivered over the rows that give both.
// Where no row does, there is nothing to compare.
func (r Rules) tooMuchSpare(ret *homecarev1.HomeCareReturn) bool {
	spare, delivered := 0.0, 0.0
	for _, z := range ret.GetZones() {
		if z.HoursSpare != nil && z.HoursDelivered != nil {
			spare += z.GetHoursSpare()
			delivered += z.GetHoursDelivered()
		}
	}
	return spare > r.SpareAlways.Value && spare > r.SpareOverDelivered.Value*delivered
}
