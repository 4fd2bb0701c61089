package statement

import (
	"fmt"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/workforceflow"
)

// WorkforceAsk is how far to follow the workforce, and what to put in place of live data.
type WorkforceAsk struct {
	// Months is how far, at least 1.
	Months   int
	Levers   []*marketpositionv1.WorkforceLever
	Teams    []*marketpositionv1.TeamOverride
	Services []*marketpositionv1.ServiceOverride
}

// ProjectWorkforce follows the staff of the inputs' area. An errs.Invalid names every fault
// of what is asked by its field. Assumptions that were asked for are in Used afterwards.
func ProjectWorkforce(in Inputs, assumptions *Assumptions, ask WorkforceAsk) (*marketpositionv1.WorkforceProjection, error) {
	c := newComposer(in)
	c.assumptions = assumptions
	gaps := c.gaps(c.needs(c.residents(in.Area)), c.supplies(c.answers))
	out, err := c.workforce(in.Area, c.answers, gaps, ask)
	if err != nil {
		return nil, err
	}
	out.AsAt, out.KnownAt, out.Complete = in.AsAt, book.Stamp(in.KnownAt), in.Answers.Complete()
	out.Assumptions = assumptions.Used()
	out.Sources = c.sources.Named(facts.Cited(out)...)
	out.Illustrative = illustrative(out.GetSources())
	return out, nil
}

// outlookMonths is how far a statement looks ahead.
const outlookMonths = 12

// outlook is the workforce in twelve months as it stands in a statement: without levers, and
// without the months between.
func (c *composer) outlook(area Area, a Answers, gaps []*marketpositionv1.Gap) *marketpositionv1.WorkforceProjection {
	out, err := c.workforce(area, a, gaps, WorkforceAsk{Months: outlookMonths})
	if err != nil {
		return nil // Numbers that contradict each other: the section stands without.
	}
	for _, t := range out.GetTeams() {
		t.Months = nil
	}
	for _, s := range out.GetServices() {
		s.Months = nil
	}
	return out
}

func (c *composer) workforce(area Area, a Answers, gaps []*marketpositionv1.Gap, ask WorkforceAsk) (*marketpositionv1.WorkforceProjection, error) {
	p := projector{composer: c, area: area, ask: ask, says: a.Workforce.Total}
	var faults errs.Collector
	p.checkOverrides(&faults)
	p.teams = p.staff(&faults)
	p.services = p.runs(a, gaps)
	levers, applied := p.levers(&faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	in := workforceflow.Input{Months: ask.Months, Levers: levers}
	for _, t := range p.teams {
		if t.known {
			in.Teams = append(in.Teams, t.model)
		}
	}
	for _, s := range p.services {
		if s.known {
			in.Services = append(in.Services, s.model)
		}
	}
	result, err := workforceflow.Project(in)
	if err != nil {
		return nil, errs.Invalid(errs.Violations(err)...)
	}
	out := &marketpositionv1.WorkforceProjection{
		Name: area.Name, Title: area.Title, AsAt: c.in.AsAt, KnownAt: book.Stamp(c.in.KnownAt), Months: int32(ask.Months),
		Complete: a.Complete(), Levers: applied,
	}
	p.render(out, result)
	return out, nil
}

// projector makes one projection.
type projector struct {
	*composer
	area     Area
	ask      WorkforceAsk
	says     *workforcev1.WorkforceCapacity
	teams    []*staffTeam
	services []*staffedService
}

// teamKey is whose staff a team is: one service's, or one role's.
type teamKey struct {
	service workforcev1.ServiceType
	role    workforcev1.RoleGroup
}

// checkOverrides names what is given twice.
func (p *projector) checkOverrides(faults *errs.Collector) {
	teams := map[teamKey]int{}
	for i, o := range p.ask.Teams {
		key := teamKey{o.GetService(), o.GetRole()}
		if first, twice := teams[key]; twice {
			faults.Add(fmt.Sprintf("teams[%d]", i), "is the same staff as teams[%d]", first)
		}
		teams[key] = i
	}
	services := map[workforcev1.ServiceType]int{}
	for i, o := range p.ask.Services {
		if first, twice := services[o.GetService()]; twice {
			faults.Add(fmt.Sprintf("services[%d].service", i), "is that of services[%d]", first)
		}
		services[o.GetService()] = i
	}
}
