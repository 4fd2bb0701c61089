package statement

import (
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/facts"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

const (
	formulaDementia  = "sum over ages from 65 and both sexes of people x prevalence; people of an age are divided between the sexes as in the count by sex"
	meaningDementia  = "all prevalences at the low, or all at the high, end of their 95% limits"
	withoutDementia  = "no prevalence of dementia is known"
	withoutSexCounts = "the people of %s are not counted by sex for ages %s"
)

// dementia estimates how many people aged 65 and over have dementia.
func (c *composer) dementia(all []Residents) *commonv1.Figure {
	rates := c.in.Known.DementiaRates
	ids := []string{}
	for _, rate := range rates {
		ids = append(ids, rate.GetSourceId())
	}
	for _, r := range all {
		ids = append(ids, r.All.GetSourceId(), r.BySex.GetSourceId())
	}
	basis := c.basis(c.populationBasis(all).AsAt, ids...)
	if len(rates) == 0 {
		return figure.With(basis.NotEnough(withoutDementia, unitPeople), formulaDementia)
	}
	var sum assume.Range
	for _, r := range all {
		for _, rate := range rates {
			people, ok := r.ofSex(rate.GetSex(), rate)
			if !ok {
				return figure.With(basis.NotEnough(fmt.Sprintf(withoutSexCounts, r.District, facts.AgeBand(rate)), unitPeople), formulaDementia)
			}
			sum = sum.Add(assume.Range{Low: rate.GetLow(), Central: rate.GetCentral(), High: rate.GetHigh()}.Scale(people))
		}
	}
	return figure.With(basis.Ranged(sum.Low, sum.Central, sum.High, unitPeople, meaningDementia), formulaDementia)
}

// ofSex is how many people of an age are of one sex: all of that age, divided as the
// count by sex divides them. Statistical offices perturb each table by itself, so the two
// need not add up to each other.
func (r Residents) ofSex(sex marketpositionv1.Sex, ages facts.Aged) (people float64, ok bool) {
	band := facts.AgeBand(ages)
	everyone, ok := facts.Counted(r.All, marketpositionv1.Sex_SEX_UNSPECIFIED, band)
	women, female := facts.Counted(r.BySex, marketpositionv1.Sex_SEX_FEMALE, band)
	men, male := facts.Counted(r.BySex, marketpositionv1.Sex_SEX_MALE, band)
	if !ok || !female || !male || (women+men == 0 && everyone > 0) {
		return 0, false
	}
	if women+men == 0 {
		return 0, true
	}
	if sex == marketpositionv1.Sex_SEX_MALE {
		return everyone * men / (women + men), true
	}
	return everyone * women / (women + men), true
}
