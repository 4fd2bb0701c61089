package homecare

import (
	"github.com/caremarket/caremarket/pkg/period"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// weight says how much of a zone's row is asked for, 0 to 1. The zone "" is the row of the
// whole branch.
type weight func(zone string) float64

// amount is a sum that may have no part: then nothing is known, which is not 0.
type amount struct {
	sum   float64
	given bool
}

func (a *amount) add(value, w float64) {
	a.sum += value * w
	a.given = true
}

// payerCount is one more than the last payer, so that payers index an array.
const payerCount = int(homecarev1.Payer_PAYER_SELF_FUNDER) + 1

// portion is the part of one return that lies in an area, in a zone, or in no zone.
type portion struct {
	// answered is true when any row lies in it.
	answered                       bool
	delivered, commissioned, spare amount
	// filled and bought are delivered and commissioned over the rows that give both.
	filled, bought amount
	people         amount
	payers         [payerCount]amount
	waiting        waiting
	handedBack     handedBack
	cases          cases
}

// waiting is what waits for a start.
type waiting struct {
	people, packages, hours float64
	// oldest is the first day of the longest wait; zero when nothing waits.
	oldest period.Date
}

func (t *waiting) add(o waiting) {
	t.people += o.people
	t.packages += o.packages
	t.hours += o.hours
	if t.oldest.IsZero() || (!o.oldest.IsZero() && o.oldest.Before(t.oldest)) {
		t.oldest = o.oldest
	}
}

// handedBack is what was given back to those who commissioned it.
type handedBack struct{ packages, hours float64 }

// cases is a week of intermediate care.
type cases struct {
	given                                                   bool
	homeFirst, assessed, onward, stepUp, places, placesUsed float64
}

func (t *cases) add(o cases) {
	t.given = t.given || o.given
	t.homeFirst += o.homeFirst
	t.assessed += o.assessed
	t.onward += o.onward
	t.stepUp += o.stepUp
	t.places += o.places
	t.placesUsed += o.placesUsed
}

// portionOf takes from a return what the weight asks for.
func portionOf(ret *homecarev1.HomeCareReturn, of weight) portion {
	var p portion
	for _, row := range ret.GetZones() {
		if w := of(row.GetZone()); w > 0 {
			p.addHours(row, w)
			p.addPeople(row, w)
		}
	}
	for _, row := range ret.GetWaiting() {
		if w := of(row.GetZone()); w > 0 {
			p.addWaiting(row, w)
		}
	}
	for _, row := range ret.GetHandedBack() {
		if w := of(row.GetZone()); w > 0 {
			p.answered = true
			p.handedBack.packages += float64(row.GetPackages()) * w
			p.handedBack.hours += row.GetHours() * w
		}
	}
	for _, row := range ret.GetIntermediateCare() {
		if w := of(row.GetZone()); w > 0 {
			p.addCases(row, w)
		}
	}
	return p
}

func (p *portion) addHours(row *homecarev1.ZoneReturn, w float64) {
	p.answered = true
	if row.HoursDelivered != nil {
		p.delivered.add(row.GetHoursDelivered(), w)
	}
	if row.HoursCommissioned != nil {
		p.commissioned.add(row.GetHoursCommissioned(), w)
	}
	if row.HoursSpare != nil {
		p.spare.add(row.GetHoursSpare(), w)
	}
	if row.HoursDelivered != nil && row.HoursCommissioned != nil {
		p.filled.add(row.GetHoursDelivered(), w)
		p.bought.add(row.GetHoursCommissioned(), w)
	}
}

func (p *portion) addPeople(row *homecarev1.ZoneReturn, w float64) {
	for _, by := range row.GetPeople() {
		p.people.add(float64(by.GetPeople()), w)
		if i := int(by.GetPayer()); i >= 0 && i < payerCount {
			p.payers[i].add(float64(by.GetPeople()), w)
		}
	}
}

func (p *portion) addWaiting(row *homecarev1.WaitingPackages, w float64) {
	p.answered = true
	add := waiting{
		people: float64(row.GetPeople()) * w, packages: float64(row.GetPackages()) * w, hours: row.GetHours() * w,
	}
	// A stored return's days were checked when it came.
	if since, err := period.Parse(row.GetWaitingSince()); err == nil {
		add.oldest = since
	}
	p.waiting.add(add)
}

func (p *portion) addCases(row *homecarev1.IntermediateCareReturn, w float64) {
	p.answered = true
	p.cases.add(cases{
		given:      true,
		homeFirst:  float64(row.GetHomeFirstCases()) * w,
		assessed:   float64(row.GetAssessedWithin_48Hours()) * w,
		onward:     float64(row.GetOnwardToReablement()) * w,
		stepUp:     float64(row.GetStepUpCases()) * w,
		places:     float64(row.GetPlaces()) * w,
		placesUsed: float64(row.GetPlacesUsed()) * w,
	})
}
