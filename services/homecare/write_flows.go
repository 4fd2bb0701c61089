package homecare

import (
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

func (w writer) waiting(f *flows, hidden reason) *homecarev1.WaitingUse {
	b := basis(w.asAt, &f.expected, &f.answers)
	return &homecarev1.WaitingUse{
		People:     w.figure(b, float64(whole(f.waiting.people)), commonv1.Unit_UNIT_PEOPLE, hidden),
		Packages:   w.figure(b, float64(whole(f.waiting.packages)), commonv1.Unit_UNIT_PACKAGES, hidden),
		Hours:      w.figure(b, hundredths(f.waiting.hours), commonv1.Unit_UNIT_HOURS_PER_WEEK, hidden),
		OldestWait: w.oldestWait(b, f, hidden),
	}
}

func (w writer) oldestWait(b figure.Basis, f *flows, hidden reason) *commonv1.Figure {
	if f.given() && hidden == shown && f.waiting.oldest.IsZero() {
		return b.NotEnough("nothing waits", commonv1.Unit_UNIT_DAYS)
	}
	return w.figure(b, float64(w.day.DaysSince(f.waiting.oldest)), commonv1.Unit_UNIT_DAYS, hidden)
}

func (w writer) handedBack(f *flows, hidden reason) *homecarev1.HandedBackUse {
	b := basis(w.asAt, &f.expected, &f.answers)
	return &homecarev1.HandedBackUse{
		Packages: w.figure(b, float64(whole(f.handedBack.packages)), commonv1.Unit_UNIT_PACKAGES, hidden),
		Hours:    w.figure(b, hundredths(f.handedBack.hours), commonv1.Unit_UNIT_HOURS_PER_WEEK, hidden),
	}
}

func (w writer) cases(f *flows, hidden flowsMask) *homecarev1.IntermediateCareUse {
	b := basis(w.asAt, &f.casesExpected, &f.casesAnswers)
	perWeek := func(n float64, hidden reason) *commonv1.Figure {
		return w.figure(b, float64(whole(n)), commonv1.Unit_UNIT_PEOPLE_PER_WEEK, hidden)
	}
	share := func(part float64, formula string, hidden ...reason) *commonv1.Figure {
		if r := first(hidden...); !f.casesGiven() || r != shown {
			return figure.With(w.figure(b, 0, commonv1.Unit_UNIT_PERCENT, r), formula)
		}
		return b.Ratio(part, f.cases.homeFirst, formula)
	}
	c := f.cases
	return &homecarev1.IntermediateCareUse{
		HomeFirstCases: perWeek(c.homeFirst, hidden.homeFirst),
		AssessedWithin_48Hours: share(c.assessed, "100 x assessed within 48 hours / Home First cases",
			hidden.assessed, hidden.homeFirst),
		OnwardToReablement: perWeek(c.onward, hidden.onward),
		OnwardShare: share(c.onward, "100 x onward to reablement / Home First cases",
			hidden.onward, hidden.homeFirst),
		StepUpCases: perWeek(c.stepUp, hidden.stepUp),
		ReablementCases: figure.With(perWeek(c.onward+c.stepUp, hidden.reablement),
			"onward to reablement + step-up cases"),
		Places:     w.figure(b, float64(whole(c.places)), commonv1.Unit_UNIT_PLACES, shown),
		PlacesUsed: w.figure(b, float64(whole(c.placesUsed)), commonv1.Unit_UNIT_PLACES, hidden.placesUsed),
	}
}

// first returns the first reason to hide, or shown.
func first(reasons ...reason) reason {
	for _, r := range reasons {
		if r != shown {
			return r
		}
	}
	return shown
}

// headOffice writes what was returned without a zone. No district can say it.
func (w writer) headOffice(c *count, m mask) *homecarev1.HeadOfficeUse {
	branches := w.register(&c.office.expected, c.office.branches, commonv1.Unit_UNIT_BRANCHES)
	if !c.whole {
		w.nobodySays = "returned for a branch's office without saying where: counted for the authority only"
		branches = figure.Basis{AsAt: w.asAt}.NotCollected(w.nobodySays, commonv1.Unit_UNIT_BRANCHES)
	}
	return &homecarev1.HeadOfficeUse{
		Branches:         branches,
		Hours:            w.hours(&c.office, m.office),
		People:           w.people(&c.office.expected, &c.office.people, m.office.people),
		Waiting:          w.waiting(&c.officeFlows, m.officeFlows.waiting),
		HandedBack:       w.handedBack(&c.officeFlows, m.officeFlows.handedBack),
		IntermediateCare: w.cases(&c.officeFlows, m.officeFlows),
	}
}
