package seeds_test

import (
	"testing"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	positionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/seeds"
)

func TestFactsNameOnlyKnownSources(t *testing.T) {
	facts, err := seeds.Facts(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, s := range facts.GetSources() {
		if known[s.GetId()] || s.GetKind() == commonv1.SourceKind_SOURCE_KIND_UNSPECIFIED {
			t.Errorf("source %s stands twice or has no kind", s.GetId())
		}
		known[s.GetId()] = true
	}
	cited := func(where string, ids ...string) {
		for _, id := range ids {
			if !known[id] {
				t.Errorf("%s names %q, which is no source", where, id)
			}
		}
	}
	for _, r := range facts.GetNeedRates() {
		cited(r.GetName(), r.GetSourceIds()...)
	}
	for _, r := range facts.GetSignalRules() {
		cited(r.GetName(), r.GetSourceId())
	}
	for _, f := range facts.GetPublishedFigures() {
		cited(f.GetName(), f.GetFigure().GetSourceIds()...)
	}
	for _, p := range facts.GetPopulations() {
		cited("population", p.GetSourceId())
	}
	for _, a := range facts.GetAssumptions() {
		cited(a.GetName(), a.GetSourceIds()...)
	}
	for _, a := range facts.GetActions() {
		cited(a.GetName(), a.GetSourceId())
	}
}

func TestFactsAreWhole(t *testing.T) {
	facts, err := seeds.Facts(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	var aged65 int32
	for _, p := range facts.GetPopulations() {
		if p.GetDistrict() < "E07000078" || p.GetDistrict() > "E07000083" || p.GetCounts()[0].GetFromAge() != 0 {
			continue
		}
		for _, c := range p.GetCounts() {
			if c.GetFromAge() >= 65 {
				aged65 += c.GetPeople()
			}
		}
	}
	if aged65 != 139_816 {
		t.Errorf("Gloucestershire has %d people aged 65 and over; the census counted 139,816", aged65)
	}
	if n := len(facts.GetPopulations()); n != 2*296 {
		t.Errorf("%d populations; want the census of 296 districts, in all and by sex", n)
	}
	needed := map[string]bool{}
	for _, n := range facts.GetTenureNeeds() {
		if n.GetNeeded() {
			needed[n.GetDistrict()+" "+n.GetTenure().String()] = true
		}
	}
	if !needed["districts/E07000082 "+positionv1.Tenure_TENURE_RENT.String()] || needed["districts/E07000083 "+positionv1.Tenure_TENURE_OWNERSHIP.String()] {
		t.Errorf("tenures needed: %v; Stroud needs rent, Tewkesbury no ownership (2020 strategy)", needed)
	}
}
