package statement

import (
	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
)

// MarketsOf puts together the markets of every district of the inputs' area, in order of
// code, with the need of a year: 0 for that of the day or the nearest that the projections
// cover. An errs.Invalid says of field "year" that no projection covers it. Assumptions that
// were asked for are in Used afterwards.
func MarketsOf(in Inputs, assumptions *Assumptions, year int, instead map[geo.Code]Instead) ([]Markets, error) {
	c := newComposer(in)
	c.assumptions = assumptions
	return c.marketsOf(year, instead)
}

func (c *composer) marketsOf(year int, instead map[geo.Code]Instead) ([]Markets, error) {
	year, _, _, err := c.yearOfNeed(c.residents(c.in.Area), year)
	if err != nil {
		return nil, err
	}
	var all []Markets
	for _, d := range c.in.Area.Districts {
		all = append(all, c.markets(c.in.Area, d, year, instead[d.Code]))
	}
	return all, nil
}

// AssessInteraction says how the markets of a district, or of each of an authority's, act on
// each other. What goes in is as [MarketsOf] has it; an input of the caller's that the model
// cannot take is an errs.Invalid.
func AssessInteraction(in Inputs, assumptions *Assumptions, year int, instead map[geo.Code]Instead) (*marketpositionv1.InteractionAssessment, error) {
	c := newComposer(in)
	c.assumptions = assumptions
	all, err := c.marketsOf(year, instead)
	if err != nil {
		return nil, err
	}
	out := &marketpositionv1.InteractionAssessment{
		Name: in.Area.Name, Title: in.Area.Title, AsAt: in.AsAt, KnownAt: book.Stamp(in.KnownAt), Complete: in.Answers.Complete(),
	}
	for _, m := range all {
		if m.Withheld == nil {
			if err := m.Input.Validate(); err != nil {
				return nil, errs.Invalid(errs.Violations(err)...)
			}
		}
		out.Districts = append(out.Districts, c.interaction(m))
	}
	if in.Area.Name != facts.DistrictPrefix+string(in.Area.Code) {
		out.History = c.history(in.Area)
	}
	out.Assumptions = assumptions.Used()
	out.Sources = c.sources.Named(facts.Cited(out)...)
	out.Illustrative = illustrative(out.GetSources())
	return out, nil
}
