package scenarios

import (
	"math"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/scenario"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// places adds a lever of beds, homes or hours, in each district by what one of them serves
// there. Beds and homes are room; hours, which need none, are the posts that give them.
func (u *pulled) places(name string, a *marketpositionv1.Amount, unit commonv1.Unit, allowed ...interaction.Setting) {
	s, known := u.setting(allowed...)
	least := math.Inf(-1)
	if s == interaction.HomeCare {
		least = 0
	}
	by, ok := u.amount(name, a, least)
	if !known || !ok {
		return
	}
	title := u.lever.Name
	for _, d := range u.districts {
		if _, ok := figure.Value(d.Serves[s]); !ok {
			u.faults.Add(u.field+"."+name, "cannot be turned into people served in %s: %s", d.District.Name, statement.WhyWithheld(d.Serves[s]))
			continue
		}
		c := u.convert(s, d, by.Range, unit)
		u.conversions = append(u.conversions, c)
		u.lever.Name, u.lever.District, u.lever.Setting = title+", "+d.District.Name, d.District.Name, s
		u.lever.What, u.lever.By = scenario.AddPlaces, assume.Assumption{Range: ranged(c.GetPeople()), Source: by.Source}
		if s == interaction.HomeCare && u.outlook.StaffUnknown[s] == "" {
			u.lever.What, u.lever.By.Range = scenario.AddPosts, ranged(c.GetPosts())
		}
		u.add()
	}
}

const (
	formulaPeople = "amount x people that one serves"
	formulaPosts  = "people / people that one post serves"
	meaningPeople = "the ends of the amount times those of what one serves"
)

// convert says what an amount comes to in people served and in the posts that takes.
func (u *pulled) convert(s interaction.Setting, d statement.Prospect, amount assume.Range, unit commonv1.Unit) *marketpositionv1.LeverConversion {
	given := figure.Basis{SourceIDs: []string{statement.GivenByCaller().GetId()}, AsAt: u.inputs.AsAt}
	c := &marketpositionv1.LeverConversion{
		Lever: u.asked.GetTitle(), District: "districts/" + string(d.District.Code),
		Amount:        given.Ranged(amount.Low, amount.Central, amount.High, unit, "as given"),
		PeoplePerUnit: d.Serves[s],
	}
	basis := figure.Join(u.inputs.AsAt, c.GetAmount(), c.GetPeoplePerUnit())
	served := product(amount, ranged(d.Serves[s]))
	c.People = figure.With(basis.Ranged(served.Low, served.Central, served.High, people, meaningPeople), formulaPeople)
	if why := u.outlook.StaffUnknown[s]; why != "" {
		c.Posts = figure.With(basis.NotEnough(why, commonv1.Unit_UNIT_POSTS), formulaPosts)
		return c
	}
	perPost := u.outlook.Staffing[s].PeoplePerPost.Central
	c.Posts = figure.With(basis.Ranged(served.Low/perPost, served.Central/perPost, served.High/perPost, commonv1.Unit_UNIT_POSTS, meaningPeople), formulaPosts)
	return c
}

// product multiplies ranges; the first may be negative.
func product(a, b assume.Range) assume.Range {
	return assume.Range{
		Low:     min(a.Low*b.Low, a.Low*b.High),
		Central: a.Central * b.Central,
		High:    max(a.High*b.Low, a.High*b.High),
	}
}

// ranged is a figure's range; its value where it has none.
func ranged(f *commonv1.Figure) assume.Range {
	value, _ := figure.Value(f)
	if f.GetRange() == nil {
		return assume.Exactly(value)
	}
	return assume.Range{Low: f.GetRange().GetLow(), Central: value, High: f.GetRange().GetHigh()}
}
