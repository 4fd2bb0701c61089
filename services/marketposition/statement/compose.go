// Package statement makes the Market Position Statement of a district and of an authority: a
// pure function of what the service knows (package facts) and what the four markets
// answered. The same inputs give the same bytes. It knows no store, no clock and no client.
//
// It also puts those inputs as the models take them (package assume and its neighbours under
// model/) and what they find as figures, so that a statement and a model's own answer can never
// differ.
package statement

import (
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/placements"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// Inputs are all that a statement rests on, read as known at one moment. Equal inputs give
// equal statements.
type Inputs struct {
	Area Area
	// AsAt is the ISO day it speaks of.
	AsAt string
	// KnownAt is in microseconds since 1970.
	KnownAt int64
	Known   facts.Known
	// Sources are this service's own.
	Sources figure.Sources
	Answers Answers
	// Titles are the names of all authorities.
	Titles placements.Titles
}

// Rest is a service whose knowledge a statement rests on.
type Rest struct {
	Service  string
	Revision int64
	// Current is false when an older answer stands in.
	Current bool
}

// Rests lists the services that answered, this one first.
func (in Inputs) Rests() []Rest {
	all := []Rest{{OwnService, in.Known.Revision, true}}
	all = appendRest(all, CareHomesService, in.Answers.CareHomes)
	if placed := in.Answers.Placements; placed.Answered() && in.Answers.CareHomes.Answered() {
		homes := &all[len(all)-1]
		homes.Revision, homes.Current = max(homes.Revision, placed.Total.GetRevision()), homes.Current && placed.Available()
	}
	all = appendRest(all, HomeCareService, in.Answers.HomeCare)
	all = appendRest(all, HousingWithCareService, in.Answers.HousingWithCare)
	return appendRest(all, WorkforceService, in.Answers.Workforce)
}

func appendRest[C Capacity](all []Rest, service string, a Answer[C]) []Rest {
	if !a.Answered() {
		return all
	}
	return append(all, Rest{service, a.Total.GetRevision(), a.Available()})
}

// Compose makes a district's statement.
func Compose(in Inputs) *marketpositionv1.MarketPosition {
	c := newComposer(in)
	p := c.position(in.Area, c.answers, concerning)
	p.Sources = c.sources.Named(facts.Cited(p)...)
	p.Illustrative = illustrative(p.GetSources())
	return p
}

// ComposeAuthority makes an authority's statement: its districts side by side, and all of
// them as one. People are added up from the districts' facts; the markets add themselves
// up, since figures that are hidden or rounded cannot be.
func ComposeAuthority(in Inputs) *marketpositionv1.AuthorityMarketPosition {
	c := newComposer(in)
	out := &marketpositionv1.AuthorityMarketPosition{
		Name: in.Area.Name + "/marketPosition", Title: in.Area.Title, AsAt: in.AsAt, KnownAt: book.Stamp(in.KnownAt),
		Complete: in.Answers.Complete(),
	}
	all := []*marketpositionv1.MarketPosition{c.position(in.Area, c.answers, ofAuthority)}
	out.Total = all[0]
	for _, d := range in.Area.Districts {
		one := in.Area.one(d)
		all = append(all, c.position(one, c.answers.Of(string(d.Code)), own))
	}
	out.Districts = all[1:]
	for _, p := range all {
		p.Illustrative = illustrative(c.sources.Named(facts.Cited(p)...))
	}
	out.Sources = c.sources.Named(facts.Cited(out)...)
	out.Illustrative = illustrative(out.GetSources())
	return out
}

// composer makes the parts of a statement.
type composer struct {
	in      Inputs
	day     period.Date
	sources figure.Sources
	// answers are the markets' own, without their lists of sources.
	answers Answers
	// assumptions are the kept ones, unless a caller gave some.
	assumptions *Assumptions
}

func newComposer(in Inputs) *composer {
	day, err := period.Parse(in.AsAt)
	if err != nil {
		day = period.Date{} // Whoever asks has checked the day.
	}
	c := &composer{in: in, day: day, sources: in.Known.Cited(in.Sources), assumptions: keptAssumptions(in.Area, in.Known.Assumptions)}
	c.sources[GivenByCaller().GetId()] = GivenByCaller()
	c.answers = c.settled(in.Answers)
	return c
}

// settled are answers whose sources stand in the statement's list instead of their own.
func (c *composer) settled(a Answers) Answers {
	return Answers{
		CareHomes:       settled(c.sources, CareHomesService, a.CareHomes),
		HomeCare:        settled(c.sources, HomeCareService, a.HomeCare),
		HousingWithCare: settled(c.sources, HousingWithCareService, a.HousingWithCare),
		Workforce:       settled(c.sources, WorkforceService, a.Workforce),
		Placements:      settled(c.sources, CareHomesService, a.Placements),
	}
}

// settled is a copy of an answer whose sources stand in the statement's list instead of
// its own.
func settled[C Capacity](all figure.Sources, service string, a Answer[C]) Answer[C] {
	if !a.Answered() {
		return a
	}
	out := Answer[C]{State: a.State, Total: settle(all, service, a.Total)}
	for _, one := range a.Each {
		if one.GetName() == a.Total.GetName() {
			out.Each = append(out.Each, out.Total)
			continue
		}
		out.Each = append(out.Each, settle(all, service, one))
	}
	return out
}

func settle[C Capacity](all figure.Sources, service string, c C) C {
	own := proto.CloneOf(c)
	renamed := Merge(all, service, own.GetSources())
	m := own.ProtoReflect()
	m.Clear(m.Descriptor().Fields().ByName("sources"))
	if len(renamed) > 0 {
		facts.EachCitation(m, func(id string) string {
			if now, changed := renamed[id]; changed {
				return now
			}
			return id
		})
	}
	return own
}

// position is the statement of one area, without its sources.
func (c *composer) position(area Area, a Answers, scope scope) *marketpositionv1.MarketPosition {
	residents := c.residents(area)
	p := &marketpositionv1.MarketPosition{
		Name: area.Name + "/marketPosition", Title: area.Title,
		Authority: facts.AuthorityPrefix + string(area.Authority.Code), AuthorityTitle: area.Authority.Name,
		AsAt: c.in.AsAt, KnownAt: book.Stamp(c.in.KnownAt), Complete: a.Complete(),
		People: c.people(area, residents), Needs: c.needs(residents), NeedsAhead: c.needsAhead(residents),
	}
	for _, r := range (Inputs{Known: c.in.Known, Answers: a}).Rests() {
		p.Revisions = append(p.Revisions, &marketpositionv1.ServiceRevision{Service: r.Service, Revision: r.Revision})
	}
	c.sections(p, area, a)
	p.Gaps = c.gaps(p.GetNeeds(), c.supplies(a))
	if a.Workforce.Answered() {
		p.Workforce.Projection = c.outlook(area, a, p.GetGaps())
	}
	p.Interaction = c.interactionIn(area)
	p.Signals = c.signals(p.GetGaps(), p.GetInteraction())
	c.register(p, area, scope)
	p.Reconciliation = c.reconciliation(area, scope)
	p.Paragraphs = c.paragraphs(p)
	p.DataNotes = c.notes(p, residents)
	return p
}
