package illustrative

import (
	"fmt"
	"strings"

	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// supplyOf makes a district's services outside CQC.
func (p *Plan) supplyOf(d District) []branch {
	var all []branch
	for _, kind := range p.supplies {
		s := newStream(p.Seed, outsideCQC, string(d.Code), kind.word)
		for n := 1; n <= s.ratio(kind.services*d.Aged75, 100_000); n++ {
			all = append(all, p.newSupply(d, kind, n))
		}
	}
	return all
}

func (p *Plan) newSupply(d District, kind supplyKind, number int) branch {
	id := ownID("oc", d.Code, short(kind.word), number)
	s := newStream(p.Seed, "supply", id)
	words := strings.ReplaceAll(kind.word, "_", " ")
	title := fmt.Sprintf("Illustrative %s %02d, %s", words, number, d.Name)
	b := branch{market: outsideCQC, life: p.longOpen(s), stream: id}
	b.hours.delivered = s.between(kind.hoursLow, kind.hoursHigh)
	b.hours.commissioned = perMille(b.hours.delivered, s.between(0, 600))
	b.hours.spare = perMille(b.hours.delivered, s.between(0, 250))
	b.entry = &homecarev1.HomeCareBranch{
		Name: "homeCareBranches/" + id, Title: title, Kind: kind.kind,
		Provider: "providers/" + id, ProviderTitle: title,
		District: "districts/" + string(d.Code), Placement: stated(),
		Rating:       homecarev1.Rating_RATING_NO_PUBLISHED_RATING,
		RegisteredOn: b.life.opens.String(), SourceId: registerSource,
	}
	b.entry.Latitude, b.entry.Longitude = d.centre.point(s)
	b.entry.Zones = []string{pickGround(s, p.reach[d.Code]).zone}
	b.weights = equal(1)
	return b
}

// short keeps ids of services within their 40 characters: the initials of the kind.
func short(words string) string {
	var initials strings.Builder
	for word := range strings.SplitSeq(words, "_") {
		initials.WriteByte(word[0])
	}
	return initials.String() + "-"
}
