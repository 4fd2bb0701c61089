package illustrative

import (
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// staffing is a place's headcounts in the counted month, with how agency use goes.
type staffing struct {
	nurses, carers, others int
	// agency is of the carers, per thousand.
	agency int
}

// Staff to every hundred beds, own: about one care worker to a bed.
const (
	nursesPerHundred = 18
	carersPerHundred = 96
	othersPerHundred = 40
)

func homeStaff(s *stream, h home) staffing {
	places := 0
	for _, b := range h.beds {
		places += b.maximum
	}
	staff := staffing{
		carers: max(2, places*carersPerHundred*s.between(85, 115)/10000),
		others: max(1, places*othersPerHundred*s.between(80, 120)/10000),
		agency: s.between(10, 140),
	}
	if h.kind == olderNursing || h.kind == workingAgeNursing {
		staff.nurses = max(2, places*nursesPerHundred*s.between(85, 115)/10000)
	}
	return staff
}

// in draws the headcounts of a month. Agency never reaches the employed: that is a
// sign of a mistake.
func (f staffing) in(s *stream) *carehomesv1.StaffReturn {
	carers := max(2, f.carers+s.around(2))
	return &carehomesv1.StaffReturn{
		NursesEmployed:         int32(f.nurses),
		CareWorkersEmployed:    int32(carers),
		NonCareWorkersEmployed: int32(f.others),
		NursesAgency:           int32(min(f.nurses/2, s.ratio(f.nurses*f.agency, 1000))),
		CareWorkersAgency:      int32(min(carers/2, s.ratio(carers*f.agency, 1000))),
	}
}

// ofBranch is the same in the words of home care.
func ofBranch(r *carehomesv1.StaffReturn) *homecarev1.StaffReturn {
	return &homecarev1.StaffReturn{
		NursesEmployed: r.GetNursesEmployed(), CareWorkersEmployed: r.GetCareWorkersEmployed(),
		NonCareWorkersEmployed: r.GetNonCareWorkersEmployed(),
		NursesAgency:           r.GetNursesAgency(), CareWorkersAgency: r.GetCareWorkersAgency(),
	}
}
