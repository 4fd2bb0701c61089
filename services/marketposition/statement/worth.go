package statement

import (
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
)

const (
	formulaPerHour   = "people served / hours delivered a week"
	formulaPerHome   = "people with care in each home of extra care, as assumed"
	formulaPerBed    = "people that a bed serves, as assumed"
	meaningAssumed   = "the ends of what is assumed"
	formulaPerWorker = "people served / (permanent + temporary posts filled), as far as both are returned. Posts are counted where the employer stands"
)

// worths says how many people one more hour, home, bed and worker serves.
func (b *marketsBuilder) worths() {
	a := b.answers
	perBed := b.eachAssumed(formulaPerBed, peoplePerBed)
	b.Serves = [interaction.Count]*commonv1.Figure{
		interaction.HomeCare:    b.each(formulaPerHour, a.HomeCare.Total.GetPeople(), a.HomeCare.Total.GetHours().GetDelivered()),
		interaction.ExtraCare:   b.eachAssumed(formulaPerHome, peoplePerHome),
		interaction.Residential: perBed,
		interaction.Nursing:     perBed,
	}
	inHomes := b.each(formulaPerWorker, a.CareHomes.Total.GetTotal().GetUsed(),
		posts(a, workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITH_NURSING, workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITHOUT_NURSING)...)
	b.PerWorker = [interaction.Count]*commonv1.Figure{
		interaction.HomeCare: b.each(formulaPerWorker, a.HomeCare.Total.GetPeople(),
			posts(a, workforcev1.ServiceType_SERVICE_TYPE_HOME_CARE)...),
		interaction.ExtraCare: b.each(formulaPerWorker, a.HousingWithCare.Total.GetResidentsWithCare(),
			posts(a, workforcev1.ServiceType_SERVICE_TYPE_HOUSING_WITH_CARE)...),
		interaction.Residential: inHomes,
		interaction.Nursing:     inHomes,
	}
	for s := range b.Serves {
		b.Input.Units[s] = interaction.Unit{People: inUnits(b.Serves[s]), PerWorker: inUnits(b.PerWorker[s])}
	}
}

// inUnits is a figure as the model takes it; one without a value is of nothing.
func inUnits(f *commonv1.Figure) assume.Assumption {
	if _, ok := figure.Value(f); !ok {
		return assume.Assumption{}
	}
	return assume.Assumption{Range: rangeOf(f), Source: f.GetFormula()}
}

// each divides people by the sum of some figures.
func (c *composer) each(formula string, served *commonv1.Figure, among ...*commonv1.Figure) *commonv1.Figure {
	parts := append([]*commonv1.Figure{served}, among...)
	basis := figure.Join(c.in.AsAt, parts...)
	if f := withheld(basis, unitPeople, parts...); f != nil {
		return figure.With(f, formula)
	}
	sum := 0.0
	for _, f := range among {
		sum += valueOf(f)
	}
	if sum == 0 {
		return figure.With(basis.NotEnough("there is nothing to divide by", unitPeople), formula)
	}
	return figure.With(basis.Of(valueOf(served)/sum, unitPeople), formula)
}

// eachAssumed is how many people one more serves, as assumed.
func (b *marketsBuilder) eachAssumed(formula, id string) *commonv1.Figure {
	a := b.assumed(id)
	basis := b.resting(b.basis(b.in.AsAt), a)
	if a == (assume.Assumption{}) {
		return figure.With(basis.NotEnough("nothing is assumed of "+id, unitPeople), formula)
	}
	return figure.With(basis.Ranged(a.Low, a.Central, a.High, unitPeople, meaningAssumed), formula)
}

// posts are the permanent and temporary posts of some services; one figure without a state
// when the market said nothing of them.
func posts(a Answers, of ...workforcev1.ServiceType) []*commonv1.Figure {
	var all []*commonv1.Figure
	for _, use := range a.Workforce.Total.GetServices() {
		for _, service := range of {
			if use.GetService() == service {
				all = append(all, use.GetUse().GetPermanent(), use.GetUse().GetTemporary())
			}
		}
	}
	if all == nil {
		return []*commonv1.Figure{nil}
	}
	return all
}
