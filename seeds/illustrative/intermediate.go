package illustrative

import (
	"fmt"

	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// caseload is a council's intermediate care: people a week who flow into Home First,
// and who come into reablement altogether.
type caseload struct {
	homeFirstLow, homeFirstHigh   int
	reablementLow, reablementHigh int
}

// caseloadOf scales the caseload, which is stated to 100,000 people aged 75 and over,
// to a council's own.
func (p *Plan) caseloadOf(d District) *caseload {
	of := func(rate int) int { return int((int64(rate)*int64(d.councilAged75) + 500_000) / 1_000_000) }
	return &caseload{
		homeFirstLow: of(p.rates.HomeFirstLow), homeFirstHigh: of(p.rates.HomeFirstHigh),
		reablementLow: of(p.rates.ReablementLow), reablementHigh: of(p.rates.ReablementHigh),
	}
}

// intermediateCare makes a council's Home First and reablement service, which serves
// all of its zones.
func (p *Plan) intermediateCare(d District, number int) branch {
	s := newStream(p.Seed, "intermediate care", string(d.Authority))
	b := p.newBranch(d, p.longOpen(s), number, counts{}, true)
	b.entry.Title = fmt.Sprintf("Illustrative Home First and Reablement, %s", d.AuthorityName)
	b.entry.Kind = homecarev1.SupplyKind_SUPPLY_KIND_INTERMEDIATE_CARE
	const numbers = 91_000
	b.join(provider{
		id:    "providers/" + placeID(groupIDs, d.Authority, numbers),
		title: "Illustrative Intermediate Care, " + d.AuthorityName,
	})
	b.entry.Zones, b.weights = nil, nil
	for _, g := range p.council[d.Authority] {
		b.entry.Zones, b.weights = append(b.entry.Zones, g.zone), append(b.weights, g.people+1)
	}
	b.cases = p.caseloadOf(d)
	return b
}

// in draws a week of intermediate care and puts it in the zones: Home First within its
// range, about half of it onward into reablement, and step-up for the rest of what
// reablement must manage.
func (c *caseload) in(p *Plan, s *stream, zones []string, people []int) []*homecarev1.IntermediateCareReturn {
	rows := make([]*homecarev1.IntermediateCareReturn, len(zones))
	weights := scattered(s, people, 60, 140)
	homeFirst := split(s.between(c.homeFirstLow, c.homeFirstHigh), weights...)
	assessed := deal(perMille(sum(homeFirst), p.rates.AssessedInTime+s.around(40)), homeFirst, homeFirst)
	onward := deal(perMille(sum(homeFirst), p.rates.HomeFirstOnward+s.around(20)), homeFirst, homeFirst)
	reablement := max(sum(onward), s.between(c.reablementLow, c.reablementHigh))
	stepUp := split(reablement-sum(onward), weights...)
	for i, zone := range zones {
		places := (homeFirst[i] + onward[i] + stepUp[i]) * p.rates.PlacesPerCase / 10
		rows[i] = &homecarev1.IntermediateCareReturn{
			Zone: zone, HomeFirstCases: int32(homeFirst[i]), AssessedWithin_48Hours: int32(assessed[i]),
			OnwardToReablement: int32(onward[i]), StepUpCases: int32(stepUp[i]),
			Places: int32(places), PlacesUsed: int32(places * s.between(84, 100) / 100),
		}
	}
	return rows
}
