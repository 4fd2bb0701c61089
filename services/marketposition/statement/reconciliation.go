package statement

import (
	"fmt"
	"slices"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/reconciliation"
)

// Past is a day on which the markets of an area are asked, since a published figure speaks
// of it.
type Past struct {
	// Area is a GSS code, Day an ISO day.
	Area, Day string
}

// PastsOf lists the days on which published figures are held against the markets.
func PastsOf(known facts.Known) []Past {
	var all []Past
	for _, r := range known.ClaimRelations {
		if past := pastOf(r); ofMarkets(r) && !slices.Contains(all, past) {
			all = append(all, past)
		}
	}
	return all
}

func pastOf(r *marketpositionv1.ClaimRelation) Past { return Past{Area: r.GetArea(), Day: r.GetOn()} }

// Reconcile checks what was published of an authority and of its districts; pasts are what
// the markets had on the days of PastsOf.
func Reconcile(in Inputs, pasts map[Past]Answers) *marketpositionv1.Reconciliation {
	c := newComposer(in)
	settled := make(map[Past]Answers, len(pasts))
	for past, answers := range pasts {
		settled[past] = c.settled(answers)
	}
	out := &marketpositionv1.Reconciliation{
		Name: in.Area.Name + "/reconciliation", Title: in.Area.Title, KnownAt: book.Stamp(in.KnownAt),
		Revision: in.Known.Revision, Meanings: in.Known.QualifierMeanings,
		Checks: reconciliation.Check(c.claims(in.Known.ClaimRelations), func(r *marketpositionv1.ClaimRelation) *commonv1.Figure {
			if ofMarkets(r) {
				return had(r.GetMeasure(), settled[pastOf(r)])
			}
			return c.agedOn(r)
		}),
	}
	out.Counts = reconciliation.Count(out.GetChecks())
	out.Sources = c.sources.Named(facts.Cited(out)...)
	out.Illustrative = illustrative(out.GetSources())
	return out
}

// claims are relations with all that is known to check them by.
func (c *composer) claims(relations []*marketpositionv1.ClaimRelation) reconciliation.Facts {
	return reconciliation.Facts{
		Figures: c.in.Known.PublishedFigures, Meanings: c.in.Known.QualifierMeanings, Relations: relations,
	}
}

// reconciliation checks the published figures that a statement shows, without asking the
// markets of other days; nil when none of them hang together.
func (c *composer) reconciliation(area Area, in scope) *marketpositionv1.ReconciliationSection {
	relations := told(area, in, c.in.Known.ClaimRelations, func(r *marketpositionv1.ClaimRelation) []string { return []string{r.GetArea()} })
	relations = slices.DeleteFunc(relations, func(r *marketpositionv1.ClaimRelation) bool { return ofMarkets(r) || !c.knows(area, r) })
	if len(relations) == 0 {
		return nil
	}
	checks := reconciliation.Check(c.claims(relations), c.agedOn)
	return &marketpositionv1.ReconciliationSection{
		Reconciliation: facts.AuthorityPrefix + string(area.Authority.Code) + "/reconciliation",
		Counts:         reconciliation.Count(checks), Disagreeing: reconciliation.Disagreeing(checks),
	}
}

// knows reports whether a statement of an area knows all that a relation speaks of. A
// district's does not know what was published of its neighbours, nor the people of all its
// county.
func (c *composer) knows(area Area, r *marketpositionv1.ClaimRelation) bool {
	for _, name := range slices.Concat([]string{r.GetClaimed()}, r.GetInputs(), r.GetTakenOff()) {
		if !slices.ContainsFunc(c.in.Known.PublishedFigures, func(p *marketpositionv1.PublishedFigure) bool { return p.GetName() == name }) {
			return false
		}
	}
	return r.GetRule() != marketpositionv1.ClaimRule_CLAIM_RULE_DATA || r.GetArea() == string(area.Code)
}

// ofMarkets reports whether a relation holds a figure against the markets' data.
func ofMarkets(r *marketpositionv1.ClaimRelation) bool {
	_, people := agedFrom(r.GetMeasure())
	return r.GetRule() == marketpositionv1.ClaimRule_CLAIM_RULE_DATA && !people
}

// had is what the markets had of a measure.
func had(measure marketpositionv1.DataMeasure, a Answers) *commonv1.Figure {
	homes, care := a.CareHomes.Total, a.HomeCare.Total
	state, f := a.CareHomes.State, (*commonv1.Figure)(nil)
	switch measure {
	case marketpositionv1.DataMeasure_DATA_MEASURE_CARE_HOMES:
		f = homes.GetHomes()
	case marketpositionv1.DataMeasure_DATA_MEASURE_REGISTERED_BEDS:
		f = homes.GetRegisteredBeds()
	case marketpositionv1.DataMeasure_DATA_MEASURE_OLDER_PEOPLE_BEDS:
		f = homes.GetOlderPeople().GetMaximum()
	case marketpositionv1.DataMeasure_DATA_MEASURE_OLDER_PEOPLE_RESIDENTS:
		f = homes.GetOlderPeople().GetUsed()
	case marketpositionv1.DataMeasure_DATA_MEASURE_OLDER_PEOPLE_VACANT:
		f = homes.GetOlderPeople().GetVacant()
	case marketpositionv1.DataMeasure_DATA_MEASURE_OLDER_PEOPLE_ADMITTABLE:
		f = homes.GetOlderPeople().GetAdmittable()
	case marketpositionv1.DataMeasure_DATA_MEASURE_WORKING_AGE_BEDS:
		f = homes.GetWorkingAge().GetMaximum()
	case marketpositionv1.DataMeasure_DATA_MEASURE_SPARE_HOURS:
		state, f = a.HomeCare.State, care.GetHours().GetSpare()
	default:
	}
	switch {
	case f == nil && state.GetReason() != "":
		return figure.Basis{}.NotEnough("the market did not answer, for "+state.GetReason(), commonv1.Unit_UNIT_UNSPECIFIED)
	case f.GetCoverage().GetExpected() > 0 && f.GetCoverage().GetResponding() == 0:
		return figure.Basis{}.NotEnough("no place had returned its numbers by then", commonv1.Unit_UNIT_UNSPECIFIED)
	default:
		return f
	}
}

// agedFrom is the age from which a measure counts people; false when it counts none.
func agedFrom(measure marketpositionv1.DataMeasure) (age int, people bool) {
	switch measure {
	case marketpositionv1.DataMeasure_DATA_MEASURE_AGED_65_PLUS:
		return 65, true
	case marketpositionv1.DataMeasure_DATA_MEASURE_AGED_75_PLUS:
		return 75, true
	case marketpositionv1.DataMeasure_DATA_MEASURE_AGED_85_PLUS:
		return 85, true
	default:
		return 0, false
	}
}

// agedOn is how many people of an age the area of a relation has in the middle of its year.
func (c *composer) agedOn(r *marketpositionv1.ClaimRelation) *commonv1.Figure {
	from, _ := agedFrom(r.GetMeasure())
	if r.GetArea() == string(c.in.Area.Code) {
		return c.agedIn(c.residents(c.in.Area), from, yearOf(r.GetOn()))
	}
	for _, d := range c.in.Area.Districts {
		if string(d.Code) == r.GetArea() {
			return c.agedIn(c.residents(c.in.Area.one(d)), from, yearOf(r.GetOn()))
		}
	}
	return figure.Basis{}.NotEnough(fmt.Sprintf("the people of %s are not known here", r.GetArea()), unitPeople)
}
